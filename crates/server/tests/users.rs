use pgrecall_access::Role;
use pgrecall_testkit::block_on;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::stage::{PASSWORD, Stage};

/// What the log tells of an action, the latest first.
async fn told(stage: &Stage, action: &str) -> Vec<Value> {
    let administrator = stage.token("root", &[pgrecall_access::Right::Audit], None).await;
    let log = administrator.get(&format!("/v1/audit?action={action}")).await.ok();
    log["entries"].as_array().expect("entries").clone()
}

async fn administrator(stage: &Stage) -> Client {
    stage.user("root", Role::Administrator, None, None).await;
    stage.browser("root").await
}

#[test]
fn a_user_is_added_changed_and_let_in_anew_over_http() {
    block_on(async {
        let stage = Stage::with("server.public_url = \"http://recall.example\"").await;
        let root = administrator(&stage).await;
        let viewer = json!({ "role": "viewer", "target": "shop", "tenant": "acme" });
        let new =
            json!({ "name": "ann", "roles": [viewer, { "role": "auditor", "target": "crm" }] });
        let added = root.post("/v1/users", &new).await.ok();
        let link = added["link"].as_str().expect("link").to_owned();
        assert!(link.starts_with("http://recall.example/setup?invitation=pri_"), "{link}");
        assert_eq!(root.post("/v1/users", &new).await.code(), "access/user-taken");
        let secret = link.split_once('=').expect("secret").1;
        let acceptance = json!({ "invitation": secret, "password": PASSWORD });
        assert_eq!(stage.nobody().post("/v1/invitations", &acceptance).await.ok()["user"], "ann");
        let ann = stage.browser("ann").await;

        let seen = root.get("/v1/users/ann").await;
        let tag = seen.header("etag").to_owned();
        assert_eq!(seen.json()["roles"][1], viewer);
        let roles = json!([{ "role": "operator" }]);
        let sure = root.clone().with("if-match", tag);
        let changed = sure.send("PUT", "/v1/users/ann/memberships", Some(&roles)).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        assert_ne!(changed.header("etag"), seen.header("etag"));
        let late = sure.send("PUT", "/v1/users/ann/memberships", Some(&roles)).await;
        assert_eq!((late.status, late.code().as_str()), (412, "access/changed-meanwhile"));
        assert_eq!(ann.get("/v1/me").await.ok()["roles"], json!(["operator"]), "at once");

        let disable = json!({ "disabled": true });
        let disabled = root.send("PATCH", "/v1/users/ann", Some(&disable)).await.ok();
        assert_eq!(disabled["disabled"], true);
        assert_eq!(ann.get("/v1/me").await.status, 401);
        let enable = json!({ "disabled": false });
        root.send("PATCH", "/v1/users/ann", Some(&enable)).await.ok();
        assert_eq!(ann.get("/v1/me").await.status, 401, "the session ended");
        stage.browser("ann").await;
        root.post("/v1/users/ann/reset", &json!({})).await.ok();
        let shown = json!({ "name": "ann", "password": PASSWORD });
        assert_eq!(stage.nobody().post("/v1/session", &shown).await.status, 401);
        assert_eq!(root.get("/v1/users/nobody").await.code(), "access/unknown-user");
        let told = told(&stage, "user.memberships").await;
        assert_eq!(told[0]["actor"], "root");
        assert_eq!(
            (&told[0]["subject"], &told[0]["details"]["roles"][0]["role"]),
            (&json!("ann"), &json!("operator"))
        );
    });
}

#[test]
fn users_are_listed_page_by_page() {
    block_on(async {
        let stage = Stage::new().await;
        let root = administrator(&stage).await;
        for name in ["ann", "bob", "carl"] {
            stage.user(name, Role::Auditor, None, None).await;
        }
        let mut names = Vec::new();
        let mut path = "/v1/users?limit=3".to_owned();
        loop {
            let page = root.get(&path).await.ok();
            let users = page["users"].as_array().expect("users");
            names.extend(users.iter().filter_map(|user| user["name"].as_str().map(str::to_owned)));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/v1/users?limit=3&cursor={next}");
        }
        assert_eq!(names, ["ann", "bob", "carl", "root"]);
        assert_eq!(root.get("/v1/users?limit=0").await.status, 400);
    });
}

#[test]
fn nobody_removes_the_last_administrator() {
    block_on(async {
        let stage = Stage::new().await;
        let root = administrator(&stage).await;
        let refused = async |answer: Answer| {
            assert_eq!((answer.status, answer.code().as_str()), (409, "access/last-administrator"));
        };
        let disable = json!({ "disabled": true });
        refused(root.send("PATCH", "/v1/users/root", Some(&disable)).await).await;
        let none = json!([]);
        refused(root.send("PUT", "/v1/users/root/memberships", Some(&none)).await).await;
        let elsewhere = json!([{ "role": "administrator", "target": "shop" }]);
        let answer = root.send("PUT", "/v1/users/root/memberships", Some(&elsewhere)).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "api/malformed"));

        stage.user("other", Role::Administrator, None, None).await;
        let other = stage.browser("other").await;
        let (a, b) = tokio::join!(
            root.send("PATCH", "/v1/users/other", Some(&disable)),
            other.send("PUT", "/v1/users/root/memberships", Some(&none)),
        );
        let done = [a.status, b.status].iter().filter(|status| **status == 200).count();
        assert_eq!(done, 1, "{} {}", a.text, b.text);
        let administrators = "SELECT count(*) FROM recall_control.user_account AS u
            JOIN recall_control.membership AS m ON m.user_id = u.id
            WHERE m.role = 'administrator' AND u.disabled_at IS NULL";
        assert_eq!(stage.database.scalar(administrators).await, "1");
    });
}

#[test]
fn sessions_are_seen_and_ended_by_their_user_and_by_administrators() {
    block_on(async {
        let stage = Stage::new().await;
        let root = administrator(&stage).await;
        stage.user("ann", Role::Auditor, None, None).await;
        let (here, there) = (stage.browser("ann").await, stage.browser("ann").await);
        let mine = here.get("/v1/me/sessions").await.ok();
        assert_eq!((&mine[0]["current"], &mine[1]["current"]), (&json!(false), &json!(true)));
        let of_root = root.get("/v1/me/sessions").await.ok()[0]["id"].clone();
        assert_eq!(here.delete(&format!("/v1/me/sessions/{of_root}")).await.status, 404);
        let path = format!("/v1/me/sessions/{}", mine[0]["id"]);
        assert_eq!(here.delete(&path).await.status, 204);
        assert_eq!(here.delete(&path).await.code(), "access/unknown-session");
        assert_eq!(there.get("/v1/me").await.status, 401);
        let seen = root.get("/v1/users/ann/sessions").await.ok();
        assert_eq!(seen.as_array().map(Vec::len), Some(1));
        assert_eq!(root.delete("/v1/users/ann/sessions").await.status, 204);
        assert_eq!(here.get("/v1/me").await.status, 401);
        assert_eq!(told(&stage, "session.end").await[0]["actor"], "root");
        let again = stage.browser("ann").await;
        let id = again.get("/v1/me/sessions").await.ok()[0]["id"].clone();
        assert_eq!(root.delete(&format!("/v1/users/ann/sessions/{id}")).await.status, 204);
        assert_eq!(again.get("/v1/me").await.status, 401);
    });
}

#[test]
fn a_password_is_changed_with_the_one_until_now_and_signs_out_elsewhere() {
    block_on(async {
        let stage = Stage::with("limits.failures = 2").await;
        stage.user("ann", Role::Auditor, None, None).await;
        let (here, there) = (stage.browser("ann").await, stage.browser("ann").await);
        let change = |old: &str, new: &str| json!({ "old_password": old, "new_password": new });
        let short = here.post("/v1/me/password", &change(PASSWORD, "short")).await;
        assert_eq!((short.status, short.code().as_str()), (400, "access/password"));
        let another = change(PASSWORD, "another good password");
        assert_eq!(here.post("/v1/me/password", &another).await.status, 204);
        assert_eq!(there.get("/v1/me").await.status, 401);
        assert_eq!(here.get("/v1/me").await.status, 200);
        let wrong = here.post("/v1/me/password", &another).await;
        assert_eq!((wrong.status, wrong.code().as_str()), (400, "access/wrong-password"));
        here.post("/v1/me/password", &another).await;
        let locked = here.post("/v1/me/password", &change("another good password", PASSWORD)).await;
        assert_eq!(locked.code(), "access/refused", "guesses in a session are counted, too");
    });
}

#[test]
fn a_second_factor_is_taken_away_by_an_administrator() {
    block_on(async {
        let stage = Stage::new().await;
        let root = administrator(&stage).await;
        stage.user("ann", Role::Auditor, None, None).await;
        let path = "/v1/users/ann/second-factor";
        assert_eq!(root.delete(path).await.code(), "access/no-second-factor");
        stage
            .database
            .execute(
                "UPDATE recall_control.user_account SET totp_secret = sha256('x'), totp_confirmed = true
                 WHERE name = 'ann'",
            )
            .await;
        assert_eq!(root.get("/v1/users/ann").await.ok()["second_factor"], true);
        let shown = json!({ "name": "ann", "password": PASSWORD });
        assert_eq!(stage.nobody().post("/v1/session", &shown).await.code(), "access/code-needed");
        assert_eq!(root.delete(path).await.status, 204);
        stage.browser("ann").await;
        assert_eq!(told(&stage, "second_factor.remove").await[0]["subject"], "ann");
    });
}

#[test]
fn administrators_see_and_revoke_the_tokens_of_all() {
    block_on(async {
        let stage = Stage::new().await;
        let root = administrator(&stage).await;
        stage.user("ann", Role::Auditor, None, None).await;
        let program = stage.token("ann", &[pgrecall_access::Right::Read], None).await;
        let tokens = root.get("/v1/tokens?user=ann").await.ok();
        assert_eq!(tokens["tokens"][0]["user"], "ann");
        assert_eq!(root.get("/v1/tokens?user=bob").await.ok()["tokens"], json!([]));
        let path = format!("/v1/tokens/{}", tokens["tokens"][0]["id"]);
        assert_eq!(root.delete(&path).await.status, 204);
        assert_eq!(program.get("/v1/me").await.status, 401);
        assert_eq!(root.delete("/v1/tokens/999").await.code(), "access/unknown-token");
    });
}

#[test]
fn a_user_and_a_token_ask_only_from_where_they_may() {
    block_on(async {
        let stage = Stage::with("server.trusted_proxies = [\"127.0.0.1\"]").await;
        let root = administrator(&stage).await;
        stage.user("ann", Role::Auditor, None, None).await;
        let allow = json!({ "allow_from": ["192.0.2.0/24"] });
        let browser = stage.browser("ann").await;
        let wish =
            json!({ "name": "x", "scopes": ["read"], "days": 1, "allow_from": ["192.0.2.7"] });
        let token = browser.post("/v1/me/tokens", &wish).await.ok()["token"].clone();
        root.send("PATCH", "/v1/users/ann", Some(&allow)).await.ok();
        let bearer = format!("Bearer {}", token.as_str().expect("token"));
        let program = stage.nobody().with("authorization", bearer);
        let from = async |who: &Client, hops: &str| {
            who.clone().with("x-forwarded-for", hops).get("/v1/me").await.status
        };
        assert_eq!(from(&browser, "192.0.2.9").await, 200);
        assert_eq!(from(&browser, "198.51.100.1").await, 403);
        assert_eq!(browser.get("/v1/me").await.code(), "api/place", "the proxy's own address");
        // What the client itself says stands before what the proxy found.
        assert_eq!(from(&browser, "192.0.2.9, 198.51.100.1").await, 403);
        assert_eq!(from(&program, "192.0.2.7").await, 200);
        assert_eq!(from(&program, "192.0.2.8").await, 403, "the token is held closer");
        let shown = json!({ "name": "ann", "password": PASSWORD });
        let elsewhere = stage.nobody().with("x-forwarded-for", "198.51.100.1");
        assert_eq!(elsewhere.post("/v1/session", &shown).await.code(), "access/refused");
        let told = told(&stage, "refused").await;
        assert!(told.iter().any(|entry| {
            entry["actor"] == "ann"
                && entry["ip"] == "198.51.100.1"
                && entry["outcome"] == "refused"
        }));
        let wrong = json!({ "allow_from": ["office"] });
        assert_eq!(root.send("PATCH", "/v1/users/ann", Some(&wrong)).await.status, 400);
    });
}

#[test]
fn a_server_is_closed_to_other_networks_whatever_they_claim() {
    block_on(async {
        let stage = Stage::with("server.allow_from = [\"192.0.2.0/24\"]").await;
        for claimed in ["192.0.2.1", "127.0.0.1, 192.0.2.1", ""] {
            let nobody = stage.nobody().with("x-forwarded-for", claimed);
            for path in ["/v1/me", "/docs", "/setup?invitation=x", "/metrics", "/nowhere"] {
                let answer = nobody.get(path).await;
                assert_eq!((answer.status, answer.code().as_str()), (403, "api/place"), "{path}");
            }
            assert_eq!(nobody.get("/healthz").await.status, 200);
        }
        let written = "SELECT count(*) FROM recall_control.audit WHERE action = 'refused'";
        assert_eq!(stage.database.scalar(written).await, "1", "once a minute for an address");

        let stage = Stage::with(
            "server.allow_from = [\"192.0.2.0/24\"]\nserver.trusted_proxies = [\"127.0.0.1\"]",
        )
        .await;
        let from = async |hops: &str| {
            stage.nobody().with("x-forwarded-for", hops).get("/v1/me").await.status
        };
        assert_eq!(from("192.0.2.1").await, 401);
        assert_eq!(from("192.0.2.1, 198.51.100.1").await, 403);
    });
}
