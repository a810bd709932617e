-- Ends the tracking of a table that was dropped. What was recorded of it stays; a table that is made
-- anew under its name is another one.
CREATE OR REPLACE FUNCTION recall._close_relation(relation integer, command text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  INSERT INTO recall.schema_change (at, tx, relation, command, table_name, details, database_user, database_role)
  SELECT
    clock_timestamp(), recall._begin_transaction(), r.id, $2, format('%I.%I', r.schema_name, r.table_name),
    '{"dropped": true}', session_user, nullif(current_setting('role'), 'none')
  FROM recall.relation AS r
  WHERE r.id = $1;
  -- Where nobody saw it, it went after its last change.
  INSERT INTO recall.form (relation, tx, at, change, after_tx, after_at, schema_name, table_name)
  SELECT
    $1, recall._begin_transaction(), clock_timestamp(), nextval('recall.change_id'),
    CASE WHEN $2 IS NULL THEN greatest(f.tx, c.tx) END, CASE WHEN $2 IS NULL THEN greatest(f.at, c.at) END,
    f.schema_name, f.table_name
  FROM (SELECT f.* FROM recall.form AS f WHERE f.relation = $1 ORDER BY f.id DESC LIMIT 1) AS f
  LEFT JOIN LATERAL (SELECT max(c.tx) AS tx, max(c.at) AS at FROM recall.change AS c WHERE c.relation = $1) AS c ON true;
  UPDATE recall.relation AS r SET tracked = false WHERE r.id = $1;
  PERFORM recall._try_drop_unfit_checkpoints($1);
END
$function$;

COMMENT ON FUNCTION recall._close_relation(integer, text) IS 'Internal: ends the tracking of a table that was dropped.';
REVOKE ALL ON FUNCTION recall._close_relation(integer, text) FROM PUBLIC;
