//! `pgrecall demo` from the first run to its removal.

#![expect(clippy::unwrap_used, reason = "this is how a test fails")]

use std::fs::{self, Permissions};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use pgrecall_testkit::{ServerFolder, binaries};
use serde_json::{Value, json};
use tempfile::TempDir;

#[test]
fn it_runs_twice_restores_what_was_lost_and_leaves_nothing_behind() {
    let server = ServerFolder::new();
    let home = home_of(server.path());

    let first = played(home.path());
    assert_eq!(first["restored"], true, "{first}");
    assert_eq!(first["accident"].as_array().unwrap().len(), 2);
    assert!(first["transactions"].as_i64().unwrap() > 300, "{first}");
    let rows: i64 = first["tables"].as_object().unwrap().values().filter_map(Value::as_i64).sum();
    assert!((2_000..10_000).contains(&rows), "{first}");

    let second = played(home.path());
    assert_eq!(second["restored"], true, "{second}");
    assert_eq!(second["tables"], first["tables"]);
    assert_eq!(second["transactions"], first["transactions"]);

    let address = address(&second);
    assert!(TcpStream::connect(&address).is_ok());
    let (console, earlier) = (console_of(&second), console_of(&first));
    assert!(earlier == console || TcpStream::connect(&earlier).is_err(), "the first is gone");
    assert!(asked(&console, "GET / HTTP/1.1", "").starts_with("HTTP/1.1 200"));
    for user in second["console"]["users"].as_array().unwrap() {
        let answer = asked(&console, "POST /v1/session HTTP/1.1", &user.to_string());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    let pid = fs::read_to_string(server.path().join("data/postmaster.pid")).unwrap();
    let pid = pid.lines().next().unwrap();
    assert!(is_alive(pid));
    let cleaned = json_of(&demo(home.path(), &["--clean", "--json"]));
    assert_eq!(cleaned, json!({ "removed": true, "folder": server.path() }));
    assert!(!server.path().exists());
    assert!(!is_alive(pid));
    assert!(TcpStream::connect(&address).is_err());
    assert!(TcpStream::connect(&console).is_err());
}

#[test]
fn a_stopped_server_is_started_again_with_the_story_on_stdout() {
    let server = ServerFolder::new();
    let home = home_of(server.path());
    let told = demo(home.path(), &[]);
    assert!(told.status.success(), "{told:?}");
    let story = String::from_utf8(told.stdout).unwrap();
    assert!(story.contains("$ pgrecall undo --tx "), "{story}");
    assert!(story.contains("\n    http://127.0.0.1:"), "{story}");
    assert!(!story.contains('\u{1b}'), "{story}");
    // A path, a password or a hash cannot be cut.
    let uncut = ["Server ", "postgres://", "Plan "];
    let of_any_width = |line: &str| uncut.iter().any(|part| line.contains(part));
    let wide = |line: &&str| line.chars().count() > 100 && !of_any_width(line);
    assert_eq!(story.lines().find(wide), None);
    assert_eq!(String::from_utf8(told.stderr).unwrap(), "");

    let stopped = json_of(&demo(home.path(), &["--stop", "--json"]));
    assert_eq!(stopped, json!({ "stopped": true, "folder": server.path() }));
    let again = json_of(&demo(home.path(), &["--stop", "--json"]));
    assert_eq!(again, json!({ "stopped": false, "folder": null }));
    assert_eq!(played(home.path())["restored"], true);
}

#[test]
fn where_there_is_no_server_there_is_nothing_to_stop_or_to_remove() {
    let home = open_folder();
    for (option, done) in [("--stop", "stopped"), ("--clean", "removed")] {
        let answer = json_of(&demo(home.path(), &[option, "--json"]));
        assert_eq!(answer, json!({ done: false, "folder": null }));
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

/// A folder for data in which the cluster's place is the server folder, so that a server is stopped
/// also when the test ends early.
fn home_of(server: &Path) -> TempDir {
    let home = open_folder();
    symlink(server, home.path().join("cluster")).unwrap();
    home
}

/// A folder that the account which runs the server for root can enter too.
fn open_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    folder
}

fn played(home: &Path) -> Value {
    json_of(&demo(home, &["--json"]))
}

fn demo(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pgrecall"))
        .arg("demo")
        .args(arguments)
        .env("PGRECALL_DATA_DIR", home)
        .env("PGRECALL_PG_BIN", binaries().folder())
        // Settings for other servers must not lead the demo astray.
        .env("PGHOSTADDR", "192.0.2.1")
        .env("PGOPTIONS", "-c search_path=elsewhere")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The one JSON object on stdout.
fn json_of(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn address(played: &Value) -> String {
    let url = played["url"].as_str().unwrap();
    let (_, place) = url.split_once('@').unwrap();
    place.strip_suffix("/demo").unwrap().to_owned()
}

fn console_of(played: &Value) -> String {
    let url = played["console"]["url"].as_str().unwrap();
    url.trim_start_matches("http://").trim_end_matches('/').to_owned()
}

/// What the console answers.
fn asked(address: &str, what: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{what}\r\nHost: {address}\r\nAccept: text/html\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Whether a process runs. One that has ended counts as ended also while its parent, here the
/// system's first process, has not taken note.
fn is_alive(pid: &str) -> bool {
    let status = Command::new("ps").args(["-o", "stat=", "-p", pid]).output().unwrap();
    let status = String::from_utf8(status.stdout).unwrap();
    !status.trim().is_empty() && !status.starts_with('Z')
}
