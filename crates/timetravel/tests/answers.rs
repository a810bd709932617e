use pgrecall_journal::TrackOptions;
use pgrecall_model::Moment;
use pgrecall_testkit::block_on;
use pgrecall_timetravel::{TimeTravelError, at};

use crate::{latest, rows, tracked};

const SHOP: &str = r#"
    CREATE TABLE public.prize (id int PRIMARY KEY, title text, amount numeric(10, 2));
    CREATE TABLE public.winner (id int PRIMARY KEY, prize int REFERENCES public.prize ON DELETE CASCADE, name text);
    CREATE TABLE public."Odd Log" (v text);
    CREATE VIEW public.won AS SELECT p.title AS what, w.name AS who FROM public.winner w JOIN prize p ON p.id = w.prize;
    CREATE VIEW public.names AS SELECT who FROM public.won;
    INSERT INTO public.prize SELECT g, 'prize ' || g, g * 10 FROM generate_series(1, 4) AS g;
    INSERT INTO public.winner SELECT g, g, 'winner ' || g FROM generate_series(1, 4) AS g;
    INSERT INTO public."Odd Log" VALUES ('a'), ('a'), ('b');
"#;

const ACCIDENT: &str = r#"
    BEGIN;
    UPDATE public.prize SET amount = 0, title = 'broken' WHERE id = 2;
    UPDATE public.prize SET amount = 1 WHERE id = 2;
    UPDATE public.prize SET amount = 2 WHERE id = 2;
    DELETE FROM public.prize WHERE id > 2;
    INSERT INTO public.prize VALUES (9, 'new', 9);
    DELETE FROM public."Odd Log" WHERE ctid = '(0,1)';
    COMMIT
"#;

#[test]
fn a_users_own_sql_runs_on_the_tables_of_then() {
    block_on(async {
        let (database, mut journal) = tracked(SHOP).await;
        let queries = [
            "SELECT * FROM prize ORDER BY id",
            "SELECT count(*), sum(amount) FROM public.prize",
            "SELECT p.title, w.name FROM prize p LEFT JOIN winner AS w ON w.prize = p.id ORDER BY 1",
            "WITH big AS (SELECT * FROM prize WHERE amount > 15) SELECT id FROM big ORDER BY 1;",
            "SELECT id FROM prize AS p WHERE EXISTS (SELECT FROM winner WHERE prize = p.id) ORDER BY id -- end",
            "SELECT v, count(*) FROM \"Odd Log\" GROUP BY v ORDER BY v",
            "SELECT public.prize.id, prize FROM public.prize ORDER BY 1",
            "SELECT who FROM names ORDER BY who",
            "SELECT what, who FROM public.won WHERE what LIKE 'prize%' ORDER BY what",
            "SELECT id, rank() OVER (ORDER BY amount DESC) FROM prize ORDER BY 1",
            "TABLE winner ORDER BY id",
            "SELECT id FROM prize WHERE title IN ('prize 2', 'prize 3') AND id IN (2, 3, 4) ORDER BY id",
            "SELECT id FROM prize WHERE amount = ANY ('{20, 40}') ORDER BY id",
        ];
        let mut before = Vec::new();
        for sql in queries {
            before.push(rows(&mut journal, Moment::Now, sql).await.expect(sql));
        }
        database.execute(ACCIDENT).await;
        let accident = latest(&database).await;
        for (sql, before) in queries.into_iter().zip(&before) {
            let past = rows(&mut journal, Moment::Before(accident), sql).await.expect(sql);
            assert_eq!(&past, before, "{sql}");
            let after = rows(&mut journal, Moment::After(accident), sql).await.expect(sql);
            let now = rows(&mut journal, Moment::Now, sql).await.expect(sql);
            assert_eq!(after, now, "{sql}");
        }
    });
}

#[test]
fn a_time_between_two_transactions_separates_them() {
    block_on(async {
        let (database, mut journal) = tracked(SHOP).await;
        database.execute("UPDATE public.prize SET title = 'first' WHERE id = 1").await;
        let between = database.scalar("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')").await;
        database.execute("UPDATE public.prize SET title = 'second' WHERE id = 1").await;
        let moment = Moment::Time(between.parse().expect("time"));
        let found = rows(&mut journal, &moment, "SELECT title FROM prize WHERE id = 1")
            .await
            .expect("rows");
        assert_eq!(found, ["first"]);
    });
}

#[test]
fn shifted_and_swapped_keys_come_out_right() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY DEFERRABLE, v text);
             INSERT INTO public.t VALUES (1, 'same'), (2, 'same'), (3, 'c')",
        )
        .await;
        let all = "SELECT id, v FROM t ORDER BY id";
        let states = [
            "UPDATE public.t SET id = id + 1",
            "UPDATE public.t SET id = 5 - id WHERE id IN (2, 3)",
            "BEGIN; UPDATE public.t SET id = 10 WHERE id = 2; INSERT INTO public.t VALUES (2, 'new'); COMMIT",
            "UPDATE public.t SET id = -id",
        ];
        let mut copies = Vec::new();
        for sql in states {
            database.execute(sql).await;
            copies.push((
                latest(&database).await,
                rows(&mut journal, Moment::Now, all).await.expect("copy"),
            ));
        }
        for (tx, copy) in copies {
            assert_eq!(
                rows(&mut journal, Moment::After(tx), all).await.expect("past"),
                copy,
                "{tx}"
            );
        }
    });
}

#[test]
fn answers_come_as_csv_and_json_too() {
    block_on(async {
        let (database, mut journal) = tracked(SHOP).await;
        database
            .execute(
                "DELETE FROM public.winner; UPDATE public.prize SET title = 'x,\"y' WHERE id = 1",
            )
            .await;
        let moment = Moment::Before(latest(&database).await);
        let past = at(&journal, moment.clone(), "SELECT id, title FROM prize WHERE id = 1")
            .await
            .expect("past");
        let mut csv = Vec::new();
        past.csv::<TimeTravelError>(&mut journal, |bytes| {
            csv.extend_from_slice(bytes);
            Ok(())
        })
        .await
        .expect("csv");
        assert_eq!(String::from_utf8_lossy(&csv), "id,title\n1,prize 1\n");
        let mut lines = Vec::new();
        past.json::<TimeTravelError>(&mut journal, |line| {
            lines.push(line.to_owned());
            Ok(())
        })
        .await
        .expect("json");
        assert_eq!(lines, [r#"{"id":1,"title":"prize 1"}"#]);
    });
}

#[test]
fn the_users_search_path_decides_what_a_name_means() {
    block_on(async {
        let (database, _journal) = tracked(
            "CREATE SCHEMA app; CREATE TABLE app.prize (id int PRIMARY KEY); CREATE TABLE public.prize (id int PRIMARY KEY);
             INSERT INTO app.prize VALUES (1); INSERT INTO public.prize VALUES (2)",
        )
        .await;
        database
            .execute(&format!(
                "ALTER DATABASE \"{}\" SET search_path = app, public",
                database.name()
            ))
            .await;
        let mut journal =
            pgrecall_journal::Journal::open(database.connect().await).await.expect("open");
        let tables = pgrecall_postgres::catalogue::tables(journal.client()).await.expect("tables");
        for table in &tables {
            journal.track(table, &TrackOptions::default()).await.expect("track");
        }
        database.execute("DELETE FROM app.prize; DELETE FROM public.prize").await;
        let moment = Moment::Before(latest(&database).await);
        let both = "SELECT a.id, b.id FROM prize a, public.prize b";
        assert_eq!(rows(&mut journal, &moment, both).await.expect("rows"), ["1|2"]);
    });
}

#[test]
fn rows_that_a_trigger_changed_again_come_out_right() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.addr (id int PRIMARY KEY, owner int, is_default bool, n int DEFAULT 0);
             INSERT INTO public.addr VALUES (1, 1, false), (2, 1, false), (3, 1, true);
             CREATE FUNCTION public.one_default() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               UPDATE public.addr SET is_default = false, n = n + 1
               WHERE owner = NEW.owner AND id <> NEW.id AND is_default; RETURN NULL; END $$;
             CREATE TRIGGER one_default AFTER UPDATE OF is_default ON public.addr FOR EACH ROW
               WHEN (NEW.is_default AND pg_trigger_depth() = 0) EXECUTE FUNCTION public.one_default()",
        )
        .await;
        let all = "SELECT * FROM addr ORDER BY id";
        let before = rows(&mut journal, Moment::Now, all).await.expect("now");
        database.execute("UPDATE public.addr SET is_default = true WHERE owner = 1").await;
        let moment = Moment::Before(latest(&database).await);
        assert_eq!(rows(&mut journal, &moment, all).await.expect("past"), before);
    });
}

#[test]
fn views_of_every_kind_see_the_past() {
    block_on(async {
        let (database, mut journal) = tracked(
            r#"CREATE TABLE public.prize (id int PRIMARY KEY, title text);
               CREATE TABLE public.child (extra int) INHERITS (public.prize);
               INSERT INTO public.prize VALUES (1, 'one'), (2, 'two'); INSERT INTO public.child VALUES (3, 'three', 3);
               CREATE VIEW public.named (number, "The Title") AS SELECT id, title FROM public.prize;
               CREATE VIEW public.barred WITH (security_barrier) AS SELECT * FROM public.named WHERE number < 3;
               CREATE VIEW public.nested (title, number) AS
                 WITH prize AS (SELECT * FROM public.barred) SELECT "The Title", number FROM prize;
               CREATE VIEW public.counted AS SELECT (SELECT count(*) FROM public.nested) AS of_view, count(*) AS of_table FROM prize;
               CREATE VIEW public.checked AS SELECT * FROM public.prize WHERE id > 1 WITH CHECK OPTION;
               CREATE VIEW public.united AS SELECT title FROM public.prize UNION SELECT "The Title" FROM public.named;
               CREATE RECURSIVE VIEW public.steps (n) AS
                 SELECT min(id) FROM public.prize UNION ALL SELECT n + 1 FROM steps WHERE n < (SELECT max(id) FROM public.prize)"#,
        )
        .await;
        let queries = [
            "SELECT number, \"The Title\" FROM named ORDER BY 1",
            "SELECT * FROM barred ORDER BY 1",
            "SELECT title, number FROM nested AS n (title, number) ORDER BY 2",
            "SELECT * FROM counted",
            "SELECT * FROM checked ORDER BY id",
            "SELECT * FROM united ORDER BY 1",
            "SELECT * FROM steps ORDER BY 1",
        ];
        let mut before = Vec::new();
        for sql in queries {
            before.push(rows(&mut journal, Moment::Now, sql).await.expect(sql));
        }
        database
            .execute(
                "UPDATE public.prize SET title = title || '!'; DELETE FROM public.prize WHERE id = 2;
                 INSERT INTO public.prize VALUES (9, 'nine')",
            )
            .await;
        let moment = Moment::Before(latest(&database).await);
        for (sql, before) in queries.into_iter().zip(&before) {
            let now = rows(&mut journal, Moment::Now, sql).await.expect(sql);
            assert_ne!(&now, before, "{sql}");
            assert_eq!(&rows(&mut journal, &moment, sql).await.expect(sql), before, "{sql}");
        }
    });
}
