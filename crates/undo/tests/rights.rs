//! Who may take changes back.

use pgrecall_journal::Journal;
use pgrecall_model::{ConflictKind, Selection};
use pgrecall_testkit::{TestDatabase, block_on};
use pgrecall_undo::{
    Cut, Options, Planning, Rights, Run, Triggers, UndoError, apply, plan, plan_with, preview,
};

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

const OWNED: &str = "
    CREATE TABLE public.t (id text PRIMARY KEY, v int, secret text);
    INSERT INTO public.t VALUES ('a', 1, 'x'), ('b', 2, 'y')";

/// An administrator of the journal without any right on the table, and the owner of this, whose role
/// the administrator may take on if it is granted.
async fn administrator(database: &TestDatabase, grant: bool) -> (Journal, String, String) {
    let admin = database.create_role("acting_admin").await;
    let owner = database.create_role("acting_owner").await;
    database
        .execute(&format!("GRANT recall_admin TO {admin}; ALTER TABLE public.t OWNER TO {owner}"))
        .await;
    if grant {
        // The administrator inherits recall_admin, and of the owner nothing.
        let between = database.create_role("acting_between").await;
        database
            .execute(&format!("ALTER ROLE {between} NOINHERIT; GRANT {owner} TO {between}; GRANT {between} TO {admin}"))
            .await;
    }
    let journal = Journal::open(database.connect_as(&admin).await).await.expect("open");
    (journal, admin, owner)
}

fn as_owner() -> Planning {
    Planning { rights: Rights::Owner, ..Planning::default() }
}

#[test]
fn an_undo_can_be_done_with_the_rights_of_the_owner_and_the_journal_says_so() {
    block_on(async {
        let (database, journal) = tracked(OWNED).await;
        drop(journal);
        let (mut journal, admin, owner) = administrator(&database, true).await;
        database
            .execute("ALTER TABLE public.t ENABLE ROW LEVEL SECURITY; CREATE POLICY nobody ON public.t USING (false)")
            .await;
        let before = copy(&database, &["public.t"]).await;
        let tx = transaction(&database, "UPDATE public.t SET v = 0; DELETE FROM public.t WHERE id = 'b'; INSERT INTO public.t VALUES ('c', 3, 'z')").await;
        let selection = || Selection::transactions(&[tx]);
        assert!(plan(&journal, selection()).await.is_err(), "with the user's own rights");

        for bulk_from in [1, i64::MAX] {
            let planning = Planning { bulk_from, ..as_owner() };
            let prepared = plan_with(&journal, selection(), &planning).await.expect("plan");
            preview(&mut journal, &prepared, &Options::default()).await.expect("preview");
        }
        let prepared = plan_with(&journal, selection(), &as_owner()).await.expect("plan");
        let undo = apply(&mut journal, &prepared, &Options::default()).await.expect("undo").tx;
        assert_eq!(copy(&database, &["public.t"]).await, before);
        let undo = undo.expect("tx");
        let who = format!(
            "SELECT DISTINCT c.database_user || ' as ' || c.database_role || ' ' || u.as_owner
             FROM recall.change AS c JOIN recall.undo AS u ON u.tx = c.tx WHERE c.tx = {undo}"
        );
        assert_eq!(database.scalar(&who).await, format!("{admin} as {owner} true"));
        let role =
            journal.client().query_one("SELECT current_user::text", &[]).await.expect("role");
        assert_eq!(role.get::<_, String>(0), admin, "the role is given back");
    });
}

#[test]
fn in_parts_the_rights_of_the_owner_hold_too() {
    block_on(async {
        let (database, journal) = tracked(OWNED).await;
        drop(journal);
        let (mut journal, ..) = administrator(&database, true).await;
        let before = copy(&database, &["public.t"]).await;
        let tx = transaction(&database, "UPDATE public.t SET v = 0").await;
        let prepared =
            plan_with(&journal, Selection::transactions(&[tx]), &as_owner()).await.expect("plan");
        let cut = Cut { rows: 1, takes_back: None };
        let mut run =
            Run::begin(&mut journal, &prepared, &Options::default(), cut).await.expect("begin");
        while run.advance(&mut journal).await.expect("advance").is_some() {}
        assert_eq!(copy(&database, &["public.t"]).await, before);
        assert_eq!(
            database
                .scalar("SELECT count(*) FROM recall.undo WHERE as_owner AND run IS NOT NULL")
                .await,
            "2"
        );
    });
}

#[test]
fn who_is_no_member_of_the_owner_cannot_act_as_it() {
    block_on(async {
        let (database, journal) =
            tracked(&format!("{OWNED}; CREATE TABLE public.u (id int PRIMARY KEY)")).await;
        drop(journal);
        let (journal, ..) = administrator(&database, false).await;
        let tx = transaction(&database, "UPDATE public.t SET v = 0").await;
        let refused = plan_with(&journal, Selection::transactions(&[tx]), &as_owner()).await;
        assert!(matches!(refused, Err(UndoError::NotOwner(..))), "{refused:?}");

        let both =
            transaction(&database, "UPDATE public.t SET v = 7; INSERT INTO public.u VALUES (1)")
                .await;
        let refused = plan_with(&journal, Selection::transactions(&[both]), &as_owner()).await;
        let Err(UndoError::SeveralOwners(owners)) = refused else { panic!("{refused:?}") };
        assert_eq!(owners.len(), 2);
    });
}

const TOUCH: &str = "
    CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := NEW.v + 100; RETURN NEW; END';
    CREATE TRIGGER touch BEFORE UPDATE OF secret ON public.t FOR EACH ROW EXECUTE FUNCTION public.touch()";

#[test]
fn triggers_rest_for_whoever_may_take_on_the_role_of_the_owner() {
    block_on(async {
        for is_member in [true, false] {
            let (database, journal) = tracked(OWNED).await;
            drop(journal);
            let (mut journal, admin, _) = administrator(&database, is_member).await;
            database
                .execute(&format!("{TOUCH}; GRANT SELECT, UPDATE ON public.t TO {admin}"))
                .await;
            let before = copy(&database, &["public.t"]).await;
            let modes = "SELECT string_agg(tgname || tgenabled::text, ' ' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = 'public.t'::regclass";
            let triggers = database.scalar(modes).await;
            let tx = transaction(&database, "ALTER TABLE public.t DISABLE TRIGGER touch; UPDATE public.t SET secret = 'q'; ALTER TABLE public.t ENABLE TRIGGER touch").await;
            let prepared = plan(&journal, Selection::transactions(&[tx])).await.expect("plan");
            let done = apply(&mut journal, &prepared, &Options::default()).await;
            if is_member {
                done.expect("undo");
                assert_eq!(copy(&database, &["public.t"]).await, before);
                assert_eq!(
                    database
                        .scalar(
                            "SELECT count(*) FROM recall.change WHERE database_role IS NOT NULL"
                        )
                        .await,
                    "0"
                );
            } else {
                assert!(matches!(done, Err(UndoError::Triggers(..))), "{done:?}");
                let fire = Options { triggers: Triggers::Fire, ..Options::default() };
                let fired = preview(&mut journal, &prepared, &fire).await.expect("preview");
                assert_eq!(
                    fired.differing.values().sum::<u64>(),
                    0,
                    "only the named column is compared"
                );
            }
            assert_eq!(database.scalar(modes).await, triggers);
        }
    });
}

#[test]
fn triggers_that_would_not_fire_are_let_alone() {
    block_on(async {
        let (database, journal) = tracked(OWNED).await;
        drop(journal);
        let (mut journal, admin, _) = administrator(&database, false).await;
        database
            .execute(&format!(
                "{TOUCH}; GRANT ALL ON public.t TO {admin};
                 CREATE TRIGGER other BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.touch();
                 CREATE TRIGGER emptied AFTER TRUNCATE ON public.t FOR EACH STATEMENT EXECUTE FUNCTION public.touch()"
            ))
            .await;
        let before = copy(&database, &["public.t"]).await;
        let tx = transaction(&database, "UPDATE public.t SET v = 0").await;
        let prepared = plan(&journal, Selection::transactions(&[tx])).await.expect("plan");
        let applied = apply(&mut journal, &prepared, &Options::default()).await.expect("undo");
        assert_eq!(copy(&database, &["public.t"]).await, before);
        let locks: Vec<&str> = applied.locks.iter().map(|(_, mode)| mode.as_str()).collect();
        assert_eq!(locks, ["RowExclusiveLock"], "the table stays open to other writers");
        let tx = transaction(&database, "DELETE FROM public.t WHERE id = 'a'").await;
        let prepared = plan(&journal, Selection::transactions(&[tx])).await.expect("plan");
        let refused = apply(&mut journal, &prepared, &Options::default()).await;
        assert!(matches!(refused, Err(UndoError::Triggers(..))), "{refused:?}");
    });
}
