-- Makes the monthly partitions of the journal for this month and the next ones. A month whose
-- changes already went to the default partition is left there; recall._move_from_default() sees to
-- it.
--
-- A table that is attached, instead of CREATE TABLE … PARTITION OF, because that would lock the
-- whole journal. Attaching locks the default partition only, which is empty as a rule.
CREATE OR REPLACE FUNCTION recall._create_partitions(months_ahead integer)
RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET TimeZone = 'UTC'
AS $function$
DECLARE
  this_month CONSTANT timestamptz := date_trunc('month', now());
  month      timestamptz;
  partition  text;
  created    integer := 0;
BEGIN
  FOR step IN 0 .. months_ahead LOOP
    month := this_month + make_interval(months => step);
    partition := 'change_' || to_char(month, 'YYYY_MM');
    CONTINUE WHEN to_regclass(format('recall.%I', partition)) IS NOT NULL;
    CONTINUE WHEN EXISTS (
      SELECT FROM recall.change_default
      WHERE at >= month AND at < month + interval '1 month'
    );
    EXECUTE format('CREATE TABLE recall.%I (LIKE recall.change INCLUDING ALL)', partition);
    PERFORM recall._close_partition(format('recall.%I', partition)::regclass);
    EXECUTE format(
      'ALTER TABLE recall.change ATTACH PARTITION recall.%I FOR VALUES FROM (%L) TO (%L)',
      partition, month, month + interval '1 month'
    );
    created := created + 1;
  END LOOP;
  RETURN created;
END
$function$;

COMMENT ON FUNCTION recall._create_partitions(integer) IS
  'Internal: makes the journal''s partitions of this month and the given number of months after it.';
REVOKE ALL ON FUNCTION recall._create_partitions(integer) FROM PUBLIC;
