use pgrecall_access::Role;
use pgrecall_testkit::block_on;
use serde_json::{Value, json};

use crate::approvals::{ALWAYS, Person, Scene, of_approval, of_plan, refused};
use crate::client::Answer;

const ALLOWED: &str = "undo.require_approval = true\nundo.break_glass = true\n";

async fn break_glass(operator: &mut Person, plan: &Value, key: &'static str) -> Answer {
    let body = json!({
        "hash": plan["hash"], "reason": "shop is down", "break_glass": true,
        "second_factor": operator.recovery(),
    });
    operator
        .browser
        .clone()
        .with("idempotency-key", key)
        .post(&of_plan(plan, "/apply"), &body)
        .await
}

#[test]
fn in_an_emergency_an_operator_applies_alone_and_another_one_looks_at_it() {
    block_on(async {
        let scene = Scene::with(ALLOWED).await;
        let mut operator = scene.person("olga", &[Role::Operator, Role::Approver]).await;
        let root = scene.signed_in("root", &[Role::Administrator]).await;
        let plan = operator.previewed().await;
        assert_eq!(plan["needs"]["break_glass"], true);
        let approval = operator.request(&plan).await;
        let unproven = json!({ "hash": plan["hash"], "reason": "x", "break_glass": true });
        let keyed = operator.browser.clone().with("idempotency-key", "k");
        let answer = keyed.post(&of_plan(&plan, "/apply"), &unproven).await;
        refused(&answer, 403, "access/second-factor-needed");
        assert_eq!(scene.rows().await, "0");

        let applied = break_glass(&mut operator, &plan, "k").await.ok();
        assert_eq!((&applied["status"], scene.rows().await.as_str()), (&json!("applied"), "2"));
        let asked = root.get(&of_approval(&approval, "")).await.ok();
        assert_eq!(asked["status"], "cancelled", "nobody is asked any more");
        let again = break_glass(&mut operator, &plan, "k").await.ok();
        assert_eq!(again["tx"], applied["tx"]);
        let open = root.get("/v1/targets/shop/reviews?status=open").await.ok();
        assert_eq!(open["reviews"].as_array().map(Vec::len), Some(1), "{open}");
        let review = &open["reviews"][0];
        assert_eq!((&review["used_by"], &review["tx"]), (&json!("olga"), &applied["tx"]));

        let close = format!("/v1/targets/shop/reviews/{}/close", review["id"]);
        let words = json!({ "comment": "it was right" });
        refused(&operator.browser.post(&close, &words).await, 403, "review/own");
        assert_eq!(root.post(&close, &json!({ "comment": " " })).await.status, 400);
        assert_eq!(root.post(&close, &words).await.ok()["closed_by"], "root");
        refused(&root.post(&close, &words).await, 409, "review/closed");
        assert_eq!(
            root.get("/v1/targets/shop/reviews?status=open").await.ok()["reviews"],
            json!([])
        );
        assert_eq!(
            scene.deeds("break_glass.%").await,
            "break_glass.use refused olga, break_glass.use done olga, break_glass.review refused olga, \
             break_glass.review done root"
        );
    });
}

#[test]
fn who_was_not_reviewed_in_time_does_not_do_it_again() {
    block_on(async {
        let scene = Scene::with(ALLOWED).await;
        let mut operator = scene.person("olga", &[Role::Operator]).await;
        let approver = scene.signed_in("anton", &[Role::Approver]).await;
        let plan = operator.previewed().await;
        break_glass(&mut operator, &plan, "k").await.ok();
        scene.stage.change("acme", "support-7", "DELETE FROM prize WHERE id = 2").await;
        let tx = scene.stage.database.scalar("SELECT max(tx) FROM recall.change").await;
        let wish = json!({ "transactions": [tx] });
        let made = operator.browser.post("/v1/targets/shop/plans", &wish).await.ok();
        let plan = &made["plan"];
        operator.browser.post(&of_plan(plan, "/preview"), &json!({})).await.ok();
        let late =
            "UPDATE recall_control.break_glass_review SET due_at = now() - interval '1 second'";
        scene.stage.database.execute(late).await;
        refused(&break_glass(&mut operator, plan, "k2").await, 403, "review/overdue");
        assert_eq!(scene.rows().await, "1");
        let reviews = approver.get("/v1/targets/shop/reviews").await.ok();
        assert_eq!(reviews["reviews"][0]["overdue"], true);
        let close = format!("/v1/targets/shop/reviews/{}/close", reviews["reviews"][0]["id"]);
        approver.post(&close, &json!({ "comment": "seen" })).await.ok();
        break_glass(&mut operator, plan, "k2").await.ok();
        assert_eq!(scene.rows().await, "2");
    });
}

#[test]
fn nobody_does_without_an_approval_where_that_is_not_allowed_or_by_a_token() {
    block_on(async {
        let scene = Scene::with(ALWAYS).await;
        let mut operator = scene.person("olga", &[Role::Operator]).await;
        let plan = operator.previewed().await;
        refused(&break_glass(&mut operator, &plan, "k").await, 403, "plan/no-break-glass");
        let allowed = crate::stage::start(&format!("{}{ALLOWED}", scene.stage.file)).await;
        let mut program = scene.stage.program(Role::Operator).await.with("idempotency-key", "k");
        program.address = allowed.address();
        let body = json!({
            "hash": plan["hash"], "reason": "x", "break_glass": true,
            "second_factor": operator.recovery(),
        });
        let answer = program.post(&of_plan(&plan, "/apply"), &body).await;
        refused(&answer, 403, "api/not-by-token");
        assert_eq!(scene.rows().await, "0");
        assert_eq!(
            scene
                .stage
                .database
                .scalar("SELECT count(*) FROM recall_control.break_glass_review")
                .await,
            "0"
        );
    });
}
