//! Keys that change hands.

use crate::scenario::Scenario;

#[test]
fn all_keys_shift_by_one() {
    Scenario::new(
        "CREATE TABLE public.t (id int PRIMARY KEY DEFERRABLE, v text);
         INSERT INTO public.t SELECT g, 'v' || g FROM generate_series(1, 20) AS g;",
    )
    .step("UPDATE public.t SET id = id + 1")
    .step("UPDATE public.t SET id = id - 1, v = v || '*'")
    .step("UPDATE public.t SET id = id + 1; UPDATE public.t SET id = id + 1")
    .step("INSERT INTO public.t VALUES (1, 'new'); DELETE FROM public.t WHERE id = 10; UPDATE public.t SET id = id + 1 WHERE id < 10")
    .step("UPDATE public.t SET id = id + 1; UPDATE public.t SET id = id - 1")
    .check();
}

#[test]
fn two_rows_swap_their_keys() {
    Scenario::new(
        "CREATE TABLE public.t (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, v text);
         INSERT INTO public.t VALUES (1, 'a'), (2, 'b'), (3, 'same'), (4, 'same');",
    )
    .step("UPDATE public.t SET id = 3 - id WHERE id < 3")
    .step("UPDATE public.t SET id = 7 - id WHERE id >= 3")
    .step("BEGIN; UPDATE public.t SET id = 2 WHERE v = 'b'; UPDATE public.t SET id = 1 WHERE v = 'a'; COMMIT")
    .step("UPDATE public.t SET id = 1 + id % 4")
    .step("UPDATE public.t SET id = -id; UPDATE public.t SET id = -id")
    .check();
}

#[test]
fn a_key_is_freed_and_taken_again() {
    Scenario::new(
        "CREATE TABLE public.t (id int PRIMARY KEY, v text); INSERT INTO public.t VALUES (1, 'a'), (2, 'b');",
    )
    .step("DELETE FROM public.t WHERE id = 1; UPDATE public.t SET id = 1 WHERE id = 2; INSERT INTO public.t VALUES (2, 'c')")
    .step("UPDATE public.t SET id = 3 WHERE id = 1")
    .step("INSERT INTO public.t VALUES (1, 'd')")
    .step("DELETE FROM public.t WHERE id = 3; UPDATE public.t SET id = 3 WHERE id = 2; UPDATE public.t SET id = 2 WHERE id = 1")
    .step("DELETE FROM public.t")
    .check();
}

#[test]
fn keys_of_several_columns() {
    Scenario::new(
        "CREATE TABLE public.t (b text, v int, a int, c timestamptz, PRIMARY KEY (a, b, c));
         INSERT INTO public.t (a, b, c, v) VALUES (1, 'x', '2024-01-01 00:00+05', 1), (1, 'y', '2024-01-01', 2), (2, 'x', 'infinity', 3);",
    )
    .step("UPDATE public.t SET a = a + 10, v = 0 WHERE b = 'x'")
    .step("UPDATE public.t SET b = b || ',\"[', c = c + interval '1 day'")
    .step("UPDATE public.t SET v = v + 1; DELETE FROM public.t WHERE a = 1")
    .step("INSERT INTO public.t (a, b, c, v) VALUES (1, 'y', '2024-01-01', 2)")
    .check();
}

#[test]
fn unique_keys_that_may_be_null_identify_nothing() {
    Scenario::new(
        "CREATE TABLE public.t (code text UNIQUE, v int);
         CREATE TABLE public.half (a int NOT NULL, b int, UNIQUE (a, b));
         INSERT INTO public.t VALUES (NULL, 1), (NULL, 1), ('x', 1), (NULL, 2);
         INSERT INTO public.half VALUES (1, NULL), (1, NULL), (1, 1);",
    )
    .step("UPDATE public.t SET v = v + 1 WHERE code IS NULL AND v = 1")
    .step("UPDATE public.t SET code = 'y' WHERE ctid = (SELECT min(ctid) FROM public.t WHERE code IS NULL)")
    .step("UPDATE public.t SET code = NULL")
    .step("UPDATE public.half SET b = 2 WHERE ctid = (SELECT min(ctid) FROM public.half WHERE b IS NULL)")
    .step("DELETE FROM public.t WHERE v = 2; DELETE FROM public.half WHERE b IS NULL")
    .check();
}

#[test]
fn a_unique_key_stands_in_for_a_primary_key() {
    Scenario::new(
        "CREATE TABLE public.t (v int, code text COLLATE \"C\" NOT NULL UNIQUE DEFERRABLE, other int NOT NULL, UNIQUE (v, other));
         INSERT INTO public.t VALUES (1, 'a', 1), (2, 'b', 1);
         CREATE TABLE public.covered (id int, v int, UNIQUE (id) INCLUDE (v)); ALTER TABLE public.covered ALTER id SET NOT NULL;
         INSERT INTO public.covered VALUES (1, 1), (2, 2);",
    )
    .step("UPDATE public.t SET code = CASE code WHEN 'a' THEN 'b' ELSE 'a' END")
    .step("UPDATE public.t SET code = '' WHERE code = 'a'; UPDATE public.covered SET id = id + 2, v = 0")
    .step("DELETE FROM public.t; DELETE FROM public.covered WHERE id = 3")
    .check();
}

#[test]
fn equal_rows_without_a_key() {
    Scenario::new(
        "CREATE TABLE public.t (v text, w int); INSERT INTO public.t SELECT 'x', 1 FROM generate_series(1, 5);
         INSERT INTO public.t VALUES (NULL, NULL), (NULL, NULL);",
    )
    .step("DELETE FROM public.t WHERE ctid IN (SELECT ctid FROM public.t WHERE v = 'x' LIMIT 2)")
    .step("UPDATE public.t SET w = 2 WHERE ctid IN (SELECT ctid FROM public.t WHERE v = 'x' LIMIT 1)")
    .step("UPDATE public.t SET w = 3 - w WHERE v = 'x'")
    .step("INSERT INTO public.t SELECT * FROM public.t")
    .step("UPDATE public.t SET v = 'n' WHERE v IS NULL; UPDATE public.t SET v = NULL WHERE v = 'n'")
    .step("DELETE FROM public.t")
    .check();
}

#[test]
fn keys_of_types_with_more_than_one_text() {
    Scenario::new(
        "CREATE TABLE public.n (id numeric PRIMARY KEY, v int); INSERT INTO public.n VALUES (1.0, 1), (2.50, 2);
         CREATE TABLE public.f (id float8 PRIMARY KEY, v int); INSERT INTO public.f VALUES (-0.0, 1), ('NaN', 2), (0.1, 3);
         CREATE TABLE public.c (id char(6) PRIMARY KEY, v int); INSERT INTO public.c VALUES ('ab', 1), ('b', 2);
         CREATE TABLE public.b (id bool PRIMARY KEY, v int); INSERT INTO public.b VALUES (true, 1);
         CREATE TABLE public.y (id bytea PRIMARY KEY, v int); INSERT INTO public.y VALUES ('\\xdead', 1), ('', 2);
         CREATE TABLE public.j (id jsonb PRIMARY KEY, v int); INSERT INTO public.j VALUES ('{\"a\": 1.0}', 1), ('[]', 2);
         CREATE TABLE public.i (id interval PRIMARY KEY, v int); INSERT INTO public.i VALUES ('1 mon', 1), ('24 hours', 2);
         CREATE TABLE public.a (id int[] PRIMARY KEY, v int); INSERT INTO public.a VALUES ('{1,2}', 1), ('{}', 2);",
    )
    .step("UPDATE public.n SET v = v + 1; UPDATE public.f SET v = v + 1; UPDATE public.c SET v = v + 1; UPDATE public.b SET v = 9")
    .step("UPDATE public.y SET v = v + 1; UPDATE public.j SET v = v + 1; UPDATE public.i SET v = v + 1; UPDATE public.a SET v = v + 1")
    .step("UPDATE public.n SET id = 1.00 WHERE id = 1; UPDATE public.i SET id = '1 day' WHERE id = '24 hours'")
    .step("UPDATE public.f SET id = 0.0 WHERE id = 0; UPDATE public.j SET id = '{\"a\": 1.00}' WHERE v = 2")
    .step("UPDATE public.c SET id = 'abc' WHERE id = 'ab'; UPDATE public.b SET id = false; DELETE FROM public.a WHERE v = 2")
    .step("UPDATE public.i SET id = '30 days' WHERE id = '1 mon'; UPDATE public.n SET id = 1 WHERE id = 1")
    .step("DELETE FROM public.n; DELETE FROM public.f; DELETE FROM public.c; DELETE FROM public.b; DELETE FROM public.y; DELETE FROM public.j; DELETE FROM public.i; DELETE FROM public.a")
    .check();
}

#[test]
fn keys_that_are_equal_by_collation_but_not_by_text() {
    Scenario::new(
        "CREATE COLLATION public.insensitive (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
         CREATE TABLE public.t (id text COLLATE public.insensitive PRIMARY KEY, v int);
         INSERT INTO public.t VALUES ('Ab', 1), ('c', 2);",
    )
    .step("UPDATE public.t SET id = 'aB' WHERE id = 'ab'")
    .step("UPDATE public.t SET v = 3 WHERE id = 'AB'; UPDATE public.t SET id = 'AB' WHERE id = 'ab'")
    .step("DELETE FROM public.t WHERE id = 'ab'; INSERT INTO public.t VALUES ('ab', 9)")
    .step("DELETE FROM public.t")
    .check();
}

#[test]
fn keys_too_long_for_an_index() {
    Scenario::new(
        "CREATE TABLE public.t (id text PRIMARY KEY, v int);
         INSERT INTO public.t SELECT repeat('x', 3000) || g, g FROM generate_series(1, 4) AS g;",
    )
    .step("UPDATE public.t SET v = v + 1")
    .step("UPDATE public.t SET id = id || 'y' WHERE v < 4")
    .step(
        "DELETE FROM public.t WHERE v = 5; INSERT INTO public.t SELECT repeat('x', 30000) || 1, 1",
    )
    .step("TRUNCATE public.t")
    .check();
}
