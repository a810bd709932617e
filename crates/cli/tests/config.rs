use pgrecall_testkit::block_on;

use crate::program::{Program, text, told};
use crate::tracked;

fn file(content: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("pgrecall.toml");
    std::fs::write(&path, content).expect("file");
    let path = path.to_str().expect("path").to_owned();
    (folder, path)
}

#[test]
fn a_target_of_the_file_is_a_database_to_connect_to() {
    block_on(async {
        let (database, program) = tracked("CREATE TABLE public.t (id int PRIMARY KEY)").await;
        let (_folder, path) = file(&format!("[targets.shop]\nurl = \"{}\"", database.url()));
        let elsewhere = Program::on("postgresql://nowhere.invalid/x");
        let status =
            elsewhere.json(&["--config", &path, "--target", "shop", "status"]).await.remove(0);
        assert_eq!(status["tracked"], 1);
        let unknown = program.fails(&["--config", &path, "--target", "crm", "status"]).await;
        assert!(unknown.contains("exit 2") && unknown.contains("there are: shop"), "{unknown}");
        let both = program.run(&["--url", "x", "--target", "shop", "status"]).await;
        assert_eq!(both.status.code(), Some(2));
    });
}

#[test]
fn all_mistakes_are_told_and_secrets_are_not() {
    block_on(async {
        let program = Program::on("");
        let (_folder, path) = file(
            "server.listen = \"x\"\nport = 1\n[targets.shop]\nurl = \"postgresql://a:secret@h/d\"",
        );
        let found = program.run(&["--config", &path, "config", "check", "--json"]).await;
        assert_eq!(found.status.code(), Some(1), "{}", told(&found));
        assert_eq!(text(&found.stdout).lines().count(), 2, "{}", text(&found.stdout));
        let (_folder, path) = file("[targets.shop]\nurl = \"postgresql://a:secret@h/d\"");
        program.succeeds(&["--config", &path, "config", "check"]).await;
        let shown = program.succeeds(&["--config", &path, "config", "show"]).await;
        assert!(shown.contains("a@h:5432/d") && !shown.contains("secret"), "{shown}");
        let shown = program.json(&["--config", &path, "config", "show"]).await.remove(0);
        assert_eq!(shown["targets"]["shop"]["tick_seconds"], 1);
        let schema = program.json(&["config", "schema"]).await.remove(0);
        assert_eq!(schema["title"], "pgrecall.toml");
        let missing = program.fails(&["--config", "/nowhere.toml", "config", "check"]).await;
        assert!(missing.contains("config/unreadable"), "{missing}");
    });
}

#[test]
fn the_rules_of_a_target_hold_on_the_command_line_too() {
    block_on(async {
        let (database, program) =
            tracked("CREATE TABLE public.t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2)")
                .await;
        let rules = "[[targets.shop.undo.rules]]\nrows_over = 1\napprovers = 2\n";
        let (_folder, path) =
            file(&format!("[targets.shop]\nurl = \"{}\"\n{rules}", database.url()));
        let target = ["--config", &path, "--target", "shop"];
        let undo = async |more: &[&str]| {
            let arguments = ["undo", "--table", "t", "--reason", "x", "--since", "-1h"];
            program.run(&[&target[..], &arguments[..], more].concat()).await
        };
        database.execute("DELETE FROM t").await;
        for more in [&["--yes"][..], &["--yes", "--batch", "1"], &["--yes", "--json"]] {
            let refused = undo(more).await;
            assert_eq!(refused.status.code(), Some(5), "{}", told(&refused));
            assert!(
                told(&refused).contains("more than 1 rows: 2 approvers with a second factor"),
                "{}",
                told(&refused)
            );
        }
        assert_eq!(database.scalar("SELECT count(*) FROM t").await, "0");
        let shown = undo(&["--preview"]).await;
        assert_eq!(shown.status.code(), Some(0), "{}", told(&shown));
        let to = database.scalar("SELECT max(tx) FROM recall.change").await;
        let restore =
            ["restore", "t", "--to", &format!("before:tx:{to}"), "--yes", "--reason", "x"];
        let refused = program.run(&[&target[..], &restore].concat()).await;
        assert_eq!(refused.status.code(), Some(5), "{}", told(&refused));
        // One row is within the rules, and who connects by URL is not held to them.
        database.execute("INSERT INTO t VALUES (1)").await;
        let tx = database.scalar("SELECT max(tx) FROM recall.change").await;
        let one = ["undo", "--tx", &tx, "--yes", "--reason", "x"];
        program.succeeds(&[&target[..], &one].concat()).await;
        program.succeeds(&["undo", "--tx", &to, "--yes", "--reason", "x"]).await;
        assert_eq!(database.scalar("SELECT count(*) FROM t").await, "2");
    });
}
