use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use pgrecall_postgres::Database;
use pgrecall_testkit::ServerFolder;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::Instant;

use super::percentile;
use crate::error::BenchError;
use crate::server;

/// How long a server may take to answer for the first time.
const START: Duration = Duration::from_secs(30);

/// The program `pgrecall` with its configuration.
pub(super) struct Program {
    path: PathBuf,
    folder: ServerFolder,
}

/// A server that runs; it ends with its value.
pub(super) struct Running {
    pub(super) address: SocketAddr,
    child: Child,
}

impl Program {
    /// With a target that is described by settings.
    pub(super) fn new(path: &Path, target: &str) -> Result<Self, BenchError> {
        let folder = ServerFolder::new();
        let file = folder.path().join("pgrecall.toml");
        let text = format!(
            "log.level = \"warn\"\nlimits.requests_per_minute = 100000000\nlimits.subscribers = 10000\n\
             [targets.shop]\n{target}"
        );
        fs::write(&file, text).map_err(BenchError::file("write", &file))?;
        Ok(Self { path: path.to_path_buf(), folder })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.env("PGRECALL_CONFIG", self.folder.path().join("pgrecall.toml"));
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// A token of a user who reads everything.
    pub(super) async fn token(&self) -> Result<String, BenchError> {
        let mut add = self.command();
        add.args(["user", "add", "bench", "--role", "auditor"]);
        server::output("pgrecall", add).await?;
        let mut create = self.command();
        create.args(["token", "create", "--user", "bench", "--name", "bench", "--scope", "read"]);
        create.arg("--json");
        let told = server::output("pgrecall", create).await?;
        let told: serde_json::Value = serde_json::from_str(&told)?;
        Ok(told["token"].as_str().unwrap_or_default().to_owned())
    }

    /// Brings a record of the target back so many times, each time by a command of its own; gives the
    /// median and the 99th percentile in milliseconds, from the start of the program to its end.
    pub(super) async fn restore(
        &self,
        writer: &Database,
        times: usize,
    ) -> Result<(f64, f64), BenchError> {
        let mut took = Vec::new();
        for _ in 0..times {
            let spoil = include_str!("../../sql/serving/spoil.sql");
            let before: String = writer.client().query_one(spoil, &[]).await?.try_get("before")?;
            let mut restore = self.command();
            restore.args(["restore", "public.item", "4711", "--target", "shop", "--yes"]);
            restore.args(["--reason", "a measure", "--to", &before]);
            let begin = Instant::now();
            server::output("pgrecall", restore).await?;
            took.push(begin.elapsed().as_secs_f64() * 1000.0);
        }
        took.sort_by(f64::total_cmp);
        Ok((percentile(&took, 50), percentile(&took, 99)))
    }

    pub(super) async fn serve(&self) -> Result<Running, BenchError> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let program = self.path.display().to_string();
        self.serve_at(free.map_err(|source| BenchError::Program { program, source })?).await
    }

    /// Starts a server, and waits until it answers.
    pub(super) async fn serve_at(&self, address: SocketAddr) -> Result<Running, BenchError> {
        let program = self.path.display().to_string();
        let mut command = self.command();
        command.arg("serve").env("PGRECALL_SERVER__LISTEN", address.to_string());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().map_err(|source| BenchError::Program { program, source })?;
        let until = Instant::now() + START;
        while TcpStream::connect(address).await.is_err() {
            if Instant::now() > until {
                return Err(BenchError::TooLong(30));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(Running { address, child })
    }
}

impl Running {
    /// Ends it at once, as if the machine had gone; gives where it was.
    pub(super) async fn kill(&mut self) -> Result<SocketAddr, BenchError> {
        let program = "pgrecall".to_owned();
        self.child.kill().await.map_err(|source| BenchError::Program { program, source })?;
        Ok(self.address)
    }

    /// How much memory it holds.
    pub(super) fn resident_kib(&self) -> Result<u64, BenchError> {
        let pid = self.child.id().ok_or(BenchError::NotRunning)?;
        let path = PathBuf::from(format!("/proc/{pid}/status"));
        let text = fs::read_to_string(&path).map_err(BenchError::file("read", &path))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.ok_or(BenchError::NotRunning)
    }

    /// Searches so many times; gives the median and the 99th percentile in milliseconds.
    pub(super) async fn ask(
        &self,
        token: &str,
        search: &str,
        times: usize,
    ) -> Result<(f64, f64), BenchError> {
        let failed = |source| BenchError::Program { program: "pgrecall".to_owned(), source };
        let mut took = Vec::new();
        for _ in 0..times {
            let begin = Instant::now();
            let answer = self.get(token, search).await.map_err(failed)?;
            if !answer.starts_with(b"HTTP/1.0 200") {
                let told =
                    String::from_utf8_lossy(&answer).lines().last().unwrap_or_default().to_owned();
                return Err(BenchError::ProgramFailed { program: "pgrecall".to_owned(), told });
            }
            took.push(begin.elapsed().as_secs_f64() * 1000.0);
        }
        took.sort_by(f64::total_cmp);
        Ok((percentile(&took, 50), percentile(&took, 99)))
    }

    async fn get(&self, token: &str, search: &str) -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(self.address).await?;
        let request = format!(
            "GET /v1/targets/shop/changes?limit=50&{search} HTTP/1.0\r\nhost: bench\r\n\
             authorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(answer)
    }
}
