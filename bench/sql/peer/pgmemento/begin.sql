-- It starts with whole schemas. Everything as by default: old values only, no base line.
SELECT pgmemento.init('public');
