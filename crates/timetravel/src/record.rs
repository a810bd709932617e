use pgrecall_journal::{Journal, RecordKey, Snapshot, TrackedTable};
use pgrecall_model::Row;
use serde_json::Value;

use crate::{Boundary, TimeTravelError, as_of};

/// One record as it was at a moment in the past; `None` if there was none.
///
/// # Errors
/// When the moment lies before recording began, or when the server refuses.
pub async fn record_at(
    journal: &Journal,
    table: &TrackedTable,
    key: &RecordKey,
    boundary: &Boundary,
) -> Result<Option<Row>, TimeTravelError> {
    boundary.check(journal, table).await?;
    // Without a boundary nothing came later, and what remains is the row of today.
    let snapshot = match boundary {
        Boundary::Present => &Snapshot::ALL,
        Boundary::Past(cut) => &cut.snapshot,
    };
    let sql = as_of::record_at(table, snapshot).sql();
    let values = Value::Object(key.values.values().clone());
    let row = journal.client().query_opt(&sql, &[&key.text, &values]).await?;
    match row.map(|row| row.try_get::<_, Value>("image")).transpose()? {
        Some(Value::Object(image)) => Ok(Some(table.ordered(image))),
        _ => Ok(None),
    }
}
