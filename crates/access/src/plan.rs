use jiff::Timestamp;
use serde_json::Value;

use crate::secret::random_hex;
use crate::{AccessError, Control};

/// After how many seconds a claim is taken to be of a server that was killed.
const STALE_SECONDS: f64 = 300.0;

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
        self.database().await?.client().query_one(keep, &parameters).await?;
        self.plan(&plan.target, &id).await
    }

    /// A plan of a target.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn plan(&self, target: &str, id: &str) -> Result<KeptPlan, AccessError> {
        let get = include_str!("../sql/plan/get.sql");
        let row = self.database().await?.client().query_opt(get, &[&target, &id]).await?;
        let row = row.ok_or_else(|| AccessError::UnknownPlan(id.to_owned()))?;
        Ok(KeptPlan {
            id: row.try_get("id")?,
            hash: row.try_get("hash")?,
            request: row.try_get("request")?,
            rows: row.try_get("rows")?,
            conflicts: row.try_get("conflicts")?,
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
        })
    }

    /// Notes that a plan was tried, with just this hash.
    ///
    /// # Errors
    /// When it is over, or is applied.
    pub async fn plan_previewed(&self, plan: &KeptPlan) -> Result<(), AccessError> {
        let previewed = include_str!("../sql/plan/previewed.sql");
        let database = self.database().await?;
        match database.client().execute(previewed, &[&plan.id, &plan.hash]).await? {
            1 => Ok(()),
            _ => Err(not_ready(plan)),
        }
    }

    /// Takes a plan to apply it: of several who want to, one gets it. The same key may take it again
    /// from a server that was killed. Gives when it was taken.
    ///
    /// # Errors
    /// When it is over, was not tried, or somebody else has it.
    pub async fn claim_plan(
        &self,
        plan: &KeptPlan,
        (user, key): (&str, &str),
        reason: &str,
    ) -> Result<Timestamp, AccessError> {
        let claim = include_str!("../sql/plan/claim.sql");
        let database = self.database().await?;
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
            [&plan.id, &user, &key, &reason, &STALE_SECONDS];
        let row = database.client().query_opt(claim, &parameters).await?;
        Ok(row.ok_or_else(|| not_ready(plan))?.try_get("claimed_at")?)
    }

    /// Notes that a plan was applied.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn plan_applied(&self, plan: &str, tx: Option<i64>) -> Result<(), AccessError> {
        let finish = include_str!("../sql/plan/finish.sql");
        self.database().await?.client().execute(finish, &[&plan, &tx]).await?;
        Ok(())
    }

    /// Notes that a plan could not be applied.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn plan_failed(&self, plan: &str) -> Result<(), AccessError> {
        let fail = include_str!("../sql/plan/fail.sql");
        self.database().await?.client().execute(fail, &[&plan]).await?;
        Ok(())
    }
}

fn not_ready(plan: &KeptPlan) -> AccessError {
    AccessError::PlanNotReady(match plan.status {
        PlanStatus::Planned | PlanStatus::Previewed if plan.expired => "expired",
        PlanStatus::Planned => "not previewed",
        status => status.as_str(),
    })
}
