-- Begins work done by hand: what this database session changes from here on belongs to it. The
-- number is kept in a setting of its own, because merging it into the context of the session would
-- make what was said for one transaction hold for the session.
CREATE OR REPLACE FUNCTION recall.track_operation(name text, type text)
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  began  bigint;
  number bigint;
BEGIN
  IF coalesce(btrim(name), '') = '' OR coalesce(btrim(type), '') = '' THEN
    RAISE EXCEPTION 'an operation needs a name and a type'
      USING ERRCODE = 'invalid_parameter_value',
            HINT = 'for example: SELECT recall.track_operation(''correct the invoices of March'', ''data fix'')';
  END IF;
  began := recall._begin_transaction();
  INSERT INTO recall.operation (name, type, tx, database_user, started_at)
  VALUES (left($1, 500), left($2, 200), began, session_user, clock_timestamp())
  RETURNING id INTO number;
  -- The row of this transaction is written already, and rows of the journal are never changed: the
  -- transaction in which an operation began belongs to it without being marked.
  PERFORM set_config('recall.operation', number::text, false);
  RETURN number;
END
$function$;

COMMENT ON FUNCTION recall.track_operation(text, text) IS
  'Begins work done by hand, and returns its number; what this session changes belongs to it until recall.complete_operation().';
