//! What becomes of the server when its databases go and come back, and when it starts and stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pgrecall_access::Role;
use pgrecall_testkit::{Server, block_on};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::Client;
use crate::live::Events;
use crate::stage::{Stage, start};

/// Asks until the answer has this status.
async fn until(client: &Client, path: &str, status: u16) {
    while client.get(path).await.status != status {
        tokio::task::yield_now().await;
    }
}

/// Follows from an event on until a table's change comes, also when the stream breaks off, and gives
/// the numbers of all changes that were told.
async fn follow_to(client: &Client, mut last: String, table: &str) -> Vec<i64> {
    let mut told = Vec::new();
    loop {
        let mut events = Events::open(client, Some(&last)).await;
        while let Some(event) = events.next().await {
            if !event.id.is_empty() {
                last.clone_from(&event.id);
            }
            if event.kind == "change" {
                told.push(event.data["id"].as_i64().expect("id"));
                if event.data["table"] == table {
                    return told;
                }
            }
        }
    }
}

#[test]
fn databases_that_went_away_are_found_again_and_no_subscriber_misses_anything() {
    block_on(gone_for(Duration::ZERO));
}

#[test]
fn what_nobody_waits_for_any_more_is_stopped() {
    block_on(async {
        let stage = Stage::new().await;
        let auditor = stage.program(Role::Auditor).await;
        let path = "/v1/targets/shop/changes";
        auditor.get(path).await.ok();
        let session = stage.database.session().await;
        session.execute("BEGIN; LOCK TABLE recall.change IN ACCESS EXCLUSIVE MODE").await;
        let waiting = async |count: &str| {
            // Requests only: the keeper's ticks wait for the same lock, and go on waiting.
            let sql = "SELECT count(*) FROM pg_locks AS l
                 JOIN pg_stat_activity AS a USING (pid)
                 WHERE a.datname = current_database() AND a.application_name = 'pgrecall serve'
                   AND NOT l.granted AND l.relation = 'recall.change'::regclass";
            while stage.database.scalar(sql).await != count {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            answer = auditor.get(path) => panic!("{}", answer.text),
            () = waiting("1") => {}
        }
        // Long before the limit of a request.
        let stopped = tokio::time::timeout(Duration::from_secs(10), waiting("0"));
        stopped.await.expect("a statement that is stopped");
        session.execute("ROLLBACK").await;
        auditor.get(path).await.ok();
    });
}

/// Longer than any limit of a request, and than the pauses between attempts to connect.
#[test]
fn databases_may_be_away_for_a_minute() {
    block_on(gone_for(Duration::from_mins(1)));
}

async fn gone_for(time: Duration) {
    let postgresql = Server::own(&[]);
    let stage = Stage::on(&postgresql, "limits.requests_per_minute = 10000000").await;
    let auditor = stage.program(Role::Auditor).await;
    let path = "/v1/targets/shop/changes";
    let mut events = Events::open(&auditor, None).await;
    let first = events.next().await.expect("a tick").id;
    stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'before', 1)").await;
    auditor.get(path).await.ok();

    postgresql.stop();
    let gone = auditor.get(path).await;
    assert_eq!((gone.status, gone.header("content-type")), (503, "application/problem+json"));
    let ready = stage.nobody().get("/readyz").await;
    assert_eq!((ready.status, ready.header("content-type")), (503, "application/problem+json"));
    assert_eq!(stage.nobody().get("/healthz").await.status, 200);

    tokio::time::sleep(time).await;
    postgresql.start();
    until(&stage.nobody(), "/readyz", 200).await;
    until(&auditor, path, 200).await;
    let session = stage.database.session().await;
    session.execute("INSERT INTO prize VALUES (2, 'after', 1)").await;
    session.execute("INSERT INTO note VALUES (1, 'the end')").await;
    let told = follow_to(&auditor, first, "public.note").await;
    let mut distinct = told.clone();
    distinct.dedup();
    assert_eq!((told.len(), distinct.len()), (3, 3), "{told:?}");
    // The stream that was open all the time goes on.
    let mut seen = 0;
    while let Some(event) = events.next().await {
        assert_ne!(event.kind, "problem", "{}", event.data);
        seen += usize::from(event.kind == "change");
        if event.kind == "change" && event.data["table"] == "public.note" {
            break;
        }
    }
    assert_eq!(seen, 3);
}

#[test]
fn a_target_that_is_gone_is_no_reason_to_turn_anybody_out() {
    block_on(async {
        let postgresql = Server::own(&[]);
        let away = postgresql.database().await;
        let stage = Stage::new().await;
        let both = format!(
            "home.target = \"shop\"\n{}[targets.crm]\nurl = \"{}\"\n",
            stage.file,
            away.url()
        );
        postgresql.stop();
        let server = start(&both).await;
        let mut auditor = stage.program(Role::Auditor).await;
        auditor.address = server.address();
        let gone = auditor.get("/v1/targets/crm/changes").await;
        assert_eq!((gone.status, gone.header("content-type")), (503, "application/problem+json"));
        assert_eq!(auditor.get("/v1/targets/shop/changes").await.status, 200);
        assert_eq!(auditor.get("/readyz").await.status, 200);
        server.stop().await;
    });
}

#[test]
fn two_servers_that_start_at_once_share_an_empty_home() {
    block_on(async {
        let stage = Stage::new().await;
        let empty = Server::shared().database().await;
        let file = format!("home.url = \"{}\"\n{}", empty.url(), stage.file);
        let (one, other) = tokio::join!(start(&file), start(&file));
        for server in [one, other] {
            assert!(server.setup_link().is_some());
            let client = Client::at(server.address());
            assert_eq!(client.get("/readyz").await.status, 200);
            server.stop().await;
        }
    });
}

/// An answer as it came; empty where there was none.
async fn answer(address: std::net::SocketAddr) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(mut stream) = TcpStream::connect(address).await {
        let request = b"GET /style.css HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        if stream.write_all(request).await.is_ok() {
            let _ = stream.read_to_end(&mut bytes).await;
        }
    }
    bytes
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.and_then(|length| length.parse().ok()) == Some(body.len())
}

#[test]
fn stopping_under_load_cuts_no_answer_in_the_middle() {
    block_on(async {
        let stage = Stage::new().await;
        let address = stage.server.address();
        let stopped = Arc::new(AtomicBool::new(false));
        let asking: Vec<_> = (0..20)
            .map(|_| {
                let stopped = Arc::clone(&stopped);
                tokio::spawn(async move {
                    let mut whole = 0;
                    while !stopped.load(Ordering::Relaxed) {
                        let answer = answer(address).await;
                        assert!(answer.is_empty() || is_whole(&answer), "an answer was cut");
                        whole += usize::from(!answer.is_empty());
                    }
                    whole
                })
            })
            .collect();
        for _ in 0..20 {
            assert!(is_whole(&answer(address).await));
        }
        stage.server.stop().await;
        stopped.store(true, Ordering::Relaxed);
        let mut whole = 0;
        for one in asking {
            whole += one.await.expect("none was cut");
        }
        assert!(whole > 20, "{whole}");
    });
}
