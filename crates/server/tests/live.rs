use std::collections::BTreeSet;

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use pgrecall_access::Role;
use pgrecall_testkit::{Session, block_on};
use serde_json::{Value, json};

use crate::client::Client;
use crate::stage::{SECRET, Stage, start};
use crate::viewers::{mint, minter};

/// An event as it came.
#[derive(Debug, Default, Clone)]
pub(crate) struct Event {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) data: Value,
}

/// A stream of events that is read as it comes.
pub(crate) struct Events {
    body: Incoming,
    text: String,
}

impl Events {
    pub(crate) async fn open(client: &Client, last: Option<&str>) -> Self {
        let client = match last {
            Some(last) => client.clone().with("last-event-id", last),
            None => client.clone(),
        };
        let response = client.open("GET", "/v1/targets/shop/live", None).await;
        assert_eq!(response.status().as_u16(), 200);
        Self { body: response.into_body(), text: String::new() }
    }

    /// The next event; none at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let event = parsed(&self.text[..end]);
                self.text.drain(..end + 2);
                if event.kind.is_empty() {
                    continue;
                }
                return Some(event);
            }
            let frame = self.body.frame().await?.ok()?;
            let bytes = frame.into_data().expect("data");
            self.text.push_str(std::str::from_utf8(&bytes).expect("text"));
        }
    }
}

fn parsed(block: &str) -> Event {
    let mut event = Event::default();
    for line in block.lines() {
        match line.split_once(": ") {
            Some(("event", kind)) => kind.clone_into(&mut event.kind),
            Some(("id", id)) => id.clone_into(&mut event.id),
            Some(("data", data)) => event.data = serde_json::from_str(data).expect("JSON"),
            _ => {}
        }
    }
    event
}

/// Writes so many rows, in transactions that overlap and commit in another order than they began.
async fn write(session: &Session, writer: i64, transactions: i64) {
    for number in 0..transactions {
        let first = writer * 1_000_000 + number * 10;
        session
            .execute(&format!(
                "BEGIN; SELECT recall.set_context('{{\"tenant\": \"acme\", \"actor\": \"w{writer}\"}}');
                 INSERT INTO prize SELECT {first} + i, 'x', 0 FROM generate_series(0, {0}) AS i;
                 SELECT pg_sleep(random() / 50); {1}",
                number % 3,
                if number % 7 == 6 { "ROLLBACK" } else { "COMMIT" },
            ))
            .await;
    }
}

#[test]
fn nothing_is_lost_or_told_twice_across_reconnects_with_concurrent_writers() {
    block_on(async {
        let stage = Stage::with("limits.requests_per_minute = 100000").await;
        let second = start(&stage.file).await;
        let auditor = stage.program(Role::Auditor).await;
        let addresses = [stage.server.address(), second.address()];
        let mut events = Events::open(&auditor, None).await;
        let mut last = events.next().await.expect("the first tick").id;
        let sessions = [
            stage.database.session().await,
            stage.database.session().await,
            stage.database.session().await,
        ];
        let writing = async {
            let [a, b, c] = &sessions;
            tokio::join!(write(a, 1, 60), write(b, 2, 60), write(c, 3, 60));
            stage.change("acme", "ann", "INSERT INTO note VALUES (1, 'the end')").await;
        };
        let following = async {
            let (mut told, mut reconnects): (Vec<i64>, usize) = (Vec::new(), 0);
            'following: loop {
                let mut client = auditor.clone();
                client.address = addresses[reconnects % 2];
                let mut events = Events::open(&client, Some(&last)).await;
                // The connection is cut after a few events, also between those of one tick.
                for _ in 0..=(reconnects % 11) {
                    let event = events.next().await.expect("an event");
                    last.clone_from(&event.id);
                    if event.kind != "change" {
                        continue;
                    }
                    let id = event.data["id"].as_i64().expect("id");
                    assert!(!told.contains(&id), "{id} was told twice");
                    told.push(id);
                    if event.data["table"] == "public.note" {
                        break 'following;
                    }
                }
                reconnects += 1;
            }
            (told, reconnects)
        };
        let ((), (told, reconnects)) = tokio::join!(writing, following);
        let written = stage.database.query_text("SELECT id FROM recall.change ORDER BY id").await;
        let written: BTreeSet<i64> = written
            .into_iter()
            .map(|row| row[0].clone().expect("id").parse().expect("number"))
            .collect();
        let distinct: BTreeSet<i64> = told.iter().copied().collect();
        assert_eq!(distinct.len(), told.len(), "none twice");
        assert_eq!(distinct, written, "none lost");
        assert!(reconnects > 10, "{reconnects}");
    });
}

#[test]
fn a_viewer_is_told_of_its_tenant_only() {
    block_on(async {
        let stage = Stage::new().await;
        stage.user("blue", Role::Viewer, None, Some("blue")).await;
        let blue = stage.token("blue", &[pgrecall_access::Right::Read], None).await;
        let mut events = Events::open(&blue, None).await;
        events.next().await.expect("the first tick");
        stage.change("acme", "ann", &format!("INSERT INTO prize VALUES (1, '{SECRET}', 5)")).await;
        stage.change("blue", "bob", "INSERT INTO prize VALUES (2, 'ours', 5)").await;
        loop {
            let event = events.next().await.expect("an event");
            assert!(!event.data.to_string().contains(SECRET), "{}", event.data);
            if event.kind == "change" {
                assert_eq!(event.data["new"]["name"], "ours");
                break;
            }
        }
    });
}

#[test]
fn who_may_see_nothing_any_more_is_told_nothing_any_more() {
    block_on(async {
        let stage = Stage::new().await;
        let program = stage.program(Role::Auditor).await;
        let browser = stage.browser("auditor").await;
        let viewer = mint(&minter(&stage).await, &json!({ "tenant": "acme" })).await;
        let mut followers = Vec::new();
        for client in [program, browser, viewer] {
            let mut events = Events::open(&client, None).await;
            assert_eq!(events.next().await.expect("where it begins").kind, "tick");
            followers.push(events);
        }
        stage
            .database
            .execute(
                "UPDATE recall_control.token SET revoked_at = now(); DELETE FROM recall_control.session",
            )
            .await;
        // Whether they still may is asked once in a while, when there is something to tell.
        let writing = async {
            for id in 0..120 {
                stage.change("acme", "ann", &format!("INSERT INTO note VALUES ({id}, 'x')")).await;
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            }
        };
        let ended = async |events: &mut Events| loop {
            let event = events.next().await.expect("an end that is told");
            if event.kind == "problem" {
                assert!(events.next().await.is_none(), "nothing follows");
                break event.data["code"].clone();
            }
        };
        let [program, browser, viewer] = &mut followers[..] else { panic!("there are three") };
        let all = async { tokio::join!(ended(program), ended(browser), ended(viewer)) };
        tokio::select! {
            codes = all => {
                let out = || json!("api/signed-out");
                assert_eq!(codes, (out(), out(), out()));
            }
            () = writing => panic!("somebody is still told what happens"),
        }
    });
}

#[test]
fn positions_that_cannot_be_are_refused() {
    block_on(async {
        let stage = Stage::new().await;
        let auditor = stage.program(Role::Auditor).await;
        for (last, code) in
            [("x", "api/malformed"), ("1-2", "api/malformed"), ("999999", "live/position-gone")]
        {
            let client = auditor.clone().with("last-event-id", last);
            assert_eq!(client.get("/v1/targets/shop/live").await.code(), code, "{last}");
        }
    });
}

#[test]
fn of_two_servers_one_keeps_the_journal_and_the_other_takes_over() {
    block_on(async {
        let stage = Stage::new().await;
        let second = start(&stage.file).await;
        let holders = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted
                       AND (classid::bigint << 32 | objid::bigint) = 7236837715
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let holder = "SELECT coalesce(min(pid), 0) FROM pg_locks WHERE locktype = 'advisory' AND granted
                      AND (classid::bigint << 32 | objid::bigint) = 7236837715
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let mut first = "0".to_owned();
        while first == "0" {
            first = stage.database.scalar(holder).await;
            tokio::task::yield_now().await;
        }
        assert_eq!(stage.database.scalar(holders).await, "1");
        stage.database.scalar(&format!("SELECT pg_terminate_backend({first})")).await;
        let mut other = first.clone();
        while other == first || other == "0" {
            other = stage.database.scalar(holder).await;
            tokio::task::yield_now().await;
        }
        assert_eq!(stage.database.scalar(holders).await, "1");
        second.stop().await;
    });
}
