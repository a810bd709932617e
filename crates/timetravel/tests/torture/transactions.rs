//! Savepoints, exception blocks, procedures that commit, transactions in two phases.

use crate::scenario::Scenario;

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v text);
    INSERT INTO public.t VALUES (1, 'a'), (2, 'b'), (3, 'c');";

#[test]
fn savepoints_are_rolled_back_and_released() {
    Scenario::new(TABLE)
        .step(
            "BEGIN; UPDATE public.t SET v = 'x' WHERE id = 1; SAVEPOINT a; UPDATE public.t SET v = 'y'; ROLLBACK TO a;
             SAVEPOINT b; DELETE FROM public.t WHERE id = 2; RELEASE b; INSERT INTO public.t VALUES (4, 'd'); COMMIT",
        )
        .step(
            "BEGIN; SAVEPOINT a; UPDATE public.t SET v = 'first'; ROLLBACK TO a; UPDATE public.t SET v = 'second';
             SAVEPOINT b; SAVEPOINT c; DELETE FROM public.t; ROLLBACK TO b; COMMIT",
        )
        .step("BEGIN; SAVEPOINT a; DELETE FROM public.t; ROLLBACK TO a; COMMIT")
        .step("BEGIN; DELETE FROM public.t; ROLLBACK")
        .step("BEGIN; SAVEPOINT s; INSERT INTO public.t VALUES (9, 'i'); SAVEPOINT s; DELETE FROM public.t WHERE id < 3; ROLLBACK TO s; RELEASE s; ROLLBACK TO s; UPDATE public.t SET v = 'end'; COMMIT")
        .check();
}

#[test]
fn exception_blocks_take_back_what_they_did() {
    Scenario::new(TABLE)
        .step(
            "DO $$ BEGIN
               BEGIN INSERT INTO public.t VALUES (10, 'x'); RAISE EXCEPTION 'no'; EXCEPTION WHEN OTHERS THEN INSERT INTO public.t VALUES (11, 'y'); END;
               BEGIN UPDATE public.t SET v = 'z' WHERE id = 11; EXCEPTION WHEN OTHERS THEN NULL; END;
               FOR i IN 1 .. 5 LOOP
                 BEGIN DELETE FROM public.t WHERE id = i; IF i % 2 = 0 THEN PERFORM 1 / 0; END IF; EXCEPTION WHEN division_by_zero THEN NULL; END;
               END LOOP;
             END $$",
        )
        .step("DO $$ BEGIN BEGIN UPDATE public.t SET v = 'lost'; RAISE EXCEPTION 'no'; EXCEPTION WHEN OTHERS THEN NULL; END; END $$")
        .check();
}

#[test]
fn an_error_takes_back_the_whole_transaction() {
    Scenario::new(TABLE)
        .refused("UPDATE public.t SET v = 'x'; INSERT INTO public.t VALUES (1, 'double')")
        .refused("BEGIN; DELETE FROM public.t; SELECT 1 / 0")
        .step("ROLLBACK")
        .step("UPDATE public.t SET v = 'y'")
        .check();
}

#[test]
fn procedures_commit_midway() {
    Scenario::new(format!(
        "{TABLE}
         CREATE PROCEDURE public.batches() LANGUAGE plpgsql AS $$ BEGIN
           FOR i IN 1 .. 6 LOOP
             UPDATE public.t SET v = v || i WHERE id = 1 + i % 3;
             INSERT INTO public.t VALUES (100 + i, 'new');
             IF i % 3 = 0 THEN ROLLBACK; ELSIF i % 2 = 0 THEN COMMIT; END IF;
           END LOOP;
           DELETE FROM public.t WHERE id = 3;
         END $$;
         CREATE PROCEDURE public.chained() LANGUAGE plpgsql AS $$ BEGIN
           UPDATE public.t SET v = 'one'; COMMIT AND CHAIN; UPDATE public.t SET v = 'two'; ROLLBACK AND CHAIN; UPDATE public.t SET v = v || '!';
         END $$;"
    ))
    .step("CALL public.batches()")
    .step("CALL public.chained()")
    .step("DO $$ BEGIN UPDATE public.t SET v = 'do'; COMMIT; UPDATE public.t SET v = 'done'; END $$")
    .check();
}

#[test]
fn transactions_in_two_phases() {
    Scenario::new(TABLE)
        .step("BEGIN; UPDATE public.t SET v = 'first' WHERE id = 1; PREPARE TRANSACTION 'torture one'")
        .step("UPDATE public.t SET v = 'between' WHERE id = 2")
        .on("other", "COMMIT PREPARED 'torture one'")
        .step("BEGIN; UPDATE public.t SET v = 'lost'; PREPARE TRANSACTION 'torture two'")
        .step("INSERT INTO public.t VALUES (7, 'meanwhile')")
        .step("ROLLBACK PREPARED 'torture two'")
        .step("UPDATE public.t SET v = 'after'")
        .check();
}

#[test]
fn transactions_that_are_chained() {
    Scenario::new(TABLE)
        .step("BEGIN; UPDATE public.t SET v = 'x' WHERE id = 1; COMMIT AND CHAIN; UPDATE public.t SET v = 'y' WHERE id = 1; ROLLBACK AND CHAIN; DELETE FROM public.t WHERE id = 2; COMMIT")
        .check();
}

#[test]
fn isolation_levels_and_read_only_transactions() {
    Scenario::new(TABLE)
        .step("BEGIN ISOLATION LEVEL REPEATABLE READ; UPDATE public.t SET v = 'r'; COMMIT")
        .step("BEGIN ISOLATION LEVEL SERIALIZABLE; UPDATE public.t SET v = 's' WHERE id = (SELECT min(id) FROM public.t); COMMIT")
        .refused("BEGIN READ ONLY; DELETE FROM public.t")
        .step("ROLLBACK; BEGIN ISOLATION LEVEL SERIALIZABLE, READ WRITE, DEFERRABLE; DELETE FROM public.t WHERE id = 1; COMMIT")
        .check();
}
