//! What the server works out for very many changes is what the pure planning says.

use pgrecall_journal::Journal;
use pgrecall_model::{Selection, Step, TxId};
use pgrecall_testkit::block_on;
use pgrecall_undo::{Applied, Options, Planning, UndoError, apply, plan_with};
use proptest::prelude::*;

use pgrecall_testkit::Session;

use crate::{copy, tracked, transaction, undo_tx};

const SCHEMA: &str = "
    CREATE TABLE public.parent (id int PRIMARY KEY, code text UNIQUE, note json, a int[]);
    CREATE TABLE public.child (
      id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      parent int NOT NULL REFERENCES public.parent ON DELETE CASCADE,
      v numeric, double numeric GENERATED ALWAYS AS (v * 2) STORED
    );
    CREATE TABLE public.\"Tree\" (id int, part int, up int, PRIMARY KEY (id, part), FOREIGN KEY (up, part) REFERENCES public.\"Tree\");
    INSERT INTO public.parent SELECT g, 'c' || g, '{\"b\":  1, \"a\": 2}', '[2:3]={1,2}' FROM generate_series(1, 40) AS g;
    INSERT INTO public.child (parent, v) SELECT 1 + g % 40, g FROM generate_series(1, 120) AS g;
    INSERT INTO public.\"Tree\" SELECT g, 1, nullif(g / 2, 0) FROM generate_series(1, 20) AS g";

/// The same without what needs the triggers.
const LOCKABLE: &str = "
    CREATE TABLE public.parent (id int PRIMARY KEY, code text UNIQUE, note json, a int[]);
    CREATE TABLE public.child (
      id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      parent int NOT NULL REFERENCES public.parent ON DELETE CASCADE, v numeric
    );
    INSERT INTO public.parent SELECT g, 'c' || g, '{\"b\":  1, \"a\": 2}', '[2:3]={1,2}' FROM generate_series(1, 40) AS g;
    INSERT INTO public.child (parent, v) SELECT 1 + g % 40, g FROM generate_series(1, 120) AS g";

const TABLES: [&str; 3] = ["public.parent", "public.child", "public.\"Tree\""];

fn planning(bulk_from: i64) -> Planning {
    Planning { bulk_from, ..Planning::default() }
}

/// The steps of a plan, sorted, and how many conflicts it has.
async fn planned(
    journal: &Journal,
    transactions: &[TxId],
    bulk_from: i64,
) -> Result<(Vec<Step>, usize), UndoError> {
    let selection = Selection::transactions(transactions);
    let prepared = plan_with(journal, selection, &planning(bulk_from)).await?;
    let mut steps = prepared.steps(journal, 0, usize::MAX >> 1).await?;
    steps.sort_by_key(|step| (step.relation, step.changes.clone()));
    Ok((steps, prepared.plan.conflicts.len()))
}

#[test]
fn a_mistake_of_many_rows_is_planned_by_the_server_and_taken_back_exactly() {
    block_on(async {
        let (database, mut journal) = tracked(SCHEMA).await;
        for mistake in [
            "UPDATE public.child SET v = 0",
            "DELETE FROM public.parent WHERE id > 10",
            "UPDATE public.parent SET code = code || '!', a = NULL, note = NULL; UPDATE public.parent SET code = code || '?'",
            "INSERT INTO public.parent SELECT g, 'n' || g FROM generate_series(100, 160) AS g; INSERT INTO public.child (parent, v) SELECT g, 1 FROM generate_series(100, 160) AS g; DELETE FROM public.parent WHERE id = 120",
            "TRUNCATE public.child; UPDATE public.parent SET a = '{}'",
        ] {
            let before = copy(&database, &TABLES).await;
            let tx = transaction(&database, mistake).await;
            let pure = planned(&journal, &[tx], i64::MAX).await.expect("pure");
            let bulk = planned(&journal, &[tx], 1).await.expect("bulk");
            assert_eq!(bulk, pure, "{mistake}");
            let prepared = plan_with(&journal, Selection::transactions(&[tx]), &planning(1))
                .await
                .expect("plan");
            assert!(prepared.is_bulk(), "{mistake}");
            apply(&mut journal, &prepared, &Options::default()).await.expect("apply");
            assert_eq!(copy(&database, &TABLES).await, before, "{mistake}");
        }
    });
}

/// What the journal holds of a transaction, whoever wrote it.
async fn recorded(database: &Session, tx: TxId) -> Vec<Vec<Option<String>>> {
    let sql = format!(
        "SELECT relation, shape, op, database_user, database_role, application, ip, key, new_key, old, new \
         FROM recall.change WHERE tx = {tx} ORDER BY relation, key"
    );
    database.query_text(&sql).await
}

#[test]
fn an_undo_with_locked_tables_is_recorded_as_if_row_by_row() {
    block_on(async {
        let (database, mut journal) = tracked(LOCKABLE).await;
        let tables = ["public.parent", "public.child"];
        for mistake in [
            "UPDATE public.child SET v = v + 1",
            "DELETE FROM public.parent WHERE id > 10",
            "INSERT INTO public.parent SELECT g, 'n' || g FROM generate_series(100, 160) AS g; INSERT INTO public.child (id, parent, v) OVERRIDING SYSTEM VALUE SELECT g + 1000, g, 1 FROM generate_series(100, 160) AS g",
            "TRUNCATE public.child; UPDATE public.parent SET a = '{}' WHERE id < 30",
        ] {
            let before = copy(&database, &tables).await;
            let mut written = Vec::new();
            for lock_tables in [false, true] {
                let tx = transaction(&database, mistake).await;
                let selection = Selection::transactions(&[tx]);
                let prepared = plan_with(&journal, selection, &planning(1)).await.expect("plan");
                assert!(prepared.is_bulk(), "{mistake}");
                let options = Options { lock_tables, ..Options::default() };
                let applied = apply(&mut journal, &prepared, &options).await.expect("apply");
                let locked = |mode: &str| applied.locks.iter().any(|(_, held)| held == mode);
                assert_eq!(locked("ShareRowExclusiveLock"), lock_tables, "{mistake}");
                assert_eq!(copy(&database, &tables).await, before, "{mistake}");
                written.push(recorded(&database, applied.tx.expect("tx")).await);
            }
            assert!(!written[0].is_empty() && written[0] == written[1], "{mistake}");
            // Afterwards everything is recorded as before, and nothing was noted as missing.
            let tx = transaction(&database, "UPDATE public.child SET v = -v WHERE id < 5").await;
            assert_eq!(recorded(&database, tx).await.len(), 4.min(children(&database).await));
            undo_tx(&mut journal, &[tx]).await.expect("undo");
            assert_eq!(database.scalar("SELECT count(*) FROM recall.gap").await, "0");
        }
    });
}

async fn children(database: &Session) -> usize {
    let count = database.scalar("SELECT count(*) FROM public.child WHERE id < 5").await;
    count.parse().expect("number")
}

#[test]
fn a_table_with_computed_columns_is_recorded_row_by_row() {
    block_on(async {
        let (database, mut journal) = tracked(SCHEMA).await;
        let tx = transaction(&database, "UPDATE public.child SET v = 0").await;
        let applied = undo_locked(&mut journal, tx).await;
        assert!(applied.locks.iter().all(|(_, mode)| mode != "ShareRowExclusiveLock"));
        let undo = applied.tx.expect("tx");
        assert_eq!(recorded(&database, undo).await.len(), 120);
        undo_tx(&mut journal, &[undo]).await.expect("undo of the undo");
    });
}

async fn undo_locked(journal: &mut Journal, tx: TxId) -> Applied {
    let selection = Selection::transactions(&[tx]);
    let prepared = plan_with(journal, selection, &planning(1)).await.expect("plan");
    assert!(prepared.is_bulk());
    let options = Options { lock_tables: true, ..Options::default() };
    apply(journal, &prepared, &options).await.expect("apply")
}

#[test]
fn what_is_not_plain_is_planned_row_by_row() {
    block_on(async {
        let (database, mut journal) = tracked(SCHEMA).await;
        for mistake in [
            "UPDATE public.parent SET id = id + 100 WHERE id NOT IN (SELECT parent FROM public.child); UPDATE public.parent SET id = id + 1000 WHERE id = 1",
            "UPDATE public.parent SET code = 'x' WHERE id = 1; UPDATE public.parent SET code = 'c1' WHERE id = 2",
            "INSERT INTO public.\"Tree\" VALUES (21, 1, 20), (22, 1, 21)",
        ] {
            let before = copy(&database, &TABLES).await;
            let tx = transaction(&database, &format!("SET CONSTRAINTS ALL DEFERRED; ALTER TABLE public.child DROP CONSTRAINT IF EXISTS child_parent_fkey; {mistake}")).await;
            let prepared = plan_with(&journal, Selection::transactions(&[tx]), &planning(1))
                .await
                .expect("plan");
            assert!(!prepared.is_bulk(), "{mistake}");
            apply(&mut journal, &prepared, &Options::default()).await.expect("apply");
            assert_eq!(copy(&database, &TABLES).await, before, "{mistake}");
        }
    });
}

#[test]
fn rows_that_changed_later_are_found_among_many() {
    block_on(async {
        let (database, journal) = tracked(SCHEMA).await;
        let tx = transaction(&database, "UPDATE public.child SET v = 0").await;
        transaction(&database, "UPDATE public.child SET v = 1 WHERE id IN (5, 6)").await;
        let prepared =
            plan_with(&journal, Selection::transactions(&[tx]), &planning(1)).await.expect("plan");
        let found: Vec<String> = prepared
            .plan
            .conflicts
            .iter()
            .filter_map(|c| c.key.as_ref())
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, ["id=6", "id=5"]);
    });
}

fn statement() -> impl Strategy<Value = String> {
    (0..9_u8, 1..45_i32, 0..4_i32).prop_map(|(kind, id, v)| match kind {
        0 => format!("UPDATE public.child SET v = v + {v} WHERE parent > {id}"),
        1 => format!("DELETE FROM public.parent WHERE id = {id}"),
        2 => format!("UPDATE public.parent SET a = ARRAY[{v}] WHERE id <= {id}"),
        3 => format!("INSERT INTO public.parent VALUES ({id}, 'p{id}') ON CONFLICT DO NOTHING"),
        4 => format!("INSERT INTO public.child (parent, v) SELECT id, {v} FROM public.parent WHERE id = {id}"),
        5 => format!("DELETE FROM public.child WHERE id % 7 = {v}"),
        6 => format!("UPDATE public.parent SET code = 'q' || (id + {v}) WHERE id BETWEEN {id} AND {id} + 2 AND NOT EXISTS (SELECT FROM public.parent AS o WHERE o.code LIKE 'q%')"),
        7 => format!("DELETE FROM public.\"Tree\" WHERE id > {id} AND id > 9"),
        _ => format!("UPDATE public.child SET parent = (SELECT min(id) FROM public.parent WHERE id > {v}) WHERE id = {id}"),
    })
}

async fn check(transactions: Vec<Vec<String>>, chosen: Vec<bool>) {
    let (database, mut journal) = tracked(SCHEMA).await;
    let mut ids = Vec::new();
    for statements in &transactions {
        let before = crate::latest(&database).await;
        let tx = transaction(&database, &statements.join("; ")).await;
        if tx > before {
            ids.push(tx);
        }
    }
    let chosen: Vec<TxId> = ids
        .into_iter()
        .zip(chosen.into_iter().cycle())
        .filter(|(_, is)| *is)
        .map(|(id, _)| id)
        .collect();
    if chosen.is_empty() {
        return;
    }
    let pure = planned(&journal, &chosen, i64::MAX).await;
    let bulk = planned(&journal, &chosen, 1).await;
    match (pure, bulk) {
        (Ok(pure), Ok(bulk)) if pure.1 == 0 => {
            assert_eq!(bulk, pure);
            let before = copy(&database, &TABLES).await;
            let selection = || Selection::transactions(&chosen);
            let prepared = plan_with(&journal, selection(), &planning(1)).await.expect("plan");
            let undo = apply(&mut journal, &prepared, &Options::default()).await.expect("apply");
            let by_server = copy(&database, &TABLES).await;
            let back = Selection::transactions(&[undo.tx.expect("tx")]);
            let prepared = plan_with(&journal, back, &planning(1)).await.expect("plan of the undo");
            apply(&mut journal, &prepared, &Options::default()).await.expect("undo of the undo");
            assert_eq!(copy(&database, &TABLES).await, before);
            let prepared =
                plan_with(&journal, selection(), &planning(i64::MAX)).await.expect("plan");
            apply(&mut journal, &prepared, &Options::default()).await.expect("apply");
            assert_eq!(copy(&database, &TABLES).await, by_server);
        }
        (Ok(pure), Ok(bulk)) => assert_eq!(bulk.1 > 0, pure.1 > 0),
        (Err(pure), Err(bulk)) => assert_eq!(pure.to_string(), bulk.to_string()),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn the_server_and_the_pure_planning_agree(
        transactions in prop::collection::vec(prop::collection::vec(statement(), 1..4), 1..5),
        chosen in prop::collection::vec(any::<bool>(), 1..5),
    ) {
        block_on(check(transactions, chosen));
    }
}
