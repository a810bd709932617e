CREATE TEMPORARY VIEW {name} AS SELECT recall._no_past({why}) AS no_past;
COMMENT ON VIEW pg_temp.{name} IS {comment};
