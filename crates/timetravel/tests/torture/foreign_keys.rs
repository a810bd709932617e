//! What the server does by itself to keep references right.

use crate::scenario::Scenario;

/// A parent and a child whose reference acts in a given way.
fn family(action: &str) -> Scenario {
    Scenario::new(format!(
        "CREATE TABLE public.parent (id int PRIMARY KEY, code int, v int);
         INSERT INTO public.parent SELECT g, g, g FROM generate_series(0, 5) AS g;
         CREATE UNIQUE INDEX parent_code ON public.parent (code);
         CREATE TABLE public.child (id int PRIMARY KEY, parent int DEFAULT 0 REFERENCES public.parent (id) {action});
         CREATE TABLE public.bag (parent int DEFAULT 0 REFERENCES public.parent (id) {action}, v text);
         INSERT INTO public.child SELECT g, 1 + g % 4 FROM generate_series(1, 9) AS g;
         INSERT INTO public.bag SELECT 1 + g % 3, 'b' FROM generate_series(1, 8) AS g;"
    ))
}

#[test]
fn on_delete_and_update_cascade() {
    family("ON DELETE CASCADE ON UPDATE CASCADE")
        .step("DELETE FROM public.parent WHERE id = 1")
        .step("UPDATE public.parent SET id = id + 10 WHERE id > 1")
        .step("UPDATE public.parent SET id = id + 100, v = 0")
        .step("WITH d AS (DELETE FROM public.parent WHERE id = 113 RETURNING id) INSERT INTO public.parent SELECT id + 100 FROM d")
        .step("DELETE FROM public.parent")
        .check();
}

#[test]
fn on_delete_and_update_set_null() {
    family("ON DELETE SET NULL ON UPDATE SET NULL")
        .step("DELETE FROM public.parent WHERE id = 1")
        .step("UPDATE public.parent SET id = id + 10 WHERE id = 2")
        .step("DELETE FROM public.parent")
        .check();
}

#[test]
fn on_delete_and_update_set_default() {
    family("ON DELETE SET DEFAULT ON UPDATE SET DEFAULT")
        .step("DELETE FROM public.parent WHERE id = 1")
        .step("UPDATE public.parent SET id = id + 10 WHERE id = 2")
        .step("DELETE FROM public.parent WHERE id > 0")
        .refused("DELETE FROM public.parent")
        .check();
}

#[test]
fn on_delete_and_update_restrict_or_nothing() {
    for action in
        ["ON DELETE RESTRICT ON UPDATE RESTRICT", "ON DELETE NO ACTION ON UPDATE NO ACTION"]
    {
        family(action)
            .refused("DELETE FROM public.parent WHERE id = 1")
            .refused("UPDATE public.parent SET id = id + 10 WHERE id = 2")
            .step("DELETE FROM public.child WHERE parent = 4; DELETE FROM public.parent WHERE id IN (4, 5)")
            .check();
    }
}

#[test]
fn on_delete_set_some_columns() {
    Scenario::new(
        "CREATE TABLE public.parent (tenant int, id int, PRIMARY KEY (tenant, id));
         CREATE TABLE public.child (id int PRIMARY KEY, tenant int NOT NULL, parent int,
           FOREIGN KEY (tenant, parent) REFERENCES public.parent ON DELETE SET NULL (parent));
         INSERT INTO public.parent VALUES (1, 1), (1, 2); INSERT INTO public.child VALUES (1, 1, 1), (2, 1, 1), (3, 1, 2);",
    )
    .since(15)
    .step("DELETE FROM public.parent WHERE id = 1")
    .check();
}

#[test]
fn a_table_refers_to_itself() {
    Scenario::new(
        "CREATE TABLE public.tree (id int PRIMARY KEY, above int REFERENCES public.tree ON DELETE CASCADE ON UPDATE CASCADE);
         INSERT INTO public.tree VALUES (1, NULL), (2, 1), (3, 1), (4, 2), (5, 4), (6, 6);
         CREATE TABLE public.chain (id int PRIMARY KEY, next int REFERENCES public.chain ON DELETE SET NULL);
         INSERT INTO public.chain VALUES (3, NULL), (2, 3), (1, 2);",
    )
    .step("UPDATE public.tree SET id = 20 WHERE id = 2")
    .step("UPDATE public.tree SET id = 60 WHERE id = 6")
    .step("DELETE FROM public.tree WHERE id = 20")
    .step("DELETE FROM public.tree; DELETE FROM public.chain WHERE id = 2")
    .check();
}

#[test]
fn a_statement_reaches_a_row_twice_through_references_to_itself() {
    Scenario::new(
        "CREATE TABLE public.tree (id int PRIMARY KEY, above int REFERENCES public.tree ON DELETE SET NULL ON UPDATE CASCADE);
         INSERT INTO public.tree VALUES (1, NULL), (2, 1), (3, 2), (4, 3);",
    )
    .step("UPDATE public.tree SET id = id + 10")
    .step("DELETE FROM public.tree WHERE id IN (11, 13)")
    .check();
}

#[test]
fn constraints_are_checked_at_the_end() {
    Scenario::new(
        "CREATE TABLE public.a (id int PRIMARY KEY, b int);
         CREATE TABLE public.b (id int PRIMARY KEY, a int REFERENCES public.a DEFERRABLE INITIALLY DEFERRED);
         ALTER TABLE public.a ADD FOREIGN KEY (b) REFERENCES public.b ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;",
    )
    .step("INSERT INTO public.a VALUES (1, 1); INSERT INTO public.b VALUES (1, 1)")
    .step("BEGIN; INSERT INTO public.b VALUES (2, 9); UPDATE public.b SET a = 1 WHERE id = 2; COMMIT")
    .refused("INSERT INTO public.a VALUES (5, 5)")
    .step("BEGIN; SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO public.a VALUES (7, NULL); UPDATE public.b SET a = 7; COMMIT")
    .step("DELETE FROM public.a WHERE id = 7; DELETE FROM public.b")
    .check();
}

#[test]
fn tables_refer_to_each_other_in_a_circle() {
    Scenario::new(
        "CREATE TABLE public.a (id int PRIMARY KEY, c int); CREATE TABLE public.b (id int PRIMARY KEY, a int REFERENCES public.a ON DELETE CASCADE ON UPDATE CASCADE);
         CREATE TABLE public.c (id int PRIMARY KEY, b int REFERENCES public.b ON DELETE CASCADE ON UPDATE CASCADE);
         ALTER TABLE public.a ADD FOREIGN KEY (c) REFERENCES public.c ON DELETE CASCADE ON UPDATE CASCADE;
         INSERT INTO public.a VALUES (1, NULL), (2, NULL); INSERT INTO public.b VALUES (1, 1), (2, 2);
         INSERT INTO public.c VALUES (1, 1), (2, 2); UPDATE public.a SET c = id;",
    )
    .step("UPDATE public.b SET id = id + 10")
    .step("DELETE FROM public.c WHERE id = 1")
    .step("DELETE FROM public.a")
    .check();
}

#[test]
fn a_parent_comes_by_a_conflicting_insert() {
    family("ON DELETE CASCADE ON UPDATE CASCADE")
        .step("INSERT INTO public.parent VALUES (9, 1) ON CONFLICT (code) DO UPDATE SET id = 100")
        .step("INSERT INTO public.child VALUES (1, 100) ON CONFLICT (id) DO UPDATE SET parent = 2")
        .check();
}
