//! Who may what. Every operation of the API stands here, and each row is tried at a running server.

use std::collections::BTreeSet;

use pgrecall_access::Role;
use pgrecall_testkit::block_on;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::stage::{SECRET, Stage};

/// Who may do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum May {
    /// Whoever asks.
    Everybody,
    /// Whoever is known.
    Known,
    /// Whoever is signed in with a browser.
    Session,
    /// Whoever has one of these roles.
    Roles(&'static [Role]),
    /// Whoever has one of these roles and is signed in with a browser.
    Persons(&'static [Role]),
}

/// An operation, and how it is tried.
pub(crate) struct Row {
    pub(crate) operation: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    body: fn() -> Option<Value>,
    pub(crate) may: May,
}

const READ: May = May::Roles(&Role::ALL);
const QUERY: May =
    May::Roles(&[Role::Auditor, Role::Operator, Role::Approver, Role::Administrator]);
const MARK: May = May::Roles(&[Role::Operator, Role::Administrator]);
const UNDO: May = May::Roles(&[Role::Operator]);
const LOOK: May = QUERY;
const APPROVE: May = May::Persons(&[Role::Approver]);
const REVIEW: May = May::Persons(&[Role::Approver, Role::Administrator]);
const ADMINISTER: May = May::Roles(&[Role::Administrator]);
const MINT: May = May::Roles(&[Role::Operator, Role::Administrator]);
const AUDIT: May = May::Roles(&[Role::Auditor, Role::Administrator]);

const fn none() -> Option<Value> {
    None
}

const fn row(operation: &'static str, method: &'static str, path: &'static str, may: May) -> Row {
    Row { operation, method, path, body: none, may }
}

/// Every operation.
pub(crate) fn table() -> Vec<Row> {
    [people(), second_factors(), journals(), undo()].into_iter().flatten().collect()
}

fn people() -> Vec<Row> {
    let with = |row: Row, body: fn() -> Option<Value>| Row { body, ..row };
    vec![
        with(row("sign_in", "POST", "/v1/session", May::Everybody), || {
            Some(json!({ "name": "nobody", "password": "x" }))
        }),
        row("sign_out", "DELETE", "/v1/session", May::Session),
        with(row("accept_invitation", "POST", "/v1/invitations", May::Everybody), || {
            Some(json!({ "invitation": "x", "password": "x" }))
        }),
        with(row("look_at_invitation", "POST", "/v1/invitations/look", May::Everybody), || {
            Some(json!({ "invitation": "x" }))
        }),
        row("me", "GET", "/v1/me", May::Known),
        row("list_tokens", "GET", "/v1/me/tokens", May::Session),
        with(row("create_token", "POST", "/v1/me/tokens", May::Session), || {
            Some(json!({ "name": "x", "scopes": ["read"], "days": 1 }))
        }),
        row("revoke_token", "DELETE", "/v1/me/tokens/999", May::Session),
        row("sign_in_ways", "GET", "/v1/sign-in", May::Everybody),
        row("begin_openid", "GET", "/v1/session/openid", May::Everybody),
        row("finish_openid", "GET", "/v1/session/openid/callback", May::Everybody),
        row("link_openid", "POST", "/v1/me/openid", May::Session),
        row("list_my_sessions", "GET", "/v1/me/sessions", May::Session),
        row("end_my_session", "DELETE", "/v1/me/sessions/999", May::Session),
        with(row("change_password", "POST", "/v1/me/password", May::Session), || {
            Some(json!({ "old_password": "x", "new_password": "x" }))
        }),
        row("list_users", "GET", "/v1/users", ADMINISTER),
        with(row("add_user", "POST", "/v1/users", ADMINISTER), || {
            Some(json!({ "name": "new", "roles": [{ "role": "auditor" }] }))
        }),
        row("get_user", "GET", "/v1/users/nobody", ADMINISTER),
        with(row("change_user", "PATCH", "/v1/users/nobody", ADMINISTER), || {
            Some(json!({ "disabled": true }))
        }),
        with(row("set_memberships", "PUT", "/v1/users/nobody/memberships", ADMINISTER), || {
            Some(json!([{ "role": "auditor" }]))
        }),
        row("reset_user", "POST", "/v1/users/nobody/reset", ADMINISTER),
        row("remove_second_factor_of", "DELETE", "/v1/users/nobody/second-factor", ADMINISTER),
        row("list_user_sessions", "GET", "/v1/users/nobody/sessions", ADMINISTER),
        row("end_user_sessions", "DELETE", "/v1/users/nobody/sessions", ADMINISTER),
        row("end_user_session", "DELETE", "/v1/users/nobody/sessions/999", ADMINISTER),
        row("list_all_tokens", "GET", "/v1/tokens", ADMINISTER),
        row("revoke_any_token", "DELETE", "/v1/tokens/999", ADMINISTER),
    ]
}

fn second_factors() -> Vec<Row> {
    let with = |row: Row, body: fn() -> Option<Value>| Row { body, ..row };
    vec![
        row("get_second_factor", "GET", "/v1/me/second-factor", May::Session),
        row("ask_second_factor", "POST", "/v1/me/second-factor/challenge", May::Session),
        row("begin_second_factor", "POST", "/v1/me/second-factor", May::Session),
        row("begin_key", "POST", "/v1/me/second-factor/keys", May::Session),
        with(row("confirm_key", "POST", "/v1/me/second-factor/keys/confirm", May::Session), || {
            Some(json!({ "name": "x", "credential": {} }))
        }),
        with(row("rename_key", "PATCH", "/v1/me/second-factor/keys/999", May::Session), || {
            Some(json!({ "name": "x" }))
        }),
        with(row("remove_key", "DELETE", "/v1/me/second-factor/keys/999", May::Session), || {
            Some(json!({ "code": "x" }))
        }),
        with(
            row("confirm_second_factor", "POST", "/v1/me/second-factor/confirm", May::Session),
            || Some(json!({ "code": "x" })),
        ),
        with(
            row("show_second_factor", "POST", "/v1/session/second-factor", May::Everybody),
            || Some(json!({ "code": "x" })),
        ),
        row(
            "ask_awaited_second_factor",
            "POST",
            "/v1/session/second-factor/challenge",
            May::Everybody,
        ),
        with(row("remove_second_factor", "DELETE", "/v1/me/second-factor", May::Session), || {
            Some(json!({ "code": "x" }))
        }),
        with(row("renew_recovery_codes", "POST", "/v1/me/recovery-codes", May::Session), || {
            Some(json!({ "code": "x" }))
        }),
    ]
}

fn journals() -> Vec<Row> {
    let with = |row: Row, body: fn() -> Option<Value>| Row { body, ..row };
    vec![
        row("list_targets", "GET", "/v1/targets", May::Known),
        row("get_target", "GET", "/v1/targets/shop", QUERY),
        row("list_tables", "GET", "/v1/targets/shop/tables", READ),
        row("list_gaps", "GET", "/v1/targets/shop/gaps", READ),
        row("list_uncovered", "GET", "/v1/targets/shop/uncovered", QUERY),
        row("list_changes", "GET", "/v1/targets/shop/changes", READ),
        row("get_transaction", "GET", "/v1/targets/shop/transactions/{tx}", READ),
        row("export_changes", "GET", "/v1/targets/shop/changes/export?format=csv", READ),
        row("get_history", "GET", "/v1/targets/shop/tables/prize/history?key=1", READ),
        row("get_blame", "GET", "/v1/targets/shop/tables/prize/blame?key=1", QUERY),
        row("get_activity", "GET", "/v1/targets/shop/activity?by=actor,tenant", READ),
        row("list_operations", "GET", "/v1/targets/shop/operations", QUERY),
        row("list_marks", "GET", "/v1/targets/shop/marks", QUERY),
        with(row("make_mark", "POST", "/v1/targets/shop/marks", MARK), || {
            Some(json!({ "name": "*" }))
        }),
        row("remove_mark", "DELETE", "/v1/targets/shop/marks/none", MARK),
        with(row("query_past", "POST", "/v1/targets/shop/query", QUERY), || {
            Some(json!({ "moment": "now", "sql": "SELECT name FROM prize" }))
        }),
        row("get_diff", "GET", "/v1/targets/shop/diff?from=1s", QUERY),
    ]
}

fn undo() -> Vec<Row> {
    let with = |row: Row, body: fn() -> Option<Value>| Row { body, ..row };
    vec![
        with(row("make_plan", "POST", "/v1/targets/shop/plans", UNDO), || {
            Some(json!({ "actor": "nobody-of-that-name" }))
        }),
        row("list_plans", "GET", "/v1/targets/shop/plans", LOOK),
        row("get_plan", "GET", "/v1/targets/shop/plans/none", LOOK),
        row("get_steps", "GET", "/v1/targets/shop/plans/none/steps", LOOK),
        row("preview_plan", "POST", "/v1/targets/shop/plans/none/preview", UNDO),
        with(row("apply_plan", "POST", "/v1/targets/shop/plans/none/apply", UNDO), || {
            Some(json!({ "hash": "x", "reason": "x" }))
        }),
        with(row("request_approval", "POST", "/v1/targets/shop/plans/none/approval", UNDO), || {
            Some(json!({ "hash": "x", "reason": "x" }))
        }),
        row("list_approvals", "GET", "/v1/targets/shop/approvals", LOOK),
        row("get_approval", "GET", "/v1/targets/shop/approvals/999", LOOK),
        with(row("approve", "POST", "/v1/targets/shop/approvals/999/approve", APPROVE), || {
            Some(json!({ "hash": "x" }))
        }),
        with(row("reject", "POST", "/v1/targets/shop/approvals/999/reject", APPROVE), || {
            Some(json!({ "comment": "x" }))
        }),
        row("cancel", "POST", "/v1/targets/shop/approvals/999/cancel", UNDO),
        row("list_reviews", "GET", "/v1/targets/shop/reviews", LOOK),
        with(row("close_review", "POST", "/v1/targets/shop/reviews/999/close", REVIEW), || {
            Some(json!({ "comment": "x" }))
        }),
        row("follow_changes", "GET", "/v1/targets/shop/live", READ),
        row("list_audit", "GET", "/v1/audit", AUDIT),
        row("get_notifications", "GET", "/v1/me/notifications", May::Known),
        with(row("set_notifications", "PUT", "/v1/me/notifications", May::Session), || {
            Some(json!({ "topics": { "gap": true } }))
        }),
        row("list_channels", "GET", "/v1/channels", ADMINISTER),
        row("test_channel", "POST", "/v1/channels/none/test", ADMINISTER),
        row("list_deliveries", "GET", "/v1/deliveries", ADMINISTER),
        row("retry_delivery", "POST", "/v1/deliveries/999/retry", ADMINISTER),
        row("get_record", "GET", "/v1/targets/shop/tables/prize/record?key=1", READ),
        row("get_table", "GET", "/v1/targets/shop/tables/prize", READ),
        row("get_growth", "GET", "/v1/targets/shop/tables/prize/growth", QUERY),
        row("get_density", "GET", "/v1/targets/shop/changes/density", READ),
        row("get_hours", "GET", "/v1/targets/shop/activity/hours", READ),
        row("list_searches", "GET", "/v1/me/searches", May::Session),
        with(row("save_search", "POST", "/v1/me/searches", May::Session), || {
            Some(json!({ "name": "x", "target": "shop", "query": "op:delete" }))
        }),
        row("forget_search", "DELETE", "/v1/me/searches/999", May::Session),
        with(row("mint_viewer_token", "POST", "/v1/targets/shop/viewer-tokens", MINT), || {
            Some(json!({ "tenant": "acme" }))
        }),
    ]
}

/// What an answer says about whether somebody may.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    May,
    SignIn,
    MayNot,
    /// There is no such target, as far as they are concerned.
    Unknown,
}

fn said(answer: &Answer) -> Said {
    match (answer.status, answer.code().as_str()) {
        (_, "api/signed-out") => Said::SignIn,
        (403, "api/forbidden" | "api/not-by-token") => Said::MayNot,
        (404, "api/unknown-target") => Said::Unknown,
        // That the thing is not there, or makes no sense, is for those who may.
        (200..300 | 400 | 404 | 409, _)
        | (401, "access/refused")
        | (403, "access/no-second-factor") => Said::May,
        (status, code) => panic!("{status} {code} {}", answer.text),
    }
}

/// Tries an operation; a stream is left after its beginning.
pub(crate) async fn attempt(client: &Client, row: &Row, tx: &str) -> Answer {
    let path = row.path.replace("{tx}", tx);
    if row.operation != "follow_changes" {
        return client.send(row.method, &path, (row.body)().as_ref()).await;
    }
    let response = client.open(row.method, &path, None).await;
    if response.status().as_u16() == 200 {
        return Answer { status: 200, headers: response.headers().clone(), text: String::new() };
    }
    client.send(row.method, &path, None).await
}

#[test]
fn every_operation_of_the_document_stands_in_the_table() {
    let document: Value =
        serde_json::from_str(&pgrecall_server::openapi().expect("document")).expect("JSON");
    let mut documented = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let name = operation["operationId"].as_str().expect("name").to_owned();
            documented.insert((name, method.to_uppercase(), path.clone()));
        }
    }
    let mut tried = BTreeSet::new();
    for row in table() {
        let path = row.path.split('?').next().unwrap_or_default();
        let (_, _, template) = documented
            .iter()
            .find(|(name, method, _)| name == row.operation && method == row.method)
            .unwrap_or_else(|| panic!("{} is not in the document", row.operation));
        let fits = template.split('/').count() == path.split('/').count()
            && template
                .split('/')
                .zip(path.split('/'))
                .all(|(wanted, is)| wanted.starts_with('{') || wanted == is);
        assert!(fits, "{}: {path} is not {template}", row.operation);
        tried.insert((row.operation.to_owned(), row.method.to_owned(), template.clone()));
    }
    assert_eq!(tried, documented);
}

#[test]
fn each_row_of_the_table_holds() {
    block_on(async {
        let stage =
            Stage::with("[limits]\nrequests_per_minute = 100000\nsign_ins_per_minute = 1000").await;
        stage.change("acme", "ann", &format!("INSERT INTO prize VALUES (1, '{SECRET}', 5)")).await;
        let tx = stage.database.scalar("SELECT max(tx) FROM recall.change").await;
        let mut callers = Vec::new();
        for role in Role::ALL {
            callers.push((Some(role), stage.program(role).await));
        }
        for row in table() {
            let nobody = attempt(&stage.nobody(), &row, &tx).await;
            let expected = if row.may == May::Everybody { Said::May } else { Said::SignIn };
            assert_eq!(said(&nobody), expected, "nobody: {}", row.operation);
            for (role, caller) in &callers {
                let expected = match row.may {
                    May::Everybody | May::Known => Said::May,
                    May::Roles(roles) if role.is_some_and(|role| roles.contains(&role)) => {
                        Said::May
                    }
                    May::Session | May::Roles(_) | May::Persons(_) => Said::MayNot,
                };
                let answer = attempt(caller, &row, &tx).await;
                assert_eq!(said(&answer), expected, "{role:?}: {} {}", row.operation, answer.text);
            }
        }
        for row in table().iter().filter(|row| row.may == May::Session && row.method != "DELETE") {
            let browser = stage.browser("auditor").await;
            assert_eq!(said(&attempt(&browser, row, &tx).await), Said::May, "{}", row.operation);
        }
        for role in Role::ALL {
            let browser = stage.browser(role.as_str()).await;
            for row in table() {
                let May::Persons(roles) = row.may else { continue };
                let expected = if roles.contains(&role) { Said::May } else { Said::MayNot };
                let answer = attempt(&browser, &row, &tx).await;
                assert_eq!(said(&answer), expected, "{role}: {} {}", row.operation, answer.text);
            }
        }
    });
}

#[test]
fn who_is_of_another_tenant_or_target_learns_nothing_by_any_operation() {
    block_on(async {
        let stage =
            Stage::with("[limits]\nrequests_per_minute = 100000\nsign_ins_per_minute = 1000").await;
        stage.change("acme", "ann", &format!("INSERT INTO prize VALUES (1, '{SECRET}', 5)")).await;
        stage.change("blue", "bob", "INSERT INTO prize VALUES (2, 'ours', 5)").await;
        let tx = stage.database.scalar("SELECT min(tx) FROM recall.change").await;
        stage.user("blue", Role::Viewer, Some("shop"), Some("blue")).await;
        stage.user("elsewhere", Role::Operator, Some("crm"), None).await;
        let (blue, elsewhere) = (
            stage.token("blue", &pgrecall_access::Right::ALL, None).await,
            stage.token("elsewhere", &pgrecall_access::Right::ALL, None).await,
        );
        for row in table() {
            let answer = attempt(&blue, &row, &tx).await;
            assert!(!answer.text.contains(SECRET), "{}: {}", row.operation, answer.text);
            assert!(!answer.text.contains("\"ann\""), "{}: {}", row.operation, answer.text);
            let answer = attempt(&elsewhere, &row, &tx).await;
            assert!(!answer.text.contains(SECRET), "{}: {}", row.operation, answer.text);
            if let (May::Roles(_) | May::Persons(_), true) =
                (row.may, row.path.starts_with("/v1/targets/"))
            {
                assert_eq!(said(&answer), Said::Unknown, "{}", row.operation);
            }
        }
        let seen = blue.get("/v1/targets/shop/changes").await.ok();
        assert_eq!(seen["changes"].as_array().expect("changes").len(), 1);
        assert_eq!(seen["changes"][0]["new"]["name"], "ours");
        let asked = blue.get("/v1/targets/shop/changes?tenant=acme").await.ok();
        assert_eq!(asked["changes"].as_array().expect("changes").len(), 0);
        assert_eq!(blue.get(&format!("/v1/targets/shop/transactions/{tx}")).await.status, 404);
        assert_eq!(elsewhere.get("/v1/targets").await.ok(), json!([]));
    });
}

#[test]
fn a_seat_that_was_granted_another_tenant_is_not_used_again() {
    block_on(async {
        let stage = Stage::new().await;
        stage.change("acme", "ann", &format!("INSERT INTO prize VALUES (1, '{SECRET}', 5)")).await;
        stage.user("blue", Role::Viewer, None, Some("blue")).await;
        let blue = stage.token("blue", &[pgrecall_access::Right::Read], None).await;
        blue.get("/v1/targets/shop/changes").await.ok();
        let role =
            stage.database.scalar("SELECT role FROM recall.viewer WHERE tenant = 'blue'").await;
        stage
            .database
            .execute(&format!("UPDATE recall.viewer SET tenant = 'acme' WHERE role = '{role}'"))
            .await;
        let answer = blue.get("/v1/targets/shop/changes").await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (403, "api/no-seat"),
            "{}",
            answer.text
        );
    });
}

#[test]
fn many_tenants_share_the_connections_that_there_may_be() {
    block_on(async {
        let stage = Stage::with("limits.connections = 2").await;
        for tenant in ["acme", "blue"] {
            stage.user(tenant, Role::Viewer, None, Some(tenant)).await;
        }
        let (acme, blue) = (
            stage.token("acme", &[pgrecall_access::Right::Read], None).await,
            stage.token("blue", &[pgrecall_access::Right::Read], None).await,
        );
        let auditor = stage.program(Role::Auditor).await;
        for _ in 0..5 {
            let path = "/v1/targets/shop/changes";
            let (a, b, c) = tokio::join!(acme.get(path), blue.get(path), auditor.get(path));
            assert_eq!([a.status, b.status, c.status], [200, 200, 200]);
        }
        let open = "SELECT count(*) FROM pg_stat_activity
                    WHERE application_name = 'pgrecall serve' AND datname = current_database()";
        let open: i64 = stage.database.scalar(open).await.parse().expect("number");
        assert!(open <= 3, "{open}; one may be about to end");
    });
}

#[test]
fn nothing_that_changes_something_is_done_by_the_cookie_alone() {
    block_on(async {
        let stage =
            Stage::with("[limits]\nrequests_per_minute = 100000\nsign_ins_per_minute = 1000").await;
        let mut browsers = Vec::new();
        for role in Role::ALL {
            stage.user(role.as_str(), role, None, (role == Role::Viewer).then_some("acme")).await;
            let mut browser = stage.browser(role.as_str()).await;
            browser.headers.retain(|(name, _)| *name != "x-csrf-token");
            browsers.push(browser);
        }
        for row in table().iter().filter(|row| row.method != "GET" && row.may != May::Everybody) {
            for browser in &browsers {
                let answer = attempt(browser, row, "1").await;
                assert_eq!(answer.code(), "api/csrf", "{}: {}", row.operation, answer.text);
            }
        }
    });
}
