use pgrecall_access::{Deed, Membership, Role};
use pgrecall_server::Server;
use pgrecall_testkit::{block_on, code_shown};
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::stage::{PASSWORD, Stage, start};

/// Whatever is applied needs one approval.
pub(crate) const ALWAYS: &str = "undo.require_approval = true\n";
/// Whatever is applied needs two.
const TWICE: &str = "[[targets.shop.undo.rules]]\napprovers = 2\n";

/// A database after an accident, and a server with rules for it.
pub(crate) struct Scene {
    pub(crate) stage: Stage,
    pub(crate) server: Server,
}

/// Somebody who is signed in and has a second factor.
pub(crate) struct Person {
    pub(crate) browser: Client,
    secret: String,
    codes: Vec<String>,
}

impl Scene {
    pub(crate) async fn with(rules: &str) -> Self {
        let stage = Stage::new().await;
        stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'a', 1), (2, 'b', 2)").await;
        stage.change("acme", "support-7", "DELETE FROM prize").await;
        let server = start(&format!("{}{rules}", stage.file)).await;
        Self { stage, server }
    }

    pub(crate) async fn person(&self, name: &str, roles: &[Role]) -> Person {
        let browser = self.signed_in(name, roles).await;
        let new = browser.post("/v1/me/second-factor", &json!({})).await.ok();
        let secret = new["secret"].as_str().expect("secret").to_owned();
        let mut person = Person { browser, secret, codes: Vec::new() };
        let shown = json!({ "code": person.code(&self.stage, -1).await });
        let confirmed = person.browser.post("/v1/me/second-factor/confirm", &shown).await;
        person.browser.go_on(&confirmed);
        let told = confirmed.ok();
        person.codes =
            serde_json::from_value(told["recovery_codes"].clone()).expect("recovery codes");
        person
    }

    /// Somebody without a second factor.
    pub(crate) async fn signed_in(&self, name: &str, roles: &[Role]) -> Client {
        let held: Vec<_> = roles
            .iter()
            .map(|role| Membership::new(*role, None, None).expect("membership"))
            .collect();
        let deed = Deed::on_command_line(None, "user.add", name);
        let link = self.stage.control.add_user(name, &held, &deed).await.expect("user");
        self.stage.control.accept(&link, None, PASSWORD).await.expect("accepted");
        let mut browser = self.stage.browser(name).await;
        browser.address = self.server.address();
        browser
    }

    pub(crate) async fn rows(&self) -> String {
        self.stage.database.scalar("SELECT count(*) FROM prize").await
    }

    /// What the log says, in order.
    pub(crate) async fn deeds(&self, like: &str) -> String {
        let deeds = format!(
            "SELECT string_agg(action || ' ' || outcome || ' ' || coalesce(actor, via), ', ' ORDER BY id)
             FROM recall_control.audit WHERE action LIKE '{like}'"
        );
        self.stage.database.scalar(&deeds).await
    }
}

impl Person {
    /// Somebody who shows something else than codes.
    pub(crate) fn without_device(browser: Client) -> Self {
        Self { browser, secret: String::new(), codes: Vec::new() }
    }

    /// What the device shows so many steps from now.
    pub(crate) async fn code(&self, stage: &Stage, steps: i64) -> String {
        code_shown(&stage.database, &self.secret, steps).await
    }

    pub(crate) fn recovery(&mut self) -> Value {
        json!({ "code": self.codes.pop().expect("a code is left") })
    }

    /// A plan to take the accident back, previewed.
    pub(crate) async fn previewed(&self) -> Value {
        let wish = json!({ "actor": "support-7" });
        let plan = self.browser.post("/v1/targets/shop/plans", &wish).await.ok()["plan"].clone();
        self.browser.post(&of_plan(&plan, "/preview"), &json!({})).await.ok()["plan"].clone()
    }

    pub(crate) async fn request(&self, plan: &Value) -> Value {
        let body = json!({ "hash": plan["hash"], "reason": "support deleted it" });
        self.browser.post(&of_plan(plan, "/approval"), &body).await.ok()
    }

    pub(crate) async fn approve(&mut self, approval: &Value) -> Answer {
        let body = json!({ "hash": approval["hash"], "second_factor": self.recovery() });
        self.browser.post(&of_approval(approval, "/approve"), &body).await
    }

    pub(crate) async fn apply(&mut self, plan: &Value) -> Answer {
        let body = json!({
            "hash": plan["hash"], "reason": "a mistake", "second_factor": self.recovery(),
        });
        let keyed = self.browser.clone().with("idempotency-key", "k");
        keyed.post(&of_plan(plan, "/apply"), &body).await
    }
}

pub(crate) fn of_plan(plan: &Value, verb: &str) -> String {
    format!("/v1/targets/shop/plans/{}{verb}", plan["id"].as_str().expect("id"))
}

pub(crate) fn of_approval(approval: &Value, verb: &str) -> String {
    format!("/v1/targets/shop/approvals/{}{verb}", approval["id"])
}

pub(crate) fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}", answer.text);
}

#[test]
fn an_accident_is_taken_back_with_four_eyes() {
    block_on(async {
        let scene = Scene::with(ALWAYS).await;
        let mut operator = scene.person("olga", &[Role::Operator, Role::Approver]).await;
        let approver = scene.person("anton", &[Role::Approver]).await;
        let found =
            operator.browser.get("/v1/targets/shop/changes?q=actor:support-7%20op:delete").await;
        assert_eq!(found.ok()["changes"].as_array().map(Vec::len), Some(2));
        let plan = operator.previewed().await;
        assert_eq!(
            plan["needs"],
            json!({
                "approvers": 1, "second_factor": true, "break_glass": false,
                "rules": ["always: 1 approver with a second factor"],
            })
        );
        refused(&operator.apply(&plan).await, 403, "plan/needs-approval");
        let approval = operator.request(&plan).await;
        refused(&operator.apply(&plan).await, 403, "plan/needs-approval");
        refused(&operator.approve(&approval).await, 403, "approval/own");

        let waiting = approver.browser.get("/v1/targets/shop/approvals?status=requested").await;
        let waiting = waiting.ok()["approvals"][0].clone();
        assert_eq!(waiting, approval);
        assert_eq!(waiting["rows"], plan["rows"]);
        let steps = approver.browser.get(&of_plan(&plan, "/steps")).await.ok();
        assert_eq!((&steps["total_steps"], &steps["next"]), (&json!(2), &Value::Null));
        assert_eq!(steps["steps"][0]["expected"], Value::Null);
        assert!(steps["steps"][0]["target"]["name"].is_string(), "{steps}");
        let approve = async |body: &Value| {
            approver.browser.post(&of_approval(&approval, "/approve"), body).await
        };
        let bare = json!({ "hash": plan["hash"] });
        refused(&approve(&bare).await, 403, "access/second-factor-needed");
        let other = json!({ "hash": "0", "second_factor": { "code": "x" } });
        refused(&approve(&other).await, 409, "approval/other-hash");
        let code = approver.code(&scene.stage, 0).await;
        let shown = json!({ "hash": plan["hash"], "second_factor": { "code": code } });
        let given = approve(&shown).await.ok();
        assert_eq!((&given["status"], &given["approved"]), (&json!("approved"), &json!(1)));
        assert_eq!(given["decisions"][0]["second_factor"], "totp");
        refused(&approve(&shown).await, 409, "approval/decided-before");
        assert_eq!(scene.rows().await, "0", "nothing is applied by itself");

        let keyed = operator.browser.clone().with("idempotency-key", "k");
        let bare = json!({ "hash": plan["hash"], "reason": "a mistake" });
        let answer = keyed.post(&of_plan(&plan, "/apply"), &bare).await;
        refused(&answer, 403, "access/second-factor-needed");
        let applied = operator.apply(&plan).await.ok();
        assert_eq!(applied["approval"]["status"], "applied");
        assert_eq!(scene.rows().await, "2");
        assert_eq!(operator.apply(&plan).await.ok()["tx"], applied["tx"], "the same answer");
        let ended = approver.browser.get(&of_approval(&approval, "")).await.ok();
        assert_eq!((&ended["status"], &ended["tx"]), (&json!("applied"), &applied["tx"]));
        assert_eq!(
            scene.deeds("approval.%").await,
            "approval.request done olga, approval.approve refused olga, approval.approve refused anton, \
             approval.approve done anton, approval.approve refused anton"
        );
        assert_eq!(
            scene.deeds("plan.apply").await,
            "plan.apply refused olga, plan.apply refused olga, plan.apply refused olga, plan.apply done olga"
        );
    });
}

#[test]
fn rows_that_changed_after_the_approval_stop_it_and_it_starts_over() {
    block_on(async {
        let scene = Scene::with(ALWAYS).await;
        let mut operator = scene.person("olga", &[Role::Operator]).await;
        let mut approver = scene.person("anton", &[Role::Approver]).await;
        let plan = operator.previewed().await;
        let approval = operator.request(&plan).await;
        approver.approve(&approval).await.ok();
        scene.stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'new', 9)").await;
        let answer = operator.apply(&plan).await;
        assert_eq!(answer.status, 409, "{}", answer.text);
        let names = "SELECT string_agg(name, ',') FROM prize";
        assert_eq!(scene.stage.database.scalar(names).await, "new");
        let ended = approver.browser.get(&of_approval(&approval, "")).await.ok();
        assert_eq!(ended["status"], "outdated");
        let again = operator.browser.post(&of_plan(&plan, "/preview"), &json!({})).await;
        assert_eq!(again.status, 409, "{}", again.text);

        // Who approves is told before they do.
        scene.stage.database.execute("DELETE FROM prize WHERE name = 'new'").await;
        let plan = operator.previewed().await;
        let approval = operator.request(&plan).await;
        scene.stage.change("acme", "ann", "INSERT INTO prize VALUES (2, 'newer', 9)").await;
        refused(&approver.approve(&approval).await, 409, "undo/conflict");
        let ended = approver.browser.get(&of_approval(&approval, "")).await.ok();
        assert_eq!(ended["status"], "outdated");
        refused(&operator.apply(&plan).await, 403, "plan/needs-approval");
        assert_eq!(scene.rows().await, "1");
    });
}

#[test]
fn an_approval_outlives_locks_of_others() {
    block_on(async {
        let scene = Scene::with(ALWAYS).await;
        let mut operator = scene.person("olga", &[Role::Operator]).await;
        let mut approver = scene.person("anton", &[Role::Approver]).await;
        let plan = operator.previewed().await;
        let approval = operator.request(&plan).await;
        approver.approve(&approval).await.ok();
        let other = scene.stage.database.session().await;
        other.execute("BEGIN; LOCK TABLE prize IN SHARE MODE").await;
        refused(&operator.apply(&plan).await, 503, "server/locked");
        let held = approver.browser.get(&of_approval(&approval, "")).await.ok();
        assert_eq!((&held["status"], &held["settled_at"]), (&json!("approved"), &Value::Null));
        other.execute("COMMIT").await;
        assert_eq!(operator.apply(&plan).await.ok()["status"], "applied");
        assert_eq!(scene.rows().await, "2");
        let done = approver.browser.get(&of_approval(&approval, "")).await.ok();
        assert_eq!(done["status"], "applied");
        let deeds = scene.deeds("plan.apply").await;
        assert_eq!(deeds, "plan.apply failed olga, plan.apply done olga");
    });
}

#[test]
fn an_approval_is_used_up_by_an_application_that_fails() {
    block_on(async {
        let scene = Scene::with(ALWAYS).await;
        let mut operator = scene.person("olga", &[Role::Operator]).await;
        let mut approver = scene.person("anton", &[Role::Approver]).await;
        let plan = operator.previewed().await;
        let approval = operator.request(&plan).await;
        approver.approve(&approval).await.ok();
        // The plan is still the same and has no conflict, but the database refuses what it would do.
        let refuse =
            "CREATE FUNCTION refuse() RETURNS bool LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';
            ALTER TABLE prize ADD CONSTRAINT never CHECK (refuse()) NOT VALID";
        scene.stage.database.execute(refuse).await;
        let failed = operator.apply(&plan).await;
        assert!(failed.status >= 400, "{}", failed.text);
        let ended = approver.browser.get(&of_approval(&approval, "")).await.ok();
        assert_eq!(ended["status"], "failed", "{}", failed.text);
        scene.stage.database.execute("ALTER TABLE prize DROP CONSTRAINT never").await;
        refused(&operator.apply(&plan).await, 409, "plan/not-ready");
        assert_eq!(scene.rows().await, "0");
        assert_eq!(scene.deeds("plan.apply").await, "plan.apply failed olga");
    });
}

#[test]
fn what_is_rejected_cancelled_or_expired_is_not_applied() {
    block_on(async {
        let scene = Scene::with(ALWAYS).await;
        let mut operator = scene.person("olga", &[Role::Operator]).await;
        let other = scene.signed_in("otto", &[Role::Operator]).await;
        let mut approver = scene.person("anton", &[Role::Approver]).await;
        let plan = operator.previewed().await;

        let approval = operator.request(&plan).await;
        let twice = json!({ "hash": plan["hash"], "reason": "again" });
        let answer = operator.browser.post(&of_plan(&plan, "/approval"), &twice).await;
        refused(&answer, 409, "approval/under-way");
        approver.approve(&approval).await.ok();
        let comment = json!({ "comment": "on second thoughts" });
        let answer = approver.browser.post(&of_approval(&approval, "/reject"), &comment).await;
        refused(&answer, 409, "approval/decided-before");
        let second = scene.signed_in("berta", &[Role::Approver]).await;
        let rejected = second.post(&of_approval(&approval, "/reject"), &comment).await.ok();
        assert_eq!(rejected["decisions"][1]["comment"], "on second thoughts");
        refused(&operator.apply(&plan).await, 403, "plan/needs-approval");

        let approval = operator.request(&plan).await;
        let answer = other.post(&of_approval(&approval, "/cancel"), &json!({})).await;
        refused(&answer, 403, "approval/not-requester");
        let cancel = operator.browser.post(&of_approval(&approval, "/cancel"), &json!({})).await;
        assert_eq!(cancel.ok()["status"], "cancelled");
        refused(&approver.approve(&approval).await, 409, "approval/settled");

        let approval = operator.request(&plan).await;
        approver.approve(&approval).await.ok();
        let over = "UPDATE recall_control.approval SET expires_at = now() WHERE settled_at IS NULL";
        scene.stage.database.execute(over).await;
        refused(&operator.apply(&plan).await, 403, "plan/needs-approval");
        let ended = approver.browser.get(&of_approval(&approval, "")).await.ok();
        assert_eq!(ended["status"], "expired");
        assert_eq!(scene.deeds("approval.expire").await, "approval.expire done server");
        assert_eq!(scene.rows().await, "0");
        let statuses = approver.browser.get("/v1/targets/shop/approvals?limit=2").await.ok();
        assert_eq!(statuses["approvals"].as_array().map(Vec::len), Some(2));
        let next = format!("/v1/targets/shop/approvals?cursor={}", statuses["next"]);
        let rest = approver.browser.get(&next).await.ok();
        assert_eq!(
            (&rest["approvals"][0]["status"], &rest["next"]),
            (&json!("rejected"), &json!(null))
        );
    });
}

#[test]
fn where_two_must_approve_two_others_do() {
    block_on(async {
        let scene = Scene::with(TWICE).await;
        let mut operator = scene.person("olga", &[Role::Operator]).await;
        let mut first = scene.person("anton", &[Role::Approver]).await;
        let mut second = scene.person("berta", &[Role::Approver]).await;
        let mut third = scene.person("carla", &[Role::Approver]).await;
        let plan = operator.previewed().await;
        let approval = operator.request(&plan).await;
        assert_eq!(first.approve(&approval).await.ok()["status"], "requested");
        refused(&first.approve(&approval).await, 409, "approval/decided-before");
        refused(&operator.apply(&plan).await, 403, "plan/needs-approval");
        let (a, b) = tokio::join!(second.approve(&approval), third.approve(&approval));
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", a.text, b.text);
        let approved = operator.browser.get(&of_approval(&approval, "")).await.ok();
        assert_eq!((&approved["status"], &approved["approved"]), (&json!("approved"), &json!(2)));
        operator.apply(&plan).await.ok();
        assert_eq!(scene.rows().await, "2");
        assert_eq!(scene.deeds("approval.approve").await.matches(" done ").count(), 2);
    });
}

#[test]
fn a_code_counts_once_and_guessing_ends() {
    block_on(async {
        let scene = Scene::with(ALWAYS).await;
        let operator = scene.person("olga", &[Role::Operator]).await;
        let mut approver = scene.person("anton", &[Role::Approver]).await;
        let without = scene.signed_in("berta", &[Role::Approver]).await;
        let plan = operator.previewed().await;
        let approval = operator.request(&plan).await;
        let with = |code: &str| json!({ "hash": plan["hash"], "second_factor": { "code": code } });
        let path = of_approval(&approval, "/approve");
        refused(&without.post(&path, &with("123456")).await, 403, "access/no-second-factor");
        let used = approver.code(&scene.stage, -1).await;
        let answer = approver.browser.post(&path, &with(&used)).await;
        refused(&answer, 400, "access/wrong-code");
        let spent = approver.recovery()["code"].as_str().expect("code").to_owned();
        approver.browser.post(&path, &with(&spent)).await.ok();
        let cancelled = of_approval(&approval, "/cancel");
        operator.browser.post(&cancelled, &json!({})).await.ok();
        let approval = operator.request(&plan).await;
        let path = of_approval(&approval, "/approve");
        refused(&approver.browser.post(&path, &with(&spent)).await, 400, "access/wrong-code");
        for _ in 0..10 {
            approver.browser.post(&path, &with("000000")).await;
        }
        refused(&approver.approve(&approval).await, 403, "access/locked-out");
        let open = operator.browser.get(&of_approval(&approval, "")).await.ok();
        assert_eq!(open["status"], "requested");
    });
}

#[test]
fn programs_do_not_approve_and_others_learn_nothing() {
    block_on(async {
        let scene = Scene::with(ALWAYS).await;
        let operator = scene.person("olga", &[Role::Operator]).await;
        let plan = operator.previewed().await;
        let approval = operator.request(&plan).await;
        let mut program = scene.stage.program(Role::Approver).await;
        program.address = scene.server.address();
        let body = json!({ "hash": plan["hash"], "second_factor": { "code": "123456" } });
        let answer = program.post(&of_approval(&approval, "/approve"), &body).await;
        refused(&answer, 403, "api/not-by-token");
        program.get(&of_approval(&approval, "")).await.ok();
        let crm = Membership::new(Role::Approver, Some("crm"), None).expect("membership");
        let deed = Deed::on_command_line(None, "user.add", "carla");
        scene.stage.control.add_user("carla", &[crm], &deed).await.expect("user");
        let mut elsewhere = scene.stage.token("carla", &pgrecall_access::Right::ALL, None).await;
        elsewhere.address = scene.server.address();
        for path in [of_approval(&approval, ""), of_plan(&plan, ""), of_plan(&plan, "/steps")] {
            refused(&elsewhere.get(&path).await, 404, "api/unknown-target");
        }
        // Operators list their own plans, who may approve lists all.
        let otto = scene.signed_in("otto", &[Role::Operator]).await;
        let own = otto.get("/v1/targets/shop/plans").await.ok();
        assert_eq!(own["plans"], json!([]));
        let all = program.get("/v1/targets/shop/plans").await.ok();
        assert_eq!(all["plans"][0]["id"], plan["id"]);
        assert_eq!(all["plans"][0]["approval"]["status"], "requested");
    });
}

#[test]
fn an_etag_tells_whether_it_is_still_what_was_seen() {
    block_on(async {
        let scene = Scene::with(ALWAYS).await;
        let mut operator = scene.person("olga", &[Role::Operator]).await;
        let mut approver = scene.person("anton", &[Role::Approver]).await;
        let plan = operator.previewed().await;
        let seen = operator.browser.get(&of_plan(&plan, "")).await;
        let tag = seen.header("etag").to_owned();
        let known = operator.browser.clone().with("if-none-match", tag.clone());
        let unchanged = known.get(&of_plan(&plan, "")).await;
        assert_eq!((unchanged.status, unchanged.text.as_str()), (304, ""));
        let approval = operator.request(&plan).await;
        assert_eq!(known.get(&of_plan(&plan, "")).await.status, 200, "it has an approval now");

        let path = of_approval(&approval, "");
        let old = approver.browser.get(&path).await.header("etag").to_owned();
        approver.approve(&approval).await.ok();
        let stale = operator.browser.clone().with("if-match", old);
        let answer = stale.post(&of_approval(&approval, "/cancel"), &json!({})).await;
        refused(&answer, 412, "access/changed-meanwhile");
        let body = |operator: &mut Person| json!({ "hash": plan["hash"], "reason": "why", "second_factor": operator.recovery() });
        let keyed = operator.browser.clone().with("idempotency-key", "k");
        let stale = keyed.clone().with("if-match", tag);
        let answer = stale.post(&of_plan(&plan, "/apply"), &body(&mut operator)).await;
        refused(&answer, 412, "access/changed-meanwhile");
        let now = operator.browser.get(&of_plan(&plan, "")).await.header("etag").to_owned();
        let current = keyed.with("if-match", now);
        current.post(&of_plan(&plan, "/apply"), &body(&mut operator)).await.ok();
        // The same request again finds the plan applied, and is answered all the same.
        current.post(&of_plan(&plan, "/apply"), &body(&mut operator)).await.ok();
        assert_eq!(scene.rows().await, "2");
    });
}

#[test]
fn small_undos_of_other_tables_need_nobody() {
    block_on(async {
        let rules = "[[targets.shop.undo.rules]]\nrows_over = 2\n\
                     [[targets.shop.undo.rules]]\ntables = [\"public.note\"]\nsecond_factor = false\n";
        let scene = Scene::with(rules).await;
        let mut operator = scene.person("olga", &[Role::Operator]).await;
        let approver = scene.signed_in("anton", &[Role::Approver]).await;
        let plan = operator.previewed().await;
        assert_eq!(plan["needs"]["approvers"], 0);
        let request = json!({ "hash": plan["hash"], "reason": "why" });
        let answer = operator.browser.post(&of_plan(&plan, "/approval"), &request).await;
        refused(&answer, 409, "approval/not-needed");
        operator.apply(&plan).await.ok();

        scene.stage.change("acme", "support-8", "INSERT INTO note VALUES (1, 'x')").await;
        let wish = json!({ "actor": "support-8" });
        let made = operator.browser.post("/v1/targets/shop/plans", &wish).await.ok();
        let path = of_plan(&made["plan"], "/preview");
        let plan = operator.browser.post(&path, &json!({})).await.ok()["plan"].clone();
        assert_eq!(plan["needs"]["rules"], json!(["tables public.note: 1 approver"]));
        let approval = operator.request(&plan).await;
        // This rule asks for no second factor.
        let body = json!({ "hash": plan["hash"] });
        approver.post(&of_approval(&approval, "/approve"), &body).await.ok();
        let keyed = operator.browser.clone().with("idempotency-key", "k2");
        let body = json!({ "hash": plan["hash"], "reason": "why" });
        keyed.post(&of_plan(&plan, "/apply"), &body).await.ok();
        assert_eq!(scene.stage.database.scalar("SELECT count(*) FROM note").await, "0");
    });
}
