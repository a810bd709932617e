use pgrecall_journal::{Journal, RetentionError, Term};
use pgrecall_model::{Explain, RelationId, TxId};
use pgrecall_testkit::{TestDatabase, block_on};

/// Two tables with a change each in every hour of the last hundred days, each hour a transaction of
/// tenant `acme`; and partitions for these months.
async fn aged() -> (TestDatabase, Journal) {
    let (database, journal) = crate::tracked(
        "CREATE TABLE public.t (id int PRIMARY KEY); CREATE TABLE public.u (id int PRIMARY KEY)",
    )
    .await;
    database.execute(include_str!("aged.sql")).await;
    (database, journal)
}

fn days(count: u32) -> Term {
    format!("{count}d").parse().expect("term")
}

async fn number(database: &TestDatabase, sql: &str) -> i64 {
    database.scalar(sql).await.parse().expect("number")
}

async fn relation(journal: &Journal, name: &str) -> RelationId {
    journal.table(name).await.expect("table").relation.id
}

const LEFT: &str = "SELECT count(*) FROM recall.change";

#[test]
fn whole_months_go_and_what_is_left_is_whole() {
    block_on(async {
        let (database, mut journal) = aged().await;
        let all = number(&database, LEFT).await;
        let plan = journal.plan_retention(days(60), None, false).await.expect("plan");
        assert!(!plan.steps.is_empty() && plan.steps.iter().all(|step| step.whole));
        let planned: i64 = plan.steps.iter().map(|step| step.changes).sum();
        assert_eq!(number(&database, LEFT).await, all, "a plan changes nothing");

        let done = journal.retain(&plan).await.expect("retain");
        assert_eq!((done.changes, done.waiting.len()), (planned, 0));
        assert_eq!(number(&database, LEFT).await, all - planned);
        assert!(done.transactions > 0 && done.partitions > 0, "{done:?}");
        let oldest = "SELECT min(at) >= date_trunc('month', now() - interval '60 days', 'UTC') FROM recall.change";
        assert_eq!(database.scalar(oldest).await, "t");
        let orphans = "SELECT count(*) FROM recall.change AS c LEFT JOIN recall.transaction AS t
            ON t.id = c.tx WHERE t.id IS NULL AND c.tx > 1000000000";
        assert_eq!(number(&database, orphans).await, 0);
        let recorded = "SELECT sum(changes) FROM recall.retention WHERE finished_at IS NOT NULL";
        assert_eq!(number(&database, recorded).await, planned);

        let again = journal.plan_retention(days(60), None, false).await.expect("plan");
        assert_eq!(again.steps, []);
        assert_eq!(journal.retain(&again).await.expect("again").changes, 0);
    });
}

#[test]
fn the_horizon_says_from_where_on_the_journal_is_whole() {
    block_on(async {
        let (database, mut journal) = aged().await;
        let (t, u) = (relation(&journal, "t").await, relation(&journal, "u").await);
        assert_eq!(journal.horizon(t).await.expect("horizon"), None);
        let highest = number(
            &database,
            &format!("SELECT max(tx) FROM recall.change WHERE relation = {t} AND at < now() - interval '20 days'"),
        )
        .await;
        let plan = journal.plan_retention(days(20), Some(&[t]), false).await.expect("plan");
        assert!(plan.steps.iter().all(|step| step.relation == t && !step.whole));
        journal.retain(&plan).await.expect("retain");
        let horizon = journal.horizon(t).await.expect("horizon").expect("removed");
        assert_eq!(horizon.tx, TxId(highest));
        assert_eq!(journal.horizon(u).await.expect("horizon"), None);
        let left =
            format!("SELECT count(*) FROM recall.change WHERE relation = {t} AND tx <= {highest}");
        assert_eq!(number(&database, &left).await, 0);
        // The other table's change is still there, so taking it back would take half of it back.
        assert!(journal.is_trimmed(TxId(highest)).await.expect("trimmed"));
        assert!(!journal.is_trimmed(TxId(highest + 1)).await.expect("trimmed"));
    });
}

#[test]
fn a_table_with_a_longer_term_keeps_its_changes_when_all_others_go() {
    block_on(async {
        let (database, mut journal) = aged().await;
        let u = relation(&journal, "u").await;
        journal.keep(Some(u), Some("7y".parse().expect("term"))).await.expect("keep");
        let of_u = format!("SELECT count(*) FROM recall.change WHERE relation = {u}");
        let before = number(&database, &of_u).await;
        let plan = journal.plan_retention(days(30), None, true).await.expect("plan");
        journal.retain(&plan).await.expect("retain");
        assert_eq!(number(&database, &of_u).await, before);
        let old = "SELECT count(*) FROM recall.change WHERE at < now() - interval '30 days'";
        let of_others = format!("{old} AND relation <> {u}");
        assert_eq!(number(&database, &of_others).await, 0);
    });
}

#[test]
fn what_was_interrupted_is_known_and_can_be_finished() {
    block_on(async {
        let (database, mut journal) = aged().await;
        let t = relation(&journal, "t").await;
        let plan = journal.plan_retention(days(10), Some(&[t]), false).await.expect("plan");
        let step = plan.steps.last().expect("a step");
        // One batch, and then the program is gone.
        database
            .execute(&format!(
                "SELECT * FROM recall._remove_changes('{}', {t}, '{}', 5, NULL, NULL, NULL)",
                step.partition, step.before
            ))
            .await;
        let unfinished = "SELECT count(*) FROM recall.retention WHERE finished_at IS NULL";
        assert_eq!(number(&database, unfinished).await, 1);
        let horizon = journal.horizon(t).await.expect("horizon").expect("known at once");
        assert_eq!(horizon.tx, step.until_tx);
        let plan = journal.plan_retention(days(10), Some(&[t]), false).await.expect("plan");
        journal.retain(&plan).await.expect("retain");
        let left = format!(
            "SELECT count(*) FROM recall.change WHERE relation = {t} AND at < now() - interval '10 days'"
        );
        assert_eq!(number(&database, &left).await, 0);
    });
}

#[test]
fn a_month_that_is_being_read_is_left_for_later() {
    block_on(async {
        let (database, mut journal) = aged().await;
        let reader = database.session().await;
        reader.execute("BEGIN; SELECT count(*) FROM recall.change").await;
        let all = number(&database, LEFT).await;
        let plan = journal.plan_retention(days(60), None, false).await.expect("plan");
        let done = journal.retain(&plan).await.expect("retain");
        assert!(!done.waiting.is_empty() && done.changes == 0, "{done:?}");
        assert_eq!(number(&database, LEFT).await, all);
        assert_eq!(number(&database, "SELECT count(*) FROM recall.retention").await, 0);
        reader.execute("COMMIT").await;
        assert_eq!(journal.retain(&plan).await.expect("retain").waiting, Vec::<String>::new());
    });
}

#[test]
fn only_the_owner_and_administrators_remove_and_one_at_a_time() {
    block_on(async {
        let (database, mut journal) = aged().await;
        let plan = journal.plan_retention(days(60), None, false).await.expect("plan");
        let (auditor, admin) =
            (database.create_role("auditor").await, database.create_role("admin").await);
        database
            .execute(&format!(
                "GRANT recall_auditor TO \"{auditor}\"; GRANT recall_admin TO \"{admin}\""
            ))
            .await;
        let mut auditor = Journal::open(database.connect_as(&auditor).await).await.expect("open");
        let error = auditor.retain(&plan).await.expect_err("auditor");
        assert_eq!(error.code(), "server/forbidden");
        assert_eq!(auditor.maintain().await.expect_err("auditor").code(), "server/forbidden");

        database.execute("SELECT pg_advisory_lock(7236837713)").await;
        let error = journal.retain(&plan).await.expect_err("busy");
        assert!(matches!(error, RetentionError::Busy), "{error:?}");
        assert!(!journal.maintain().await.expect("maintain").ran);
        database.execute("SELECT pg_advisory_unlock(7236837713)").await;

        let mut admin = Journal::open(database.connect_as(&admin).await).await.expect("open");
        assert!(admin.retain(&plan).await.expect("admin").changes > 0);
        assert!(admin.maintain().await.expect("admin").ran);
    });
}

#[test]
fn a_transaction_that_is_still_open_is_not_forgotten() {
    block_on(async {
        let (database, mut journal) = aged().await;
        let writer = database.session().await;
        // As if it had been open since then: its change lies in the month that is to go.
        writer
            .execute(
                "BEGIN; INSERT INTO recall.change (id, at, tx, relation, op, key, new)
                 SELECT 1000000, min(at), min(tx), min(relation), 'I', '1', '{}'
                 FROM recall.change",
            )
            .await;
        let plan = journal.plan_retention(days(60), None, false).await.expect("plan");
        let done = journal.retain(&plan).await.expect("retain");
        assert!(!done.waiting.is_empty(), "{done:?}");
        writer.execute("COMMIT").await;
        let done = journal.retain(&plan).await.expect("retain");
        assert_eq!(done.waiting, Vec::<String>::new());
        let recorded = "SELECT sum(changes) FROM recall.retention";
        let planned: i64 = plan.steps.iter().map(|step| step.changes).sum();
        assert_eq!(number(&database, recorded).await, planned + 1);
    });
}
