-- Writes down what a table looks like, if that is not what it looked like last.
--
-- Where nobody saw the alteration, the changes tell something about when it was: those recorded in the
-- known columns came before it, and of those that name their columns themselves the last that has other
-- ones. A new name leaves no trace.
CREATE OR REPLACE FUNCTION recall._note_form(relation integer, seen_at_once boolean)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  known   recall.relation;
  last    recall.form;
  written recall.form;
BEGIN
  SELECT r.* INTO known FROM recall.relation AS r WHERE r.id = $1;
  SELECT f.* INTO last FROM recall.form AS f WHERE f.relation = $1 ORDER BY f.id DESC LIMIT 1;
  SELECT n.nspname, c.relname, recall._columns_of(c.oid)
  INTO written.schema_name, written.table_name, written.columns
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.oid = known.oid;
  IF written.columns IS NULL
    OR (last.schema_name, last.table_name, last.columns) = (written.schema_name, written.table_name, written.columns)
  THEN
    RETURN;
  END IF;
  written.relation := $1;
  written.tx := recall._begin_transaction();
  written.at := clock_timestamp();
  written.change := CASE WHEN last.id IS NULL THEN known.since_change ELSE nextval('recall.change_id') END;
  written.given := recall._given(known.oid, last.columns, seen_at_once);
  IF last.id IS NULL THEN
    IF known.since_tx = written.tx THEN
      PERFORM recall._note_empty($1, known.oid);
    ELSE
      written.after_tx := known.since_tx;
      written.after_at := known.since_at;
    END IF;
  ELSIF NOT seen_at_once AND last.columns IS NOT NULL THEN
    IF last.columns <> written.columns THEN
      PERFORM recall._note_columns_unseen(known, last, written);
      SELECT f.* INTO last FROM recall.form AS f WHERE f.relation = $1 ORDER BY f.id DESC LIMIT 1;
      written.given := '{}';
    END IF;
    IF (last.schema_name, last.table_name) = (written.schema_name, written.table_name) THEN
      RETURN;
    END IF;
    written.after_tx := last.tx;
    written.after_at := last.at;
  END IF;
  INSERT INTO recall.form (relation, tx, at, change, after_tx, after_at, schema_name, table_name, columns, given)
  VALUES (
    written.relation, written.tx, written.at, written.change, written.after_tx, written.after_at,
    written.schema_name, written.table_name, written.columns, written.given
  );
  PERFORM recall._try_drop_unfit_checkpoints($1);
END
$function$;

COMMENT ON FUNCTION recall._note_form(integer, boolean) IS 'Internal: writes down what a table looks like.';
REVOKE ALL ON FUNCTION recall._note_form(integer, boolean) FROM PUBLIC;

-- Writes down columns that came to be while nobody looked.
CREATE OR REPLACE FUNCTION recall._note_columns_unseen(known recall.relation, last recall.form, present recall.form)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  names  CONSTANT text[] := ARRAY(SELECT c.value ->> 0 FROM jsonb_each(present.columns) AS c ORDER BY 1);
  -- Hidden columns are in no image; and a table without functions of its own has always named its columns.
  telling CONSTANT boolean := known.shape IS NOT NULL AND known.excluded_columns || known.hashed_columns = '{}';
  before record;
  after  record;
BEGIN
  SELECT c.id, c.tx, c.at INTO before
  FROM recall.change AS c
  WHERE c.relation = known.id
    AND c.id >= last.change
    AND CASE
      WHEN c.shape IS NOT NULL THEN true
      ELSE NOT telling OR ARRAY(SELECT k FROM jsonb_object_keys(coalesce(c.new, c.old)::jsonb) AS k ORDER BY 1) <> names
    END
  ORDER BY c.id DESC
  LIMIT 1;
  SELECT c.id, c.tx, c.at INTO after
  FROM recall.change AS c
  WHERE c.relation = known.id AND c.id >= last.change AND c.id > coalesce(before.id, 0)
  ORDER BY c.id
  LIMIT 1;
  INSERT INTO recall.form (relation, tx, at, change, after_tx, after_at, schema_name, table_name, columns, given)
  VALUES (
    known.id, coalesce(after.tx, present.tx), coalesce(after.at, present.at), coalesce(after.id, present.change),
    coalesce(before.tx, last.tx), coalesce(before.at, last.at),
    last.schema_name, last.table_name, present.columns, present.given
  );
END
$function$;

COMMENT ON FUNCTION recall._note_columns_unseen(recall.relation, recall.form, recall.form) IS
  'Internal: writes down columns that came to be while nobody looked.';
REVOKE ALL ON FUNCTION recall._note_columns_unseen(recall.relation, recall.form, recall.form) FROM PUBLIC;
