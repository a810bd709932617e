//! Whether the server answers as its document says, whatever it is asked. `cargo xtask contract` gets
//! Schemathesis, which asks, and runs this.

use std::path::PathBuf;
use std::process::Command;

use pgrecall_access::Role;
use pgrecall_testkit::block_on;

use crate::stage::Stage;

/// What an answer is held to: no failure of the server, no status, content type or body that is not in
/// the document.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// What is there to be asked for: names that are made up would lead nowhere.
const NAMES: &str = r#"
[parameters]
"path.target" = "shop"
"path.table" = "prize"
"query.from" = "1s"

[[operations]]
include-path-regex = "/tables/"
parameters = { "query.key" = "1" }
"#;

#[test]
#[ignore = "needs Schemathesis: `cargo xtask contract`"]
fn the_server_answers_as_its_document_says() {
    let program =
        std::env::var_os("PGRECALL_SCHEMATHESIS").expect("`cargo xtask contract` sets it");
    let examples = std::env::var("PGRECALL_CONTRACT_EXAMPLES").unwrap_or_else(|_| "20".to_owned());
    let program = PathBuf::from(program);
    block_on(async {
        let stage =
            Stage::with("limits.requests_per_minute = 10000000\nlimits.query_seconds = 5").await;
        stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'a', 1), (2, 'b', 2)").await;
        stage.change("blue", "bob", "UPDATE prize SET amount = 7 WHERE id = 2").await;
        for role in [Role::Administrator, Role::Operator] {
            let client = stage.program(role).await;
            let (_, token) = client.headers.first().expect("a token").clone();
            let url = format!("http://{}", client.address);
            let (program, examples) = (program.clone(), examples.clone());
            let asked = tokio::task::spawn_blocking(move || {
                let folder = tempfile::tempdir().expect("folder");
                std::fs::write(folder.path().join("schemathesis.toml"), NAMES).expect("file");
                let mut command = Command::new(program);
                command.current_dir(&folder).args(["run", &format!("{url}/openapi.json")]);
                command.args(["--url", &url, "--header", &format!("Authorization: {token}")]);
                command.args(["--checks", CHECKS, "--max-examples", &examples, "--seed", "1"]);
                command.args(["--phases", "examples,coverage,fuzzing", "--request-timeout", "60"]);
                // A stream of events has no end.
                command.args(["--exclude-operation-id", "follow_changes", "--no-color"]);
                command.status().expect("Schemathesis runs")
            });
            assert!(asked.await.expect("asked").success(), "as {role}: see above");
        }
    });
}
