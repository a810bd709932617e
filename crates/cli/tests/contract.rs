//! What scripts rely on.

use pgrecall_testkit::block_on;
use serde_json::{Value, json};

use crate::program::text;
use crate::tracked;

const TABLE: &str = "CREATE TABLE public.t (id int PRIMARY KEY, zeta text, a numeric)";

fn fields(object: &Value) -> Vec<String> {
    object.as_object().expect("object").keys().cloned().collect()
}

#[test]
fn a_change_has_exactly_these_fields() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        database
            .execute(
                r#"BEGIN; SELECT recall.set_context('{"actor": "ann", "tenant": "acme", "session": "s", "request": "r",
                "reason": "why", "application": "shop", "ip": "10.0.0.1"}');
                INSERT INTO public.t VALUES (1, 'x', 12345678901234567890.10); UPDATE public.t SET zeta = 'y'; COMMIT"#,
            )
            .await;
        let lines = program.json(&["log"]).await;
        assert_eq!(lines.len(), 2);
        let expected = "id tx at op table key old new changed actor tenant session request reason database_user application ip undone_by";
        for line in &lines {
            assert_eq!(fields(line).join(" "), expected);
        }
        let update = &lines[0];
        assert_eq!(update["op"], "update");
        assert_eq!(update["table"], "public.t");
        assert_eq!(update["key"], json!({ "id": 1 }));
        assert_eq!(update["changed"], json!(["zeta"]));
        assert_eq!(update["actor"], "ann");
        assert_eq!(fields(&update["new"]).join(" "), "id zeta a");
        let output = program.succeeds(&["log", "--json", "--limit", "1"]).await;
        assert!(output.contains("12345678901234567890.10"), "every digit is kept: {output}");
        assert_eq!(lines[1]["old"], Value::Null);
        assert!(update["at"].as_str().expect("time").ends_with('Z'));
    });
}

#[test]
fn every_filter_of_the_log_filters() {
    block_on(async {
        let (database, program) =
            tracked(&format!("{TABLE}; CREATE TABLE public.u (id int PRIMARY KEY)")).await;
        for (actor, tenant, session, sql) in [
            ("ann", "acme", "s1", "INSERT INTO public.t VALUES (1, 'a', 1), (2, 'b', 2)"),
            ("bob", "acme", "s2", "UPDATE public.t SET zeta = 'c' WHERE id = 1"),
            (
                "bob",
                "blue",
                "s3",
                "DELETE FROM public.t WHERE id = 2; INSERT INTO public.u VALUES (1)",
            ),
            ("eve", "blue", "s3", "TRUNCATE public.u"),
        ] {
            database
                .execute(&format!(
                    "BEGIN; SELECT recall.set_context('{{\"actor\": \"{actor}\", \"tenant\": \"{tenant}\", \"session\": \"{session}\"}}'); {sql}; COMMIT"
                ))
                .await;
        }
        let all = program.json(&["log", "--oldest-first"]).await;
        let tx = |at: usize| all[at]["tx"].to_string();
        let count = |arguments: Vec<String>| {
            let program = program.clone();
            async move {
                let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                program.json(&[&["log"], arguments.as_slice()].concat()).await.len()
            }
        };
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for (arguments, expected) in [
            ("", 6),
            ("--table t", 4),
            ("--table public.t --key 1", 2),
            ("--table t --table u", 6),
            ("--actor bob", 3),
            ("--tenant blue", 3),
            ("--session s3 --actor eve", 1),
            ("--op delete", 1),
            ("--op insert --op truncate", 4),
            ("--column zeta", 1),
            ("--limit 2", 2),
            ("--limit 0", 6),
            ("--since -1h", 6),
            ("--until -1h", 0),
        ] {
            assert_eq!(count(words(arguments)).await, expected, "{arguments}");
        }
        assert_eq!(count(words(&format!("--tx {}", tx(2)))).await, 1);
        assert_eq!(count(words(&format!("--since after:tx:{}", tx(2)))).await, 3);
        assert_eq!(
            count(words(&format!("--since before:tx:{} --until after:tx:{}", tx(2), tx(2)))).await,
            1
        );
        assert_eq!(count(words(&format!("--until before:tx:{}", tx(2)))).await, 2);
        let newest = program.json(&["log"]).await;
        assert_eq!(newest.first().map(|c| &c["id"]), all.last().map(|c| &c["id"]));
    });
}

#[test]
fn an_undo_says_its_plan_and_whether_it_was_applied() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        database.execute("INSERT INTO public.t VALUES (1, 'x', 1)").await;
        let tx = program.json(&["log"]).await[0]["tx"].to_string();
        let preview = program.json(&["undo", "--tx", &tx, "--preview"]).await.remove(0);
        assert_eq!(fields(&preview).join(" "), "plan applied tx effects");
        assert_eq!(fields(&preview["plan"]).join(" "), "hash reverses rows steps conflicts");
        assert_eq!((&preview["applied"], &preview["tx"]), (&json!(false), &Value::Null));
        assert_eq!(preview["plan"]["steps"][0]["action"], "delete");
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "1");

        let applied =
            program.json(&["undo", "--tx", &tx, "--yes", "--reason", "wrong"]).await.remove(0);
        assert_eq!(applied["applied"], true);
        assert_eq!(applied["plan"]["hash"], preview["plan"]["hash"]);
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "0");
        let shown = program.json(&["show", &applied["tx"].to_string()]).await.remove(0);
        assert_eq!(shown["reason"], "wrong");
        assert_eq!(shown["actor"], "tester");
        assert_eq!(shown["undoes"].to_string(), format!("[{tx}]"));
        assert_eq!(shown["changes"][0]["op"], "delete");
    });
}

#[test]
fn an_undo_that_meets_a_conflict_exits_with_6_and_changes_nothing() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        database.execute("INSERT INTO public.t VALUES (1, 'x', 1)").await;
        let tx = program.json(&["log"]).await[0]["tx"].to_string();
        database.execute("UPDATE public.t SET zeta = 'y'").await;
        let later = program.json(&["log"]).await[0]["tx"].to_string();
        let output = program.run(&["undo", "--tx", &tx, "--yes", "--no-reason", "--json"]).await;
        assert_eq!(output.status.code(), Some(6));
        let object: Value = serde_json::from_slice(&output.stdout).expect("json");
        assert_eq!(object["applied"], false);
        assert_eq!(object["plan"]["conflicts"][0]["later"][0]["tx"].to_string(), later);
        assert_eq!(database.scalar("SELECT zeta FROM public.t").await, "y");
    });
}

#[test]
fn history_and_at_speak_json_and_csv() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        database.execute("INSERT INTO public.t VALUES (1, 'x,y', 1.50)").await;
        database.execute("UPDATE public.t SET a = 2").await;
        let history = program.json(&["history", "t", "1"]).await;
        assert_eq!(
            history.iter().map(|c| c["op"].as_str().expect("op")).collect::<Vec<_>>(),
            ["insert", "update"]
        );
        let moment = format!("before:tx:{}", history[1]["tx"]);
        let csv = program.succeeds(&["at", &moment, "SELECT * FROM t", "--csv"]).await;
        assert_eq!(csv, "id,zeta,a\n1,\"x,y\",1.50\n");
        let json = program.succeeds(&["at", &moment, "SELECT * FROM t", "--json"]).await;
        assert_eq!(json, "{\"id\":1,\"zeta\":\"x,y\",\"a\":1.50}\n");
        let table = program.succeeds(&["at", &moment, "SELECT id, a FROM t"]).await;
        assert!(table.contains("1.50"), "{table}");
    });
}

#[test]
fn tables_are_listed_with_how_they_are_recorded() {
    block_on(async {
        let (database, program) =
            tracked("CREATE TABLE public.\"Odd Name\" (id int PRIMARY KEY, pin text)").await;
        // Nothing is remembered, so that it is not tracked by itself.
        database.execute("DELETE FROM recall.pattern").await;
        database.execute("CREATE TABLE public.later (id int)").await;
        program.succeeds(&["track", "\"Odd Name\"", "--exclude-column", "\"Odd Name\".pin"]).await;
        let tables = program.json(&["tables", "--all"]).await;
        assert_eq!(tables[0]["table"], "public.\"Odd Name\"");
        assert_eq!(
            (&tables[0]["status"], &tables[0]["excluded"]),
            (&json!("tracked"), &json!(["pin"]))
        );
        assert_eq!(tables[1]["status"], "not tracked");
        let dry = program.json(&["track", "public.*", "--exclude", "later", "--dry-run"]).await;
        assert_eq!(dry.len(), 1);
        assert_eq!(program.json(&["untrack", "public.*"]).await[0]["status"], "untracked");
        assert_eq!(program.json(&["tables"]).await[0]["gaps"].as_array().expect("gaps").len(), 1);
    });
}

#[test]
fn installing_and_uninstalling_say_what_they_did() {
    block_on(async {
        let database = pgrecall_testkit::Server::shared().database().await;
        let program = crate::Program::on(&database.url());
        assert_eq!(program.json(&["install"]).await[0]["created"], true);
        assert_eq!(program.json(&["install"]).await[0]["created"], false);
        assert_eq!(program.json(&["upgrade"]).await[0]["version"], 5);
        let kept = program.json(&["uninstall", "--yes", "--keep-journal"]).await;
        assert_eq!(kept[0]["journal_removed"], false);
        assert_eq!(program.json(&["uninstall", "--yes"]).await[0]["journal_removed"], true);
        assert_eq!(database.scalar("SELECT to_regnamespace('recall') IS NULL").await, "t");
    });
}

#[test]
fn a_restore_brings_fields_records_and_tables_back() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        database.execute("INSERT INTO public.t VALUES (1, 'x', 1), (2, 'y', 2)").await;
        let tx = program.json(&["log"]).await[0]["tx"].to_string();
        let to = format!("after:tx:{tx}");
        let end = ["--to", &to, "--yes", "--reason", "wrong"];
        let rows = "SELECT string_agg(t::text, ' ' ORDER BY id) FROM public.t AS t";
        let before = database.scalar(rows).await;
        let restored =
            async |what: &[&str]| program.json(&[&["restore"], what, &end[..]].concat()).await;

        database.execute("DELETE FROM public.t WHERE id = 2").await;
        assert_eq!(restored(&["t", "2"]).await[0]["applied"], true);
        assert_eq!(database.scalar(rows).await, before);

        database.execute("TRUNCATE public.t").await;
        let plan = restored(&["t"]).await.remove(0);
        assert_eq!(plan["plan"]["rows"][0]["inserted"], 2);
        assert_eq!(database.scalar(rows).await, before);

        let folder = tempfile::tempdir().expect("folder");
        let list = folder.path().join("records.csv");
        std::fs::write(&list, "table,key\nt,1\npublic.t,id=2\n").expect("list");
        database.execute("DELETE FROM public.t").await;
        restored(&["--from-file", list.to_str().expect("path")]).await;
        assert_eq!(database.scalar(rows).await, before);
    });
}

#[test]
fn a_plan_file_is_carried_out_exactly_or_not_at_all() {
    block_on(async {
        let (database, program) = tracked(TABLE).await;
        database.execute("INSERT INTO public.t VALUES (1, 'x', 1), (2, 'y', 2)").await;
        let tx = program.json(&["log"]).await[0]["tx"].to_string();
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("plan.json");
        let path = file.to_str().expect("path");
        let apply = ["undo", "--apply", path, "--yes", "--reason", "approved"];

        program.succeeds(&["undo", "--tx", &tx, "--plan-out", path]).await;
        let written = std::fs::read_to_string(&file).expect("plan");
        let plan: Value = serde_json::from_str(&written).expect("JSON");
        assert_eq!(plan["steps"].as_array().map(Vec::len), Some(2));
        std::fs::write(&file, written.replace(r#""hash":""#, r#""hash":"0"#)).expect("plan");
        let output = program.run(&apply).await;
        assert_eq!(output.status.code(), Some(6), "{}", text(&output.stderr));
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "2");

        // A later change makes a conflict, about which the file then decides.
        database.execute("UPDATE public.t SET zeta = 'z' WHERE id = 2").await;
        let output = program.run(&["undo", "--tx", &tx, "--plan-out", path]).await;
        assert_eq!(output.status.code(), Some(6), "{}", text(&output.stderr));
        let written = std::fs::read_to_string(&file).expect("plan");
        std::fs::write(&file, written.replace(r#""policy":"abort""#, r#""policy":"skip""#))
            .expect("plan");
        program.succeeds(&apply).await;
        assert_eq!(database.scalar("SELECT count(*) FROM public.t").await, "1");
    });
}
