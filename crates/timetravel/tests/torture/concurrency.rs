//! Sessions that work on the same rows at the same time.

use crate::scenario::Scenario;

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v int, w text DEFAULT '');
    INSERT INTO public.t SELECT g, 0 FROM generate_series(1, 8) AS g;";

#[test]
fn an_update_waits_for_another_one() {
    Scenario::new(TABLE)
        .on("one", "BEGIN; UPDATE public.t SET v = v + 1 WHERE id = 1")
        .blocked("two", "UPDATE public.t SET v = v * 10, w = 'two' WHERE id <= 2")
        .on("one", "UPDATE public.t SET w = 'one' WHERE id = 1; COMMIT")
        .join()
        .step("UPDATE public.t SET v = v + 1")
        .check();
}

#[test]
fn a_delete_and_an_insert_wait() {
    Scenario::new(TABLE)
        .on("one", "BEGIN; DELETE FROM public.t WHERE id = 1")
        .blocked(
            "two",
            "INSERT INTO public.t VALUES (1, 100) ON CONFLICT (id) DO UPDATE SET v = -1",
        )
        .blocked("three", "UPDATE public.t SET w = 'late' WHERE id = 1")
        .on("one", "COMMIT")
        .join()
        .check();
}

#[test]
fn one_waits_for_a_transaction_that_is_rolled_back() {
    Scenario::new(TABLE)
        .on("one", "BEGIN; UPDATE public.t SET v = 5 WHERE id = 1; DELETE FROM public.t WHERE id = 2")
        .blocked("two", "BEGIN; UPDATE public.t SET v = v + 1 WHERE id = 1; DELETE FROM public.t WHERE id = 2; COMMIT")
        .on("one", "ROLLBACK")
        .join()
        .check();
}

#[test]
fn a_key_changes_under_a_waiting_statement() {
    Scenario::new(TABLE)
        .on("one", "BEGIN; UPDATE public.t SET id = 100 WHERE id = 1; UPDATE public.t SET id = 1 WHERE id = 2")
        .blocked("two", "UPDATE public.t SET w = 'two' WHERE id IN (1, 2, 100)")
        .on("one", "COMMIT")
        .join()
        .step("DELETE FROM public.t WHERE id = 1")
        .check();
}

#[test]
fn transactions_overlap_on_different_rows() {
    Scenario::new(TABLE)
        .on("one", "BEGIN; UPDATE public.t SET v = 1 WHERE id = 1")
        .on("two", "BEGIN; UPDATE public.t SET v = 2 WHERE id = 2; COMMIT")
        .on("three", "BEGIN; INSERT INTO public.t VALUES (50, 3)")
        .on("two", "BEGIN; UPDATE public.t SET v = 22 WHERE id = 2")
        .on("one", "UPDATE public.t SET v = 11 WHERE id = 3; COMMIT")
        .on("three", "UPDATE public.t SET v = v + 1 WHERE id IN (1, 50); ROLLBACK")
        .on("two", "COMMIT")
        .check();
}

#[test]
fn a_truncate_waits_and_finds_other_rows() {
    Scenario::new(TABLE)
        .on(
            "one",
            "BEGIN; INSERT INTO public.t VALUES (9, 9); UPDATE public.t SET v = 7 WHERE id = 1",
        )
        .blocked("two", "TRUNCATE public.t")
        .on("one", "COMMIT")
        .join()
        .step("INSERT INTO public.t VALUES (1, 1)")
        .check();
}

#[test]
fn a_truncate_that_began_in_an_older_snapshot() {
    Scenario::new(TABLE)
        .on("one", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM public.t")
        .on("two", "INSERT INTO public.t VALUES (9, 9); UPDATE public.t SET v = 7 WHERE id = 1; DELETE FROM public.t WHERE id = 2")
        .on("one", "TRUNCATE public.t; COMMIT")
        .step("INSERT INTO public.t VALUES (1, 1)")
        .or_says_so()
        .check();
}

#[test]
fn many_sessions_work_on_the_same_rows() {
    let script = |number: i32| {
        format!(
            "DO $$ BEGIN FOR i IN 1 .. 25 LOOP
               UPDATE public.t SET v = v + 1, w = '{number}' || i WHERE id = 1 + (i * {number}) % 8;
               INSERT INTO public.t VALUES (100 + i, {number}) ON CONFLICT (id) DO UPDATE SET v = public.t.v + 1;
               COMMIT;
               DELETE FROM public.t WHERE id = 100 + (i * {number}) % 25;
               COMMIT;
             END LOOP; END $$"
        )
    };
    Scenario::new(TABLE).together((1..6).map(script)).step("UPDATE public.t SET v = 0").check();
}
