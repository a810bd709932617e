use pgrecall_journal::{Journal, TrackOptions};
use pgrecall_model::Moment;
use pgrecall_postgres::catalogue;
use pgrecall_testkit::block_on;
use pgrecall_timetravel::{Between, TimeTravelError, Warning};

use crate::{latest, tracked};

/// What differs in one table, a line a row.
async fn differing(journal: &mut Journal, table: &str, from: Moment, to: Moment) -> Vec<String> {
    let table = journal.table(table).await.expect("table");
    let between = Between::of(journal, from, to).await.expect("moments");
    between.check(journal, &table).await.expect("check");
    let mut lines = Vec::new();
    let collect = |row: pgrecall_timetravel::RowDiff| {
        let key = row.key.map_or_else(|| "-".to_owned(), |key| key.to_string());
        lines.push(
            format!("{} {key} {}", row.kind.as_str(), row.changed.join(",")).trim().to_owned(),
        );
        Ok::<_, TimeTravelError>(())
    };
    between.rows(journal, &[table], collect).await.expect("rows");
    lines
}

#[test]
fn only_the_net_effect_is_told() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, v text, n numeric);
             INSERT INTO public.t SELECT g, 'v', g FROM generate_series(1, 12) AS g",
        )
        .await;
        database.execute("UPDATE public.t SET v = 'start' WHERE id = 1").await;
        let start = Moment::After(latest(&database).await);
        for sql in [
            "UPDATE public.t SET v = 'w', n = 0 WHERE id IN (2, 10)",
            "UPDATE public.t SET n = 2.00 WHERE id = 2; UPDATE public.t SET v = 'v', n = 10 WHERE id = 10",
            "INSERT INTO public.t VALUES (20, 'short', 1), (21, 'stays', 1)",
            "DELETE FROM public.t WHERE id IN (3, 20)",
            "DELETE FROM public.t WHERE id = 4",
            "INSERT INTO public.t VALUES (4, 'v', 4)",
            "UPDATE public.t SET id = 50 WHERE id = 5",
        ] {
            database.execute(sql).await;
        }
        let expected =
            ["changed id=2 v,n", "removed id=3", "removed id=5", "added id=21", "added id=50"];
        assert_eq!(differing(&mut journal, "t", start.clone(), Moment::Now).await, expected);
        let back =
            ["changed id=2 v,n", "added id=3", "added id=5", "removed id=21", "removed id=50"];
        assert_eq!(differing(&mut journal, "t", Moment::Now, start.clone()).await, back);
        assert_eq!(differing(&mut journal, "t", start.clone(), start).await, [""; 0]);
    });
}

#[test]
fn rows_of_a_table_without_a_key_are_counted() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.bag (v text); INSERT INTO public.bag VALUES ('a'), ('a'), ('b')",
        )
        .await;
        database.execute("INSERT INTO public.bag VALUES ('start')").await;
        let start = Moment::After(latest(&database).await);
        database.execute("DELETE FROM public.bag WHERE v = 'a'").await;
        database.execute("UPDATE public.bag SET v = 'c' WHERE v = 'b'").await;
        let found = differing(&mut journal, "bag", start, Moment::Now).await;
        assert_eq!(found, ["removed -", "removed -", "removed -", "added -"]);
    });
}

#[test]
fn a_table_that_was_altered_in_between_is_compared_by_what_both_moments_have() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY, v text); INSERT INTO public.t SELECT g, 'v' FROM generate_series(1, 4) AS g",
        )
        .await;
        database.execute("UPDATE public.t SET v = 'start' WHERE id = 4").await;
        let start = Moment::After(latest(&database).await);
        database.execute("UPDATE public.t SET v = 'w' WHERE id IN (1, 2)").await;
        database.execute("ALTER TABLE public.t ADD COLUMN n int").await;
        // Still unknown to the journal, which records it as JSON; then tracked again.
        database.execute("UPDATE public.t SET v = 'x' WHERE id = 1").await;
        for table in catalogue::tables(journal.client()).await.expect("tables") {
            journal.track(&table, &TrackOptions::default()).await.expect("track");
        }
        database
            .execute(
                "UPDATE public.t SET v = 'v' WHERE id = 2; UPDATE public.t SET n = 7 WHERE id = 3",
            )
            .await;
        let found = differing(&mut journal, "t", start.clone(), Moment::Now).await;
        assert_eq!(found, ["changed id=1 v", "changed id=3 n"]);
    });
}

#[test]
fn only_gaps_between_the_moments_are_warned_of() {
    block_on(async {
        let (database, mut journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let mut moments = Vec::new();
        for id in 1..=3 {
            database.execute(&format!("INSERT INTO public.t VALUES ({id})")).await;
            moments.push(Moment::After(latest(&database).await));
            if id == 2 {
                journal.untrack(&journal.table("t").await.expect("table")).await.expect("untrack");
                let tables = catalogue::tables(journal.client()).await.expect("tables");
                journal.track(&tables[0], &TrackOptions::default()).await.expect("track");
            }
        }
        let gaps = async |from: &Moment, to: &Moment| {
            let table = journal.table("t").await.expect("table");
            let between = Between::of(&journal, from.clone(), to.clone()).await.expect("moments");
            let warnings = between.check(&journal, &table).await.expect("check");
            warnings.iter().filter(|warning| matches!(warning, Warning::Gap(..))).count()
        };
        assert_eq!(gaps(&moments[0], &moments[1]).await, 0);
        assert_eq!(gaps(&moments[1], &moments[2]).await, 1);
        assert_eq!(gaps(&moments[2], &moments[0]).await, 1);
        assert_eq!(gaps(&moments[2], &Moment::Now).await, 0);
    });
}

#[test]
fn columns_that_were_renamed_in_between_are_compared_as_the_same() {
    block_on(async {
        for seen in [true, false] {
            let (database, mut journal) = tracked(
                "CREATE TABLE public.t (id int PRIMARY KEY, a text, b int);
                 INSERT INTO public.t SELECT g, 'a', g FROM generate_series(1, 4) AS g",
            )
            .await;
            if !seen {
                database
                    .execute("DROP EVENT TRIGGER recall_ddl; DROP EVENT TRIGGER recall_drop")
                    .await;
            }
            database.execute("UPDATE public.t SET a = 'start' WHERE id = 4").await;
            let start = Moment::After(latest(&database).await);
            database
                .execute(
                    "UPDATE public.t SET a = 'w' WHERE id = 1;
                     ALTER TABLE public.t RENAME a TO c; ALTER TABLE public.t RENAME b TO a;
                     UPDATE public.t SET a = 7 WHERE id = 2",
                )
                .await;
            journal.reconcile(false).await.expect("reconcile");
            database.execute("UPDATE public.t SET c = 'a', a = 9 WHERE id IN (1, 3)").await;
            let found = differing(&mut journal, "t", start.clone(), Moment::Now).await;
            assert_eq!(found, ["changed id=1 a", "changed id=2 a", "changed id=3 a"], "{seen}");
        }
    });
}
