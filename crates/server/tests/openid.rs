//! Sign-in with a real provider of OpenID Connect, as a browser goes through it.

use pgrecall_access::Role;
use pgrecall_testkit::{OpenIdProvider, SecurityKey, TestDatabase, block_on};
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::stage::{PASSWORD, Stage};

/// Where the provider sends browsers back to; the server of the test listens elsewhere. Keys are good
/// there without TLS.
const PUBLIC: &str = "http://recall.localhost";

async fn stage(provider: &OpenIdProvider, settings: &str) -> Stage {
    let (issuer, client) = (provider.issuer(), OpenIdProvider::CLIENT);
    let text = format!(
        "server.public_url = \"{PUBLIC}\"\nlimits.sign_ins_per_minute = 1000\n[openid]\nissuer = \"{issuer}\"\n\
         client_id = \"{client}\"\nclient_secret = \"{}\"\nlabel = \"Company\"\n{settings}\n",
        OpenIdProvider::SECRET
    );
    Stage::with(&text).await
}

async fn account(provider: &OpenIdProvider, account: Value) {
    Client::at(provider.address()).post("/accounts", &account).await;
}

/// A browser on its way.
struct Traveller {
    cookie: String,
    location: String,
}

fn cookie(answer: &Answer) -> String {
    let all = answer.headers.get_all("set-cookie").iter();
    let pairs = all.filter_map(|value| value.to_str().ok()?.split(';').next().map(str::to_owned));
    pairs.filter(|pair| !pair.ends_with('=')).collect::<Vec<_>>().join("; ")
}

async fn sent(stage: &Stage) -> Traveller {
    let answer = stage.nobody().get("/v1/session/openid?return_to=/console/x").await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let set = answer.header("set-cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    Traveller { cookie: cookie(&answer), location: answer.header("location").to_owned() }
}

/// Goes through the provider as somebody; gives the path with which the browser comes back.
async fn through(provider: &OpenIdProvider, location: &str, who: &str) -> String {
    let mut jar: Vec<String> = Vec::new();
    let mut location = format!("{location}&login_hint={who}");
    for _ in 0..10 {
        if let Some(path) = location.strip_prefix(PUBLIC) {
            return path.to_owned();
        }
        let path = match location.split_once("://") {
            Some((_, rest)) => format!("/{}", rest.split_once('/').map_or("", |(_, path)| path)),
            None => location.clone(),
        };
        let browser = Client::at(provider.address()).with("cookie", jar.join("; "));
        let answer = browser.get(&path).await;
        assert!((300..400).contains(&answer.status), "{path}: {} {}", answer.status, answer.text);
        jar.push(cookie(&answer));
        answer.header("location").clone_into(&mut location);
    }
    panic!("the provider leads in circles: {location}");
}

/// Signs in from beginning to end; gives what the server answered at last.
async fn sign_in(stage: &Stage, provider: &OpenIdProvider, who: &str) -> Answer {
    let traveller = sent(stage).await;
    let path = through(provider, &traveller.location, who).await;
    stage.nobody().with("cookie", traveller.cookie).get(&path).await
}

async fn come_in(stage: &Stage, provider: &OpenIdProvider, who: &str) -> Client {
    let answer = sign_in(stage, provider, who).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/console/x"), "{}", answer.text);
    stage.nobody().with("cookie", cookie(&answer))
}

fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert!(answer.text.contains(&format!("<code>{code}</code>")), "{}", answer.text);
    assert!(!cookie(answer).contains("prs_"), "nobody came in");
}

async fn count(database: &TestDatabase, table: &str) -> String {
    database.scalar(&format!("SELECT count(*) FROM recall_control.{table}")).await
}

const ROLES: &str = "create_users = true\nroles_claim = \"groups\"\n\
    [[openid.roles]]\nvalue = \"dba\"\nrole = \"operator\"\ntarget = \"shop\"\n\
    [[openid.roles]]\nvalue = \"audit\"\nrole = \"auditor\"";

#[test]
fn who_comes_for_the_first_time_is_added_with_the_roles_of_the_provider() {
    block_on(async {
        let provider = OpenIdProvider::start();
        let stage = stage(&provider, ROLES).await;
        let ways = stage.nobody().get("/v1/sign-in").await.ok();
        assert_eq!(ways, json!({ "password": true, "openid": { "label": "Company" } }));
        let ann = json!({ "sub": "1001", "preferred_username": "Ann", "groups": ["dba", "staff"] });
        account(&provider, ann).await;
        let browser = come_in(&stage, &provider, "1001").await;
        let me = browser.get("/v1/me").await.ok();
        assert_eq!((&me["user"], &me["roles"]), (&json!("ann"), &json!(["operator of shop"])));
        browser.get("/v1/targets/shop/changes").await.ok();
        // The provider calls her otherwise by now, and has given her another group.
        let renamed = json!({ "sub": "1001", "preferred_username": "anna", "groups": ["audit"] });
        account(&provider, renamed).await;
        let again = come_in(&stage, &provider, "1001").await.get("/v1/me").await.ok();
        assert_eq!((&again["user"], &again["roles"]), (&json!("ann"), &json!(["auditor"])));
        assert_eq!(count(&stage.database, "user_account").await, "1");
        let log = "SELECT string_agg(action, ' ' ORDER BY id) FROM recall_control.audit";
        assert_eq!(
            stage.database.scalar(log).await,
            "user.add session.open user.memberships session.open"
        );
        account(&provider, json!({ "sub": "1001", "groups": ["nothing"] })).await;
        refused(&sign_in(&stage, &provider, "1001").await, 403, "access/no-role");
    });
}

#[test]
fn the_name_of_somebody_else_does_not_let_anybody_in() {
    block_on(async {
        let provider = OpenIdProvider::start();
        let stage = stage(&provider, "create_users = true").await;
        stage.user("root", Role::Administrator, None, None).await;
        let thief = json!({ "sub": "6", "preferred_username": "root", "email": "root@example.com",
                            "email_verified": true });
        account(&provider, thief).await;
        refused(&sign_in(&stage, &provider, "6").await, 409, "access/user-taken");
        assert_eq!(count(&stage.database, "identity").await, "0");
    });
}

#[test]
fn an_account_is_linked_by_who_is_signed_in_and_by_no_address_of_mail() {
    block_on(async {
        let provider = OpenIdProvider::start();
        let stage = stage(&provider, "").await;
        stage.user("ann", Role::Auditor, None, None).await;
        stage.user("bob", Role::Auditor, None, None).await;
        account(&provider, json!({ "sub": "7", "preferred_username": "ann" })).await;
        refused(&sign_in(&stage, &provider, "7").await, 403, "access/unknown-identity");
        let ann = stage.browser("ann").await;
        let begun = ann.post("/v1/me/openid?return_to=/me", &json!({})).await;
        let location = begun.json()["location"].as_str().expect("location").to_owned();
        let path = through(&provider, &location, "7").await;
        let linked = stage.nobody().with("cookie", cookie(&begun)).get(&path).await;
        assert_eq!((linked.status, linked.header("location")), (303, "/me"), "{}", linked.text);
        let me = come_in(&stage, &provider, "7").await.get("/v1/me").await.ok();
        assert_eq!((&me["user"], &me["roles"]), (&json!("ann"), &json!(["auditor"])));

        let begun = stage.browser("bob").await.post("/v1/me/openid", &json!({})).await;
        let location = begun.json()["location"].as_str().expect("location").to_owned();
        let path = through(&provider, &location, "7").await;
        let taken = stage.nobody().with("cookie", cookie(&begun)).get(&path).await;
        refused(&taken, 409, "access/identity-taken");
    });
}

#[test]
fn what_comes_back_otherwise_than_it_was_sent_lets_nobody_in() {
    block_on(async {
        let provider = OpenIdProvider::start();
        let stage = stage(&provider, "create_users = true").await;
        account(&provider, json!({ "sub": "1", "preferred_username": "ann" })).await;
        let nobody = stage.nobody();

        let (one, two) = (sent(&stage).await, sent(&stage).await);
        let path = through(&provider, &one.location, "1").await;
        refused(&nobody.get(&path).await, 400, "access/no-attempt");
        let other = nobody.clone().with("cookie", two.cookie.clone());
        refused(&other.get(&path).await, 400, "access/no-attempt");
        let forged = path.replace("state=pro_", "state=pro_0");
        let own = nobody.clone().with("cookie", one.cookie.clone());
        refused(&own.get(&forged).await, 400, "access/no-attempt");
        assert_eq!(own.get(&path).await.status, 303, "in the browser that it was begun in");
        refused(&own.get(&path).await, 400, "access/no-attempt");
        assert_eq!(count(&stage.database, "session").await, "1");

        // The code of one sign-in, replayed in another: the provider gives it out once, and to who
        // knows the verifier.
        let code = path.split(['?', '&']).find(|part| part.starts_with("code=")).expect("code");
        let second = through(&provider, &two.location, "1").await;
        let fitting =
            second.split(['?', '&']).find(|part| part.starts_with("state=")).expect("state");
        let replayed = format!("/v1/session/openid/callback?{code}&{fitting}");
        let other = nobody.clone().with("cookie", two.cookie);
        refused(&other.get(&replayed).await, 403, "openid/refused");

        let third = sent(&stage).await;
        stage.database.execute("UPDATE recall_control.openid_attempt SET nonce = 'another'").await;
        let path = through(&provider, &third.location, "1").await;
        let wrong = nobody.clone().with("cookie", third.cookie).get(&path).await;
        refused(&wrong, 401, "openid/answer");

        let late = sent(&stage).await;
        let path = through(&provider, &late.location, "1").await;
        stage.database.execute("UPDATE recall_control.openid_attempt SET expires_at = now()").await;
        let over = nobody.clone().with("cookie", late.cookie).get(&path).await;
        refused(&over, 400, "access/no-attempt");

        let denied = sign_in(&stage, &provider, "unknown-account").await;
        refused(&denied, 403, "openid/refused");
        assert_eq!(count(&stage.database, "session").await, "1");
    });
}

#[test]
fn what_the_provider_did_not_say_to_us_just_now_is_not_believed() {
    block_on(async {
        let provider = OpenIdProvider::start();
        let stage = stage(&provider, "create_users = true").await;
        let ann = |lies: &Value| json!({ "sub": "1", "preferred_username": "ann", "lies": lies });
        for lies in [
            json!({ "claims": { "iss": "https://evil.example" } }),
            json!({ "claims": { "aud": "another" } }),
            json!({ "claims": { "nonce": "another" } }),
            json!({ "claims": { "exp": 1 } }),
            json!({ "key": "another" }),
            json!({ "algorithm": "HS256" }),
            json!({ "algorithm": "none" }),
            json!({ "user_info": { "sub": "2" } }),
        ] {
            account(&provider, ann(&lies)).await;
            let answer = sign_in(&stage, &provider, "1").await;
            assert_eq!((answer.status, &lies), (401, &lies), "{}", answer.text);
            refused(&answer, 401, "openid/answer");
        }
        assert_eq!(count(&stage.database, "user_account").await, "0");
        // Only what is not true stands in the way.
        account(&provider, ann(&json!({ "claims": {} }))).await;
        come_in(&stage, &provider, "1").await;
    });
}

#[test]
fn only_verified_addresses_of_allowed_domains_come_in() {
    block_on(async {
        let provider = OpenIdProvider::start();
        let settings =
            "create_users = true\nallowed_domains = [\"example.com\"]\nname_claim = \"email\"";
        let stage = stage(&provider, settings).await;
        let claims = |email: &str, verified: bool| json!({ "sub": "1", "email": email, "email_verified": verified });
        account(&provider, json!({ "sub": "1" })).await;
        refused(&sign_in(&stage, &provider, "1").await, 403, "openid/domain");
        account(&provider, claims("ann@example.com", false)).await;
        refused(&sign_in(&stage, &provider, "1").await, 403, "openid/domain");
        let silent = json!({ "claims": { "email": "ann@example.com" } });
        account(&provider, json!({ "sub": "1", "lies": silent })).await;
        refused(&sign_in(&stage, &provider, "1").await, 403, "openid/domain");
        account(&provider, claims("ann@elsewhere.example", true)).await;
        refused(&sign_in(&stage, &provider, "1").await, 403, "openid/domain");
        account(&provider, claims("Ann@Example.com", true)).await;
        let me = come_in(&stage, &provider, "1").await.get("/v1/me").await.ok();
        assert_eq!((&me["user"], &me["roles"]), (&json!("ann@example.com"), &json!([])));
    });
}

#[test]
fn who_is_disabled_stays_out_and_a_second_factor_is_still_asked_for() {
    block_on(async {
        let provider = OpenIdProvider::start();
        let stage = stage(&provider, "create_users = true\ntrust_amr = [\"mfa\"]").await;
        account(&provider, json!({ "sub": "1", "preferred_username": "ann" })).await;
        come_in(&stage, &provider, "1").await;
        let recovery = "ab".repeat(8);
        stage
            .database
            .execute(&format!(
                "UPDATE recall_control.user_account SET totp_secret = sha256('x'), totp_confirmed = true;
                 INSERT INTO recall_control.recovery_code SELECT id, sha256('{recovery}')
                 FROM recall_control.user_account"
            ))
            .await;
        let waiting = come_in(&stage, &provider, "1").await;
        assert_eq!(waiting.get("/v1/me").await.code(), "access/code-needed");
        assert_eq!(waiting.get("/v1/targets").await.status, 401);
        let wrong = waiting.post("/v1/session/second-factor", &json!({ "code": "000000" })).await;
        assert_eq!(wrong.code(), "access/wrong-code");
        let code = json!({ "code": recovery });
        let shown = waiting.post("/v1/session/second-factor", &code).await;
        assert_eq!(shown.json()["user"], "ann", "{}", shown.text);
        let inside = stage.nobody().with("cookie", cookie(&shown));
        assert_eq!(inside.get("/v1/me").await.ok()["second_factor"], true);
        assert_eq!(waiting.get("/v1/me").await.code(), "api/signed-out", "by another secret");
        let again = waiting.post("/v1/session/second-factor", &code).await;
        assert_eq!(again.code(), "access/nothing-to-confirm");

        account(&provider, json!({ "sub": "1", "amr": ["pwd", "mfa"] })).await;
        let trusted = come_in(&stage, &provider, "1").await;
        assert_eq!(trusted.get("/v1/me").await.ok()["second_factor"], true);

        stage.database.execute("UPDATE recall_control.user_account SET disabled_at = now()").await;
        refused(&sign_in(&stage, &provider, "1").await, 401, "access/refused");
        assert_eq!(trusted.get("/v1/me").await.status, 401);
    });
}

#[test]
fn who_comes_from_the_provider_shows_a_key() {
    block_on(async {
        let provider = OpenIdProvider::start();
        let stage = stage(&provider, "create_users = true").await;
        account(&provider, json!({ "sub": "1", "preferred_username": "ann" })).await;
        let inside = come_in(&stage, &provider, "1").await;
        let csrf = inside.get("/v1/me").await.ok()["csrf_token"].clone();
        let inside = inside.with("x-csrf-token", csrf.as_str().expect("token"));
        let at = inside.get("/v1/me/second-factor").await.ok()["keys_at"].clone();
        let at = at.as_str().expect("an origin");
        let mut key = SecurityKey::new(1);
        let begun = inside.post("/v1/me/second-factor/keys", &json!({})).await.ok();
        let answer = json!({ "name": "blue", "credential": key.register(&begun["options"], at) });
        inside.post("/v1/me/second-factor/keys/confirm", &answer).await.ok();

        let waiting = come_in(&stage, &provider, "1").await;
        assert_eq!(waiting.get("/v1/me").await.code(), "access/code-needed");
        let ask = "/v1/session/second-factor/challenge";
        let challenge = waiting.post(ask, &json!({})).await.ok();
        let shown = json!({ "key": key.sign(&challenge["key"], at) });
        let entered = waiting.post("/v1/session/second-factor", &shown).await;
        assert_eq!(entered.json()["user"], "ann", "{}", entered.text);
    });
}

#[test]
fn a_provider_that_is_gone_stops_nobody_with_a_password() {
    block_on(async {
        let mut provider = OpenIdProvider::start();
        let stage = stage(&provider, "create_users = true").await;
        account(&provider, json!({ "sub": "1", "preferred_username": "ann" })).await;
        let traveller = sent(&stage).await;
        let path = through(&provider, &traveller.location, "1").await;
        provider.stop();
        let back = stage.nobody().with("cookie", traveller.cookie).get(&path).await;
        refused(&back, 503, "openid/unreachable");
        // It has to find out anew what it knew.
        let fresh = crate::stage::start(&stage.file).await;
        let begun = Client::at(fresh.address()).get("/v1/session/openid").await;
        assert_eq!((begun.status, begun.code().as_str()), (503, "openid/unreachable"));
        stage.user("bob", Role::Auditor, None, None).await;
        let shown = json!({ "name": "bob", "password": PASSWORD });
        let entered = Client::at(fresh.address()).post("/v1/session", &shown).await;
        assert_eq!(entered.status, 200, "{}", entered.text);
    });
}

#[test]
fn nobody_is_led_to_another_site() {
    block_on(async {
        let provider = OpenIdProvider::start();
        let stage = stage(&provider, "").await;
        for path in
            ["//evil.example", "https://evil.example", "/%5Cevil.example", "/%09/evil.example"]
        {
            let answer = stage.nobody().get(&format!("/v1/session/openid?return_to={path}")).await;
            assert_eq!((answer.status, answer.code().as_str()), (400, "api/malformed"), "{path}");
        }
    });
}
