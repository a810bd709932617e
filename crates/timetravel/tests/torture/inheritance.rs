//! Tables that inherit in the old way: each row is recorded under the table that holds it.

use crate::scenario::Scenario;

const FAMILY: &str = "
    CREATE TABLE public.parent (id int PRIMARY KEY, v text);
    CREATE TABLE public.child (extra int, PRIMARY KEY (id)) INHERITS (public.parent);
    CREATE TABLE public.other (w text, id int NOT NULL, v text); ALTER TABLE public.other INHERIT public.parent;
    CREATE TABLE public.grandchild (more date) INHERITS (public.child);
    INSERT INTO public.parent VALUES (1, 'a'); INSERT INTO public.child VALUES (2, 'b', 2);
    INSERT INTO public.other VALUES ('w', 3, 'c'); INSERT INTO public.grandchild VALUES (4, 'd', 4, '2024-01-01');";

#[test]
fn changes_through_the_parent_reach_the_children() {
    Scenario::new(FAMILY)
        .step("UPDATE public.parent SET v = v || '!'")
        .step("UPDATE ONLY public.parent SET id = 10; UPDATE public.child SET extra = 0, id = id + 100")
        .step("INSERT INTO public.parent VALUES (104, 'double'), (3, 'double')")
        .step("DELETE FROM public.parent WHERE id > 100")
        .step("DELETE FROM public.parent")
        .asking("SELECT id || coalesce(v, '') FROM public.parent")
        .asking("SELECT id || coalesce(v, '') FROM ONLY public.parent")
        .asking("SELECT c::text FROM public.child AS c")
        .check();
}

#[test]
fn a_trigger_of_the_parent_sends_rows_to_a_child() {
    Scenario::new(format!(
        "{FAMILY}
         CREATE FUNCTION public.route() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN INSERT INTO public.child VALUES (NEW.id, NEW.v, 9); RETURN NULL; END $$;
         CREATE TRIGGER route BEFORE INSERT ON public.parent FOR EACH ROW EXECUTE FUNCTION public.route();"
    ))
    .step("INSERT INTO public.parent VALUES (20, 'routed'), (21, 'routed')")
    .step("UPDATE public.parent SET v = 'x' WHERE id = 20")
    .check();
}

#[test]
fn tables_with_two_parents() {
    Scenario::new(
        "CREATE TABLE public.a (id int, a int); CREATE TABLE public.b (id int, b int);
         CREATE TABLE public.c (c int) INHERITS (public.a, public.b); INSERT INTO public.c VALUES (1, 1, 1, 1), (1, 1, 1, 1)",
    )
    .step("UPDATE public.a SET a = 2")
    .step("UPDATE public.b SET b = id + 1; INSERT INTO public.a VALUES (1, 2)")
    .step("DELETE FROM public.a WHERE a = 2")
    .asking("SELECT (a.id, a.a)::text FROM public.a")
    .asking("SELECT (b.id, b.b)::text FROM public.b")
    .check();
}
