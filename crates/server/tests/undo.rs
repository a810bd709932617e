use pgrecall_access::Role;
use pgrecall_testkit::block_on;
use serde_json::{Value, json};

use crate::client::Client;
use crate::stage::{Stage, start};

async fn accident(stage: &Stage) -> String {
    stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'a', 1), (2, 'b', 2)").await;
    stage.change("acme", "support-7", "DELETE FROM prize").await;
    stage.database.scalar("SELECT max(tx) FROM recall.change").await
}

async fn plan(operator: &Client, tx: &str) -> Value {
    let wish = json!({ "transactions": [tx] });
    operator.post("/v1/targets/shop/plans", &wish).await.ok()["plan"].clone()
}

fn path(plan: &Value, verb: &str) -> String {
    format!("/v1/targets/shop/plans/{}{verb}", plan["id"].as_str().expect("id"))
}

fn decision(plan: &Value) -> Value {
    json!({ "hash": plan["hash"], "reason": "a mistake" })
}

#[test]
fn an_accident_is_found_planned_previewed_and_taken_back_once() {
    block_on(async {
        let stage = Stage::new().await;
        accident(&stage).await;
        let operator = stage.program(Role::Operator).await;
        let found =
            operator.get("/v1/targets/shop/changes?q=actor:support-7%20op:delete").await.ok();
        let tx = found["changes"][0]["tx"].to_string();
        let plan = plan(&operator, &tx).await;
        assert_eq!(
            plan["rows"],
            json!([{ "table": "public.prize", "inserted": 2, "updated": 0, "deleted": 0 }])
        );
        let keyed = operator.clone().with("idempotency-key", "k1");
        let early = keyed.post(&path(&plan, "/apply"), &decision(&plan)).await;
        assert_eq!((early.status, early.code().as_str()), (409, "plan/not-ready"), "not previewed");
        let previewed = operator.post(&path(&plan, "/preview"), &json!({})).await.ok();
        assert_eq!(
            (&previewed["plan"]["status"], &previewed["total_steps"]),
            (&json!("previewed"), &json!(2))
        );
        assert_eq!(stage.database.scalar("SELECT count(*) FROM prize").await, "0");

        assert_eq!(
            operator.post(&path(&plan, "/apply"), &decision(&plan)).await.status,
            400,
            "no key"
        );
        let other = json!({ "hash": "0", "reason": "x" });
        assert_eq!(keyed.post(&path(&plan, "/apply"), &other).await.code(), "undo/other-plan");
        let unreasoned = json!({ "hash": plan["hash"], "reason": " " });
        assert_eq!(keyed.post(&path(&plan, "/apply"), &unreasoned).await.status, 400);
        let applied = keyed.post(&path(&plan, "/apply"), &decision(&plan)).await.ok();
        assert_eq!(applied["status"], "applied");
        assert_eq!(stage.database.scalar("SELECT count(*) FROM prize").await, "2");
        let again = keyed.post(&path(&plan, "/apply"), &decision(&plan)).await.ok();
        assert_eq!(again["tx"], applied["tx"], "the same answer, nothing done twice");
        let foreign = operator.clone().with("idempotency-key", "k2");
        assert_eq!(
            foreign.post(&path(&plan, "/apply"), &decision(&plan)).await.code(),
            "plan/other-key"
        );
        let undo =
            operator.get(&format!("/v1/targets/shop/transactions/{}", applied["tx"])).await.ok();
        assert_eq!((&undo["actor"], &undo["reason"]), (&json!("operator"), &json!("a mistake")));
        let deeds = "SELECT string_agg(action || ' ' || outcome, ', ' ORDER BY id) FROM recall_control.audit
                     WHERE action LIKE 'plan.%'";
        assert_eq!(
            stage.database.scalar(deeds).await,
            "plan.make done, plan.preview done, plan.apply done"
        );
    });
}

#[test]
fn a_row_that_changed_since_the_preview_stops_it() {
    block_on(async {
        let stage = Stage::new().await;
        let tx = accident(&stage).await;
        let operator = stage.program(Role::Operator).await.with("idempotency-key", "k");
        let plan = plan(&operator, &tx).await;
        operator.post(&path(&plan, "/preview"), &json!({})).await.ok();
        stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'new', 9)").await;
        let refused = operator.post(&path(&plan, "/apply"), &decision(&plan)).await;
        assert_eq!(refused.status, 409, "{}", refused.text);
        assert_eq!(stage.database.scalar("SELECT string_agg(name, ',') FROM prize").await, "new");
        let kept = operator.get(&path(&plan, "")).await.ok();
        assert_eq!(kept["status"], "failed");
    });
}

#[test]
fn what_the_same_words_mean_by_now_is_not_what_was_previewed() {
    block_on(async {
        let stage = Stage::new().await;
        stage.change("acme", "support-7", "INSERT INTO prize VALUES (1, 'a', 1)").await;
        let operator = stage.program(Role::Operator).await.with("idempotency-key", "k");
        let wish = json!({ "actor": "support-7" });
        let plan = operator.post("/v1/targets/shop/plans", &wish).await.ok()["plan"].clone();
        operator.post(&path(&plan, "/preview"), &json!({})).await.ok();
        // Nothing stands in the way of this one, but nobody has looked at it.
        stage.change("acme", "support-7", "INSERT INTO prize VALUES (2, 'b', 2)").await;
        let refused = operator.post(&path(&plan, "/apply"), &decision(&plan)).await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "undo/other-plan"));
        assert_eq!(stage.database.scalar("SELECT count(*) FROM prize").await, "2");
        assert_eq!(
            operator.post(&path(&plan, "/preview"), &json!({})).await.code(),
            "undo/other-plan"
        );
    });
}

#[test]
fn of_several_who_apply_a_plan_at_once_one_does() {
    block_on(async {
        let stage = Stage::new().await;
        let tx = accident(&stage).await;
        let operator = stage.program(Role::Operator).await;
        let plan = plan(&operator, &tx).await;
        operator.post(&path(&plan, "/preview"), &json!({})).await.ok();
        let (path, decision) = (path(&plan, "/apply"), decision(&plan));
        let apply = async |key: &str| {
            operator.clone().with("idempotency-key", key).post(&path, &decision).await.status
        };
        let (a, b, c) = tokio::join!(apply("a"), apply("b"), apply("c"));
        let done = [a, b, c].iter().filter(|status| **status == 200).count();
        assert_eq!(done, 1, "{a} {b} {c}");
        assert_eq!(stage.database.scalar("SELECT count(*) FROM recall.undo").await, "1");
    });
}

#[test]
fn a_server_killed_between_the_deed_and_its_note_finds_the_deed_done() {
    block_on(async {
        let stage = Stage::new().await;
        let tx = accident(&stage).await;
        let operator = stage.program(Role::Operator).await.with("idempotency-key", "k");
        let plan = plan(&operator, &tx).await;
        operator.post(&path(&plan, "/preview"), &json!({})).await.ok();
        let applied = operator.post(&path(&plan, "/apply"), &decision(&plan)).await.ok();
        // As if it had been killed just before it noted that the plan was applied.
        stage
            .database
            .execute(
                "UPDATE recall_control.plan SET status = 'applying', applied_at = NULL, applied_tx = NULL",
            )
            .await;
        let resumed = operator.post(&path(&plan, "/apply"), &decision(&plan)).await.ok();
        assert_eq!(resumed["tx"], applied["tx"]);
        assert_eq!(stage.database.scalar("SELECT count(*) FROM recall.undo").await, "1");
    });
}

#[test]
fn what_a_killed_server_left_and_nobody_takes_up_is_settled_by_another() {
    block_on(async {
        let stage = Stage::new().await;
        let tx = accident(&stage).await;
        let operator = stage.program(Role::Operator).await.with("idempotency-key", "k");
        let left = "UPDATE recall_control.plan SET status = 'applying', applied_at = NULL, applied_tx = NULL,
                      claimed_by = 'operator', claimed_at = now() - interval '6 minutes', apply_key = 'k'";
        let status =
            "SELECT status || ' ' || coalesce(applied_tx::text, 'none') FROM recall_control.plan";
        let log = "SELECT via || ' ' || actor || ' ' || outcome FROM recall_control.audit
                   WHERE action = 'plan.apply' ORDER BY id DESC LIMIT 1";
        let plan = plan(&operator, &tx).await;
        operator.post(&path(&plan, "/preview"), &json!({})).await.ok();
        // It was killed before it did anything.
        stage.database.execute(left).await;
        let other = start(&stage.file).await;
        while stage.database.scalar(status).await != "failed none" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(stage.database.scalar(log).await, "server operator failed");
        other.stop().await;
        operator.post(&path(&plan, "/preview"), &json!({})).await.ok();
        let applied = operator.post(&path(&plan, "/apply"), &decision(&plan)).await.ok();
        // It was killed when it had done it.
        stage.database.execute(left).await;
        let other = start(&stage.file).await;
        let expected = format!("applied {}", applied["tx"]);
        while stage.database.scalar(status).await != expected {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(stage.database.scalar(log).await, "server operator done");
        other.stop().await;
        assert_eq!(stage.database.scalar("SELECT count(*) FROM recall.undo").await, "1");
    });
}

#[test]
fn conflicts_are_told_and_stop_the_preview() {
    block_on(async {
        let stage = Stage::new().await;
        stage.change("acme", "ann", "INSERT INTO prize VALUES (1, 'a', 1)").await;
        let tx = stage.database.scalar("SELECT max(tx) FROM recall.change").await;
        stage.change("acme", "ann", "UPDATE prize SET amount = 2").await;
        let operator = stage.program(Role::Operator).await;
        let made =
            operator.post("/v1/targets/shop/plans", &json!({ "transactions": [tx] })).await.ok();
        assert_eq!(made["conflicts"][0]["kind"], "changed later");
        let refused = operator.post(&path(&made["plan"], "/preview"), &json!({})).await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "undo/conflict"));
        assert_eq!(refused.json()["conflicts"].as_array().map(Vec::len), Some(1));
        let decided = json!({ "transactions": [tx], "on_conflict": ["overwrite"] });
        let made = operator.post("/v1/targets/shop/plans", &decided).await.ok();
        operator.post(&path(&made["plan"], "/preview"), &json!({})).await.ok();
        for wrong in [
            json!({}),
            json!({ "transactions": ["x"] }),
            json!({ "condition": "true" }),
            json!({ "key": "1" }),
            json!({ "actor": "x", "on_conflict": ["sometimes"] }),
        ] {
            assert_eq!(
                operator.post("/v1/targets/shop/plans", &wrong).await.status,
                400,
                "{wrong}"
            );
        }
    });
}

#[test]
fn where_an_approval_is_needed_nobody_applies_alone() {
    block_on(async {
        let stage = Stage::new().await;
        let tx = accident(&stage).await;
        let strict = start(&format!("{}undo.require_approval = true\n", stage.file)).await;
        let mut operator = stage.program(Role::Operator).await.with("idempotency-key", "k");
        operator.address = strict.address();
        let plan = plan(&operator, &tx).await;
        operator.post(&path(&plan, "/preview"), &json!({})).await.ok();
        let refused = operator.post(&path(&plan, "/apply"), &decision(&plan)).await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "plan/needs-approval"));
        assert_eq!(stage.database.scalar("SELECT count(*) FROM prize").await, "0");
    });
}
