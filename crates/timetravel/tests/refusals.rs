use pgrecall_journal::{Journal, TrackOptions};
use pgrecall_model::{Explain, Moment, TxId};
use pgrecall_testkit::block_on;

use crate::{latest, rows, tracked};

const TABLES: &str = "
    CREATE TABLE public.t (id int PRIMARY KEY, v int);
    CREATE FUNCTION public.all_of_t() RETURNS SETOF public.t LANGUAGE sql STABLE AS 'SELECT * FROM public.t';
    CREATE FUNCTION public.write() RETURNS int LANGUAGE sql AS 'INSERT INTO public.t VALUES (99) RETURNING id';
    CREATE MATERIALIZED VIEW public.m AS SELECT * FROM public.t;
    CREATE SEQUENCE public.s;";

async fn refused(journal: &mut Journal, moment: &Moment, sql: &str) -> &'static str {
    match rows(journal, moment.clone(), sql).await {
        Ok(rows) => panic!("{sql} gave {rows:?}"),
        Err(error) => {
            assert!(error.hint().is_some(), "no hint for: {error}");
            error.code()
        }
    }
}

#[test]
fn what_cannot_be_answered_truly_is_refused() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        database
            .execute("CREATE TABLE public.later (id int); INSERT INTO public.t VALUES (1, 1)")
            .await;
        let moment = Moment::After(latest(&database).await);
        for (sql, code) in [
            ("SELECT * FROM later", "at/untracked"),
            ("SELECT * FROM m", "at/no-past"),
            ("SELECT last_value FROM s", "at/no-past"),
            ("SELECT * FROM all_of_t()", "at/hidden"),
            ("SELECT write()", "at/writes"),
            ("SELECT nextval('s')", "at/writes"),
        ] {
            assert_eq!(refused(&mut journal, &moment, sql).await, code, "{sql}");
        }
        for sql in [
            "DELETE FROM t",
            "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d",
            "SELECT 1; SELECT 2",
            "",
            "SELEC 1",
        ] {
            assert!(rows(&mut journal, &moment, sql).await.is_err(), "{sql}");
            assert!(rows(&mut journal, Moment::Now, sql).await.is_err(), "{sql}");
        }
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "1");
    });
}

#[test]
fn the_servers_word_on_the_query_reaches_the_user() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        database.execute("INSERT INTO public.t VALUES (1, 1)").await;
        let moment = Moment::After(latest(&database).await);
        let error =
            rows(&mut journal, &moment, "SELECT nix FROM t").await.expect_err("unknown column");
        let cause = std::error::Error::source(&error).expect("cause").to_string();
        assert_eq!(cause, "column \"nix\" does not exist");
    });
}

#[test]
fn a_moment_before_tracking_began_says_since_when() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let early = Moment::Time("2020-01-01T00:00:00Z".parse().expect("time"));
        let error = rows(&mut journal, early, "SELECT * FROM t").await.expect_err("early");
        assert_eq!(error.code(), "at/too-early");
        let since = journal.table("t").await.expect("table").relation.since_at;
        assert!(error.to_string().contains(&since.to_string()), "{error}");
        let first = journal.table("t").await.expect("table").relation.since;
        assert!(rows(&mut journal, Moment::Before(first), "SELECT * FROM t").await.is_err());
        assert!(rows(&mut journal, Moment::After(first), "SELECT * FROM t").await.is_ok());
        let unknown = Moment::After(TxId(latest(&database).await.0 + 1000));
        assert_eq!(
            refused(&mut journal, &unknown, "SELECT * FROM t").await,
            "journal/unknown-transaction"
        );
    });
}

#[test]
fn a_gap_between_the_moment_and_now_is_a_warning() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        database.execute("INSERT INTO public.t VALUES (1, 1)").await;
        let before = Moment::After(latest(&database).await);
        let table = journal.table("t").await.expect("table");
        journal.untrack(&table).await.expect("untrack");
        database.execute("UPDATE public.t SET v = 2").await;
        let tables = pgrecall_postgres::catalogue::tables(journal.client()).await.expect("tables");
        let again = tables.iter().find(|table| table.name.table.as_str() == "t").expect("t");
        journal.track(again, &TrackOptions::default()).await.expect("track");
        database.execute("UPDATE public.t SET v = 3").await;
        let after = Moment::After(latest(&database).await);
        let warnings = |moment: Moment| {
            let journal = &journal;
            async move {
                pgrecall_timetravel::at(journal, moment.clone(), "SELECT * FROM t")
                    .await
                    .expect("past")
                    .warnings
                    .len()
            }
        };
        assert_eq!(warnings(before).await, 1);
        assert_eq!(warnings(after).await, 0);
    });
}
