//! What a session may set and forget.

use crate::scenario::Scenario;

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v text, d timestamptz DEFAULT '2024-03-31 01:30+00');
    INSERT INTO public.t VALUES (1, 'a'), (2, 'b'), (3, 'c');";

#[test]
fn settings_are_reset_and_discarded() {
    Scenario::new(TABLE)
        .step("BEGIN; UPDATE public.t SET v = 'x' WHERE id = 1; RESET ALL; UPDATE public.t SET v = 'y' WHERE id = 1; COMMIT")
        .step("DISCARD ALL")
        .step("UPDATE public.t SET v = 'z' WHERE id = 1")
        .step("BEGIN; UPDATE public.t SET v = '1'; DISCARD SEQUENCES; UPDATE public.t SET v = '2'; DISCARD PLANS; DISCARD TEMP; UPDATE public.t SET v = '3'; COMMIT")
        .step("BEGIN; DELETE FROM public.t WHERE id = 2; SAVEPOINT s; RESET ALL; DELETE FROM public.t WHERE id = 3; ROLLBACK TO s; UPDATE public.t SET v = 'end'; COMMIT")
        .check();
}

#[test]
fn forged_settings_move_nothing() {
    Scenario::new(TABLE)
        .step("BEGIN; UPDATE public.t SET v = 'x' WHERE id = 1; SELECT set_config('recall.transaction', '1:1', true); UPDATE public.t SET v = 'y' WHERE id = 1; COMMIT")
        .step("SET recall.transaction = '4:2'; UPDATE public.t SET v = 'z'")
        .step("BEGIN; SELECT set_config('recall.transaction', pg_current_xact_id() || ':1', true); UPDATE public.t SET v = 'w'; COMMIT")
        .check();
}

#[test]
fn a_pooler_gives_one_session_to_several_clients_in_turn() {
    let client = |number: usize| {
        format!(
            "BEGIN; SET LOCAL search_path = public; SET LOCAL TimeZone = 'Asia/Kolkata';
             SELECT recall.set_context('{{\"actor\": \"client {number}\"}}');
             UPDATE t SET v = v || '{number}' WHERE id = 1 + {number} % 3; INSERT INTO t VALUES (100 + {number}, 'c'); {}",
            if number % 4 == 3 { "ROLLBACK" } else { "COMMIT" }
        )
    };
    Scenario::new(TABLE)
        .steps((0..8).map(client))
        .step("UPDATE public.t SET v = v || ' without a context' WHERE id = 1")
        .asking("SELECT v FROM public.t WHERE id = 1")
        .check();
}

#[test]
fn a_session_that_plays_the_replica() {
    Scenario::new(format!(
        "{TABLE} CREATE TABLE public.c (t int REFERENCES public.t ON DELETE CASCADE); INSERT INTO public.c VALUES (1), (2);
         CREATE FUNCTION public.never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
         CREATE TRIGGER never BEFORE INSERT OR UPDATE OR DELETE ON public.t FOR EACH ROW WHEN (pg_trigger_depth() > 5) EXECUTE FUNCTION public.never();"
    ))
    .step("SET session_replication_role = replica; UPDATE public.t SET v = 'r'; DELETE FROM public.t WHERE id = 1")
    .step("TRUNCATE public.c; INSERT INTO public.c VALUES (77)")
    .step("SET session_replication_role = local; DELETE FROM public.t WHERE id = 2")
    .check();
}

#[test]
fn roles_change_within_a_session() {
    Scenario::new(format!(
        "{TABLE} DO $$ BEGIN CREATE ROLE torture_plain; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
         GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON public.t TO torture_plain;
         CREATE FUNCTION public.definer() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'UPDATE public.t SET v = v || ''d'''; "
    ))
    .step("SET ROLE torture_plain; UPDATE public.t SET v = 'role'; SELECT public.definer(); INSERT INTO public.t VALUES (9, 'nine')")
    .step("SET LOCAL ROLE NONE; DELETE FROM public.t WHERE id = 9")
    .step("TRUNCATE public.t")
    .step("SET SESSION AUTHORIZATION torture_plain; INSERT INTO public.t VALUES (10, 'ten')")
    .step("RESET SESSION AUTHORIZATION; DELETE FROM public.t")
    .check();
}

#[test]
fn objects_of_the_same_name_stand_in_the_way() {
    Scenario::new(format!(
        "{TABLE}
         CREATE SCHEMA evil; CREATE TABLE evil.t (id int, v text); CREATE TABLE evil.change (id int);
         CREATE FUNCTION evil.to_jsonb(anyelement) RETURNS jsonb LANGUAGE sql AS $$ SELECT '{{\"evil\": 1}}'::jsonb $$;
         CREATE FUNCTION evil.nextval(text) RETURNS bigint LANGUAGE sql AS 'SELECT -1::bigint';
         CREATE FUNCTION evil.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$ SELECT '-infinity'::timestamptz $$;
         CREATE FUNCTION evil.differs(jsonb, jsonb) RETURNS bool LANGUAGE sql AS 'SELECT true';
         CREATE OPERATOR evil.= (LEFTARG = jsonb, RIGHTARG = jsonb, FUNCTION = evil.differs);
         CREATE FUNCTION evil.same(record, record) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RETURN true; END';
         CREATE OPERATOR evil.*= (LEFTARG = record, RIGHTARG = record, FUNCTION = evil.same);
         CREATE TYPE evil.text AS (a int);"
    ))
    .step("SET search_path = evil, pg_catalog, public; UPDATE public.t SET v = v || 'x'; INSERT INTO public.t VALUES (4, 'd')")
    .step("CREATE TEMP TABLE t (id int); CREATE TEMP TABLE change (id int); DELETE FROM public.t WHERE id = 1; UPDATE public.t SET id = id + 10")
    .step("SET search_path = ''; TRUNCATE public.t; INSERT INTO public.t VALUES (1, 'n')")
    .check();
}

#[test]
fn sequences_are_discarded_before_rows_go_with_others() {
    Scenario::new(
        "CREATE TABLE public.parent (id int PRIMARY KEY);
         CREATE TABLE public.child (id int PRIMARY KEY, parent int REFERENCES public.parent ON DELETE CASCADE ON UPDATE CASCADE);
         INSERT INTO public.parent VALUES (1), (2), (3); INSERT INTO public.child VALUES (1, 1), (2, 2), (3, 3), (4, 3);",
    )
    .step("UPDATE public.child SET id = id + 10")
    .step("DISCARD SEQUENCES")
    .step("DELETE FROM public.parent WHERE id = 1")
    .step("INSERT INTO public.child VALUES (20, 2); DISCARD SEQUENCES; UPDATE public.parent SET id = 22 WHERE id = 2")
    .step("BEGIN; DELETE FROM public.child WHERE id = 14; DISCARD SEQUENCES; DELETE FROM public.parent; COMMIT")
    .check();
}

#[test]
fn sequences_are_discarded_before_a_parent_changes_its_children() {
    Scenario::new(
        "CREATE TABLE public.parent (id int PRIMARY KEY, v text);
         CREATE TABLE public.child (extra int, PRIMARY KEY (id)) INHERITS (public.parent);
         INSERT INTO public.parent VALUES (1, 'a'); INSERT INTO public.child VALUES (2, 'b', 2), (3, 'c', 3);",
    )
    .step("UPDATE public.child SET extra = 0")
    .step("DISCARD SEQUENCES")
    .step("UPDATE public.parent SET v = v || '!'")
    .step("BEGIN; INSERT INTO public.child VALUES (4, 'd', 4); DISCARD SEQUENCES; DELETE FROM public.parent WHERE id < 3; COMMIT")
    .step("DISCARD SEQUENCES; DELETE FROM public.parent")
    .check();
}
