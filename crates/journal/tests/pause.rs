//! The emergency switch.

use pgrecall_journal::{Journal, Leave, TrackOptions, TrackedTable, uninstall, upgrade};
use pgrecall_model::Explain;
use pgrecall_testkit::{TestDatabase, block_on};

use crate::schema_changes::{covered, mend};
use crate::{installed, summary, track, tracked};

const TABLES: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v text); CREATE TABLE public.u (id int PRIMARY KEY);";

async fn table(journal: &Journal, name: &str) -> TrackedTable {
    journal.table(name).await.expect("table")
}

async fn pause(journal: &mut Journal, names: &[&str]) -> Vec<String> {
    let mut tables = Vec::new();
    for name in names {
        tables.push(table(journal, name).await);
    }
    journal.pause(&tables, Some("too slow")).await.expect("pause")
}

async fn resume(journal: &mut Journal, name: &str) -> bool {
    let table = table(journal, name).await;
    journal.resume(&table).await.expect("resume")
}

async fn write(database: &TestDatabase, id: i32) {
    database
        .execute(&format!("INSERT INTO public.t VALUES ({id}); INSERT INTO public.u VALUES ({id})"))
        .await;
}

/// The gaps of a table in short.
async fn gaps(journal: &Journal, name: &str) -> Vec<String> {
    let gaps = journal.gaps(table(journal, name).await.relation.id).await.expect("gaps");
    let end = |open| if open { "open" } else { "closed" };
    gaps.iter().map(|gap| format!("{} {}", gap.reason, end(gap.until_tx.is_none()))).collect()
}

/// A database in which tables are tracked as they are made: `t` was reconciled, `u` was not.
async fn with_a_new_table() -> (TestDatabase, Journal) {
    let table = "CREATE TABLE public.t (id int PRIMARY KEY)";
    let (database, journal) = covered(table, &TrackOptions::default(), true).await;
    database.execute("CREATE TABLE public.u (id int PRIMARY KEY)").await;
    (database, journal)
}

#[test]
fn nothing_is_recorded_of_a_paused_table_until_it_is_resumed() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        write(&database, 1).await;
        assert_eq!(pause(&mut journal, &["t"]).await, ["public.t"]);
        assert_eq!(pause(&mut journal, &["t"]).await, [""; 0]);
        assert!(table(&journal, "t").await.paused);
        write(&database, 2).await;
        database.execute("UPDATE public.t SET v = 'x'; DELETE FROM public.t WHERE id = 2").await;
        assert_eq!(gaps(&journal, "t").await, ["paused open"]);
        assert!(resume(&mut journal, "t").await);
        assert!(!resume(&mut journal, "t").await);
        assert!(!table(&journal, "t").await.paused);
        write(&database, 3).await;
        database.execute("TRUNCATE public.t").await;
        assert_eq!(
            summary(&journal).await,
            [
                "insert public.t id=1",
                "insert public.u id=1",
                "insert public.u id=2",
                "insert public.t id=3",
                "insert public.u id=3",
                "truncate public.t id=1",
                "truncate public.t id=3",
            ]
        );
        assert_eq!(gaps(&journal, "t").await, ["paused closed"]);
        assert!(gaps(&journal, "u").await.is_empty());
        let detail = database.scalar("SELECT detail FROM recall.gap").await;
        assert_eq!(detail, "too slow");
    });
}

#[test]
fn pausing_waits_for_no_writer_and_the_gap_counts_them_all() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        // It has its number before the pause, and writes unrecorded after it.
        let older = database.session().await;
        older
            .execute("BEGIN; INSERT INTO public.u VALUES (1); INSERT INTO public.t VALUES (1)")
            .await;
        let oldest = older.scalar("SELECT txid_current()").await;
        pause(&mut journal, &["t", "u"]).await;
        older.execute("INSERT INTO public.t VALUES (2)").await;
        // A writer holds up the end of the pause, as it must.
        let resumed = table(&journal, "t").await;
        let error = journal.resume(&resumed).await.expect_err("locked");
        assert_eq!(error.code(), "server/locked");
        let last = older.scalar("SELECT txid_current()").await;
        older.execute("COMMIT").await;
        assert!(resume(&mut journal, "t").await);
        assert!(resume(&mut journal, "u").await);
        let gap = &journal.gaps(resumed.relation.id).await.expect("gaps")[0];
        assert!(gap.from_tx.0 <= oldest.parse::<i64>().expect("number"));
        assert!(gap.until_tx.expect("closed").0 >= last.parse::<i64>().expect("number"));
        older.execute("INSERT INTO public.t VALUES (3)").await;
        assert_eq!(
            summary(&journal).await,
            ["insert public.u id=1", "insert public.t id=1", "insert public.t id=3"]
        );
    });
}

#[test]
fn it_works_by_hand_too() {
    block_on(async {
        let (database, journal) = tracked(TABLES).await;
        let paused = "SELECT string_agg(p, ',' ORDER BY p) FROM recall.pause() AS p";
        assert_eq!(database.scalar(paused).await, "public.t,public.u");
        write(&database, 1).await;
        let by_hand = database.session().await;
        // An older transaction than the writers whose changes are missing.
        by_hand.execute("BEGIN; SELECT recall.set_reason('x'); SELECT txid_current()").await;
        write(&database, 2).await;
        let last = database.scalar("SELECT xmin::text FROM public.t WHERE id = 2").await;
        by_hand.execute("SELECT recall.resume('public.t'); COMMIT").await;
        write(&database, 3).await;
        assert_eq!(summary(&journal).await, ["insert public.t id=3"]);
        let until =
            database.scalar("SELECT until_tx FROM recall.gap WHERE until_tx IS NOT NULL").await;
        assert!(until.parse::<i64>().expect("tx") >= last.parse::<i64>().expect("xmin"));
        assert_eq!(database.scalar("SELECT recall.resume()").await, "public.u");
        let refused = "CREATE TABLE public.x (i int); SELECT recall.pause('public.x')";
        let error = database.try_execute(refused).await.expect_err("untracked");
        assert_eq!(error.code().expect("code").code(), "RCL30");
        let late = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT recall.resume()";
        let error = database.try_execute(late).await.expect_err("older snapshot");
        assert_eq!(error.code().expect("code").code(), "RCL31");
    });
}

#[test]
fn only_admins_may_pause() {
    block_on(async {
        let (database, _journal) = tracked(TABLES).await;
        let (app, admin) = (database.create_role("app").await, database.create_role("admin").await);
        database.execute(&format!("GRANT recall_admin TO \"{admin}\"")).await;
        database
            .session_as(&admin)
            .await
            .execute("SELECT recall.pause('public.t'); SELECT recall.resume()")
            .await;
        let app = database.session_as(&app).await;
        for call in [
            "recall.pause()",
            "recall.resume()",
            "recall._pause('{1}', NULL)",
            "recall._resume('{1}')",
        ] {
            assert!(app.try_execute(&format!("SELECT {call}")).await.is_err(), "{call}");
        }
    });
}

#[test]
fn a_table_that_was_altered_meanwhile_is_recorded_as_it_is() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        pause(&mut journal, &["t"]).await;
        database.execute("ALTER TABLE public.t DROP v, ADD w int").await;
        assert!(resume(&mut journal, "t").await);
        database.execute("INSERT INTO public.t VALUES (1, 2)").await;
        let found = crate::changes(&journal).await;
        assert_eq!(found[0].new.as_ref().expect("row")["w"], 2);
    });
}

#[test]
fn tracking_a_paused_table_resumes_it_and_untracking_forgets_the_pause() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        pause(&mut journal, &["t", "u"]).await;
        track(&mut journal, "public.t", &TrackOptions::default()).await;
        let paused = table(&journal, "u").await;
        journal.untrack(&paused).await.expect("untrack");
        write(&database, 1).await;
        assert_eq!(summary(&journal).await, ["insert public.t id=1"]);
        assert_eq!(gaps(&journal, "t").await, ["paused closed"]);
        assert_eq!(gaps(&journal, "u").await, ["paused closed", "untracked open"]);
        assert_eq!(database.scalar("SELECT count(*) FROM recall.paused").await, "0");
        track(&mut journal, "public.u", &TrackOptions::default()).await;
        write(&database, 2).await;
        assert_eq!(summary(&journal).await.len(), 3);
    });
}

#[test]
fn a_pause_outlives_an_upgrade_and_ends_with_an_uninstallation() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        pause(&mut journal, &["t"]).await;
        let mut connection = database.connect().await;
        upgrade(&mut connection).await.expect("upgrade");
        write(&database, 1).await;
        assert_eq!(summary(&journal).await, ["insert public.u id=1"]);
        assert!(resume(&mut journal, "t").await);
        write(&database, 2).await;
        assert_eq!(summary(&journal).await.len(), 3);
        pause(&mut journal, &["t"]).await;
        let leave = Leave { journal: true, roles: true };
        uninstall(&mut connection, leave).await.expect("uninstall");
        assert_eq!(database.scalar("SELECT count(*) FROM recall.paused").await, "0");
        assert_eq!(gaps(&journal, "t").await, ["paused closed", "paused closed", "untracked open"]);
    });
}

#[test]
fn the_pause_of_a_dropped_table_can_be_ended() {
    block_on(async {
        let (database, _journal) = tracked(TABLES).await;
        database.execute("SELECT recall.pause()").await;
        database.execute("DROP TABLE public.t").await;
        let resumed = "SELECT count(*) FROM recall.resume()";
        assert_eq!(database.scalar(resumed).await, "2");
        let (_other, _journal) = installed().await;
    });
}

#[test]
fn a_new_table_that_was_not_reconciled_is_paused_with_all_others() {
    block_on(async {
        let (database, mut journal) = with_a_new_table().await;
        let paused = "SELECT string_agg(p, ',' ORDER BY p) FROM recall.pause() AS p";
        assert_eq!(database.scalar(paused).await, "public.t,public.u");
        write(&database, 1).await;
        database
            .execute("UPDATE public.u SET id = 7; DELETE FROM public.u; INSERT INTO public.u VALUES (8); TRUNCATE public.u")
            .await;
        assert_eq!(summary(&journal).await, [""; 0]);
        assert_eq!(gaps(&journal, "u").await, ["paused open"]);
        let resumed = "SELECT string_agg(p, ',' ORDER BY p) FROM recall.resume() AS p";
        assert_eq!(database.scalar(resumed).await, "public.t,public.u");
        write(&database, 2).await;
        assert_eq!(mend(&mut journal).await, ["public.u: new"]);
        write(&database, 3).await;
        assert_eq!(
            summary(&journal).await,
            [
                "insert public.t id=2",
                "insert public.u id=2",
                "insert public.t id=3",
                "insert public.u id=3",
            ]
        );
        for name in ["t", "u"] {
            assert_eq!(gaps(&journal, name).await, ["paused closed"], "{name}");
        }
    });
}

#[test]
fn a_new_table_that_was_not_reconciled_is_paused_alone() {
    block_on(async {
        let (database, mut journal) = with_a_new_table().await;
        assert_eq!(database.scalar("SELECT recall.pause('public.u')").await, "public.u");
        database.execute("CREATE TABLE public.v (id int PRIMARY KEY)").await;
        database.execute("INSERT INTO public.v VALUES (1)").await;
        write(&database, 1).await;
        assert_eq!(database.scalar("SELECT recall.resume('public.u')").await, "public.u");
        write(&database, 2).await;
        assert_eq!(pause(&mut journal, &["u"]).await, ["public.u"]);
        assert!(table(&journal, "u").await.paused);
        write(&database, 3).await;
        assert!(resume(&mut journal, "u").await);
        write(&database, 4).await;
        assert_eq!(
            summary(&journal).await,
            [
                "insert public.v id=1",
                "insert public.t id=1",
                "insert public.t id=2",
                "insert public.u id=2",
                "insert public.t id=3",
                "insert public.t id=4",
                "insert public.u id=4",
            ]
        );
        assert_eq!(gaps(&journal, "u").await, ["paused closed", "paused closed"]);
        assert_eq!(gaps(&journal, "v").await, [""; 0]);
    });
}

#[test]
fn a_table_made_while_everything_is_paused_is_paused_from_its_first_row_on() {
    block_on(async {
        let tables = "CREATE TABLE public.t (id int PRIMARY KEY); CREATE TABLE public.other (id int PRIMARY KEY)";
        let (database, journal) = covered(tables, &TrackOptions::default(), true).await;
        database.execute("SELECT recall.pause()").await;
        database
            .execute("BEGIN; CREATE TABLE public.u (id int PRIMARY KEY); INSERT INTO public.u VALUES (9); COMMIT")
            .await;
        write(&database, 1).await;
        assert_eq!(summary(&journal).await, [""; 0]);
        assert_eq!(gaps(&journal, "u").await, ["paused open"]);
        let resumed = "SELECT string_agg(p, ',' ORDER BY p) FROM recall.resume() AS p";
        assert_eq!(database.scalar(resumed).await, "public.other,public.t,public.u");
        write(&database, 2).await;
        assert_eq!(summary(&journal).await, ["insert public.t id=2", "insert public.u id=2"]);
        assert_eq!(gaps(&journal, "u").await, ["paused closed"]);
    });
}
