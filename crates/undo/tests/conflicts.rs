use pgrecall_journal::TrackOptions;
use pgrecall_model::{Conflict, ConflictKind, Selection, TxId};
use pgrecall_testkit::{TestDatabase, block_on};
use pgrecall_undo::{Options, UndoError, apply, plan};

use crate::{copy, tracked, transaction, undo_tx};

const TABLES: &str = "
    CREATE TABLE public.a (id int PRIMARY KEY, v int);
    CREATE TABLE public.b (id int PRIMARY KEY, a int REFERENCES public.a ON DELETE CASCADE);
    CREATE TABLE public.c (id int PRIMARY KEY, a int REFERENCES public.a);
    CREATE TABLE public.bag (v int);
    INSERT INTO public.a VALUES (1, 1), (2, 2)";

async fn conflicts(journal: &mut pgrecall_journal::Journal, tx: TxId) -> Vec<Conflict> {
    match undo_tx(journal, &[tx]).await {
        Err(UndoError::Conflicts(conflicts)) => conflicts,
        other => panic!("no conflict but {other:?}"),
    }
}

async fn everything(database: &TestDatabase) -> Vec<String> {
    copy(database, &["public.a", "public.b", "public.c", "public.bag"]).await
}

#[test]
fn a_later_change_of_the_row_is_listed_with_who_made_it() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let tx = transaction(&database, "UPDATE public.a SET v = 5").await;
        let later = transaction(
            &database,
            "SELECT recall.set_actor('ann'); UPDATE public.a SET v = 6 WHERE id = 1",
        )
        .await;
        let before = everything(&database).await;
        let found = conflicts(&mut journal, tx).await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kind, ConflictKind::ChangedLater);
        assert_eq!(found[0].key.as_ref().map(ToString::to_string).as_deref(), Some("id=1"));
        assert_eq!(
            (found[0].later[0].tx, found[0].later[0].actor.as_deref()),
            (later, Some("ann"))
        );
        assert_eq!(everything(&database).await, before);
    });
}

#[test]
fn a_later_change_that_was_itself_taken_back_is_no_conflict() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let before = everything(&database).await;
        let tx = transaction(&database, "UPDATE public.a SET v = 5").await;
        let later = transaction(&database, "UPDATE public.a SET v = 6").await;
        undo_tx(&mut journal, &[later]).await.expect("later");
        undo_tx(&mut journal, &[tx]).await.expect("then the earlier one");
        assert_eq!(everything(&database).await, before);
    });
}

#[test]
fn a_change_between_two_selected_ones_is_a_conflict() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let first = transaction(&database, "UPDATE public.a SET v = 5 WHERE id = 1").await;
        let between = transaction(&database, "UPDATE public.a SET v = 6 WHERE id = 1").await;
        let last = transaction(&database, "UPDATE public.a SET v = 7 WHERE id = 1").await;
        match undo_tx(&mut journal, &[first, last]).await {
            Err(UndoError::Conflicts(found)) => assert_eq!(found[0].later[0].tx, between),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn rows_that_would_go_along_are_a_conflict() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let tx = transaction(
            &database,
            "INSERT INTO public.a VALUES (3, 3); INSERT INTO public.b VALUES (1, 3)",
        )
        .await;
        database.execute("INSERT INTO public.b VALUES (2, 3)").await;
        database.execute("INSERT INTO public.c VALUES (1, 3)").await;
        let before = everything(&database).await;
        let found = conflicts(&mut journal, tx).await;
        let messages: Vec<&str> = found.iter().map(|conflict| conflict.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "a row of public.b that came later would go with it",
                "a row of public.c that came later would keep it from going"
            ]
        );
        assert_eq!(everything(&database).await, before);
    });
}

#[test]
fn a_vanished_parent_and_a_taken_key_are_conflicts() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        database.execute("INSERT INTO public.b VALUES (1, 2)").await;
        let child = transaction(&database, "DELETE FROM public.b").await;
        let taken = transaction(&database, "DELETE FROM public.a WHERE id = 1").await;
        database
            .execute("INSERT INTO public.a VALUES (1, 99); DELETE FROM public.a WHERE id = 2")
            .await;
        assert_eq!(conflicts(&mut journal, child).await[0].kind, ConflictKind::ParentGone);
        assert_eq!(conflicts(&mut journal, taken).await[0].kind, ConflictKind::ChangedLater);
    });
}

#[test]
fn rows_without_key_that_are_no_longer_there_are_a_conflict() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let tx = transaction(&database, "INSERT INTO public.bag VALUES (1), (1)").await;
        database.execute("UPDATE public.bag SET v = 2 WHERE ctid = '(0,1)'").await;
        assert_eq!(conflicts(&mut journal, tx).await.len(), 1);
        assert_eq!(copy(&database, &["public.bag"]).await.len(), 2);
    });
}

#[test]
fn a_table_or_column_that_is_gone_is_a_conflict() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let update = transaction(&database, "UPDATE public.a SET v = 7").await;
        let bag = transaction(&database, "INSERT INTO public.bag VALUES (1)").await;
        database.execute("ALTER TABLE public.a DROP COLUMN v; DROP TABLE public.bag").await;
        assert!(
            conflicts(&mut journal, update)
                .await
                .iter()
                .all(|c| c.kind == ConflictKind::ColumnGone)
        );
        assert_eq!(conflicts(&mut journal, bag).await[0].kind, ConflictKind::TableGone);
    });
}

#[test]
fn columns_that_are_not_recorded_cannot_be_brought_back() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let tables = pgrecall_postgres::catalogue::tables(journal.client()).await.expect("tables");
        let options = TrackOptions {
            excluded: vec!["a.v".parse().expect("column")],
            ..TrackOptions::default()
        };
        let a = tables.iter().find(|table| table.name.table.as_str() == "a").expect("a");
        journal.track(a, &options).await.expect("track");
        let tx = transaction(&database, "DELETE FROM public.a WHERE id = 1").await;
        assert_eq!(conflicts(&mut journal, tx).await[0].kind, ConflictKind::NotRecorded);
    });
}

#[test]
fn what_changes_between_plan_and_apply_is_refused() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let tx = transaction(&database, "UPDATE public.a SET v = 5").await;
        let prepared = plan(&journal, Selection::transactions(&[tx])).await.expect("plan");
        database.execute("UPDATE public.a SET v = 6 WHERE id = 2").await;
        let before = everything(&database).await;
        let error = apply(&mut journal, &prepared, &Options::default()).await.expect_err("changed");
        assert!(matches!(error, UndoError::Conflicts(_)), "{error:?}");
        assert_eq!(everything(&database).await, before);
    });
}

#[test]
fn a_row_that_is_locked_is_given_up_soon() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let tx = transaction(&database, "UPDATE public.a SET v = 5").await;
        let writer = database.session().await;
        writer.execute("BEGIN; UPDATE public.a SET v = 6 WHERE id = 2").await;
        let prepared = plan(&journal, Selection::transactions(&[tx])).await.expect("plan");
        let error = apply(&mut journal, &prepared, &Options::default()).await.expect_err("locked");
        assert_eq!(pgrecall_model::Explain::code(&error), "server/locked");
        writer.execute("ROLLBACK").await;
        apply(&mut journal, &prepared, &Options::default()).await.expect("free");
    });
}

#[test]
fn one_foreign_row_among_thousands_that_are_known_is_found() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let tx = transaction(
            &database,
            "INSERT INTO public.a VALUES (3, 3); INSERT INTO public.b SELECT g, 3 FROM generate_series(1, 3000) AS g",
        )
        .await;
        database.execute("INSERT INTO public.b VALUES (9999, 3)").await;
        let found = conflicts(&mut journal, tx).await;
        assert_eq!(found[0].message, "a row of public.b that came later would go with it");
        assert_eq!(database.scalar("SELECT count(*) FROM public.b").await, "3001");
    });
}

#[test]
fn a_row_that_comes_to_depend_between_plan_and_apply_is_found() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let tx = transaction(&database, "INSERT INTO public.a VALUES (3, 3)").await;
        let prepared = plan(&journal, Selection::transactions(&[tx])).await.expect("plan");
        database.execute("INSERT INTO public.b VALUES (1, 3)").await;
        let error =
            apply(&mut journal, &prepared, &Options::default()).await.expect_err("dependant");
        assert!(matches!(error, UndoError::Conflicts(_)), "{error:?}");
        assert_eq!(database.scalar("SELECT count(*) FROM public.b").await, "1");
    });
}
