use jiff::Timestamp;
use pgrecall_postgres::ServerError;
use serde_json::Value;
use tokio_postgres::{Row, Transaction};

use crate::secret::random_hex;
use crate::{AccessError, ApprovalStatus, Control};

/// A plan that is to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPlan {
    /// Of which target.
    pub target: String,
    /// Its hash.
    pub hash: String,
    /// What makes it again.
    pub request: Value,
    /// How many rows of which tables.
    pub rows: Value,
    /// How much stands in its way.
    pub conflicts: i32,
    /// Who made it.
    pub created_by: String,
    /// For how many minutes it is good.
    pub minutes: i32,
}

/// A plan that was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptPlan {
    /// Its name.
    pub id: String,
    /// Its hash.
    pub hash: String,
    /// What makes it again.
    pub request: Value,
    /// How many rows of which tables.
    pub rows: Value,
    /// How much stands in its way.
    pub conflicts: i32,
    /// What it came to when it was last tried.
    pub effects: Option<Value>,
    /// Why it was applied.
    pub reason: Option<String>,
    /// How far it has come.
    pub status: PlanStatus,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Until when it can be applied.
    pub expires_at: Timestamp,
    /// Whether that is over.
    pub expired: bool,
    /// Who applies or applied it.
    pub claimed_by: Option<String>,
    /// Since when.
    pub claimed_at: Option<Timestamp>,
    /// The idempotency key with which it is or was applied.
    pub apply_key: Option<String>,
    /// When it was applied.
    pub applied_at: Option<Timestamp>,
    /// Its transaction in the journal.
    pub applied_tx: Option<i64>,
    /// Counts its changes.
    pub version: i32,
    /// Its latest approval, and how far that has come.
    pub approval: Option<(i64, ApprovalStatus)>,
}

/// Which plans of a target are asked for, newest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlanFilter<'a> {
    /// Of this name.
    pub id: Option<&'a str>,
    /// Made by this user.
    pub created_by: Option<&'a str>,
    /// Made before this one.
    pub before: Option<&'a str>,
    /// At most so many.
    pub limit: i64,
}

/// How far a plan has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanStatus {
    /// It was made.
    Planned,
    /// It was tried, and rolled back.
    Previewed,
    /// It is being applied.
    Applying,
    /// It was applied.
    Applied,
    /// It could not be applied; nothing was changed.
    Failed,
}

impl PlanStatus {
    /// The word used everywhere a user sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Previewed => "previewed",
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Failed => "failed",
        }
    }

    fn read(text: &str) -> Self {
        let all = [Self::Planned, Self::Previewed, Self::Applying, Self::Applied];
        all.into_iter().find(|status| status.as_str() == text).unwrap_or(Self::Failed)
    }
}

impl Control {
    /// Keeps a plan.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn keep_plan(&self, plan: NewPlan) -> Result<KeptPlan, AccessError> {
        let id = random_hex::<12>()?;
        let keep = include_str!("../sql/plan/keep.sql");
        let NewPlan { target, hash, request, rows, conflicts, created_by, minutes } = &plan;
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 8] =
            [&id, target, hash, request, rows, conflicts, created_by, minutes];
        self.database().await?.client().execute(keep, &parameters).await?;
        self.plan(&plan.target, &id).await
    }

    /// A plan of a target.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn plan(&self, target: &str, id: &str) -> Result<KeptPlan, AccessError> {
        let only = PlanFilter { id: Some(id), limit: 1, ..PlanFilter::default() };
        let found = self.plans(target, only).await?.pop();
        found.ok_or_else(|| AccessError::UnknownPlan(id.to_owned()))
    }

    /// Plans of a target.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn plans(
        &self,
        target: &str,
        filter: PlanFilter<'_>,
    ) -> Result<Vec<KeptPlan>, AccessError> {
        let find = include_str!("../sql/plan/find.sql");
        let PlanFilter { id, created_by, before, limit } = filter;
        let database = self.database().await?;
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
            [&target, &id, &created_by, &before, &limit];
        let rows = database.client().query(find, &parameters).await?;
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }

    /// Notes that a plan was tried, with just this hash, and what it came to.
    ///
    /// # Errors
    /// When it is over, or is applied.
    pub async fn plan_previewed(
        &self,
        plan: &KeptPlan,
        effects: &Value,
    ) -> Result<(), AccessError> {
        let previewed = include_str!("../sql/plan/previewed.sql");
        let database = self.database().await?;
        match database.client().execute(previewed, &[&plan.id, &plan.hash, &effects]).await? {
            1 => Ok(()),
            _ => Err(not_ready(plan)),
        }
    }
}

/// A plan that nothing else happens to until the transaction ends.
pub(crate) async fn locked(
    transaction: &Transaction<'_>,
    target: &str,
    id: &str,
) -> Result<KeptPlan, AccessError> {
    transaction.execute(include_str!("../sql/plan/lock.sql"), &[&target, &id]).await?;
    let find = include_str!("../sql/plan/find.sql");
    let none: Option<&str> = None;
    let row = transaction.query_opt(find, &[&target, &id, &none, &none, &1_i64]).await?;
    Ok(read(&row.ok_or_else(|| AccessError::UnknownPlan(id.to_owned()))?)?)
}

fn read(row: &Row) -> Result<KeptPlan, ServerError> {
    let approval: Option<i64> = row.try_get("approval")?;
    let status: Option<&str> = row.try_get("approval_status")?;
    Ok(KeptPlan {
        id: row.try_get("id")?,
        hash: row.try_get("hash")?,
        request: row.try_get("request")?,
        rows: row.try_get("rows")?,
        conflicts: row.try_get("conflicts")?,
        effects: row.try_get("effects")?,
        reason: row.try_get("reason")?,
        status: PlanStatus::read(row.try_get("status")?),
        created_by: row.try_get("created_by")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        expired: row.try_get("expired")?,
        claimed_by: row.try_get("claimed_by")?,
        claimed_at: row.try_get("claimed_at")?,
        apply_key: row.try_get("apply_key")?,
        applied_at: row.try_get("applied_at")?,
        applied_tx: row.try_get("applied_tx")?,
        version: row.try_get("version")?,
        approval: approval.zip(status.map(ApprovalStatus::read)),
    })
}

pub(crate) fn not_ready(plan: &KeptPlan) -> AccessError {
    AccessError::PlanNotReady(match plan.status {
        PlanStatus::Planned | PlanStatus::Previewed if plan.expired => "expired",
        PlanStatus::Planned => "not previewed",
        status => status.as_str(),
    })
}
