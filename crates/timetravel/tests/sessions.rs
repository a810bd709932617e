//! One session that looks at the past again and again, while others go on changing tables.

use pgrecall_journal::{TrackOptions, resolve};
use pgrecall_model::{Explain, Moment};
use pgrecall_postgres::catalogue;
use pgrecall_testkit::{TestDatabase, block_on};
use pgrecall_timetravel::at;

use crate::{latest, rows, track_all, tracked};

/// So often that the server keeps plans for what it is asked each time.
const OFTEN: usize = 8;

async fn now(database: &TestDatabase) -> Moment {
    Moment::After(latest(database).await)
}

#[test]
fn what_others_alter_between_two_looks_is_seen_by_the_second() {
    block_on(async {
        let (database, mut journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, v text, w int); INSERT INTO public.t VALUES (1, 'a', 1)").await;
        database.execute("UPDATE public.t SET w = 2").await;
        let then = now(&database).await;
        database.execute("UPDATE public.t SET v = 'b'").await;
        let one = "SELECT * FROM public.t WHERE id = 1";
        for _ in 0..OFTEN {
            assert_eq!(rows(&mut journal, &then, one).await.expect(one), ["1|a|2"]);
        }
        database
            .execute("ALTER TABLE public.t RENAME COLUMN v TO x; ALTER TABLE public.t ADD COLUMN y int DEFAULT 7")
            .await;
        assert_eq!(rows(&mut journal, &then, one).await.expect(one), ["1|a|2"]);
        let later = now(&database).await;
        database.execute("UPDATE public.t SET y = 8").await;
        assert_eq!(rows(&mut journal, &later, one).await.expect(one), ["1|b|2|7"]);
        database
            .execute("ALTER TABLE public.t RENAME TO s; ALTER TABLE public.s DROP COLUMN w")
            .await;
        // Renamed since, and what the dropped column held is not asked for.
        let named = "SELECT id, v FROM public.t WHERE id = 1";
        assert_eq!(rows(&mut journal, &then, named).await.expect(named), ["1|a"]);
        let latest = now(&database).await;
        database.execute("UPDATE public.s SET x = 'c'").await;
        let of_today = "SELECT * FROM public.s WHERE id = 1";
        assert_eq!(rows(&mut journal, &latest, of_today).await.expect(of_today), ["1|b|8"]);
        // Another table under the name of then, which is recorded from now on.
        database.execute("CREATE TABLE public.t (id int PRIMARY KEY, z text)").await;
        track_all(&mut journal).await;
        assert_eq!(rows(&mut journal, &then, named).await.expect(named), ["1|a"]);
        database.execute("INSERT INTO public.t VALUES (1, 'new')").await;
        let newest = now(&database).await;
        database.execute("DELETE FROM public.t").await;
        assert_eq!(rows(&mut journal, &newest, one).await.expect(one), ["1|new"]);
    });
}

#[test]
fn tables_that_come_to_inherit_between_two_looks_are_seen_by_the_second() {
    block_on(async {
        let (database, mut journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, v text); INSERT INTO public.t VALUES (1, 'a')").await;
        database.execute("UPDATE public.t SET v = 'b'").await;
        let all = "SELECT v FROM public.t ORDER BY id";
        let before = now(&database).await;
        for _ in 0..OFTEN {
            assert_eq!(rows(&mut journal, &before, all).await.expect(all), ["b"]);
        }
        database.execute("CREATE TABLE public.child (PRIMARY KEY (id)) INHERITS (public.t)").await;
        let tables = catalogue::tables(journal.client()).await.expect("tables");
        let child = ["public.child".parse().expect("pattern")];
        for table in resolve(&tables, &child, &[]).expect("resolve").tables {
            journal.track(&table, &TrackOptions::default()).await.expect("track");
        }
        database.execute("INSERT INTO public.child VALUES (2, 'c')").await;
        let then = now(&database).await;
        database.execute("UPDATE public.t SET v = 'gone'").await;
        assert_eq!(rows(&mut journal, &then, all).await.expect(all), ["b", "c"]);
    });
}

#[test]
fn a_look_leaves_the_session_as_it_was_however_it_ends() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, v int); INSERT INTO public.t VALUES (1, 0)",
        )
        .await;
        database.execute("UPDATE public.t SET v = 1").await;
        let then = now(&database).await;
        database.execute("UPDATE public.t SET v = 2").await;
        let left = "SELECT current_setting('transaction_read_only') || current_setting('work_mem')
            || coalesce(current_setting('look.v', true), '')";
        let before: String = journal.client().query_one(left, &[]).await.expect("left").get(0);
        for sql in [
            "SELECT v FROM t",
            "SELECT set_config('look.v', v::text, false) FROM t",
            "SELECT 1 / (v - 1) FROM t",
            "SELECT pg_sleep(v / 10.0) FROM t",
        ] {
            let past = at(&journal, then.clone(), sql).await.expect(sql);
            let answer = past.rows(&mut journal).await;
            assert_eq!(answer.is_err(), sql.contains('/') && !sql.contains("sleep"), "{sql}");
            // Nobody waits for this one.
            let waited = tokio::time::timeout(std::time::Duration::ZERO, past.rows(&mut journal));
            let _ = waited.await;
            let after = journal.client().query_one(left, &[]).await.expect(sql);
            assert_eq!(after.get::<_, String>(0), before, "{sql}");
        }
        assert_eq!(rows(&mut journal, &then, "SELECT v FROM t").await.expect("again"), ["1"]);
    });
}

#[test]
fn what_was_recorded_otherwise_since_the_query_was_made_is_refused_and_never_null() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, v text); INSERT INTO public.t VALUES (1, 'a'), (2, 'a')",
        )
        .await;
        database.execute("UPDATE public.t SET v = 'b'").await;
        let then = now(&database).await;
        let queries = ["SELECT v FROM public.t WHERE id = 1", "SELECT v FROM public.t"];
        let mut made = Vec::new();
        for sql in queries {
            made.push(at(&journal, then.clone(), sql).await.expect(sql));
        }
        database.execute("ALTER TABLE public.t ADD COLUMN w int").await;
        track_all(&mut journal).await;
        database.execute("UPDATE public.t SET v = 'c' WHERE id = 1").await;
        for past in made {
            let error = past.rows(&mut journal).await.expect_err(past.sql());
            assert_eq!(error.code(), "at/unknown-value", "{}", past.sql());
        }
        assert_eq!(rows(&mut journal, &then, queries[0]).await.expect("made anew"), ["b"]);
    });
}
