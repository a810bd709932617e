-- A system may take quadratic time; the run has to come to an end.
SET statement_timeout = '{seconds}s';
