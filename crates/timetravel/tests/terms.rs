//! What is accepted of an answer.

use pgrecall_journal::{Journal, TrackOptions};
use pgrecall_model::{Explain, Moment, TickId};
use pgrecall_testkit::block_on;
use pgrecall_timetravel::{Terms, TimeTravelError, at_with};

use crate::{latest, tracked};

const NONE: Terms =
    Terms { strict: false, allow_untracked: false, allow_incomplete: false, from_journal: false };
const PRESENT: Terms = Terms { allow_untracked: true, ..NONE };
const STRICT: Terms = Terms { strict: true, ..NONE };

/// The rows as one text, and the warnings.
async fn asked(
    journal: &mut Journal,
    moment: &Moment,
    sql: &str,
    terms: Terms,
) -> Result<(String, Vec<String>), TimeTravelError> {
    let past = at_with(journal, moment.clone(), sql, terms).await?;
    let rows = past.rows(journal).await?.rows;
    let texts = rows.into_iter().map(|row| row.into_iter().flatten().collect::<Vec<_>>().join("|"));
    let warnings = past.warnings.iter().map(ToString::to_string).collect();
    Ok((texts.collect::<Vec<_>>().join(" "), warnings))
}

#[test]
fn what_is_not_tracked_is_read_as_it_is_now_where_that_is_allowed() {
    block_on(async {
        let (database, mut journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, v text); INSERT INTO public.t VALUES (1, 'then')").await;
        database
            .execute(
                "CREATE TABLE public.later (id int PRIMARY KEY, note text);
                 CREATE TABLE public.heir () INHERITS (public.later);
                 INSERT INTO public.later VALUES (1, 'now'); INSERT INTO public.heir VALUES (2, 'heir');
                 CREATE VIEW public.both_of_them AS SELECT t.v, l.note FROM t JOIN later AS l USING (id);
                 CREATE MATERIALIZED VIEW public.kept AS SELECT v FROM public.t;
                 UPDATE public.t SET v = 'changed'",
            )
            .await;
        let moment = Moment::Before(latest(&database).await);
        for (sql, rows, names) in [
            ("SELECT v, note FROM t JOIN later USING (id)", "then|now", vec!["public.later"]),
            ("SELECT * FROM both_of_them", "then|now", vec!["public.later"]),
            ("SELECT count(*) FROM later", "2", vec!["public.later"]),
            ("SELECT v FROM kept", "then", vec!["public.kept"]),
            ("SELECT v FROM t", "then", vec![]),
        ] {
            let (found, warnings) = asked(&mut journal, &moment, sql, PRESENT).await.expect(sql);
            assert_eq!(found, rows, "{sql}");
            let expected: Vec<String> = names
                .iter()
                .map(|name| format!("{name} has no past in the journal and is read as it is now"))
                .collect();
            assert_eq!(warnings, expected, "{sql}");
            if !names.is_empty() {
                let error = asked(&mut journal, &moment, sql, Terms::default()).await;
                assert!(matches!(error.expect_err(sql).code(), "at/untracked" | "at/no-past"));
            }
        }
    });
}

#[test]
fn a_strict_answer_is_certain_or_none() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, v int); INSERT INTO public.t VALUES (1, 0)",
        )
        .await;
        let sql = "SELECT v FROM t";
        database.execute("UPDATE public.t SET v = 1").await;
        let by_number = Moment::After(latest(&database).await);
        let error = asked(&mut journal, &by_number, sql, STRICT).await.expect_err("approximate");
        assert_eq!(error.code(), "at/uncertain");
        assert!(error.to_string().contains("approximate"), "{error}");
        let tick: TickId = journal.tick().await.expect("tick");
        let (found, _) = asked(&mut journal, &Moment::Tick(tick), sql, STRICT).await.expect("tick");
        assert_eq!(found, "1");
        let table = journal.table("t").await.expect("table");
        journal.untrack(&table).await.expect("untrack");
        let tables = pgrecall_postgres::catalogue::tables(journal.client()).await.expect("tables");
        journal.track(&tables[0], &TrackOptions::default()).await.expect("track");
        let error = asked(&mut journal, &Moment::Tick(tick), sql, STRICT).await.expect_err("gap");
        assert!(error.to_string().contains("may be missing"), "{error}");
        let tick = journal.tick().await.expect("tick");
        asked(&mut journal, &Moment::Tick(tick), sql, STRICT).await.expect("after the gap");
        let (found, warnings) =
            asked(&mut journal, &Moment::Now, sql, STRICT).await.expect("the present is certain");
        assert_eq!((found.as_str(), warnings.len()), ("1", 0));
    });
}
