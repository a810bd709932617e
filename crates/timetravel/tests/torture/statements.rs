//! Every statement that changes rows.

use crate::scenario::Scenario;

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v text, n numeric);
    INSERT INTO public.t VALUES (1, 'a', 1.0), (2, 'b', 2.00), (3, NULL, NULL);";

#[test]
fn one_row_is_inserted_updated_and_deleted() {
    Scenario::new(TABLE)
        .step("INSERT INTO public.t VALUES (4, 'd', 4)")
        .step("UPDATE public.t SET v = 'e' WHERE id = 4")
        .step("UPDATE public.t SET n = 4.0 WHERE id = 4")
        .step("UPDATE public.t SET v = v WHERE id = 4")
        .step("DELETE FROM public.t WHERE id = 4")
        .step("DELETE FROM public.t WHERE id = 4")
        .check();
}

#[test]
fn many_rows_are_inserted_updated_and_deleted() {
    Scenario::new(TABLE)
        .step("INSERT INTO public.t SELECT g, md5(g::text), g / 3.0 FROM generate_series(10, 300) AS g")
        .step("UPDATE public.t SET v = v || 'x', n = round(n, 2) WHERE id % 2 = 0")
        .step("UPDATE public.t SET v = NULL WHERE id % 3 = 0")
        .step("DELETE FROM public.t WHERE id % 5 = 0")
        .step("DELETE FROM public.t")
        .check();
}

#[test]
fn several_changes_of_a_row_in_one_transaction() {
    Scenario::new(TABLE)
        .step(
            "INSERT INTO public.t VALUES (4, 'd', 4); UPDATE public.t SET v = 'e' WHERE id = 4;
             UPDATE public.t SET v = 'd' WHERE id = 4; DELETE FROM public.t WHERE id = 4;
             INSERT INTO public.t VALUES (4, 'again', 4)",
        )
        .step(
            "UPDATE public.t SET v = 'x'; UPDATE public.t SET v = 'y'; UPDATE public.t SET v = 'x'",
        )
        .step("DELETE FROM public.t WHERE id = 1; INSERT INTO public.t VALUES (1, 'a', 1.0)")
        .check();
}

#[test]
fn rows_that_a_statement_deletes_and_inserts_again() {
    Scenario::new(TABLE)
        .step("WITH d AS (DELETE FROM public.t WHERE id < 3 RETURNING *) INSERT INTO public.t SELECT * FROM d LIMIT 1")
        .step("WITH d AS (DELETE FROM public.t RETURNING *) INSERT INTO public.t SELECT id, v || 'x', n FROM d LIMIT 1")
        .check();
}

#[test]
fn inserts_that_meet_a_row() {
    Scenario::new(TABLE)
        .step("INSERT INTO public.t VALUES (1, 'x', 0), (5, 'y', 0) ON CONFLICT DO NOTHING")
        .step(
            "INSERT INTO public.t VALUES (1, 'x', 0), (6, 'y', 0)
             ON CONFLICT (id) DO UPDATE SET v = excluded.v, n = public.t.n + 1",
        )
        .step(
            "INSERT INTO public.t VALUES (2, 'x', 0), (7, 'y', 0)
             ON CONFLICT (id) DO UPDATE SET v = 'never' WHERE public.t.n > 1000",
        )
        .step("INSERT INTO public.t VALUES (3, 'x', 0) ON CONFLICT (id) DO UPDATE SET id = 30")
        .refused("INSERT INTO public.t VALUES (1, 'x', 0)")
        .check();
}

#[test]
fn copy_brings_rows() {
    Scenario::new(TABLE)
        .step(r"COPY public.t FROM PROGRAM $$printf '10\tten\t1.50\n11\t\\N\t\\N\n12\t\\\\\\t\t0\n'$$")
        .step("COPY public.t (id, v) FROM PROGRAM $$printf '20,\"a \"\"b\"\"\"\\n21,\\n'$$ (FORMAT csv)")
        .refused(r"COPY public.t FROM PROGRAM $$printf '30\tx\t1\n1\tdouble\t1\n'$$")
        .check();
}

#[test]
fn merge_does_all_at_once() {
    Scenario::new(TABLE)
        .since(15)
        .step(
            "MERGE INTO public.t USING (VALUES (1, 'm'), (2, 'gone'), (9, 'new'), (10, 'none')) AS s (id, v)
             ON t.id = s.id
             WHEN MATCHED AND s.v = 'gone' THEN DELETE
             WHEN MATCHED THEN UPDATE SET v = s.v, id = t.id + 100
             WHEN NOT MATCHED AND s.v = 'none' THEN DO NOTHING
             WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v, 0)",
        )
        .check();
}

#[test]
fn merge_also_reaches_rows_without_a_source() {
    Scenario::new(TABLE)
        .since(17)
        .step(
            "MERGE INTO public.t USING (VALUES (1, 'm'), (9, 'new')) AS s (id, v) ON t.id = s.id
             WHEN MATCHED THEN UPDATE SET v = s.v
             WHEN NOT MATCHED BY SOURCE AND t.id = 2 THEN DELETE
             WHEN NOT MATCHED BY SOURCE THEN UPDATE SET v = 'without'
             WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v, 0)
             RETURNING merge_action(), t.id",
        )
        .check();
}

#[test]
fn statements_within_a_with_clause() {
    Scenario::new(format!("{TABLE} CREATE TABLE public.past (id int, v text)"))
        .step(
            "WITH gone AS (DELETE FROM public.t WHERE id = 1 RETURNING id, v),
                  kept AS (INSERT INTO public.past SELECT id, v FROM gone RETURNING id),
                  more AS (UPDATE public.t SET n = 0 WHERE id = 2 RETURNING id)
             INSERT INTO public.t SELECT id + 10, 'copy', 1 FROM kept UNION ALL SELECT id + 10, 'more', 2 FROM more",
        )
        .step(
            "WITH new AS (INSERT INTO public.t VALUES (50, 'x', 1) RETURNING id)
             UPDATE public.t SET v = 'seen' WHERE id IN (SELECT id FROM new) OR id = 3",
        )
        .check();
}

#[test]
fn updates_and_deletes_that_join() {
    Scenario::new(format!(
        "{TABLE} CREATE TABLE public.price (id int PRIMARY KEY, t int, n numeric);
         INSERT INTO public.price VALUES (1, 1, 5), (2, 1, 6), (3, 3, 7)"
    ))
    .step("UPDATE public.t SET n = p.n FROM public.price AS p WHERE p.t = t.id")
    .step("DELETE FROM public.t USING public.price AS p WHERE p.t = t.id AND p.n > 6")
    .step("UPDATE public.t AS a SET v = b.v FROM public.t AS b WHERE b.id = 3 - a.id")
    .check();
}

#[test]
fn a_query_changes_rows_through_functions() {
    Scenario::new(format!(
        "{TABLE}
         CREATE FUNCTION public.bump(which int) RETURNS int LANGUAGE sql VOLATILE AS
           'UPDATE public.t SET n = coalesce(n, 0) + 1 WHERE id = which RETURNING id';
         CREATE PROCEDURE public.sweep() LANGUAGE plpgsql AS
           $$ BEGIN DELETE FROM public.t WHERE n > 2; INSERT INTO public.t VALUES (70, 'swept', 0); END $$;"
    ))
    .step("SELECT public.bump(id) FROM public.t ORDER BY id")
    .step("SELECT public.bump(1), public.bump(1), public.bump(1)")
    .step("CALL public.sweep()")
    .step("DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM public.t LOOP UPDATE public.t SET v = r.id WHERE id = r.id; END LOOP; END $$")
    .check();
}

#[test]
fn a_cursor_points_at_the_row() {
    Scenario::new(TABLE)
        .step(
            "BEGIN; DECLARE c CURSOR FOR SELECT * FROM public.t ORDER BY id FOR UPDATE; MOVE 2 IN c;
             UPDATE public.t SET v = 'here' WHERE CURRENT OF c; MOVE 1 IN c;
             DELETE FROM public.t WHERE CURRENT OF c; COMMIT",
        )
        .check();
}

#[test]
fn prepared_statements_are_run_again_and_again() {
    Scenario::new(TABLE)
        .step("PREPARE add (int, text) AS INSERT INTO public.t VALUES ($1, $2, 0)")
        .steps((10..20).map(|id| format!("EXECUTE add ({id}, 'v{id}')")))
        .check();
}

#[test]
fn statements_with_hidden_rows_and_old_and_new_values() {
    Scenario::new(TABLE)
        .since(18)
        .step("UPDATE public.t SET n = n + 1 WHERE id < 3 RETURNING old.n, new.n")
        .step("INSERT INTO public.t VALUES (1, 'z', 0) ON CONFLICT (id) DO UPDATE SET v = excluded.v RETURNING old.v, new.v")
        .check();
}
