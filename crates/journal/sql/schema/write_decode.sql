-- Writes recall._decode(), which makes JSON of an image, with a branch for each shape: a function
-- that looked the shape up would cost each row that is read a hundred times as much.
--
-- In PL/pgSQL, although a function in SQL would be inlined and cost a sixth less for each image: the
-- branches would be planned in each query once more for every place where it stands, which with a
-- hundred tables takes longer than to read a page of changes. So a session plans them once.
CREATE OR REPLACE FUNCTION recall._write_decode()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $generator$
DECLARE
  branches text;
  parallel text;
BEGIN
  -- Two who add shapes at once would both leave out that of the other.
  LOCK TABLE recall.shape IN SHARE ROW EXCLUSIVE MODE;
  SELECT string_agg(
    format(
      'WHEN %s THEN %s($2::recall.%I)',
      s.id,
      CASE WHEN 'json' = ANY (s.read_as) THEN 'recall._image' ELSE 'pg_catalog.to_jsonb' END,
      'shape_' || s.id
    ),
    ' ' ORDER BY s.id DESC
  ),
  -- recall._image() catches errors, which a worker of a parallel query may not.
  CASE WHEN bool_or('json' = ANY (s.read_as)) THEN 'UNSAFE' ELSE 'SAFE' END
  INTO branches, parallel
  FROM recall.shape AS s;
  -- No search_path is pinned, which would cost each image more; every name in it is qualified.
  EXECUTE format(
    'CREATE OR REPLACE FUNCTION recall._decode(shape integer, image text) RETURNS jsonb
     LANGUAGE plpgsql STABLE PARALLEL %s COST 10 AS %L',
    parallel,
    format(
      'BEGIN RETURN CASE WHEN $1 IS NULL THEN $2::pg_catalog.jsonb %s END; END',
      coalesce('ELSE CASE $1 ' || branches || ' END', '')
    )
  );
END
$generator$;

COMMENT ON FUNCTION recall._write_decode() IS 'Internal: writes recall._decode().';
REVOKE ALL ON FUNCTION recall._write_decode() FROM PUBLIC;

SELECT recall._write_decode();

COMMENT ON FUNCTION recall._decode(integer, text) IS
  'Internal: an image as JSON. Written by recall._write_decode().';
