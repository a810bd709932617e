-- Records the insert of a row.
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
  own   pg_catalog.int8;
  image pg_catalog.text;
BEGIN
{first}{only_roles}{when}{special}{begun}    IF recall._is_altered({table_oid}::pg_catalog.oid, {fingerprint}) THEN
      PERFORM recall._record(
        {relation}, 'I', own, NULL, recall._pinned_image(NEW),
        {known}
      );
      RETURN NULL;
    END IF;
    image := {new_text};
  ELSE
    image := {new_plain};
  END IF;
  INSERT INTO recall.change (
    id, at, tx, relation, shape, op, database_user, database_role, application, ip, key, new
  )
  VALUES (
    pg_catalog.nextval('recall.change_id'), pg_catalog.clock_timestamp(), coalesce(own, {tx}), {relation}, {shape}, 'I', session_user,
    CASE
      WHEN pg_catalog.current_setting('role') OPERATOR(pg_catalog.<>) 'none' THEN pg_catalog.current_setting('role')
    END,
    pg_catalog.current_setting('application_name'), pg_catalog.inet_client_addr(),
    {new_key}, image
  );
  RETURN NULL;
END
{end_isolated}${tag}$;
