use pgrecall_testkit::block_on;

use crate::schema_changes::UNSEEN;
use crate::{changes, summary, tracked};

const PARTED: &str = "
    CREATE TABLE public.p (id int, d int, v text, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
    CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES FROM (0) TO (10);
    CREATE TABLE public.p_2 (v text, d int NOT NULL, id int NOT NULL, PRIMARY KEY (id, d)) PARTITION BY LIST (id);
    CREATE TABLE public.p_2_rest PARTITION OF public.p_2 DEFAULT;
    ALTER TABLE public.p ATTACH PARTITION public.p_2 FOR VALUES FROM (10) TO (20);";

#[test]
fn changes_in_partitions_name_the_root() {
    block_on(async {
        let (database, journal) = tracked(PARTED).await;
        database
            .execute(
                "INSERT INTO public.p VALUES (1, 1, 'a');
                 INSERT INTO public.p_2_rest (id, d, v) VALUES (2, 11, 'b');
                 UPDATE public.p_1 SET v = 'c';
                 DELETE FROM public.p_2",
            )
            .await;
        assert_eq!(
            summary(&journal).await,
            [
                "insert public.p id=1,d=1",
                "insert public.p id=2,d=11",
                "update public.p id=1,d=1",
                "delete public.p id=2,d=11",
            ]
        );
        let table = journal.table("p_2_rest").await.expect("the leaf leads to the root");
        assert_eq!(table.relation.name.to_string(), "public.p");
    });
}

#[test]
fn a_row_that_moves_between_partitions_is_recorded() {
    block_on(async {
        let (database, journal) = tracked(PARTED).await;
        database.execute("INSERT INTO public.p VALUES (1, 1, 'a')").await;
        database.execute("UPDATE public.p SET d = 15").await;
        let found = changes(&journal).await;
        let last = found.last().expect("change");
        let d = |at: usize| {
            let image = found[at].new.as_ref().or(found[at].old.as_ref());
            image.map(|row| row["d"].to_string())
        };
        // PostgreSQL itself makes a deletion and an insertion of it.
        assert_eq!(
            summary(&journal).await[1..],
            ["delete public.p id=1,d=1", "insert public.p id=1,d=15"]
        );
        assert_eq!((d(0), d(2)), (Some("1".to_owned()), Some("15".to_owned())));
        assert_eq!(last.tx, found[1].tx);
    });
}

#[test]
fn truncating_the_root_or_a_leaf_records_every_row_once() {
    block_on(async {
        let (database, journal) = tracked(PARTED).await;
        database
            .execute("INSERT INTO public.p SELECT g, g, 'x' FROM generate_series(1, 15) AS g")
            .await;
        database.execute("TRUNCATE public.p_1").await;
        database.execute("TRUNCATE public.p").await;
        let truncated =
            summary(&journal).await.iter().filter(|line| line.starts_with("truncate")).count();
        assert_eq!(truncated, 15);
    });
}

#[test]
fn several_tables_and_their_dependants_are_truncated_together() {
    block_on(async {
        let (database, journal) = tracked(
            "CREATE TABLE public.a (id int PRIMARY KEY);
             CREATE TABLE public.b (id int PRIMARY KEY, a int REFERENCES public.a)",
        )
        .await;
        database
            .execute("INSERT INTO public.a VALUES (1); INSERT INTO public.b VALUES (7, 1)")
            .await;
        database.execute("TRUNCATE public.a CASCADE").await;
        let mut lines = summary(&journal).await.split_off(2);
        lines.sort();
        assert_eq!(lines, ["truncate public.a id=1", "truncate public.b id=7"]);
    });
}

#[test]
fn tables_that_inherit_are_recorded_under_their_own_names() {
    block_on(async {
        let (database, journal) = tracked(
            "CREATE TABLE public.parent (id int PRIMARY KEY);
             CREATE TABLE public.child (extra int, PRIMARY KEY (id)) INHERITS (public.parent)",
        )
        .await;
        database.execute("INSERT INTO public.child VALUES (1, 2); DELETE FROM public.parent").await;
        assert_eq!(
            summary(&journal).await,
            ["insert public.child id=1", "delete public.child id=1"]
        );
    });
}

#[test]
fn what_was_a_partition_is_no_longer_recorded_under_the_root() {
    block_on(async {
        for (detached, truncated) in [("p_1", "p_1"), ("p_2", "p_2"), ("p_2", "p_2_rest")] {
            for seen in [true, false] {
                let (database, mut journal) = tracked(PARTED).await;
                if !seen {
                    database.execute(UNSEEN).await;
                }
                let fill = "INSERT INTO public.p VALUES (1, 1, 'a'), (2, 11, 'b')";
                database.execute(fill).await;
                let detach = format!("ALTER TABLE public.p DETACH PARTITION public.{detached}");
                database.execute(&detach).await;
                database.execute(&format!("TRUNCATE public.{truncated}")).await;
                let expected = ["insert public.p id=1,d=1", "insert public.p id=2,d=11"];
                assert_eq!(summary(&journal).await, expected, "{truncated} {seen}");
                let root = journal.table("p").await.expect("root");
                journal.untrack(&root).await.expect("untrack");
                let left = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE '!recall%'";
                assert_eq!(database.scalar(left).await, "0", "{truncated} {seen}");
                let write = format!("INSERT INTO public.{detached} (id, d) VALUES (3, 3)");
                database.execute(&write).await;
                database.execute(&format!("TRUNCATE public.p, public.{detached}")).await;
                assert_eq!(summary(&journal).await, expected, "{truncated} {seen}");
            }
        }
    });
}

#[test]
fn a_partition_that_is_emptied_apart_and_attached_again_is_recorded_again() {
    block_on(async {
        for seen in [true, false] {
            let (database, mut journal) = tracked(PARTED).await;
            if !seen {
                database.execute(UNSEEN).await;
            }
            for sql in [
                "INSERT INTO public.p VALUES (1, 1, 'a'), (2, 11, 'b')",
                "ALTER TABLE public.p DETACH PARTITION public.p_1",
                "TRUNCATE public.p_1",
                "ALTER TABLE public.p ATTACH PARTITION public.p_1 FOR VALUES FROM (0) TO (10)",
                "INSERT INTO public.p VALUES (3, 3, 'c')",
                "TRUNCATE public.p_1",
            ] {
                database.execute(sql).await;
            }
            let expected = [
                "insert public.p id=1,d=1",
                "insert public.p id=2,d=11",
                "insert public.p id=3,d=3",
                "truncate public.p id=3,d=3",
            ];
            assert_eq!(summary(&journal).await, expected, "{seen}");
            let root = journal.table("p").await.expect("root");
            journal.untrack(&root).await.expect("untrack");
            database.execute("TRUNCATE public.p, public.p_1").await;
            assert_eq!(summary(&journal).await, expected, "{seen}");
        }
    });
}
