//! A table that was dropped, made anew from the journal.

use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::{Ident, Moment, RelationName, TxId};
use pgrecall_postgres::Template;
use pgrecall_timetravel::{Terms, TimeTravelError, Warning, at_with, table_at};
use serde_json::json;

use crate::UndoError;

/// What of a table the journal never knows, and so is not made anew.
pub const NOT_KNOWN: &str = "defaults, NOT NULL outside of the key, identity and generated columns, \
    foreign keys and other constraints, further indexes, triggers, policies, rights, comments, \
    partitions";

/// A table as it would be made anew.
#[derive(Debug, Clone, PartialEq)]
pub struct Rebuild {
    /// Its name of then.
    pub table: RelationName,
    /// Its columns of then, each with its type.
    pub columns: Vec<(Ident, String)>,
    /// What becomes its primary key.
    pub key: Vec<Ident>,
    /// How many rows it had.
    pub rows: u64,
    /// What is not certain about them.
    pub warnings: Vec<Warning>,
    query: String,
}

/// Finds out what the journal can make of a table that is gone. Nothing is changed.
///
/// # Errors
/// When the table was not there at the moment, or when the journal does not know all of its rows.
pub async fn plan_rebuild(
    journal: &mut Journal,
    table: &TrackedTable,
    to: &Moment,
) -> Result<Rebuild, UndoError> {
    let then = table_at(journal, table, to.clone()).await?;
    let terms = Terms { from_journal: true, ..Terms::default() };
    let all = Template::new("SELECT * FROM {table}").with("table", &then.name).sql();
    let past = at_with(journal, to.clone(), &all, terms).await.map_err(as_dropped)?;
    let count = Template::new("SELECT count(*) FROM {table}").with("table", &then.name).sql();
    let count = at_with(journal, to.clone(), &count, terms).await?.rows(journal).await?;
    let count = count.rows.into_iter().flatten().flatten().next();
    let is_there = |name: &Ident| then.columns.iter().any(|(column, _)| column == name);
    let has_key = table.relation.key.iter().all(is_there);
    Ok(Rebuild {
        table: then.name.clone(),
        key: if has_key { table.relation.key.clone() } else { Vec::new() },
        columns: then.columns,
        rows: count.and_then(|count| count.parse().ok()).unwrap_or_default(),
        query: past.sql().to_owned(),
        warnings: past.warnings,
    })
}

/// Makes the table anew and puts its rows into it, as one transaction.
///
/// # Errors
/// When something goes by its name again, or when the server refuses. Nothing is changed then.
pub async fn rebuild(
    journal: &mut Journal,
    rebuild: &Rebuild,
    reason: Option<&str>,
) -> Result<TxId, UndoError> {
    let context = json!({ "actor": journal.actor(), "reason": reason });
    // Not as what pgRecall does for itself: the table is to be recorded, where a pattern fits.
    let transaction = journal.client_mut().transaction().await?;
    transaction.execute(include_str!("../sql/set_context.sql"), &[&context]).await?;
    let begun = transaction.query_one(include_str!("../sql/rebuild_begin.sql"), &[]).await?;
    transaction.batch_execute(&rebuild.create().sql()).await?;
    let fill = Template::new(include_str!("../sql/rebuild_fill.sql"))
        .with("table", &rebuild.table)
        .with_all("names", rebuild.columns.iter().map(|(name, _)| name.clone()), ", ")
        .with_checked_sql("rows", &rebuild.query);
    transaction.execute(&fill.sql(), &[]).await?;
    transaction.commit().await?;
    Ok(TxId(begun.try_get("tx")?))
}

impl Rebuild {
    /// The statement that makes the table.
    #[must_use]
    pub fn create(&self) -> Template {
        let columns = self.columns.iter().map(|(name, type_name)| {
            Template::new("{name} {type}").with("name", name).with_checked_sql("type", type_name)
        });
        let key = Template::new("PRIMARY KEY ({key})").with_all("key", self.key.clone(), ", ");
        let key = (!self.key.is_empty()).then_some(key);
        Template::new(include_str!("../sql/rebuild_create.sql"))
            .with("table", &self.table)
            .with_all("columns", columns.chain(key), ",\n  ")
    }
}

/// Of a table that is gone there is no baseline to be taken any more.
fn as_dropped(error: TimeTravelError) -> UndoError {
    match error {
        TimeTravelError::NoBaseline(table) => TimeTravelError::Dropped(table).into(),
        error => error.into(),
    }
}
