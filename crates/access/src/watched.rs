use jiff::Timestamp;
use serde_json::Value;
use tokio_postgres::types::ToSql;

use crate::{AccessError, Control, Topic};

/// How far the journal of a target was watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watched {
    /// Gaps up to this number are no news.
    pub gap: i64,
    /// When bulk changes were last looked for, by the clock of the target.
    pub bulk_at: Timestamp,
}

/// Something that happened in a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// The target.
    pub target: String,
    /// Who is behind it.
    pub actor: Option<String>,
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// What else there is to know; never values of rows.
    pub details: Value,
}

impl Control {
    /// How far a target was watched; at the first look, up to what is given.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn watched(&self, target: &str, now: Watched) -> Result<Watched, AccessError> {
        let begin = include_str!("../sql/watched/begin.sql");
        let database = self.database().await?;
        let row = database.client().query_one(begin, &[&target, &now.gap, &now.bulk_at]).await?;
        Ok(Watched { gap: row.try_get("gap")?, bulk_at: row.try_get("bulk_at")? })
    }

    /// Makes a notice of a gap, once for each `key`. Gives whether it is news.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn note_gap(&self, key: &str, gap: &Happening) -> Result<bool, AccessError> {
        let add = include_str!("../sql/notice/add.sql");
        let event = format!("gap:{}:{key}", gap.target);
        let topic = Topic::Gap.as_str();
        let parameters: [&(dyn ToSql + Sync); 6] =
            [&event, &topic, &gap.from, &gap.actor, &gap.target, &gap.details];
        Ok(self.database().await?.client().execute(add, &parameters).await? > 0)
    }

    /// Makes a notice of a stretch of very many changes, once for each stretch, however many looks
    /// see a part of it. Gives whether it is news.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn note_bulk(&self, who: &str, bulk: &Happening) -> Result<bool, AccessError> {
        let note = include_str!("../sql/watched/bulk.sql");
        let Happening { target, actor, from, until, details } = bulk;
        let parameters: [&(dyn ToSql + Sync); 6] = [target, &who, from, until, actor, details];
        Ok(self.database().await?.client().execute(note, &parameters).await? > 0)
    }

    /// Notes when bulk changes of a target were looked for.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn looked_for_bulk(&self, target: &str, at: Timestamp) -> Result<(), AccessError> {
        let looked = include_str!("../sql/watched/looked.sql");
        self.database().await?.client().execute(looked, &[&target, &at]).await?;
        Ok(())
    }
}
