-- Writes down what happened in the application and is no change of a row. It belongs to the
-- transaction, with its context, and goes with it if that is rolled back.
CREATE OR REPLACE FUNCTION recall.log_action(
  action text, details jsonb DEFAULT '{}', about regclass DEFAULT NULL, key jsonb DEFAULT NULL
)
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  root   CONSTANT oid := coalesce((SELECT pg_partition_root($3)), $3);
  began  bigint;
  number bigint;
BEGIN
  IF coalesce(btrim(action), '') = '' OR length(action) > 200 THEN
    RAISE EXCEPTION 'an action needs a name of at most 200 characters'
      USING ERRCODE = 'invalid_parameter_value',
            HINT = 'for example: SELECT recall.log_action(''export'', ''{"rows": 12}'', ''orders'', ''{"id": 7}'')';
  END IF;
  IF jsonb_typeof(coalesce(details, '{}')) <> 'object' OR jsonb_typeof(coalesce(key, '{}')) <> 'object' THEN
    RAISE EXCEPTION 'details and key of an action must be JSON objects'
      USING ERRCODE = 'invalid_parameter_value',
            HINT = 'for example: SELECT recall.log_action(''export'', ''{"rows": 12}'', ''orders'', ''{"id": 7}'')';
  END IF;
  began := recall._begin_transaction();
  INSERT INTO recall.event (at, tx, action, details, relation, table_name, key)
  VALUES (
    clock_timestamp(), began, $1, coalesce($2, '{}'),
    (SELECT r.id FROM recall.relation AS r WHERE r.oid = root),
    (
      SELECT format('%I.%I', n.nspname, c.relname)
      FROM pg_class AS c
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.oid = root
    ),
    $4
  )
  RETURNING id INTO number;
  RETURN number;
END
$function$;

COMMENT ON FUNCTION recall.log_action(text, jsonb, regclass, jsonb) IS
  'Logs an event of the application that is no change of a row: what, details, and the table and record it is about.';
