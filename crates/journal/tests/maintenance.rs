use pgrecall_testkit::block_on;

use crate::tracked;

const IN_DEFAULT: &str = "SELECT count(*) FROM recall.change_default";

#[test]
fn partitions_are_made_ahead_and_a_second_call_finds_nothing_to_do() {
    block_on(async {
        let (database, journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        database
            .execute(
                "DO $$ DECLARE p name; BEGIN FOR p IN SELECT partition FROM recall._months() WHERE from_at > now() LOOP
                   EXECUTE format('DROP TABLE recall.%I', p); END LOOP; END $$",
            )
            .await;
        let done = journal.maintain().await.expect("maintain");
        assert_eq!((done.ran, done.partitions_created, done.more), (true, 3, false));
        let done = journal.maintain().await.expect("maintain");
        assert_eq!((done.partitions_created, done.waiting.len()), (0, 0));
    });
}

#[test]
fn changes_that_had_no_partition_get_one() {
    block_on(async {
        let (database, journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let month = database
            .scalar("SELECT partition FROM recall._months() WHERE from_at <= now() AND until_at > now()")
            .await;
        database.execute(&format!("DROP TABLE recall.{month}")).await;
        database.execute("INSERT INTO public.t SELECT generate_series(1, 50)").await;
        database
            .execute(
                "INSERT INTO recall.change (id, at, tx, relation, op, key, new)
                 SELECT id + 1000, at - interval '70 days', tx, relation, op, key, new
                 FROM recall.change",
            )
            .await;
        assert_eq!(database.scalar(IN_DEFAULT).await, "100");
        let mut moved = 0;
        loop {
            let done = journal.maintain().await.expect("maintain");
            moved += done.changes_moved;
            if !done.more {
                break;
            }
        }
        assert_eq!(moved, 100);
        assert_eq!(database.scalar(IN_DEFAULT).await, "0");
        assert_eq!(database.scalar("SELECT count(*) FROM recall.log").await, "100");
        database.execute("INSERT INTO public.t VALUES (100)").await;
        assert_eq!(database.scalar(&format!("SELECT count(*) FROM recall.{month}")).await, "51");
    });
}

#[test]
fn what_cannot_be_locked_is_said_and_left_for_later() {
    block_on(async {
        let (database, journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let month = database
            .scalar("SELECT partition FROM recall._months() WHERE from_at <= now() AND until_at > now()")
            .await;
        database.execute(&format!("DROP TABLE recall.{month}")).await;
        let writer = database.session().await;
        writer.execute("BEGIN; INSERT INTO public.t VALUES (1)").await;
        database.execute("INSERT INTO public.t VALUES (2)").await;
        let done = journal.maintain().await.expect("maintain");
        assert!(done.ran && !done.waiting.is_empty() && done.changes_moved == 0, "{done:?}");
        writer.execute("COMMIT").await;
        assert_eq!(journal.maintain().await.expect("maintain").changes_moved, 2);
        assert_eq!(database.scalar("SELECT count(*) FROM recall.log").await, "2");
    });
}

#[test]
fn saved_terms_are_applied_and_a_small_budget_is_kept_to() {
    block_on(async {
        let (database, journal) = tracked(
            "CREATE TABLE public.t (id int PRIMARY KEY); CREATE TABLE public.u (id int PRIMARY KEY)",
        )
        .await;
        database.execute(include_str!("aged.sql")).await;
        database
            .execute("SELECT recall.keep('60 days'); SELECT recall.keep('10 days', 'public.t')")
            .await;
        let first = "SELECT (r).more FROM (SELECT recall._apply_retention(100) AS r) AS x";
        assert_eq!(database.scalar(first).await, "t");
        let mut calls = 0;
        while journal.maintain().await.expect("maintain").more {
            calls += 1;
            assert!(calls < 100, "it comes to an end");
        }
        for (relation, term) in [("t", "11 days"), ("u", "92 days")] {
            let old = format!(
                "SELECT count(*) FROM recall.change AS c JOIN recall.relation AS r ON r.id = c.relation
                 WHERE r.table_name = '{relation}' AND c.at < now() - interval '{term}'"
            );
            assert_eq!(database.scalar(&old).await, "0", "{relation}");
        }
        let idle = "SELECT count(*) FROM recall.transaction AS t WHERE t.tenant = 'acme'
            AND NOT EXISTS (SELECT FROM recall.change AS c WHERE c.tx = t.id)";
        assert_eq!(database.scalar(idle).await, "0");
        database.execute("SELECT recall.keep(NULL); SELECT recall.keep(NULL, 'public.t')").await;
        let before = database.scalar("SELECT count(*) FROM recall.change").await;
        journal.maintain().await.expect("maintain");
        assert_eq!(database.scalar("SELECT count(*) FROM recall.change").await, before);
        for wrong in ["SELECT recall.keep('1 hour')", "SELECT recall.keep('10 days', 'pg_class')"] {
            assert!(database.try_execute(wrong).await.is_err(), "{wrong}");
        }
    });
}
