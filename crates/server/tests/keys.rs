//! Security keys over HTTP, from a page of this server.

use pgrecall_access::Role;
use pgrecall_testkit::{SecurityKey, block_on};
use serde_json::{Value, json};

use crate::approvals::{ALWAYS, Person, Scene, of_approval, of_plan};
use crate::client::{Answer, Client};
use crate::stage::{PASSWORD, Stage};

const AT_LOCALHOST: &str = "server.public_url = \"http://localhost:7788\"\n";
const ORIGIN: &str = "http://localhost:7788";
const KEYS: &str = "/v1/me/second-factor/keys";

/// Adds a key from a browser, which goes on with another cookie.
async fn add(browser: &mut Client, name: &str, key: &mut SecurityKey, shown: Value) -> Answer {
    let begun = browser.post(KEYS, &json!({ "second_factor": shown })).await.ok();
    let credential = key.register(&begun["options"], ORIGIN);
    let answer = json!({ "name": name, "credential": credential });
    let added = browser.post(&format!("{KEYS}/confirm"), &answer).await;
    if added.status == 200 {
        browser.go_on(&added);
    }
    added
}

/// What a key says to the challenge of this session.
async fn sign(browser: &Client, key: &mut SecurityKey) -> Value {
    let challenge = browser.post("/v1/me/second-factor/challenge", &json!({})).await.ok();
    json!({ "key": key.sign(&challenge["key"], ORIGIN) })
}

/// A browser that knows the password, and what it was told.
async fn half_way(stage: &Stage, name: &str) -> (Client, Answer) {
    let shown = json!({ "name": name, "password": PASSWORD });
    let answer = stage.nobody().post("/v1/session", &shown).await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    (stage.nobody().with("cookie", cookie), answer)
}

#[test]
fn a_key_lets_in_who_has_shown_the_password() {
    block_on(async {
        let stage = Stage::with(AT_LOCALHOST).await;
        stage.user("ann", Role::Operator, None, None).await;
        let (mut browser, mut key) = (stage.browser("ann").await, SecurityKey::new(1));
        let added = add(&mut browser, "blue", &mut key, Value::Null).await.ok();
        assert_eq!(added["recovery_codes"].as_array().map(Vec::len), Some(10), "{added}");
        let factors = browser.get("/v1/me/second-factor").await.ok();
        assert_eq!((&factors["device"], &factors["keys_at"]), (&json!(false), &json!(ORIGIN)));
        assert_eq!(
            (&factors["keys"][0]["name"], &factors["keys"][0]["domain"]),
            (&json!("blue"), &json!("localhost"))
        );

        let (mut half, told) = half_way(&stage, "ann").await;
        assert_eq!((told.status, told.code().as_str()), (401, "access/code-needed"));
        assert_eq!(half.get("/v1/me").await.code(), "access/code-needed");
        assert_eq!(half.get("/v1/targets").await.code(), "access/code-needed");
        let challenge = half.post("/v1/session/second-factor/challenge", &json!({})).await.ok();
        assert_eq!(challenge["device"], json!(false));
        let shown = json!({ "key": key.sign(&challenge["key"], ORIGIN) });
        let other = half_way(&stage, "ann").await.0;
        let elsewhere = other.post("/v1/session/second-factor", &shown).await;
        assert_eq!((elsewhere.status, elsewhere.code().as_str()), (400, "access/no-challenge"));
        let challenge = half.post("/v1/session/second-factor/challenge", &json!({})).await.ok();
        let shown = json!({ "key": key.sign(&challenge["key"], ORIGIN) });
        let entered = half.post("/v1/session/second-factor", &shown).await;
        assert_eq!(entered.status, 200, "{}", entered.text);
        let again = half.post("/v1/session/second-factor", &shown).await;
        assert_eq!(again.code(), "access/nothing-to-confirm", "the session that waited is over");
        half.go_on(&entered);
        assert_eq!(half.get("/v1/me").await.ok()["second_factor"], json!(true));
    });
}

#[test]
fn keys_are_renamed_and_removed_by_who_shows_one() {
    block_on(async {
        let stage = Stage::with(AT_LOCALHOST).await;
        stage.user("ann", Role::Operator, None, None).await;
        let (mut browser, mut key) = (stage.browser("ann").await, SecurityKey::new(1));
        let id = add(&mut browser, "blue", &mut key, Value::Null).await.ok()["key"]["id"].clone();
        let of_key = format!("{KEYS}/{id}");
        let bare = browser.post(KEYS, &json!({})).await;
        assert_eq!((bare.status, bare.code().as_str()), (403, "access/second-factor-needed"));
        let shown = sign(&browser, &mut key).await;
        let twice = add(&mut browser, "blue", &mut SecurityKey::new(2), shown).await;
        assert_eq!((twice.status, twice.code().as_str()), (409, "access/key-name-taken"));
        let renamed = browser.send("PATCH", &of_key, Some(&json!({ "name": "green" }))).await.ok();
        assert_eq!(renamed["name"], json!("green"));
        let wrong = browser.send("DELETE", &of_key, Some(&json!({ "code": "000000" }))).await;
        assert_eq!((wrong.status, wrong.code().as_str()), (400, "access/wrong-code"));
        let change = json!({ "old_password": PASSWORD, "new_password": "another good password" });
        let bare = browser.post("/v1/me/password", &change).await;
        assert_eq!(bare.code(), "access/second-factor-needed");
        let mut change = change;
        change["second_factor"] = sign(&browser, &mut key).await;
        assert_eq!(browser.post("/v1/me/password", &change).await.status, 204);
        let shown = sign(&browser, &mut key).await;
        assert_eq!(browser.send("DELETE", &of_key, Some(&shown)).await.status, 204);
        assert_eq!(browser.get("/v1/me/second-factor").await.ok()["keys"], json!([]));
        let log = "SELECT string_agg(action, ' ' ORDER BY id) FROM recall_control.audit WHERE action LIKE 'key.%'";
        let expected = "key.begin key.add key.begin key.rename key.remove";
        assert_eq!(stage.database.scalar(log).await, expected);
    });
}

#[test]
fn an_undo_is_approved_and_applied_with_keys() {
    block_on(async {
        let scene = Scene::with(ALWAYS).await;
        let mut ann = scene.signed_in("ann", &[Role::Operator]).await;
        let mut paul = scene.signed_in("paul", &[Role::Approver]).await;
        let (mut anns, mut pauls) = (SecurityKey::new(1), SecurityKey::new(2));
        // The stage says nothing of its address, so that keys are those of `localhost`.
        let at = ann.get("/v1/me/second-factor").await.ok()["keys_at"].clone();
        let origin = at.as_str().expect("there is an origin").to_owned();
        assert!(origin.starts_with("http://localhost:"), "{origin}");
        anns = anns.at(&origin);
        pauls = pauls.at(&origin);
        add(&mut ann, "anns", &mut anns, Value::Null).await.ok();
        add(&mut paul, "pauls", &mut pauls, Value::Null).await.ok();
        let ann = Person::without_device(ann);
        let plan = ann.previewed().await;
        let approval = ann.request(&plan).await;

        let approve = of_approval(&approval, "/approve");
        let body = |shown: &Value| json!({ "hash": approval["hash"], "second_factor": shown });
        let bare = paul.post(&approve, &body(&Value::Null)).await;
        assert_eq!(bare.code(), "access/second-factor-needed");
        let others = sign(&ann.browser, &mut anns).await;
        let refused = paul.post(&approve, &body(&others)).await;
        assert_eq!((refused.status, refused.code().as_str()), (400, "access/no-challenge"));
        let shown = sign(&paul, &mut pauls).await;
        let approved = paul.post(&approve, &body(&shown)).await.ok();
        assert_eq!(approved["decisions"][0]["second_factor"], json!("security key"));

        let shown = sign(&ann.browser, &mut anns).await;
        let body = json!({ "hash": plan["hash"], "reason": "a mistake", "second_factor": shown });
        let keyed = ann.browser.clone().with("idempotency-key", "k");
        let applied = keyed.post(&of_plan(&plan, "/apply"), &body).await.ok();
        assert_eq!(applied["status"], json!("applied"));
        assert_eq!(scene.rows().await, "2");
    });
}

#[test]
fn where_browsers_use_no_keys_none_are_offered() {
    block_on(async {
        let stage = Stage::with("server.public_url = \"http://recall.example\"").await;
        stage.user("ann", Role::Operator, None, None).await;
        let browser = stage.browser("ann").await;
        assert_eq!(browser.get("/v1/me/second-factor").await.ok()["keys_at"], Value::Null);
        let refused = browser.post(KEYS, &json!({})).await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "access/no-key-site"));
    });
}

#[test]
fn what_is_no_answer_of_a_key_is_refused() {
    block_on(async {
        let stage = Stage::with(AT_LOCALHOST).await;
        stage.user("ann", Role::Operator, None, None).await;
        let browser = stage.browser("ann").await;
        let confirm = format!("{KEYS}/confirm");
        let unasked = browser.post(&confirm, &json!({ "name": "x", "credential": {} })).await;
        assert_eq!((unasked.status, unasked.code().as_str()), (400, "access/no-challenge"));
        browser.post(KEYS, &json!({})).await.ok();
        let empty = browser.post(&confirm, &json!({ "name": "x", "credential": {} })).await;
        assert_eq!((empty.status, empty.code().as_str()), (400, "access/wrong-key"));
        let none = browser.post("/v1/me/second-factor/challenge", &json!({})).await;
        assert_eq!((none.status, none.code().as_str()), (403, "access/no-second-factor"));
    });
}
