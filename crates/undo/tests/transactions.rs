use pgrecall_testkit::block_on;
use pgrecall_undo::UndoError;

use crate::{copy, latest, tracked, transaction, undo_tx};

#[test]
fn a_transaction_is_taken_back_and_the_undo_too() {
    block_on(async {
        let (database, mut journal) = tracked(
            r#"CREATE TABLE public.a (id int PRIMARY KEY, v numeric, j jsonb, b bytea, n int[]);
            CREATE TABLE public."Odd ""T" ("Key" text PRIMARY KEY, "old" text);
            INSERT INTO public.a VALUES (1, 1.50, '{"a": 1.0}', '\x00ff', '{1,2}'), (2, 2, NULL, NULL, NULL), (3, 3, NULL, NULL, NULL);
            INSERT INTO public."Odd ""T" VALUES ('it''s', 'x');"#,
        )
        .await;
        let tables = ["public.a", "public.\"Odd \"\"T\""];
        let before = copy(&database, &tables).await;
        let tx = transaction(
            &database,
            r#"UPDATE public.a SET v = 9, j = '{}', b = NULL, n = '{}' WHERE id = 1; UPDATE public.a SET v = 10 WHERE id = 1;
            DELETE FROM public.a WHERE id = 2; INSERT INTO public.a VALUES (7); UPDATE public.a SET id = 30 WHERE id = 3;
            INSERT INTO public.a VALUES (8); DELETE FROM public.a WHERE id = 8;
            UPDATE public."Odd ""T" SET "Key" = 'new', "old" = 'y'"#,
        )
        .await;
        let after = copy(&database, &tables).await;
        let applied = undo_tx(&mut journal, &[tx]).await.expect("undo");
        assert_eq!(copy(&database, &tables).await, before);
        let undo = applied.tx.expect("recorded");
        let recorded = journal.transaction(undo).await.expect("transaction");
        assert_eq!(recorded.undoes, [tx]);
        assert_eq!(recorded.context.reason.as_deref(), Some("test"));
        assert_eq!(journal.transaction(tx).await.expect("transaction").undone_by, [undo]);
        undo_tx(&mut journal, &[undo]).await.expect("undo of the undo");
        assert_eq!(copy(&database, &tables).await, after);
    });
}

#[test]
fn several_transactions_are_taken_back_together() {
    block_on(async {
        let (database, mut journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, v int); INSERT INTO public.t VALUES (1, 1), (2, 2)").await;
        let before = copy(&database, &["public.t"]).await;
        let one = transaction(&database, "UPDATE public.t SET v = 10 WHERE id = 1").await;
        let two = transaction(
            &database,
            "UPDATE public.t SET v = 20 WHERE id = 1; DELETE FROM public.t WHERE id = 2",
        )
        .await;
        assert!(matches!(undo_tx(&mut journal, &[one]).await, Err(UndoError::Conflicts(_))));
        undo_tx(&mut journal, &[two, one]).await.expect("both");
        assert_eq!(copy(&database, &["public.t"]).await, before);
    });
}

#[test]
fn what_was_taken_back_already_is_said_to_be() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, v int); INSERT INTO public.t VALUES (1, 1)",
        )
        .await;
        let tx = transaction(&database, "UPDATE public.t SET v = 2").await;
        let by = undo_tx(&mut journal, &[tx]).await.expect("undo").tx.expect("recorded");
        match undo_tx(&mut journal, &[tx]).await {
            Err(UndoError::Already { tx: again, by: undo }) => assert_eq!((again, undo), (tx, by)),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_truncate_is_taken_back() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text, w text GENERATED ALWAYS AS (v || '!') STORED);
             CREATE TABLE public.b (a int REFERENCES public.a, v text);
             INSERT INTO public.a (v) SELECT 'v' || g FROM generate_series(1, 2500) AS g;
             INSERT INTO public.b SELECT g, 'same' FROM generate_series(1, 10) AS g, generate_series(1, 3);",
        )
        .await;
        let tables = ["public.a", "public.b"];
        let before = copy(&database, &tables).await;
        let tx = transaction(&database, "TRUNCATE public.a, public.b").await;
        undo_tx(&mut journal, &[tx]).await.expect("undo");
        assert_eq!(copy(&database, &tables).await, before);
    });
}

#[test]
fn what_changed_nothing_is_nothing_to_undo() {
    block_on(async {
        let (database, mut journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let tracking = latest(&database).await;
        assert!(matches!(undo_tx(&mut journal, &[tracking]).await, Err(UndoError::Nothing(_))));
        let tx =
            transaction(&database, "INSERT INTO public.t VALUES (1); DELETE FROM public.t").await;
        assert!(matches!(undo_tx(&mut journal, &[tx]).await, Err(UndoError::Nothing(_))));
    });
}

#[test]
fn the_users_triggers_rest_unless_they_are_to_fire() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, v int, touched int DEFAULT 0);
             CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS
               'BEGIN NEW.touched := NEW.touched + 1; RETURN NEW; END';
             CREATE TRIGGER touch BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.touch();
             ALTER TABLE public.t ENABLE ALWAYS TRIGGER touch;
             INSERT INTO public.t VALUES (1, 1)",
        )
        .await;
        let modes = "SELECT string_agg(tgname::text || tgenabled::text, ',' ORDER BY tgname) FROM pg_trigger \
             WHERE tgrelid = 'public.t'::regclass AND NOT tgisinternal";
        let (before, triggers) =
            (copy(&database, &["public.t"]).await, database.scalar(modes).await);
        let tx = transaction(&database, "UPDATE public.t SET v = 2").await;
        let applied = undo_tx(&mut journal, &[tx]).await.expect("undo");
        assert_eq!(copy(&database, &["public.t"]).await, before);
        assert_eq!(database.scalar(modes).await, triggers);

        let prepared = pgrecall_undo::plan(
            &journal,
            pgrecall_model::Selection::transactions(&[applied.tx.expect("tx")]),
        )
        .await
        .expect("plan");
        let fire = pgrecall_undo::Options {
            triggers: pgrecall_undo::Triggers::Fire,
            ..Default::default()
        };
        let fired = pgrecall_undo::preview(&mut journal, &prepared, &fire).await.expect("preview");
        assert_eq!(fired.differing.len(), 1);
    });
}

#[test]
fn rows_that_a_trigger_changed_again_are_taken_back() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.addr (id int PRIMARY KEY, owner int, is_default bool, n int DEFAULT 0);
             INSERT INTO public.addr VALUES (1, 1, false), (2, 1, false), (3, 1, true);
             CREATE FUNCTION public.one_default() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               UPDATE public.addr SET is_default = false, n = n + 1
               WHERE owner = NEW.owner AND id <> NEW.id AND is_default; RETURN NULL; END $$;
             CREATE TRIGGER one_default AFTER UPDATE OF is_default ON public.addr FOR EACH ROW
               WHEN (NEW.is_default AND pg_trigger_depth() = 0) EXECUTE FUNCTION public.one_default()",
        )
        .await;
        let before = copy(&database, &["public.addr"]).await;
        let tx = transaction(&database, "UPDATE public.addr SET is_default = true WHERE owner = 1")
            .await;
        undo_tx(&mut journal, &[tx]).await.expect("undo");
        assert_eq!(copy(&database, &["public.addr"]).await, before);
    });
}

#[test]
fn many_rows_without_a_key_are_taken_back_together() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.bag (a int, b text);
             INSERT INTO public.bag SELECT g % 700, 'x' FROM generate_series(1, 3500) AS g",
        )
        .await;
        let before = copy(&database, &["public.bag"]).await;
        let update = transaction(&database, "UPDATE public.bag SET b = 'y' WHERE a < 600").await;
        undo_tx(&mut journal, &[update]).await.expect("update");
        assert_eq!(copy(&database, &["public.bag"]).await, before);
        let insert = transaction(
            &database,
            "INSERT INTO public.bag SELECT 1, 'x' FROM generate_series(1, 1500)",
        )
        .await;
        undo_tx(&mut journal, &[insert]).await.expect("insert");
        assert_eq!(copy(&database, &["public.bag"]).await, before);
    });
}

#[test]
fn columns_that_the_server_computes_are_computed_again() {
    block_on(async {
        if pgrecall_testkit::Server::shared().major_version() < 18 {
            return;
        }
        let (database, mut journal) = tracked(
            "CREATE TABLE public.g (id int PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2),
               thrice int GENERATED ALWAYS AS (a * 3) STORED);
             INSERT INTO public.g VALUES (1, 1), (2, 2)",
        )
        .await;
        let before = copy(&database, &["public.g"]).await;
        let tx = transaction(
            &database,
            "UPDATE public.g SET a = 9 WHERE id = 1; DELETE FROM public.g WHERE id = 2",
        )
        .await;
        undo_tx(&mut journal, &[tx]).await.expect("undo");
        assert_eq!(copy(&database, &["public.g"]).await, before);
    });
}
