//! Tables that were altered, renamed, dropped and made anew since the moment.

use pgrecall_journal::{GuardOptions, Journal, TrackOptions};
use pgrecall_model::{Explain, Moment};
use pgrecall_testkit::{TestDatabase, block_on};
use pgrecall_timetravel::{Past, Terms, TimeTravelError, at_with};

use crate::{latest, rows, tracked};

const TABLES: &str = "
    CREATE SCHEMA old;
    CREATE TABLE public.other (id int PRIMARY KEY);
    CREATE TABLE public.t (id int PRIMARY KEY, a text, b numeric(6, 2), d date);
    INSERT INTO public.t VALUES (1, 'one', 1.5, '2026-01-01'), (2, 'two', 2.5, NULL), (3, 'three', 3, NULL);";

/// Does something, and gives the moment after it.
async fn after(database: &TestDatabase, sql: &str) -> Moment {
    database.execute(sql).await;
    // A statement of its own, so that there is a transaction to name.
    let next = "INSERT INTO public.other SELECT coalesce(max(id), 0) + 1 FROM public.other";
    database.execute(next).await;
    Moment::After(latest(database).await)
}

/// The columns and rows of an answer, each row as a line.
async fn answer(
    journal: &mut Journal,
    moment: &Moment,
    sql: &str,
    terms: Terms,
) -> Result<(Past, Vec<String>), TimeTravelError> {
    let past = at_with(journal, moment.clone(), sql, terms).await?;
    let answer = past.rows(journal).await?;
    let line = |row: Vec<Option<String>>| {
        let values = row.into_iter().map(|value| value.unwrap_or_else(|| "-".to_owned()));
        values.collect::<Vec<_>>().join("|")
    };
    let mut lines = vec![answer.columns.join("|")];
    lines.extend(answer.rows.into_iter().map(line));
    Ok((past, lines))
}

async fn refused(journal: &mut Journal, moment: &Moment, sql: &str) -> &'static str {
    match rows(journal, moment.clone(), sql).await {
        Ok(rows) => panic!("{sql} gave {rows:?}"),
        Err(error) => {
            assert!(error.hint().is_some(), "no hint for: {error}");
            error.code()
        }
    }
}

async fn all(journal: &mut Journal, moment: &Moment, table: &str) -> Vec<String> {
    let sql = format!("SELECT * FROM {table} ORDER BY id");
    answer(journal, moment, &sql, Terms::default()).await.expect(&sql).1
}

#[test]
fn columns_have_the_names_and_values_of_then() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let first = after(&database, "UPDATE public.t SET a = 'eins' WHERE id = 1").await;
        let second = after(
            &database,
            "ALTER TABLE public.t RENAME a TO b_old; ALTER TABLE public.t RENAME b TO a;
             ALTER TABLE public.t ADD e int DEFAULT 7; UPDATE public.t SET a = 9 WHERE id = 2",
        )
        .await;
        journal.reconcile(false).await.expect("reconcile");
        let third = after(
            &database,
            "UPDATE public.t SET b_old = 'zwei', e = 8 WHERE id = 2; DELETE FROM public.t WHERE id = 3;
             ALTER TABLE public.t RENAME TO u; ALTER TABLE public.u SET SCHEMA old",
        )
        .await;
        let then = ["id|a|b|d", "1|eins|1.50|2026-01-01", "2|two|2.50|-", "3|three|3.00|-"];
        assert_eq!(all(&mut journal, &first, "t").await, then);
        assert_eq!(all(&mut journal, &first, "old.u").await, then, "by its name of today");
        let then =
            ["id|b_old|a|d|e", "1|eins|1.50|2026-01-01|7", "2|two|9.00|-|7", "3|three|3.00|-|7"];
        assert_eq!(all(&mut journal, &second, "public.t").await, then);
        let then = ["id|b_old|a|d|e", "1|eins|1.50|2026-01-01|7", "2|zwei|9.00|-|8"];
        assert_eq!(all(&mut journal, &third, "old.u").await, then);
        assert_eq!(refused(&mut journal, &third, "SELECT * FROM t").await, "server/unknown-table");
        assert_eq!(refused(&mut journal, &first, "SELECT e FROM t").await, "server/unknown-column");
        let (_, found) = answer(
            &mut journal,
            &first,
            "SELECT x.a || '!', pg_typeof(b) FROM t AS x WHERE x.b < 2",
            Terms::default(),
        )
        .await
        .expect("expressions");
        assert_eq!(found[1], "eins!|numeric");
    });
}

#[test]
fn a_name_means_the_table_that_had_it_then() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let patterns = ["public.*".parse().expect("pattern")];
        let options = TrackOptions::default();
        let guards = GuardOptions::default();
        journal.remember(&patterns, &[], (&options, &guards), &[]).await.expect("remember");
        let first = after(
            &database,
            "CREATE TABLE public.v (id int PRIMARY KEY); INSERT INTO public.v VALUES (1)",
        )
        .await;
        let second = after(
            &database,
            "ALTER TABLE public.v RENAME TO w; CREATE TABLE public.v (id int PRIMARY KEY, x text);
             INSERT INTO public.v VALUES (2, 'x')",
        )
        .await;
        let third = after(&database, "DROP TABLE public.v; CREATE TABLE public.v (id text PRIMARY KEY); INSERT INTO public.v VALUES ('y')").await;
        let fourth = after(&database, "DROP TABLE public.v, public.w").await;
        assert_eq!(all(&mut journal, &first, "v").await, ["id", "1"]);
        assert_eq!(all(&mut journal, &second, "v").await, ["id|x", "2|x"]);
        assert_eq!(all(&mut journal, &second, "w").await, ["id", "1"]);
        assert_eq!(all(&mut journal, &third, "v").await, ["id", "y"]);
        assert_eq!(refused(&mut journal, &fourth, "SELECT * FROM v").await, "at/not-there");
        assert_eq!(
            refused(&mut journal, &first, "SELECT * FROM never").await,
            "server/unknown-table"
        );
    });
}

#[test]
fn of_a_dropped_table_only_what_the_journal_saw_is_known() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let then = after(
            &database,
            "UPDATE public.t SET a = 'eins' WHERE id = 1; INSERT INTO public.t VALUES (4, 'vier')",
        )
        .await;
        database.execute("DELETE FROM public.t WHERE id = 2; DROP TABLE public.t").await;
        assert_eq!(refused(&mut journal, &then, "SELECT count(*) FROM t").await, "at/dropped");
        let incomplete = Terms { allow_incomplete: true, ..Terms::default() };
        let sql = "SELECT id, a FROM t ORDER BY id";
        let (past, found) = answer(&mut journal, &then, sql, incomplete).await.expect("known");
        assert_eq!(found, ["id|a", "1|eins", "2|two", "4|vier"]);
        assert_eq!(past.warnings.len(), 1, "{:?}", past.warnings);
        let strict = Terms { strict: true, ..incomplete };
        let error = answer(&mut journal, &then, sql, strict).await.expect_err("strict");
        assert_eq!(error.code(), "at/uncertain");
    });
}

#[test]
fn what_a_dropped_or_retyped_column_held_is_refused_and_never_null() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let then = after(&database, "UPDATE public.t SET a = 'eins' WHERE id = 1").await;
        database
            .execute("ALTER TABLE public.t DROP d; ALTER TABLE public.t ALTER b TYPE text USING b || '!'; UPDATE public.t SET a = a || '.'")
            .await;
        for sql in [
            "SELECT * FROM t",
            "SELECT d FROM t",
            "SELECT id FROM t WHERE b > 1",
            "SELECT t FROM t",
            "SELECT count(d) FROM t",
        ] {
            assert_eq!(refused(&mut journal, &then, sql).await, "at/unknown-value", "{sql}");
        }
        let sql = "SELECT id, a FROM t WHERE id > 0 ORDER BY id";
        let (_, found) = answer(&mut journal, &then, sql, Terms::default()).await.expect("others");
        assert_eq!(found, ["id|a", "1|eins", "2|two", "3|three"]);
        assert_eq!(
            rows(&mut journal, &then, "SELECT count(*) FROM t").await.expect("count"),
            ["3"]
        );
        let incomplete = Terms { allow_incomplete: true, ..Terms::default() };
        let sql = "SELECT * FROM t ORDER BY id";
        let (past, found) = answer(&mut journal, &then, sql, incomplete).await.expect("incomplete");
        assert_eq!(found, ["id|a|b|d", "1|eins|-|-", "2|two|-|-", "3|three|-|-"]);
        assert_eq!(past.warnings.len(), 2);
    });
}

#[test]
fn with_a_baseline_dropped_tables_and_columns_are_read_exactly() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let first = after(&database, "UPDATE public.t SET a = 'eins' WHERE id = 1").await;
        let table = journal.table("t").await.expect("table");
        assert_eq!(journal.take_baseline(&table).await.expect("baseline"), 3);
        let second = after(
            &database,
            "UPDATE public.t SET a = 'zwei' WHERE id = 2; DELETE FROM public.t WHERE id = 3",
        )
        .await;
        let alter = "ALTER TABLE public.t DROP d; ALTER TABLE public.t ALTER b TYPE text USING b || '!'; INSERT INTO public.t VALUES (5, 'five', 'x')";
        let third = after(&database, alter).await;
        let firsts = ["id|a|b|d", "1|eins|1.50|2026-01-01", "2|two|2.50|-", "3|three|3.00|-"];
        let seconds = ["id|a|b|d", "1|eins|1.50|2026-01-01", "2|zwei|2.50|-"];
        let thirds = ["id|a|b", "1|eins|1.50!", "2|zwei|2.50!", "5|five|x"];
        assert_eq!(all(&mut journal, &first, "t").await, firsts);
        assert_eq!(all(&mut journal, &second, "t").await, seconds);
        assert_eq!(all(&mut journal, &third, "t").await, thirds);
        let from_journal = Terms { from_journal: true, ..Terms::default() };
        let sql = "SELECT * FROM t ORDER BY id";
        let (_, found) = answer(&mut journal, &second, sql, from_journal).await.expect("journal");
        assert_eq!(found, seconds);
        let error =
            answer(&mut journal, &third, sql, from_journal).await.expect_err("retyped since");
        assert_eq!(error.code(), "at/no-baseline");
        database.execute("DROP TABLE public.t").await;
        assert_eq!(all(&mut journal, &first, "t").await, firsts);
        assert_eq!(all(&mut journal, &second, "t").await, seconds);
        assert_eq!(refused(&mut journal, &third, sql).await, "at/dropped");
    });
}

#[test]
fn columns_that_got_other_numbers_in_a_dump_are_not_mixed_up() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        database
            .execute("ALTER TABLE public.t DROP a; ALTER TABLE public.t ADD e numeric(6, 2)")
            .await;
        journal.reconcile(false).await.expect("reconcile");
        let then = after(&database, "UPDATE public.t SET e = 5").await;
        // What a restored dump has: the same table under another number, without the dropped column.
        database
            .execute(
                "CREATE TABLE public.restored (id int PRIMARY KEY, b numeric(6, 2), d date, e numeric(6, 2));
                 INSERT INTO public.restored SELECT id, b, d, e FROM public.t;
                 SET recall.at_work = 'on'; DROP TABLE public.t; ALTER TABLE public.restored RENAME TO t;
                 CREATE TRIGGER \"!recall_2_insert\" AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION recall.capture_2_insert();
                 RESET recall.at_work",
            )
            .await;
        let tables = pgrecall_postgres::catalogue::tables(journal.client()).await.expect("tables");
        let restored = tables.iter().find(|table| table.name.table.as_str() == "t").expect("t");
        journal.track(restored, &TrackOptions::default()).await.expect("track");
        assert_eq!(journal.table("t").await.expect("table").relation.id.0, 2, "it is recognised");
        assert_eq!(refused(&mut journal, &then, "SELECT * FROM t").await, "at/too-early");
    });
}

#[test]
fn a_baseline_from_before_what_retention_removed_is_of_no_use() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        let table = journal.table("t").await.expect("table");
        journal.take_baseline(&table).await.expect("baseline");
        after(&database, "UPDATE public.t SET a = 'eins' WHERE id = 1").await;
        let horizon = "INSERT INTO recall.retention (relation, partition, whole, before, until_tx, changes)
            SELECT r.id, 'change_default', false, now() - interval '1 day', (SELECT max(tx) FROM recall.change), 1
            FROM recall.relation AS r WHERE r.table_name = 't'";
        database.execute(horizon).await;
        let then = after(&database, "UPDATE public.t SET a = 'zwei' WHERE id = 2").await;
        let from_journal = Terms { from_journal: true, ..Terms::default() };
        let sql = "SELECT a FROM t ORDER BY id";
        let error = answer(&mut journal, &then, sql, from_journal).await.expect_err("useless");
        assert_eq!(error.code(), "at/no-baseline");
        assert!(error.hint().expect("hint").contains("--baseline"));
        // Nobody knows what a transaction of another database, which was open meanwhile, has to do with what
        // was removed; those of other tests end soon.
        let mut found = Vec::new();
        while found.is_empty() {
            journal.take_baseline(&table).await.expect("baseline");
            found = match answer(&mut journal, &then, sql, from_journal).await {
                Ok((_, found)) => found,
                Err(TimeTravelError::NoBaseline(_)) => continue,
                Err(error) => panic!("again: {error}"),
            };
        }
        assert_eq!(found, ["a", "eins", "zwei", "three"]);
        assert_eq!(
            database.scalar("SELECT count(*) FROM recall.baseline WHERE rows > 0").await,
            "1"
        );
    });
}

#[test]
fn a_view_shows_the_past_of_what_was_renamed_since() {
    block_on(async {
        let (database, mut journal) = tracked(TABLES).await;
        database
            .execute("CREATE VIEW public.seen AS SELECT id, a, b FROM public.t WHERE id <> 3; CREATE VIEW public.outer AS SELECT a FROM seen WHERE id = 1")
            .await;
        let then = after(&database, "SELECT 1").await;
        // The names change places, so that a wrong one would be found, too.
        after(
            &database,
            "UPDATE public.t SET a = 'changed'; ALTER TABLE public.t RENAME a TO x; ALTER TABLE public.t RENAME b TO a; ALTER TABLE public.t RENAME x TO b;
             ALTER TABLE public.t RENAME TO renamed; CREATE TABLE public.t (id int PRIMARY KEY, a text)",
        )
        .await;
        assert_eq!(all(&mut journal, &then, "seen").await, ["id|a|b", "1|one|1.50", "2|two|2.50"]);
        let sql = "SELECT a FROM public.outer";
        let outer = answer(&mut journal, &then, sql, Terms::default()).await.expect(sql).1;
        assert_eq!(outer, ["a", "one"]);
    });
}
