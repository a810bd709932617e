//! Checkpoints come and go by themselves, and with what they are of.

use pgrecall_journal::{Journal, Leave, Term, uninstall};
use pgrecall_testkit::{TestDatabase, block_on};

use crate::tracked;

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v text);
    INSERT INTO public.t SELECT g, 'v' FROM generate_series(1, 20) AS g";

async fn take(journal: &mut Journal) -> i64 {
    let table = journal.table("t").await.expect("table");
    journal.take_checkpoint(&table).await.expect("checkpoint").id
}

async fn ids(journal: &Journal) -> Vec<i64> {
    journal.checkpoints().await.expect("checkpoints").iter().map(|one| one.id).collect()
}

async fn copies(database: &TestDatabase) -> String {
    database
        .scalar(
            "SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.nspname = 'recall' AND c.relkind = 'r' AND c.relname ~ '^checkpoint_[0-9]+$'",
        )
        .await
}

#[test]
fn the_upkeep_takes_one_after_so_many_changes() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let table = journal.table("t").await.expect("table");
        journal.checkpoint_every(&table, 15, 2).await.expect("policy");
        assert_eq!(journal.keep_up().await.expect("upkeep").checkpoints_taken, 0);
        for taken in 1..=3 {
            database.execute("UPDATE public.t SET v = v || 'x' WHERE id <= 14").await;
            assert_eq!(journal.keep_up().await.expect("upkeep").checkpoints_taken, 0);
            database.execute("UPDATE public.t SET v = v || 'x' WHERE id = 15").await;
            let done = journal.keep_up().await.expect("upkeep");
            assert_eq!(
                (done.checkpoints_taken, done.checkpoints_dropped),
                (1, i64::from(taken == 3))
            );
            assert_eq!(done.waiting, [""; 0]);
        }
        assert_eq!(ids(&journal).await, [2, 3]);
        assert!(journal.checkpoint_never(table.relation.id).await.expect("never"));
        database.execute("UPDATE public.t SET v = 'z'").await;
        assert_eq!(journal.keep_up().await.expect("upkeep").checkpoints_taken, 0);
    });
}

#[test]
fn what_is_older_than_the_changes_goes() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let (old, young) = (take(&mut journal).await, take(&mut journal).await);
        let age = |id| {
            format!("UPDATE recall.checkpoint SET at = now() - interval '40 days' WHERE id = {id}")
        };
        database.execute(&age(old)).await;
        let term: Term = "30d".parse().expect("term");
        journal
            .keep(Some(journal.table("t").await.expect("table").relation.id), Some(term))
            .await
            .expect("keep");
        assert_eq!(journal.maintain().await.expect("maintain").checkpoints_dropped, 1);
        assert_eq!(ids(&journal).await, [young]);
        // Once, too, whatever else there is to remove.
        database.execute(&age(young)).await;
        let third = take(&mut journal).await;
        let plan = journal.plan_retention(term, None, true).await.expect("plan");
        assert!(plan.steps.is_empty());
        journal.retain(&plan).await.expect("retain");
        assert_eq!(ids(&journal).await, [young, third], "it has a term of its own");
        let relation = journal.table("t").await.expect("table").relation.id;
        let plan = journal.plan_retention(term, Some(&[relation]), true).await.expect("plan");
        journal.retain(&plan).await.expect("retain");
        assert_eq!(ids(&journal).await, [third]);
        // One that is being read stays until nobody does.
        database.execute(&age(third)).await;
        let reader = database.session().await;
        reader.execute(&format!("BEGIN; SELECT FROM recall.checkpoint_{third}")).await;
        let done = journal.maintain().await.expect("maintain");
        assert_eq!((done.checkpoints_dropped, done.waiting.len()), (0, 1));
        reader.execute("COMMIT").await;
        assert_eq!(journal.maintain().await.expect("maintain").checkpoints_dropped, 1);
        assert_eq!(copies(&database).await, "0");
    });
}

#[test]
fn nothing_is_left_of_them_with_a_table_or_the_journal() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let table = journal.table("t").await.expect("table");
        take(&mut journal).await;
        journal.checkpoint_every(&table, 15, 2).await.expect("policy");
        journal.untrack(&table).await.expect("untrack");
        assert_eq!(copies(&database).await, "0");
        assert_eq!(journal.checkpoint_policies().await.expect("policies"), []);
        for leave in [Leave { journal: true, roles: true }, Leave { journal: false, roles: true }] {
            crate::track_all(&mut journal).await;
            take(&mut journal).await;
            assert_eq!(copies(&database).await, "1");
            uninstall(&mut database.connect().await, leave).await.expect("uninstall");
            assert_eq!(copies(&database).await, "0");
        }
    });
}
