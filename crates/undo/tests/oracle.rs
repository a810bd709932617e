//! Random transactions, compared with copies of the tables that were taken after each of them.

use std::collections::BTreeMap;

use pgrecall_journal::Journal;
use pgrecall_model::{Moment, Selection, TxId};
use pgrecall_testkit::{TestDatabase, block_on};
use pgrecall_timetravel::at;
use pgrecall_undo::{Options, UndoError, apply, plan, preview};
use proptest::prelude::*;

use crate::{copy, latest, tracked};

const TABLES: [&str; 4] = ["public.keyed", "public.pair", "public.bag", "public.child"];

pub(crate) const SCHEMA: &str = "
    CREATE TABLE public.keyed (id int PRIMARY KEY DEFERRABLE, v int, w text);
    CREATE TABLE public.pair (a int, b text, n numeric, PRIMARY KEY (a, b));
    CREATE TABLE public.bag (v int, w text);
    CREATE TABLE public.parent (id int PRIMARY KEY, v int);
    CREATE TABLE public.child (id int PRIMARY KEY, parent int REFERENCES public.parent ON DELETE CASCADE ON UPDATE CASCADE);
    INSERT INTO public.keyed SELECT g, g, 'w' FROM generate_series(1, 4) AS g;
    INSERT INTO public.pair SELECT g, 'b', 1.0 FROM generate_series(1, 3) AS g;
    INSERT INTO public.bag VALUES (1, 'x'), (1, 'x'), (2, NULL);
    INSERT INTO public.parent SELECT g, g FROM generate_series(1, 3) AS g;
    INSERT INTO public.child SELECT g, 1 + g % 3 FROM generate_series(1, 5) AS g;";

/// One statement; what a constraint refuses is rolled back to before it.
fn statement() -> impl Strategy<Value = String> {
    let (id, v) = (0..7_i32, 0..3_i32);
    (0..18_u8, id, v).prop_map(|(kind, id, v)| match kind {
        0 | 1 => {
            format!("INSERT INTO public.keyed VALUES ({id}, {v}, 'new') ON CONFLICT DO NOTHING")
        }
        2 => format!("UPDATE public.keyed SET v = {v}, w = w || '{v}' WHERE id >= {id}"),
        3 => "UPDATE public.keyed SET id = id + 1".to_owned(),
        4 => "UPDATE public.keyed SET id = 5 - id WHERE id BETWEEN 0 AND 5".to_owned(),
        5 => format!("UPDATE public.keyed SET id = {id} WHERE v = {v}"),
        6 => format!("DELETE FROM public.keyed WHERE id = {id}"),
        7 => "TRUNCATE public.keyed".to_owned(),
        8 => format!("INSERT INTO public.pair VALUES ({id}, 'b{v}', {v}.{v}0)"),
        9 => format!("UPDATE public.pair SET b = b || '{v}', n = n + 0.10 WHERE a = {id}"),
        10 => format!("DELETE FROM public.pair WHERE a <= {id}"),
        11 => format!("INSERT INTO public.bag VALUES ({v}, 'x'), ({v}, 'x')"),
        12 => format!("UPDATE public.bag SET w = 'y' WHERE v = {v}"),
        13 => format!(
            "DELETE FROM public.bag WHERE ctid = (SELECT min(ctid) FROM public.bag WHERE v = {v})"
        ),
        14 => format!("DELETE FROM public.parent WHERE id = {id}"),
        15 => format!("INSERT INTO public.parent VALUES ({id}, {v})"),
        16 => format!("INSERT INTO public.child VALUES ({id}, {v})"),
        _ => format!("UPDATE public.parent SET id = id + 10 WHERE id = {id}"),
    })
}

/// A transaction: statements, of which stretches are rolled back to a savepoint.
pub(crate) fn transaction() -> impl Strategy<Value = Vec<(String, bool)>> {
    prop::collection::vec((statement(), prop::bool::weighted(0.2)), 1..6)
}

/// Runs a transaction; gives its number if it was recorded.
pub(crate) async fn run(database: &TestDatabase, statements: &[(String, bool)]) -> Option<TxId> {
    let before = latest(database).await;
    database.execute("BEGIN").await;
    for (sql, rolled_back) in statements {
        database.execute("SAVEPOINT s").await;
        if database.try_execute(sql).await.is_err() || *rolled_back {
            database.execute("ROLLBACK TO s").await;
        }
    }
    database.execute("COMMIT").await;
    let after = latest(database).await;
    (after > before).then_some(after)
}

async fn past(journal: &mut Journal, tx: TxId) -> Vec<String> {
    let mut rows = Vec::new();
    for table in TABLES {
        let sql = format!("SELECT r::text FROM {table} AS r ORDER BY 1");
        let past = at(journal, Moment::After(tx), &sql).await.expect("past");
        let answer = past.rows(journal).await.expect("rows");
        rows.extend(
            answer
                .rows
                .into_iter()
                .map(|mut row| format!("{table} {}", row.remove(0).unwrap_or_default())),
        );
    }
    rows
}

async fn undo(journal: &mut Journal, tx: TxId) -> Option<TxId> {
    match plan(journal, Selection::transactions(&[tx])).await {
        Ok(prepared) => apply(journal, &prepared, &Options::default()).await.expect("apply").tx,
        Err(pgrecall_undo::UndoError::Nothing(_)) => None,
        Err(error) => panic!("{error:?}"),
    }
}

async fn check(transactions: Vec<Vec<(String, bool)>>) {
    let (database, mut journal) = tracked(SCHEMA).await;
    let mut copies = vec![(latest(&database).await, copy(&database, &TABLES).await)];
    for statements in &transactions {
        if let Some(tx) = run(&database, statements).await {
            copies.push((tx, copy(&database, &TABLES).await));
        }
    }
    for (tx, expected) in &copies {
        assert_eq!(&past(&mut journal, *tx).await, expected, "after transaction {tx}");
    }
    if let [.., (_, before), (last, after)] = copies.as_slice()
        && let Some(undone) = undo(&mut journal, *last).await
    {
        assert_eq!(&copy(&database, &TABLES).await, before, "undo of {last}");
        undo(&mut journal, undone).await;
        assert_eq!(&copy(&database, &TABLES).await, after, "undo of the undo of {last}");
    }
}

/// Rows, each as often as it is there.
type Rows = BTreeMap<String, i64>;

fn add(rows: &mut Rows, more: &[String], times: i64) {
    for row in more {
        *rows.entry(row.clone()).or_default() += times;
    }
    rows.retain(|_, times| *times != 0);
}

/// Takes any of the transactions back. What is left is what the others did, row by row.
async fn check_any(transactions: Vec<Vec<(String, bool)>>, chosen: Vec<bool>) {
    let (database, mut journal) = tracked(SCHEMA).await;
    let tables = [&TABLES[..], &["public.parent"]].concat();
    let mut before = copy(&database, &tables).await;
    let mut wanted = Rows::new();
    add(&mut wanted, &before, 1);
    let mut selected = Vec::new();
    for (statements, is_chosen) in transactions.iter().zip(chosen.into_iter().cycle()) {
        let Some(tx) = run(&database, statements).await else { continue };
        let after = copy(&database, &tables).await;
        if is_chosen {
            selected.push(tx);
        } else {
            add(&mut wanted, &before, -1);
            add(&mut wanted, &after, 1);
        }
        before = after;
    }
    let selection = || Selection::transactions(&selected);
    let prepared = match plan(&journal, selection()).await {
        Ok(prepared) if !selected.is_empty() => prepared,
        Ok(_) | Err(UndoError::Nothing(_)) => return,
        Err(error) => panic!("{error:?}"),
    };
    let unchanged = copy(&database, &tables).await;
    let previewed = preview(&mut journal, &prepared, &Options::default()).await;
    assert_eq!(copy(&database, &tables).await, unchanged, "a preview changes nothing");
    let applied = apply(&mut journal, &prepared, &Options::default()).await;
    let mut left = Rows::new();
    add(&mut left, &copy(&database, &tables).await, 1);
    match (previewed, applied) {
        (Ok(_), Ok(_)) => assert_eq!(left, wanted, "undo of {selected:?}"),
        (Err(UndoError::Conflicts(previewed)), Err(UndoError::Conflicts(applied))) => {
            assert_eq!(applied.len(), previewed.len());
            assert_eq!(copy(&database, &tables).await, unchanged, "a refusal changes nothing");
        }
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn every_past_state_equals_its_copy_and_undo_restores_the_one_before(
        transactions in prop::collection::vec(transaction(), 1..8)
    ) {
        block_on(check(transactions));
    }

    #[test]
    fn any_transactions_go_and_what_the_others_did_stays(
        transactions in prop::collection::vec(transaction(), 2..7),
        chosen in prop::collection::vec(any::<bool>(), 2..7),
    ) {
        block_on(check_any(transactions, chosen));
    }
}
