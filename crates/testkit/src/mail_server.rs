//! A mail server that tells what it took: `aiosmtpd` from `PyPI`, which is put into the cache at its first
//! use. It refuses recipients that begin with `gone` for good, and those that begin with `busy` for
//! now. With a certificate it asks for STARTTLS and for the user `recall` with the password
//! `right horse`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use crate::installed::cache;

const PACKAGE: &str = "aiosmtpd==1.4.6";
const PROGRAM: &str = include_str!("mail_server.py");

/// A mail server that ends with this handle.
#[derive(Debug)]
pub struct MailServer {
    /// Its port on `127.0.0.1`.
    pub port: u16,
    lines: Lines<BufReader<ChildStdout>>,
    _process: Child,
}

impl MailServer {
    /// Starts one, with the PEM files of a certificate and its key if it is to speak TLS.
    ///
    /// # Panics
    /// When it cannot be installed or does not start.
    pub async fn start(tls: Option<(&Path, &Path)>) -> Self {
        let mut command = tokio::process::Command::new("python3");
        command.args(["-c", PROGRAM]).env("PYTHONPATH", package());
        if let Some((certificate, key)) = tls {
            command.args([certificate, key]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = match command.spawn() {
            Ok(process) => process,
            Err(error) => panic!("the mail server does not start: {error}"),
        };
        let Some(stdout) = process.stdout.take() else { panic!("the mail server is silent") };
        let mut lines = BufReader::new(stdout).lines();
        let port = line(&mut lines).await.as_u64().and_then(|port| u16::try_from(port).ok());
        let Some(port) = port else { panic!("the mail server does not tell its port") };
        Self { port, lines, _process: process }
    }

    /// The next mail that it took.
    ///
    /// # Panics
    /// When the server has ended.
    pub async fn mail(&mut self) -> Value {
        line(&mut self.lines).await
    }
}

async fn line(lines: &mut Lines<BufReader<ChildStdout>>) -> Value {
    match lines.next_line().await {
        Ok(Some(line)) => serde_json::from_str(&line).unwrap_or_default(),
        Ok(None) => panic!("the mail server has ended"),
        Err(error) => panic!("the mail server cannot be read: {error}"),
    }
}

/// The folder with the package, which the tests of a program share.
fn package() -> &'static Path {
    static PACKAGE: OnceLock<PathBuf> = OnceLock::new();
    PACKAGE.get_or_init(installed)
}

/// Puts the package into the cache if it is not there. Programs that install it at once each do so beside it, and one of them
/// puts it in its place.
fn installed() -> PathBuf {
    let Some(cache) = cache() else { panic!("there is no folder for a cache: `HOME` is not set") };
    let folder = cache.join("python").join(PACKAGE);
    if folder.is_dir() {
        return folder;
    }
    eprintln!("the mail server for tests is missing; getting {PACKAGE} from PyPI");
    let beside = cache.join(format!("python/{PACKAGE}.{}", std::process::id()));
    let done = Command::new("python3")
        .args(["-m", "pip", "install", "-qq", "--disable-pip-version-check", "--target"])
        .arg(&beside)
        .arg(PACKAGE)
        .status();
    let is_done = done.is_ok_and(|status| status.success());
    assert!(is_done, "`python3 -m pip install {PACKAGE}` failed");
    if fs::rename(&beside, &folder).is_err() {
        // Somebody else was quicker.
        assert!(folder.is_dir(), "{} cannot be written", folder.display());
        let _ = fs::remove_dir_all(&beside);
    }
    folder
}
