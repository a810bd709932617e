//! Events of the application that are no change of a row.

use pgrecall_journal::EventFilter;
use pgrecall_testkit::block_on;
use serde_json::json;
use tokio_postgres::error::SqlState;

use crate::{changes, tracked};

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY);
    CREATE TABLE public.p (id int) PARTITION BY LIST (id);
    CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES IN (1)";

#[test]
fn an_event_carries_the_context_of_its_transaction() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        let app = database.create_role("app").await;
        database.execute(&format!("GRANT INSERT ON public.t TO \"{app}\"")).await;
        let session = database.session_as(&app).await;
        session
            .execute(
                r#"BEGIN; SELECT recall.set_context('{"actor": "ann", "tenant": "acme"}');
                SELECT recall.log_action('export', '{"rows": 12}', 't', '{"id": 7}');
                INSERT INTO public.t VALUES (1);
                COMMIT"#,
            )
            .await;
        session.execute("SELECT recall.log_action('log in')").await;
        session.execute("SELECT recall.log_action('read', about => 'public.p_1')").await;
        let events = journal.events(&EventFilter::default()).await.expect("events");
        assert_eq!(events.len(), 3);
        let (read, login, export) = (&events[0], &events[1], &events[2]);
        assert_eq!(export.action, "export");
        assert_eq!(export.table.as_deref(), Some("public.t"));
        assert_eq!(json!(export.key), json!({ "id": 7 }));
        assert_eq!(json!(export.details), json!({ "rows": 12 }));
        assert_eq!(export.context.actor.as_deref(), Some("ann"));
        assert_eq!(export.context.tenant.as_deref(), Some("acme"));
        assert_eq!(export.context.database_user.as_deref(), Some(app.as_str()));
        assert_eq!(changes(&journal).await[0].tx, export.tx);
        assert_eq!((login.table.as_deref(), &login.context.actor), (None, &None));
        assert_eq!(read.table.as_deref(), Some("public.p"));
    });
}

#[test]
fn events_are_filtered() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        for (actor, action) in [("ann", "a"), ("ann", "b"), ("bob", "a")] {
            database
                .execute(&format!("BEGIN; SELECT recall.set_actor('{actor}'); SELECT recall.log_action('{action}'); COMMIT"))
                .await;
        }
        let all = journal.events(&EventFilter::default()).await.expect("events");
        let some = |text: &str| Some(text.to_owned());
        for (filter, expected) in [
            (EventFilter { action: some("a"), ..EventFilter::default() }, 2),
            (EventFilter { actor: some("ann"), ..EventFilter::default() }, 2),
            (EventFilter { tx: Some(all[0].tx), ..EventFilter::default() }, 1),
            (EventFilter { after: Some(all[2].tx), ..EventFilter::default() }, 2),
            (EventFilter { since: Some(all[0].at), ..EventFilter::default() }, 1),
            (EventFilter { limit: Some(1), ..EventFilter::default() }, 1),
            (EventFilter { action: some("a' OR true --"), ..EventFilter::default() }, 0),
        ] {
            assert_eq!(
                journal.events(&filter).await.expect("events").len(),
                expected,
                "{filter:?}"
            );
        }
    });
}

#[test]
fn an_event_goes_with_its_transaction() {
    block_on(async {
        let (database, journal) = tracked(TABLE).await;
        database.execute("BEGIN; SELECT recall.log_action('a'); ROLLBACK").await;
        assert_eq!(journal.events(&EventFilter::default()).await.expect("events"), []);
    });
}

#[test]
fn what_is_no_event_is_refused_with_an_example() {
    block_on(async {
        let (database, _journal) = tracked(TABLE).await;
        for call in [
            "log_action('')",
            "log_action(NULL)",
            "log_action(repeat('x', 201))",
            "log_action('a', '[1]')",
            "log_action('a', '{}', NULL, '7')",
        ] {
            let error =
                database.try_execute(&format!("SELECT recall.{call}")).await.expect_err(call);
            let answer = error.as_db_error().expect("answer");
            assert_eq!(answer.code(), &SqlState::INVALID_PARAMETER_VALUE);
            assert!(answer.hint().expect("hint").contains("recall.log_action"), "{call}");
        }
        let unknown = database.try_execute("SELECT recall.log_action('a', '{}', 'nowhere')").await;
        assert_eq!(unknown.expect_err("table").code(), Some(&SqlState::UNDEFINED_TABLE));
    });
}
