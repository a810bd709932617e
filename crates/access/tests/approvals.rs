//! Approvals and reviews as the home keeps them: who decides, what is asked for, and what ends.

use pgrecall_access::{
    AccessError, Approval, ApprovalStatus, Asked, Case, Claim, Claimed, Consent, Control, Deed,
    KeptPlan, Membership, NewApproval, NewPlan, PlanStatus, Proof, ReviewFilter, Role, Shown,
    UserChange,
};
use pgrecall_testkit::{TestDatabase, block_on};
use serde_json::json;

use crate::{LOCKOUT, deed, home, recovery_code, user};

/// What a rule asks for that wants one approver and no second factor.
const ONE: Asked<'static> = Asked { approvers: 1, second_factor: false, rules: &[] };

/// Who has no second factor shows none.
fn nothing(user: i64) -> Shown<'static> {
    Shown { user, proof: None, session: None, lockout: LOCKOUT }
}

/// Those who may approve: `anton` and `berta`.
async fn approvers(control: &Control) {
    let approver = Membership::new(Role::Approver, None, None).expect("membership");
    for name in ["anton", "berta"] {
        let add = deed("user.add");
        control.add_user(name, std::slice::from_ref(&approver), &add).await.expect("user");
    }
}

async fn plan(control: &Control, by: &str) -> KeptPlan {
    let plan = NewPlan {
        target: "shop".to_owned(),
        hash: "abc".to_owned(),
        request: json!({}),
        rows: json!([]),
        conflicts: 0,
        created_by: by.to_owned(),
        minutes: 60,
    };
    control.keep_plan(plan).await.expect("kept")
}

async fn previewed(control: &Control, by: &str) -> KeptPlan {
    let kept = plan(control, by).await;
    control.plan_previewed(&kept, &json!({})).await.expect("previewed");
    control.plan("shop", &kept.id).await.expect("kept")
}

fn request<'a>(plan: &'a KeptPlan, by: &'a str) -> NewApproval<'a> {
    NewApproval {
        target: "shop",
        plan: &plan.id,
        hash: "abc",
        reason: "why",
        requested_by: by,
        approvers: 1,
        second_factor: false,
        rules: Vec::new(),
        hours: 24,
    }
}

async fn ask(control: &Control, new: &NewApproval<'_>) -> Result<Approval, AccessError> {
    control.request_approval(new, &deed("approval.request")).await
}

fn case<'a>(approval: &Approval, target: &'a str, by: &'a str) -> Case<'a> {
    Case { target, id: approval.id, version: None, by }
}

async fn approve(
    control: &Control,
    case: Case<'_>,
    shown: Shown<'_>,
) -> Result<Approval, AccessError> {
    let consent = Consent { hash: "abc", comment: None, shown, minutes: 60 };
    control.approve(case, &consent, &deed("approval.approve")).await
}

fn claim<'a>(plan: &'a KeptPlan, user: &'a str, shown: Shown<'a>, needs: Asked<'a>) -> Claim<'a> {
    let (target, key, reason) = ("shop", "k", "why");
    let (version, break_glass) = (None, None);
    Claim { target, plan: &plan.id, version, user, key, reason, needs, break_glass, shown }
}

async fn apply(control: &Control, claim: &Claim<'_>) -> Result<Claimed, AccessError> {
    let deed = Deed::by_itself(Some(claim.user.to_owned()), "plan.apply", "shop");
    control.claim_plan(claim, &deed).await
}

/// Shows a recovery code that the user gets for it.
async fn break_glass(
    (control, database): (&Control, &TestDatabase),
    (user, name): (i64, &str),
    needs: Asked<'_>,
) -> Result<Claimed, AccessError> {
    let kept = previewed(control, name).await;
    let proof = Proof::Code(recovery_code(database, user).await);
    let shown = Shown { proof: Some(&proof), ..nothing(user) };
    apply(control, &Claim { break_glass: Some(3), ..claim(&kept, name, shown, needs) }).await
}

#[test]
fn neither_who_made_the_plan_nor_who_asks_decides_about_it() {
    block_on(async {
        let (_database, control) = home().await;
        approvers(&control).await;
        let kept = previewed(&control, "olga").await;
        let approval = ask(&control, &request(&kept, "otto")).await.expect("asked");
        for own in ["olga", "otto"] {
            let refused = approve(&control, case(&approval, "shop", own), nothing(0)).await;
            assert!(matches!(refused, Err(AccessError::OwnApproval)), "{own}: {refused:?}");
            let noted = deed("approval.reject");
            let refused = control.reject(case(&approval, "shop", own), "no", &noted).await;
            assert!(matches!(refused, Err(AccessError::OwnApproval)), "{own}: {refused:?}");
        }
        let done = approve(&control, case(&approval, "shop", "anton"), nothing(0)).await;
        assert_eq!(done.expect("approved").status, ApprovalStatus::Approved);
    });
}

#[test]
fn rules_that_became_stricter_since_the_approval_count() {
    block_on(async {
        let (_database, control) = home().await;
        approvers(&control).await;
        let id = user(&control, "olga", Role::Operator).await;
        let kept = previewed(&control, "olga").await;
        let approval = ask(&control, &request(&kept, "olga")).await.expect("asked");
        approve(&control, case(&approval, "shop", "anton"), nothing(0)).await.expect("approved");
        let two = Asked { approvers: 2, ..ONE };
        let fewer = apply(&control, &claim(&kept, "olga", nothing(id), two)).await;
        let needs_one_more = AccessError::NeedsApproval { needed: 2, given: 1 };
        assert_eq!(fewer.expect_err("one is not enough").to_string(), needs_one_more.to_string());
        let factor = Asked { second_factor: true, ..ONE };
        let bare = apply(&control, &claim(&kept, "olga", nothing(id), factor)).await;
        assert!(matches!(bare, Err(AccessError::NoSecondFactor)), "{bare:?}");
        let done = apply(&control, &claim(&kept, "olga", nothing(id), ONE)).await;
        assert_eq!(done.expect("as it was approved"), Claimed::Fresh);
    });
}

#[test]
fn what_was_asked_for_counts_also_where_no_rule_asks_for_it_any_more() {
    block_on(async {
        let (database, control) = home().await;
        let olga = user(&control, "olga", Role::Operator).await;
        let anton = user(&control, "anton", Role::Approver).await;
        let kept = previewed(&control, "olga").await;
        let new = NewApproval { second_factor: true, ..request(&kept, "olga") };
        let approval = ask(&control, &new).await.expect("asked");
        let free = claim(&kept, "olga", nothing(olga), Asked::default());
        let early = apply(&control, &free).await;
        assert!(matches!(early, Err(AccessError::NeedsApproval { .. })), "{early:?}");
        let proof = Proof::Code(recovery_code(&database, anton).await);
        let shown = Shown { proof: Some(&proof), ..nothing(anton) };
        approve(&control, case(&approval, "shop", "anton"), shown).await.expect("approved");
        let bare = apply(&control, &free).await;
        assert!(matches!(bare, Err(AccessError::NoSecondFactor)), "{bare:?}");
        let kept = control.plan("shop", &kept.id).await.expect("kept");
        assert_eq!(kept.status, PlanStatus::Previewed);
    });
}

#[test]
fn approvals_and_reviews_are_found_in_their_own_target_only() {
    block_on(async {
        let (database, control) = home().await;
        let kept = previewed(&control, "olga").await;
        let approval = ask(&control, &request(&kept, "olga")).await.expect("asked");
        let elsewhere = case(&approval, "crm", "anton");
        let unknown = [
            control.approval("crm", approval.id).await,
            approve(&control, elsewhere, nothing(0)).await,
            control.reject(elsewhere, "no", &deed("approval.reject")).await,
        ];
        for answer in unknown {
            assert!(matches!(answer, Err(AccessError::UnknownApproval(_))), "{answer:?}");
        }
        let id = user(&control, "otto", Role::Operator).await;
        break_glass((&control, &database), (id, "otto"), ONE).await.expect("applied");
        let all = ReviewFilter { limit: 10, ..ReviewFilter::default() };
        assert!(control.reviews("crm", all).await.expect("listed").is_empty());
        let review = control.reviews("shop", all).await.expect("listed")[0].id;
        let (seen, noted) = (("anton", "seen"), deed("break_glass.review"));
        let closed = control.close_review(("crm", review), seen, &noted).await;
        assert!(matches!(closed, Err(AccessError::UnknownReview(_))), "{closed:?}");
        control.close_review(("shop", review), seen, &noted).await.expect("closed");
    });
}

#[test]
fn others_are_asked_only_about_what_was_previewed_and_is_not_over() {
    block_on(async {
        let (database, control) = home().await;
        let planned = plan(&control, "olga").await;
        let early = ask(&control, &request(&planned, "olga")).await;
        assert!(matches!(early, Err(AccessError::PlanNotReady("not previewed"))), "{early:?}");
        let kept = previewed(&control, "olga").await;
        let other = NewApproval { hash: "abd", ..request(&kept, "olga") };
        let other = ask(&control, &other).await;
        assert!(matches!(other, Err(AccessError::OtherHash)), "{other:?}");
        database.execute("UPDATE recall_control.plan SET expires_at = now()").await;
        let late = ask(&control, &request(&kept, "olga")).await;
        assert!(matches!(late, Err(AccessError::PlanNotReady("expired"))), "{late:?}");
    });
}

#[test]
fn what_somebody_approved_ends_with_their_right_to() {
    block_on(async {
        let (database, control) = home().await;
        approvers(&control).await;
        let elsewhere = Membership::new(Role::Approver, Some("crm"), None).expect("membership");
        let disabled = UserChange { disabled: Some(true), ..UserChange::default() };
        for way in ["other target", "disabled"] {
            let kept = previewed(&control, "olga").await;
            let approval = ask(&control, &request(&kept, "olga")).await.expect("asked");
            let by_anton = case(&approval, "shop", "anton");
            approve(&control, by_anton, nothing(0)).await.expect("approved");
            if way == "disabled" {
                let change = deed("user.change");
                control.change_user("anton", &disabled, &change).await.expect("disabled");
            } else {
                let change = deed("user.change");
                control
                    .set_memberships("anton", std::slice::from_ref(&elsewhere), &change)
                    .await
                    .expect("set");
            }
            let ended = control.approval("shop", approval.id).await.expect("kept");
            assert_eq!(ended.status, ApprovalStatus::Outdated, "{way}");
            let refused = apply(&control, &claim(&kept, "olga", nothing(0), ONE)).await;
            let refused = refused.expect_err("nobody approves any more");
            let none = AccessError::NeedsApproval { needed: 1, given: 0 };
            assert_eq!(refused.to_string(), none.to_string(), "{way}");
            let noted = "SELECT concat_ws(' ', action, target, details ->> 'approver')
                 FROM recall_control.audit WHERE action = 'approval.outdate' ORDER BY id DESC LIMIT 1";
            assert_eq!(database.scalar(noted).await, "approval.outdate shop anton");
            ask(&control, &request(&kept, "olga")).await.expect("asked anew");
            let back = Membership::new(Role::Approver, None, None).expect("membership");
            let change = deed("user.change");
            control.set_memberships("anton", &[back], &change).await.expect("set back");
        }
    });
}

#[test]
fn approvals_of_who_may_not_approve_any_more_are_not_counted() {
    block_on(async {
        let (database, control) = home().await;
        approvers(&control).await;
        let disable =
            "UPDATE recall_control.user_account SET disabled_at = now() WHERE name = 'anton'";
        let enable = "UPDATE recall_control.user_account SET disabled_at = NULL";
        let two = previewed(&control, "olga").await;
        let new = NewApproval { approvers: 2, ..request(&two, "olga") };
        let of_two = ask(&control, &new).await.expect("asked");
        approve(&control, case(&of_two, "shop", "anton"), nothing(0)).await.expect("one of two");
        let one = previewed(&control, "olga").await;
        let of_one = ask(&control, &request(&one, "olga")).await.expect("asked");
        approve(&control, case(&of_one, "shop", "anton"), nothing(0)).await.expect("approved");
        // As if somebody were disabled at the very moment.
        database.execute(disable).await;
        let left = approve(&control, case(&of_two, "shop", "berta"), nothing(0)).await;
        let left = left.expect("one of two");
        assert_eq!((left.status, left.given()), (ApprovalStatus::Requested, 1));
        let refused = apply(&control, &claim(&one, "olga", nothing(0), ONE)).await;
        let none = AccessError::NeedsApproval { needed: 1, given: 0 };
        assert_eq!(refused.expect_err("nobody approves").to_string(), none.to_string());
        database.execute(enable).await;
        apply(&control, &claim(&one, "olga", nothing(0), ONE)).await.expect("anton approves again");
        database.execute(disable).await;
        let applied = control.approval("shop", of_one.id).await.expect("kept");
        assert_eq!(applied.given(), 1, "what was applied was approved");
    });
}

#[test]
fn what_nobody_decided_in_time_has_ended() {
    block_on(async {
        let (database, control) = home().await;
        let kept = previewed(&control, "olga").await;
        let approval = ask(&control, &request(&kept, "olga")).await.expect("asked");
        database.execute("UPDATE recall_control.approval SET expires_at = now()").await;
        let late = approve(&control, case(&approval, "shop", "anton"), nothing(0)).await;
        assert!(matches!(late, Err(AccessError::ApprovalSettled("expired"))), "{late:?}");
        let ended = control.approval("shop", approval.id).await.expect("kept");
        assert_eq!((ended.status, ended.given()), (ApprovalStatus::Expired, 0));
        ask(&control, &request(&kept, "olga")).await.expect("anew");
    });
}

#[test]
fn nobody_does_without_an_approval_that_nobody_asks_for() {
    block_on(async {
        let (database, control) = home().await;
        let id = user(&control, "olga", Role::Operator).await;
        let free = break_glass((&control, &database), (id, "olga"), Asked::default()).await;
        assert!(matches!(free, Err(AccessError::NoApprovalNeeded)), "{free:?}");
    });
}

#[test]
fn only_ones_own_reviews_stop_somebody_and_only_when_they_are_late() {
    block_on(async {
        let (database, control) = home().await;
        let place = (&control, &database);
        let olga = (user(&control, "olga", Role::Operator).await, "olga");
        let otto = (user(&control, "otto", Role::Operator).await, "otto");
        break_glass(place, olga, ONE).await.expect("the first");
        break_glass(place, olga, ONE).await.expect("the review of the first may wait");
        let late =
            "UPDATE recall_control.break_glass_review SET due_at = now() - interval '1 second'";
        database.execute(late).await;
        let again = break_glass(place, olga, ONE).await;
        assert!(matches!(again, Err(AccessError::ReviewOverdue)), "{again:?}");
        break_glass(place, otto, ONE).await.expect("it was not otto");
    });
}

#[test]
fn what_changed_since_it_was_seen_is_neither_decided_nor_applied() {
    block_on(async {
        let (_database, control) = home().await;
        approvers(&control).await;
        let kept = previewed(&control, "olga").await;
        let new = NewApproval { approvers: 2, ..request(&kept, "olga") };
        let seen = ask(&control, &new).await.expect("asked");
        let of_then = Case { version: Some(seen.version), ..case(&seen, "shop", "berta") };
        approve(&control, case(&seen, "shop", "anton"), nothing(0)).await.expect("one of two");
        let stale = approve(&control, of_then, nothing(0)).await;
        assert!(matches!(stale, Err(AccessError::ChangedMeanwhile)), "{stale:?}");
        approve(&control, case(&seen, "shop", "berta"), nothing(0)).await.expect("the other one");
        let of_then = Claim {
            version: Some(kept.version),
            ..claim(&kept, "olga", nothing(0), Asked { approvers: 2, ..ONE })
        };
        let stale = apply(&control, &of_then).await;
        assert!(matches!(stale, Err(AccessError::ChangedMeanwhile)), "{stale:?}");
        let now = control.plan("shop", &kept.id).await.expect("kept").version;
        let done = apply(&control, &Claim { version: Some(now), ..of_then }).await;
        assert_eq!(done.expect("as it was seen"), Claimed::Fresh);
    });
}

#[test]
fn whatever_is_asked_for_and_given_lasts_as_long_as_was_said() {
    block_on(async {
        let (database, control) = home().await;
        approvers(&control).await;
        let holds = async |what: &str| {
            assert_eq!(database.scalar(&format!("SELECT {what}")).await, "t", "{what}");
        };
        let kept = previewed(&control, "olga").await;
        holds("expires_at = created_at + interval '60 minutes' FROM recall_control.plan").await;
        let approval = ask(&control, &request(&kept, "olga")).await.expect("asked");
        let to_decide = "requested_at + interval '24 hours' FROM recall_control.approval";
        holds(&format!("expires_at = {to_decide}")).await;
        holds("expires_at = (SELECT expires_at FROM recall_control.approval) FROM recall_control.plan")
            .await;
        approve(&control, case(&approval, "shop", "anton"), nothing(0)).await.expect("approved");
        let to_apply = "approved_at + interval '60 minutes' FROM recall_control.approval";
        holds(&format!("expires_at = {to_apply}")).await;
        let id = user(&control, "otto", Role::Operator).await;
        break_glass((&control, &database), (id, "otto"), ONE).await.expect("applied");
        holds("due_at = used_at + interval '3 days' FROM recall_control.break_glass_review").await;
    });
}
