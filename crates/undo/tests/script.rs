//! What differs between two moments as a script: run, it gives the other state.

use pgrecall_journal::Journal;
use pgrecall_model::{ChangeSelection, Moment};
use pgrecall_testkit::{TestDatabase, block_on};
use pgrecall_timetravel::{Between, TimeTravelError};
use pgrecall_undo::{Script, plan, script};

use crate::{copy, latest, tracked};

/// The script that makes the state of now into that of a moment.
async fn script_to(journal: &mut Journal, to: Moment) -> Script {
    let tables = journal.tables().await.expect("tables");
    let between = Between::of(journal, Moment::Now, to).await.expect("moments");
    let mut rows = Vec::new();
    let collect = |row| {
        rows.push(row);
        Ok::<_, TimeTravelError>(())
    };
    between.rows(journal, &tables, collect).await.expect("rows");
    script(journal, rows, &tables).await.expect("script")
}

async fn run(database: &TestDatabase, script: &Script) {
    // Under settings that would read and write the values otherwise.
    let lines = script.lines().collect::<Vec<_>>().join("\n");
    database
        .execute("SET DateStyle = 'SQL, DMY'; SET IntervalStyle = 'sql_standard'; SET TimeZone = 'Asia/Tokyo'")
        .await;
    database.execute(&lines).await;
    database.execute("RESET ALL").await;
}

/// The plan that takes the latest transaction back, as a script.
async fn script_of_latest(journal: &Journal, database: &TestDatabase) -> String {
    let selection = ChangeSelection {
        transactions: vec![latest(database).await.into()],
        ..ChangeSelection::default()
    };
    let prepared = plan(journal, selection.into()).await.expect("plan");
    assert!(prepared.plan.conflicts.is_empty(), "{:?}", prepared.plan.conflicts);
    let mut lines = vec![prepared.script_begin(Some("it's a try"))];
    for step in prepared.steps(journal, 0, 1_000).await.expect("steps") {
        lines.extend(prepared.script_of(&step));
    }
    lines.push(prepared.script_end(journal).await.expect("end"));
    lines.join("\n")
}

/// Makes changes one by one, and takes each back by a script, which cannot be run twice.
async fn check_undo(schema: &str, tables: &[&str], transactions: &[&str]) {
    let (database, journal) = tracked(schema).await;
    for sql in transactions {
        let before = copy(&database, tables).await;
        database.execute(sql).await;
        let after = copy(&database, tables).await;
        let script = script_of_latest(&journal, &database).await;
        database.execute(&format!("SET TimeZone = 'Asia/Tokyo'; {script} RESET ALL")).await;
        assert_eq!(copy(&database, tables).await, before, "{script}");
        let known = "SELECT (SELECT tx FROM recall.undo ORDER BY tx DESC LIMIT 1) = (SELECT max(tx) FROM recall.change)";
        assert_eq!(database.scalar(known).await, "t", "it is known as an undo");
        let again = database.client().batch_execute(&script).await.expect_err("again");
        database.execute("ROLLBACK").await;
        let message =
            again.as_db_error().map_or_else(String::new, |error| error.message().to_owned());
        assert!(
            message.ends_with("is not as it was when this script was made")
                || message.starts_with("duplicate key"),
            "{message}"
        );
        assert_eq!(copy(&database, tables).await, before);
        database.execute(sql).await;
        assert_eq!(copy(&database, tables).await, after);
    }
}

/// Makes changes one by one, then leads the tables back to each state in turn, and to the last again.
async fn check(schema: &str, tables: &[&str], transactions: &[&str]) {
    let (database, mut journal) = tracked(schema).await;
    let mut states = Vec::new();
    for sql in transactions {
        database.execute(sql).await;
        states.push((Moment::After(latest(&database).await), copy(&database, tables).await));
    }
    let last = states.last().cloned();
    for (moment, expected) in states.into_iter().rev().chain(last) {
        let script = script_to(&mut journal, moment.clone()).await;
        run(&database, &script).await;
        assert_eq!(copy(&database, tables).await, expected, "{moment}: {script:#?}");
    }
}

#[test]
fn values_of_every_kind_come_back() {
    block_on(check(
        r#"CREATE TYPE public.mood AS ENUM ('glad', 'it''s'); CREATE TYPE public.pair AS (a int, b text);
           CREATE DOMAIN public.doc AS jsonb;
           CREATE TABLE public."Odd ""T" ("the key" text, k2 date, n numeric(12, 4), f float8, b bool, ba bytea, j jsonb,
             js json, d public.doc, m public.mood, p public.pair, a int[], ta text[], ts timestamptz, i interval, r int4range,
             c char(5), x "char", ip inet, double int GENERATED ALWAYS AS (1 + 1) STORED,
             no int GENERATED ALWAYS AS IDENTITY, PRIMARY KEY ("the key", k2))"#,
        &[r#"public."Odd ""T""#],
        &[
            "INSERT INTO public.\"Odd \"\"T\" (\"the key\", k2) VALUES ('first', '2026-01-02')",
            r#"INSERT INTO public."Odd ""T" VALUES ('it''s \ $x$ {n}', '2026-02-01', 1.5000, 'NaN', true, '\x00ff', '{"a": [1, null, "x"]}',
               '{"a":1}', '"text"', 'it''s', (1, 'a,"b'), '{1,NULL,3}', '{"a b",NULL,""}', '2026-03-01 12:00:00.123456+02', '-1 day +02:03:00',
               '[1,5)', 'ab', 'y', '10.0.0.1/8')"#,
            r#"UPDATE public."Odd ""T" SET n = 1.50, j = '[]', d = '[1]', a = '{}', p = NULL, m = 'glad', ts = '-infinity', i = '1 mon', js = '"s"',
               ta = '{"{", "\\"}', c = 'x' WHERE k2 = '2026-02-01'"#,
            r#"UPDATE public."Odd ""T" SET f = 1e-300, ba = '', b = false, "the key" = 'other' WHERE k2 = '2026-02-01'"#,
            r#"DELETE FROM public."Odd ""T" WHERE k2 = '2026-02-01'"#,
        ],
    ));
}

const FAMILY: &str = "CREATE TABLE public.parent (id int PRIMARY KEY, name text UNIQUE, boss int REFERENCES public.parent);
         CREATE TABLE public.child (id int PRIMARY KEY, parent int NOT NULL REFERENCES public.parent);
         INSERT INTO public.parent VALUES (1, 'a', NULL), (2, 'b', 1); INSERT INTO public.child VALUES (1, 1), (2, 2)";

const FAMILY_LIFE: &[&str] = &[
    "UPDATE public.parent SET name = 'c' WHERE id = 2",
    "BEGIN; INSERT INTO public.parent VALUES (3, 'new', 2); UPDATE public.child SET parent = 3; COMMIT",
    "BEGIN; DELETE FROM public.parent WHERE id = 3 AND false; UPDATE public.parent SET boss = NULL; UPDATE public.child SET parent = 1; DELETE FROM public.parent WHERE id > 1; COMMIT",
    "BEGIN; INSERT INTO public.parent VALUES (4, 'c', 1); UPDATE public.child SET parent = 4 WHERE id = 2; COMMIT",
    "BEGIN; UPDATE public.parent SET name = 'x' WHERE id = 4; UPDATE public.parent SET name = 'c' WHERE id = 1; COMMIT",
];

#[test]
fn foreign_keys_and_unique_keys_hold_on_the_way() {
    block_on(check(FAMILY, &["public.parent", "public.child"], FAMILY_LIFE));
}

#[test]
fn a_plan_is_a_script_that_stops_where_rows_differ() {
    block_on(check_undo(FAMILY, &["public.parent", "public.child"], FAMILY_LIFE));
}

#[test]
fn a_plan_of_a_table_without_a_key_is_a_script() {
    block_on(check_undo(
        "CREATE TABLE public.bag (v text, n numeric); INSERT INTO public.bag VALUES ('a', 1.0), ('a', 1.0), (NULL, NULL)",
        &["public.bag"],
        &[
            "INSERT INTO public.bag VALUES ('it''s', 1)",
            "UPDATE public.bag SET n = 2 WHERE n = 1.0",
        ],
    ));
}

#[test]
fn rows_of_a_table_without_a_key_come_and_go_one_by_one() {
    block_on(check(
        "CREATE TABLE public.bag (v text, n numeric, j json) PARTITION BY LIST (v);
         CREATE TABLE public.bag_a PARTITION OF public.bag FOR VALUES IN ('a');
         CREATE TABLE public.bag_rest PARTITION OF public.bag DEFAULT;
         INSERT INTO public.bag SELECT 'a', 1.0, '{\"x\":1}' FROM generate_series(1, 3);
         INSERT INTO public.bag VALUES (NULL, NULL, NULL), (NULL, NULL, NULL), ('b', 1.00, NULL), ('b', 1.0, NULL)",
        &["public.bag"],
        &[
            "INSERT INTO public.bag VALUES ('c', 1, NULL)",
            "DELETE FROM public.bag_a WHERE ctid = '(0,1)'",
            "DELETE FROM public.bag WHERE v IS NULL",
            "UPDATE public.bag SET v = 'a' WHERE v = 'b'",
            "DELETE FROM public.bag WHERE n::text = '1.00'",
        ],
    ));
}

#[test]
fn a_script_takes_back_also_for_whoever_may_not_write_in_the_journal() {
    block_on(async {
        let (database, journal) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY, v text); INSERT INTO public.t VALUES (1, 'a$b''c')")
                .await;
        let before = copy(&database, &["public.t"]).await;
        database.execute("UPDATE public.t SET v = 'x'").await;
        let script = script_of_latest(&journal, &database).await;
        let owner = database.create_role("script_owner").await;
        database.execute(&format!("ALTER TABLE public.t OWNER TO {owner}")).await;
        database.session_as(&owner).await.execute(&script).await;
        assert_eq!(copy(&database, &["public.t"]).await, before);
        assert_eq!(database.scalar("SELECT count(*) FROM recall.undo").await, "0");
    });
}
