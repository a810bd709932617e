use pgrecall_journal::{Journal, TrackOptions};
use pgrecall_model::Moment;
use pgrecall_testkit::block_on;

use crate::{latest, rows, tracked};

#[test]
fn partitioned_and_inheriting_tables() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.p (id int, d int, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
             CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES FROM (0) TO (10);
             CREATE TABLE public.p_2 PARTITION OF public.p DEFAULT;
             CREATE TABLE public.parent (id int PRIMARY KEY, v int);
             CREATE TABLE public.child (extra int, PRIMARY KEY (id)) INHERITS (public.parent);
             INSERT INTO public.p VALUES (1, 1), (2, 20);
             INSERT INTO public.parent VALUES (1, 1); INSERT INTO public.child VALUES (2, 2, 2);",
        )
        .await;
        database.execute("INSERT INTO public.p VALUES (3, 30)").await;
        let moment = Moment::After(latest(&database).await);
        database
            .execute(
                "UPDATE public.p SET d = d + 10; DELETE FROM public.parent; TRUNCATE public.p_2",
            )
            .await;
        let p = "SELECT id, d FROM p ORDER BY id";
        assert_eq!(rows(&mut journal, &moment, p).await.expect("p"), ["1|1", "2|20", "3|30"]);
        let parent = "SELECT id, v FROM parent ORDER BY id";
        assert_eq!(rows(&mut journal, &moment, parent).await.expect("parent"), ["1|1", "2|2"]);
        let only = "SELECT id FROM ONLY parent";
        assert_eq!(rows(&mut journal, &moment, only).await.expect("only"), ["1"]);
    });
}

#[test]
fn columns_that_are_not_recorded_are_null_and_said_to_be() {
    block_on(async {
        let (database, mut journal) =
            tracked("CREATE TABLE public.other (id int); CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY, pin int, nr int, v int)").await;
        let tables = pgrecall_postgres::catalogue::tables(journal.client()).await.expect("tables");
        let options = TrackOptions {
            excluded: vec!["t.pin".parse().expect("column")],
            hashed: vec!["t.nr".parse().expect("column")],
            ..TrackOptions::default()
        };
        journal.track(&tables[0], &options).await.expect("track");
        database.execute("INSERT INTO app.t VALUES (1, 1234, 77, 1), (2, 5678, 88, 2)").await;
        let moment = Moment::After(latest(&database).await);
        database.execute("UPDATE app.t SET v = 3 WHERE id = 1").await;
        let found =
            rows(&mut journal, &moment, "SELECT * FROM app.t ORDER BY id").await.expect("rows");
        assert_eq!(found, ["1|-|-|1", "2|-|-|2"]);
        let past = pgrecall_timetravel::at(&journal, moment.clone(), "SELECT * FROM app.t")
            .await
            .expect("past");
        assert_eq!(past.warnings.len(), 2);
    });
}

#[test]
fn values_of_many_types_come_back_as_they_were() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TYPE public.mood AS ENUM ('sad', 'glad');
             CREATE DOMAIN public.percent AS numeric CHECK (VALUE BETWEEN 0 AND 100);
             CREATE TABLE public.t (id int PRIMARY KEY, a smallint, b bigint, c numeric, d float4, e float8, f text,
               g varchar(5), h char(5), i bytea, j date, k time, l timestamp, m timestamptz, n interval, o bool, p uuid,
               q jsonb, r int[], s text[], t inet, u public.mood, v public.percent, w int4range, x bit(3), y point,
               z int GENERATED ALWAYS AS (a * 2) STORED);
             INSERT INTO public.t VALUES (1, 32767, 9223372036854775807, 12345678901234567890.1234500, 'NaN', 0.1::float8 + 0.2,
               'ünï \"q\" \\ ''', 'abc', 'ab', '\\x00ff', 'infinity', '23:59:59.999999', '4713-01-01 BC', '294276-12-31 23:59:59+00',
               '-1 day 00:00:01', true, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{\"a\": [1.10, null]}',
               '{1,NULL,3}', '{\"a b\",\"c,d\"}', '10.0.0.1/8', 'glad', 99.90, '[1,5)', B'101', '(1.5,2)')",
        )
        .await;
        let all = "SELECT * FROM t";
        let before = rows(&mut journal, Moment::Now, all).await.expect("now");
        database.execute("DELETE FROM public.t").await;
        let moment = Moment::Before(latest(&database).await);
        assert_eq!(rows(&mut journal, &moment, all).await.expect("past"), before);
        let again: Journal = Journal::open(database.connect().await).await.expect("open");
        assert_eq!(again.tables().await.expect("tables").len(), 1);
    });
}

#[test]
fn tables_that_rows_name_are_found_under_any_search_path() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TABLE public.named (id int PRIMARY KEY); CREATE TABLE public.t (id int PRIMARY KEY, r regclass)",
        )
        .await;
        let writer = database.session().await;
        writer.execute("SET search_path = public; INSERT INTO t VALUES (1, 'named')").await;
        let then = Moment::After(latest(&database).await);
        writer.execute("UPDATE t SET r = 't'").await;
        for path in ["public", "''"] {
            let set = format!("SET search_path = {path}");
            journal.client().batch_execute(&set).await.expect("search path");
            let sql = "SELECT id FROM public.t WHERE r = 'public.named'::regclass";
            let found = rows(&mut journal, &then, sql).await.expect(sql);
            assert_eq!(found, ["1"], "{path}");
        }
    });
}
