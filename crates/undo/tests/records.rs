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
    Selection::Record(RecordSelection {
        key: journal.key(&table, key).await.expect("key").values,
        table: table.relation.name,
        column: column.map(|name| Ident::new(name).expect("name")),
        to,
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
