-- Gives one transaction permission to delete rows of a protected table.
CREATE OR REPLACE FUNCTION recall.approve(
  about regclass, reason text, actor text DEFAULT NULL, valid_for interval DEFAULT '15 minutes'
)
RETURNS uuid
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  root   CONSTANT oid := coalesce((SELECT pg_partition_root($1)), $1);
  number uuid;
BEGIN
  INSERT INTO recall.approval (kind, relation, actor, reason, made_tx, made_by, made_at, expires_at)
  SELECT
    'approval', r.id, left($3, 500), left($2, 2000), recall._begin_transaction(), session_user,
    clock_timestamp(), clock_timestamp() + $4
  FROM recall.relation AS r
  WHERE r.oid = root
  RETURNING id INTO number;
  IF number IS NULL THEN
    RAISE EXCEPTION 'table % is not tracked', about
      USING ERRCODE = 'undefined_table', HINT = 'approvals are for tables that pgRecall knows';
  END IF;
  RETURN number;
END
$function$;

COMMENT ON FUNCTION recall.approve(regclass, text, text, interval) IS
  'Approves one transaction that deletes rows of a protected table: the table, why, the actor (null: any), for how long. '
  'Returns what the context must name as "approval".';
REVOKE ALL ON FUNCTION recall.approve(regclass, text, text, interval) FROM PUBLIC;

-- Says that an actor has shown a second factor just now. Only the server that checked it may call
-- this, over a connection that the application does not have.
CREATE OR REPLACE FUNCTION recall.confirm_second_factor(actor text, valid_for interval DEFAULT '5 minutes')
RETURNS uuid
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  number uuid;
BEGIN
  IF coalesce(actor, '') = '' THEN
    RAISE EXCEPTION 'a second factor is somebody''s'
      USING ERRCODE = 'invalid_parameter_value', HINT = 'name the actor who showed it';
  END IF;
  INSERT INTO recall.approval (kind, actor, made_tx, made_by, made_at, expires_at)
  VALUES (
    'second factor', left($1, 500), recall._begin_transaction(), session_user,
    clock_timestamp(), clock_timestamp() + $2
  )
  RETURNING id INTO number;
  RETURN number;
END
$function$;

COMMENT ON FUNCTION recall.confirm_second_factor(text, interval) IS
  'Says that an actor has shown a second factor: the actor, for how long. Returns what the context must name as "second_factor".';
REVOKE ALL ON FUNCTION recall.confirm_second_factor(text, interval) FROM PUBLIC;
