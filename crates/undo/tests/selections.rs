//! What may be selected, alone and together.

use pgrecall_journal::Journal;
use pgrecall_model::{ChangeSelection, Ident, Moment, Operation, TxRange};
use pgrecall_testkit::{TestDatabase, block_on};
use pgrecall_undo::UndoError;

use crate::{copy, latest, tracked, transaction, undo};

const TABLES: &str = "
    CREATE TABLE public.a (id int PRIMARY KEY, v int, w text);
    CREATE TABLE public.b (id int PRIMARY KEY, v int);
    INSERT INTO public.a SELECT g, g, 'w' FROM generate_series(1, 5) AS g;
    INSERT INTO public.b SELECT g, g FROM generate_series(1, 5) AS g";

async fn all(database: &TestDatabase) -> String {
    copy(database, &["public.a", "public.b"]).await.join(" ").replace("public.", "")
}

async fn undone(journal: &mut Journal, selection: ChangeSelection) {
    undo(journal, selection.into()).await.expect("undo");
}

fn name(text: &str) -> pgrecall_model::RelationName {
    let ident = |text: &str| Ident::new(text).expect("name");
    pgrecall_model::RelationName::new(ident("public"), ident(text))
}

#[test]
fn a_session_is_taken_back_and_the_work_of_others_stays() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let before = all(&database).await;
        let context = |who: &str| {
            format!(
                "SELECT recall.set_context('{{\"session\": \"s-{who}\", \"actor\": \"{who}\", \"tenant\": \"t\", \"request\": \"r-{who}\"}}')"
            )
        };
        transaction(
            &database,
            &format!(
                "{}; UPDATE public.a SET v = 9 WHERE id = 1; DELETE FROM public.b WHERE id = 1",
                context("kim")
            ),
        )
        .await;
        transaction(
            &database,
            &format!("{}; UPDATE public.a SET v = 8 WHERE id = 2", context("lee")),
        )
        .await;
        transaction(
            &database,
            &format!("{}; UPDATE public.a SET v = 7 WHERE id = 1", context("kim")),
        )
        .await;
        let session = Some("s-kim".to_owned());
        undone(&mut journal, ChangeSelection { session, ..ChangeSelection::default() }).await;
        assert_eq!(all(&database).await, before.replace("a (2,2,w)", "a (2,8,w)"));
        let lee = ChangeSelection {
            actor: Some("lee".to_owned()),
            tenant: Some("t".to_owned()),
            request: Some("r-lee".to_owned()),
            tables: vec![name("a")],
            operations: vec![Operation::Update],
            ..ChangeSelection::default()
        };
        undone(&mut journal, lee).await;
        assert_eq!(all(&database).await, before);
    });
}

#[test]
fn stretches_of_transactions_tables_columns_and_conditions_narrow_each_other() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let before = all(&database).await;
        let first =
            transaction(&database, "UPDATE public.a SET v = v + 10, w = 'x' WHERE id < 3").await;
        let last = transaction(
            &database,
            "UPDATE public.b SET v = v + 10 WHERE id < 3; UPDATE public.a SET w = 'y' WHERE id = 1",
        )
        .await;
        let range = vec![TxRange { first, last }];
        let of_a = ChangeSelection {
            transactions: range.clone(),
            columns: vec![Ident::new("v").expect("name")],
            tables: vec![name("a")],
            condition: Some("(old ->> 'id')::int = 1 -- only the first\n".to_owned()),
            ..ChangeSelection::default()
        };
        undone(&mut journal, of_a).await;
        assert!(
            all(&database).await.starts_with("a (1,1,y) a (2,12,x) a (3,3,w)"),
            "{}",
            all(&database).await
        );
        let of_b = ChangeSelection {
            transactions: range,
            tables: vec![name("b")],
            ..ChangeSelection::default()
        };
        undone(&mut journal, of_b).await;
        let b = |text: &str| text[text.find('b').expect("b")..].to_owned();
        assert_eq!(b(&all(&database).await), b(&before));
        let ids = database
            .query_text(&format!(
                "SELECT id::text FROM recall.change WHERE tx >= {} AND relation = 1",
                first.0
            ))
            .await;
        let changes = ids
            .iter()
            .filter_map(|row| row[0].as_ref())
            .map(|id| id.parse().expect("id"))
            .collect();
        undone(&mut journal, ChangeSelection { changes, ..ChangeSelection::default() }).await;
        assert_eq!(all(&database).await, before);
    });
}

#[test]
fn a_condition_cannot_change_anything() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        transaction(&database, "UPDATE public.a SET v = 0").await;
        database.execute("CREATE FUNCTION public.harm() RETURNS boolean LANGUAGE sql AS 'DELETE FROM public.b RETURNING true'").await;
        for condition in ["public.harm()", "true); DELETE FROM public.b; --"] {
            let selection = ChangeSelection {
                condition: Some(condition.to_owned()),
                ..ChangeSelection::default()
            };
            let refused = undo(&mut journal, selection.into()).await;
            assert!(matches!(refused, Err(UndoError::Journal(_))), "{refused:?}");
        }
        assert_eq!(database.scalar("SELECT count(*) FROM public.b").await, "5");
    });
}

#[test]
fn a_window_between_two_moments_is_taken_back() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let one = transaction(&database, "UPDATE public.a SET v = 10 WHERE id = 1").await;
        let two = transaction(&database, "UPDATE public.a SET v = 20 WHERE id = 2").await;
        transaction(&database, "UPDATE public.a SET v = 30 WHERE id = 3").await;
        let window = ChangeSelection {
            from: Some(Moment::After(one)),
            to: Some(Moment::After(two)),
            ..ChangeSelection::default()
        };
        undone(&mut journal, window).await;
        assert!(all(&database).await.starts_with("a (1,10,w) a (2,2,w) a (3,30,w)"));
    });
}

#[test]
fn tables_go_back_to_a_moment_together() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let before = all(&database).await;
        let moment = latest(&database).await;
        transaction(&database, "DELETE FROM public.a WHERE id > 2").await;
        transaction(
            &database,
            "UPDATE public.a SET id = id + 100; INSERT INTO public.a VALUES (7, 7, 'new')",
        )
        .await;
        transaction(&database, "TRUNCATE public.b").await;
        let both = ChangeSelection {
            tables: vec![name("a"), name("b")],
            from: Some(Moment::After(moment)),
            ..ChangeSelection::default()
        };
        undone(&mut journal, both).await;
        assert_eq!(all(&database).await, before);
    });
}
