use pgrecall_journal::Journal;
use pgrecall_model::{Ident, Moment, RecordSelection, Selection};
use pgrecall_testkit::block_on;
use pgrecall_undo::UndoError;

use crate::{copy, tracked, transaction, undo};

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v int, w text); INSERT INTO public.t VALUES (1, 1, 'a')";

async fn record(
    journal: &Journal,
    key: &str,
    column: Option<&str>,
    to: Option<Moment>,
) -> Selection {
    let table = journal.table("t").await.expect("table");
    Selection::record(RecordSelection {
        key: journal.key(&table, key).await.expect("key").values,
        table: table.relation.name,
        column: column.map(|name| Ident::new(name).expect("name")),
        to,
        with_children: false,
    })
}

#[test]
fn a_record_goes_back_to_before_its_latest_change() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        transaction(&database, "UPDATE public.t SET v = 2").await;
        transaction(&database, "UPDATE public.t SET v = 3; UPDATE public.t SET w = 'b'").await;
        let selection = record(&journal, "1", None, None).await;
        undo(&mut journal, selection).await.expect("undo");
        assert_eq!(copy(&database, &["public.t"]).await, ["public.t (1,2,a)"]);
    });
}

#[test]
fn a_field_goes_back_and_later_changes_of_others_stay() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let first = transaction(&database, "UPDATE public.t SET v = 2").await;
        transaction(&database, "UPDATE public.t SET w = 'kept'").await;
        let selection = record(&journal, "id=1", Some("v"), None).await;
        undo(&mut journal, selection).await.expect("latest");
        assert_eq!(copy(&database, &["public.t"]).await, ["public.t (1,1,kept)"]);
        let selection = record(&journal, "1", Some("v"), Some(Moment::After(first))).await;
        undo(&mut journal, selection).await.expect("moment");
        assert_eq!(copy(&database, &["public.t"]).await, ["public.t (1,2,kept)"]);
        let selection = record(&journal, "1", Some("v"), Some(Moment::After(first))).await;
        assert!(matches!(undo(&mut journal, selection).await, Err(UndoError::Nothing(_))));
    });
}

#[test]
fn a_deleted_record_comes_back_as_of_a_moment() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let first = transaction(&database, "UPDATE public.t SET v = 2").await;
        transaction(&database, "UPDATE public.t SET v = 3").await;
        transaction(&database, "DELETE FROM public.t").await;
        let selection = record(&journal, "1", None, Some(Moment::Before(first))).await;
        undo(&mut journal, selection).await.expect("undo");
        assert_eq!(copy(&database, &["public.t"]).await, ["public.t (1,1,a)"]);
        let field = record(&journal, "1", Some("v"), Some(Moment::After(first))).await;
        undo(&mut journal, field).await.expect("the record is there again");
        assert_eq!(copy(&database, &["public.t"]).await, ["public.t (1,2,a)"]);
    });
}

#[test]
fn a_column_of_a_record_that_was_made_cannot_be_taken_back() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        transaction(&database, "INSERT INTO public.t VALUES (2, 2, 'x')").await;
        let selection = record(&journal, "2", Some("v"), None).await;
        assert!(matches!(undo(&mut journal, selection).await, Err(UndoError::WholeRow { .. })));
        let unknown = record(&journal, "77", None, None).await;
        assert!(matches!(undo(&mut journal, unknown).await, Err(UndoError::Nothing(_))));
    });
}

#[test]
fn a_record_is_followed_under_the_keys_that_it_had_since() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let first = transaction(&database, "UPDATE public.t SET v = 2").await;
        transaction(&database, "UPDATE public.t SET id = 5").await;
        transaction(&database, "UPDATE public.t SET w = 'b'").await;
        let selection = record(&journal, "1", None, Some(Moment::Before(first))).await;
        undo(&mut journal, selection).await.expect("undo");
        assert_eq!(copy(&database, &["public.t"]).await, ["public.t (1,1,a)"]);
    });
}

const FAMILY: &str = "
    CREATE TABLE public.customer (id int PRIMARY KEY, name text);
    CREATE TABLE public.invoice (id int PRIMARY KEY, customer int REFERENCES public.customer ON DELETE CASCADE);
    CREATE TABLE public.line (id int PRIMARY KEY, invoice int REFERENCES public.invoice ON DELETE CASCADE);
    CREATE TABLE public.note (id int PRIMARY KEY, customer int REFERENCES public.customer ON DELETE SET NULL);
    INSERT INTO public.customer VALUES (1, 'a'), (2, 'b');
    INSERT INTO public.invoice VALUES (10, 1), (11, 1), (20, 2);
    INSERT INTO public.line VALUES (100, 10), (101, 10), (110, 11), (200, 20);
    INSERT INTO public.note VALUES (1, 1), (2, 2)";

#[test]
fn what_a_cascade_took_comes_back_with_the_record() {
    block_on(async {
        let (database, mut journal) = tracked(FAMILY).await;
        let tables = ["public.customer", "public.invoice", "public.line", "public.note"];
        let before = copy(&database, &tables).await;
        let tx = transaction(&database, "DELETE FROM public.customer").await;
        let table = journal.table("customer").await.expect("table");
        let mut wanted = RecordSelection {
            key: journal.key(&table, "1").await.expect("key").values,
            table: table.relation.name.clone(),
            column: None,
            to: Some(Moment::Before(tx)),
            with_children: true,
        };
        undo(&mut journal, Selection::record(wanted.clone())).await.expect("undo");
        let of_first: Vec<String> = before
            .iter()
            .filter(|row| !row.contains("(2,b)") && !row.contains(",2)") && !row.contains(",20)"))
            .cloned()
            .chain(["public.note (2,)".to_owned()])
            .collect();
        assert_eq!(copy(&database, &tables).await, of_first);
        wanted.key = journal.key(&table, "2").await.expect("key").values;
        wanted.with_children = false;
        undo(&mut journal, Selection::record(wanted)).await.expect("undo");
        assert_eq!(database.scalar("SELECT count(*) FROM public.customer").await, "2");
        assert_eq!(database.scalar("SELECT count(*) FROM public.invoice").await, "2");
    });
}
