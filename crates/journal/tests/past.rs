//! The past with SQL alone.

use pgrecall_testkit::{TestDatabase, block_on};

use crate::{installed, track, tracked};
use pgrecall_journal::{ForEach, TrackOptions};

const TABLES: &str = "
    CREATE TABLE public.prize (id int PRIMARY KEY DEFERRABLE, v text, a int[], n numeric);
    CREATE TABLE public.\"Odd Name\" (\"a b\" text, n int, PRIMARY KEY (n, \"a b\"));
    CREATE TABLE public.bag (v text, j json);
    CREATE TABLE public.part (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
    CREATE TABLE public.part_1 PARTITION OF public.part FOR VALUES FROM (0) TO (10);
    CREATE TABLE public.part_2 (v text, id int NOT NULL);
    ALTER TABLE public.part ATTACH PARTITION public.part_2 FOR VALUES FROM (10) TO (20);
    INSERT INTO public.prize SELECT g, 'v' || g, '[2:3]={1,2}', 1.50 FROM generate_series(1, 5) AS g;
    INSERT INTO public.\"Odd Name\" VALUES ('x', 1), ('y', 1);
    INSERT INTO public.bag VALUES ('a', '{\"b\":  1}'), ('a', '{\"b\":  1}'), (NULL, NULL);
    INSERT INTO public.part VALUES (1, 'one'), (11, 'eleven')";

const NAMES: [&str; 4] = ["public.prize", "public.\"Odd Name\"", "public.bag", "public.part"];

const WORK: [&str; 6] = [
    "UPDATE public.prize SET v = 'new', a = NULL WHERE id < 3; DELETE FROM public.prize WHERE id = 5",
    "UPDATE public.prize SET id = 5 - id WHERE id IN (1, 4); INSERT INTO public.prize VALUES (9, 'nine')",
    "UPDATE public.\"Odd Name\" SET n = n + 1; DELETE FROM public.bag WHERE ctid = (SELECT min(ctid) FROM public.bag)",
    "UPDATE public.part SET id = id + 11 WHERE id = 1; UPDATE public.part_2 SET v = upper(v)",
    "TRUNCATE public.bag; INSERT INTO public.bag VALUES ('a', '{\"b\":  1}'); UPDATE public.prize SET n = 1.5",
    "DELETE FROM public.part; UPDATE public.prize SET v = 'twice'; UPDATE public.prize SET v = v || '!'",
];

fn message(error: &tokio_postgres::Error) -> &str {
    error.as_db_error().expect("a refusal").message()
}

async fn copy(database: &TestDatabase, from: impl Fn(&str) -> String) -> Vec<Vec<String>> {
    let mut tables = Vec::new();
    for name in NAMES {
        let sql = format!("SELECT r::text FROM {} AS r ORDER BY 1", from(name));
        let rows = database.query_text(&sql).await;
        tables.push(rows.into_iter().map(|mut row| row.remove(0).unwrap_or_default()).collect());
    }
    tables
}

#[test]
fn tables_are_as_they_were_at_each_mark() {
    block_on(async {
        let (database, _journal) = tracked(TABLES).await;
        let mut copies = Vec::new();
        for (number, work) in WORK.iter().enumerate() {
            database.scalar(&format!("SELECT recall.mark('m{number}')")).await;
            copies.push(copy(&database, str::to_owned).await);
            database.execute(&format!("BEGIN; {work}; COMMIT")).await;
        }
        for (number, expected) in copies.iter().enumerate() {
            let past = |name: &str| format!("recall.as_of(NULL::{name}, 'mark:m{number}')");
            assert_eq!(copy(&database, past).await, *expected, "as_of m{number}");
            database.execute(&format!("CALL recall.enter('mark:m{number}')")).await;
            let unqualified = |name: &str| name.trim_start_matches("public.").to_owned();
            assert_eq!(copy(&database, unqualified).await, *expected, "m{number}");
        }
        let now = copy(&database, str::to_owned).await;
        database.execute("CALL recall.leave()").await;
        let unqualified = |name: &str| name.trim_start_matches("public.").to_owned();
        assert_eq!(copy(&database, unqualified).await, now);
        let left = "SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()";
        assert_eq!(database.scalar(left).await, "0");
    });
}

#[test]
fn moments_are_understood() {
    block_on(async {
        let (database, _journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        database.execute("INSERT INTO public.t VALUES (1)").await;
        database.execute("SELECT recall.tick()").await;
        database.execute("INSERT INTO public.t VALUES (2)").await;
        let tx = database.scalar("SELECT max(tx) FROM recall.change").await;
        let change = database.scalar("SELECT min(id) FROM recall.change").await;
        let tick = database.scalar("SELECT max(id) FROM recall.tick").await;
        let time = database.scalar("SELECT min(at) FROM recall.change").await;
        for (moment, rows) in [
            (format!("before:tx:{tx}"), "1"),
            (format!("after:tx:{tx}"), "2"),
            (format!("change:{change}"), "1"),
            (format!("tick:{tick}"), "1"),
            (time, "1"),
            ("now".to_owned(), "2"),
            ("-0 seconds".to_owned(), "2"),
            ("0 seconds ago".to_owned(), "2"),
        ] {
            let count = format!("SELECT count(*) FROM recall.as_of(NULL::public.t, '{moment}')");
            assert_eq!(database.scalar(&count).await, rows, "{moment}");
        }
    });
}

#[test]
fn what_is_not_known_is_refused() {
    block_on(async {
        let (database, mut journal) = installed().await;
        database
            .execute(
                "CREATE TABLE public.t (id int PRIMARY KEY, v text); CREATE TABLE public.other (id int);
                 CREATE VIEW public.seen AS SELECT * FROM public.t; INSERT INTO public.t VALUES (1)",
            )
            .await;
        database.execute("SELECT recall.mark('early')").await;
        track(&mut journal, "public.t", &TrackOptions::default()).await;
        database.execute("INSERT INTO public.t VALUES (2); SELECT recall.mark('whole')").await;
        for (sql, expected) in [
            ("SELECT * FROM recall.as_of(NULL::public.t, 'mark:early')", "begins later"),
            ("SELECT * FROM recall.as_of(NULL::public.t, 'mark:none')", "no such moment"),
            ("SELECT * FROM recall.as_of(NULL::public.t, 'tea time')", "no moment"),
            ("SELECT * FROM recall.as_of(NULL::public.t, 'tick:x')", "no such moment"),
            ("SELECT * FROM recall.as_of(NULL::public.other, 'now')", "no tracked table"),
            ("SELECT * FROM recall.as_of(1, 'now')", "no tracked table"),
        ] {
            let error = database.try_execute(sql).await.expect_err(sql);
            assert!(message(&error).contains(expected), "{sql}: {error:?}");
        }
        database.execute("CALL recall.enter('mark:whole')").await;
        for sql in ["SELECT * FROM other", "SELECT * FROM seen"] {
            let error = database.try_execute(sql).await.expect_err(sql);
            assert!(message(&error).contains("has no past"), "{sql}: {error:?}");
        }
        database.execute("CALL recall.leave(); ALTER TABLE public.t ADD COLUMN w int").await;
        let sql = "SELECT * FROM recall.as_of(NULL::public.t, 'mark:whole')";
        let error = database.try_execute(sql).await.expect_err(sql);
        assert!(message(&error).contains("others then"), "{error:?}");
    });
}

#[test]
fn tables_that_rows_name_are_written_with_their_schemas() {
    block_on(async {
        for each in [ForEach::Row, ForEach::Statement] {
            let (database, mut journal) = installed().await;
            database
                .execute(
                    "CREATE TABLE public.mytable (id int PRIMARY KEY); CREATE TABLE public.t (id int PRIMARY KEY, r regclass)",
                )
                .await;
            let options = TrackOptions { for_each: Some(each), ..TrackOptions::default() };
            track(&mut journal, "public.*", &options).await;
            let writer = database.session().await;
            writer.execute("SET search_path = public").await;
            writer.execute("INSERT INTO t VALUES (1, 'mytable')").await;
            let written = "SELECT new FROM recall.change";
            assert_eq!(database.scalar(written).await, "(1,public.mytable)", "{each:?}");
            database.scalar("SELECT recall.mark('then')").await;
            writer.execute("UPDATE t SET r = 't'").await;
            for path in ["public", "''"] {
                database.execute(&format!("SET search_path = {path}")).await;
                let then = "SELECT count(*) || ' ' || bool_and(p.r = 'public.mytable'::regclass)
                     FROM recall.as_of(NULL::public.t, 'mark:then') AS p";
                assert_eq!(database.scalar(then).await, "1 true", "{each:?} {path}");
            }
        }
    });
}
