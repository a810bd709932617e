use pgrecall_access::{
    AccessError, Asked, Claim, Claimed, Control, Deed, KeptPlan, NewPlan, PlanStatus, Settled,
    Shown,
};
use pgrecall_testkit::block_on;
use serde_json::json;

use crate::{Held, LOCKOUT, home};

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

async fn claim(
    control: &Control,
    plan: &KeptPlan,
    (user, key): (&str, &str),
) -> Result<Claimed, AccessError> {
    let claim = Claim {
        target: "shop",
        plan: &plan.id,
        version: None,
        user,
        key,
        reason: "why",
        needs: Asked::default(),
        break_glass: None,
        shown: Shown { user: 0, proof: None, session: None, lockout: LOCKOUT },
    };
    control.claim_plan(&claim, &deed()).await
}

fn deed() -> Deed {
    Deed::by_itself(Some("ann".to_owned()), "plan.apply", "shop")
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
        not_ready(claim(&control, &kept, ("ann", "k")).await, "not previewed");
        control.plan_previewed(&kept, &json!({})).await.expect("previewed");
        let claim = |key: &'static str| claim(&control, &kept, ("ann", key));
        let (a, b) = tokio::join!(claim("a"), claim("b"));
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "one gets it");
        control.settle_plan(&kept.id, Settled::Applied(Some(7)), &deed()).await.expect("applied");
        control.settle_plan(&kept.id, Settled::Failed, &deed()).await.expect("too late");
        let applied = control.plan("shop", &kept.id).await.expect("kept");
        assert_eq!((applied.status, applied.applied_tx), (PlanStatus::Applied, Some(7)));
        assert!(claim("c").await.is_err());
        assert!(control.plan_previewed(&kept, &json!({})).await.is_err());
        let elsewhere = control.plan("crm", &kept.id).await.expect_err("of another target");
        assert!(matches!(elsewhere, AccessError::UnknownPlan(_)), "{elsewhere}");
    });
}

#[test]
fn a_plan_expires_and_one_that_failed_is_previewed_anew() {
    block_on(async {
        let (database, control) = home().await;
        let kept = plan(&control).await;
        control.plan_previewed(&kept, &json!({})).await.expect("previewed");
        claim(&control, &kept, ("ann", "a")).await.expect("claimed");
        control.settle_plan(&kept.id, Settled::Failed, &deed()).await.expect("failed");
        assert!(claim(&control, &kept, ("ann", "a")).await.is_err());
        control.plan_previewed(&kept, &json!({})).await.expect("anew");
        database.execute("UPDATE recall_control.plan SET expires_at = now()").await;
        let over = control.plan("shop", &kept.id).await.expect("kept");
        not_ready(claim(&control, &over, ("ann", "a")).await, "expired");
    });
}

#[test]
fn what_a_killed_server_was_applying_goes_on_with_the_same_user_and_key_only() {
    block_on(async {
        let (database, control) = home().await;
        let kept = plan(&control).await;
        control.plan_previewed(&kept, &json!({})).await.expect("previewed");
        assert_eq!(claim(&control, &kept, ("ann", "a")).await.expect("claimed"), Claimed::Fresh);
        let since = control.plan("shop", &kept.id).await.expect("kept").claimed_at.expect("time");
        not_ready(claim(&control, &kept, ("ann", "b")).await, "applying");
        not_ready(claim(&control, &kept, ("bob", "a")).await, "applying");
        for _ in 0..2 {
            let again = claim(&control, &kept, ("ann", "a")).await.expect("goes on");
            assert_eq!(again, Claimed::Resumed(since), "since it was first begun");
        }
        assert!(control.abandoned_plans("shop").await.expect("asked").is_empty(), "it may run");
        let long_ago = "UPDATE recall_control.plan SET claimed_at = now() - interval '10 minutes'";
        database.execute(long_ago).await;
        let abandoned = control.abandoned_plans("shop").await.expect("asked");
        assert_eq!(abandoned, [kept.id.as_str()]);
        control.settle_plan(&kept.id, Settled::Applied(None), &deed()).await.expect("applied");
        assert_eq!(claim(&control, &kept, ("ann", "a")).await.expect("done"), Claimed::Done);
        assert!(control.abandoned_plans("shop").await.expect("asked").is_empty());
    });
}

#[test]
fn what_is_on_its_way_or_is_over_is_not_previewed_again() {
    block_on(async {
        let (database, control) = home().await;
        let kept = plan(&control).await;
        control.plan_previewed(&kept, &json!({})).await.expect("previewed");
        claim(&control, &kept, ("ann", "a")).await.expect("claimed");
        let kept = control.plan("shop", &kept.id).await.expect("kept");
        not_ready(control.plan_previewed(&kept, &json!({})).await, "applying");
        not_ready(claim(&control, &kept, ("bob", "b")).await, "applying");

        let kept = plan(&control).await;
        database.execute("UPDATE recall_control.plan SET expires_at = now()").await;
        let kept = control.plan("shop", &kept.id).await.expect("kept");
        not_ready(control.plan_previewed(&kept, &json!({})).await, "expired");
    });
}

#[test]
fn of_two_servers_one_gets_a_plan() {
    block_on(async {
        let (database, control) = home().await;
        let second = Control::open(database.conninfo()).await.expect("another server");
        let kept = plan(&control).await;
        control.plan_previewed(&kept, &json!({})).await.expect("previewed");
        let held = Held::rows_of(&database, "plan").await;
        let (one, two) = (("ann", "a"), ("bob", "b"));
        let (a, b, ()) = tokio::join!(
            claim(&control, &kept, one),
            claim(&second, &kept, two),
            held.until_two_wait(&database)
        );
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "{a:?} {b:?}");
        let (late, winner) = if a.is_ok() { (b, "ann") } else { (a, "bob") };
        not_ready(late, "applying");
        let kept = control.plan("shop", &kept.id).await.expect("kept");
        assert_eq!(kept.claimed_by.as_deref(), Some(winner));
    });
}
