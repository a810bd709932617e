-- Records the update of a row of {table}, if it changed anything. Generated; the table's columns are not named in it, so
-- that it keeps working when the table is altered.
--
-- `*=` compares the stored bytes: it knows every type, also those without equality. Values are
-- compared as text afterwards, because jsonb takes 1.0 and 1.00 for equal.
CREATE OR REPLACE FUNCTION recall.{function}()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
{settings}AS $function$
DECLARE
  own_xid CONSTANT xid8 := pg_current_xact_id();
  noted   CONSTANT text := current_setting('recall.transaction', true);
  tx      bigint;
  before  jsonb;
  after   jsonb;
  changed jsonb;
BEGIN
  IF OLD *= NEW THEN
    RETURN NULL;
  END IF;
  before := {old_image};
  after := {new_image};
  SELECT jsonb_object_agg(a.key, a.value) INTO changed
  FROM jsonb_each(after) AS a
  WHERE (before -> a.key)::text IS DISTINCT FROM a.value::text;
  IF changed IS NULL THEN
    RETURN NULL;
  END IF;
{noted}  INSERT INTO recall.change (id, at, tx, xid, relation, op, key, new_key, old, new)
  VALUES (
    nextval('recall.change_id'), clock_timestamp(), tx, own_xid, {relation}, 'U',
    {before_key}, nullif({after_key}, {before_key}), before, changed
  );
  RETURN NULL;
END
$function$;
