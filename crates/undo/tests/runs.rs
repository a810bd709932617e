//! Undos in several transactions leave what one in a single transaction leaves.

use pgrecall_journal::Journal;
use pgrecall_model::{Selection, TxId};
use pgrecall_testkit::{TestDatabase, block_on};
use pgrecall_undo::{Cut, Options, Planning, Run, UndoError, apply, plan, plan_with};
use proptest::prelude::*;

use crate::oracle::{self, SCHEMA};
use crate::{copy, tracked, transaction};

const TABLES: [&str; 5] =
    ["public.keyed", "public.pair", "public.bag", "public.child", "public.parent"];

async fn begin(journal: &mut Journal, selection: Selection, rows: u32) -> Result<Run, UndoError> {
    let prepared = plan(journal, selection).await?;
    Run::begin(journal, &prepared, &Options::default(), Cut { rows, takes_back: None }).await
}

/// Carries out so many parts at most; gives whether the run is finished.
async fn advance(journal: &mut Journal, run: &mut Run, parts: usize) -> Result<bool, UndoError> {
    for _ in 0..parts {
        if run.advance(journal).await?.is_none() {
            return Ok(true);
        }
    }
    Ok(run.done == run.rows)
}

/// Random transactions, of which some are taken back: once at once, once in parts.
async fn check(transactions: &[Vec<(String, bool)>], chosen: &[bool], (rows, parts): (u32, usize)) {
    let (database, mut journal) = tracked(SCHEMA).await;
    let mut selected = Vec::new();
    for (statements, is_chosen) in transactions.iter().zip(chosen.iter().cycle()) {
        if let Some(tx) = oracle::run(&database, statements).await.filter(|_| *is_chosen) {
            selected.push(tx);
        }
    }
    let unchanged = copy(&database, &TABLES).await;
    let wanted = match at_once(&mut journal, &selected).await {
        Some(undo) => {
            let wanted = copy(&database, &TABLES).await;
            at_once(&mut journal, &[undo]).await.expect("undo of the undo");
            wanted
        }
        None => return,
    };
    assert_eq!(copy(&database, &TABLES).await, unchanged);
    // The chosen transactions have been undone and redone; what is left of them is the redoing.
    let redone = crate::latest(&database).await;
    let selection = Selection::transactions(&[redone]);
    let mut run = begin(&mut journal, selection, rows).await.expect("begin");
    let is_over = advance(&mut journal, &mut run, parts).await.expect("advance");
    if is_over {
        assert_eq!(copy(&database, &TABLES).await, wanted, "in parts of {rows}");
        return;
    }
    let Some(back) = run.reversal(&journal).await.expect("reversal") else { return };
    let prepared = plan(&journal, back).await.expect("plan");
    let cut = Cut { rows, takes_back: Some(run.id) };
    let mut run =
        Run::begin(&mut journal, &prepared, &Options::default(), cut).await.expect("back");
    assert!(advance(&mut journal, &mut run, usize::MAX).await.expect("advance"));
    assert_eq!(
        copy(&database, &TABLES).await,
        unchanged,
        "taken back after {parts} parts of {rows}"
    );
}

async fn at_once(journal: &mut Journal, transactions: &[TxId]) -> Option<TxId> {
    if transactions.is_empty() {
        return None;
    }
    let prepared = match plan(journal, Selection::transactions(transactions)).await {
        Ok(prepared) => prepared,
        Err(UndoError::Nothing(_)) => return None,
        Err(error) => panic!("{error:?}"),
    };
    match apply(journal, &prepared, &Options::default()).await {
        Ok(applied) => applied.tx,
        Err(UndoError::Conflicts(_)) => None,
        Err(error) => panic!("{error:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn parts_leave_what_the_whole_leaves_and_can_be_taken_back(
        transactions in prop::collection::vec(oracle::transaction(), 2..7),
        chosen in prop::collection::vec(any::<bool>(), 2..7),
        cut in (1..4_u32, 0..12_usize),
    ) {
        block_on(check(&transactions, &chosen, cut));
    }
}

/// Rows of a table that refers to itself come back together, whoever works it out.
#[test]
fn rows_that_refer_to_one_another_are_not_parted() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.tree (id int PRIMARY KEY, up int REFERENCES public.tree);
             INSERT INTO public.tree SELECT g, nullif(g / 2, 0) FROM generate_series(1, 64) AS g;
             CREATE TABLE public.a (id int PRIMARY KEY, b int);
             CREATE TABLE public.b (id int PRIMARY KEY, a int REFERENCES public.a DEFERRABLE);
             ALTER TABLE public.a ADD FOREIGN KEY (b) REFERENCES public.b DEFERRABLE;
             BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO public.a SELECT g, g FROM generate_series(1, 9) AS g;
             INSERT INTO public.b SELECT g, g FROM generate_series(1, 9) AS g; COMMIT",
        )
        .await;
        let tables = ["public.tree", "public.a", "public.b"];
        let before = copy(&database, &tables).await;
        for mistake in [
            "DELETE FROM public.tree",
            "TRUNCATE public.tree",
            "SET CONSTRAINTS ALL DEFERRED; DELETE FROM public.a; DELETE FROM public.b",
        ] {
            for bulk_from in [1, i64::MAX] {
                let tx = transaction(&database, mistake).await;
                let planning = Planning { bulk_from, ..Planning::default() };
                let selection = Selection::transactions(&[tx]);
                let prepared = plan_with(&journal, selection, &planning).await.expect("plan");
                let cut = Cut { rows: 2, takes_back: None };
                let mut run = Run::begin(&mut journal, &prepared, &Options::default(), cut)
                    .await
                    .expect("begin");
                while run.advance(&mut journal).await.expect("advance").is_some() {}
                assert_eq!(copy(&database, &tables).await, before, "{mistake}");
            }
        }
    });
}

#[test]
fn who_may_not_undo_keeps_no_plan() {
    block_on(async {
        let (database, journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let tx = transaction(&database, "INSERT INTO public.t VALUES (1), (2)").await;
        drop(journal);
        let auditor = as_member(&database, "recall_auditor").await;
        let mut journal = Journal::open(database.connect_as(&auditor).await).await.expect("open");
        let refused = begin(&mut journal, Selection::transactions(&[tx]), 1).await;
        assert!(matches!(refused, Err(UndoError::Forbidden)), "{refused:?}");

        let admin = as_member(&database, "recall_admin").await;
        let mut journal = Journal::open(database.connect_as(&admin).await).await.expect("open");
        let mut run = begin(&mut journal, Selection::transactions(&[tx]), 1).await.expect("begin");
        assert!(run.advance(&mut journal).await.expect("advance").is_some());
        database.execute(&format!("REVOKE DELETE ON public.t FROM {admin}")).await;
        let error = run.advance(&mut journal).await.expect_err("no right any more");
        let stopped = run.stopped(&journal, error).await;
        assert!(matches!(stopped, UndoError::Stopped { done: 1, rows: 2, .. }), "{stopped:?}");
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "1");
    });
}

async fn as_member(database: &TestDatabase, role: &str) -> String {
    let name = database.create_role(&format!("member_of_{role}")).await;
    database.execute(&format!("GRANT {role} TO {name}; GRANT ALL ON public.t TO {name}")).await;
    name
}
