use pgrecall_journal::TrackOptions;
use pgrecall_testkit::block_on;

use crate::{changes, summary, track, tracked};

#[test]
fn a_table_that_is_altered_goes_on_working_and_being_recorded() {
    block_on(async {
        let (database, journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, v text, gone int)").await;
        database.execute("INSERT INTO public.t VALUES (1, 'a', 7)").await;
        database.execute("ALTER TABLE public.t ADD COLUMN extra int DEFAULT 5").await;
        database.execute("UPDATE public.t SET extra = 6").await;
        database.execute("ALTER TABLE public.t DROP COLUMN gone").await;
        database.execute("UPDATE public.t SET v = 'b'").await;
        database.execute("ALTER TABLE public.t RENAME COLUMN v TO w").await;
        database.execute("ALTER TABLE public.t ALTER COLUMN extra TYPE text").await;
        database.execute("UPDATE public.t SET w = 'c', extra = 'x'").await;
        database.execute("TRUNCATE public.t").await;
        let found = changes(&journal).await;
        assert_eq!(found[1].changed, ["extra"]);
        assert!(found[1].old.as_ref().expect("row").contains_key("gone"));
        assert_eq!(found[2].changed, ["v"]);
        let mut changed = found[3].changed.clone();
        changed.sort();
        assert_eq!(changed, ["extra", "w"]);
        assert_eq!(found.len(), 5);
    });
}

#[test]
fn a_renamed_table_is_the_same_relation_under_its_new_name() {
    block_on(async {
        let (database, journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        database.execute("INSERT INTO public.t VALUES (1)").await;
        database.execute("CREATE SCHEMA app; ALTER TABLE public.t RENAME TO u; ALTER TABLE public.u SET SCHEMA app")
            .await;
        database.execute("INSERT INTO app.u VALUES (2); TRUNCATE app.u").await;
        let lines = summary(&journal).await;
        assert!(lines.iter().all(|line| line.contains("app.u")), "{lines:?}");
        assert_eq!(lines.len(), 4);
    });
}

#[test]
fn a_dropped_table_keeps_its_history() {
    block_on(async {
        let (database, journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        database.execute("INSERT INTO public.t VALUES (1)").await;
        database.execute("DROP TABLE public.t").await;
        assert_eq!(summary(&journal).await, ["insert public.t id=1"]);
        let table = journal.table("public.t").await.expect("known");
        assert_eq!((table.relation.oid, table.relation.tracked), (None, false));
    });
}

#[test]
fn values_stand_in_the_order_of_the_columns_also_when_the_table_is_gone() {
    block_on(async {
        let (database, mut journal) =
            tracked("CREATE TABLE public.t (z text, long_name int PRIMARY KEY, x int, a int)")
                .await;
        database.execute("ALTER TABLE public.t DROP COLUMN x").await;
        journal.reconcile(false).await.expect("reconcile");
        database.execute("INSERT INTO public.t VALUES ('z', 1, 2)").await;
        let names = async || {
            let read = changes(&journal).await.pop();
            let table = journal.table("public.t").await.expect("table");
            let told = journal.history(&table, "1").await.expect("history").pop();
            [read, told].map(|change| {
                let row = change.and_then(|change| change.new).expect("row");
                row.keys().cloned().collect::<Vec<_>>().join(" ")
            })
        };
        assert_eq!(names().await, ["z long_name a"; 2]);
        database.execute("DROP TABLE public.t").await;
        assert_eq!(names().await, ["z long_name a"; 2]);
    });
}

/// What reads an image of `json` that JSONB cannot hold catches an error, which such a worker may not.
#[test]
fn workers_of_a_parallel_query_read_changes_if_no_table_has_json() {
    block_on(async {
        let (database, mut journal) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        database.execute("INSERT INTO public.t VALUES (1)").await;
        let reader = database.session().await;
        // Its name from PostgreSQL 16 on is the second.
        reader
            .execute(
                "SELECT set_config(name, 'on', false) FROM pg_settings
                 WHERE name IN ('force_parallel_mode', 'debug_parallel_query')",
            )
            .await;
        let read = "SELECT string_agg(recall._decode(shape, new)::text, ' ' ORDER BY id) FROM recall.change";
        let by_worker = async || {
            let plan = reader.scalar(&format!("EXPLAIN (FORMAT json) {read}")).await;
            (plan.contains("Gather"), reader.scalar(read).await)
        };
        assert_eq!(by_worker().await, (true, r#"{"id": 1}"#.to_owned()));
        database.execute("CREATE TABLE public.j (id int PRIMARY KEY, v json)").await;
        track(&mut journal, "public.j", &TrackOptions::default()).await;
        database.execute(r#"INSERT INTO public.j VALUES (2, '"\u0000"')"#).await;
        let (is_parallel, images) = by_worker().await;
        assert!(!is_parallel && images.contains("u0000"), "{images}");
    });
}

#[test]
fn losing_the_key_column_fails_no_write() {
    block_on(async {
        let (database, journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, v int)").await;
        database.execute("INSERT INTO public.t VALUES (1, 1)").await;
        database.execute("ALTER TABLE public.t DROP COLUMN id").await;
        database.execute("UPDATE public.t SET v = 2; DELETE FROM public.t").await;
        assert_eq!(changes(&journal).await.len(), 3);
    });
}
