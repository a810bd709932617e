use std::path::Path;
use std::process::{Output, Stdio};

use tokio::process::{Child, Command};

/// The built program with a database to connect to and nothing else in its environment.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    url: String,
    actor: Option<&'static str>,
}

impl Program {
    pub(crate) fn on(url: &str) -> Self {
        Self { url: url.to_owned(), actor: Some("tester") }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pgrecall"));
        command.args(arguments).env_clear().env("TZ", "UTC").env("PGRECALL_URL", &self.url);
        if let Some(actor) = self.actor {
            command.env("PGRECALL_ACTOR", actor);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().expect("the program starts")
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().await.expect("the program runs")
    }

    /// Runs it and gives what it writes to stdout.
    pub(crate) async fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        assert!(output.status.success(), "{arguments:?}\n{}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Runs it and gives each line of stdout as JSON.
    pub(crate) async fn json(&self, arguments: &[&str]) -> Vec<serde_json::Value> {
        let stdout = self.succeeds(&[arguments, &["--json"]].concat()).await;
        stdout.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    /// Runs it and gives its exit code and what it says on stderr.
    pub(crate) async fn fails(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        assert!(!output.status.success(), "{arguments:?} gave {}", text(&output.stdout));
        assert_eq!(text(&output.stdout), "", "stdout is data");
        told(&output)
    }
}

/// The exit code and what the program said on stderr.
pub(crate) fn told(output: &Output) -> String {
    let code = output.status.code().map_or("killed".to_owned(), |code| code.to_string());
    format!("exit {code}\n{}", text(&output.stderr))
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
