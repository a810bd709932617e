//! TRUNCATE, which no row trigger sees.

use crate::scenario::Scenario;

const FAMILY: &str = "
    CREATE TABLE public.a (id int PRIMARY KEY);
    CREATE TABLE public.b (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int REFERENCES public.a);
    CREATE TABLE public.c (b int REFERENCES public.b, v text);
    CREATE TABLE public.other (id serial, v text);
    INSERT INTO public.a VALUES (1), (2);
    INSERT INTO public.b (a) VALUES (1), (1), (2);
    INSERT INTO public.c VALUES (1, 'x'), (1, 'x'), (3, NULL);
    INSERT INTO public.other (v) VALUES ('o'), ('p');";

#[test]
fn a_table_and_what_refers_to_it() {
    Scenario::new(FAMILY)
        .refused("TRUNCATE public.a")
        .step("TRUNCATE public.c")
        .step("INSERT INTO public.c VALUES (2, 'y')")
        .step("TRUNCATE public.a CASCADE")
        .step("INSERT INTO public.a VALUES (1)")
        .check();
}

#[test]
fn several_tables_at_once() {
    Scenario::new(FAMILY)
        .step("TRUNCATE public.a, public.b, public.c, public.other RESTART IDENTITY")
        .step("INSERT INTO public.other (v) VALUES ('q'); TRUNCATE public.other")
        .step("INSERT INTO public.other (v) VALUES ('r')")
        .check();
}

#[test]
fn rows_of_the_same_transaction() {
    Scenario::new(FAMILY)
        .step(
            "INSERT INTO public.other VALUES (7, 'new'); UPDATE public.other SET v = 'changed';
             TRUNCATE public.other; INSERT INTO public.other VALUES (7, 'after'); TRUNCATE public.other;
             INSERT INTO public.other VALUES (7, 'last')",
        )
        .step("BEGIN; TRUNCATE public.other; ROLLBACK")
        .step("BEGIN; SAVEPOINT s; TRUNCATE public.other; ROLLBACK TO s; DELETE FROM public.other; COMMIT")
        .check();
}

#[test]
fn an_empty_table() {
    Scenario::new("CREATE TABLE public.t (id int PRIMARY KEY)")
        .step("TRUNCATE public.t")
        .step("INSERT INTO public.t VALUES (1)")
        .check();
}

#[test]
fn partitions_one_by_one_and_all_together() {
    let fill = "INSERT INTO public.p SELECT g, g % 4 FROM generate_series(1, 40) AS g";
    Scenario::new(format!(
        "CREATE TABLE public.p (id int, part int) PARTITION BY LIST (part);
         CREATE TABLE public.p_0 PARTITION OF public.p FOR VALUES IN (0);
         CREATE TABLE public.p_1 (part int, id int);
         ALTER TABLE public.p ATTACH PARTITION public.p_1 FOR VALUES IN (1);
         CREATE TABLE public.p_rest PARTITION OF public.p DEFAULT PARTITION BY RANGE (id);
         CREATE TABLE public.p_rest_low PARTITION OF public.p_rest FOR VALUES FROM (0) TO (20);
         CREATE TABLE public.p_rest_high PARTITION OF public.p_rest FOR VALUES FROM (20) TO (100);
         {fill}"
    ))
    .step("TRUNCATE public.p_1")
    .step("TRUNCATE public.p_rest")
    .step("TRUNCATE ONLY public.p_0")
    .step(fill)
    .step("TRUNCATE public.p")
    .step(fill)
    .step("TRUNCATE public.p_0, public.p, public.p_rest_low")
    .check();
}

#[test]
fn tables_that_inherit() {
    Scenario::new(
        "CREATE TABLE public.parent (id int); CREATE TABLE public.child (extra int) INHERITS (public.parent);
         INSERT INTO public.parent VALUES (1), (2); INSERT INTO public.child VALUES (3, 3), (4, 4);",
    )
    .step("TRUNCATE ONLY public.parent")
    .step("INSERT INTO public.parent VALUES (5)")
    .step("TRUNCATE public.parent")
    .asking("SELECT id::text FROM public.parent")
    .check();
}

#[test]
fn within_functions_and_triggers() {
    Scenario::new(format!(
        "{FAMILY}
         CREATE FUNCTION public.react() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
           INSERT INTO public.a VALUES (100 + (SELECT count(*) FROM public.a));
           TRUNCATE public.other;
           RETURN NULL;
         END $$;
         CREATE TRIGGER react BEFORE TRUNCATE ON public.c EXECUTE FUNCTION public.react();
         CREATE TRIGGER again AFTER TRUNCATE ON public.c EXECUTE FUNCTION public.react();"
    ))
    .step("TRUNCATE public.c")
    .step("DO $$ BEGIN TRUNCATE public.b CASCADE; END $$")
    .check();
}
