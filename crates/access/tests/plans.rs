use pgrecall_access::{AccessError, Control, KeptPlan, NewPlan, PlanStatus};
use pgrecall_testkit::block_on;
use serde_json::json;

use crate::home;

async fn plan(control: &Control) -> KeptPlan {
    let plan = NewPlan {
        target: "shop".to_owned(),
        hash: "abc".to_owned(),
        request: json!({}),
        rows: json!([]),
        conflicts: 0,
        created_by: "ann".to_owned(),
        minutes: 60,
    };
    control.keep_plan(plan).await.expect("kept")
}

fn not_ready<T: std::fmt::Debug>(outcome: Result<T, AccessError>, because: &str) {
    match outcome {
        Err(AccessError::PlanNotReady(why)) => assert_eq!(why, because),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_plan_is_previewed_before_it_is_applied_and_applied_once() {
    block_on(async {
        let (_database, control) = home().await;
        let kept = plan(&control).await;
        not_ready(control.claim_plan(&kept, ("ann", "k"), "why").await, "not previewed");
        control.plan_previewed(&kept).await.expect("previewed");
        let claim = |key: &'static str| control.claim_plan(&kept, ("ann", key), "why");
        let (a, b) = tokio::join!(claim("a"), claim("b"));
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "one gets it");
        control.plan_applied(&kept.id, Some(7)).await.expect("applied");
        let applied = control.plan("shop", &kept.id).await.expect("kept");
        assert_eq!((applied.status, applied.applied_tx), (PlanStatus::Applied, Some(7)));
        assert!(claim("c").await.is_err());
        assert!(control.plan_previewed(&kept).await.is_err());
        let elsewhere = control.plan("crm", &kept.id).await.expect_err("of another target");
        assert!(matches!(elsewhere, AccessError::UnknownPlan(_)), "{elsewhere}");
    });
}

#[test]
fn a_plan_expires_and_one_that_failed_is_previewed_anew() {
    block_on(async {
        let (database, control) = home().await;
        let kept = plan(&control).await;
        control.plan_previewed(&kept).await.expect("previewed");
        control.claim_plan(&kept, ("ann", "a"), "why").await.expect("claimed");
        control.plan_failed(&kept.id).await.expect("failed");
        assert!(control.claim_plan(&kept, ("ann", "a"), "why").await.is_err());
        control.plan_previewed(&kept).await.expect("anew");
        database.execute("UPDATE recall_control.plan SET expires_at = now()").await;
        let over = control.plan("shop", &kept.id).await.expect("kept");
        not_ready(control.claim_plan(&over, ("ann", "a"), "why").await, "expired");
    });
}

#[test]
fn what_a_killed_server_was_applying_goes_on_with_the_same_key_only() {
    block_on(async {
        let (database, control) = home().await;
        let kept = plan(&control).await;
        control.plan_previewed(&kept).await.expect("previewed");
        control.claim_plan(&kept, ("ann", "a"), "why").await.expect("claimed");
        assert!(control.claim_plan(&kept, ("ann", "a"), "why").await.is_err(), "it may still run");
        database
            .execute("UPDATE recall_control.plan SET claimed_at = now() - interval '10 minutes'")
            .await;
        assert!(control.claim_plan(&kept, ("bob", "b"), "why").await.is_err());
        control.claim_plan(&kept, ("ann", "a"), "why").await.expect("goes on");
    });
}
