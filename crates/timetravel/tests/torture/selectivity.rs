//! Tables of which not everything is recorded, on purpose, by failure or by a pause.

use pgrecall_journal::{OnFailure, SelectivityOptions, TrackOptions, Wish};

use crate::scenario::Scenario;

const TABLE: &str =
    "CREATE TABLE public.t (id int PRIMARY KEY, v text, at timestamptz DEFAULT now());
     INSERT INTO public.t SELECT g, 'row ' || g FROM generate_series(1, 5) AS g;";

/// Makes the records of some rows fail.
const BREAK: &str = "ALTER TABLE recall.change ADD CONSTRAINT broken CHECK (coalesce(new_key, key) <> '3') NOT VALID";

fn isolated() -> TrackOptions {
    TrackOptions { on_failure: Some(OnFailure::Isolate), ..TrackOptions::default() }
}

fn when(condition: &str) -> TrackOptions {
    let condition = Wish::Set(condition.to_owned());
    let selectivity = SelectivityOptions { condition, ..SelectivityOptions::default() };
    TrackOptions { selectivity, ..TrackOptions::default() }
}

#[test]
fn what_does_not_fail_is_recorded_in_isolation_too() {
    Scenario::new(TABLE)
        .tracked(isolated())
        .step("UPDATE public.t SET id = id + 1 WHERE id = 5; UPDATE public.t SET v = v")
        .step("BEGIN; INSERT INTO public.t VALUES (9, 'x'); SAVEPOINT a; DELETE FROM public.t; ROLLBACK TO a; UPDATE public.t SET v = NULL; COMMIT")
        .step("DO $$ BEGIN INSERT INTO public.t VALUES (1, 'twice'); EXCEPTION WHEN unique_violation THEN UPDATE public.t SET v = 'caught'; END $$")
        .step("SELECT recall.set_actor('ann'); INSERT INTO public.t VALUES (10), (11)")
        .step("DELETE FROM public.t WHERE id = 2; TRUNCATE public.t")
        .check();
}

#[test]
fn partitions_are_recorded_in_isolation_too() {
    Scenario::new(
        "CREATE TABLE public.t (id int, v text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
         CREATE TABLE public.t_1 PARTITION OF public.t FOR VALUES FROM (0) TO (10);
         CREATE TABLE public.t_2 (v text, id int NOT NULL);
         ALTER TABLE public.t ATTACH PARTITION public.t_2 FOR VALUES FROM (10) TO (20)",
    )
    .tracked(isolated())
    .step("INSERT INTO public.t VALUES (1, 'a'), (11, 'b')")
    .step("UPDATE public.t SET id = 12 WHERE id = 1; UPDATE public.t_2 SET v = 'c'")
    .step("TRUNCATE public.t_2")
    .check();
}

#[test]
fn what_fails_is_told() {
    Scenario::new(TABLE)
        .tracked(isolated())
        .step("UPDATE public.t SET v = 'a'")
        .step(BREAK)
        .step("UPDATE public.t SET v = 'b'")
        .step("BEGIN; INSERT INTO public.t VALUES (6); UPDATE public.t SET id = 7 WHERE id = 3; COMMIT")
        .step("ALTER TABLE recall.change DROP CONSTRAINT broken; DELETE FROM public.t WHERE id = 1")
        .or_says_so()
        .check();
}

#[test]
fn without_isolation_what_fails_does_not_happen() {
    Scenario::new(TABLE)
        .step(BREAK)
        .refused("UPDATE public.t SET v = 'b'")
        .step("UPDATE public.t SET v = 'b' WHERE id <> 3")
        .check();
}

#[test]
fn what_a_condition_leaves_out_is_told() {
    Scenario::new(TABLE)
        .tracked(when("NEW.v IS DISTINCT FROM OLD.v"))
        .step("UPDATE public.t SET at = at + interval '1 day'")
        .step("UPDATE public.t SET v = 'b' WHERE id = 1; INSERT INTO public.t VALUES (6)")
        .step("DELETE FROM public.t WHERE id = 6; TRUNCATE public.t")
        .or_says_so()
        .check();
}

#[test]
fn what_a_pause_leaves_out_is_told() {
    Scenario::new(TABLE)
        .on("older", "BEGIN; INSERT INTO public.t VALUES (6)")
        .step("SELECT recall.pause('public.t')")
        .on("older", "INSERT INTO public.t VALUES (7); COMMIT")
        .step("UPDATE public.t SET v = 'unseen'")
        .on("older", "BEGIN; UPDATE public.t SET v = 'unseen too'")
        .blocked("resuming", "SET lock_timeout = 0; SELECT recall.resume()")
        .on("older", "COMMIT")
        .join()
        .step("UPDATE public.t SET v = 'seen'; DELETE FROM public.t WHERE id = 7")
        .or_says_so()
        .check();
}
