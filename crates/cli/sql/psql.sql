-- What leads a session of psql to a moment, wholly or not at all.
BEGIN;
DO $block$ BEGIN PERFORM pg_catalog.set_config('search_path', {search_path}, false); END $block$;
{setup}
COMMIT;
SET default_transaction_read_only = on;
