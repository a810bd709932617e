//! A look at a moment before a checkpoint begins with the copy, and tells the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pgrecall_journal::{Journal, TrackOptions};
use pgrecall_model::{Explain, Moment, TickId};
use pgrecall_testkit::{Session, TestDatabase, block_on};
use pgrecall_timetravel::{TimeTravelError, at, setup};

use crate::{latest, rows, tracked};

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v text COLLATE \"C\", n numeric);
    CREATE INDEX ON public.t (v); CREATE INDEX ON public.t (lower(v)); CREATE INDEX ON public.t (n) WHERE n > 5;
    INSERT INTO public.t SELECT g, 'v' || g % 7, g / 3.0 FROM generate_series(1, 60) AS g";
const ALL: &str = "SELECT * FROM t ORDER BY id, v, n";

/// What everybody saw at a moment.
struct Seen {
    moment: Moment,
    rows: Vec<String>,
}

/// Writes down what everybody sees now, from one snapshot with the tick.
async fn seen(database: &TestDatabase, sql: &str) -> Seen {
    let session = database.session().await;
    session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ").await;
    let tick = session.scalar("SELECT recall.tick()").await.parse().expect("tick");
    let line = |row: Vec<Option<String>>| {
        row.into_iter().map(|v| v.unwrap_or_else(|| "-".to_owned())).collect::<Vec<_>>().join("|")
    };
    let rows = session.query_text(sql).await.into_iter().map(line).collect();
    session.execute("COMMIT").await;
    Seen { moment: Moment::Tick(TickId(tick)), rows }
}

async fn take(journal: &mut Journal, table: &str) -> i64 {
    let table = journal.table(table).await.expect("table");
    journal.take_checkpoint(&table).await.expect("checkpoint").id
}

/// The rows, and the checkpoints from which they were had.
async fn look(journal: &mut Journal, moment: &Moment, sql: &str) -> (Vec<String>, Vec<i64>) {
    let used = at(journal, moment.clone(), sql).await.expect(sql).checkpoints;
    (rows(journal, moment, sql).await.expect(sql), used)
}

async fn drop_all(journal: &Journal) {
    let all = journal.checkpoints().await.expect("checkpoints");
    let all: Vec<i64> = all.iter().map(|one| one.id).collect();
    let dropped = journal.drop_checkpoints(&all).await.expect("drop");
    assert_eq!(usize::try_from(dropped), Ok(all.len()));
}

/// How many copies there are, and how many checkpoints.
async fn left(session: &Session) -> String {
    session
        .scalar(
            "SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'recall'::regnamespace AND relkind = 'r'
               AND relname ~ '^checkpoint_[0-9]+$') || ' ' || (SELECT count(*) FROM recall.checkpoint)",
        )
        .await
}

#[test]
fn a_checkpoint_serves_moments_before_it_and_no_other() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let first = seen(&database, ALL).await;
        database
            .execute("UPDATE public.t SET v = 'w' WHERE id < 9; DELETE FROM public.t WHERE id = 20")
            .await;
        let second = seen(&database, ALL).await;
        let one = take(&mut journal, "t").await;
        let tick = journal.checkpoints().await.expect("list")[0].tick;
        database
            .execute("UPDATE public.t SET id = id + 1000 WHERE id > 50; TRUNCATE public.t")
            .await;
        let third = seen(&database, ALL).await;
        database.execute("INSERT INTO public.t VALUES (1, 'x', 1)").await;
        let two = take(&mut journal, "t").await;
        database.execute("DELETE FROM public.t").await;
        let equal = Moment::Tick(tick);
        assert_eq!(look(&mut journal, &first.moment, ALL).await, (first.rows, vec![one]));
        assert_eq!(look(&mut journal, &second.moment, ALL).await, (second.rows.clone(), vec![one]));
        assert_eq!(look(&mut journal, &equal, ALL).await, (second.rows, vec![one]));
        assert_eq!(look(&mut journal, &third.moment, ALL).await, (third.rows, vec![two]));
        let now = Moment::After(latest(&database).await);
        assert_eq!(look(&mut journal, &now, ALL).await, (Vec::new(), Vec::new()));
        assert_eq!(
            look(&mut journal, &equal, "SELECT v FROM t WHERE id = 3").await,
            (vec!["w".to_owned()], Vec::new()),
            "a single record is found by itself"
        );
        let indexes = "SELECT string_agg(indexdef, ' ' ORDER BY indexdef) FROM pg_indexes WHERE tablename = 'checkpoint_1'";
        let indexes = database.scalar(indexes).await;
        assert!(
            indexes.contains("UNIQUE INDEX checkpoint_1_id_idx") && indexes.contains("(v)"),
            "{indexes}"
        );
        assert!(!indexes.contains("lower") && !indexes.contains("(n)"), "{indexes}");
    });
}

#[test]
fn a_checkpoint_beside_writers_is_what_everybody_saw() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let done = Arc::new(AtomicBool::new(false));
        let mut writers = Vec::new();
        for writer in 0..4 {
            let (session, done) = (database.session().await, Arc::clone(&done));
            writers.push(tokio::spawn(async move {
                for step in 0.. {
                    let id = (step * 7 + writer * 13) % 60 + 1;
                    // Rows are locked in one order, so that no writer dies of a deadlock.
                    let sql = format!(
                        "BEGIN; UPDATE public.t SET v = '{writer}-{step}' WHERE id = {id};
                         SELECT pg_sleep(0.002 * {writer});
                         INSERT INTO public.t VALUES ({}, 'new', {step}); COMMIT;
                         DELETE FROM public.t WHERE id = {}",
                        1000 + writer * 100_000 + step,
                        990 + writer * 100_000 + step,
                    );
                    session.execute(&sql).await;
                    if done.load(Ordering::Relaxed) {
                        return;
                    }
                }
            }));
        }
        let (mut before, mut taken) = (Vec::new(), Vec::new());
        for _ in 0..5 {
            for _ in 0..3 {
                before.push(seen(&database, ALL).await);
                tokio::time::sleep(std::time::Duration::from_millis(7)).await;
            }
            taken.push(take(&mut journal, "t").await);
        }
        let copied = journal.checkpoints().await.expect("list");
        done.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.await.expect("writer");
        }
        for (at, seen) in before.iter().enumerate() {
            let (found, used) = look(&mut journal, &seen.moment, ALL).await;
            assert_eq!((&found, used), (&seen.rows, vec![taken[at / 3]]), "moment {at}");
        }
        let mut in_copies = Vec::new();
        for one in &copied {
            let session = database.session().await;
            let sql = format!("SELECT * FROM recall.checkpoint_{} ORDER BY id, v, n", one.id);
            let rows = session.query_text(&sql).await;
            let line =
                |row: Vec<Option<String>>| row.into_iter().flatten().collect::<Vec<_>>().join("|");
            in_copies.push(rows.into_iter().map(line).collect::<Vec<_>>());
        }
        drop_all(&journal).await;
        for (one, copy) in copied.iter().zip(in_copies) {
            let (found, used) = look(&mut journal, &Moment::Tick(one.tick), ALL).await;
            assert_eq!((found, used), (copy, Vec::new()), "the journal tells what the copy held");
        }
    });
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn statement(dice: &mut Dice) -> String {
    let (a, b) = (dice.roll(30), dice.roll(30));
    match dice.roll(12) {
        0 => "TRUNCATE public.r".to_owned(),
        1 | 2 => format!("UPDATE public.r SET b = b || 'x' WHERE a BETWEEN {a} AND {b}"),
        3 => format!("UPDATE public.r SET a = a + 100, v = v + 1 WHERE a = {a}"),
        4 => "UPDATE public.r SET a = a - 100 WHERE a >= 100".to_owned(),
        // Two rows change their keys with each other.
        5 => format!("UPDATE public.r SET a = {a} + {b} - a WHERE a IN ({a}, {b})"),
        6 | 7 => format!("DELETE FROM public.r WHERE a = {a}"),
        8 => format!("UPDATE public.r SET v = NULL WHERE a < {a}"),
        _ => format!(
            "INSERT INTO public.r SELECT g, 'b' || {b}, g * {b} FROM generate_series({a}, {a} + 5) AS g ON CONFLICT DO NOTHING"
        ),
    }
}

#[test]
fn with_and_without_checkpoints_the_past_is_the_same() {
    const TABLES: &str = "CREATE TABLE public.r (a int NOT NULL, b text NOT NULL, v int);
        CREATE FUNCTION public.again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          UPDATE public.r SET v = v - 1 WHERE a = NEW.a + 1 AND v > 20; RETURN NULL; END $$;
        CREATE TRIGGER again AFTER UPDATE ON public.r FOR EACH ROW WHEN (OLD.v <> NEW.v) EXECUTE FUNCTION public.again()";
    const ROWS: &str = "SELECT a, b, v FROM r ORDER BY a, b, v";
    const SOME: &str =
        "SELECT count(*), sum(x.v) FROM r AS x JOIN r AS y ON y.a = x.a + 1 WHERE x.v > 3";
    block_on(async {
        let mut used_at_all = 0;
        for seed in 1..4 {
            // Of two columns it is compared as text, of one in its own type.
            let key = if seed == 3 { "a" } else { "a, b" };
            let sql = format!(
                "{TABLES}; CREATE UNIQUE INDEX r_key ON public.r ({key});
                ALTER TABLE public.r REPLICA IDENTITY USING INDEX r_key"
            );
            let (database, mut journal) = tracked(&sql).await;
            let mut dice = Dice(seed);
            let (mut moments, mut taken) = (Vec::new(), 0);
            let long = database.session().await;
            for step in 0..40 {
                if step % 13 == 5 {
                    long.execute(&format!(
                        "BEGIN; INSERT INTO public.r VALUES ({}, 'long', 0)",
                        5000 + step
                    ))
                    .await;
                }
                let count = 1 + dice.roll(3);
                let all: Vec<_> = (0..count).map(|_| statement(&mut dice)).collect();
                // Whoever truncates would wait for the other one.
                let all =
                    all.into_iter().filter(|sql| step % 13 < 5 || !sql.starts_with("TRUNCATE"));
                let body = all.collect::<Vec<_>>().join("; ");
                // Swapped keys may collide: then there is nothing of the transaction.
                let _ = database.try_execute(&format!("BEGIN; {body}; COMMIT")).await;
                database.execute("ROLLBACK").await;
                if step % 13 == 11 {
                    long.execute("UPDATE public.r SET v = v - 1 WHERE a < 8; COMMIT").await;
                }
                moments.push((seen(&database, ROWS).await, seen(&database, SOME).await));
                if dice.roll(6) == 0 || step % 13 == 7 {
                    take(&mut journal, "r").await;
                    taken += 1;
                }
            }
            long.execute("COMMIT").await;
            assert!(taken > 2);
            for with in [true, false] {
                for (at, (all, some)) in moments.iter().enumerate() {
                    let (found, used) = look(&mut journal, &all.moment, ROWS).await;
                    assert_eq!(found, all.rows, "seed {seed}, moment {at}, from {used:?}");
                    used_at_all += used.len();
                    assert!(with || used.is_empty());
                    assert_eq!(
                        look(&mut journal, &some.moment, SOME).await.0,
                        some.rows,
                        "seed {seed}, moment {at}"
                    );
                }
                drop_all(&journal).await;
            }
        }
        assert!(used_at_all > 60, "{used_at_all}");
    });
}

#[test]
fn a_transaction_that_was_open_decides_whether_a_checkpoint_serves() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let first = Moment::After(latest(&database).await);
        let long = database.session().await;
        long.execute("BEGIN; UPDATE public.t SET v = 'long' WHERE id = 1").await;
        // One that has nothing to do with the journal does not matter.
        let idle = database.session().await;
        idle.execute("BEGIN; CREATE TABLE public.other ()").await;
        database.execute("UPDATE public.t SET v = 'short' WHERE id = 2").await;
        let short = latest(&database).await;
        let before = seen(&database, ALL).await;
        database
            .execute("BEGIN; UPDATE public.t SET v = 'a' WHERE id = 5; UPDATE public.t SET v = 'b' WHERE id = 5; COMMIT")
            .await;
        let one = take(&mut journal, "t").await;
        // What it changes later is not in the copy, even where it brings back what was before.
        long.execute("UPDATE public.t SET v = 'long' WHERE id = 3; UPDATE public.t SET v = 'v5' WHERE id = 5; COMMIT")
            .await;
        idle.execute("COMMIT").await;
        database.execute("UPDATE public.t SET v = 'last'").await;
        let changed = "SELECT id, v FROM t WHERE v IN ('long', 'short') ORDER BY id";
        // By its number the long transaction came before the short one.
        assert_eq!(
            look(&mut journal, &Moment::After(short), changed).await,
            (vec!["1|long".to_owned(), "2|short".to_owned(), "3|long".to_owned()], Vec::new())
        );
        assert_eq!(
            look(&mut journal, &Moment::Before(short), changed).await,
            (vec!["1|long".to_owned(), "3|long".to_owned()], Vec::new())
        );
        assert_eq!(look(&mut journal, &before.moment, ALL).await, (before.rows, vec![one]));
        assert_eq!(look(&mut journal, &first, changed).await, (Vec::new(), vec![one]));
    });
}

#[test]
fn a_copy_does_not_keep_types_from_being_dropped() {
    block_on(async {
        let (database, mut journal) = tracked(
            "CREATE TYPE public.mood AS ENUM ('good', 'bad'); CREATE TYPE public.size AS ENUM ('s', 'l');
             CREATE TABLE public.t (id int PRIMARY KEY, m public.mood, s public.size)",
        )
        .await;
        take(&mut journal, "t").await;
        database.execute("ALTER TABLE public.t DROP COLUMN m; DROP TYPE public.mood").await;
        journal.reconcile(false).await.expect("reconcile");
        take(&mut journal, "t").await;
        database.execute("DROP TABLE public.t; DROP TYPE public.size").await;
        assert_eq!(left(&database).await, "0 0");
    });
}

#[test]
fn a_table_that_is_another_one_since_is_read_without() {
    block_on(async {
        for seen_at_once in [true, false] {
            let (database, mut journal) = tracked(TABLE).await;
            if !seen_at_once {
                database.execute("ALTER EVENT TRIGGER recall_ddl DISABLE; ALTER EVENT TRIGGER recall_drop DISABLE").await;
            }
            for (alteration, ids) in [
                ("ALTER TABLE public.t ADD COLUMN more int DEFAULT 7", "60"),
                ("ALTER TABLE public.t RENAME COLUMN more TO less", "60"),
                ("ALTER TABLE public.t ALTER COLUMN n TYPE numeric(20, 2)", "60"),
                ("ALTER TABLE public.t DROP COLUMN less", "60"),
                ("ALTER TABLE public.t ALTER COLUMN v TYPE text COLLATE \"POSIX\"", "60"),
            ] {
                let moment = seen(&database, "SELECT count(id) FROM t").await;
                database.execute("UPDATE public.t SET v = v || 'x'").await;
                take(&mut journal, "t").await;
                let (found, used) =
                    look(&mut journal, &moment.moment, "SELECT count(id) FROM t").await;
                assert_eq!((found, used.len()), (vec![ids.to_owned()], 1));
                database.execute(alteration).await;
                let (found, used) =
                    look(&mut journal, &moment.moment, "SELECT count(id) FROM t").await;
                assert_eq!((&found, used), (&moment.rows, Vec::new()), "{alteration}");
                if seen_at_once && !alteration.contains("POSIX") {
                    assert_eq!(left(&database).await, "0 0", "{alteration}");
                }
                track_again(&mut journal).await;
                assert_eq!(left(&database).await, "0 0", "{alteration}");
            }
            let moment = seen(&database, ALL).await;
            take(&mut journal, "t").await;
            database.execute("ALTER TABLE public.t RENAME TO s; UPDATE public.s SET v = 'y'").await;
            track_again(&mut journal).await;
            let (found, used) = look(&mut journal, &moment.moment, ALL).await;
            assert_eq!((found, used.len()), (moment.rows, 1), "a name matters to nobody");
            database.execute("DROP TABLE public.s").await;
            journal.reconcile(false).await.expect("reconcile");
            assert_eq!(left(&database).await, "0 0");
        }
    });
}

async fn track_again(journal: &mut Journal) {
    journal.reconcile(false).await.expect("reconcile");
    journal.maintain().await.expect("maintain");
}

#[test]
fn who_may_not_read_a_copy_is_told_the_same_without_it() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let (admin, auditor) =
            (database.create_role("admin").await, database.create_role("auditor").await);
        database
            .execute(&format!(
                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
                 GRANT recall_admin TO \"{admin}\"; GRANT recall_auditor TO \"{auditor}\";
                 GRANT SELECT ON public.t TO \"{admin}\", \"{auditor}\""
            ))
            .await;
        let moment = seen(&database, ALL).await;
        take(&mut journal, "t").await;
        database.execute("UPDATE public.t SET v = 'new'").await;
        for (role, expected) in [(&admin, 1), (&auditor, 0)] {
            let mut theirs = Journal::open(database.connect_as(role).await).await.expect("open");
            let (found, used) = look(&mut theirs, &moment.moment, ALL).await;
            assert_eq!((&found, used.len()), (&moment.rows, expected), "{role}");
            let session = database.session_as(role).await;
            let direct = session.try_execute("SELECT FROM recall.checkpoint_1").await;
            assert_eq!(direct.is_ok(), expected == 1, "{role}");
            let table = theirs.table("t").await.expect("table");
            let every = theirs.checkpoint_every(&table, 9, 1).await;
            assert_eq!(every.is_ok(), expected == 1, "an administrator may ask for them");
        }
        database
            .execute(
                "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON public.t USING (id < 4)",
            )
            .await;
        let mut theirs = Journal::open(database.connect_as(&admin).await).await.expect("open");
        let used = at(&theirs, moment.moment.clone(), ALL).await.expect("past").checkpoints;
        assert_eq!(used, Vec::<i64>::new(), "a copy has no policies");
        database.execute(&format!("ALTER TABLE public.t DISABLE ROW LEVEL SECURITY; REVOKE SELECT ON public.t FROM \"{admin}\"")).await;
        let refused = rows(&mut theirs, &moment.moment, ALL).await.expect_err("no right");
        assert!(matches!(refused, TimeTravelError::Refused(_)), "{refused:?}");
    });
}

#[test]
fn a_copy_that_lost_its_rows_or_is_gone_is_not_missed() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let moment = seen(&database, ALL).await;
        let one = take(&mut journal, "t").await;
        database.execute("DELETE FROM public.t WHERE id > 9").await;
        let past = at(&journal, moment.moment.clone(), ALL).await.expect("past");
        assert_eq!(past.checkpoints, [one]);
        drop_all(&journal).await;
        assert_eq!(past.rows(&mut journal).await.expect("rows").rows.len(), moment.rows.len());
        take(&mut journal, "t").await;
        // As after a crash.
        database.execute("TRUNCATE recall.checkpoint_2").await;
        assert_eq!(look(&mut journal, &moment.moment, ALL).await, (moment.rows, Vec::new()));
        assert_eq!(journal.maintain().await.expect("maintain").checkpoints_dropped, 1);
        assert_eq!(left(&database).await, "0 0");
    });
}

#[test]
fn a_session_of_the_past_keeps_no_checkpoint_from_being_dropped() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let moment = seen(&database, ALL).await;
        take(&mut journal, "t").await;
        database.execute("DELETE FROM public.t").await;
        let setup = setup(&journal, moment.moment, pgrecall_timetravel::Terms::default())
            .await
            .expect("setup");
        assert!(!setup.sql.contains("checkpoint_"));
    });
}

#[test]
fn what_cannot_be_copied_rightly_is_refused() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        database.execute("CREATE TABLE public.bag (v int); CREATE TABLE public.shy (id int PRIMARY KEY, secret text)").await;
        let tables = pgrecall_postgres::catalogue::tables(journal.client()).await.expect("tables");
        for table in &tables {
            if table.name.table.as_str() == "t" {
                continue;
            }
            let mut options = TrackOptions::default();
            if table.name.table.as_str() == "shy" {
                options.excluded = vec!["shy.secret".parse().expect("column")];
            }
            journal.track(table, &options).await.expect("track");
        }
        for name in ["bag", "shy"] {
            let table = journal.table(name).await.expect("table");
            let error = journal.take_checkpoint(&table).await.expect_err(name);
            assert_eq!(error.code(), "journal/no-checkpoint");
        }
        // What is left out from now on is in no copy any more.
        take(&mut journal, "t").await;
        let options = TrackOptions {
            excluded: vec!["t.v".parse().expect("column")],
            ..TrackOptions::default()
        };
        let table = tables.iter().find(|table| table.name.table.as_str() == "t").expect("t");
        journal.track(table, &options).await.expect("track");
        assert_eq!(left(&database).await, "0 0");
    });
}

#[test]
fn a_checkpoint_that_is_killed_leaves_nothing_and_two_are_two() {
    block_on(async {
        let (database, mut journal) = tracked(TABLE).await;
        let (one, two) = (take(&mut journal, "t").await, take(&mut journal, "t").await);
        assert!(one < two);
        assert_eq!(left(&database).await, "2 2");
        // It comes to a stop when all but the end is done.
        database
            .execute(
                "CREATE FUNCTION public.stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_lock(7); RETURN NEW; END $$;
                 CREATE TRIGGER stop BEFORE UPDATE ON recall.checkpoint FOR EACH ROW EXECUTE FUNCTION public.stop();
                 SELECT pg_advisory_lock(7)",
            )
            .await;
        let table = journal.table("t").await.expect("table");
        let copying = tokio::spawn(async move { journal.take_checkpoint(&table).await });
        let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        while database.scalar(waiting).await == "0" {
            tokio::task::yield_now().await;
        }
        // Nobody who writes waits for it.
        let writer = database.session().await;
        writer.execute("SET lock_timeout = '1s'; UPDATE public.t SET v = 'w'; DELETE FROM public.t WHERE id = 2").await;
        let kill = waiting.replace("count(*)", "count(pg_terminate_backend(pid))");
        database.scalar(&kill).await;
        let error = copying.await.expect("task").expect_err("killed");
        assert_eq!(error.code(), "server/disconnected");
        assert_eq!(left(&database).await, "2 2");
    });
}

/// What happens to a table between a moment and a checkpoint after it, statement by statement.
const BETWEEN: [&[&str]; 5] = [
    &[],
    &[
        "UPDATE public.k SET v = 'b' WHERE n < 3; DELETE FROM public.k WHERE n = 4; INSERT INTO public.k VALUES ('5', 5, 'new')",
    ],
    &[
        "UPDATE public.k SET v = 'b' WHERE n < 3",
        "UPDATE public.k SET v = 'c' WHERE n < 2",
        "DELETE FROM public.k WHERE n = 1",
    ],
    &["UPDATE public.k SET id = '9' WHERE n = 1", "UPDATE public.k SET id = '1' WHERE n = 2"],
    // A trigger changes rows of its own statement again, and is recorded before it.
    &["UPDATE public.k SET v = v || '.' WHERE n > 0"],
];

#[test]
fn whatever_came_between_a_moment_and_a_checkpoint_is_told_apart() {
    for key in ["int", "text", "uuid"] {
        block_on(async {
            let id = if key == "uuid" { "lpad(g::text, 32, '0')::uuid" } else { "g::text::{key}" };
            let id = id.replace("{key}", key);
            let (database, mut journal) = tracked(&format!(
                "CREATE TABLE public.k (id {key} PRIMARY KEY, n int, v text);
                 INSERT INTO public.k SELECT {id}, g, 'a' FROM generate_series(1, 4) AS g;
                 CREATE FUNCTION public.other() RETURNS trigger LANGUAGE plpgsql AS
                   $$ BEGIN UPDATE public.k SET v = v || '+' WHERE n = NEW.n + 1; RETURN NULL; END $$;
                 CREATE TRIGGER other AFTER UPDATE OF v ON public.k FOR EACH ROW
                   WHEN (pg_trigger_depth() = 0 AND NEW.v LIKE '%.') EXECUTE FUNCTION public.other()"
            ))
            .await;
            let all = "SELECT id::text, n, v FROM k ORDER BY 1, 2";
            for changes in BETWEEN {
                let then = seen(&database, all).await;
                for change in changes {
                    let change = match key {
                        "uuid" => change
                            .replace("'5'", "lpad('5', 32, '0')::uuid")
                            .replace("'9'", "lpad('9', 32, '0')::uuid")
                            .replace("'1'", "lpad('1', 32, '0')::uuid"),
                        _ => (*change).to_owned(),
                    };
                    database.execute(&change).await;
                }
                let taken = take(&mut journal, "k").await;
                database.execute("UPDATE public.k SET v = 'later' || n").await;
                let found = look(&mut journal, &then.moment, all).await;
                assert_eq!(found, (then.rows, vec![taken]), "{key}, {changes:?}");
                drop_all(&journal).await;
                database.execute("TRUNCATE public.k").await;
                database
                    .execute(&format!(
                        "INSERT INTO public.k SELECT {id}, g, 'a' FROM generate_series(1, 4) AS g"
                    ))
                    .await;
            }
        });
    }
}
