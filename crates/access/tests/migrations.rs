use pgrecall_access::{AccessError, Control};
use pgrecall_testkit::{Server, block_on, catalogue_fingerprint};

use crate::home;

#[test]
fn opening_twice_changes_nothing() {
    block_on(async {
        let (database, _control) = home().await;
        let before = catalogue_fingerprint(&database).await;
        Control::open(database.conninfo()).await.expect("again");
        assert_eq!(catalogue_fingerprint(&database).await, before);
    });
}

#[test]
fn servers_that_start_at_once_take_turns() {
    block_on(async {
        let database = Server::shared().database().await;
        let open = || Control::open(database.conninfo());
        let (a, b, c) = tokio::join!(open(), open(), open());
        for opened in [a, b, c] {
            opened.expect("home");
        }
        assert_eq!(database.scalar("SELECT max(version) FROM recall_control.migration").await, "2");
    });
}

#[test]
fn a_home_of_a_newer_build_is_left_alone() {
    block_on(async {
        let (database, _control) = home().await;
        database.execute("INSERT INTO recall_control.migration (version) VALUES (99)").await;
        let refused = Control::open(database.conninfo()).await.expect_err("newer");
        assert!(matches!(refused, AccessError::Newer { found: 99, known: 2 }), "{refused}");
    });
}

#[test]
fn everything_that_people_see_is_explained_and_closed_to_others() {
    block_on(async {
        let (database, _control) = home().await;
        let unexplained = "SELECT c.oid::regclass FROM pg_class AS c
            WHERE c.relnamespace = 'recall_control'::regnamespace AND c.relkind = 'r'
              AND obj_description(c.oid, 'pg_class') IS NULL";
        assert!(database.query_text(unexplained).await.is_empty());
        let role = database.create_role("nobody").await;
        for table in ["user_account", "session", "token", "audit"] {
            let read = format!("SET ROLE \"{role}\"; SELECT FROM recall_control.{table}");
            assert!(database.session().await.try_execute(&read).await.is_err(), "{table}");
        }
    });
}

#[test]
fn a_home_that_was_away_is_found_again() {
    block_on(async {
        let server = Server::own(&[]);
        let database = server.database().await;
        let control = Control::open(database.conninfo()).await.expect("home");
        control.ping().await.expect("there");
        server.stop();
        control.ping().await.expect_err("away");
        server.start();
        // The first answer may still be that the connection was lost.
        let mut back = control.ping().await;
        if back.is_err() {
            back = control.ping().await;
        }
        back.expect("back");
    });
}
