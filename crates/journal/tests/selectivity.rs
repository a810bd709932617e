//! Only some changes of a table are recorded, and what becomes of one that cannot be.

use pgrecall_journal::{
    Journal, JournalError, OnFailure, Outcome, SelectivityOptions, TrackOptions, Wish, resolve,
};
use pgrecall_model::Explain;
use pgrecall_postgres::catalogue;
use pgrecall_testkit::{TestDatabase, block_on};
use tokio_postgres::error::SqlState;

use crate::{installed, summary, track};

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v text, n int)";

fn only(roles: &[&str]) -> TrackOptions {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    let selectivity = SelectivityOptions { only_roles: Wish::Set(roles), condition: Wish::Keep };
    TrackOptions { selectivity, ..TrackOptions::default() }
}

fn when(condition: &str) -> TrackOptions {
    let condition = Wish::Set(condition.to_owned());
    let selectivity = SelectivityOptions { only_roles: Wish::Keep, condition };
    TrackOptions { selectivity, ..TrackOptions::default() }
}

fn everything() -> TrackOptions {
    let selectivity = SelectivityOptions { only_roles: Wish::Remove, condition: Wish::Remove };
    TrackOptions { selectivity, ..TrackOptions::default() }
}

fn isolated() -> TrackOptions {
    TrackOptions { on_failure: Some(OnFailure::Isolate), ..TrackOptions::default() }
}

async fn try_track(journal: &mut Journal, options: &TrackOptions) -> Result<Outcome, JournalError> {
    let tables = catalogue::tables(journal.client()).await.expect("tables");
    let pattern = "public.t".parse().expect("pattern");
    let found = resolve(&tables, &[pattern], &[]).expect("resolve").tables;
    journal.track(&found[0], options).await
}

/// A database with a journal and a table that is tracked with these options.
async fn tracked_with(sql: &str, options: &TrackOptions) -> (TestDatabase, Journal) {
    let (database, mut journal) = installed().await;
    database.execute(sql).await;
    track(&mut journal, "public.t", options).await;
    (database, journal)
}

async fn gaps(journal: &Journal) -> Vec<String> {
    let table = journal.table("public.t").await.expect("table");
    let gaps = journal.gaps(table.relation.id).await.expect("gaps");
    gaps.iter()
        .map(|gap| {
            let end = if gap.until_tx.is_some() { "closed" } else { "open" };
            format!("{} {} {end}", gap.reason, gap.detail.as_deref().unwrap_or("-"))
        })
        .collect()
}

#[test]
fn only_members_of_a_role_are_recorded() {
    block_on(async {
        let (database, mut journal) = installed().await;
        database.execute(TABLE).await;
        let (admin, ann, bob) = (
            database.create_role("admin").await,
            database.create_role("ann").await,
            database.create_role("bob").await,
        );
        let pool = database.create_role("pool").await;
        database
            .execute(&format!(
                "GRANT ALL ON public.t TO PUBLIC; GRANT \"{admin}\" TO \"{ann}\";
                 ALTER ROLE \"{pool}\" NOINHERIT; GRANT \"{admin}\", \"{bob}\" TO \"{pool}\";
                 GRANT \"{bob}\" TO \"{ann}\""
            ))
            .await;
        track(&mut journal, "public.t", &only(&[&admin])).await;
        let insert = |id: i32| format!("INSERT INTO public.t VALUES ({id})");
        let session = database.session_as(&ann).await;
        session.execute(&insert(1)).await;
        // Nobody who is a member gets away by taking on another role.
        session.execute(&format!("SET ROLE \"{bob}\"; {}", insert(2))).await;
        database.session_as(&bob).await.execute(&insert(3)).await;
        let session = database.session_as(&pool).await;
        session.execute(&format!("SET ROLE \"{bob}\"; {}", insert(4))).await;
        session.execute(&format!("SET ROLE \"{admin}\"; {}", insert(5))).await;
        let session = database.session_as(&bob).await;
        session
            .execute(
                "UPDATE public.t SET n = 1; DELETE FROM public.t WHERE id = 3; TRUNCATE public.t",
            )
            .await;
        assert_eq!(
            summary(&journal).await,
            ["insert public.t id=1", "insert public.t id=2", "insert public.t id=5"]
        );
        assert_eq!(gaps(&journal).await, ["selective - open"]);
    });
}

#[test]
fn roles_that_are_renamed_and_dropped_break_no_write() {
    block_on(async {
        let (database, mut journal) = installed().await;
        database.execute(TABLE).await;
        let (admin, ann) = (database.create_role("admin").await, database.create_role("ann").await);
        let ops = database.create_role("ops").await;
        database
            .execute(&format!("GRANT ALL ON public.t TO PUBLIC; GRANT \"{admin}\" TO \"{ann}\""))
            .await;
        track(&mut journal, "public.t", &only(&[&admin])).await;
        let session = database.session_as(&ann).await;
        let other = database.session_as(&ops).await;
        database.execute(&format!("ALTER ROLE \"{admin}\" RENAME TO \"{admin}2\"")).await;
        session.execute("INSERT INTO public.t VALUES (1)").await;
        other.execute("INSERT INTO public.t VALUES (2)").await;
        let table = journal.table("t").await.expect("table");
        assert_eq!(table.selectivity.only_roles[0].name, format!("{admin}2"));
        assert_eq!(
            try_track(&mut journal, &TrackOptions::default()).await.expect("track"),
            Outcome::Changed
        );
        assert_eq!(
            try_track(&mut journal, &TrackOptions::default()).await.expect("track"),
            Outcome::Unchanged
        );
        // With nobody left who could be meant, everything is recorded rather than nothing.
        database.execute(&format!("DROP ROLE \"{admin}2\"")).await;
        other.execute("INSERT INTO public.t VALUES (3)").await;
        track(&mut journal, "public.t", &TrackOptions::default()).await;
        other.execute("INSERT INTO public.t VALUES (4)").await;
        // A role that is renamed after it was taken on.
        database.execute(&format!("GRANT \"{ops}\" TO \"{ann}\"; CREATE ROLE \"{admin}\"")).await;
        track(&mut journal, "public.t", &only(&[&admin])).await;
        session.execute(&format!("SET ROLE \"{ops}\"")).await;
        session.execute("INSERT INTO public.t VALUES (5)").await;
        database.execute(&format!("ALTER ROLE \"{ops}\" RENAME TO \"{ops}2\"")).await;
        session.execute("INSERT INTO public.t VALUES (6)").await;
        database
            .execute(&format!("ALTER ROLE \"{ops}2\" RENAME TO \"{ops}\"; DROP ROLE \"{admin}\""))
            .await;
        assert_eq!(
            summary(&journal).await,
            [
                "insert public.t id=1",
                "insert public.t id=3",
                "insert public.t id=4",
                "insert public.t id=6"
            ]
        );
    });
}

#[test]
fn only_changes_that_a_condition_fits_are_recorded() {
    block_on(async {
        let (database, mut journal) =
            tracked_with(TABLE, &when("NEW.v IS DISTINCT FROM OLD.v -- and so on")).await;
        database
            .execute(
                "INSERT INTO public.t VALUES (1, 'a', 1), (2, NULL, 1), (3, 'c', 1);
                 UPDATE public.t SET n = 2; UPDATE public.t SET v = 'b' WHERE id = 2;
                 DELETE FROM public.t WHERE id = 1; UPDATE public.t SET v = NULL WHERE id = 3; TRUNCATE public.t",
            )
            .await;
        assert_eq!(
            summary(&journal).await,
            [
                "insert public.t id=1",
                "insert public.t id=3",
                "update public.t id=2",
                "delete public.t id=1",
                "update public.t id=3",
                "truncate public.t id=2"
            ]
        );
        assert_eq!(gaps(&journal).await, ["selective - open"]);
        let written = when("new.v is distinct from old.v");
        assert_eq!(try_track(&mut journal, &written).await.expect("track"), Outcome::Unchanged);
        assert_eq!(
            try_track(&mut journal, &TrackOptions::default()).await.expect("track"),
            Outcome::Unchanged
        );
        assert_eq!(try_track(&mut journal, &everything()).await.expect("track"), Outcome::Changed);
        assert_eq!(gaps(&journal).await, ["selective - closed"]);
        database.execute("INSERT INTO public.t VALUES (9)").await;
        assert_eq!(summary(&journal).await.len(), 7);
        assert_eq!(
            database.scalar("SELECT count(*) FROM pg_trigger WHERE tgname ~ 'condition'").await,
            "0"
        );
    });
}

#[test]
fn a_condition_never_stands_in_the_way_of_ddl() {
    block_on(async {
        let (database, mut journal) = tracked_with(TABLE, &when("NEW.n > 5")).await;
        // One session, whose plans are from before.
        let session = database.session().await;
        session.execute("INSERT INTO public.t VALUES (1, 'a', 1), (2, 'b', 6)").await;
        for (id, ddl) in [
            (3, "ALTER TABLE public.t ALTER n TYPE bigint"),
            (4, "ALTER TABLE public.t RENAME n TO m"),
        ] {
            database.execute(ddl).await;
            session.execute(&format!("INSERT INTO public.t VALUES ({id}, 'c', 1)")).await;
        }
        let error = try_track(&mut journal, &TrackOptions::default()).await.expect_err("renamed");
        assert_eq!(error.code(), "journal/condition");
        database.execute("ALTER TABLE public.t DROP m").await;
        session.execute("UPDATE public.t SET v = 'd' WHERE id = 1; TRUNCATE public.t").await;
        assert_eq!(summary(&journal).await.len(), 1 + 2 + 1 + 4);
        track(&mut journal, "public.t", &when("NEW.v = 'x'")).await;
        session.execute("INSERT INTO public.t VALUES (9, 'y')").await;
        assert_eq!(summary(&journal).await.len(), 8);
    });
}

#[test]
fn a_condition_runs_nobody_elses_code() {
    block_on(async {
        let (database, mut journal) = installed().await;
        database
            .execute(
                "CREATE FUNCTION public.f(text) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT true';
                 CREATE FUNCTION public.g(int, int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT false';
                 CREATE OPERATOR public.= (LEFTARG = int, RIGHTARG = int, FUNCTION = public.g);
                 CREATE OPERATOR public.~~~~~ (LEFTARG = int, RIGHTARG = int, FUNCTION = public.g);
                 CREATE DOMAIN public.d AS text CHECK (public.f(VALUE)); CREATE TYPE public.c AS (x public.d);
                 CREATE TYPE public.e AS ENUM ('a', 'b');
                 CREATE TABLE public.t (id int PRIMARY KEY, v text, n int, secret text, e public.e, at timestamptz)",
            )
            .await;
        for refused in [
            "public.f(NEW.v)",
            "NEW.n OPERATOR(public.~~~~~) 3",
            "NEW.v::public.d IS NULL",
            "NEW.v::public.c IS NULL",
            "NEW.v = '(x)'::public.c::text",
            "to_jsonb(NEW) ? 'v'",
            "NEW.v = pg_read_file('/etc/passwd')",
            "table_to_xml('public.t', true, true, '') IS NULL",
            "random() < 0.5",
            "EXISTS (SELECT FROM public.t)",
            "NEW.nothing = 1",
            "n > 5",
            "NEW.ctid IS NULL",
            "NEW.secret IS NULL",
            "NEW IS DISTINCT FROM OLD",
            "true) EXECUTE FUNCTION recall._refuse_change(); DROP TABLE public.t; --",
            "true) EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger() --",
            "",
            "NEW.v",
        ] {
            let options = TrackOptions {
                excluded: vec!["t.secret".parse().expect("column")],
                ..when(refused)
            };
            let error = try_track(&mut journal, &options).await.expect_err(refused);
            assert_eq!(error.code(), "journal/condition", "{refused}: {error}");
        }
        for allowed in [
            "NEW.v LIKE 'a%' AND NEW.n IN (1, 2) OR lower(NEW.v) = '$function$'",
            "NEW.e = 'b' OR OLD.e > 'a'::public.e",
            "NEW.at > now() - interval '1 day' AND date_trunc('day', NEW.at) < NEW.at",
            "CASE WHEN NEW.n IS NULL THEN true ELSE coalesce(NEW.n, 0) BETWEEN 1 AND 3 END",
            "NEW IS DISTINCT FROM OLD AND session_user <> 'nobody' AND NEW.n = ANY (ARRAY[1, 2])",
        ] {
            let outcome = try_track(&mut journal, &when(allowed)).await;
            assert!(outcome.is_ok(), "{allowed}: {outcome:?}");
            database
                .execute("INSERT INTO public.t VALUES (1, 'a', 1, '', 'b', now()); UPDATE public.t SET n = 2; TRUNCATE public.t")
                .await;
        }
        assert!(!summary(&journal).await.is_empty());

        // An operator of the same name in the search_path of whoever writes is not used.
        track(&mut journal, "public.t", &when("NEW.n OPERATOR(pg_catalog.=) 7")).await;
        let before = summary(&journal).await.len();
        database
            .execute("SET search_path = public, pg_catalog; INSERT INTO t VALUES (7, 'x', 7); INSERT INTO t VALUES (8, 'x', 8)")
            .await;
        assert_eq!(summary(&journal).await.len(), before + 1);
    });
}

#[test]
fn unknown_roles_are_refused() {
    block_on(async {
        let (database, mut journal) = installed().await;
        database.execute(TABLE).await;
        let error = try_track(&mut journal, &only(&["nobody at all"])).await.expect_err("unknown");
        assert_eq!(error.code(), "journal/unknown-role");
    });
}

/// Makes each record of a row of `public.t` fail.
const BROKEN: &str =
    "ALTER TABLE recall.change ADD CONSTRAINT broken CHECK (old IS NULL AND key <> '4') NOT VALID";

#[test]
fn a_failure_is_isolated_and_leaves_a_gap() {
    block_on(async {
        let (database, mut journal) = tracked_with(TABLE, &isolated()).await;
        database.execute("INSERT INTO public.t SELECT g FROM generate_series(1, 3) AS g").await;
        database.execute(BROKEN).await;
        database.execute("INSERT INTO public.t VALUES (4), (5); UPDATE public.t SET n = 1").await;
        database.execute("DELETE FROM public.t WHERE id = 1; TRUNCATE public.t").await;
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "0");
        assert_eq!(summary(&journal).await[3..], ["insert public.t id=5"]);
        assert_eq!(gaps(&journal).await, ["failed 23514 closed"]);
        assert_eq!(database.scalar("SELECT count(*) FROM recall.gap").await, "2");
        let error = track_strictly(&mut journal, &database).await;
        assert_eq!(error.code(), Some(&SqlState::CHECK_VIOLATION));
    });
}

async fn track_strictly(journal: &mut Journal, database: &TestDatabase) -> tokio_postgres::Error {
    let strict = TrackOptions { on_failure: Some(OnFailure::Strict), ..TrackOptions::default() };
    track(journal, "public.t", &strict).await;
    database.try_execute("INSERT INTO public.t VALUES (4)").await.expect_err("strict")
}

#[test]
fn a_failure_is_isolated_even_if_it_cannot_be_noted() {
    block_on(async {
        let (database, journal) = tracked_with(TABLE, &isolated()).await;
        database.execute(BROKEN).await;
        database
            .execute("ALTER TABLE recall.gap ADD CONSTRAINT broken CHECK (false) NOT VALID")
            .await;
        database.execute("INSERT INTO public.t VALUES (4)").await;
        database.execute("DROP TABLE recall.change CASCADE; DROP TABLE recall.gap CASCADE").await;
        database
            .execute(
                "UPDATE public.t SET n = 4; INSERT INTO public.t VALUES (5); TRUNCATE public.t",
            )
            .await;
        drop(journal);
    });
}

#[test]
fn a_condition_that_fails_follows_the_policy() {
    block_on(async {
        let (database, mut journal) = tracked_with(TABLE, &when("1 / NEW.n > 0")).await;
        let error = database.try_execute("INSERT INTO public.t VALUES (1, 'a', 0)").await;
        assert_eq!(error.expect_err("strict").code(), Some(&SqlState::DIVISION_BY_ZERO));
        track(&mut journal, "public.t", &isolated()).await;
        database.execute("INSERT INTO public.t VALUES (1, 'a', 0)").await;
        assert_eq!(gaps(&journal).await, ["selective - open", "failed 22012 closed"]);
    });
}

#[test]
fn what_dooms_a_transaction_is_not_isolated() {
    block_on(async {
        let (database, _journal) = tracked_with(TABLE, &isolated()).await;
        for (state, raise, setting) in [
            ("40P01", "RAISE deadlock_detected", ""),
            ("40001", "RAISE serialization_failure", ""),
            ("RCL20", "RAISE EXCEPTION 'refused' USING ERRCODE = 'RCL20'", ""),
            ("57014", "PERFORM pg_sleep(600)", "SET statement_timeout = 200;"),
        ] {
            database
                .execute(&format!(
                    "CREATE OR REPLACE FUNCTION public.fails() RETURNS trigger LANGUAGE plpgsql AS
                       $$ BEGIN {raise}; RETURN NEW; END $$;
                     DROP TRIGGER IF EXISTS fails ON recall.change;
                     CREATE TRIGGER fails BEFORE INSERT ON recall.change FOR EACH ROW EXECUTE FUNCTION public.fails()"
                ))
                .await;
            let write = format!("BEGIN; {setting} INSERT INTO public.t VALUES (1)");
            let error = database.try_execute(&write).await.expect_err(state);
            assert_eq!(error.code().map(SqlState::code), Some(state));
            database.execute("ROLLBACK").await;
        }
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "0");
        assert_eq!(database.scalar("SELECT count(*) FROM recall.gap").await, "0");
    });
}

#[test]
fn what_makes_its_transaction_read_only_is_not_isolated_either() {
    block_on(async {
        let (database, journal) = tracked_with(TABLE, &isolated()).await;
        database.execute("INSERT INTO public.t VALUES (1)").await;
        let read_only = "set_config('transaction_read_only', 'on', true) = 'on'";
        for write in [
            format!("DELETE FROM public.t WHERE id = 1 AND {read_only}"),
            format!("UPDATE public.t SET n = 1 WHERE id = 1 AND {read_only}"),
            format!("INSERT INTO public.t SELECT 2 WHERE {read_only}"),
        ] {
            let error = database.try_execute(&write).await.expect_err(&write);
            assert_eq!(error.code(), Some(&SqlState::READ_ONLY_SQL_TRANSACTION), "{write}");
        }
        let left = "SELECT string_agg(t::text, ' ') FROM public.t AS t";
        assert_eq!(database.scalar(left).await, "(1,,)");
        assert_eq!(summary(&journal).await, ["insert public.t id=1"]);
        assert_eq!(gaps(&journal).await, [""; 0]);
    });
}

#[test]
fn partitions_are_recorded_selectively_too() {
    block_on(async {
        let (database, mut journal) = installed().await;
        database
            .execute(
                "CREATE TABLE public.t (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
                 CREATE TABLE public.t_1 (v text, id int NOT NULL);
                 ALTER TABLE public.t ATTACH PARTITION public.t_1 FOR VALUES FROM (0) TO (10)",
            )
            .await;
        let options = TrackOptions {
            on_failure: Some(OnFailure::Isolate),
            ..when("coalesce(NEW.v, OLD.v) = 'yes'")
        };
        track(&mut journal, "public.t", &options).await;
        database
            .execute("INSERT INTO public.t VALUES (1, 'yes'), (2, 'no'); INSERT INTO public.t_1 VALUES ('yes', 3); TRUNCATE public.t_1")
            .await;
        assert_eq!(
            summary(&journal).await,
            [
                "insert public.t id=1",
                "insert public.t id=3",
                "truncate public.t id=1",
                "truncate public.t id=3"
            ]
        );
    });
}
