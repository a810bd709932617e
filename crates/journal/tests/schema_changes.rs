//! Schema changes of tracked tables, seen by event triggers and unseen.

use pgrecall_journal::{GuardOptions, Journal, TrackOptions};
use pgrecall_model::Pattern;
use pgrecall_testkit::{TestDatabase, block_on};
use serde_json::{Value, json};

use crate::{changes, installed, summary};

pub(crate) const UNSEEN: &str = "DROP EVENT TRIGGER recall_ddl; DROP EVENT TRIGGER recall_drop";

/// A database in which all tables of `public` are tracked, those to come too.
pub(crate) async fn covered(
    sql: &str,
    options: &TrackOptions,
    seen: bool,
) -> (TestDatabase, Journal) {
    let (database, mut journal) = installed().await;
    if !seen {
        database.execute(UNSEEN).await;
    }
    database.execute(sql).await;
    let patterns = ["public.*".parse::<Pattern>().expect("pattern")];
    let guards = GuardOptions::default();
    journal.remember(&patterns, &[], (options, &guards), &[]).await.expect("remember");
    mend(&mut journal).await;
    (database, journal)
}

/// What reconciling found, in words; nothing may fail.
pub(crate) async fn mend(journal: &mut Journal) -> Vec<String> {
    let mended = journal.reconcile(false).await.expect("reconcile");
    let line = |table: &pgrecall_journal::Reconciled| {
        assert!(matches!(table.outcome, pgrecall_journal::Mending::Mended), "{table:?}");
        let words: Vec<String> = table.found.iter().map(pgrecall_journal::Finding::words).collect();
        format!("{}: {}", table.table, words.join("; "))
    };
    mended.iter().map(line).collect()
}

pub(crate) async fn gaps(database: &TestDatabase) -> String {
    database
        .scalar(
            "SELECT coalesce(string_agg(format('%s %s', r.table_name, g.reason), ', ' ORDER BY g.id), '')
             FROM recall.gap AS g JOIN recall.relation AS r ON r.id = g.relation",
        )
        .await
}

async fn last_change(journal: &Journal) -> Value {
    let change = changes(journal).await.pop().expect("change");
    change.new.or(change.old).map_or(Value::Null, Value::Object)
}

#[test]
fn a_new_table_is_recorded_from_its_first_row_on() {
    block_on(async {
        let (database, mut journal) = covered("SELECT", &TrackOptions::default(), true).await;
        database
            .execute(
                "BEGIN; CREATE TABLE public.t (id int PRIMARY KEY, v text); INSERT INTO public.t VALUES (1, 'a'), (2, 'b');
                 UPDATE public.t SET v = 'c' WHERE id = 1; UPDATE public.t SET v = v; DELETE FROM public.t WHERE id = 2;
                 TRUNCATE public.t; COMMIT",
            )
            .await;
        let expected = [
            "insert public.t id=1",
            "insert public.t id=2",
            "update public.t id=1",
            "delete public.t id=2",
            "truncate public.t id=1",
        ];
        assert_eq!(summary(&journal).await, expected);
        assert_eq!(mend(&mut journal).await, ["public.t: new"]);
        assert_eq!(gaps(&database).await, "");
        assert_eq!(mend(&mut journal).await, Vec::<String>::new());
        database.execute("INSERT INTO public.t VALUES (3, 'd')").await;
        assert_eq!(summary(&journal).await.len(), 6);
        let unshaped = "SELECT count(*) FROM recall.change WHERE shape IS NULL";
        assert_eq!(database.scalar(unshaped).await, "5");
    });
}

#[test]
fn tables_that_come_in_other_ways_are_recorded_too() {
    block_on(async {
        let hidden = TrackOptions {
            excluded: vec!["secretive.pin".parse().expect("column")],
            ..TrackOptions::default()
        };
        let (database, mut journal) = covered("CREATE SCHEMA other", &hidden, true).await;
        database
            .execute(
                "CREATE TABLE public.filled AS SELECT 1 AS id; INSERT INTO public.filled VALUES (2);
                 SELECT 3 AS id INTO public.into_it; DELETE FROM public.into_it;
                 CREATE TABLE other.moved (id int PRIMARY KEY); ALTER TABLE other.moved SET SCHEMA public;
                 INSERT INTO public.moved VALUES (4);
                 CREATE TABLE public.secretive (id int PRIMARY KEY, pin text); INSERT INTO public.secretive VALUES (5, 'geheim');
                 CREATE TABLE public.p (id int PRIMARY KEY) PARTITION BY LIST (id);
                 CREATE TABLE public.p_6 PARTITION OF public.p FOR VALUES IN (6); INSERT INTO public.p VALUES (6); TRUNCATE public.p_6;
                 CREATE TEMP TABLE gone (id int); INSERT INTO gone VALUES (7);
                 CREATE TABLE other.elsewhere (id int); INSERT INTO other.elsewhere VALUES (8)",
            )
            .await;
        let expected = [
            "insert public.filled -",
            "delete public.into_it -",
            "insert public.moved id=4",
            "insert public.secretive id=5",
            "insert public.p id=6",
            "truncate public.p id=6",
        ];
        assert_eq!(summary(&journal).await, expected);
        let everything =
            database.scalar("SELECT string_agg(c::text, '') FROM recall.change AS c").await;
        assert!(!everything.contains("geheim"), "{everything}");
        assert_eq!(mend(&mut journal).await.len(), 5);
        assert_eq!(gaps(&database).await, "");
    });
}

#[test]
fn a_new_table_that_gets_its_columns_later_is_recorded() {
    block_on(async {
        for at_once in [true, false] {
            let (database, mut journal) = covered("SELECT", &TrackOptions::default(), true).await;
            let scripts = [
                "CREATE TABLE public.t ()",
                "ALTER TABLE public.t ADD id int PRIMARY KEY",
                "INSERT INTO public.t VALUES (1)",
            ];
            if at_once {
                database.execute(&scripts.join("; ")).await;
            } else {
                for script in scripts {
                    database.execute(script).await;
                }
            }
            assert_eq!(last_change(&journal).await, json!({ "id": 1 }), "{at_once}");
            database.execute("UPDATE public.t SET id = 2; TRUNCATE public.t").await;
            assert_eq!(changes(&journal).await.len(), 3, "{at_once}");
            mend(&mut journal).await;
            assert_eq!(gaps(&database).await, "", "{at_once}");
            database.execute("INSERT INTO public.t VALUES (3)").await;
            assert_eq!(summary(&journal).await.last().expect("change"), "insert public.t id=3");
        }
    });
}

#[test]
fn a_new_table_of_hidden_columns_alone_is_recorded() {
    block_on(async {
        let hidden = TrackOptions {
            excluded: vec!["t.pin".parse().expect("column")],
            ..TrackOptions::default()
        };
        let (database, mut journal) = covered("SELECT", &hidden, true).await;
        for sql in [
            "CREATE TABLE public.t (pin text)",
            "INSERT INTO public.t VALUES ('geheim')",
            "ALTER TABLE public.t ADD id int PRIMARY KEY DEFAULT 1",
            "INSERT INTO public.t VALUES ('geheim', 2)",
            "DELETE FROM public.t WHERE id = 2",
        ] {
            database.execute(sql).await;
        }
        assert_eq!(changes(&journal).await.len(), 3);
        mend(&mut journal).await;
        database.execute("INSERT INTO public.t VALUES ('geheim', 3)").await;
        assert_eq!(last_change(&journal).await, json!({ "id": 3 }));
        let everything =
            database.scalar("SELECT string_agg(c::text, '') FROM recall.change AS c").await;
        assert!(!everything.contains("geheim"), "{everything}");
        assert_eq!(gaps(&database).await, "");
    });
}

#[test]
fn without_event_triggers_new_tables_are_found_by_reconciling() {
    block_on(async {
        let (database, mut journal) = covered("SELECT", &TrackOptions::default(), false).await;
        database.execute("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        database.execute("INSERT INTO public.t VALUES (1)").await;
        assert_eq!(mend(&mut journal).await, ["public.t: fits a pattern and is not tracked"]);
        database.execute("INSERT INTO public.t VALUES (2)").await;
        assert_eq!(summary(&journal).await, ["insert public.t id=2"]);
    });
}

#[test]
fn what_became_of_a_table_is_written_down_seen_or_not() {
    block_on(async {
        for seen in [true, false] {
            let (database, mut journal) = covered(
                "CREATE SCHEMA other; CREATE TABLE public.t (id int PRIMARY KEY, a int, b int, c int)",
                &TrackOptions::default(),
                seen,
            )
            .await;
            database.execute("INSERT INTO public.t VALUES (1, 1, 1, 1)").await;
            for (alter, write) in [
                ("ALTER TABLE public.t ADD d int DEFAULT 4", "UPDATE public.t SET a = 2"),
                ("ALTER TABLE public.t RENAME a TO z", "UPDATE public.t SET z = 3"),
                ("ALTER TABLE public.t ALTER b TYPE text", "UPDATE public.t SET b = 'x'"),
                ("ALTER TABLE public.t DROP c", "UPDATE public.t SET z = 4"),
                ("ALTER TABLE public.t RENAME TO u", "UPDATE public.u SET z = 5"),
                ("ALTER TABLE public.u SET SCHEMA other", "UPDATE other.u SET z = 6"),
            ] {
                database.execute(alter).await;
                database.execute(write).await;
            }
            assert_eq!(changes(&journal).await.len(), 7);
            let image = json!({ "id": 1, "z": 6, "b": "x", "d": 4 });
            assert_eq!(last_change(&journal).await, image, "{seen}");
            mend(&mut journal).await;
            assert_eq!(mend(&mut journal).await, Vec::<String>::new());
            let noted = "SELECT string_agg(concat_ws(' ', command, column_changes, name), ', ' ORDER BY id) FROM (
                SELECT s.id, s.command, s.details #>> '{name,is}' AS name,
                  (SELECT string_agg(c ->> 'change', '+' ORDER BY c ->> 'change')
                   FROM jsonb_array_elements(s.details -> 'columns') AS c) AS column_changes
                FROM recall.schema_change AS s) AS s";
            let expected = if seen {
                "ALTER TABLE added, ALTER TABLE renamed, ALTER TABLE retyped, ALTER TABLE dropped, \
                 ALTER TABLE public.u, ALTER TABLE other.u"
            } else {
                "added+dropped+renamed+retyped other.u"
            };
            assert_eq!(database.scalar(noted).await, expected);
            assert_eq!(gaps(&database).await, "");
            database.execute("UPDATE other.u SET z = 7").await;
            assert_eq!(
                database.scalar("SELECT count(*) FROM recall.change WHERE shape IS NOT NULL").await,
                "2"
            );
        }
    });
}

#[test]
fn a_hidden_column_stays_hidden_when_it_is_renamed_and_the_table_reconciled() {
    block_on(async {
        for seen in [true, false] {
            let options = TrackOptions {
                excluded: vec!["t.pin".parse().expect("column")],
                hashed: vec!["t.iban".parse().expect("column")],
                ..TrackOptions::default()
            };
            let table = "CREATE TABLE public.t (id int PRIMARY KEY, pin text, iban text, v int)";
            let (database, mut journal) = covered(table, &options, seen).await;
            database
                .execute(
                    "ALTER TABLE public.t RENAME pin TO code; ALTER TABLE public.t RENAME iban TO account;
                     ALTER TABLE public.t RENAME v TO pin; INSERT INTO public.t VALUES (1, 'geheim', 'DE99', 1)",
                )
                .await;
            mend(&mut journal).await;
            database.execute("INSERT INTO public.t VALUES (2, 'geheim', 'DE99', 7)").await;
            let everything =
                database.scalar("SELECT string_agg(c::text, '') FROM recall.change AS c").await;
            assert!(!everything.contains("geheim") && !everything.contains("DE99"), "{everything}");
            let row = last_change(&journal).await;
            assert_eq!(row["pin"], 7, "the name is free again: {row}");
            assert!(row["account"].as_str().expect("hash").starts_with("sha256:"), "{row}");
            let hidden = "SELECT (excluded_columns || hashed_columns)::text FROM recall.relation";
            assert_eq!(database.scalar(hidden).await, "{code,account}");
        }
    });
}

#[test]
fn a_table_made_again_under_the_same_name_is_another_one() {
    block_on(async {
        for seen in [true, false] {
            let table = "CREATE TABLE public.t (id int PRIMARY KEY)";
            let (database, mut journal) = covered(table, &TrackOptions::default(), seen).await;
            database.execute("INSERT INTO public.t VALUES (1); DROP TABLE public.t").await;
            database.execute("CREATE TABLE public.t (id text PRIMARY KEY)").await;
            mend(&mut journal).await;
            database.execute("INSERT INTO public.t VALUES ('x')").await;
            assert_eq!(
                summary(&journal).await,
                ["insert public.t id=1", "insert public.t id=x"],
                "{seen}"
            );
            let tables = journal.tables_named("public.t").await.expect("tables");
            let tracked: Vec<_> = tables.iter().filter(|table| table.relation.tracked).collect();
            assert_eq!((tables.len(), tracked.len()), (2, 1));
            let now = journal.table("t").await.expect("table");
            let key = journal.key(&now, "x").await.expect("key");
            assert_eq!(journal.history(&now, &key.text).await.expect("history").len(), 1);
            let closed = "SELECT count(*) FROM recall.schema_change WHERE details ? 'dropped'";
            assert_eq!(database.scalar(closed).await, "1");
        }
    });
}

#[test]
fn a_key_that_changes_begins_the_past_anew() {
    block_on(async {
        for seen in [true, false] {
            let table = "CREATE TABLE public.t (id int PRIMARY KEY, n int NOT NULL)";
            let (database, mut journal) = covered(table, &TrackOptions::default(), seen).await;
            database.execute("INSERT INTO public.t VALUES (1, 10)").await;
            database.execute("ALTER TABLE public.t DROP CONSTRAINT t_pkey").await;
            database.execute("UPDATE public.t SET n = 11").await;
            database.execute("ALTER TABLE public.t ADD PRIMARY KEY (n)").await;
            database.execute("UPDATE public.t SET id = 2").await;
            mend(&mut journal).await;
            database.execute("UPDATE public.t SET id = 3").await;
            assert_eq!(summary(&journal).await.last().expect("change"), "update public.t n=11");
            assert_eq!(changes(&journal).await.len(), 4);
            let keys =
                database.scalar("SELECT count(*) FROM recall.schema_change WHERE details ? 'key'");
            assert_eq!(keys.await, if seen { "2" } else { "1" });
        }
    });
}

#[test]
fn triggers_that_are_off_are_a_gap_as_exact_as_it_was_seen() {
    block_on(async {
        for (off, on) in [
            ("ALTER TABLE public.t DISABLE TRIGGER USER", None),
            (
                "ALTER TABLE public.t DISABLE TRIGGER ALL",
                Some("ALTER TABLE public.t ENABLE TRIGGER ALL"),
            ),
            (r#"DROP TRIGGER "!recall_1_update" ON public.t"#, None),
            ("DROP FUNCTION recall.capture_1_insert() CASCADE", None),
        ] {
            let table = "CREATE TABLE public.t (id int PRIMARY KEY)";
            let (database, mut journal) = covered(table, &TrackOptions::default(), true).await;
            database.execute("INSERT INTO public.t VALUES (1)").await;
            database.execute(off).await;
            let open = "SELECT g.reason, g.from_tx > r.since_tx, g.until_tx IS NULL
                FROM recall.gap AS g JOIN recall.relation AS r ON r.id = g.relation";
            let found = database.query_text(open).await;
            assert_eq!(found.len(), 1, "{off}");
            assert_eq!(found[0].join_words(), "bypassed t t", "{off}");
            if let Some(on) = on {
                database.execute(on).await;
            }
            assert_eq!(
                mend(&mut journal).await,
                ["public.t: triggers missing or disabled"].map(|line| {
                    if off.starts_with("DROP FUNCTION") {
                        format!("{line}; functions missing or changed")
                    } else {
                        line.to_owned()
                    }
                }),
                "{off}"
            );
            assert_eq!(database.query_text(open).await.len(), 1, "{off}");
            assert_eq!(database.query_text(open).await[0].join_words(), "bypassed t f", "{off}");
        }
    });
}

#[test]
fn triggers_that_were_off_unseen_are_a_gap_since_the_tracking_began() {
    block_on(async {
        let table = "CREATE TABLE public.t (id int PRIMARY KEY)";
        let (database, mut journal) = covered(table, &TrackOptions::default(), false).await;
        database.execute("ALTER TABLE public.t DISABLE TRIGGER USER").await;
        assert_eq!(mend(&mut journal).await, ["public.t: triggers missing or disabled"]);
        let exact = "SELECT g.from_tx = r.since_tx FROM recall.gap AS g JOIN recall.relation AS r ON r.id = g.relation";
        assert_eq!(database.scalar(exact).await, "t");
    });
}

const PARTED: &str = "
    CREATE TABLE public.p (id int PRIMARY KEY, v int) PARTITION BY RANGE (id);
    CREATE TABLE public.p_1 PARTITION OF public.p FOR VALUES FROM (0) TO (10);
    CREATE TABLE public.p_2 PARTITION OF public.p FOR VALUES FROM (10) TO (20);
    INSERT INTO public.p VALUES (1, 1), (11, 1)";

#[test]
fn what_is_done_to_a_parent_is_noted_of_its_children() {
    block_on(async {
        let (database, mut journal) = covered(
            "CREATE TABLE public.parent (id int, v text);
             CREATE TABLE public.child (PRIMARY KEY (id)) INHERITS (public.parent);
             CREATE TABLE public.grandchild (PRIMARY KEY (id)) INHERITS (public.child)",
            &TrackOptions::default(),
            true,
        )
        .await;
        database.execute("ALTER TABLE public.parent ADD COLUMN c int DEFAULT 5").await;
        let noted = "SELECT string_agg(DISTINCT r.table_name, ' ')
             FROM recall.schema_change AS s JOIN recall.relation AS r ON r.id = s.relation
             WHERE s.command = 'ALTER TABLE' AND s.details <> '{}'";
        assert_eq!(database.scalar(noted).await, "child grandchild parent");
        mend(&mut journal).await;
        assert_eq!(gaps(&database).await, "");
    });
}

#[test]
fn partitions_that_come_and_go() {
    block_on(async {
        for (seen, sql, expected) in [
            (
                true,
                "CREATE TABLE public.p_3 PARTITION OF public.p FOR VALUES FROM (20) TO (30)",
                "",
            ),
            (
                true,
                "CREATE TABLE public.n (LIKE public.p); ALTER TABLE public.p ATTACH PARTITION public.n FOR VALUES FROM (20) TO (30)",
                "n recorded above",
            ),
            (true, "DROP TABLE public.p_2", "p partitions changed"),
            (true, "ALTER TABLE public.p DETACH PARTITION public.p_2", "p partitions changed"),
            (false, "DROP TABLE public.p_2", "p partitions changed"),
            (false, "ALTER TABLE public.p DETACH PARTITION public.p_2", "p partitions changed"),
        ] {
            let (database, mut journal) = covered(PARTED, &TrackOptions::default(), seen).await;
            database.execute(sql).await;
            assert_eq!(gaps(&database).await, if seen { expected } else { "" }, "{sql}");
            mend(&mut journal).await;
            assert!(gaps(&database).await.starts_with(expected), "{sql}");
            assert_eq!(mend(&mut journal).await, Vec::<String>::new(), "{sql}");
        }
    });
}

#[test]
fn a_new_partition_is_whole_at_once() {
    block_on(async {
        let (database, mut journal) = covered(PARTED, &TrackOptions::default(), true).await;
        database
            .execute(
                "CREATE TABLE public.p_3 PARTITION OF public.p FOR VALUES FROM (20) TO (30);
                 SET session_replication_role = replica; INSERT INTO public.p VALUES (21, 1); TRUNCATE public.p_3",
            )
            .await;
        assert_eq!(summary(&journal).await, ["insert public.p id=21", "truncate public.p id=21"]);
        assert_eq!(mend(&mut journal).await, Vec::<String>::new());
        assert_eq!(gaps(&database).await, "");
    });
}

#[test]
fn rows_that_come_with_a_partition_are_a_gap() {
    block_on(async {
        for seen in [true, false] {
            let (database, mut journal) = covered(PARTED, &TrackOptions::default(), seen).await;
            database.execute("CREATE SCHEMA other; CREATE TABLE other.full (LIKE public.p)").await;
            database.execute("INSERT INTO other.full VALUES (21, 1)").await;
            database
                .execute(
                    "ALTER TABLE public.p ATTACH PARTITION other.full FOR VALUES FROM (20) TO (30)",
                )
                .await;
            mend(&mut journal).await;
            assert_eq!(gaps(&database).await, "p partitions changed", "{seen}");
            assert_eq!(mend(&mut journal).await, Vec::<String>::new());
        }
    });
}

#[test]
fn a_tracked_table_that_becomes_a_partition_is_recorded_once_and_untracked() {
    block_on(async {
        for seen in [true, false] {
            let single =
                format!("{PARTED}; CREATE TABLE public.single (id int PRIMARY KEY, v int)");
            let (database, mut journal) = covered(&single, &TrackOptions::default(), seen).await;
            database
                .execute("ALTER TABLE public.p ATTACH PARTITION public.single FOR VALUES FROM (20) TO (30)")
                .await;
            database.execute("INSERT INTO public.p VALUES (21, 1)").await;
            mend(&mut journal).await;
            database
                .execute("INSERT INTO public.single VALUES (22, 1); TRUNCATE public.single")
                .await;
            assert_eq!(
                summary(&journal).await,
                [
                    "insert public.p id=21",
                    "insert public.p id=22",
                    "truncate public.p id=21",
                    "truncate public.p id=22"
                ],
                "{seen}"
            );
            assert!(
                gaps(&database).await.contains("single recorded above"),
                "{}",
                gaps(&database).await
            );
            let tracked = "SELECT tracked FROM recall.relation WHERE table_name = 'single'";
            assert_eq!(database.scalar(tracked).await, "f");
        }
    });
}

#[test]
fn columns_that_go_with_their_type_are_noticed() {
    block_on(async {
        let (database, mut journal) = covered(
            "CREATE TYPE public.mood AS ENUM ('good'); CREATE TABLE public.t (id int PRIMARY KEY, mood public.mood)",
            &TrackOptions::default(),
            true,
        )
        .await;
        database.execute("DROP TYPE public.mood CASCADE; INSERT INTO public.t VALUES (1)").await;
        assert_eq!(last_change(&journal).await, json!({ "id": 1 }));
        let noted =
            "SELECT command || (details #>> '{columns,0,change}') FROM recall.schema_change";
        assert_eq!(database.scalar(noted).await, "DROP TYPEdropped");
        mend(&mut journal).await;
    });
}

/// The cells of a row, apart.
trait JoinWords {
    fn join_words(&self) -> String;
}

impl JoinWords for Vec<Option<String>> {
    fn join_words(&self) -> String {
        self.iter().flatten().cloned().collect::<Vec<_>>().join(" ")
    }
}
