-- Whether the current transaction may delete rows of a protected table. An approval is used up by
-- the first transaction that commits with it; a second one waits for that and is then refused.
CREATE OR REPLACE FUNCTION recall._is_approved(protected integer)
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  uuid_like CONSTANT text := '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
  context   CONSTANT jsonb := recall._context();
  who       CONSTANT text := left(context ->> 'actor', 500);
  approval  CONSTANT text := lower(context ->> 'approval');
  factor    CONSTANT text := lower(context ->> 'second_factor');
BEGIN
  IF factor ~ uuid_like AND EXISTS (
    SELECT FROM recall.approval AS a
    WHERE a.id = factor::uuid AND a.kind = 'second factor' AND a.expires_at > clock_timestamp()
      AND a.actor = who
      AND (a.relation IS NULL OR a.relation = protected)
  )
  THEN
    RETURN true;
  END IF;
  IF approval ~ uuid_like THEN
    UPDATE recall.approval AS a
    SET used_xid = pg_current_xact_id(),
        used_at = coalesce(a.used_at, clock_timestamp())
    WHERE a.id = approval::uuid AND a.kind = 'approval' AND a.expires_at > clock_timestamp()
      AND a.relation = protected
      AND (a.actor IS NULL OR a.actor = who)
      AND (a.used_xid IS NULL OR a.used_xid = pg_current_xact_id());
    RETURN FOUND;
  END IF;
  RETURN false;
END
$function$;

COMMENT ON FUNCTION recall._is_approved(integer) IS
  'Internal: whether the current transaction may delete rows of a protected table.';
REVOKE ALL ON FUNCTION recall._is_approved(integer) FROM PUBLIC;

-- Refuses to delete without approval. What was found for one row holds for the next: it is noted
-- in a transaction-local setting, which a rollback to a savepoint takes back with the use of the
-- approval, and in a sequence of the session, which no client can set.
CREATE OR REPLACE FUNCTION recall._check_protection(protected integer, op text)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  -- An xid has 64 bits; 43 of them would last for centuries.
  mark CONSTANT bigint := ((pg_current_xact_id()::text::bigint & 8796093022207) << 20) | (protected & 1048575);
BEGIN
  IF current_setting('recall.approved', true) = mark::text THEN
    BEGIN
      IF currval('recall.guard_approved') = mark THEN
        RETURN;
      END IF;
    EXCEPTION WHEN object_not_in_prerequisite_state THEN
      NULL;
    END;
  END IF;
  IF NOT recall._is_approved(protected) THEN
    PERFORM recall._refuse(
      protected, 'protection', op, recall._current_actor(),
      format(
        'rows of table %s may only be deleted with an approval',
        (SELECT t.qualified_name FROM recall.tracked AS t WHERE t.id = protected)
      ),
      'put the number that recall.approve() gave into the context: '
        'SELECT recall.set_context(''{"approval": "…"}'')'
    );
  END IF;
  PERFORM setval('recall.guard_approved', mark);
  PERFORM set_config('recall.approved', mark::text, true);
END
$function$;

COMMENT ON FUNCTION recall._check_protection(integer, text) IS 'Internal: refuses to delete without approval.';
REVOKE ALL ON FUNCTION recall._check_protection(integer, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION recall._guard_protection()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  PERFORM recall._check_protection(TG_ARGV[0]::integer, 'delete');
  RETURN OLD;
END
$function$;

COMMENT ON FUNCTION recall._guard_protection() IS 'Internal: refuses to delete rows of a protected table without approval.';
REVOKE ALL ON FUNCTION recall._guard_protection() FROM PUBLIC;
