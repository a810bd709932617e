//! Copies of all rows in the journal.

use pgrecall_journal::Journal;
use pgrecall_model::Explain;
use pgrecall_testkit::{TestDatabase, block_on};

use crate::tracked;

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v text);
    INSERT INTO public.t SELECT g, 'v' || g FROM generate_series(1, 50) AS g";

async fn taken(journal: &mut Journal) -> u64 {
    let table = journal.table("t").await.expect("table");
    journal.take_baseline(&table).await.expect("baseline")
}

async fn counts(database: &TestDatabase) -> String {
    let counts = "SELECT (SELECT count(*) FROM recall.baseline) || ' ' || (SELECT count(*) FROM recall.baseline_row)";
    database.scalar(counts).await
}

#[test]
fn a_later_baseline_replaces_one_that_tells_nothing_more() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        assert_eq!(taken(&mut journal).await, 50);
        database.execute("DELETE FROM public.t WHERE id <= 20").await;
        assert_eq!(taken(&mut journal).await, 30);
        assert_eq!(counts(&database).await, "1 30");
        database.execute("ALTER TABLE public.t DROP v").await;
        let error = journal.table("t").await.expect("table");
        let error = journal.take_baseline(&error).await.expect_err("altered since");
        assert_eq!(error.code(), "journal/not-tracked");
        journal.reconcile(false).await.expect("reconcile");
        assert_eq!(taken(&mut journal).await, 30);
        assert_eq!(counts(&database).await, "2 60", "the column is in the older one only");
    });
}

#[test]
fn a_table_without_rows_has_a_baseline_of_none() {
    block_on(async {
        let (database, _journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY);
             CREATE TABLE public.was (id int); INSERT INTO public.was VALUES (1); DELETE FROM public.was;
             CREATE TABLE public.p (id int) PARTITION BY LIST (id); CREATE TABLE public.p_1 PARTITION OF public.p DEFAULT",
        )
        .await;
        let none =
            "SELECT string_agg(r.table_name, ' ' ORDER BY r.table_name) FROM recall.baseline AS b
            JOIN recall.relation AS r ON r.id = b.relation WHERE b.rows = 0 AND b.upper = 0";
        assert_eq!(database.scalar(none).await, "p t");
    });
}

#[test]
fn a_baseline_waits_for_nobody_who_writes_and_nobody_for_it() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let writer = database.session().await;
        writer.execute("BEGIN; UPDATE public.t SET v = 'open' WHERE id = 1; INSERT INTO public.t VALUES (99, 'new')").await;
        assert_eq!(taken(&mut journal).await, 50, "what is not committed is not in it");
        writer.execute("COMMIT").await;
        let own = "SELECT (SELECT max(tx) FROM recall.change) = ANY (open) OR (SELECT max(tx) FROM recall.change) >= upper FROM recall.baseline";
        assert_eq!(database.scalar(own).await, "t", "and is known not to be");
        writer.execute("BEGIN; LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE").await;
        let table = journal.table("t").await.expect("table");
        let error = journal.take_baseline(&table).await.expect_err("locked");
        assert_eq!(error.code(), "server/locked");
        writer.execute("ROLLBACK").await;
        assert_eq!(counts(&database).await, "1 50", "nothing is left of it");
    });
}

#[test]
fn a_baseline_that_is_killed_leaves_nothing() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        // It comes to a stop while it copies.
        database
            .execute(
                "CREATE FUNCTION public.stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_lock(7); RETURN NEW; END $$;
                 CREATE TRIGGER stop BEFORE INSERT ON recall.baseline_row FOR EACH ROW EXECUTE FUNCTION public.stop();
                 SELECT pg_advisory_lock(7)",
            )
            .await;
        let table = journal.table("t").await.expect("table");
        let copying = tokio::spawn(async move { journal.take_baseline(&table).await });
        let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        while database.scalar(kill).await == "0" {
            tokio::task::yield_now().await;
        }
        let error = copying.await.expect("task").expect_err("killed");
        assert_eq!(error.code(), "server/disconnected");
        assert_eq!(counts(&database).await, "0 0");
    });
}

#[test]
fn rows_that_policies_hide_are_not_passed_over() {
    block_on(async {
        let (database, _journal) = tracked(TABLE).await;
        let owner = database.create_role("owner").await;
        database
            .execute(&format!(
                "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.t TO \"{owner}\";
                 GRANT USAGE ON SCHEMA recall TO \"{owner}\"; GRANT recall_admin TO \"{owner}\""
            ))
            .await;
        let connection = database.connect_as(&owner).await;
        let mut journal = Journal::open(connection).await.expect("open");
        let table = journal.table("t").await.expect("table");
        let error = journal.take_baseline(&table).await.expect_err("hidden");
        assert_eq!(error.code(), "journal/rows-hidden");
    });
}
