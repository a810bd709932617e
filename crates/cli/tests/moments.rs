//! Ticks, marks, and the worker that takes ticks.

use std::time::Duration;

use pgrecall_testkit::{TestDatabase, block_on};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr};

use crate::program::{Program, text};
use crate::tracked;

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, v text);
    INSERT INTO public.t VALUES (1, 'first')";

/// How often something that must come is looked for.
const LOOKS: usize = 50_000;

async fn until(database: &TestDatabase, condition: &str) {
    let mut looks = 0;
    while database.scalar(condition).await != "t" {
        looks += 1;
        assert!(looks < LOOKS, "never true: {condition}");
        tokio::task::yield_now().await;
    }
}

fn talk(child: &mut Child) -> Lines<BufReader<ChildStderr>> {
    BufReader::new(child.stderr.take().expect("stderr")).lines()
}

async fn said(talk: &mut Lines<BufReader<ChildStderr>>, expected: &str) {
    loop {
        let line = tokio::time::timeout(Duration::from_mins(2), talk.next_line()).await;
        let line = line.expect("in time").expect("read").expect("a line before the end");
        if line.contains(expected) {
            return;
        }
    }
}

async fn terminated(mut child: Child) -> Option<i32> {
    let pid = child.id().expect("pid").to_string();
    let killed = std::process::Command::new("kill").args(["-TERM", &pid]).status();
    assert!(killed.expect("kill").success());
    child.wait().await.expect("wait").code()
}

#[test]
fn one_worker_ticks_and_the_other_takes_over() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        let mut first = program.start(&["maintain", "--every", "1s"]);
        let mut first_talk = talk(&mut first);
        said(&mut first_talk, "Keeping the journal").await;
        said(&mut first_talk, "Nothing was to be done").await;
        let mut second = program.start(&["maintain", "--every", "1s"]);
        let mut second_talk = talk(&mut second);
        said(&mut second_talk, "Another one keeps this journal").await;
        database.execute("UPDATE public.t SET v = 'second'").await;
        until(&database, "SELECT count(*) >= 2 FROM recall.tick").await;
        assert_eq!(terminated(first).await, Some(0), "a clean end");
        said(&mut second_talk, "Keeping the journal").await;
        // A connection that is lost is made anew.
        database
            .execute(
                "SELECT pg_terminate_backend(l.pid) FROM pg_locks AS l
                 WHERE l.locktype = 'advisory' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                   AND l.pid <> pg_backend_pid()",
            )
            .await;
        said(&mut second_talk, "Keeping the journal").await;
        database.execute("UPDATE public.t SET v = 'third'").await;
        until(&database, "SELECT count(*) >= 3 FROM recall.tick").await;
        assert_eq!(terminated(second).await, Some(0));
    });
}

#[test]
fn moments_are_marked_listed_and_asked_for() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        program.succeeds(&["mark", "deploy-1", "--reason", "release"]).await;
        database.execute("UPDATE public.t SET v = 'second'").await;
        let marked = program.json(&["mark", "deploy-2"]).await;
        assert_eq!(marked[0]["name"], "deploy-2");
        database.execute("UPDATE public.t SET v = 'third'").await;
        for (moment, value) in [
            ("mark:deploy-1".to_owned(), "first"),
            ("mark:deploy-*".to_owned(), "second"),
            (format!("tick:{}", marked[0]["tick"]), "second"),
        ] {
            let rows = program.json(&["at", "--strict", &moment, "SELECT v FROM t"]).await;
            assert_eq!(rows[0]["v"], value, "{moment}");
        }
        let marks = program.json(&["marks"]).await;
        let fields: Vec<_> = marks[1].as_object().expect("object").keys().cloned().collect();
        assert_eq!(fields.join(" "), "name tick at reason actor database_user");
        assert_eq!(marks[1]["reason"], "release");
        assert_eq!(marks[1]["actor"], "tester");
        assert_eq!(program.json(&["marks", "*-2"]).await.len(), 1);
        assert!(program.succeeds(&["marks"]).await.contains("deploy-1  by tester: release"));
        let since = program.json(&["log", "--since", "mark:deploy-2"]).await;
        assert_eq!(since.len(), 1);
        program.succeeds(&["marks", "--delete", "deploy-1"]).await;
        let gone = program.fails(&["at", "mark:deploy-1", "SELECT 1"]).await;
        assert!(gone.starts_with("exit 1") && gone.contains("journal/unknown-mark"), "{gone}");
        for (arguments, code) in [
            (["mark", "deploy-2"], "journal/mark-taken"),
            (["mark", "deploy-*"], "journal/mark-pattern"),
            (["mark", ""], "moment/mark"),
        ] {
            let refused = program.fails(&arguments).await;
            assert!(refused.contains(code), "{refused}");
        }
    });
}

#[test]
fn each_answer_says_how_exact_it_is() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        let told = async |program: &Program, moment: &str| {
            let output = program.run(&["at", moment, "SELECT 1 FROM t"]).await;
            text(&output.stderr).lines().next().unwrap_or_default().to_owned()
        };
        database.execute("UPDATE public.t SET v = 'second'").await;
        let tx = database.scalar("SELECT max(tx) FROM recall.change").await;
        assert_eq!(
            told(&program, &format!("after:tx:{tx}")).await,
            format!(
                "As it was just after transaction {tx} (approximate: in the order of first writes)."
            )
        );
        program.succeeds(&["mark", "here"]).await;
        let line = told(&program, "mark:here").await;
        assert!(
            line.starts_with("As of mark here, tick ") && line.ends_with(" (exact)."),
            "{line}"
        );
        assert_eq!(told(&program, "now").await, "As it is now.");
    });
}
