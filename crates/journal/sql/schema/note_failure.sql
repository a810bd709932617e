-- Notes that a change could not be recorded, and says so once a transaction. It must not fail: the
-- application's change is to stay. What dooms the transaction anyway passes.
CREATE OR REPLACE FUNCTION recall._note_failure(failed integer, state text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  own bigint;
BEGIN
  BEGIN
    own := recall._tx();
    INSERT INTO recall.gap (relation, reason, detail, from_tx, from_at, until_tx, until_at)
    VALUES (failed, 'failed', state, own, clock_timestamp(), own, clock_timestamp())
    ON CONFLICT (relation, from_tx) WHERE reason = 'failed' DO NOTHING;
    IF NOT FOUND THEN
      RETURN;
    END IF;
  EXCEPTION WHEN OTHERS THEN
    IF SQLSTATE ~ '^40' THEN
      RAISE;
    END IF;
    RAISE WARNING 'pgRecall could neither record a change (SQLSTATE %) nor note that (SQLSTATE %)', state, SQLSTATE;
    RETURN;
  END;
  RAISE WARNING 'pgRecall could not record a change (SQLSTATE %)', state
    USING HINT = 'the change itself stays; a gap was noted, which `pgrecall tables --json` shows';
END
$function$;

COMMENT ON FUNCTION recall._note_failure(integer, text) IS 'Internal: notes that a change could not be recorded.';
REVOKE ALL ON FUNCTION recall._note_failure(integer, text) FROM PUBLIC;
