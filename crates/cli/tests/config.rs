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
