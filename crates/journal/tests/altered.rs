//! Tables that are altered while nobody tells the journal.

use pgrecall_journal::TrackOptions;
use pgrecall_testkit::block_on;
use serde_json::Value;

use crate::schema_changes::covered;
use crate::{changes, installed, summary, track, tracked};

/// The rows after each change, oldest first.
async fn after(journal: &pgrecall_journal::Journal) -> Vec<Value> {
    let row = |change: &pgrecall_model::Change| {
        change.new.clone().or(change.old.clone()).map_or(Value::Null, Value::Object)
    };
    changes(journal).await.iter().map(row).collect()
}

#[test]
fn columns_come_go_and_change_their_names_and_types() {
    block_on(async {
        let (database, mut journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, a int, b int, v varchar(3))").await;
        // One session, so that what it has planned meets each of the changes.
        let writer = database.session().await;
        for (change, write) in [
            ("SELECT", "INSERT INTO public.t VALUES (1, 1, 2, 'x')"),
            ("ALTER TABLE public.t ADD c text DEFAULT 'd'", "UPDATE public.t SET c = 'e'"),
            ("ALTER TABLE public.t RENAME a TO z", "UPDATE public.t SET z = 5"),
            ("ALTER TABLE public.t DROP b", "UPDATE public.t SET z = 6"),
            ("ALTER TABLE public.t ALTER v TYPE varchar(9)", "UPDATE public.t SET v = 'xxxxxxxxx'"),
            ("ALTER TABLE public.t ALTER z TYPE text", "UPDATE public.t SET z = 'seven'"),
            ("ALTER TABLE public.t RENAME TO u", "UPDATE public.u SET z = 'eight'"),
        ] {
            database.execute(change).await;
            writer.execute(write).await;
        }
        let rows = after(&journal).await;
        assert_eq!(rows[1], serde_json::json!({"id": 1, "a": 1, "b": 2, "v": "x", "c": "e"}));
        assert_eq!(rows[2]["z"], 5);
        assert_eq!(rows[3].get("b"), None);
        assert_eq!(rows[4]["v"], "xxxxxxxxx");
        assert_eq!(rows[5]["z"], "seven");
        assert_eq!(rows[6]["z"], "eight");

        track(&mut journal, "public.*", &TrackOptions::default()).await;
        writer.execute("UPDATE public.u SET z = 'nine'; TRUNCATE public.u").await;
        assert_eq!(after(&journal).await.len(), 9);
        assert_eq!(
            database.scalar("SELECT count(*) FROM recall.change WHERE shape IS NULL").await,
            "6"
        );
    });
}

#[test]
fn the_key_goes_or_gets_another_name() {
    block_on(async {
        let (database, journal) = tracked(
            "CREATE TABLE public.gone (id int PRIMARY KEY, v int); INSERT INTO public.gone VALUES (1, 1);
             CREATE TABLE public.named (id int PRIMARY KEY, v int); INSERT INTO public.named VALUES (1, 1)",
        )
        .await;
        database
            .execute(
                "ALTER TABLE public.gone DROP id; UPDATE public.gone SET v = 2; DELETE FROM public.gone;
                 ALTER TABLE public.named RENAME id TO number; UPDATE public.named SET v = 2;
                 TRUNCATE public.named",
            )
            .await;
        assert_eq!(changes(&journal).await.len(), 4);
    });
}

#[test]
fn a_transaction_that_began_before_sees_the_table_as_it_is() {
    block_on(async {
        let (database, mut journal) = installed().await;
        database.execute("CREATE TABLE public.t (id int PRIMARY KEY, v text)").await;
        let older = database.session().await;
        older.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").await;
        let options = TrackOptions {
            excluded: vec!["t.v".parse().expect("column")],
            ..TrackOptions::default()
        };
        track(&mut journal, "public.t", &options).await;
        database.execute("ALTER TABLE public.t ADD z int").await;
        older.execute("INSERT INTO public.t VALUES (1, 'secret', 3); COMMIT").await;
        assert_eq!(after(&journal).await, [serde_json::json!({"id": 1})]);
    });
}

#[test]
fn a_hidden_column_stays_hidden_under_another_name() {
    block_on(async {
        let (database, mut journal) = installed().await;
        database
            .execute("CREATE TABLE public.t (id int PRIMARY KEY, password text, iban text)")
            .await;
        let options = TrackOptions {
            excluded: vec!["t.password".parse().expect("column")],
            hashed: vec!["t.iban".parse().expect("column")],
            ..TrackOptions::default()
        };
        track(&mut journal, "public.t", &options).await;
        database
            .execute(
                "ALTER TABLE public.t RENAME password TO pw; ALTER TABLE public.t RENAME iban TO account;
                 INSERT INTO public.t VALUES (1, 'hunter2', 'DE123')",
            )
            .await;
        assert_eq!(after(&journal).await, [serde_json::json!({"id": 1})]);
    });
}

#[test]
fn columns_that_are_called_like_ours_or_like_words_of_the_language() {
    block_on(async {
        let (database, journal) = tracked(
            "CREATE TABLE public.q (id int PRIMARY KEY, q int, a int, b int);
             CREATE TABLE public.k (\"begin\" int PRIMARY KEY, v int);
             CREATE TABLE public.p (id int, \"loop\" int, \"if\" int, \"by\" int) PARTITION BY LIST (id);
             CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES IN (1)",
        )
        .await;
        database
            .execute(
                "ALTER TABLE public.q RENAME a TO c; ALTER TABLE public.q RENAME b TO a;
                 ALTER TABLE public.q RENAME c TO b; INSERT INTO public.q (id, a, b) VALUES (1, 10, 20);
                 INSERT INTO public.k VALUES (1, 1); UPDATE public.k SET \"begin\" = 2; DELETE FROM public.k;
                 INSERT INTO public.p VALUES (1, 2, 3, 4); TRUNCATE public.p",
            )
            .await;
        let rows = after(&journal).await;
        assert_eq!((&rows[0]["a"], &rows[0]["b"]), (&Value::from(10), &Value::from(20)));
        assert_eq!(rows.len(), 6);
        assert_eq!(rows[5]["loop"], 2);
    });
}

#[test]
fn a_document_that_says_the_same_in_other_words_is_a_change() {
    block_on(async {
        for seen in [true, false] {
            let table = r#"CREATE TABLE public.t (id int PRIMARY KEY, j json);
                INSERT INTO public.t VALUES (1, '{"a":1,"b":2}')"#;
            let (database, journal) = covered(table, &TrackOptions::default(), seen).await;
            database.execute("ALTER TABLE public.t ADD v int").await;
            let reversed = r#"UPDATE public.t SET j = '{"b":2,"a":1}'"#;
            for (sql, changes) in [
                ("UPDATE public.t SET j = j, v = v", 0),
                (reversed, 1),
                (reversed, 1),
                (r#"UPDATE public.t SET j = '{"b": 2, "a": 1}'"#, 2),
                ("UPDATE public.t SET id = id", 2),
            ] {
                database.execute(sql).await;
                let expected = vec!["update public.t id=1"; changes];
                assert_eq!(summary(&journal).await, expected, "{sql} {seen}");
            }
        }
    });
}

#[test]
fn a_change_of_what_is_hidden_alone_is_none() {
    block_on(async {
        for seen in [true, false] {
            let options = TrackOptions {
                excluded: vec!["t.pin".parse().expect("column")],
                ..TrackOptions::default()
            };
            let table = "CREATE TABLE public.t (id int PRIMARY KEY, pin text, j json);
                INSERT INTO public.t VALUES (1, 'geheim', '[1]')";
            let (database, journal) = covered(table, &options, seen).await;
            database.execute("ALTER TABLE public.t ADD v int").await;
            database.execute("UPDATE public.t SET pin = 'neu'").await;
            assert_eq!(summary(&journal).await, [""; 0], "{seen}");
            database.execute("UPDATE public.t SET pin = 'neuer', j = '[2]'").await;
            assert_eq!(summary(&journal).await, ["update public.t id=1"], "{seen}");
        }
    });
}
