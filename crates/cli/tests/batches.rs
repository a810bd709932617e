//! Undos in several transactions: killed midway, finished, taken back.

use expect_test::expect;
use pgrecall_testkit::{Session, TestDatabase, block_on};
use serde_json::{Value, json};
use tokio::process::Child;

use crate::program::{text, told};
use crate::{Program, tracked};

const TABLES: &str = "
    CREATE TABLE public.parent (id int PRIMARY KEY, v int);
    CREATE TABLE public.child (id int PRIMARY KEY, parent int NOT NULL REFERENCES public.parent, v int);
    INSERT INTO public.parent SELECT g, g FROM generate_series(1, 40) AS g;
    INSERT INTO public.child SELECT g, 1 + g % 40, g FROM generate_series(1, 80) AS g";

const MISTAKE: &str = "UPDATE public.parent SET v = v + 1 WHERE id <= 20; DELETE FROM public.child WHERE parent > 20; \
    DELETE FROM public.parent WHERE id > 20; INSERT INTO public.parent SELECT g, 0 FROM generate_series(101, 120) AS g; \
    INSERT INTO public.child SELECT g, g, 0 FROM generate_series(101, 120) AS g";

/// All rows, to compare with.
async fn copy(database: &Session) -> Vec<Vec<Option<String>>> {
    let sql = "SELECT r::text FROM public.parent AS r UNION ALL SELECT 'c' || r::text FROM public.child AS r ORDER BY 1";
    database.query_text(sql).await
}

/// A database with a mistake in it: how it was before, how it is, and the mistake's transaction.
struct Mistaken {
    database: TestDatabase,
    program: Program,
    before: Vec<Vec<Option<String>>>,
    after: Vec<Vec<Option<String>>>,
    tx: String,
}

async fn mistaken() -> Mistaken {
    let (database, program) = tracked(TABLES).await;
    let before = copy(&database).await;
    database.execute(&format!("BEGIN; {MISTAKE}; COMMIT")).await;
    let after = copy(&database).await;
    let tx = program.json(&["log", "--limit", "1"]).await[0]["tx"].to_string();
    Mistaken { database, program, before, after, tx }
}

impl Mistaken {
    fn start(&self, arguments: &[&str]) -> Child {
        self.program.start(&[&["undo"], arguments, &["--yes", "--no-reason"]].concat())
    }

    async fn done(&self) -> Option<i64> {
        let rows = self.database.query_text("SELECT done FROM recall.undo_run").await;
        rows.first().and_then(|row| row[0].as_ref()?.parse().ok())
    }

    /// Waits until a condition holds at the server.
    async fn wait(&self, condition: &str) {
        while self.database.scalar(&format!("SELECT {condition}")).await != "t" {
            tokio::task::yield_now().await;
        }
    }

    async fn wait_until_nobody_is_at_it(&self) {
        self.wait("NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pgrecall')").await;
    }

    /// Starts an undo that comes to a row which somebody holds, and kills it there.
    async fn killed_midway(&self, arguments: &[&str]) -> i64 {
        let holder = self.database.session().await;
        holder.execute("BEGIN; SELECT FROM public.parent WHERE id = 10 FOR UPDATE").await;
        let mut undo = self.start(arguments);
        self.wait("EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pgrecall' AND wait_event_type = 'Lock')").await;
        undo.kill().await.expect("kill");
        holder.execute("ROLLBACK").await;
        self.wait_until_nobody_is_at_it().await;
        self.done().await.expect("unfinished")
    }

    async fn run_id(&self) -> String {
        self.database.scalar("SELECT max(id) FROM recall.undo_run").await
    }

    async fn nothing_is_left(&self) {
        assert_eq!(self.database.scalar("SELECT (SELECT count(*) FROM recall.undo_run) + (SELECT count(*) FROM recall.undo_step)").await, "0");
        self.wait_until_nobody_is_at_it().await;
        assert_eq!(self.database.scalar("SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database WHERE l.locktype = 'advisory' AND d.datname = current_database()").await, "0");
    }
}

fn fields(object: &Value) -> String {
    object.as_object().expect("object").keys().cloned().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_taken_back_in_batches_is_one_undo() {
    block_on(async {
        let m = mistaken().await;
        let undo = &["undo", "--tx", &m.tx, "--batch", "7", "--yes", "--reason", "why"];
        let done = m.program.json(undo).await.remove(0);
        assert_eq!(copy(&m.database).await, m.before);
        assert_eq!(fields(&done), "plan applied tx run effects");
        assert_eq!(fields(&done["plan"]), "hash reverses rows conflicts");
        assert_eq!(fields(&done["run"]), "id rows done transactions");
        assert_eq!(done["applied"], true);
        let transactions = done["run"]["transactions"].as_array().expect("list");
        assert!(transactions.len() > 10, "{done}");
        assert_eq!(transactions.last(), Some(&done["tx"]));
        m.nothing_is_left().await;

        let log = m.program.json(&["log", "--tx", &m.tx, "--limit", "0"]).await;
        assert_eq!(log.len(), 120);
        for change in &log {
            assert_eq!(change["undone_by"].as_array().map(Vec::len), Some(1), "{change}");
        }
        let again = m.program.fails(&["undo", "--tx", &m.tx, "--yes", "--no-reason"]).await;
        assert!(again.contains("code: undo/already"), "{again}");

        // Any of its transactions stands for all.
        let one = transactions[3].to_string();
        m.program.succeeds(&["undo", "--tx", &one, "--yes", "--no-reason"]).await;
        assert_eq!(copy(&m.database).await, m.after);
    });
}

#[test]
fn tables_are_restored_in_batches() {
    block_on(async {
        let m = mistaken().await;
        let to = format!("before:tx:{}", m.tx);
        let restore = ["restore", "parent", "child", "--to", &to, "--batch", "9", "--yes"];
        m.program.succeeds(&[&restore[..], &["--no-reason"]].concat()).await;
        assert_eq!(copy(&m.database).await, m.before);
        m.nothing_is_left().await;
    });
}

#[test]
fn a_killed_undo_is_finished() {
    block_on(async {
        let m = mistaken().await;
        let done = m.killed_midway(&["--tx", &m.tx, "--batch", "3"]).await;
        assert!(done > 0, "a part is done");
        let between = copy(&m.database).await;
        assert!(between != m.before && between != m.after);

        let listed = m.program.json(&["undo", "--runs"]).await.remove(0);
        assert_eq!(
            fields(&listed),
            "id started_at rows done plan takes_back reason actor database_user"
        );
        assert_eq!((&listed["done"], &listed["rows"]), (&json!(done), &json!(120)));
        assert!(m.program.succeeds(&["undo", "--runs"]).await.contains("of 120 rows done"));
        assert!(m.program.succeeds(&["status"]).await.contains("unfinished undos 1"));
        let doctor = m.program.json(&["doctor"]).await;
        let check = doctor.iter().find(|check| check["name"] == "undos").expect("check");
        assert_eq!(check["verdict"], "warning");

        let run = m.run_id().await;
        let finished = m.program.json(&["undo", "--resume", &run, "--yes"]).await.remove(0);
        assert_eq!(fields(&finished), "applied tx run effects");
        assert_eq!((&finished["run"]["done"], &finished["applied"]), (&json!(120), &json!(true)));
        assert_eq!(copy(&m.database).await, m.before);
        m.nothing_is_left().await;
        assert_eq!(m.program.json(&["undo", "--runs"]).await.len(), 0);
    });
}

#[test]
fn a_killed_undo_is_taken_back_also_if_that_is_killed() {
    block_on(async {
        let m = mistaken().await;
        assert!(m.killed_midway(&["--tx", &m.tx, "--batch", "3"]).await > 0);
        let first = m.run_id().await;
        // What was done before is taken back last to first, so it comes to the held row, too, if the
        // undo had done it; here it had not, and any row will do.
        let row =
            m.database.scalar("SELECT max(id) FROM public.parent WHERE id <= 20 AND v = id").await;
        let holder = m.database.session().await;
        holder
            .execute(&format!("BEGIN; SELECT FROM public.parent WHERE id = {row} FOR UPDATE"))
            .await;
        let mut back = m.start(&["--resume", &first, "--rollback", "--batch", "2"]);
        m.wait("EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pgrecall' AND wait_event_type = 'Lock')").await;
        back.kill().await.expect("kill");
        holder.execute("ROLLBACK").await;
        m.wait_until_nobody_is_at_it().await;

        let second = m.run_id().await;
        assert_ne!(second, first, "another one came in its place");
        let listed = m.program.json(&["undo", "--runs"]).await;
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0]["takes_back"].to_string(), first);
        let refused = m.program.fails(&["undo", "--resume", &second, "--rollback", "--yes"]).await;
        assert!(refused.contains("code: undo/takes-back"), "{refused}");
        let done = m.program.json(&["undo", "--resume", &second, "--yes"]).await;
        assert_eq!(done[0]["applied"], true);
        assert_eq!(copy(&m.database).await, m.after);
        m.nothing_is_left().await;
    });
}

#[test]
fn however_often_it_is_killed_it_can_be_finished() {
    block_on(async {
        let m = mistaken().await;
        let mut undo = m.start(&["--tx", &m.tx, "--batch", "1"]);
        let mut wanted = 1;
        loop {
            let ended = loop {
                if undo.try_wait().expect("status").is_some() {
                    break true;
                }
                if m.done().await.is_some_and(|done| done >= wanted) {
                    break false;
                }
                tokio::task::yield_now().await;
            };
            if ended {
                break;
            }
            undo.kill().await.expect("kill");
            m.wait_until_nobody_is_at_it().await;
            let Some(done) = m.done().await else { break };
            let left = m.database.scalar("SELECT count(*) FROM recall.undo_step").await;
            assert_eq!((120 - done).to_string(), left, "what is done is no step any more");
            wanted = done + 17;
            undo = m.start(&["--resume", &m.run_id().await]);
        }
        assert_eq!(copy(&m.database).await, m.before);
        m.nothing_is_left().await;
    });
}

#[test]
fn only_one_goes_on_with_an_undo() {
    block_on(async {
        let m = mistaken().await;
        m.killed_midway(&["--tx", &m.tx, "--batch", "3"]).await;
        let run = m.run_id().await;
        let holder = m.database.session().await;
        holder.execute("BEGIN; SELECT FROM public.parent WHERE id = 10 FOR UPDATE").await;
        let resumed = m.start(&["--resume", &run]);
        m.wait("EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pgrecall' AND wait_event_type = 'Lock')").await;
        for also in [
            &["undo", "--resume", &run, "--yes"][..],
            &["undo", "--resume", &run, "--rollback", "--yes"],
        ] {
            let refused = m.program.fails(also).await.replace(&format!("undo {run}"), "undo N");
            expect![[r#"
                exit 1
                error: undo N is being carried on by another connection
                hint: list the unfinished ones with `pgrecall undo --runs`
                code: undo/busy
            "#]]
            .assert_eq(&refused);
        }
        holder.execute("ROLLBACK").await;
        let output = resumed.wait_with_output().await.expect("output");
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(copy(&m.database).await, m.before);
    });
}

#[test]
fn an_undo_that_is_unknown_or_finished_is_not_gone_on_with() {
    block_on(async {
        let m = mistaken().await;
        expect![[r#"
            exit 1
            error: there is no unfinished undo 4711
            hint: list the unfinished ones with `pgrecall undo --runs`
            code: undo/unknown-run
        "#]]
        .assert_eq(&m.program.fails(&["undo", "--resume", "4711", "--yes"]).await);
        let done =
            m.program.json(&["undo", "--tx", &m.tx, "--batch", "50", "--yes", "--no-reason"]).await;
        let (run, last) = (done[0]["run"]["id"].to_string(), done[0]["tx"].to_string());
        for arguments in [
            &["undo", "--resume", &run, "--yes"][..],
            &["undo", "--resume", &run, "--rollback", "--yes"],
        ] {
            expect![[r#"
                exit 1
                error: undo 1 is finished, with transaction LAST
                hint: to take it back as a whole: `pgrecall undo --tx LAST`
                code: undo/finished
            "#]]
            .assert_eq(&m.program.fails(arguments).await.replace(&last, "LAST"));
        }
        let asks = m.program.fails(&["undo", "--resume", "4711"]).await;
        assert!(asks.contains("code: local/no-terminal"), "{asks}");
        let usage = m.program.fails(&["undo", "--rollback", "--yes"]).await;
        assert!(usage.starts_with("exit 2"), "{usage}");
    });
}

#[test]
fn a_row_that_was_changed_stops_it_until_that_is_settled() {
    block_on(async {
        let m = mistaken().await;
        m.killed_midway(&["--tx", &m.tx, "--batch", "3"]).await;
        m.database.execute("BEGIN; SELECT recall.set_actor('ann'); UPDATE public.parent SET v = 7000 WHERE id = 5; COMMIT").await;
        let later = m.program.json(&["log", "--limit", "1"]).await[0]["tx"].to_string();
        let run = m.run_id().await;
        let between = copy(&m.database).await;
        let output = m.program.run(&["undo", "--resume", &run, "--yes", "--json"]).await;
        let object: Value = serde_json::from_str(&text(&output.stdout)).expect("json");
        assert_eq!(object["applied"], false);
        let masked = told(&output).replace(&later, "LATER");
        expect![[r#"
            exit 3
            Undo 1: 108 of 120 rows are done.
            Undo 1, in transactions of about 3 rows; if it stops, go on with `pgrecall undo --resume 1`.
            error: undo 1 stopped, with 114 of 120 rows done
              because: the plan has a conflict that must be settled first
              because: public.parent(id=5): was changed later by transaction LATER by ann
            hint: settle that and go on with `pgrecall undo --resume 1`, or take back what is done with `pgrecall undo --resume 1 --rollback`
            code: undo/stopped
        "#]]
        .assert_eq(&masked);
        assert_ne!(copy(&m.database).await, between, "what came before it is done");
        let back = m.program.fails(&["undo", "--resume", &run, "--yes"]).await;
        assert!(back.contains("code: undo/stopped"), "{back}");

        m.database.execute("UPDATE public.parent SET v = 6 WHERE id = 5").await;
        m.program.succeeds(&["undo", "--resume", &run, "--yes"]).await;
        assert_eq!(copy(&m.database).await, m.before);
    });
}

#[test]
fn what_is_refused_at_once_leaves_nothing_behind() {
    block_on(async {
        let m = mistaken().await;
        m.database
            .execute(
                "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
                   'BEGIN RAISE EXCEPTION USING ERRCODE = ''check_violation'', MESSAGE = ''no''; END';
                 CREATE TRIGGER refuse BEFORE DELETE ON public.child FOR EACH ROW EXECUTE FUNCTION public.refuse()",
            )
            .await;
        let undo =
            ["undo", "--tx", &m.tx, "--batch", "3", "--triggers", "fire", "--yes", "--no-reason"];
        let refused = told(&m.program.run(&undo).await);
        assert!(refused.starts_with("exit 6"), "{refused}");
        assert!(refused.contains("error: the plan has a conflict"), "{refused}");
        assert_eq!(copy(&m.database).await, m.after);
        m.nothing_is_left().await;
    });
}

#[test]
fn a_table_that_was_altered_meanwhile_can_be_taken_back_only() {
    block_on(async {
        let m = mistaken().await;
        m.killed_midway(&["--tx", &m.tx, "--batch", "3"]).await;
        let run = m.run_id().await;
        m.database.execute("ALTER TABLE public.parent ADD COLUMN w int").await;
        let refused = m.program.fails(&["undo", "--resume", &run, "--yes"]).await;
        assert!(
            refused.contains("because: table public.parent is not as it was when the undo began"),
            "{refused}"
        );
        m.program.succeeds(&["undo", "--resume", &run, "--rollback", "--yes"]).await;
        m.database.execute("ALTER TABLE public.parent DROP COLUMN w").await;
        assert_eq!(copy(&m.database).await, m.after);
        m.nothing_is_left().await;
    });
}
