//! Who may take changes back.

use pgrecall_journal::Journal;
use pgrecall_model::{ConflictKind, Selection};
use pgrecall_testkit::block_on;
use pgrecall_undo::{Options, UndoError, apply, plan};

use crate::{copy, tracked, transaction};

#[test]
fn administrators_of_the_journal_undo_with_their_own_rights_on_the_tables() {
    block_on(async {
        let (database, journal) = tracked(
            "CREATE TABLE public.t (id text PRIMARY KEY, v int, own bool DEFAULT true); INSERT INTO public.t VALUES ('a', 1), ('b', 2)",
        )
        .await;
        let before = copy(&database, &["public.t"]).await;
        let tx = transaction(&database, "UPDATE public.t SET v = 0").await;
        drop(journal);
        let admin = database.create_role("undo_admin").await;
        database.execute(&format!("GRANT recall_admin TO {admin}")).await;
        let mut journal = Journal::open(database.connect_as(&admin).await).await.expect("open");
        let selection = || Selection::transactions(&[tx]);

        let prepared = plan(&journal, selection()).await;
        assert!(prepared.is_err(), "not even reading the table is allowed");
        database.execute(&format!("GRANT SELECT ON public.t TO {admin}")).await;
        let prepared = plan(&journal, selection()).await.expect("plan");
        assert_eq!(prepared.plan.conflicts[0].kind, ConflictKind::NotPermitted);
        database.execute(&format!("GRANT UPDATE ON public.t TO {admin}")).await;
        let prepared = plan(&journal, selection()).await.expect("plan");

        database.execute("ALTER TABLE public.t ENABLE ROW LEVEL SECURITY").await;
        database.execute("CREATE POLICY one ON public.t USING (id = 'a')").await;
        let error =
            apply(&mut journal, &prepared, &Options::default()).await.expect_err("hidden row");
        assert_eq!(error.conflicts().len(), 1, "{error:?}");
        database
            .execute("DROP POLICY one ON public.t; CREATE POLICY all_rows ON public.t USING (true)")
            .await;
        let undo = apply(&mut journal, &prepared, &Options::default()).await.expect("undo").tx;
        assert_eq!(copy(&database, &["public.t"]).await, before);
        assert_eq!(
            journal.transaction(tx).await.expect("transaction").undone_by,
            [undo.expect("tx")]
        );
    });
}

#[test]
fn who_only_reads_the_journal_takes_nothing_back() {
    block_on(async {
        let (database, journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let tx = transaction(&database, "INSERT INTO public.t VALUES (1)").await;
        drop(journal);
        let auditor = database.create_role("undo_auditor").await;
        database
            .execute(&format!(
                "GRANT recall_auditor TO {auditor}; GRANT ALL ON public.t TO {auditor}"
            ))
            .await;
        let mut journal = Journal::open(database.connect_as(&auditor).await).await.expect("open");
        let prepared = plan(&journal, Selection::transactions(&[tx])).await.expect("plan");
        let refused = apply(&mut journal, &prepared, &Options::default()).await;
        assert!(matches!(refused, Err(UndoError::Forbidden)), "{refused:?}");
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "1");
    });
}

#[test]
fn the_journal_knows_which_changes_were_taken_back() {
    block_on(async {
        let (database, mut journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY); CREATE TABLE public.u (id int PRIMARY KEY)").await;
        let tx = transaction(&database, "INSERT INTO public.t VALUES (1), (2); INSERT INTO public.u VALUES (1); INSERT INTO public.t VALUES (3)").await;
        let table = journal.table("t").await.expect("table").relation.name;
        let selection = pgrecall_model::ChangeSelection {
            transactions: vec![tx.into()],
            tables: vec![table],
            ..pgrecall_model::ChangeSelection::default()
        };
        let prepared = plan(&journal, selection.into()).await.expect("plan");
        let undo = apply(&mut journal, &prepared, &Options::default())
            .await
            .expect("undo")
            .tx
            .expect("tx");
        let undone = journal.undone().await.expect("undone");
        let ids = |table: &str| {
            format!(
                "SELECT id::text FROM recall.change WHERE op = 'I' AND relation = (SELECT id FROM recall.tracked WHERE table_name = '{table}')"
            )
        };
        for (table, by) in [("t", vec![undo]), ("u", Vec::new())] {
            for row in database.query_text(&ids(table)).await {
                let id = row[0].as_ref().expect("id").parse().expect("number");
                assert_eq!(undone.by(id), by, "{table}");
            }
        }
    });
}
