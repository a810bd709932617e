-- What a moment means in the journal, for those who look at the past with SQL alone: transactions with
-- a number below `upper`, but for those in `open`. `pgrecall at` finds the same for marks, ticks and
-- transactions, and is more exact about times: it knows when transactions were committed, where this
-- goes by the numbers of those that had changed something by then.
CREATE OR REPLACE FUNCTION recall._boundary(
  moment text, OUT upper bigint, OUT open bigint[], OUT exact boolean, OUT said text
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  kind   CONSTANT text := substring(moment FROM '^\s*(before:tx|after:tx|change|tick|mark):');
  given  CONSTANT text := btrim(substring(moment FROM '^\s*(?:(?:before:tx|after:tx|change|tick|mark):)?(.*)$'));
  number CONSTANT bigint := CASE WHEN kind <> 'mark' AND given ~ '^\d{1,18}$' THEN given::bigint END;
  tick   recall.tick;
  time   timestamptz;
BEGIN
  IF kind IN ('tick', 'mark') THEN
    SELECT k.* INTO tick
    FROM recall.tick AS k
    LEFT JOIN recall.mark AS m ON m.tick = k.id
    WHERE CASE kind
      WHEN 'tick' THEN k.id = number
      ELSE m.name LIKE replace(regexp_replace(given, '([\\%_])', '\\\1', 'g'), '*', '%')
    END
    ORDER BY k.id DESC
    LIMIT 1;
    upper := tick.upper;
    open := tick.open;
    exact := true;
    said := format('tick %s, %s', tick.id, tick.at);
  ELSIF kind IS NOT NULL THEN
    SELECT c.tx + CASE kind WHEN 'before:tx' THEN 0 ELSE 1 END INTO upper
    FROM recall.change AS c
    WHERE CASE kind WHEN 'change' THEN c.id = number ELSE c.tx = number END
    LIMIT 1;
    open := '{}';
    exact := false;
    said := format('%s, in the order of first writes', btrim(moment));
  ELSE
    time := CASE
      WHEN given = 'now' THEN now()
      WHEN given ~ '^-' THEN now() - substr(given, 2)::interval
      WHEN given ~* '\sago$' THEN now() - regexp_replace(given, '\s+ago$', '', 'i')::interval
      ELSE given::timestamptz
    END;
    SELECT k.* INTO tick FROM recall.tick AS k WHERE k.on_time AND k.at <= time ORDER BY k.at DESC, k.id DESC LIMIT 1;
    exact := coalesce(time <= tick.valid_until, false);
    IF exact THEN
      upper := tick.upper;
      open := tick.open;
    ELSE
      SELECT coalesce(max(c.tx), 0) + 1 INTO upper FROM recall.change AS c WHERE c.at <= time;
      open := '{}';
    END IF;
    said := format('%s%s', time, CASE WHEN exact THEN '' ELSE ', in the order of first writes' END);
  END IF;
  IF upper IS NULL THEN
    RAISE EXCEPTION 'the journal knows no such moment'
      USING ERRCODE = 'no_data_found', HINT = 'recall.mark and recall.tick list the moments that have a name or a number';
  END IF;
EXCEPTION
  WHEN invalid_datetime_format OR invalid_text_representation OR datetime_field_overflow THEN
    RAISE EXCEPTION 'this is no moment'
      USING ERRCODE = 'invalid_parameter_value',
        HINT = 'write a time, `-15 minutes`, `15 minutes ago`, `before:tx:ID`, `after:tx:ID`, `change:ID`, `tick:ID` or `mark:NAME`';
END
$function$;

COMMENT ON FUNCTION recall._boundary(text) IS 'Internal: which transactions belong to a moment.';
REVOKE ALL ON FUNCTION recall._boundary(text) FROM PUBLIC;
