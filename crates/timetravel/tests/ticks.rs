//! Moments are exact where a tick tells what was visible.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use pgrecall_journal::{Journal, TrackOptions, install};
use pgrecall_model::{MarkName, Moment, TickId, TxId};
use pgrecall_postgres::catalogue;
use pgrecall_testkit::{Server, Session, TestDatabase, block_on};
use pgrecall_timetravel::{Boundary, Certainty, Cut};

use crate::{latest, rows, tracked};

const SEATS: &str = "CREATE TABLE public.seat (id int PRIMARY KEY, holder text);
    INSERT INTO public.seat SELECT g, 'nobody' FROM generate_series(1, 4) AS g";
const HOLDERS: &str = "SELECT id, holder FROM seat WHERE holder <> 'nobody' ORDER BY id";

async fn tick(session: &Session) -> Moment {
    Moment::Tick(TickId(session.scalar("SELECT recall.tick()").await.parse().expect("tick")))
}

async fn clock(session: &Session) -> Moment {
    let text =
        "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
    Moment::Time(session.scalar(text).await.parse().expect("time"))
}

async fn cut(journal: &Journal, moment: &Moment) -> Cut {
    match Boundary::of(journal, moment.clone()).await.expect("boundary") {
        Boundary::Past(cut) => cut,
        Boundary::Present => panic!("not the past"),
    }
}

async fn holders(journal: &mut Journal, moment: &Moment) -> Vec<String> {
    rows(journal, moment, HOLDERS).await.expect("past")
}

#[test]
fn a_transaction_that_is_open_at_a_tick_is_not_part_of_it() {
    block_on(async {
        let (database, mut journal) = tracked(SEATS).await;
        let long = database.session().await;
        long.execute("BEGIN; UPDATE public.seat SET holder = 'long' WHERE id = 1").await;
        database.execute("UPDATE public.seat SET holder = 'short' WHERE id = 2").await;
        let between = tick(&database).await;
        assert_eq!(holders(&mut journal, &between).await, ["2|short"]);
        long.execute("UPDATE public.seat SET holder = 'long' WHERE id = 3; COMMIT").await;
        let after = tick(&database).await;
        database.execute("UPDATE public.seat SET holder = 'nobody'").await;
        assert_eq!(holders(&mut journal, &between).await, ["2|short"]);
        assert_eq!(holders(&mut journal, &after).await, ["1|long", "2|short", "3|long"]);
        assert_eq!(cut(&journal, &between).await.certainty, Certainty::Exact);
    });
}

#[test]
fn a_prepared_transaction_becomes_visible_when_it_is_committed() {
    block_on(async {
        let (database, mut journal) = tracked(SEATS).await;
        let name = database.name().to_owned();
        database
            .execute(&format!(
                "BEGIN; UPDATE public.seat SET holder = 'two' WHERE id = 1; PREPARE TRANSACTION '{name}'"
            ))
            .await;
        let prepared = tick(&database).await;
        database.execute("UPDATE public.seat SET holder = 'one' WHERE id = 2").await;
        let beside = tick(&database).await;
        database.execute(&format!("COMMIT PREPARED '{name}'")).await;
        let committed = tick(&database).await;
        assert_eq!(holders(&mut journal, &prepared).await, [""; 0]);
        assert_eq!(holders(&mut journal, &beside).await, ["2|one"]);
        assert_eq!(holders(&mut journal, &committed).await, ["1|two", "2|one"]);
    });
}

#[test]
fn the_caller_of_a_tick_is_not_part_of_it() {
    block_on(async {
        let (database, mut journal) = tracked(SEATS).await;
        let own = database.session().await;
        own.execute("BEGIN; UPDATE public.seat SET holder = 'own' WHERE id = 1").await;
        // Later numbers are given away, so that the own one is below the snapshot's upper end.
        database.execute("UPDATE public.seat SET holder = 'other' WHERE id = 2").await;
        let inside = tick(&own).await;
        own.execute("COMMIT").await;
        assert_eq!(holders(&mut journal, &inside).await, ["2|other"]);
    });
}

#[test]
fn a_quiet_journal_gathers_no_ticks() {
    block_on(async {
        let (database, mut journal) = tracked(SEATS).await;
        database.execute("UPDATE public.seat SET holder = 'a' WHERE id = 1").await;
        let first = tick(&database).await;
        database
            .execute("CREATE TABLE public.other (id int); INSERT INTO public.other VALUES (1)")
            .await;
        assert_eq!(tick(&database).await, first);
        let quiet = clock(&database).await;
        assert_eq!(tick(&database).await, first);
        assert_eq!(cut(&journal, &quiet).await.certainty, Certainty::Exact);
        database.execute("UPDATE public.seat SET holder = 'b' WHERE id = 1").await;
        assert_ne!(tick(&database).await, first);
        assert_eq!(holders(&mut journal, &quiet).await, ["1|a"]);
    });
}

#[test]
fn a_time_between_ticks_says_how_exact_it_is() {
    block_on(async {
        let (database, mut journal) = tracked(SEATS).await;
        let untold = clock(&database).await;
        assert_eq!(cut(&journal, &untold).await.certainty, Certainty::ByNumber);
        tick(&database).await;
        database.execute("UPDATE public.seat SET holder = 'a' WHERE id = 1").await;
        let long = database.session().await;
        long.execute("BEGIN; UPDATE public.seat SET holder = 'long' WHERE id = 3").await;
        let between = clock(&database).await;
        database.execute("UPDATE public.seat SET holder = 'b' WHERE id = 2").await;
        let later = tick(&database).await;
        let cut = cut(&journal, &between).await;
        assert!(
            matches!(cut.certainty, Certainty::Within(slack) if slack.is_positive()),
            "{cut:?}"
        );
        assert_eq!(holders(&mut journal, &between).await, ["1|a"]);
        long.execute("COMMIT").await;
        assert_eq!(holders(&mut journal, &between).await, ["1|a"], "open at the next tick");
        assert_eq!(holders(&mut journal, &later).await, ["1|a", "2|b"]);
    });
}

#[test]
fn commit_times_make_any_time_exact() {
    block_on(async {
        let database = Server::own(&[("track_commit_timestamp", "on")]).database().await;
        database.execute(SEATS).await;
        install(&mut database.connect().await).await.expect("install");
        let mut journal = track(&database).await;
        tick(&database).await;
        let long = database.session().await;
        long.execute("BEGIN; UPDATE public.seat SET holder = 'long' WHERE id = 1").await;
        database.execute("UPDATE public.seat SET holder = 'short' WHERE id = 2").await;
        let open = clock(&database).await;
        long.execute("COMMIT").await;
        let committed = clock(&database).await;
        database.execute("UPDATE public.seat SET holder = 'nobody' WHERE id = 2").await;
        for _ in 0..2 {
            for (moment, expected) in
                [(&open, vec!["2|short"]), (&committed, vec!["1|long", "2|short"])]
            {
                assert_eq!(cut(&journal, moment).await.certainty, Certainty::Exact);
                assert_eq!(holders(&mut journal, moment).await, expected);
            }
            tick(&database).await;
        }
        assert_eq!(database.scalar("SELECT count(*) FROM recall.commit").await, "3");
        let by_number = cut(&journal, &Moment::After(latest(&database).await)).await;
        assert_eq!(by_number.certainty, Certainty::Exact);
    });
}

async fn track(database: &TestDatabase) -> Journal {
    let mut journal = Journal::open(database.connect().await).await.expect("open");
    for table in catalogue::tables(journal.client()).await.expect("tables") {
        journal.track(&table, &TrackOptions::default()).await.expect("track");
    }
    journal
}

#[test]
fn numbers_are_exact_where_no_transaction_overlapped() {
    block_on(async {
        let (database, journal) = tracked(SEATS).await;
        tick(&database).await;
        database.execute("UPDATE public.seat SET holder = 'alone' WHERE id = 1").await;
        let alone = latest(&database).await;
        tick(&database).await;
        let long = database.session().await;
        long.execute("BEGIN; UPDATE public.seat SET holder = 'long' WHERE id = 2").await;
        database.execute("UPDATE public.seat SET holder = 'beside' WHERE id = 3").await;
        let beside = latest(&database).await;
        tick(&database).await;
        assert_eq!(cut(&journal, &Moment::After(beside)).await.certainty, Certainty::Exact);
        long.execute("COMMIT").await;
        let overlapping = TxId(latest(&database).await.0.min(beside.0 - 1));
        assert!(overlapping < beside);
        for moment in [Moment::Before(alone), Moment::After(alone)] {
            assert_eq!(cut(&journal, &moment).await.certainty, Certainty::Exact, "{moment}");
        }
        for moment in [Moment::Before(beside), Moment::After(beside)] {
            assert_eq!(cut(&journal, &moment).await.certainty, Certainty::ByNumber, "{moment}");
        }
        tick(&database).await;
        for of_two in ["one", "other"] {
            database
                .execute(&format!("UPDATE public.seat SET holder = '{of_two}' WHERE id = 4"))
                .await;
        }
        let last = latest(&database).await;
        // Where no tick came in between, nobody knows; before the next tick no more than after it.
        for _ in 0..2 {
            for moment in [Moment::Before(last), Moment::After(last)] {
                let certainty = cut(&journal, &moment).await.certainty;
                assert_eq!(certainty, Certainty::ByNumber, "{moment}");
            }
            tick(&database).await;
        }
    });
}

#[test]
fn the_later_occurrence_of_a_time_counts_when_the_clock_was_turned_back() {
    block_on(async {
        let (database, mut journal) = tracked(SEATS).await;
        database
            .execute("UPDATE recall.relation SET since_at = since_at - interval '2 hours'")
            .await;
        for (holder, minutes) in [("first", 50), ("ahead", 30), ("back", 40), ("last", 20)] {
            database
                .execute(&format!("UPDATE public.seat SET holder = '{holder}' WHERE id = 1"))
                .await;
            // A tick as it would have been with the clock at that time.
            database
                .execute(&format!(
                    "SELECT recall._note_tick(s.upper, s.open, now() - interval '{minutes} minutes', true, true)
                     FROM recall._snapshot() AS s"
                ))
                .await;
        }
        database.execute("UPDATE public.seat SET holder = 'nobody'").await;
        assert_eq!(
            database.scalar("SELECT count(*) FROM recall.tick WHERE turned_back").await,
            "1"
        );
        let minutes_ago = async |minutes: i64| {
            let at = database
                .scalar(&format!(
                    "SELECT extract(epoch FROM now() - interval '{minutes} minutes')::bigint"
                ))
                .await;
            Moment::Time(Timestamp::from_second(at.parse().expect("seconds")).expect("time"))
        };
        for (minutes, holder) in [(45, "1|first"), (35, "1|back"), (25, "1|back"), (10, "1|last")] {
            let moment = minutes_ago(minutes).await;
            assert_eq!(holders(&mut journal, &moment).await, [holder], "{minutes} minutes ago");
        }
    });
}

#[test]
fn ticks_of_another_cluster_show_nothing_of_this_one() {
    block_on(async {
        let database = Server::shared().database().await;
        database.execute(SEATS).await;
        install(&mut database.connect().await).await.expect("install");
        // Numbers there are higher than those that come here.
        database
            .execute(
                "SET recall.removal = 'on'; UPDATE recall.incarnation SET tx_offset = 1000000; RESET recall.removal",
            )
            .await;
        track(&database).await;
        database.execute("UPDATE public.seat SET holder = 'there' WHERE id = 1").await;
        // Numbers go on there without any change that is recorded.
        for _ in 0..5 {
            database.execute("SELECT txid_current()").await;
        }
        let there = tick(&database).await;
        // Numbers that this cluster has given before the journal came.
        for _ in 0..100 {
            database.execute("SELECT txid_current()").await;
        }
        // Restored into this cluster: the journal has been in one of another identifier so far, and
        // the functions that record were written there.
        database
            .execute(
                "SET recall.removal = 'on'; UPDATE recall.incarnation SET system = 'elsewhere'; RESET recall.removal;
                 CREATE OR REPLACE FUNCTION recall._is_elsewhere(system text) RETURNS boolean
                 LANGUAGE sql IMMUTABLE AS 'SELECT true';
                 SELECT recall._tx()",
            )
            .await;
        let mut journal = track(&database).await;
        let here = database.session().await;
        here.execute("UPDATE public.seat SET holder = 'here' WHERE id = 2").await;
        let both = tick(&here).await;
        assert_eq!(holders(&mut journal, &there).await, ["1|there"]);
        assert_eq!(holders(&mut journal, &both).await, ["1|there", "2|here"]);
    });
}

#[test]
fn beside_writers_a_tick_equals_a_copy_in_the_same_snapshot() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.seat (id int PRIMARY KEY, holder text);
             CREATE TABLE public.bag (v int)",
        )
        .await;
        let stop = Arc::new(AtomicBool::new(false));
        let mut writers = Vec::new();
        for number in 0..4 {
            let (session, stop) = (database.session().await, Arc::clone(&stop));
            writers.push(tokio::spawn(async move { write(&session, number, &stop).await }));
        }
        let mut copies = Vec::new();
        for round in 0..25 {
            let holder_of_the_snapshot = database.session().await;
            holder_of_the_snapshot.execute("BEGIN ISOLATION LEVEL REPEATABLE READ").await;
            let exported = holder_of_the_snapshot.scalar("SELECT pg_export_snapshot()").await;
            let ticking = database.session().await;
            ticking
                .execute(&format!(
                    "BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '{exported}'"
                ))
                .await;
            let moment = tick(&ticking).await;
            ticking.execute("COMMIT").await;
            let copy = copy(&holder_of_the_snapshot).await;
            holder_of_the_snapshot.execute("COMMIT").await;
            copies.push((moment, copy));
            // Ticks that take care of themselves, as the maintenance takes them.
            if round % 3 == 0 {
                tick(&database).await;
            }
        }
        stop.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.await.expect("writer");
        }
        let mut differing = 0;
        for (moment, copy) in &copies {
            let past = rows(&mut journal, moment, COPY).await.expect("past");
            assert_eq!(&past, copy, "{moment}");
            differing += usize::from(copies.iter().any(|(_, other)| other != copy));
        }
        assert_eq!(differing, copies.len(), "the writers wrote");
    });
}

const COPY: &str = "SELECT id::text || holder FROM public.seat
    UNION ALL SELECT v::text FROM public.bag ORDER BY 1";

async fn copy(session: &Session) -> Vec<String> {
    let rows = session.query_text(COPY).await;
    rows.iter().map(|row| row[0].clone().unwrap_or_default()).collect()
}

/// Transactions of several statements that overlap, some in two phases, some with subtransactions,
/// some rolled back.
async fn write(session: &Session, writer: u32, stop: &AtomicBool) {
    let mut round = 0;
    while !stop.load(Ordering::Relaxed) {
        round += 1;
        let (own, shared) = (writer * 100 + round % 7, 1000 + round % 3);
        let body = format!(
            "INSERT INTO public.seat VALUES ({own}, 'r{round}') ON CONFLICT (id) DO UPDATE SET holder = excluded.holder;
             INSERT INTO public.bag VALUES ({writer}), ({round}); SAVEPOINT one;
             INSERT INTO public.seat VALUES ({shared}, 'w{writer}r{round}')
             ON CONFLICT (id) DO UPDATE SET holder = excluded.holder; RELEASE one;
             DELETE FROM public.seat WHERE id = {writer} * 100 + ({round} + 3) % 7;"
        );
        session.execute(&format!("BEGIN; {body}")).await;
        match round % 5 {
            0 => session.execute("ROLLBACK").await,
            1 => {
                let database = session.scalar("SELECT current_database()").await;
                session
                    .execute(&format!("PREPARE TRANSACTION '{database} {writer} {round}'"))
                    .await;
                session.execute(&format!("COMMIT PREPARED '{database} {writer} {round}'")).await;
            }
            _ => session.execute("COMMIT").await,
        }
    }
}

#[test]
fn marks_name_moments_and_the_newest_that_fits_is_meant() {
    block_on(async {
        let (database, mut journal) = tracked(SEATS).await;
        let mut numbers = Vec::new();
        for name in ["deploy-1", "deploy_2", "deploy-3"] {
            database
                .execute(&format!("UPDATE public.seat SET holder = '{name}' WHERE id = 1"))
                .await;
            let name = MarkName::new(name).expect("name");
            numbers.push(journal.mark(&name, Some("a release")).await.expect("mark"));
        }
        let change = database.scalar("SELECT max(id) FROM recall.change").await;
        database.execute("UPDATE public.seat SET holder = 'nobody'").await;
        let moment = |name: &str| Moment::Mark(MarkName::new(name).expect("name"));
        for (name, holder) in [
            ("deploy-1", "1|deploy-1"),
            ("deploy_2", "1|deploy_2"),
            ("deploy-*", "1|deploy-3"),
            ("*1", "1|deploy-1"),
        ] {
            assert_eq!(holders(&mut journal, &moment(name)).await, [holder], "{name}");
        }
        let change = Moment::Change(pgrecall_model::ChangeId(change.parse().expect("number")));
        assert_eq!(holders(&mut journal, &change).await, ["1|deploy-3"]);
        for unknown in [moment("deploy"), moment("deploy?1"), Moment::Tick(TickId(999))] {
            assert!(Boundary::of(&journal, unknown).await.is_err());
        }
        let name = MarkName::new("deploy-1").expect("name");
        let taken = journal.mark(&name, None).await.expect_err("taken");
        assert_eq!(pgrecall_model::Explain::code(&taken), "journal/mark-taken");
        journal.unmark(&name).await.expect("unmark");
        assert!(journal.unmark(&name).await.is_err());
        let left: Vec<TickId> =
            journal.marks(None).await.expect("marks").iter().map(|mark| mark.tick).collect();
        assert_eq!(left, [numbers[2], numbers[1]]);
    });
}

#[test]
fn old_ticks_are_thinned_out_and_marks_stay() {
    block_on(async {
        let (database, mut journal) = tracked(SEATS).await;
        database
            .execute(
                "INSERT INTO recall.tick (at, valid_until, upper, open, incarnation, on_time, turned_back, settled)
                 SELECT t, t, 1, '{}', 1, true, false, true
                 FROM generate_series(date_trunc('minute', now()) - interval '25 hours',
                   date_trunc('minute', now()) - interval '24 hours 50 minutes' - interval '1 second', interval '1 second') AS t;
                 INSERT INTO recall.mark (name, tick) SELECT 'kept', id FROM recall.tick ORDER BY id OFFSET 7 LIMIT 1",
            )
            .await;
        let done = journal.maintain().await.expect("maintain");
        // One a minute of ten, and the one with a name.
        assert_eq!(done.ticks_removed, 600 - 10 - 1);
        assert_eq!(journal.maintain().await.expect("maintain").ticks_removed, 0);
        assert_eq!(database.scalar("SELECT count(*) FROM recall.tick").await, "11");
        journal.tick().await.expect("tick");
    });
}
