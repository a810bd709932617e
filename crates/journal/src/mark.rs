use jiff::Timestamp;
use pgrecall_model::{MarkName, TickId};
use pgrecall_postgres::ServerError;
use tokio_postgres::error::SqlState;

use crate::{Journal, JournalError};

/// A moment with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Its name.
    pub name: MarkName,
    /// The moment.
    pub tick: TickId,
    /// When that was.
    pub at: Timestamp,
    /// Why it was marked.
    pub reason: Option<String>,
    /// The application's user who marked it.
    pub actor: Option<String>,
    /// The database user that did.
    pub database_user: String,
}

impl Journal {
    /// Gives this moment a name: see `recall.mark()`.
    ///
    /// # Errors
    /// When the name is taken or fits several, or when the connected user may not do it.
    pub async fn mark(
        &mut self,
        name: &MarkName,
        reason: Option<&str>,
    ) -> Result<TickId, JournalError> {
        if name.is_pattern() {
            return Err(JournalError::MarkPattern(name.clone()));
        }
        let actor = self.actor().map(str::to_owned);
        let transaction = self.begin().await?;
        let context = serde_json::json!({ "actor": actor });
        transaction.execute(include_str!("../sql/track/set_context.sql"), &[&context]).await?;
        let sql = include_str!("../sql/tick/mark.sql");
        let marked = transaction.query_one(sql, &[&name.as_str(), &reason]).await;
        let row = match marked.map_err(ServerError::from) {
            Ok(row) => row,
            Err(error) if error.sqlstate() == Some(&SqlState::DUPLICATE_OBJECT) => {
                return Err(JournalError::MarkTaken(name.clone()));
            }
            Err(error) => return Err(error.into()),
        };
        transaction.commit().await?;
        Ok(TickId(row.try_get("tick")?))
    }

    /// The marks that a name or pattern fits, newest first; all of them without one.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn marks(&self, name: Option<&MarkName>) -> Result<Vec<Mark>, JournalError> {
        let pattern = name.map_or_else(|| "%".to_owned(), like);
        let rows = self.client().query(include_str!("../sql/tick/marks.sql"), &[&pattern]).await?;
        rows.iter()
            .map(|row| {
                let name: String = row.try_get("name")?;
                Ok(Mark {
                    name: MarkName::new(name).map_err(ServerError::unexpected)?,
                    tick: TickId(row.try_get("tick")?),
                    at: row.try_get("at")?,
                    reason: row.try_get("reason")?,
                    actor: row.try_get("actor")?,
                    database_user: row.try_get("database_user")?,
                })
            })
            .collect()
    }

    /// The newest mark that a name or pattern fits.
    ///
    /// # Errors
    /// When there is none.
    pub async fn mark_named(&self, name: &MarkName) -> Result<Mark, JournalError> {
        let newest = self.marks(Some(name)).await?.into_iter().next();
        newest.ok_or_else(|| JournalError::UnknownMark(name.clone()))
    }

    /// Takes the name of a moment away.
    ///
    /// # Errors
    /// When there is none of that name, or when the connected user may not do it.
    pub async fn unmark(&self, name: &MarkName) -> Result<(), JournalError> {
        let sql = include_str!("../sql/tick/unmark.sql");
        let row = self.client().query_one(sql, &[&name.as_str()]).await?;
        if row.try_get("was_there")? {
            Ok(())
        } else {
            Err(JournalError::UnknownMark(name.clone()))
        }
    }
}

/// The pattern as the server's LIKE reads it.
fn like(name: &MarkName) -> String {
    let mut pattern = String::new();
    for letter in name.as_str().chars() {
        match letter {
            '*' => pattern.push('%'),
            '%' | '_' | '\\' => pattern.extend(['\\', letter]),
            other => pattern.push(other),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_star_stands_for_anything() {
        let name = MarkName::new(r"50%_off\*").unwrap();
        assert_eq!(like(&name), r"50\%\_off\\%");
    }
}
