use jiff::Timestamp;
use pgrecall_postgres::ServerError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{GenericClient, Row, Transaction};

use crate::plan::{locked, not_ready};
use crate::{AccessError, Control, Deed, PlanStatus};

/// How far an approval has come, or how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalStatus {
    /// Others are to decide.
    Requested,
    /// Enough have approved; the plan can be applied for a while.
    Approved,
    /// Somebody was against it.
    Rejected,
    /// Its time was over.
    Expired,
    /// Who asked for it withdrew it, or did without.
    Cancelled,
    /// Rows or the journal changed, so that the plan is another one; or who approved may not any more.
    Outdated,
    /// The plan is being applied.
    Applying,
    /// The plan was applied.
    Applied,
    /// The plan could not be applied; nothing was changed.
    Failed,
}

impl ApprovalStatus {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Requested,
        Self::Approved,
        Self::Rejected,
        Self::Expired,
        Self::Cancelled,
        Self::Outdated,
        Self::Applying,
        Self::Applied,
        Self::Failed,
    ];

    /// The word used everywhere a user sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Outdated => "outdated",
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Failed => "failed",
        }
    }

    /// Whether something can still be decided about it.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Requested | Self::Approved)
    }

    pub(crate) fn read(text: &str) -> Self {
        Self::ALL.into_iter().find(|status| status.as_str() == text).unwrap_or(Self::Failed)
    }
}

/// An approval that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewApproval<'a> {
    /// In which target.
    pub target: &'a str,
    /// Of which plan.
    pub plan: &'a str,
    /// The hash that was looked at.
    pub hash: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Who asks.
    pub requested_by: &'a str,
    /// How many must approve.
    pub approvers: i32,
    /// Whether they must show a second factor.
    pub second_factor: bool,
    /// The rules that ask for it, in words.
    pub rules: Vec<String>,
    /// For how many hours it can be decided.
    pub hours: i32,
}

/// A plan that others are to approve, or have decided about.
#[derive(Debug, Clone, PartialEq)]
pub struct Approval {
    /// Its number.
    pub id: i64,
    /// The plan.
    pub plan: String,
    /// The hash of the plan.
    pub hash: String,
    /// How far it has come.
    pub status: ApprovalStatus,
    /// Why it was asked for.
    pub reason: String,
    /// Who asked.
    pub requested_by: String,
    /// When.
    pub requested_at: Timestamp,
    /// How many must approve.
    pub approvers: i32,
    /// Whether they must show a second factor.
    pub second_factor: bool,
    /// The rules that asked for it, in words.
    pub rules: Vec<String>,
    /// Until when it can be decided; once approved, until when the plan can be applied.
    pub expires_at: Timestamp,
    /// When enough had approved.
    pub approved_at: Option<Timestamp>,
    /// When it ended.
    pub settled_at: Option<Timestamp>,
    /// Counts its changes.
    pub version: i32,
    /// Who made the plan.
    pub planned_by: String,
    /// How many rows of which tables.
    pub rows: Value,
    /// What the plan came to when it was last tried.
    pub effects: Option<Value>,
    /// The transaction in the journal, where the plan was applied.
    pub applied_tx: Option<i64>,
    /// Who decided what.
    pub decisions: Vec<ApprovalDecision>,
}

/// What somebody decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalDecision {
    /// Who.
    pub by: String,
    /// `approved` or `rejected`.
    pub decision: String,
    /// With these words.
    pub comment: Option<String>,
    /// What was shown besides being signed in.
    pub second_factor: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Whether it counts: as long as nothing is applied, who decided must still be an approver.
    pub counts: bool,
}

impl Approval {
    /// How many have approved and may still do so.
    #[must_use]
    pub fn given(&self) -> i32 {
        let given = self
            .decisions
            .iter()
            .filter(|decision| decision.decision == "approved" && decision.counts);
        i32::try_from(given.count()).unwrap_or(i32::MAX)
    }
}

/// Which approvals of a target are asked for, newest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApprovalFilter {
    /// Of this number.
    pub id: Option<i64>,
    /// That have come so far.
    pub status: Option<ApprovalStatus>,
    /// Asked for before this one.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

impl Control {
    /// Asks others to approve a plan that was previewed. The plan lives as long as its approval.
    ///
    /// # Errors
    /// When the plan is another one, or cannot be applied, or is being asked about already.
    pub async fn request_approval(
        &self,
        new: &NewApproval<'_>,
        deed: &Deed,
    ) -> Result<Approval, AccessError> {
        if new.approvers < 1 {
            return Err(AccessError::NoApprovalNeeded);
        }
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let plan = locked(&transaction, new.target, new.plan).await?;
        if plan.hash != new.hash {
            return Err(AccessError::OtherHash);
        }
        if plan.status != PlanStatus::Previewed || plan.expired {
            return Err(not_ready(&plan));
        }
        let request = include_str!("../sql/approval/request.sql");
        let rules = json!(new.rules);
        let parameters: [&(dyn ToSql + Sync); 9] = [
            &new.target,
            &new.plan,
            &new.hash,
            &new.reason,
            &new.requested_by,
            &new.approvers,
            &new.second_factor,
            &rules,
            &new.hours,
        ];
        let row = transaction.query_one(request, &parameters).await.map_err(under_way)?;
        let (id, expires_at): (i64, Timestamp) = (row.try_get("id")?, row.try_get("expires_at")?);
        let extend = include_str!("../sql/plan/extend.sql");
        transaction.execute(extend, &[&new.plan, &expires_at]).await?;
        let details = json!({ "plan": new.plan, "hash": new.hash, "approvers": new.approvers });
        deed.about("approval.request", id, details).write(&transaction).await?;
        transaction.commit().await?;
        self.approval(new.target, id).await
    }

    /// An approval of a target.
    ///
    /// # Errors
    /// When there is none of that number.
    pub async fn approval(&self, target: &str, id: i64) -> Result<Approval, AccessError> {
        let only = ApprovalFilter { id: Some(id), limit: 1, ..ApprovalFilter::default() };
        self.approvals(target, only).await?.pop().ok_or(AccessError::UnknownApproval(id))
    }

    /// Approvals of a target. Those whose time is over have ended.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn approvals(
        &self,
        target: &str,
        filter: ApprovalFilter,
    ) -> Result<Vec<Approval>, AccessError> {
        self.expire_approvals().await?;
        let database = self.database().await?;
        approvals(database.client(), target, filter).await
    }

    /// Ends approvals whose time is over; gives how many.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn expire_approvals(&self) -> Result<u64, AccessError> {
        let expire = include_str!("../sql/approval/expire.sql");
        Ok(self.database().await?.client().execute(expire, &[]).await?)
    }

    /// Ends what is under way for a plan that turned out to be another one by now.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn outdate_approval(
        &self,
        target: &str,
        plan: &str,
        deed: &Deed,
    ) -> Result<(), AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let plan = locked(&transaction, target, plan).await?;
        let Some((id, _)) = plan.approval.filter(|(_, status)| status.is_open()) else {
            return Ok(());
        };
        if end(&transaction, id, ApprovalStatus::Outdated).await? {
            let details = json!({ "plan": plan.id, "hash": plan.hash });
            deed.about("approval.outdate", id, details).write(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

pub(crate) async fn approvals(
    client: &(impl GenericClient + Sync),
    target: &str,
    filter: ApprovalFilter,
) -> Result<Vec<Approval>, AccessError> {
    let find = include_str!("../sql/approval/find.sql");
    let ApprovalFilter { id, status, before, limit } = filter;
    let status = status.map(ApprovalStatus::as_str);
    let rows = client.query(find, &[&target, &id, &status, &before, &limit]).await?;
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// Ends an approval before anything was applied; whether it was still open.
pub(crate) async fn end(
    client: &(impl GenericClient + Sync),
    id: i64,
    status: ApprovalStatus,
) -> Result<bool, AccessError> {
    let end = include_str!("../sql/approval/end.sql");
    Ok(client.execute(end, &[&id, &status.as_str()]).await? == 1)
}

/// Ends what a user had approved and nobody has applied yet, where too few are left who may approve it.
pub(crate) async fn fall_short(
    transaction: &Transaction<'_>,
    user: &str,
    deed: &Deed,
) -> Result<(), AccessError> {
    let fall_short = include_str!("../sql/approval/fall_short.sql");
    for row in transaction.query(fall_short, &[&user]).await? {
        let (id, plan, hash): (i64, String, String) =
            (row.try_get("id")?, row.try_get("plan")?, row.try_get("hash")?);
        let details = json!({ "plan": plan, "hash": hash, "approver": user });
        let outdated = deed.about("approval.outdate", id, details);
        Deed { target: row.try_get("target")?, ..outdated }.write(transaction).await?;
    }
    Ok(())
}

fn read(row: &Row) -> Result<Approval, ServerError> {
    Ok(Approval {
        id: row.try_get("id")?,
        plan: row.try_get("plan")?,
        hash: row.try_get("hash")?,
        status: ApprovalStatus::read(row.try_get("status")?),
        reason: row.try_get("reason")?,
        requested_by: row.try_get("requested_by")?,
        requested_at: row.try_get("requested_at")?,
        approvers: row.try_get("approvers")?,
        second_factor: row.try_get("second_factor")?,
        rules: words(row)?,
        expires_at: row.try_get("expires_at")?,
        approved_at: row.try_get("approved_at")?,
        settled_at: row.try_get("settled_at")?,
        version: row.try_get("version")?,
        planned_by: row.try_get("planned_by")?,
        rows: row.try_get("rows")?,
        effects: row.try_get("effects")?,
        applied_tx: row.try_get("applied_tx")?,
        decisions: serde_json::from_value(row.try_get("decisions")?)
            .map_err(ServerError::unexpected)?,
    })
}

/// The column with the rules.
pub(crate) fn words(row: &Row) -> Result<Vec<String>, ServerError> {
    serde_json::from_value(row.try_get("rules")?).map_err(ServerError::unexpected)
}

fn under_way(error: tokio_postgres::Error) -> AccessError {
    match error.code() {
        Some(&SqlState::UNIQUE_VIOLATION) => AccessError::ApprovalUnderWay,
        _ => error.into(),
    }
}
