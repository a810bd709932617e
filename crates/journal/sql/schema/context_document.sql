-- The JSON object in a setting; null where there is none. Keys in another case are added in lower
-- case: those of headers and of Hasura's variables are written in any. What cannot be read is
-- passed over: it must not fail the application's write, and it is not kept, because headers may
-- hold secrets.
CREATE OR REPLACE FUNCTION recall._source(name text)
RETURNS jsonb
LANGUAGE plpgsql
STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  content CONSTANT text := nullif(current_setting(name, true), '');
  document jsonb;
BEGIN
  IF content IS NULL OR octet_length(content) > 100000 THEN
    RETURN NULL;
  END IF;
  document := content::jsonb;
  IF jsonb_typeof(document) <> 'object' THEN
    RETURN NULL;
  END IF;
  IF content ~ '"[^"]*[A-Z][^"]*"\s*:' THEN
    SELECT jsonb_object_agg(lower(e.key), e.value) || document INTO document FROM jsonb_each(document) AS e;
  END IF;
  RETURN document;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$function$;

COMMENT ON FUNCTION recall._source(text) IS 'Internal: the JSON object in a setting; null where there is none.';

-- A text, number or boolean in a document, by its name or by its path; null if it is none. No
-- search_path is pinned, so that it can be inlined; every name in it is qualified.
CREATE OR REPLACE FUNCTION recall._scalar(document jsonb, name text, path text[])
RETURNS text
LANGUAGE sql
IMMUTABLE PARALLEL SAFE
AS $function$
  SELECT CASE
    WHEN pg_catalog.jsonb_typeof(coalesce(document OPERATOR(pg_catalog.->) name, document OPERATOR(pg_catalog.#>) path))
      IN ('string', 'number', 'boolean')
    THEN nullif(coalesce(document OPERATOR(pg_catalog.->>) name, document OPERATOR(pg_catalog.#>>) path), '')
  END
$function$;

COMMENT ON FUNCTION recall._scalar(jsonb, text, text[]) IS
  'Internal: a text, number or boolean in a JSON document. No search_path is pinned, so that it can be inlined.';
