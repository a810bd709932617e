use pgrecall_journal::install;
use pgrecall_testkit::block_on;
use tokio_postgres::error::SqlState;

use crate::{installed, tracked};

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY)";

/// The tables that are only added to, each with an update that is refused, if any is.
const ONLY_ADDED_TO: [(&str, Option<&str>); 15] = [
    ("change", Some("at = at")),
    ("transaction", Some("at = at")),
    ("undo", Some("reverses = reverses")),
    ("incarnation", Some("system = system")),
    ("event", Some("action = action")),
    ("refusal", Some("guard = guard")),
    ("schema_change", Some("details = details")),
    ("retention", Some("changes = changes")),
    ("gap", Some("from_tx = 7")),
    ("operation", Some("name = 'another'")),
    ("relation", None),
    ("tick", Some("upper = upper + 1")),
    ("commit", Some("at = at")),
    ("form", Some("given = given")),
    ("shape", Some("columns = columns")),
];

/// A row for each of them that has none as soon as a table is tracked and written to: where there is no
/// row, no trigger fires for one.
const ROWS: &str = "
    BEGIN; SELECT recall.set_actor('ann'); INSERT INTO public.t VALUES (1); SELECT recall.log_action('export'); COMMIT;
    INSERT INTO recall.undo SELECT max(id), '{1}', 'x', '{}' FROM recall.transaction;
    INSERT INTO recall.refusal (id, at, guard, op) VALUES (1, now(), 'address', 'insert');
    INSERT INTO recall.schema_change (at, tx, relation, table_name, details, database_user)
      VALUES (now(), 1, 1, 'public.t', '{}', 'ann');
    INSERT INTO recall.retention (relation, partition, whole, before, changes) VALUES (1, 'change_default', false, now(), 0);
    INSERT INTO recall.gap (reason, from_tx, from_at) VALUES ('untracked', 1, now());
    INSERT INTO recall.operation (name, type, tx, database_user, started_at) VALUES ('correct', 'data fix', 1, 'ann', now());
    SELECT recall.tick();
    INSERT INTO recall.commit (tx, at) VALUES (1, now());
    INSERT INTO recall.form (relation, tx, at, change, schema_name, table_name) VALUES (1, 1, now(), 1, 'public', 't')";

#[test]
fn a_table_that_is_only_added_to_lets_not_even_its_owner_change_or_remove_rows() {
    block_on(async {
        let (database, _journal) = tracked(TABLE).await;
        database.execute(ROWS).await;
        for (table, update) in ONLY_ADDED_TO {
            let count = format!("SELECT count(*) FROM recall.{table}");
            let rows = database.scalar(&count).await;
            assert_ne!(rows, "0", "{table}");
            let update = update.map(|set| format!("UPDATE recall.{table} SET {set}"));
            // Foreign keys refer to some of them.
            let removals =
                [format!("DELETE FROM recall.{table}"), format!("TRUNCATE recall.{table} CASCADE")];
            for statement in update.into_iter().chain(removals) {
                let error = database.try_execute(&statement).await.expect_err(&statement);
                let code = error.code().map(SqlState::code);
                assert_eq!(code, Some("RCL20"), "{statement}: {error:?}");
                let refused_by = error.as_db_error().and_then(|e| e.table()).expect("table");
                assert!(refused_by.starts_with(table), "{statement}: {refused_by}");
            }
            assert_eq!(database.scalar(&count).await, rows, "{table}");
        }
    });
}

#[test]
fn what_was_recorded_is_neither_changed_nor_removed() {
    block_on(async {
        let (database, _journal) = tracked(TABLE).await;
        database
            .execute(
                "INSERT INTO public.t VALUES (1);
                 INSERT INTO recall.gap (reason, from_tx, from_at) VALUES ('untracked', 1, now())",
            )
            .await;
        let month = database.scalar("SELECT tableoid::regclass FROM recall.change LIMIT 1").await;
        for statement in &[
            format!("UPDATE {month} SET tx = tx"),
            format!("DELETE FROM {month}"),
            format!("TRUNCATE {month}"),
            "TRUNCATE recall.change_default".to_owned(),
            "TRUNCATE recall.change".to_owned(),
            "UPDATE recall.gap SET reason = 'bypassed'".to_owned(),
        ] {
            let error = database.try_execute(statement).await.expect_err(statement);
            assert_eq!(error.code().map(SqlState::code), Some("RCL20"), "{statement}: {error:?}");
            let hint = error.as_db_error().and_then(|e| e.hint()).expect("hint");
            assert!(hint.contains("pgrecall retain"), "{hint}");
        }
        database.execute("UPDATE recall.gap SET until_tx = 2, until_at = now()").await;
        let again = "UPDATE recall.gap SET until_tx = 3, until_at = now()";
        assert!(database.try_execute(again).await.is_err(), "it was closed");
    });
}

#[test]
fn partitions_that_are_made_later_are_no_exception() {
    block_on(async {
        let (database, _journal) = installed().await;
        let last = "SELECT partition FROM recall._months() WHERE from_at IS NOT NULL ORDER BY from_at DESC LIMIT 1";
        let before = database.scalar(last).await;
        database.execute("SELECT recall._create_partitions(5)").await;
        let later = database.scalar(last).await;
        assert_ne!(before, later);
        database
            .execute(&format!(
                "INSERT INTO recall.change (id, at, tx, relation, op, key, new) SELECT 1, from_at, 1, 1, 'I', '1', '{{}}'
                 FROM recall._months() WHERE partition = '{later}'"
            ))
            .await;
        for statement in ["DELETE FROM", "TRUNCATE"] {
            let statement = format!("{statement} recall.{later}");
            let error = database.try_execute(&statement).await.expect_err(&statement);
            assert_eq!(error.code().map(SqlState::code), Some("RCL20"), "{statement}");
        }
        install(&mut database.connect().await).await.expect("install");
    });
}

/// Recording pays nothing for it.
#[test]
fn no_trigger_fires_for_an_insert_into_the_journal() {
    block_on(async {
        let (database, _journal) = installed().await;
        // TRIGGER_TYPE_INSERT in pg_trigger.h.
        let on_insert = "SELECT count(*) FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
            WHERE c.relnamespace = 'recall'::regnamespace AND c.relname ~ '^(change|transaction|event|undo|gap)'
            AND t.tgtype & 4 > 0 AND NOT t.tgisinternal";
        assert_eq!(database.scalar(on_insert).await, "0");
    });
}
