use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::Commits;

/// Somebody who follows the changes, at whichever server answers.
pub(super) struct Follower {
    pub(super) addresses: [SocketAddr; 2],
    pub(super) token: String,
    pub(super) commits: Commits,
    pub(super) number: usize,
}

/// What it was told.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The rows whose changes it was told of.
    pub(super) rows: HashSet<usize>,
    /// How many changes it was told of more than once.
    pub(super) repeated: usize,
    /// How often it came back.
    pub(super) reconnects: usize,
    /// How long each took from the commit on, in milliseconds.
    pub(super) latencies_ms: Vec<f64>,
}

impl Follower {
    /// Follows until it is told of a row.
    pub(super) async fn follow(self, last: usize) -> Told {
        let (mut told, mut position) = (Told::default(), None);
        for attempt in self.number.. {
            let address = self.addresses[attempt % 2];
            // That the stream broke off is what this is about.
            if self.read(address, &mut position, &mut told, last).await.is_ok_and(|done| done) {
                break;
            }
            told.reconnects += 1;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        told
    }

    /// Reads a stream; tells whether the last row has come.
    async fn read(
        &self,
        address: SocketAddr,
        position: &mut Option<String>,
        told: &mut Told,
        last: usize,
    ) -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address).await?;
        let from =
            position.as_ref().map_or_else(String::new, |id| format!("Last-Event-ID: {id}\r\n"));
        // Of HTTP 1.0, because there the body has no parts to be put together.
        let request = format!(
            "GET /v1/targets/shop/live HTTP/1.0\r\nhost: bench\r\nauthorization: Bearer {}\r\n{from}\r\n",
            self.token
        );
        stream.write_all(request.as_bytes()).await?;
        let mut lines = BufReader::new(stream).lines();
        let mut data = String::new();
        while let Some(line) = lines.next_line().await? {
            if let Some(text) = line.strip_prefix("data: ") {
                text.clone_into(&mut data);
            } else if let Some(id) = line.strip_prefix("id: ") {
                *position = Some(id.to_owned());
            } else if line.is_empty() && !data.is_empty() {
                if self.take(&data, told) == Some(last) {
                    return Ok(true);
                }
                data.clear();
            }
        }
        Ok(false)
    }

    /// Takes an event in; gives the row that was changed.
    fn take(&self, data: &str, told: &mut Told) -> Option<usize> {
        // The rows of the measure have negative numbers; those from before do not concern it.
        let (_, rest) = data.split_once("\"new\":{\"id\":-")?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let row: usize = digits.parse().ok()?;
        let commits = self.commits.lock().unwrap_or_else(PoisonError::into_inner);
        let committed = commits.get(row).copied().flatten();
        drop(commits);
        let took =
            committed.map_or(0.0, |at| Instant::now().duration_since(at).as_secs_f64() * 1000.0);
        if told.rows.insert(row) {
            told.latencies_ms.push(took);
        } else {
            told.repeated += 1;
        }
        Some(row)
    }
}
