-- The text form of values must not depend on what the connected user prefers: images are compared
-- with what the triggers wrote under the same settings.
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET IntervalStyle = 'postgres';
SET extra_float_digits = 1;
SET bytea_output = 'hex';
SET quote_all_identifiers = off;
-- The user's text was read under this setting, and must mean the same to the server.
SET standard_conforming_strings = on;
-- Our queries are long, over many partitions, and mostly find little: compiling them costs more than they take.
SET jit = off;
