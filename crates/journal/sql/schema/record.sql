-- Records a change of a table that was altered since its capture functions were written, with images
-- that name their columns themselves. Slower than they, and right for whatever the table is now.
--
-- What is known of the table is given by them, because a transaction that began before it was tracked
-- does not see it in recall.relation. Where columns are hidden, what is new is hidden too, until
-- somebody who knows tracks the table again: it may be a hidden column under another name.
CREATE OR REPLACE FUNCTION recall._record(
  relation integer, op "char", tx bigint, old jsonb, new jsonb,
  key_columns text[], recorded text[], hashed text[], hides boolean
)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  before CONSTANT jsonb := recall._hashed(recall._only(old, recorded, hides), hashed);
  after  CONSTANT jsonb := recall._hashed(recall._only(new, recorded, hides), hashed);
BEGIN
  IF hides AND before::text = after::text THEN
    -- Only what is not recorded was changed. Where all is recorded something was: JSON may not show it.
    RETURN;
  END IF;
  INSERT INTO recall.change (
    id, at, tx, relation, op, database_user, database_role, application, ip, key, new_key, old, new
  )
  VALUES (
    nextval('recall.change_id'), clock_timestamp(), tx, relation, op, session_user,
    nullif(current_setting('role'), 'none'), current_setting('application_name'), inet_client_addr(),
    recall._image_key(coalesce(before, after), key_columns),
    CASE
      WHEN before IS NOT NULL THEN
        nullif(recall._image_key(after, key_columns), recall._image_key(before, key_columns))
    END,
    before::text, after::text
  );
END
$function$;

COMMENT ON FUNCTION recall._record(integer, "char", bigint, jsonb, jsonb, text[], text[], text[], boolean) IS
  'Internal: records a change of a table that was altered since its capture functions were written.';
REVOKE ALL ON FUNCTION recall._record(integer, "char", bigint, jsonb, jsonb, text[], text[], text[], boolean) FROM PUBLIC;
