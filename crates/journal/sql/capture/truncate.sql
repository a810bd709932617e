-- Records every row that a TRUNCATE of a table, or of one of its partitions, is about to remove.
-- It runs before the TRUNCATE: afterwards there is nothing left to read. Generated.
--
-- Where row-level security hides rows from it, or a snapshot that is older than rows which the
-- TRUNCATE removes, or where the journal's owner may not read the table any more, that is written down as a gap.
CREATE OR REPLACE FUNCTION recall.{function}()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET row_security = on
{settings}AS ${tag}$
{isolated}DECLARE
  own bigint := CASE WHEN recall._is_elsewhere({system}) THEN recall._tx() ELSE txid_current() + {tx_offset} END;
BEGIN
  IF NOT recall._is_truncated_here(TG_RELID, TG_NAME) THEN
    -- Nobody has seen how it went; it may come back without its rows.
    PERFORM recall._note_gap({relation}, 'partitions changed', own);
    RETURN NULL;
  END IF;
{once}{only_roles}  IF NOT recall._is_readable(TG_RELID) THEN
    PERFORM recall._note_failure({relation}, '42501');
    RETURN NULL;
  END IF;
  IF row_security_active(TG_RELID) THEN
    -- The policies of the table hide rows from the journal's owner too.
    PERFORM recall._note_gap({relation}, 'row security', own);
    RAISE WARNING 'pgRecall may not see every row that this TRUNCATE removes'
      USING HINT = 'let the owner of schema recall bypass row-level security';
  END IF;
  IF current_setting('transaction_isolation') NOT LIKE 'read %' THEN
    PERFORM recall._note_gap({relation}, 'older snapshot', own);
  END IF;
{begun}  IF recall._is_altered({table_oid}::oid, {fingerprint}) THEN
    EXECUTE concat(
      ${tag}_query$
        SELECT recall._record({relation}, 'T', $1, recall._pinned_image(r.*), NULL, {known}) FROM ONLY
      ${tag}_query$,
      TG_RELID::regclass, ' AS r'
    )
    USING own;
    RETURN NULL;
  END IF;
  EXECUTE concat(
    ${tag}_query$
      INSERT INTO recall.change (
        id, at, tx, relation, shape, op, database_user, database_role, application, ip, key, old
      )
      SELECT
        nextval('recall.change_id'), clock_timestamp(), $1, {relation}, {shape}, 'T', session_user,
        nullif(current_setting('role'), 'none'), current_setting('application_name'), inet_client_addr(),
        {row_key}, {row_text}
      FROM ONLY ${tag}_query$, TG_RELID::regclass, ${tag}_query$ AS r{truncated_when}
    ${tag}_query$
  )
  USING own;
  RETURN NULL;
END
{end_isolated}${tag}$;
