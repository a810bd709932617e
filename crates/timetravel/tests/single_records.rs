//! Queries that demand a single record, which are led to the past by its key alone.

use pgrecall_model::{Explain, Moment};
use pgrecall_testkit::block_on;

use crate::{latest, rows, track_all, tracked};

/// Keys of which equal values may be written in several ways, and what is asked of each.
const TABLES: &str = "
    CREATE TABLE public.n (k numeric(10, 2) PRIMARY KEY, v text);
    CREATE TABLE public.m (k numeric PRIMARY KEY, v text);
    CREATE TABLE public.i (k int PRIMARY KEY, v text);
    CREATE TABLE public.u (k uuid PRIMARY KEY, v text);
    CREATE TABLE public.t (k varchar(3) PRIMARY KEY, v text);
    CREATE TABLE public.c (k char(5) PRIMARY KEY, v text);
    CREATE TABLE public.b (k boolean PRIMARY KEY, v text);
    CREATE TABLE public.d (k date PRIMARY KEY, v text);
    CREATE TABLE public.pair (a text, b bigint, v text, PRIMARY KEY (b, a));
    INSERT INTO public.n VALUES (1, 'then'); INSERT INTO public.m VALUES (1.50, 'then'); INSERT INTO public.i VALUES (7, 'then');
    INSERT INTO public.u VALUES ('00000000-0000-0000-0000-00000000000a', 'then');
    INSERT INTO public.t VALUES ('it''', 'then'); INSERT INTO public.c VALUES ('a', 'then');
    INSERT INTO public.b VALUES (true, 'then'); INSERT INTO public.d VALUES ('2026-01-01', 'then');
    INSERT INTO public.pair VALUES ('x', 1, 'then'), ('y', 1, 'then')";

const CHANGES: [&str; 3] = [
    "UPDATE public.{t} SET v = 'now'",
    "DELETE FROM public.{t}",
    "UPDATE public.{t} SET v = 'now'; DELETE FROM public.{t}",
];

const QUESTIONS: [(&str, &str, &str); 18] = [
    ("m", "k = '1.5'", "then"),
    ("n", "k = 1", "then"),
    ("n", "k = '1.0'", "then"),
    ("i", "k = 7", "then"),
    ("i", "k = ' 7'", "then"),
    ("i", "k = 007", "then"),
    ("i", "7 = n.k AND true", "then"),
    ("i", "k = -7", ""),
    ("i", "k = 99999999999", ""),
    ("i", "k = 7 AND k = 8", ""),
    ("u", "k = '00000000-0000-0000-0000-00000000000A'", "then"),
    ("t", "k = 'it'''", "then"),
    ("t", "k = 'it''s longer'", ""),
    ("c", "k = 'a'", "then"),
    ("b", "k = 'yes'", "then"),
    ("d", "k = '1 Jan 2026'", "then"),
    ("pair", "a = 'y' AND 1 = b", "then"),
    ("pair", "b = 1", "then then"),
];

#[test]
fn the_record_is_found_however_its_key_is_written() {
    for change in CHANGES {
        block_on(async {
            let (database, mut journal) = tracked(TABLES).await;
            database
                .execute("UPDATE public.i SET v = v || ''; INSERT INTO public.i VALUES (70)")
                .await;
            let then = Moment::After(latest(&database).await);
            for table in ["n", "m", "i", "u", "t", "c", "b", "d", "pair"] {
                database.execute(&change.replace("{t}", table)).await;
            }
            for (table, condition, expected) in QUESTIONS {
                let condition = condition.replace("n.k", &format!("{table}.k"));
                let sql = format!("SELECT v FROM public.{table} WHERE {condition}");
                let found = rows(&mut journal, then.clone(), &sql).await.expect(&sql);
                assert_eq!(found.join(" "), expected, "{sql} after {change}");
            }
        });
    }
}

#[test]
fn a_collation_in_which_different_texts_are_equal_finds_them() {
    block_on(async {
        let (database, mut journal) =
            tracked("CREATE TABLE public.plain (id int PRIMARY KEY)").await;
        let collation = "CREATE COLLATION public.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)";
        if database.try_execute(collation).await.is_err() {
            eprintln!("skipped: this server knows no ICU collations");
            return;
        }
        database.execute("CREATE TABLE public.t (k text COLLATE public.any_case PRIMARY KEY, v text); INSERT INTO public.t VALUES ('Ann', 'then')").await;
        track_all(&mut journal).await;
        database.execute("INSERT INTO public.plain VALUES (1)").await;
        let then = Moment::After(latest(&database).await);
        database.execute("UPDATE public.t SET v = 'now'").await;
        let sql = "SELECT v FROM public.t WHERE k = 'ANN'";
        assert_eq!(rows(&mut journal, then, sql).await.expect(sql), ["then"]);
    });
}

#[test]
fn a_record_is_found_where_its_key_went_to_another_row() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, v text);
             INSERT INTO public.t VALUES (1, 'one'), (2, 'two'), (3, 'three'), (4, 'four')",
        )
        .await;
        database.execute("UPDATE public.t SET v = v || '!'").await;
        let then = Moment::After(latest(&database).await);
        for change in [
            "UPDATE public.t SET id = 9 WHERE id = 1",
            "UPDATE public.t SET id = 1 WHERE id = 2",
            "UPDATE public.t SET v = 'x' WHERE id = 1",
            "BEGIN; UPDATE public.t SET v = 'y' WHERE id = 3; UPDATE public.t SET v = 'z' WHERE id = 3; COMMIT",
            "DELETE FROM public.t WHERE id = 4",
            "UPDATE public.t SET id = 4 WHERE id = 3",
        ] {
            database.execute(change).await;
        }
        let expected = [(1, "one!"), (2, "two!"), (3, "three!"), (4, "four!"), (9, "")];
        for (id, expected) in expected {
            let sql = format!("SELECT v FROM public.t WHERE id = {id}");
            let found = rows(&mut journal, then.clone(), &sql).await.expect(&sql);
            assert_eq!(found.join(" "), expected, "{sql}");
        }
    });
}

#[test]
fn of_a_record_only_what_is_asked_for_must_be_known() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, v text, w int, x int);
             INSERT INTO public.t VALUES (1, 'one', 1, 1), (2, 'two', 2, 2), (3, 'three', 3, 3)",
        )
        .await;
        database.execute("UPDATE public.t SET w = w + 10").await;
        let then = Moment::After(latest(&database).await);
        database.execute("ALTER TABLE public.t ALTER COLUMN w TYPE text").await;
        track_all(&mut journal).await;
        // One of which nothing is known but from the table, one that was changed, and one that was deleted.
        database.execute("UPDATE public.t SET v = 'zwei' WHERE id = 2").await;
        database.execute("DELETE FROM public.t WHERE id = 3").await;
        for (id, expected) in [(1, "one"), (2, "two"), (3, "three")] {
            let sql = format!("SELECT v FROM public.t WHERE id = {id}");
            assert_eq!(rows(&mut journal, then.clone(), &sql).await.expect(&sql), [expected]);
            let sql = format!("SELECT w FROM public.t WHERE id = {id}");
            let error = rows(&mut journal, then.clone(), &sql).await.expect_err(&sql);
            assert_eq!(error.code(), "at/unknown-value", "{sql}");
        }
    });
}

#[test]
fn a_record_is_the_same_by_its_key_alone_and_among_all() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY DEFERRABLE, v text);
             CREATE FUNCTION public.again() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN UPDATE public.t SET v = v || '+' WHERE id = NEW.id - 1; RETURN NULL; END $$;
             INSERT INTO public.t SELECT g, 'v' || g FROM generate_series(1, 9) AS g",
        )
        .await;
        let mut moments = Vec::new();
        for change in [
            "UPDATE public.t SET v = v || '.'",
            "UPDATE public.t SET id = 10 - id",
            "CREATE TRIGGER again AFTER UPDATE ON public.t FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION public.again()",
            "UPDATE public.t SET v = v || '!' WHERE id < 4",
            "DELETE FROM public.t WHERE id = 2; INSERT INTO public.t VALUES (2, 'anew')",
            "BEGIN; DELETE FROM public.t WHERE id = 3; INSERT INTO public.t VALUES (3, 'in one'); UPDATE public.t SET id = 13 WHERE id = 3; COMMIT",
            "UPDATE public.t SET id = 3 WHERE id = 13",
            "TRUNCATE public.t",
            "INSERT INTO public.t VALUES (1, 'late')",
        ] {
            database.execute(change).await;
            moments.push(Moment::After(latest(&database).await));
        }
        let all = "SELECT id, v FROM public.t ORDER BY id, v";
        for moment in moments {
            let among_all = rows(&mut journal, moment.clone(), all).await.expect(all);
            let mut alone = Vec::new();
            for id in 1..=13 {
                let sql = format!("SELECT id, v FROM public.t WHERE id = {id}");
                alone.extend(rows(&mut journal, moment.clone(), &sql).await.expect(&sql));
            }
            assert_eq!(alone, among_all, "{moment:?}");
        }
    });
}
