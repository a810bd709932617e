use pgrecall_journal::install;
use pgrecall_testkit::block_on;
use tokio_postgres::error::SqlState;

use crate::{installed, tracked};

#[test]
fn what_was_recorded_is_neither_changed_nor_removed() {
    block_on(async {
        let (database, _journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        database.execute("INSERT INTO public.t VALUES (1)").await;
        database
            .execute(
                "INSERT INTO recall.undo SELECT max(id), '{1}', 'x', '{}' FROM recall.transaction;
                 INSERT INTO recall.gap (reason, from_tx, from_at) VALUES ('untracked', 1, now())",
            )
            .await;
        let month = database.scalar("SELECT tableoid::regclass FROM recall.change LIMIT 1").await;
        let mut refused = vec![
            format!("UPDATE {month} SET tx = tx"),
            format!("DELETE FROM {month}"),
            format!("TRUNCATE {month}"),
            "TRUNCATE recall.change_default".to_owned(),
            "UPDATE recall.gap SET from_tx = 7".to_owned(),
            "UPDATE recall.gap SET reason = 'bypassed'".to_owned(),
            "DELETE FROM recall.relation".to_owned(),
            "TRUNCATE recall.relation CASCADE".to_owned(),
        ];
        for table in ["change", "transaction", "undo", "incarnation"] {
            let column = database
                .scalar(&format!(
                    "SELECT attname FROM pg_attribute WHERE attrelid = 'recall.{table}'::regclass AND attnum = 2"
                ))
                .await;
            refused.push(format!("UPDATE recall.{table} SET {column} = {column}"));
        }
        for table in ["change", "transaction", "undo", "incarnation", "gap"] {
            refused.push(format!("DELETE FROM recall.{table}"));
            refused.push(format!("TRUNCATE recall.{table}"));
        }
        for statement in &refused {
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
