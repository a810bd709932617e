use jiff::Timestamp;
use serde_json::json;
use tokio_postgres::Transaction;

use crate::approval::{approvals, end};
use crate::plan::locked;
use crate::{AccessError, Approval, ApprovalFilter, ApprovalStatus, Control, Deed, Shown};

/// Which approval somebody decides about.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// In which target.
    pub target: &'a str,
    /// Its number.
    pub id: i64,
    /// Which version of it was seen, if that matters.
    pub version: Option<i32>,
    /// Who decides.
    pub by: &'a str,
}

/// What somebody approves.
#[derive(Debug, Clone, Copy)]
pub struct Consent<'a> {
    /// The hash of the plan that was looked at.
    pub hash: &'a str,
    /// Any words.
    pub comment: Option<&'a str>,
    /// The second factor.
    pub shown: Shown<'a>,
    /// For how many minutes the plan can be applied once all have approved.
    pub minutes: i32,
}

impl Control {
    /// Approves. When enough have, the plan can be applied for a while.
    ///
    /// # Errors
    /// When it is one's own, was decided, is over, or is for another plan; when the second factor is
    /// missing or wrong.
    pub async fn approve(
        &self,
        case: Case<'_>,
        consent: &Consent<'_>,
        deed: &Deed,
    ) -> Result<Approval, AccessError> {
        self.expire_approvals().await?;
        let done = self.approve_at_once(case, consent, deed).await;
        self.counted(consent.shown, done).await?;
        self.approval(case.target, case.id).await
    }

    async fn approve_at_once(
        &self,
        case: Case<'_>,
        consent: &Consent<'_>,
        deed: &Deed,
    ) -> Result<(), AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let approval = self.open_case(&transaction, case).await?;
        check_other_eyes(&approval, case.by)?;
        if approval.status != ApprovalStatus::Requested {
            return Err(AccessError::ApprovalSettled(approval.status.as_str()));
        }
        if approval.hash != consent.hash {
            return Err(AccessError::OtherHash);
        }
        let shown = if approval.second_factor {
            Some(consent.shown.demand(&transaction).await?)
        } else {
            None
        };
        decide(&transaction, case, ("approved", consent.comment, shown)).await?;
        let given = approval.given() + 1;
        if given < approval.approvers {
            let touch = include_str!("../sql/approval/touch.sql");
            still(transaction.execute(touch, &[&case.id]).await?)?;
        } else {
            let approve = include_str!("../sql/approval/approve.sql");
            let row = transaction.query_opt(approve, &[&case.id, &consent.minutes]).await?;
            let row = row.ok_or(AccessError::ApprovalSettled("expired"))?;
            let expires_at: Timestamp = row.try_get("expires_at")?;
            let extend = include_str!("../sql/plan/extend.sql");
            transaction.execute(extend, &[&approval.plan, &expires_at]).await?;
        }
        let details = json!({
            "plan": approval.plan, "hash": approval.hash, "given": given, "needed": approval.approvers,
            "second_factor": shown,
        });
        deed.about("approval.approve", case.id, details).write(&transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Rejects, which ends it; also after others have approved, as long as nothing is applied.
    ///
    /// # Errors
    /// When it is one's own, or is over.
    pub async fn reject(
        &self,
        case: Case<'_>,
        comment: &str,
        deed: &Deed,
    ) -> Result<Approval, AccessError> {
        self.expire_approvals().await?;
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let approval = self.open_case(&transaction, case).await?;
        check_other_eyes(&approval, case.by)?;
        decide(&transaction, case, ("rejected", Some(comment), None)).await?;
        still(u64::from(end(&transaction, case.id, ApprovalStatus::Rejected).await?))?;
        let details = json!({ "plan": approval.plan, "hash": approval.hash });
        deed.about("approval.reject", case.id, details).write(&transaction).await?;
        transaction.commit().await?;
        self.approval(case.target, case.id).await
    }

    /// Withdraws what one has asked for.
    ///
    /// # Errors
    /// When somebody else asked, or it is over.
    pub async fn cancel_approval(
        &self,
        case: Case<'_>,
        deed: &Deed,
    ) -> Result<Approval, AccessError> {
        self.expire_approvals().await?;
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let approval = self.open_case(&transaction, case).await?;
        if approval.requested_by != case.by {
            return Err(AccessError::NotRequester);
        }
        still(u64::from(end(&transaction, case.id, ApprovalStatus::Cancelled).await?))?;
        let details = json!({ "plan": approval.plan, "hash": approval.hash });
        deed.about("approval.cancel", case.id, details).write(&transaction).await?;
        transaction.commit().await?;
        self.approval(case.target, case.id).await
    }

    /// An approval that is open, and that nobody else decides about until the transaction ends.
    async fn open_case(
        &self,
        transaction: &Transaction<'_>,
        case: Case<'_>,
    ) -> Result<Approval, AccessError> {
        let plan = self.approval(case.target, case.id).await?.plan;
        locked(transaction, case.target, &plan).await?;
        let only = ApprovalFilter { id: Some(case.id), limit: 1, ..ApprovalFilter::default() };
        let found = approvals(transaction, case.target, only).await?.pop();
        let approval = found.ok_or(AccessError::UnknownApproval(case.id))?;
        if case.version.is_some_and(|version| version != approval.version) {
            return Err(AccessError::ChangedMeanwhile);
        }
        if !approval.status.is_open() {
            return Err(AccessError::ApprovalSettled(approval.status.as_str()));
        }
        Ok(approval)
    }
}

/// Four eyes: somebody else than who wants it, and nobody twice.
fn check_other_eyes(approval: &Approval, by: &str) -> Result<(), AccessError> {
    if [&approval.requested_by, &approval.planned_by].iter().any(|own| *own == by) {
        return Err(AccessError::OwnApproval);
    }
    if approval.decisions.iter().any(|decision| decision.by == by) {
        return Err(AccessError::DecidedBefore);
    }
    Ok(())
}

async fn decide(
    transaction: &Transaction<'_>,
    case: Case<'_>,
    (decision, comment, shown): (&str, Option<&str>, Option<&str>),
) -> Result<(), AccessError> {
    let decide = include_str!("../sql/approval/decide.sql");
    transaction.execute(decide, &[&case.id, &case.by, &decision, &comment, &shown]).await?;
    Ok(())
}

/// It ends by itself when its time is over, also in this very moment.
fn still(open: u64) -> Result<(), AccessError> {
    if open == 1 { Ok(()) } else { Err(AccessError::ApprovalSettled("expired")) }
}
