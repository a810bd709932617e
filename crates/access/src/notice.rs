use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{AccessError, Control};

/// What there are notices of. Who may get them stands in `sql/schema/topic.sql`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Topic {
    /// Somebody asks for an approval.
    #[serde(rename = "approval.asked")]
    ApprovalAsked,
    /// An approval was given, refused or taken back.
    #[serde(rename = "approval.decided")]
    ApprovalDecided,
    /// Nobody decided in time.
    #[serde(rename = "approval.expired")]
    ApprovalExpired,
    /// Changes were taken back.
    #[serde(rename = "undo.applied")]
    UndoApplied,
    /// Changes could not be taken back.
    #[serde(rename = "undo.failed")]
    UndoFailed,
    /// Somebody did without an approval.
    #[serde(rename = "break_glass")]
    BreakGlass,
    /// A review of what was done without an approval is soon due.
    #[serde(rename = "review.due")]
    ReviewDue,
    /// Somebody signed in from where they never did.
    #[serde(rename = "sign_in.new_place")]
    SignInNewPlace,
    /// Somebody changed very much.
    #[serde(rename = "bulk_change")]
    BulkChange,
    /// Changes may be missing from the journal.
    #[serde(rename = "gap")]
    Gap,
    /// Somebody tries whether a channel works.
    #[serde(rename = "test")]
    Test,
}

impl Topic {
    /// All topics.
    pub const ALL: [Self; 11] = [
        Self::ApprovalAsked,
        Self::ApprovalDecided,
        Self::ApprovalExpired,
        Self::UndoApplied,
        Self::UndoFailed,
        Self::BreakGlass,
        Self::ReviewDue,
        Self::SignInNewPlace,
        Self::BulkChange,
        Self::Gap,
        Self::Test,
    ];

    /// The word used everywhere a user sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApprovalAsked => "approval.asked",
            Self::ApprovalDecided => "approval.decided",
            Self::ApprovalExpired => "approval.expired",
            Self::UndoApplied => "undo.applied",
            Self::UndoFailed => "undo.failed",
            Self::BreakGlass => "break_glass",
            Self::ReviewDue => "review.due",
            Self::SignInNewPlace => "sign_in.new_place",
            Self::BulkChange => "bulk_change",
            Self::Gap => "gap",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Topic {
    type Err = UnknownTopic;

    fn from_str(text: &str) -> Result<Self, UnknownTopic> {
        let found = Self::ALL.into_iter().find(|topic| topic.as_str() == text);
        found.ok_or_else(|| UnknownTopic(text.to_owned()))
    }
}

/// A text that names no topic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no topic of notices", .0.escape_debug())]
pub struct UnknownTopic(pub String);

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Its number.
    pub id: i64,
    /// Of what it is.
    pub topic: Topic,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Option<String>,
    /// In which target.
    pub target: Option<String>,
    /// For which tenant.
    pub tenant: Option<String>,
    /// To what.
    pub subject: Option<String>,
    /// What else there is to know; never values of rows.
    pub details: Value,
}

/// A channel, as far as it matters who gets what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Route {
    /// Its name.
    pub name: String,
    /// What it is told; everything without it.
    pub topics: Option<Vec<Topic>>,
    /// Of which targets it is told; of everything without it.
    pub targets: Option<Vec<String>>,
    /// Its mail addresses; one empty text where it has one receiver.
    pub recipients: Vec<String>,
}

impl Control {
    /// Makes notices of reviews that are soon due; gives how many.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn note_due_reviews(&self) -> Result<u64, AccessError> {
        let note = include_str!("../sql/notice/reviews_due.sql");
        Ok(self.database().await?.client().execute(note, &[]).await?)
    }

    /// Makes the deliveries of notices that have none yet: to channels, and to users if mail can be
    /// sent. Gives for how many notices; there may be more.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn route_notices(
        &self,
        channels: &[Route],
        by_mail: bool,
    ) -> Result<u64, AccessError> {
        let channels =
            serde_json::to_value(channels).map_err(pgrecall_postgres::ServerError::unexpected)?;
        let route = include_str!("../sql/notice/route.sql");
        let database = self.database().await?;
        Ok(database.client().execute(route, &[&channels, &by_mail]).await?)
    }
}

pub(crate) fn read(row: &tokio_postgres::Row) -> Result<Notice, pgrecall_postgres::ServerError> {
    let topic: String = row.try_get("topic")?;
    Ok(Notice {
        id: row.try_get("notice")?,
        topic: topic.parse().map_err(pgrecall_postgres::ServerError::unexpected)?,
        at: row.try_get("at")?,
        actor: row.try_get("actor")?,
        target: row.try_get("target")?,
        tenant: row.try_get("tenant")?,
        subject: row.try_get("subject")?,
        details: row.try_get("details")?,
    })
}
