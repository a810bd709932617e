-- Gives this moment a name, and tells its tick. It is what everybody else sees: without what the
-- caller's own transaction has changed, which is not committed yet. Made in a transaction that is
-- rolled back, the mark goes with it.
CREATE OR REPLACE FUNCTION recall.mark(name text, reason text DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  tick bigint;
BEGIN
  SELECT recall._note_tick(s.upper, s.open, s.at, s.on_time, false) INTO tick FROM recall._snapshot() AS s;
  INSERT INTO recall.mark AS m (name, tick, reason, actor) VALUES ($1, tick, $2, recall._context() ->> 'actor');
  RETURN tick;
EXCEPTION
  WHEN unique_violation THEN
    RAISE EXCEPTION 'there is a mark of this name already'
      USING ERRCODE = 'duplicate_object', HINT = 'choose another name, or take the old mark away with recall.unmark(name)';
  WHEN check_violation OR not_null_violation THEN
    RAISE EXCEPTION 'this is no name for a mark'
      USING ERRCODE = 'invalid_name', HINT = 'write 1 to 200 characters, without `*` and line breaks';
END
$function$;

COMMENT ON FUNCTION recall.mark(text, text) IS
  'Gives this moment a name and tells its tick; the caller''s own transaction is not part of it. For recall_admin.';
REVOKE ALL ON FUNCTION recall.mark(text, text) FROM PUBLIC;

-- Takes the name of a moment away; whether there was one. What the journal knows stays.
CREATE OR REPLACE FUNCTION recall.unmark(name text)
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  DELETE FROM recall.mark AS m WHERE m.name = $1;
  RETURN FOUND;
END
$function$;

COMMENT ON FUNCTION recall.unmark(text) IS 'Takes the name of a moment away; whether there was one. For recall_admin.';
REVOKE ALL ON FUNCTION recall.unmark(text) FROM PUBLIC;
