use jiff::Timestamp;
use pgrecall_postgres::ServerError;
use serde_json::{Value, json};
use tokio_postgres::{Row, Transaction};

use crate::approval::words;
use crate::{AccessError, Claim, Control, Deed};

/// An undo that was applied without the approval that the rules ask for, and who looked at it
/// afterwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// Its number.
    pub id: i64,
    /// The plan.
    pub plan: String,
    /// How many rows of which tables.
    pub rows: Value,
    /// How far the plan has come.
    pub plan_status: String,
    /// The transaction in the journal, where the plan was applied.
    pub applied_tx: Option<i64>,
    /// Who applied it.
    pub used_by: String,
    /// When.
    pub used_at: Timestamp,
    /// Why.
    pub reason: String,
    /// The rules that asked for an approval, in words.
    pub rules: Vec<String>,
    /// Until when somebody should have looked at it.
    pub due_at: Timestamp,
    /// Whether nobody has.
    pub overdue: bool,
    /// Who looked at it.
    pub closed_by: Option<String>,
    /// When.
    pub closed_at: Option<Timestamp>,
    /// What they say.
    pub comment: Option<String>,
}

/// Which reviews of a target are asked for, newest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReviewFilter {
    /// Of this number.
    pub id: Option<i64>,
    /// Those that are open, or those that are not.
    pub open: Option<bool>,
    /// Opened before this one.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

impl Control {
    /// Reviews of a target.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn reviews(
        &self,
        target: &str,
        filter: ReviewFilter,
    ) -> Result<Vec<Review>, AccessError> {
        let find = include_str!("../sql/review/find.sql");
        let ReviewFilter { id, open, before, limit } = filter;
        let database = self.database().await?;
        let rows = database.client().query(find, &[&target, &id, &open, &before, &limit]).await?;
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }

    /// Closes a review.
    ///
    /// # Errors
    /// When there is none of that number, it is closed, or is about what the same user did.
    pub async fn close_review(
        &self,
        (target, id): (&str, i64),
        (by, comment): (&str, &str),
        deed: &Deed,
    ) -> Result<Review, AccessError> {
        let review = self.review(target, id).await?;
        if review.used_by == by {
            return Err(AccessError::OwnReview);
        }
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let close = include_str!("../sql/review/close.sql");
        if transaction.execute(close, &[&id, &by, &comment]).await? == 0 {
            return Err(AccessError::ReviewClosed);
        }
        let details = json!({ "plan": review.plan, "used_by": review.used_by });
        deed.about("break_glass.review", id, details).write(&transaction).await?;
        transaction.commit().await?;
        self.review(target, id).await
    }

    async fn review(&self, target: &str, id: i64) -> Result<Review, AccessError> {
        let only = ReviewFilter { id: Some(id), limit: 1, ..ReviewFilter::default() };
        self.reviews(target, only).await?.pop().ok_or(AccessError::UnknownReview(id))
    }
}

/// Opens the review of what is about to be applied; gives its number.
pub(crate) async fn open_review(
    transaction: &Transaction<'_>,
    claim: &Claim<'_>,
    days: i32,
) -> Result<i64, AccessError> {
    let overdue = include_str!("../sql/review/overdue.sql");
    if transaction.query_one(overdue, &[&claim.user]).await?.try_get("overdue")? {
        return Err(AccessError::ReviewOverdue);
    }
    let open = include_str!("../sql/review/open.sql");
    let (target, plan, user, reason) = (claim.target, claim.plan, claim.user, claim.reason);
    let rules = json!(claim.needs.rules);
    let row = transaction.query_one(open, &[&target, &plan, &user, &reason, &rules, &days]).await?;
    Ok(row.try_get("id")?)
}

fn read(row: &Row) -> Result<Review, ServerError> {
    Ok(Review {
        id: row.try_get("id")?,
        plan: row.try_get("plan")?,
        rows: row.try_get("rows")?,
        plan_status: row.try_get("plan_status")?,
        applied_tx: row.try_get("applied_tx")?,
        used_by: row.try_get("used_by")?,
        used_at: row.try_get("used_at")?,
        reason: row.try_get("reason")?,
        rules: words(row)?,
        due_at: row.try_get("due_at")?,
        overdue: row.try_get("overdue")?,
        closed_by: row.try_get("closed_by")?,
        closed_at: row.try_get("closed_at")?,
        comment: row.try_get("comment")?,
    })
}
