use pgrecall_journal::{Installed, Journal, JournalError, install, upgrade};
use pgrecall_model::Explain;
use pgrecall_testkit::{Server, block_on, catalogue_fingerprint};

use crate::installed;

#[test]
fn installing_twice_changes_nothing() {
    block_on(async {
        let (database, _journal) = installed().await;
        let before = catalogue_fingerprint(&database).await;
        let again = install(&mut database.connect().await).await.expect("install");
        assert_eq!(again, Installed::AlreadyThere);
        assert_eq!(catalogue_fingerprint(&database).await, before);
    });
}

#[test]
fn two_installations_at_once_make_one_journal() {
    block_on(async {
        let database = Server::shared().database().await;
        let (mut one, mut two) = (database.connect().await, database.connect().await);
        let (a, b) = tokio::join!(install(&mut one), install(&mut two));
        let mut outcomes = [a.expect("first"), b.expect("second")];
        outcomes.sort_by_key(|outcome| *outcome == Installed::AlreadyThere);
        assert_eq!(outcomes, [Installed::Created, Installed::AlreadyThere]);
        assert_eq!(database.scalar("SELECT count(*) FROM recall.incarnation").await, "1");
    });
}

#[test]
fn an_installation_that_fails_leaves_nothing() {
    block_on(async {
        let database = Server::shared().database().await;
        let role = database.create_role("nobody").await;
        let error = install(&mut database.connect_as(&role).await).await.expect_err("no right");
        assert_eq!(error.code(), "server/forbidden");
        assert_eq!(database.scalar("SELECT to_regnamespace('recall') IS NULL").await, "t");
    });
}

#[test]
fn a_foreign_schema_of_that_name_is_left_alone() {
    block_on(async {
        let database = Server::shared().database().await;
        database.execute("CREATE SCHEMA recall; CREATE TABLE recall.phone (nr int)").await;
        let before = catalogue_fingerprint(&database).await;
        let error = install(&mut database.connect().await).await.expect_err("foreign");
        assert!(matches!(error, JournalError::ForeignSchema), "{error:?}");
        assert_eq!(catalogue_fingerprint(&database).await, before);
    });
}

#[test]
fn a_newer_journal_is_refused_and_left_alone() {
    block_on(async {
        let (database, _journal) = installed().await;
        database
            .execute("UPDATE recall.setting SET value = '999' WHERE name = 'schema_version'")
            .await;
        let mut connection = database.connect().await;
        for error in [
            install(&mut connection).await.expect_err("install"),
            upgrade(&mut connection).await.expect_err("upgrade"),
            Journal::open(database.connect().await).await.expect_err("open"),
        ] {
            assert!(matches!(error, JournalError::Newer { found: 999, .. }), "{error:?}");
        }
    });
}

#[test]
fn a_write_in_a_month_without_partition_goes_to_the_default_one() {
    block_on(async {
        let (database, _journal) =
            crate::tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let partitions = "SELECT string_agg(format('DROP TABLE recall.%I', relname), ';') \
             FROM pg_class WHERE relname ~ '^change_[0-9]{4}_[0-9]{2}$'";
        let drop = database.scalar(partitions).await;
        database.execute(&drop).await;
        database.execute("INSERT INTO public.t VALUES (1)").await;
        assert_eq!(database.scalar("SELECT count(*) FROM recall.change_default").await, "1");
        install(&mut database.connect().await).await.expect("install again");
        database.execute("INSERT INTO public.t VALUES (2)").await;
        assert_eq!(database.scalar("SELECT count(*) FROM recall.log").await, "2");
    });
}

#[test]
fn an_upgrade_makes_the_functions_of_tracked_tables_anew() {
    block_on(async {
        let (database, _journal) =
            crate::tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let before = catalogue_fingerprint(&database).await;
        let function = database
            .scalar("SELECT 'recall.capture_' || id || '_insert' FROM recall.relation")
            .await;
        database
            .execute(&format!(
                "CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql \
                 AS 'BEGIN RETURN NULL; END'"
            ))
            .await;
        assert_ne!(catalogue_fingerprint(&database).await, before);
        upgrade(&mut database.connect().await).await.expect("upgrade");
        assert_eq!(catalogue_fingerprint(&database).await, before);
    });
}
