//! What is done about conflicts where somebody said what.

use pgrecall_journal::Journal;
use pgrecall_model::{ConflictKind, Policies, Selection, TxId};
use pgrecall_testkit::{TestDatabase, block_on};
use pgrecall_undo::{Decisions, Options, Planning, UndoError, apply, plan_with, preview};

use crate::{copy, tracked, transaction};

const TABLES: &str = "
    CREATE TABLE public.a (id int PRIMARY KEY, v int, w text, code text UNIQUE);
    CREATE TABLE public.b (id int PRIMARY KEY, a int REFERENCES public.a);
    CREATE TABLE public.c (id int PRIMARY KEY, b int REFERENCES public.b ON DELETE CASCADE);
    INSERT INTO public.a SELECT g, g, 'w', 'c' || g FROM generate_series(1, 3) AS g";

async fn settled(journal: &mut Journal, tx: TxId, policy: &str) -> Result<(), UndoError> {
    let mut policies = Policies::default();
    policies.add(policy).expect("policy");
    let planning =
        Planning { decisions: Decisions { policies, each: Vec::new() }, ..Planning::default() };
    let prepared = plan_with(journal, Selection::transactions(&[tx]), &planning).await?;
    preview(journal, &prepared, &Options::default()).await?;
    apply(journal, &prepared, &Options::default()).await.map(|_| ())
}

async fn a(database: &TestDatabase) -> String {
    copy(database, &["public.a"]).await.join(" ").replace("public.a ", "")
}

/// A mistake on all rows, and a later change of row 1.
async fn changed_later() -> (TestDatabase, Journal, TxId) {
    let (database, journal) = tracked(TABLES).await;
    let tx = transaction(&database, "UPDATE public.a SET v = 0, w = 'x'").await;
    transaction(&database, "UPDATE public.a SET v = 7 WHERE id = 1").await;
    (database, journal, tx)
}

#[test]
fn rows_that_were_changed_later_can_be_left_as_they_are() {
    block_on(async {
        let (database, mut journal, tx) = changed_later().await;
        settled(&mut journal, tx, "skip").await.expect("undo");
        assert_eq!(a(&database).await, "(1,7,x,c1) (2,2,w,c2) (3,3,w,c3)");
    });
}

#[test]
fn columns_that_were_not_changed_later_can_be_taken_back_alone() {
    block_on(async {
        let (database, mut journal, tx) = changed_later().await;
        settled(&mut journal, tx, "changed-later=merge").await.expect("undo");
        assert_eq!(a(&database).await, "(1,7,w,c1) (2,2,w,c2) (3,3,w,c3)");
    });
}

#[test]
fn later_changes_can_be_overwritten() {
    block_on(async {
        let (database, mut journal, tx) = changed_later().await;
        database.execute("DELETE FROM public.a WHERE id = 2").await;
        settled(&mut journal, tx, "overwrite").await.expect("undo");
        assert_eq!(a(&database).await, "(1,1,w,c1) (2,2,w,c2) (3,3,w,c3)");
    });
}

#[test]
fn rows_that_came_to_depend_on_others_can_go_too_or_keep_them() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let before = a(&database).await;
        let tx = transaction(&database, "INSERT INTO public.a VALUES (4, 4), (5, 5)").await;
        database.execute("INSERT INTO public.b VALUES (40, 4), (41, 4); INSERT INTO public.c VALUES (400, 40)").await;
        settled(&mut journal, tx, "dependants=skip").await.expect("keep");
        assert_eq!(a(&database).await, format!("{before} (4,4,,)"));
        let undone = settled(&mut journal, tx, "skip").await;
        assert!(matches!(undone, Err(UndoError::Nothing(_))), "{undone:?}");
    });
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let before = a(&database).await;
        let tx = transaction(&database, "INSERT INTO public.a VALUES (4, 4), (5, 5)").await;
        database.execute("INSERT INTO public.b VALUES (40, 4), (41, 4), (10, 1); INSERT INTO public.c VALUES (400, 40)").await;
        settled(&mut journal, tx, "cascade").await.expect("cascade");
        assert_eq!(a(&database).await, before);
        assert_eq!(copy(&database, &["public.b", "public.c"]).await, ["public.b (10,1)"]);
    });
}

#[test]
fn a_unique_value_that_was_taken_since_is_told_and_can_be_left_out() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let tx = transaction(&database, "DELETE FROM public.a WHERE id < 3").await;
        database.execute("INSERT INTO public.a VALUES (9, 9, 'w', 'c1')").await;
        match settled(&mut journal, tx, "abort").await {
            Ok(()) => panic!("no conflict"),
            Err(error) => {
                assert_eq!(error.conflicts().len(), 1);
                assert_eq!(error.conflicts()[0].kind, ConflictKind::UniqueTaken);
                let message = "another row has its value of code now, which must be unique";
                assert_eq!(error.conflicts()[0].message, message);
            }
        }
        settled(&mut journal, tx, "unique-taken=skip").await.expect("undo");
        assert_eq!(a(&database).await, "(2,2,w,c2) (3,3,w,c3) (9,9,w,c1)");
    });
}

#[test]
fn columns_that_are_gone_can_be_left_out() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let tx = transaction(
            &database,
            "UPDATE public.a SET v = 0, w = 'x'; DELETE FROM public.a WHERE id = 3",
        )
        .await;
        database.execute("ALTER TABLE public.a DROP COLUMN w").await;
        assert!(matches!(settled(&mut journal, tx, "abort").await, Err(UndoError::Conflicts(_))));
        settled(&mut journal, tx, "column-gone=merge").await.expect("undo");
        assert_eq!(a(&database).await, "(1,1,c1) (2,2,c2) (3,3,c3)");
    });
}
