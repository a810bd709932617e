use std::collections::BTreeMap;

use pgrecall_model::{Change, ChangeId};
use pgrecall_postgres::Ask;

use crate::log::Changes;
use crate::{Journal, JournalError, TrackedTable};

/// A stretch of changes in which a record went by one key.
struct Stretch {
    key: String,
    from: i64,
    until: i64,
}

impl Journal {
    /// Everything that happened to the record with this key (as the journal writes it), oldest
    /// first. Where its key was changed, the record is followed to the keys that it had before
    /// and has had since.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn history(
        &self,
        table: &TrackedTable,
        key: &str,
    ) -> Result<Vec<Change>, JournalError> {
        // Every change that is found is one of this table.
        let changes = Changes::of(table);
        let mut found: BTreeMap<ChangeId, Change> = BTreeMap::new();
        let mut open = vec![Stretch { key: key.to_owned(), from: 0, until: i64::MAX }];
        while let Some(stretch) = open.pop() {
            for (change, next) in self.stretch(&changes, table, &stretch).await? {
                let id = change.id;
                if found.insert(id, change).is_none() {
                    open.extend(next);
                }
            }
        }
        Ok(found.into_values().collect())
    }

    /// The changes of a stretch, each with the stretch that it leads to where it changed the key.
    async fn stretch(
        &self,
        changes: &Changes,
        table: &TrackedTable,
        stretch: &Stretch,
    ) -> Result<Vec<(Change, Option<Stretch>)>, JournalError> {
        let rows = self
            .database()
            .rows(
                include_str!("../sql/read/record_changes.sql"),
                &[&table.relation.id.0, &stretch.key, &stretch.from, &stretch.until],
            )
            .await?;
        let mut found = Vec::new();
        for row in &rows {
            let change = changes.change(row)?;
            let (before, after): (Option<String>, Option<String>) =
                (row.try_get("key")?, row.try_get("new_key")?);
            let next = match (before, after) {
                (Some(before), Some(after)) if after == stretch.key => {
                    Some(Stretch { key: before, from: stretch.from, until: change.id.0 })
                }
                (Some(_), Some(after)) => {
                    Some(Stretch { key: after, from: change.id.0, until: stretch.until })
                }
                _ => None,
            };
            found.push((change, next));
        }
        Ok(found)
    }
}
