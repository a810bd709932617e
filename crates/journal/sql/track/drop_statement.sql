DROP SEQUENCE IF EXISTS recall.statement_{relation}
