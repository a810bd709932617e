//! A plan on its way to being applied: who may take it, and what became of it.

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio_postgres::Transaction;

use crate::approval::{approvals, end};
use crate::plan::{locked, not_ready};
use crate::review::open_review;
use crate::{
    AccessError, Approval, ApprovalFilter, ApprovalStatus, Control, Deed, KeptPlan, PlanStatus,
    Shown,
};

/// How long a plan may be on its way without anybody who is at it, in seconds.
const ABANDONED_SECONDS: f64 = 300.0;

/// Who wants to apply a plan, and what speaks for it.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// In which target.
    pub target: &'a str,
    /// The plan.
    pub plan: &'a str,
    /// Which version of it was seen, if that matters.
    pub version: Option<i32>,
    /// Who.
    pub user: &'a str,
    /// The idempotency key.
    pub key: &'a str,
    /// Why.
    pub reason: &'a str,
    /// What the rules ask for at this moment.
    pub needs: Asked<'a>,
    /// For how many days the review may wait, where it is to be applied without the approval.
    pub break_glass: Option<i32>,
    /// The second factor.
    pub shown: Shown<'a>,
}

/// What rules ask for before a plan is applied.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// How many must have approved; none for nobody.
    pub approvers: i32,
    /// Whether a second factor must be shown.
    pub second_factor: bool,
    /// The rules, in words.
    pub rules: &'a [String],
}

/// What somebody got who wanted to apply a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// The plan, to apply it.
    Fresh,
    /// The plan that a server was killed over, which began at this time.
    Resumed(Timestamp),
    /// Nothing: it was applied with this key.
    Done,
}

/// What became of a plan that was to be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It was applied, in this transaction of the journal if anything had to be done.
    Applied(Option<i64>),
    /// It is another plan by now; nothing was done.
    Outdated,
    /// Others held locks for too long; nothing was done, and it may be tried again as it is.
    Held,
    /// Nothing was done.
    Failed,
}

impl Control {
    /// Takes a plan to apply it: of several who want to, one gets it. Who takes it with the same key
    /// again takes it over from a server that was killed, and must have made sure that it was.
    ///
    /// # Errors
    /// When it is over, was not tried, is not approved as the rules ask, or somebody else has it; when
    /// the second factor is missing or wrong.
    pub async fn claim_plan(&self, claim: &Claim<'_>, deed: &Deed) -> Result<Claimed, AccessError> {
        self.expire_approvals().await?;
        let done = self.claim_at_once(claim, deed).await;
        self.counted(claim.shown, done).await
    }

    async fn claim_at_once(&self, claim: &Claim<'_>, deed: &Deed) -> Result<Claimed, AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let plan = locked(&transaction, claim.target, claim.plan).await?;
        let is_same = plan.apply_key.as_deref() == Some(claim.key)
            && plan.claimed_by.as_deref() == Some(claim.user);
        match (plan.status, plan.claimed_at) {
            (PlanStatus::Applied, _) if is_same => return Ok(Claimed::Done),
            (PlanStatus::Applying, Some(since)) if is_same => return Ok(Claimed::Resumed(since)),
            (PlanStatus::Previewed, _) if !plan.expired => {}
            _ => return Err(not_ready(&plan)),
        }
        if claim.version.is_some_and(|version| version != plan.version) {
            return Err(AccessError::ChangedMeanwhile);
        }
        match claim.break_glass {
            Some(days) => break_glass(&transaction, (claim, days), &plan, deed).await?,
            None => use_approval(&transaction, claim, &plan).await?,
        }
        let take = include_str!("../sql/plan/claim.sql");
        transaction.execute(take, &[&plan.id, &claim.user, &claim.key, &claim.reason]).await?;
        transaction.commit().await?;
        Ok(Claimed::Fresh)
    }

    /// Notes what became of a plan that was to be applied, if nobody has noted it yet.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn settle_plan(
        &self,
        plan: &str,
        settled: Settled,
        deed: &Deed,
    ) -> Result<(), AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let (became, tx, status) = match settled {
            Settled::Applied(tx) => (PlanStatus::Applied, tx, ApprovalStatus::Applied),
            Settled::Outdated => (PlanStatus::Failed, None, ApprovalStatus::Outdated),
            Settled::Held => (PlanStatus::Previewed, None, ApprovalStatus::Approved),
            Settled::Failed => (PlanStatus::Failed, None, ApprovalStatus::Failed),
        };
        let finish = include_str!("../sql/plan/finish.sql");
        if transaction.execute(finish, &[&plan, &became.as_str(), &tx]).await? == 1 {
            let finish = include_str!("../sql/approval/finish.sql");
            transaction.execute(finish, &[&plan, &status.as_str()]).await?;
            deed.write(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// The plans of a target that somebody began to apply a while ago, and may have left.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn abandoned_plans(&self, target: &str) -> Result<Vec<String>, AccessError> {
        let abandoned = include_str!("../sql/plan/abandoned.sql");
        let database = self.database().await?;
        let rows = database.client().query(abandoned, &[&target, &ABANDONED_SECONDS]).await?;
        Ok(rows.iter().map(|row| row.try_get("id")).collect::<Result<_, _>>()?)
    }
}

/// Applies with the approval that the rules ask for.
async fn use_approval(
    transaction: &Transaction<'_>,
    claim: &Claim<'_>,
    plan: &KeptPlan,
) -> Result<(), AccessError> {
    let needed = claim.needs.approvers;
    let Some(approval) = under_way(transaction, claim, plan).await? else {
        return match needed {
            0 => Ok(()),
            needed => Err(AccessError::NeedsApproval { needed, given: 0 }),
        };
    };
    // What others were asked about is not applied before they have answered, needed or not.
    let (needed, given) = (needed.max(approval.approvers), approval.given());
    if approval.status != ApprovalStatus::Approved || given < needed {
        return Err(AccessError::NeedsApproval { needed, given });
    }
    if approval.hash != plan.hash {
        return Err(AccessError::OtherHash);
    }
    if approval.second_factor || claim.needs.second_factor {
        claim.shown.demand(transaction).await?;
    }
    let begin = include_str!("../sql/approval/begin.sql");
    match transaction.execute(begin, &[&approval.id]).await? {
        1 => Ok(()),
        _ => Err(AccessError::ApprovalSettled("expired")),
    }
}

/// Applies without it, to be looked at by somebody else afterwards.
async fn break_glass(
    transaction: &Transaction<'_>,
    (claim, days): (&Claim<'_>, i32),
    plan: &KeptPlan,
    deed: &Deed,
) -> Result<(), AccessError> {
    if claim.needs.approvers == 0 {
        return Err(AccessError::NoApprovalNeeded);
    }
    let shown = claim.shown.demand(transaction).await?;
    if let Some(approval) = under_way(transaction, claim, plan).await?
        && end(transaction, approval.id, ApprovalStatus::Cancelled).await?
    {
        let details = json!({ "plan": plan.id, "hash": plan.hash, "break_glass": true });
        deed.about("approval.cancel", approval.id, details).write(transaction).await?;
    }
    let review = open_review(transaction, claim, days).await?;
    let details = json!({ "hash": plan.hash, "review": review, "second_factor": shown });
    deed.about("break_glass.use", &plan.id, details).write(transaction).await
}

/// The approval of a plan that nobody has ended.
async fn under_way(
    transaction: &Transaction<'_>,
    claim: &Claim<'_>,
    plan: &KeptPlan,
) -> Result<Option<Approval>, AccessError> {
    let Some((id, _)) = plan.approval.filter(|(_, status)| status.is_open()) else {
        return Ok(None);
    };
    let only = ApprovalFilter { id: Some(id), limit: 1, ..ApprovalFilter::default() };
    Ok(approvals(transaction, claim.target, only).await?.pop())
}

impl Settled {
    /// What the log says about it.
    #[must_use]
    pub fn details(self, hash: &str) -> Value {
        match self {
            Self::Applied(tx) => json!({ "hash": hash, "tx": tx }),
            Self::Outdated | Self::Held | Self::Failed => json!({ "hash": hash }),
        }
    }
}
