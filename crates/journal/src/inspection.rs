//! What is found when a table is compared with what the journal knows of it. Nothing is changed.

use pgrecall_model::{Ident, RelationId, RelationName};
use pgrecall_postgres::catalogue::{self, Column, Table};
use pgrecall_postgres::{Ask, ServerError};
use serde::Serialize;
use tokio_postgres::{GenericClient, Transaction};

use crate::after_image::AfterImage;
use crate::capture::{self, Recording};
use crate::for_each::ForEach;
use crate::selectivity::{self, OnFailure, Selectivity};
use crate::tracked::TrackedTable;
use crate::{JournalError, TrackOptions, Wish};

/// In what a table is not as the journal has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Finding {
    /// It is not tracked.
    Untracked,
    /// It was restored with its journal, which does not know it yet.
    Restored,
    /// An event trigger tracked it, and it waits for functions of its own.
    New,
    /// Its name, columns, key or partitions are others.
    Altered {
        /// What became of it: `name`, `columns`, `key`, `partitions`.
        difference: serde_json::Value,
    },
    /// It is to be recorded otherwise: other columns are hidden, or images have other columns.
    Recording,
    /// Triggers are missing or do not fire always.
    Triggers,
    /// The functions that record it are not as they were written.
    Functions,
    /// Something happened that could not be recorded.
    Unnoticed {
        /// What, as in a gap.
        reason: String,
    },
    /// It is gone.
    Dropped,
}

impl Finding {
    /// The finding in a few words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Untracked => "fits a pattern and is not tracked".to_owned(),
            Self::Restored => "restored from a dump".to_owned(),
            Self::New => "new".to_owned(),
            Self::Altered { difference } => {
                let of = difference.as_object().into_iter().flat_map(|map| map.keys());
                format!("altered: {}", of.cloned().collect::<Vec<_>>().join(", "))
            }
            Self::Recording => "to be recorded otherwise".to_owned(),
            Self::Triggers => "triggers missing or disabled".to_owned(),
            Self::Functions => "functions missing or changed".to_owned(),
            Self::Unnoticed { reason } => reason.clone(),
            Self::Dropped => "dropped".to_owned(),
        }
    }
}

/// A table as it is to be recorded.
pub(crate) struct Wanted<'t> {
    pub(crate) table: &'t Table,
    columns: Vec<Column>,
    pub(crate) excluded: Vec<Ident>,
    pub(crate) hashed: Vec<Ident>,
    pub(crate) leaves: Vec<(u32, RelationName)>,
    pub(crate) selectivity: Selectivity,
    pub(crate) on_failure: OnFailure,
    pub(crate) after_image: AfterImage,
    pub(crate) for_each: ForEach,
}

/// A table as it is to be recorded, beside what is.
pub(crate) struct Inspection<'t> {
    pub(crate) wanted: Wanted<'t>,
    pub(crate) known: Option<TrackedTable>,
    /// Whether all triggers are there, and are those of the table's own functions.
    pub(crate) complete: bool,
    condition: Condition,
    provisional: bool,
    unnoticed: Option<String>,
}

/// How what records a table is found.
#[derive(Default)]
struct Condition {
    hung: bool,
    functions: bool,
    recorded_above: bool,
    difference: serde_json::Value,
}

/// One of our triggers as it was found.
struct Hung {
    /// The relation that it records for.
    relation: Option<RelationId>,
    /// Whether it fires always.
    enabled: bool,
    /// Whether it was hung by an event trigger, and waits for functions of the table's own.
    provisional: bool,
}

impl Hung {
    fn records_for(&self, relation: RelationId) -> bool {
        self.enabled && self.relation == Some(relation)
    }
}

impl Wanted<'_> {
    pub(crate) fn recording(&self, relation: RelationId) -> Recording<'_> {
        Recording {
            relation,
            partitioned: self.table.partitioned,
            key: &self.table.key,
            excluded: &self.excluded,
            hashed: &self.hashed,
            columns: &self.columns,
            selectivity: &self.selectivity,
            on_failure: self.on_failure,
            after_image: self.after_image,
            for_each: self.for_each,
        }
    }

    /// Has the server read the condition that the table is to have; its lock must be held.
    pub(crate) async fn read_condition(
        &mut self,
        transaction: &Transaction<'_>,
        options: &TrackOptions,
    ) -> Result<(), JournalError> {
        let before = self.selectivity.condition.as_ref();
        if let Some(written) = options.selectivity.condition(before) {
            let hidden: Vec<Ident> = self.excluded.iter().chain(&self.hashed).cloned().collect();
            let condition =
                selectivity::checked(transaction, self.table, &hidden, &written).await?;
            self.selectivity.condition = Some(condition);
        }
        Ok(())
    }

    fn is_as(&self, table: &TrackedTable) -> bool {
        let known = &table.relation;
        table.present_shape().is_some()
            && known.oid == Some(self.table.oid)
            && known.key == self.table.key
            && known.excluded == self.excluded
            && known.hashed == self.hashed
            && table.selectivity == self.selectivity
            && table.roles_are_as_written
            && table.on_failure == self.on_failure
            && table.after_image == self.after_image
            && table.for_each == self.for_each
    }

    /// Where a condition or a failure is about single rows, or rows are in partitions, there is no statement to
    /// record for.
    fn settle_for_each(&mut self, condition: &Wish<String>) {
        let has_condition =
            matches!(condition, Wish::Set(_)) || self.selectivity.condition.is_some();
        let by_row =
            self.table.partitioned || has_condition || self.on_failure == OnFailure::Isolate;
        if by_row {
            self.for_each = ForEach::Row;
        }
    }

    /// The root and every table that holds rows.
    pub(crate) fn oids(&self) -> Vec<u32> {
        std::iter::once(self.table.oid).chain(self.leaves.iter().map(|(oid, _)| *oid)).collect()
    }
}

impl Inspection<'_> {
    pub(crate) fn is_tracked(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.relation.tracked)
    }

    /// Whether other triggers are to record it than those that do.
    pub(crate) fn needs_other_triggers(&self) -> bool {
        !self.complete
            || self.known.as_ref().is_none_or(|known| known.for_each != self.wanted.for_each)
    }

    /// Whether it came with its journal from another database: its triggers say which one it is.
    pub(crate) fn is_restored(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.relation.oid.is_none())
    }

    /// Whether it is recorded as `options` want it, and nothing is left to do.
    pub(crate) fn is_so(&self, options: &TrackOptions) -> bool {
        self.findings().is_empty()
            && !self.is_paused()
            && options.selectivity.condition == Wish::Keep
    }

    /// Whether somebody paused it, and so wants its functions to do nothing.
    pub(crate) fn is_paused(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.paused)
    }

    /// In what the table is not as the journal has it; nothing if it is recorded just so.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        if self.is_restored() {
            return vec![Finding::Restored];
        }
        let Some(known) = self.known.as_ref().filter(|known| known.relation.tracked) else {
            return vec![Finding::Untracked];
        };
        let difference = &self.condition.difference;
        let altered = difference.as_object().is_some_and(|map| !map.is_empty());
        let unnoticed = self.unnoticed.clone().map(|reason| Finding::Unnoticed { reason });
        [
            (self.provisional, Finding::New),
            (altered, Finding::Altered { difference: difference.clone() }),
            (!altered && !self.provisional && !self.wanted.is_as(known), Finding::Recording),
            (!self.provisional && !self.complete, Finding::Triggers),
            (!self.provisional && !self.condition.functions, Finding::Functions),
        ]
        .into_iter()
        .filter_map(|(found, finding)| found.then_some(finding))
        .chain(unnoticed)
        .collect()
    }

    /// Whether it is a partition that the table above it records.
    pub(crate) fn is_recorded_above(&self) -> bool {
        self.condition.recorded_above
    }

    /// Why changes of a tracked table may have been missed up to now.
    pub(crate) fn gap(&self) -> Option<&str> {
        let whole = if self.provisional { self.condition.hung } else { self.complete };
        let bypassed = !whole || !self.condition.functions;
        self.unnoticed.as_deref().or(bypassed.then_some("bypassed"))
    }
}

/// Compares a table with what is known of it.
pub(crate) async fn inspect<'t>(
    client: &(impl GenericClient + Ask),
    table: &'t Table,
    options: &TrackOptions,
    tables: &[TrackedTable],
) -> Result<Inspection<'t>, JournalError> {
    let leaves = catalogue::leaves(client, table.oid).await?;
    let hung = hung(client, table, &leaves).await?;
    let known = known(table, &hung, tables);
    let wanted = wanted(client, table, leaves, options, known.as_ref()).await?;
    let (condition, unnoticed) = match &known {
        Some(known) => {
            let id = known.relation.id;
            (condition(client, id).await?, unnoticed(client, id).await?)
        }
        None => (Condition::default(), None),
    };
    let for_each = known.as_ref().map(|known| known.for_each).unwrap_or_default();
    let expected =
        capture::ROW_OPERATIONS.len() + wanted.leaves.len() + capture::statement_triggers(for_each);
    let whole = known.as_ref().is_some_and(|known| {
        // The catalogue knows a restored table by another number than the journal.
        (condition.hung || known.relation.oid.is_none())
            && hung.len() == expected
            && hung.iter().all(|hung| hung.records_for(known.relation.id))
    });
    let provisional = hung.iter().any(|hung| hung.provisional);
    let complete = whole && !provisional;
    Ok(Inspection { wanted, known, complete, condition, provisional, unnoticed })
}

async fn wanted<'t>(
    client: &(impl GenericClient + Ask),
    table: &'t Table,
    leaves: Vec<(u32, RelationName)>,
    options: &TrackOptions,
    known: Option<&TrackedTable>,
) -> Result<Wanted<'t>, JournalError> {
    let columns = catalogue::columns(client, &[table.oid]).await?;
    let columns = columns.into_values().next().unwrap_or_default();
    let (mut excluded, hashed) = options.hidden(table, known);
    for column in columns.iter().filter(|column| column.computed_on_read) {
        // No row holds it, so there is nothing to record.
        if !excluded.contains(&column.name) {
            excluded.push(column.name.clone());
        }
    }
    if let Some(column) = excluded.iter().chain(&hashed).find(|name| table.key.contains(name)) {
        return Err(JournalError::HiddenKey {
            table: table.name.clone(),
            column: column.to_string(),
        });
    }
    let before = known.map(|known| known.selectivity.clone()).unwrap_or_default();
    let only_roles = options.selectivity.only_roles(client, &before.only_roles).await?;
    let selectivity = Selectivity {
        only_roles,
        // What is set has to be read by the server first, under the table's lock.
        condition: before.condition.filter(|_| options.selectivity.condition == Wish::Keep),
    };
    let on_failure = known.map(|known| known.on_failure).unwrap_or_default();
    let on_failure = options.on_failure.unwrap_or(on_failure);
    let after_image = known.map(|known| known.after_image).unwrap_or_default();
    let after_image = options.after_image.unwrap_or(after_image);
    let for_each = known.map(|known| known.for_each).unwrap_or_default();
    let for_each = options.for_each.unwrap_or(for_each);
    let mut wanted = Wanted {
        table,
        columns,
        excluded,
        hashed,
        leaves,
        selectivity,
        on_failure,
        after_image,
        for_each,
    };
    wanted.settle_for_each(&options.selectivity.condition);
    Ok(wanted)
}

/// Our triggers on a table and its partitions.
async fn hung(
    client: &impl GenericClient,
    table: &Table,
    leaves: &[(u32, RelationName)],
) -> Result<Vec<Hung>, JournalError> {
    let oids: Vec<u32> =
        std::iter::once(table.oid).chain(leaves.iter().map(|(oid, _)| *oid)).collect();
    let triggers = include_str!("../sql/track/triggers.sql");
    let rows = client.query(triggers, &[&Some(oids.as_slice())]).await?;
    rows.iter()
        .map(|row| {
            let relation: Option<i32> = row.try_get("relation")?;
            let enabled = row.try_get::<_, &str>("mode")? == "A";
            let provisional = row.try_get("provisional")?;
            Ok(Hung { relation: relation.map(RelationId), enabled, provisional })
        })
        .collect()
}

/// What the journal knows of a table. A table that was restored with its journal has another
/// number in the catalogue than it had; its triggers still tell which one it is.
fn known(table: &Table, hung: &[Hung], tables: &[TrackedTable]) -> Option<TrackedTable> {
    let by_number = tables.iter().find(|known| known.relation.oid == Some(table.oid));
    let restored = hung.first().and_then(|hung| hung.relation).and_then(|id| {
        tables.iter().find(|known| known.relation.id == id && known.relation.oid.is_none())
    });
    by_number.or(restored).cloned()
}

async fn condition(
    client: &impl GenericClient,
    relation: RelationId,
) -> Result<Condition, ServerError> {
    let condition = include_str!("../sql/track/condition.sql");
    let row = client.query_one(condition, &[&relation.0]).await?;
    Ok(Condition {
        hung: row.try_get("hung")?,
        functions: row.try_get("functions")?,
        recorded_above: row.try_get("recorded_above")?,
        difference: row.try_get("difference")?,
    })
}

/// What happened to a table that the journal could not record, if nobody has looked after it.
async fn unnoticed(
    client: &impl GenericClient,
    relation: RelationId,
) -> Result<Option<String>, ServerError> {
    let unnoticed = include_str!("../sql/track/unnoticed.sql");
    let row = client.query_opt(unnoticed, &[&relation.0]).await?;
    Ok(row.map(|row| row.try_get("reason")).transpose()?)
}
