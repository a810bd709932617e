//! What somebody tries who means harm.

use pgrecall_access::Role;
use pgrecall_testkit::block_on;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::authorization::{attempt, table};
use crate::stage::Stage;

/// Sends bytes, and gives what comes back until the server closes the connection.
async fn raw(stage: &Stage, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(stage.server.address()).await.expect("connects");
    // It may be closed before all is sent.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn who_sends_slowly_or_too_much_is_cut_off() {
    block_on(async {
        let stage = Stage::with("limits.request_seconds = 1").await;
        let begun = b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ";
        let body = b"POST /v1/session HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
            content-type: application/json\r\ncontent-length: 100\r\n\r\n{\"name\":";
        let long = format!(
            "GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n",
            "x".repeat(2_000_000)
        );
        let (header, body, long) =
            tokio::join!(raw(&stage, begun), raw(&stage, body), raw(&stage, long.as_bytes()));
        // Each of them ended; what is said is not promised where nothing was asked.
        assert!(header.is_empty() || header.contains(" 408 "), "{header}");
        assert!(body.contains(" 504 ") && body.contains("api/time-out"), "{body}");
        assert!(long.is_empty() || long.contains(" 431 "), "{long}");
        assert_eq!(stage.nobody().get("/healthz").await.status, 200);
    });
}

#[test]
fn an_address_is_believed_from_trusted_proxies_only() {
    block_on(async {
        let shown = json!({ "name": "mallory", "password": "x" });
        for (settings, told) in [
            ("", "127.0.0.1"),
            ("server.trusted_proxies = [\"10.0.0.0/8\"]", "127.0.0.1"),
            ("server.trusted_proxies = [\"127.0.0.1\"]", "198.51.100.7"),
        ] {
            let stage = Stage::with(settings).await;
            let spoofed = stage
                .nobody()
                .with("x-forwarded-for", "203.0.113.9, 198.51.100.7")
                .with("forwarded", "for=203.0.113.9")
                .with("x-real-ip", "203.0.113.9");
            assert_eq!(spoofed.post("/v1/session", &shown).await.status, 401);
            let ip = "SELECT ip FROM recall_control.audit ORDER BY id DESC LIMIT 1";
            assert_eq!(stage.database.scalar(ip).await, told, "{settings}");
        }
    });
}

#[test]
fn hostile_texts_come_back_as_plain_json() {
    block_on(async {
        let stage = Stage::new().await;
        let evil = "<script>alert(1)</script>\u{1b}[31m\r\nSet-Cookie: a=b";
        stage.database.execute("CREATE TABLE public.\"<img src=x>\" (id int PRIMARY KEY)").await;
        let context = json!({ "tenant": "acme", "actor": evil, "reason": evil }).to_string();
        let (context, value) = (context.replace('\'', "''"), evil.replace('\'', "''"));
        stage
            .database
            .execute(&format!(
                "BEGIN; SELECT recall.set_context('{context}'::jsonb);
                 INSERT INTO prize VALUES (1, '{value}', 1); COMMIT"
            ))
            .await;
        let auditor = stage.program(Role::Auditor).await.with("user-agent", "<b>");
        for path in ["changes", "tables/prize/history?key=1", "activity", "uncovered"] {
            let answer = auditor.get(&format!("/v1/targets/shop/{path}")).await;
            assert_eq!(answer.header("content-type"), "application/json", "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("set-cookie"), "", "{path}");
            assert!(answer.json().is_array() || answer.json().is_object(), "{path}");
            assert!(!answer.text.contains('\u{1b}'), "{path}: control characters are escaped");
        }
        let changes = auditor.get("/v1/targets/shop/changes").await.ok();
        assert_eq!(changes["changes"][0]["new"]["name"], Value::from(evil));
        let nowhere = auditor.get("/v1/targets/%3Cscript%3E%1B%5B31m/changes").await;
        assert_eq!(
            (nowhere.status, nowhere.header("content-type")),
            (404, "application/problem+json")
        );
        assert!(!nowhere.text.contains('\u{1b}'));
        let name = json!({ "name": evil, "password": evil });
        assert_eq!(stage.nobody().post("/v1/session", &name).await.status, 401);
        let log = stage.program(Role::Administrator).await.get("/v1/audit").await;
        assert!(log.status == 200 && !log.text.contains('\u{1b}'), "{}", log.text);
    });
}

#[test]
fn every_answer_of_every_operation_is_strict_and_every_refusal_a_problem() {
    block_on(async {
        let stage = Stage::with("limits.requests_per_minute = 100000").await;
        stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'a', 5)").await;
        let tx = stage.database.scalar("SELECT max(tx) FROM recall.change").await;
        let callers = [
            stage.nobody(),
            stage.program(Role::Operator).await,
            stage.program(Role::Viewer).await,
        ];
        for row in table() {
            for caller in &callers {
                let answer = attempt(caller, &row, &tx).await;
                let name = row.operation;
                let policy = answer.header("content-security-policy");
                assert!(policy.contains("default-src 'none'"), "{name}: {policy}");
                assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name}");
                assert_eq!(answer.header("x-frame-options"), "DENY", "{name}");
                assert!(!answer.header("x-request-id").is_empty(), "{name}");
                assert!(
                    ["no-store", "no-cache"].contains(&answer.header("cache-control")),
                    "{name}"
                );
                // A browser that comes back from the provider is shown a page.
                if answer.status >= 400 && name != "finish_openid" {
                    assert_eq!(answer.header("content-type"), "application/problem+json", "{name}");
                    assert_eq!(answer.json()["status"], answer.status, "{name}");
                }
            }
        }
    });
}
