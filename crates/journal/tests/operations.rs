//! Work that people do by hand.

use pgrecall_testkit::block_on;
use serde_json::json;
use tokio_postgres::error::SqlState;

use crate::tracked;

const TABLES: &str =
    "CREATE TABLE public.t (id int PRIMARY KEY, v int); CREATE TABLE public.u (id int PRIMARY KEY)";

#[test]
fn an_operation_groups_what_its_session_changes() {
    block_on(async {
        let (database, journal) = tracked(TABLES).await;
        let worker = database.session().await;
        worker.execute("BEGIN; INSERT INTO public.t VALUES (1, 1); COMMIT").await;
        let id =
            worker.scalar("SELECT recall.track_operation('correct invoices', 'data fix')").await;
        worker.execute("UPDATE public.t SET v = 2; INSERT INTO public.u VALUES (1)").await;
        worker.execute("BEGIN; SELECT recall.set_context('{\"actor\": \"ann\"}'); INSERT INTO public.u VALUES (2); COMMIT").await;
        database.execute("INSERT INTO public.u VALUES (3)").await;
        worker
            .execute(&format!(
                "SELECT recall.complete_operation({id}, true, '3 rows', '{{\"ticket\": 7}}')"
            ))
            .await;
        worker.execute("INSERT INTO public.u VALUES (4)").await;

        let operations = journal.operations(None).await.expect("operations");
        assert_eq!(operations.len(), 1);
        let operation = &operations[0];
        assert_eq!(operation.id.to_string(), id);
        assert_eq!(
            (operation.name.as_str(), operation.kind.as_str()),
            ("correct invoices", "data fix")
        );
        assert_eq!(
            (operation.status.as_str(), operation.message.as_deref()),
            ("succeeded", Some("3 rows"))
        );
        assert_eq!(json!(operation.details), json!({ "ticket": 7 }));
        assert_eq!(json!(operation.changes), json!({ "public.t": 1, "public.u": 2 }));
        assert!(operation.completed_at.is_some());
        // The number is no further key of the context.
        assert_eq!(
            database
                .scalar("SELECT count(*) FROM recall.transaction WHERE extra IS NOT NULL")
                .await,
            "0"
        );
    });
}

#[test]
fn an_operation_within_one_transaction_holds_its_changes() {
    block_on(async {
        let (database, journal) = tracked(TABLES).await;
        database
            .execute(
                "BEGIN; SELECT recall.set_actor('ann'); SELECT recall.track_operation('a', 'b');
                 INSERT INTO public.t VALUES (1, 1); COMMIT",
            )
            .await;
        database.execute("INSERT INTO public.t VALUES (2, 2)").await;
        let operations = journal.operations(None).await.expect("operations");
        assert_eq!(json!(operations[0].changes), json!({ "public.t": 2 }));
        assert_eq!(operations[0].actor.as_deref(), Some("ann"));
        // What was said for one transaction does not hold for the session.
        assert_eq!(
            database
                .scalar("SELECT coalesce(actor, 'nobody') FROM recall.log ORDER BY id DESC LIMIT 1")
                .await,
            "nobody"
        );
    });
}

#[test]
fn an_operation_that_was_rolled_back_groups_nothing() {
    block_on(async {
        let (database, journal) = tracked(TABLES).await;
        database.execute("BEGIN; SELECT recall.track_operation('a', 'b'); ROLLBACK").await;
        database.execute("INSERT INTO public.t VALUES (1, 1)").await;
        assert_eq!(journal.operations(None).await.expect("operations"), []);
        assert_eq!(database.scalar("SELECT count(operation) FROM recall.transaction").await, "0");
    });
}

#[test]
fn a_number_that_is_no_open_operation_is_kept_as_it_is() {
    block_on(async {
        let (database, _journal) = tracked(TABLES).await;
        let id = database.scalar("SELECT recall.track_operation('a', 'b')").await;
        database.execute(&format!("SELECT recall.complete_operation({id}, false)")).await;
        for (n, given) in
            [id.as_str(), "999", "99999999999999999999999", "-1", "x", "[1]"].iter().enumerate()
        {
            let context = json!({ "operation": given }).to_string();
            database
                .execute(&format!("BEGIN; SELECT recall.set_context('{context}'); INSERT INTO public.u VALUES ({n}); COMMIT"))
                .await;
            assert_eq!(
                &database.scalar("SELECT extra ->> 'operation' FROM recall.transaction ORDER BY id DESC LIMIT 1").await,
                given
            );
        }
        assert_eq!(database.scalar("SELECT count(operation) FROM recall.transaction").await, "1");
    });
}

#[test]
fn an_operation_is_completed_once_and_by_its_own_user() {
    block_on(async {
        let (database, journal) = tracked(TABLES).await;
        let (one, two) = (database.create_role("one").await, database.create_role("two").await);
        let (mine, foreign) = (database.session_as(&one).await, database.session_as(&two).await);
        let id = mine.scalar("SELECT recall.track_operation('a', 'b')").await;
        let code = |outcome: Result<(), tokio_postgres::Error>| {
            outcome.expect_err("refused").code().cloned()
        };
        let complete = format!("SELECT recall.complete_operation({id}, false, 'gave up')");
        assert_eq!(
            code(foreign.try_execute(&complete).await),
            Some(SqlState::INSUFFICIENT_PRIVILEGE)
        );
        mine.execute(&complete).await;
        assert_eq!(
            code(mine.try_execute(&complete).await),
            Some(SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE)
        );
        assert_eq!(
            code(mine.try_execute("SELECT recall.complete_operation(999, true)").await),
            Some(SqlState::NO_DATA_FOUND)
        );
        for call in [
            "complete_operation(NULL, true)",
            "complete_operation(1, NULL)",
            "complete_operation(1, true, '', '7')",
            "track_operation('', 'b')",
            "track_operation('a', NULL)",
        ] {
            let outcome = mine.try_execute(&format!("SELECT recall.{call}")).await;
            assert_eq!(code(outcome), Some(SqlState::INVALID_PARAMETER_VALUE), "{call}");
        }
        assert_eq!(journal.operations(None).await.expect("operations")[0].status, "failed");
    });
}

#[test]
fn of_two_completions_at_once_one_is_refused() {
    block_on(async {
        let (database, _journal) = tracked(TABLES).await;
        let id = database.scalar("SELECT recall.track_operation('a', 'b')").await;
        let complete = format!("SELECT recall.complete_operation({id}, true)");
        let (one, two) = (database.session().await, database.session().await);
        let outcomes = tokio::join!(one.try_execute(&complete), two.try_execute(&complete));
        assert_eq!(usize::from(outcomes.0.is_ok()) + usize::from(outcomes.1.is_ok()), 1);
    });
}
