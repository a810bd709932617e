//! Viewer tokens: what they open, and that they open nothing else.

use pgrecall_access::{Right, Role};
use pgrecall_server::Server;
use pgrecall_testkit::block_on;
use serde_json::{Value, json};

use crate::authorization::{May, attempt, table};
use crate::client::Client;
use crate::live::Events;
use crate::stage::{SECRET, Stage, start};

const MINT: &str = "/v1/targets/shop/viewer-tokens";
const ACME: &str = "what acme may see";

/// The operations that viewer tokens open; all others are closed to them.
const OPEN: [&str; 15] = [
    "me",
    "list_targets",
    "list_tables",
    "list_gaps",
    "list_changes",
    "get_transaction",
    "export_changes",
    "get_history",
    "get_blame",
    "get_activity",
    "follow_changes",
    "get_record",
    "get_table",
    "get_density",
    "get_hours",
];

/// A server for a target without tenants, beside that of the stage.
async fn without_tenant(stage: &Stage) -> Server {
    start(&format!("{}\n[targets.shop.viewers]\nwithout_tenant = true\n", stage.file)).await
}

pub(crate) async fn minter(stage: &Stage) -> Client {
    stage.user("backend", Role::Operator, None, None).await;
    stage.token("backend", &[Right::Mint], None).await
}

pub(crate) async fn mint(minter: &Client, wish: &Value) -> Client {
    let answer = minter.post(MINT, wish).await.ok();
    let token = answer["token"].as_str().expect("token");
    Client::at(minter.address).with("authorization", format!("Bearer {token}"))
}

/// Rows of two tenants in two tables; what nobody may see who holds a token of the tests is secret.
async fn fill(stage: &Stage) {
    let prize = |id: i64, name: &str| format!("INSERT INTO prize VALUES ({id}, '{name}', 5)");
    stage.change("acme", "ann", &prize(1, SECRET)).await;
    stage.change("acme", "ann", &format!("UPDATE prize SET name = '{SECRET}2' WHERE id = 1")).await;
    let both = format!("{}; INSERT INTO note VALUES (1, '{ACME}')", prize(3, SECRET));
    stage.change("acme", "ann", &both).await;
    stage.change("acme", "ann", &prize(2, ACME)).await;
    stage.change("blue", "bob", &prize(4, SECRET)).await;
    stage.change("blue", "bob", &format!("UPDATE note SET text = '{SECRET}' WHERE id = 1")).await;
    stage.change("blue", "bob", "DELETE FROM note WHERE id = 1").await;
}

/// Everything that the live events tell from the first tick on.
async fn told_live(client: &Client, first: &str) -> String {
    let mut events = Events::open(client, Some(first)).await;
    let mut told = String::new();
    loop {
        let event = events.next().await.expect("an event");
        told += &event.data.to_string();
        if event.kind == "tick" {
            return told;
        }
    }
}

#[test]
fn a_viewer_token_finds_nothing_by_any_operation_that_does_not_belong_to_it() {
    block_on(async {
        let stage = Stage::with("limits.requests_per_minute = 100000").await;
        let server = without_tenant(&stage).await;
        let mut backend = minter(&stage).await;
        backend.address = server.address();
        let mut auditor = stage.program(Role::Auditor).await;
        auditor.address = server.address();
        let mut events = Events::open(&auditor, None).await;
        let first = events.next().await.expect("a tick").id;
        drop(events);
        fill(&stage).await;
        let all = stage.database.query_text("SELECT DISTINCT tx FROM recall.change").await;
        let all: Vec<String> = all.into_iter().map(|row| row[0].clone().expect("tx")).collect();
        // A tick that shows all of it.
        stage.database.scalar("SELECT recall.tick()").await;
        let rights = json!(["read", "query"]);
        for wish in [
            json!({ "tenant": "acme", "tables": ["note"], "rights": rights }),
            json!({ "tenant": "acme", "record": { "table": "prize", "key": "2" }, "rights": rights }),
            json!({ "record": { "table": "prize", "key": "2" }, "rights": rights }),
        ] {
            let viewer = mint(&backend, &wish).await;
            for row in table().iter().filter(|row| row.may != May::Everybody) {
                for tx in &all {
                    let answer = attempt(&viewer, row, tx).await;
                    let text = &answer.text;
                    assert!(!text.contains(SECRET), "{wish} {}: {text}", row.operation);
                    assert!(!text.contains("backend"), "{wish} {}: {text}", row.operation);
                    if !OPEN.contains(&row.operation) {
                        assert_eq!(answer.code(), "api/forbidden", "{wish} {}", row.operation);
                    }
                    if !row.path.contains("{tx}") {
                        break;
                    }
                }
            }
            for path in [
                "changes?table=prize&key=1",
                "changes?table=prize&key=4",
                "changes?q=table:prize",
                "changes?oldest_first=true&limit=1",
                "changes?tenant=blue",
                "changes/export?format=jsonl",
                "changes/export?format=csv&q=table:prize%20key:3",
                "tables/prize/history?key=1",
                "tables/prize/history?key=4",
                "tables/prize/blame?key=4",
                "tables/prize/record?key=1",
                "tables/prize/record?key=4&at=tick:1",
                "tables/note/record?key=1",
                "tables/prize",
                "tables/nowhere",
                "changes/density?q=table:prize%20key:1",
                "activity/hours?q=actor:bob",
                "tables/note/history?key=1",
                "tables/public.note/blame?key=1",
                "activity?by=table,actor,tenant&q=actor:bob",
            ] {
                let answer = viewer.get(&format!("/v1/targets/shop/{path}")).await;
                assert!(!answer.text.contains(SECRET), "{wish} {path}: {}", answer.text);
                assert!(!answer.text.contains("bob"), "{wish} {path}: {}", answer.text);
            }
            let told = told_live(&viewer, &first).await;
            assert!(!told.contains(SECRET) && !told.contains("bob"), "{wish}: {told}");
            assert!(told.contains(ACME), "{wish}: {told}");
        }
        server.stop().await;
    });
}

#[test]
fn what_belongs_to_a_viewer_token_is_found() {
    block_on(async {
        let stage = Stage::new().await;
        fill(&stage).await;
        let backend = minter(&stage).await;
        let count = |page: &Value| page["changes"].as_array().expect("changes").len();
        let target = "/v1/targets/shop";
        let all = mint(&backend, &json!({ "tenant": "acme", "subject": "Ann Lee" })).await;
        assert_eq!(count(&all.get(&format!("{target}/changes")).await.ok()), 5);
        let me = all.get("/v1/me").await.ok();
        assert_eq!((&me["user"], &me["csrf_token"]), (&json!("Ann Lee"), &Value::Null));
        assert_eq!(me["roles"], json!(["viewer of shop (tenant acme)"]));
        let targets = all.get("/v1/targets").await.ok();
        assert_eq!((&targets[0]["name"], &targets[0]["tenant"]), (&json!("shop"), &json!("acme")));
        // The right to query is not in it.
        let blame = all.get(&format!("{target}/tables/prize/blame?key=1")).await;
        assert_eq!(blame.code(), "api/forbidden");

        let record = json!({ "table": "prize", "key": "id=1" });
        let wish = json!({ "tenant": "acme", "record": record, "rights": ["read", "query"] });
        let one = mint(&backend, &wish).await;
        assert_eq!(count(&one.get(&format!("{target}/changes")).await.ok()), 2);
        let history = one.get(&format!("{target}/tables/prize/history?key=1")).await.ok();
        assert_eq!(count(&history), 2);
        let blame = one.get(&format!("{target}/tables/prize/blame?key=1")).await.ok();
        assert_eq!(blame["columns"][1]["actor"], "ann");
        let tables = one.get(&format!("{target}/tables")).await.ok();
        assert_eq!(tables.as_array().expect("tables").len(), 1);
        let activity = one.get(&format!("{target}/activity")).await.ok();
        assert_eq!(activity[0]["changes"], 2);

        // Of a transaction that changed two tables, the part that is shown.
        let notes = mint(&backend, &json!({ "tenant": "acme", "tables": ["public.note"] })).await;
        let tx = "SELECT tx FROM recall.change WHERE relation = (SELECT id FROM recall.relation WHERE table_name = 'note') AND op = 'I'";
        let tx = stage.database.scalar(tx).await;
        let part = notes.get(&format!("{target}/transactions/{tx}")).await.ok();
        assert_eq!(count(&part), 1);
        let whole = all.get(&format!("{target}/transactions/{tx}")).await.ok();
        assert_eq!(count(&whole), 2);
    });
}

#[test]
fn the_rows_of_today_are_no_evidence_for_who_sees_one_tenant() {
    block_on(async {
        let stage = Stage::new().await;
        fill(&stage).await;
        // Somebody lets the tenant's role read the table, in which there are the rows of all.
        let role = "SELECT role FROM recall.viewer WHERE tenant = 'acme'";
        let role = stage.database.scalar(role).await;
        stage.database.execute(&format!("GRANT SELECT ON prize, note TO \"{role}\"")).await;
        let backend = minter(&stage).await;
        let viewer =
            mint(&backend, &json!({ "tenant": "acme", "rights": ["read", "query"] })).await;
        let theirs = viewer.get("/v1/targets/shop/tables/prize/blame?key=4").await;
        assert_eq!(theirs.code(), "blame/no-record", "{}", theirs.text);
        let ours = viewer.get("/v1/targets/shop/tables/prize/blame?key=2").await.ok();
        assert_eq!(
            (&ours["fate"], &ours["columns"][1]["value"]),
            (&json!("present"), &json!(ACME))
        );
    });
}

#[test]
fn a_record_is_followed_to_its_other_keys_and_no_other_record_is_shown() {
    block_on(async {
        let stage = Stage::new().await;
        stage.change("acme", "ann", &format!("INSERT INTO prize VALUES (1, '{ACME}', 5)")).await;
        stage.change("acme", "ann", "UPDATE prize SET id = 2 WHERE id = 1").await;
        stage.change("acme", "ann", &format!("INSERT INTO prize VALUES (1, '{SECRET}', 5)")).await;
        let backend = minter(&stage).await;
        let record = json!({ "table": "prize", "key": "2" });
        let viewer = mint(&backend, &json!({ "tenant": "acme", "record": record })).await;
        let history = viewer.get("/v1/targets/shop/tables/prize/history?key=2").await;
        assert!(!history.text.contains(SECRET), "{}", history.text);
        assert_eq!(history.ok()["changes"].as_array().expect("changes").len(), 2);
        let other = viewer.get("/v1/targets/shop/tables/prize/history?key=1").await;
        assert_eq!((other.status, other.code().as_str()), (403, "viewer/beyond-token"));
    });
}

#[test]
fn only_a_token_for_it_mints_and_only_what_makes_sense() {
    block_on(async {
        let stage = Stage::new().await;
        let backend = minter(&stage).await;
        let acme = json!({ "tenant": "acme" });
        let read = stage.token("backend", &[Right::Read, Right::Undo], None).await;
        assert_eq!(read.post(MINT, &acme).await.code(), "api/forbidden");
        let session = stage.browser("backend").await;
        assert_eq!(session.post(MINT, &acme).await.code(), "api/forbidden");
        let auditor = stage.program(Role::Auditor).await;
        assert_eq!(auditor.post(MINT, &acme).await.code(), "api/forbidden");
        let elsewhere = stage.token("backend", &[Right::Mint], Some("crm")).await;
        assert_eq!(elsewhere.post(MINT, &acme).await.status, 404);
        let viewer = mint(&backend, &acme).await;
        assert_eq!(viewer.post(MINT, &acme).await.code(), "api/forbidden");
        // What mints does not read.
        assert_eq!(backend.get("/v1/targets/shop/changes").await.code(), "api/forbidden");
        for (wish, code) in [
            (json!({}), "viewer/tenant-needed"),
            (json!({ "tenant": " " }), "api/malformed"),
            (json!({ "tenant": "nobody" }), "api/no-seat"),
            (json!({ "tenant": "acme", "table": ["note"] }), "api/malformed"),
            (json!({ "tenant": "acme", "tables": [] }), "api/malformed"),
            (json!({ "tenant": "acme", "tables": ["nowhere"] }), "journal/unknown-table"),
            (
                json!({ "tenant": "acme", "record": { "table": "prize", "key": "x" } }),
                "journal/key",
            ),
            (
                json!({ "tenant": "acme", "tables": ["note"], "record": { "table": "prize", "key": "1" } }),
                "api/malformed",
            ),
            (json!({ "tenant": "acme", "rights": ["undo"] }), "api/malformed"),
            (json!({ "tenant": "acme", "rights": [] }), "api/malformed"),
            (json!({ "tenant": "acme", "minutes": 0 }), "api/malformed"),
            (json!({ "tenant": "acme", "minutes": 1441 }), "api/malformed"),
            (json!({ "tenant": "acme", "subject": "x".repeat(201) }), "api/malformed"),
        ] {
            let answer = backend.post(MINT, &wish).await;
            assert_eq!(answer.code(), code, "{wish}: {}", answer.text);
        }
    });
}

#[test]
fn a_viewer_token_holds_at_every_server_and_ends_with_its_time_and_with_what_minted_it() {
    block_on(async {
        let stage = Stage::new().await;
        let second = start(&stage.file).await;
        let backend = minter(&stage).await;
        let acme = json!({ "tenant": "acme" });
        let status = async |client: &Client| client.get("/v1/targets/shop/changes").await.status;
        let viewer = mint(&backend, &acme).await;
        let mut elsewhere = viewer.clone();
        elsewhere.address = second.address();
        assert_eq!((status(&viewer).await, status(&elsewhere).await), (200, 200));
        let expired = "UPDATE recall_control.viewer_token SET expires_at = now()";
        stage.database.execute(expired).await;
        assert_eq!((status(&viewer).await, status(&elsewhere).await), (401, 401));
        let wrong = Client::at(viewer.address).with("authorization", "Bearer prv_wrong");
        assert_eq!(status(&wrong).await, 401);

        for (ends, again) in [
            (
                "UPDATE recall_control.token SET revoked_at = now()",
                "UPDATE recall_control.token SET revoked_at = NULL",
            ),
            (
                "UPDATE recall_control.token SET expires_at = now()",
                "UPDATE recall_control.token SET expires_at = now() + interval '1 day'",
            ),
            (
                "UPDATE recall_control.user_account SET disabled_at = now()",
                "UPDATE recall_control.user_account SET disabled_at = NULL",
            ),
            (
                "UPDATE recall_control.membership SET role = 'auditor'",
                "UPDATE recall_control.membership SET role = 'operator'",
            ),
            (
                "UPDATE recall_control.token SET scopes = '{read}'",
                "UPDATE recall_control.token SET scopes = '{mint}'",
            ),
        ] {
            let viewer = mint(&backend, &acme).await;
            stage.database.execute(ends).await;
            assert_eq!(status(&viewer).await, 401, "{ends}");
            stage.database.execute(again).await;
            assert_eq!(status(&viewer).await, 200, "{again}");
        }
        stage.control.forget_viewers().await.expect("forgotten");
        let kept = "SELECT count(*) FROM recall_control.viewer_token";
        assert_eq!(stage.database.scalar(kept).await, "5");
    });
}

#[test]
fn a_token_without_a_tenant_ends_where_the_target_needs_one() {
    block_on(async {
        let stage = Stage::new().await;
        let open = without_tenant(&stage).await;
        stage.change("acme", "ann", &format!("INSERT INTO prize VALUES (1, '{ACME}', 5)")).await;
        let mut backend = minter(&stage).await;
        backend.address = open.address();
        let mut viewer = mint(&backend, &json!({})).await;
        let seen = viewer.get("/v1/targets/shop/changes").await;
        assert!(seen.text.contains(ACME), "{}", seen.text);
        viewer.address = stage.server.address();
        let answer = viewer.get("/v1/targets/shop/changes").await;
        assert_eq!(answer.code(), "viewer/tenant-needed");
        open.stop().await;
    });
}

#[test]
fn a_viewer_token_is_for_one_target_and_is_not_told_of_others() {
    block_on(async {
        let stage = Stage::new().await;
        let other = stage.file.replace("[targets.shop]", "[targets.crm]");
        let both = format!("home.target = \"shop\"\n{}{other}", stage.file);
        let server = start(&both).await;
        let mut backend = minter(&stage).await;
        backend.address = server.address();
        let wish = json!({ "tenant": "acme", "rights": ["read", "query"] });
        let viewer = mint(&backend, &wish).await;
        viewer.get("/v1/targets/shop/changes").await.ok();
        for target in ["crm", "nowhere"] {
            let answer = viewer.get(&format!("/v1/targets/{target}/changes")).await;
            assert_eq!((answer.status, answer.code().as_str()), (404, "api/unknown-target"));
        }
        let targets = viewer.get("/v1/targets").await.ok();
        assert_eq!(targets.as_array().map(Vec::len), Some(1), "{targets}");
        server.stop().await;
    });
}

#[test]
fn requests_with_a_viewer_token_are_counted() {
    block_on(async {
        let stage = Stage::with("limits.requests_per_minute = 1").await;
        let viewer = mint(&minter(&stage).await, &json!({ "tenant": "acme" })).await;
        let changes = "/v1/targets/shop/changes";
        let codes = [viewer.get(changes).await.status, viewer.get(changes).await.status];
        assert_eq!(codes, [200, 429]);
    });
}

#[test]
fn what_is_done_with_viewer_tokens_is_written_down_with_their_end_users() {
    block_on(async {
        let stage = Stage::new().await;
        let backend = minter(&stage).await;
        let viewer = mint(&backend, &json!({ "tenant": "acme", "subject": "Ann Lee" })).await;
        viewer.get("/v1/targets/shop/changes/export").await;
        viewer.get("/v1/targets/shop/tables/prize/blame?key=1").await;
        let auditor = stage.program(Role::Auditor).await;
        let log = auditor.get("/v1/audit").await.ok();
        let entries = log["entries"].as_array().expect("entries");
        let told: Vec<_> = ["refused", "changes.export", "viewer_token.mint"]
            .iter()
            .map(|action| {
                let entry = entries.iter().find(|entry| entry["action"] == *action);
                let entry = entry.unwrap_or_else(|| panic!("{action}: {log}"));
                (entry["actor"].as_str(), entry["details"]["for"].as_str())
            })
            .collect();
        assert_eq!(told, vec![(Some("backend"), Some("Ann Lee")); 3]);
    });
}

#[test]
fn pages_of_allowed_origins_may_ask_with_a_viewer_token_and_others_may_not() {
    block_on(async {
        let stage = Stage::with("server.allowed_origins = [\"https://shop.example\"]").await;
        let viewer = mint(&minter(&stage).await, &json!({ "tenant": "acme" })).await;
        let preflight = |origin: &str| {
            stage
                .nobody()
                .with("origin", origin)
                .with("access-control-request-method", "GET")
                .with("access-control-request-headers", "authorization, last-event-id")
        };
        let path = "/v1/targets/shop/live";
        let allowed = preflight("https://shop.example").send("OPTIONS", path, None).await;
        assert_eq!(allowed.header("access-control-allow-origin"), "https://shop.example");
        for header in ["authorization", "last-event-id"] {
            assert!(allowed.header("access-control-allow-headers").contains(header));
        }
        let foreign = preflight("https://evil.example").send("OPTIONS", path, None).await;
        assert_eq!(foreign.header("access-control-allow-origin"), "");
        let changes = "/v1/targets/shop/changes";
        let answer = viewer.clone().with("origin", "https://shop.example").get(changes).await;
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin")),
            (200, "https://shop.example")
        );
        for header in ["x-request-id", "retry-after", "etag"] {
            assert!(answer.header("access-control-expose-headers").contains(header));
        }
        let answer = viewer.clone().with("origin", "https://evil.example").get(changes).await;
        assert_eq!(answer.header("access-control-allow-origin"), "");
    });
}
