-- Stands for a relation of which the past is not known, in a session that looks at the past.
CREATE OR REPLACE FUNCTION recall._no_past(why text)
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RAISE EXCEPTION '%', why USING ERRCODE = 'PGR02';
END
$function$;

COMMENT ON FUNCTION recall._no_past(text) IS 'Internal: refuses to read a relation as it is now where the past was asked for.';
REVOKE ALL ON FUNCTION recall._no_past(text) FROM PUBLIC;

-- Back to the present: takes the stand-ins of recall.enter() away, and nothing else.
CREATE OR REPLACE PROCEDURE recall.leave()
LANGUAGE plpgsql
SET search_path = pg_catalog
SET client_min_messages = warning
AS $function$
DECLARE
  stand_in text;
BEGIN
  FOR stand_in IN
    SELECT format('pg_temp.%I', c.relname)
    FROM pg_class AS c
    WHERE c.relnamespace = pg_my_temp_schema() AND c.relkind = 'v'
      AND obj_description(c.oid, 'pg_class') LIKE 'As of %, by pgRecall.'
  LOOP
    EXECUTE format('DROP VIEW IF EXISTS %s CASCADE', stand_in);
  END LOOP;
END
$function$;

COMMENT ON PROCEDURE recall.leave() IS 'Back from the moment that recall.enter() went to, to the present.';
REVOKE ALL ON PROCEDURE recall.leave() FROM PUBLIC;

-- Leads a session to a moment: temporary views stand in for the tables, because the server looks for a
-- name without a schema among temporary relations first. What has no past in the journal, and what is
-- read through a view, is refused there rather than read as it is now. A name with a schema still means
-- the table of today: `pgrecall at` leads those to the past, too.
CREATE OR REPLACE PROCEDURE recall.enter(moment text)
LANGUAGE plpgsql
AS $function$
DECLARE
  boundary record;
  found    record;
  standing text;
BEGIN
  CALL recall.leave();
  SELECT * INTO boundary FROM recall._boundary(moment);
  FOR found IN
    SELECT c.relname, pg_catalog.format('%I.%I', n.nspname, c.relname) AS named, coalesce(r.tracked, false) AS tracked
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    LEFT JOIN recall.relation AS r ON r.oid OPERATOR(pg_catalog.=) c.oid
    WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f}') AND pg_catalog.pg_table_is_visible(c.oid)
      AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'recall', 'recall_control')
  LOOP
    EXECUTE pg_catalog.format(
      CASE
        WHEN found.tracked THEN 'CREATE TEMPORARY VIEW %I AS SELECT * FROM recall._as_of(NULL::%s, %L, %L)'
        ELSE 'CREATE TEMPORARY VIEW %I AS SELECT recall._no_past(pg_catalog.concat(%L, '' has no past in the journal'')) AS no_past'
      END,
      found.relname, found.named, boundary.upper, boundary.open
    );
    standing := pg_catalog.format('pg_temp.%I', found.relname);
    EXECUTE pg_catalog.format('COMMENT ON VIEW %s IS %L', standing, pg_catalog.format('As of %s, by pgRecall.', boundary.said));
    IF pg_catalog.to_regclass(pg_catalog.quote_ident(found.relname)) OPERATOR(pg_catalog.<>) standing::pg_catalog.regclass THEN
      RAISE EXCEPTION 'temporary relations do not come first in the search_path, so nothing can stand in for the tables'
        USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'take pg_temp out of the search_path';
    END IF;
  END LOOP;
  RAISE NOTICE 'as of %; names with a schema still mean the tables of today', boundary.said;
END
$function$;

COMMENT ON PROCEDURE recall.enter(text) IS
  'Leads this session to a moment: names of tables without a schema mean the tables of then. CALL recall.leave() goes back. For those who may read the whole journal.';
REVOKE ALL ON PROCEDURE recall.enter(text) FROM PUBLIC;
