use http_body_util::BodyExt as _;
use pgrecall_access::Role;
use pgrecall_testkit::block_on;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::stage::Stage;

#[test]
fn it_tells_how_it_is_and_what_it_counts() {
    block_on(async {
        let stage = Stage::new().await;
        let nobody = stage.nobody();
        assert_eq!(nobody.get("/healthz").await.status, 200);
        assert_eq!(nobody.get("/readyz").await.status, 200);
        nobody.get("/v1/me").await;
        let metrics = nobody.get("/metrics").await;
        assert!(metrics.text.contains("pgrecall_http_requests_total"), "{}", metrics.text);
        assert!(metrics.text.contains("route=\"/v1/me\""), "{}", metrics.text);
        let docs = nobody.get("/docs").await;
        assert!(docs.text.contains("/v1/targets/{target}/changes"));
        assert!(!docs.text.contains("<script"), "no scripts");
        assert_eq!(nobody.get("/openapi.json").await.ok()["openapi"], "3.1.0");
        let nowhere = nobody.get("/v2/nowhere").await;
        assert_eq!(
            (nowhere.status, nowhere.header("content-type")),
            (404, "application/problem+json")
        );
        let wrong = nobody.send("PUT", "/v1/me", None).await;
        assert_eq!((wrong.status, wrong.code().as_str()), (405, "api/wrong-method"));
        assert!(wrong.header("allow").contains("GET"), "{}", wrong.header("allow"));
    });
}

#[test]
fn every_answer_has_a_number_and_strict_headers() {
    block_on(async {
        let stage = Stage::new().await;
        for path in ["/docs", "/v1/me", "/healthz", "/nowhere"] {
            let answer = stage.nobody().get(path).await;
            let policy = answer.header("content-security-policy");
            assert!(
                policy.contains("default-src 'none'") && !policy.contains("unsafe"),
                "{policy}"
            );
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
        }
        let given = stage.nobody().with("x-request-id", "abc-1").get("/healthz").await;
        assert_eq!(given.header("x-request-id"), "abc-1");
        let hostile = stage.nobody().with("x-request-id", "a b\tlevel=error").get("/healthz").await;
        assert_eq!(hostile.header("x-request-id").len(), 32);
    });
}

#[test]
fn only_pages_of_allowed_origins_may_read_answers() {
    block_on(async {
        let stage = Stage::with("server.allowed_origins = [\"https://console.example\"]").await;
        let from = async |origin: &str| {
            let answer = stage.nobody().with("origin", origin).get("/v1/me").await;
            answer.header("access-control-allow-origin").to_owned()
        };
        assert_eq!(from("https://console.example").await, "https://console.example");
        assert_eq!(from("https://evil.example").await, "");
    });
}

#[test]
fn what_is_too_long_or_makes_no_sense_is_refused() {
    block_on(async {
        let stage = Stage::with("limits.body_bytes = 1000").await;
        let operator = stage.program(Role::Operator).await;
        let long = json!({ "name": "x".repeat(5000) });
        let answer = operator.post("/v1/targets/shop/marks", &long).await;
        assert_eq!((answer.status, answer.code().as_str()), (413, "api/too-large"));
        for body in [json!([]), json!({}), json!({ "name": 5 })] {
            let answer = operator.post("/v1/targets/shop/marks", &body).await;
            assert_eq!((answer.status, answer.code().as_str()), (400, "api/malformed"), "{body}");
        }
        let hostile = json!({ "name": "line\nbreak" });
        assert_eq!(operator.post("/v1/targets/shop/marks", &hostile).await.code(), "moment/mark");
        assert_eq!(operator.get("/v1/targets/shop/transactions/x").await.status, 400);
        assert_eq!(operator.get("/v1/targets/shop/transactions/99").await.status, 404);
        assert_eq!(operator.get("/v1/targets/%00").await.status, 404);
    });
}

#[test]
fn hostile_texts_are_the_fault_of_who_sends_them() {
    block_on(async {
        let stage = Stage::new().await;
        stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'a', 1)").await;
        let operator = stage.program(Role::Operator).await;
        for path in [
            "changes?actor=%00",
            "changes?actor=%ff",
            "changes?q=actor:%00",
            "changes?table=%00",
            "changes?table=prize&key=%00",
            "changes?since=%00",
            "changes?tx=99999999999999999999",
            "changes?since=before:tx:-9223372036854775808",
            "changes?cursor=9223372036854775807-1",
            "tables/%22/history?key=1",
            "tables/prize/history?key=99999999999999999999",
            "tables/prize/blame?key=%00",
            "activity?time_zone=nowhere",
            "activity?time_zone=%00",
            "diff?from=1s&tables=,",
            "plans/%00",
            "transactions/-1",
        ] {
            let answer = operator.get(&format!("/v1/targets/shop/{path}")).await;
            assert!(answer.status < 500, "{path}: {} {}", answer.status, answer.text);
        }
        for (path, body) in [
            ("query", json!({ "moment": "now", "sql": "SELECT nothing FROM nowhere" })),
            ("query", json!({ "moment": "now", "sql": "SELECT 1/0" })),
            ("query", json!({ "moment": "now", "sql": "\u{0}" })),
            ("marks", json!({ "name": "m", "reason": "\u{0}" })),
            ("plans", json!({ "actor": "\u{0}" })),
            ("plans", json!({ "tables": ["prize"], "key": "x" })),
        ] {
            let answer = operator.post(&format!("/v1/targets/shop/{path}"), &body).await;
            assert!(
                (400..500).contains(&answer.status),
                "{body}: {} {}",
                answer.status,
                answer.text
            );
        }
        let shown = json!({ "name": "\u{0}", "password": "\u{0}" });
        let answer = stage.nobody().post("/v1/session", &shown).await;
        assert!((400..500).contains(&answer.status), "{} {}", answer.status, answer.text);
        assert_eq!(stage.nobody().get("/healthz").await.status, 200);
    });
}

#[test]
fn stopping_lets_requests_end_and_takes_no_more() {
    block_on(async {
        let stage = Stage::new().await;
        let address = stage.server.address();
        let mut slow = TcpStream::connect(address).await.expect("connects");
        slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
        let mut first = [0; 12];
        slow.read_exact(&mut first).await.expect("answer");
        assert_eq!(&first, b"HTTP/1.1 200");
        let followers = stage.program(Role::Auditor).await;
        let live = followers.open("GET", "/v1/targets/shop/live", None).await;
        stage.server.stop().await;
        assert!(TcpStream::connect(address).await.is_err());
        // The stream ended with the server, and not in the middle.
        live.into_body().collect().await.expect("an orderly end");
    });
}

#[test]
fn what_the_server_keeps_in_a_target_is_no_table_of_the_users() {
    block_on(async {
        let stage = Stage::new().await;
        stage.database.execute("CREATE TABLE public.forgotten (id int)").await;
        let program = stage.program(Role::Auditor).await;
        let uncovered = program.get("/v1/targets/shop/uncovered").await.ok();
        let names: Vec<_> =
            uncovered.as_array().expect("list").iter().map(|one| &one["table"]).collect();
        assert_eq!(names, ["public.forgotten"], "{uncovered}");
    });
}
