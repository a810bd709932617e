//! How much of each table a plan changes.

use std::collections::{BTreeMap, BTreeSet};

use pgrecall_journal::{Extent, Journal, TrackedTable};
use pgrecall_model::{Action, Ident, RelationName};
use pgrecall_postgres::{Quoted, ServerError, Template};

use crate::steps::Batch;
use crate::{Prepared, UndoError};

impl Prepared {
    /// How much of each of its tables the plan changes: of a table of which rows come or go, all of it,
    /// else the columns that updates change. What the server computes changes with every update, as far
    /// as is known here.
    ///
    /// # Errors
    /// When another plan was made on the connection since, or when the server refuses.
    pub async fn extents(
        &self,
        journal: &Journal,
    ) -> Result<BTreeMap<RelationName, Extent>, UndoError> {
        let mut extents: BTreeMap<RelationName, Extent> = BTreeMap::new();
        for (table, batch) in self.work() {
            let name = table.relation.name.clone();
            if batch.action != Action::Update {
                extents.insert(name, Extent::Whole);
                continue;
            }
            let changed = self.changed_columns(journal, table, batch).await?;
            let known = extents.entry(name).or_insert_with(|| Extent::Columns(BTreeSet::new()));
            if let Extent::Columns(columns) = known {
                columns.extend(changed);
            }
        }
        Ok(extents)
    }

    async fn changed_columns(
        &self,
        journal: &Journal,
        table: &TrackedTable,
        batch: &Batch,
    ) -> Result<Vec<Ident>, UndoError> {
        let computed = table.columns.iter().filter(|column| column.generated);
        let computed = computed.map(|column| column.name.clone());
        // Where the server worked the plan out, it sets whole rows.
        let set =
            if self.bulk { differing(journal, table, batch).await? } else { batch.set.clone() };
        Ok(set.into_iter().chain(computed).collect())
    }
}

async fn differing(
    journal: &Journal,
    table: &TrackedTable,
    batch: &Batch,
) -> Result<Vec<Ident>, ServerError> {
    let differs = batch.set.iter().map(|column| {
        // As texts: not every type can be compared.
        Template::new(
            "pg_catalog.bool_or((k.image).{column}::pg_catalog.text IS DISTINCT FROM (p.image).{column}::pg_catalog.text)",
        )
        .with("column", &Quoted(column))
    });
    let sql = Template::new(include_str!("../sql/differing_columns.sql"))
        .with("table", &table.relation.name)
        .with_all("differs", differs, ", ")
        .sql();
    let row = journal.client().query_one(&sql, &[&batch.number]).await?;
    let differing: Vec<Option<bool>> = row.try_get("differing")?;
    let columns = batch.set.iter().zip(differing);
    Ok(columns
        .filter(|(_, differs)| *differs == Some(true))
        .map(|(name, _)| name.clone())
        .collect())
}
