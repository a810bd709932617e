use pgrecall_model::Operation;
use pgrecall_testkit::block_on;
use serde_json::{Value, json};
use tokio_postgres::error::SqlState;

use crate::{changes, summary, tracked};

#[test]
fn each_operation_is_recorded_with_its_images() {
    block_on(async {
        let (database, journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, v text, n numeric)").await;
        database.execute("INSERT INTO public.t VALUES (1, 'a', 1.50)").await;
        database.execute("UPDATE public.t SET v = 'b'").await;
        database.execute("DELETE FROM public.t").await;
        database.execute("INSERT INTO public.t VALUES (2, NULL, NULL); TRUNCATE public.t").await;
        let found = changes(&journal).await;
        let row = |image: &Option<pgrecall_model::Row>| serde_json::to_string(image).expect("json");
        let images: Vec<_> = found.iter().map(|c| (c.op, row(&c.old), row(&c.new))).collect();
        let (a, b) = (r#"{"id":1,"v":"a","n":1.50}"#, r#"{"id":1,"v":"b","n":1.50}"#);
        let empty = r#"{"id":2,"v":null,"n":null}"#;
        let expected = [
            (Operation::Insert, "null", a),
            (Operation::Update, a, b),
            (Operation::Delete, b, "null"),
            (Operation::Insert, "null", empty),
            (Operation::Truncate, empty, "null"),
        ];
        for (found, (op, old, new)) in images.iter().zip(expected) {
            assert_eq!((found.0, found.1.as_str(), found.2.as_str()), (op, old, new));
        }
        assert_eq!(found.len(), 5);
        assert_eq!(found[1].changed, ["v"]);
        assert_eq!(found[3].tx, found[4].tx);
        assert_ne!(found[1].tx, found[2].tx);
    });
}

#[test]
fn an_update_that_changes_nothing_is_no_change() {
    block_on(async {
        let (database, journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, v json, p point)").await;
        database.execute("INSERT INTO public.t VALUES (1, '{\"a\": 1}', '(1,2)')").await;
        database.execute("UPDATE public.t SET id = id, v = v, p = p").await;
        assert_eq!(changes(&journal).await.len(), 1);
    });
}

#[test]
fn values_that_compare_equal_and_look_different_are_changes() {
    block_on(async {
        let (database, journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, n numeric, j jsonb)").await;
        database.execute("INSERT INTO public.t VALUES (1, 1.0, '{\"a\": 1.0}')").await;
        database.execute("UPDATE public.t SET n = 1.00").await;
        database.execute("UPDATE public.t SET j = '{\"a\": 1.00}'").await;
        let changed: Vec<_> = changes(&journal).await.into_iter().map(|c| c.changed).collect();
        assert_eq!(changed, [vec![], vec!["n".to_owned()], vec!["j".to_owned()]]);
    });
}

#[test]
fn names_of_every_kind_are_recorded() {
    block_on(async {
        let long = "x".repeat(63);
        let (database, journal) = tracked(&format!(
            r#"
            CREATE TABLE public."select" ("old" int PRIMARY KEY, "new" text, "image" text, "tx" text);
            CREATE TABLE public."It's ""odd"" \ {{key}} Größe" ("Ünï" int PRIMARY KEY, "a'b" text);
            CREATE TABLE public."{long}" ("{long}" int PRIMARY KEY);
            "#
        ))
        .await;
        database
            .execute(&format!(
                r#"
                INSERT INTO public."select" VALUES (1, 'a', 'b', 'c');
                UPDATE public."select" SET "new" = 'z', "old" = 2;
                INSERT INTO public."It's ""odd"" \ {{key}} Größe" VALUES (1, 'it''s');
                TRUNCATE public."It's ""odd"" \ {{key}} Größe";
                INSERT INTO public."{long}" VALUES (1);
                DELETE FROM public."{long}";
                "#
            ))
            .await;
        let odd = r#"public."It's ""odd"" \ {key} Größe""#;
        assert_eq!(
            summary(&journal).await,
            [
                "insert public.\"select\" old=1".to_owned(),
                "update public.\"select\" old=1".to_owned(),
                format!("insert {odd} Ünï=1"),
                format!("truncate {odd} Ünï=1"),
                format!("insert public.{long} {long}=1"),
                format!("delete public.{long} {long}=1"),
            ]
        );
    });
}

#[test]
fn rows_without_a_key_are_recorded_whole() {
    block_on(async {
        let (database, journal) = tracked("CREATE TABLE public.t (v int)").await;
        database.execute("INSERT INTO public.t VALUES (1), (1); UPDATE public.t SET v = 2; TRUNCATE public.t").await;
        let expected = ["insert", "insert", "update", "update", "truncate", "truncate"];
        let ops: Vec<_> = changes(&journal).await.iter().map(|c| c.op.as_str()).collect();
        assert_eq!(ops, expected);
        assert!(changes(&journal).await.iter().all(|change| change.key.is_none()));
    });
}

#[test]
fn a_key_that_is_too_long_for_an_index_does_not_fail_the_write() {
    block_on(async {
        let (database, journal) =
            tracked("CREATE TABLE public.t (id text PRIMARY KEY, v int)").await;
        // It compresses well enough for the table's own index.
        database.execute("INSERT INTO public.t VALUES (repeat('x', 20000), 1)").await;
        database.execute("UPDATE public.t SET v = 2").await;
        let keys = database.query_text("SELECT DISTINCT key FROM recall.change").await;
        assert!(keys[0][0].as_deref().expect("key").starts_with("sha256:"), "{keys:?}");
        assert_eq!(keys.len(), 1);
        let table = journal.table("t").await.expect("table");
        let key = journal.key(&table, &"x".repeat(20000)).await.expect("key");
        assert_eq!(journal.history(&table, &key.text).await.expect("history").len(), 2);
    });
}

#[test]
fn images_do_not_depend_on_the_settings_of_the_writer() {
    block_on(async {
        let (database, journal) = tracked(
            "CREATE TABLE public.t (at timestamptz PRIMARY KEY, f float8, i interval, b bytea, r tstzrange)",
        )
        .await;
        let insert = "INSERT INTO public.t VALUES ('2026-03-01 12:00+00', 0.1::float8 + 0.2, '1 day -02:03', \
             '\\x00ff', '[2026-01-01 00:00+00,)')";
        let strange = "SET TimeZone = 'Asia/Kathmandu'; SET DateStyle = 'German'; SET extra_float_digits = -5; \
             SET IntervalStyle = 'sql_standard'; SET bytea_output = 'escape'";
        database.execute(insert).await;
        database.execute("DELETE FROM public.t").await;
        let other = database.session().await;
        other.execute(strange).await;
        other.execute(insert).await;
        let found = changes(&journal).await;
        assert_eq!(found[0].new, found[1].old);
        assert_eq!(found[0].new, found[2].new);
        assert_eq!(found[0].key, found[2].key);
        assert_eq!(found[0].new.as_ref().expect("row")["f"].to_string(), "0.30000000000000004");
    });
}

#[test]
fn each_setting_that_images_could_depend_on_is_asked_for() {
    block_on(async {
        let (database, journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, f float8, d date, i interval);
             CREATE TABLE public.dated (id int PRIMARY KEY, d date);
             CREATE TABLE public.weighed (id int PRIMARY KEY, f float8)",
        )
        .await;
        // One at a time, each in a session of its own, in which nothing is prepared yet.
        for settings in [
            "",
            "SET DateStyle = 'German'",
            "SET DateStyle = 'SQL, DMY'",
            "SET DateStyle = 'Postgres, MDY'",
            "SET extra_float_digits = 0",
            "SET extra_float_digits = -15",
            "SET extra_float_digits = 3",
            "SET IntervalStyle = 'iso_8601'",
        ] {
            let session = database.session().await;
            session
                .execute(&format!(
                    "{settings};
                     INSERT INTO public.t VALUES (1, 0.1::float8 + 0.2, '2026-03-01', '1 day 02:03');
                     UPDATE public.t SET id = 2; DELETE FROM public.t;
                     INSERT INTO public.dated VALUES (1, '2026-03-01'); DELETE FROM public.dated;
                     INSERT INTO public.weighed VALUES (1, 0.1::float8 + 0.2); DELETE FROM public.weighed"
                ))
                .await;
        }
        let texts = database
            .query_text("SELECT DISTINCT image FROM recall.change, LATERAL (VALUES (old), (new)) AS i (image) WHERE image IS NOT NULL ORDER BY 1")
            .await;
        let texts: Vec<_> = texts.iter().filter_map(|row| row[0].as_deref()).collect();
        assert_eq!(
            texts,
            [
                "(1,0.30000000000000004)",
                "(1,0.30000000000000004,2026-03-01,\"1 day 02:03:00\")",
                "(1,2026-03-01)",
                "(2,0.30000000000000004,2026-03-01,\"1 day 02:03:00\")",
            ]
        );
        assert_eq!(changes(&journal).await.len(), 8 * 7);
    });
}

#[test]
fn replication_mode_silences_nothing() {
    block_on(async {
        let (database, journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        database
            .execute("SET session_replication_role = replica; INSERT INTO public.t VALUES (1); TRUNCATE public.t")
            .await;
        assert_eq!(summary(&journal).await, ["insert public.t id=1", "truncate public.t id=1"]);
    });
}

#[test]
fn the_order_per_row_holds_when_triggers_change_the_row_again() {
    block_on(async {
        let (database, journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, v int);
             CREATE FUNCTION public.again() RETURNS trigger LANGUAGE plpgsql AS
               'BEGIN UPDATE public.t SET v = v + 1 WHERE id = NEW.id AND v < 3; RETURN NULL; END';
             CREATE TRIGGER again AFTER INSERT OR UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.again();",
        )
        .await;
        database.execute("INSERT INTO public.t VALUES (1, 1)").await;
        let values: Vec<Value> = changes(&journal)
            .await
            .iter()
            .map(|c| c.new.as_ref().expect("row")["v"].clone())
            .collect();
        assert_eq!(values, [json!(1), json!(2), json!(3)]);
    });
}

#[test]
fn an_application_role_without_rights_is_recorded_and_sees_nothing() {
    block_on(async {
        let (database, journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let role = database.create_role("app").await;
        database.execute(&format!("GRANT ALL ON public.t TO \"{role}\"")).await;
        let app = database.session_as(&role).await;
        app.execute("BEGIN; SELECT recall.set_actor('ann'); INSERT INTO public.t VALUES (1); TRUNCATE public.t; COMMIT")
            .await;
        let found = changes(&journal).await;
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].context.actor.as_deref(), Some("ann"));
        assert_eq!(found[0].context.database_user.as_deref(), Some(role.as_str()));
        for forbidden in [
            "SELECT FROM recall.change",
            "SELECT FROM recall.log",
            "DELETE FROM recall.transaction",
            "SELECT recall._begin_transaction()",
            "SELECT recall._begin_transaction(1)",
            "SELECT recall._create_partitions(1)",
        ] {
            let error = app.try_execute(forbidden).await.expect_err(forbidden);
            assert_eq!(error.code().map(SqlState::code), Some("42501"), "{forbidden}");
        }
    });
}

#[test]
fn nobody_else_can_hang_a_capture_function_on_a_table() {
    block_on(async {
        let (database, _journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let role = database.create_role("forger").await;
        database.execute(&format!("CREATE SCHEMA own AUTHORIZATION \"{role}\"")).await;
        let forger = database.session_as(&role).await;
        forger.execute("CREATE TABLE own.t (id int)").await;
        let function = database
            .scalar("SELECT 'recall.capture_' || id || '_insert' FROM recall.relation")
            .await;
        let hang = format!(
            "CREATE TRIGGER x AFTER INSERT ON own.t FOR EACH ROW EXECUTE FUNCTION {function}()"
        );
        let error = forger.try_execute(&hang).await.expect_err("forged");
        assert_eq!(error.code().map(SqlState::code), Some("42501"));
    });
}
