-- What values of the context have to go through before they are kept. Whatever they hold, none of
-- these functions fails: the context must not fail the application's write.

-- An address as proxies write it: the first of a list, with or without a port. Null if it is none.
CREATE OR REPLACE FUNCTION recall._address(given text)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  first text := btrim(split_part(left(given, 2000), ',', 1), E' \t"');
BEGIN
  IF first !~ '^[0-9A-Fa-f:.]{2,45}$' OR first ~ '^[0-9.]+:[0-9]+$' THEN
    first := coalesce(
      substring(first FROM '^\[([0-9A-Fa-f:.]{2,45})\](?::[0-9]+)?$'),
      substring(first FROM '^([0-9.]{2,45}):[0-9]+$')
    );
  END IF;
  RETURN host(first::inet);
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$function$;

COMMENT ON FUNCTION recall._address(text) IS
  'Internal: the first address of a list as proxies write it; null if it is none.';

-- The text behind `%2F`. What is no such encoding, or no text, stays as it is. Some drivers double
-- the percent sign, which is never part of an encoding.
CREATE OR REPLACE FUNCTION recall._url_decoded(given text)
RETURNS text
LANGUAGE plpgsql
STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  bytes bytea;
BEGIN
  IF position('%' IN given) = 0 THEN
    RETURN given;
  END IF;
  SELECT string_agg(
    CASE WHEN m.parts[1] IS NULL THEN convert_to(m.parts[2], 'UTF8') ELSE decode(m.parts[1], 'hex') END,
    ''
    ORDER BY m.position
  ) INTO bytes
  FROM regexp_matches(replace(given, '%%', '%'), '%([0-9A-Fa-f]{2})|([^%]+|%)', 'g')
    WITH ORDINALITY AS m (parts, position);
  RETURN convert_from(bytes, 'UTF8');
EXCEPTION WHEN OTHERS THEN
  RETURN given;
END
$function$;

COMMENT ON FUNCTION recall._url_decoded(text) IS 'Internal: a URL-encoded text decoded, as far as it can be.';

-- The context without what is too long to be kept: 500 characters of an actor (an index entry must
-- stay short), 2,000 of every other value, 110 keys. An address that is none is moved to `unreadable_ip`.
CREATE OR REPLACE FUNCTION recall._limited_context(given jsonb)
RETURNS jsonb
LANGUAGE plpgsql
STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  known   CONSTANT text[] := ARRAY['actor', 'actor_email', 'tenant', 'session', 'request', 'reason',
                                   'application', 'ip', 'user_agent', 'operation'];
  context jsonb := given;
  ip      text;
BEGIN
  IF octet_length(given::text) > 500 THEN
    SELECT coalesce(jsonb_object_agg(k.key, k.value), '{}') INTO context
    FROM (
      SELECT
        e.key,
        CASE
          WHEN e.key = ANY (known) OR octet_length(e.value::text) > 2000
            THEN to_jsonb(left(e.value #>> '{}', CASE e.key WHEN 'actor' THEN 500 ELSE 2000 END))
          ELSE e.value
        END AS value,
        row_number() OVER (ORDER BY e.key <> ALL (known), e.key) AS number
      FROM jsonb_each(given) AS e
      WHERE length(e.key) <= 200
    ) AS k
    WHERE k.number <= 110;
  END IF;
  IF context ? 'ip' THEN
    ip := recall._address(context ->> 'ip');
    context := context - 'ip' || CASE
      WHEN ip IS NOT NULL THEN jsonb_build_object('ip', ip)
      WHEN context ->> 'ip' IS NULL THEN '{}'
      ELSE jsonb_build_object('unreadable_ip', context ->> 'ip')
    END;
  END IF;
  RETURN context;
END
$function$;

COMMENT ON FUNCTION recall._limited_context(jsonb) IS 'Internal: the context without what is too long to be kept.';
