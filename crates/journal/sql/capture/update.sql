-- Records the update of a row, if it changed anything.
--
-- `*=` compares the stored bytes: it knows every type, also those without equality. Bytes may differ
-- where values do not; then the texts are equal.
--
-- Generated for the columns that the table has, and used only while it has them.
--
-- It runs with the journal's rights under the search_path of whoever writes: pinning one would cost
-- every row as much as a tenth of its record, so every name, operator and type is qualified instead.
CREATE OR REPLACE FUNCTION recall.{function}()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
{settings}AS ${tag}$
{isolated}DECLARE
  own    pg_catalog.int8;
  before pg_catalog.text COLLATE pg_catalog."C";
  after  pg_catalog.text COLLATE pg_catalog."C";
BEGIN
{first}{only_roles}{when}{special}{begun}    IF recall._is_altered({table_oid}::pg_catalog.oid, {fingerprint}) THEN
      PERFORM recall._record(
        {relation}, 'U', own, recall._pinned_image(OLD), recall._pinned_image(NEW),
        {known}
      );
      RETURN NULL;
    END IF;
    before := {old_text};
    after := {after_text};
  ELSE
    before := {old_plain};
    after := {after_plain};
  END IF;
  IF after OPERATOR(pg_catalog.=) {nothing_changed} THEN
    RETURN NULL;
  END IF;
  INSERT INTO recall.change (
    id, at, tx, relation, shape, op, database_user, database_role, application, ip, key, new_key, old, new
  )
  VALUES (
    pg_catalog.nextval('recall.change_id'), pg_catalog.clock_timestamp(), coalesce(own, {tx}), {relation}, {shape}, 'U', session_user,
    CASE
      WHEN pg_catalog.current_setting('role') OPERATOR(pg_catalog.<>) 'none' THEN pg_catalog.current_setting('role')
    END,
    pg_catalog.current_setting('application_name'), pg_catalog.inet_client_addr(),
    {old_key}, CASE WHEN {new_key} OPERATOR(pg_catalog.<>) {old_key} THEN {new_key} END, before, after
  );
  RETURN NULL;
END
{end_isolated}${tag}$;
