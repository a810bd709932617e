use jiff::Timestamp;
use pgrecall_journal::Journal;
use pgrecall_model::TxId;

use crate::UndoError;

/// The undo that carried out a plan with this hash since a time, where there was one: who was
/// interrupted between the deed and its own note of it finds out so.
///
/// # Errors
/// When the server refuses or is gone.
pub async fn carried_out(
    journal: &Journal,
    hash: &str,
    since: Timestamp,
) -> Result<Option<TxId>, UndoError> {
    let sql = include_str!("../sql/carried_out.sql");
    let row = journal.client().query_opt(sql, &[&hash, &since]).await?;
    Ok(row.map(|row| row.try_get("tx")).transpose()?.map(TxId))
}
