//! What plans of a target need: its rules, and the classes of what the plans change, as both are now.

use std::collections::{BTreeMap, BTreeSet};

use pgrecall_access::{KeptPlan, Reach};
use pgrecall_journal::{Classification, Extent, Journal, JournalError};
use pgrecall_model::{Class, Explain as _, RelationName};
use pgrecall_postgres::ServerError;
use pgrecall_undo::{Prepared, UndoError};
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::config::{Classes, Needs, Touched, UndoRules};
use crate::service::Desk;
use crate::wire::{Effects, Plan, RowCounts};

/// The rules of a target, with what they look at in its journal.
#[derive(Debug)]
pub(crate) struct Ruling<'d> {
    undo: &'d UndoRules,
    /// None where no rule asks for classes, or where they could not be read.
    classification: Option<Classification>,
}

/// The rows of a table that a plan changes, as they are kept with it.
#[derive(Debug, Serialize, Deserialize)]
struct KeptRows {
    #[serde(flatten)]
    rows: RowCounts,
    /// None where no rule asked for classes when the plan was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reached: Option<Reached>,
}

/// What of a table a plan changes.
#[derive(Debug, Serialize, Deserialize)]
struct Reached {
    extent: Extent,
    /// The classes that it had when the plan was made; none where nobody could tell.
    classes: Option<BTreeSet<Class>>,
}

impl<'d> Ruling<'d> {
    /// For who sits on no connection to the target.
    pub(crate) async fn of(desk: &'d Desk) -> Self {
        let undo = &desk.target.undo;
        let classification = if undo.ask_for_classes() { read(desk).await } else { None };
        Self { undo, classification }
    }

    /// For who sits on one already, and would wait for a second one.
    pub(crate) async fn on(desk: &'d Desk, journal: &Journal) -> Self {
        let undo = &desk.target.undo;
        let classification =
            if undo.ask_for_classes() { told(desk, journal.classification().await) } else { None };
        Self { undo, classification }
    }

    /// The rows that a plan changes, as they are kept with it.
    pub(crate) async fn rows(
        &self,
        journal: &Journal,
        prepared: &Prepared,
    ) -> Result<serde_json::Value, UndoError> {
        let mut extents = if self.undo.ask_for_classes() {
            prepared.extents(journal).await?
        } else {
            BTreeMap::new()
        };
        let kept = prepared.plan.rows.iter().map(|(table, counts)| KeptRows {
            rows: RowCounts::new(table, *counts),
            reached: extents.remove(table).map(|extent| {
                let classes = self.classes(table, &extent);
                Reached { extent, classes }
            }),
        });
        let kept: Vec<KeptRows> = kept.collect();
        Ok(serde_json::to_value(kept).map_err(ServerError::unexpected)?)
    }

    /// What a plan needs at this moment. What changed along with its rows when it was tried counts, too.
    pub(crate) fn needs(&self, kept: &KeptPlan) -> Result<Needs, ServerError> {
        let rows: Vec<KeptRows> =
            serde_json::from_value(kept.rows.clone()).map_err(ServerError::unexpected)?;
        let effects = kept.effects.as_ref().map(Effects::read).transpose()?.unwrap_or_default();
        let classes = Classes::Known(BTreeSet::new());
        let mut touched = Touched { classes, ..Touched::default() };
        for KeptRows { rows, reached } in rows {
            let table = name(rows.table())?;
            touched.rows = touched.rows.saturating_add(rows.total());
            // As they were when it was planned, and as they are: of both the stricter counts.
            let (extent, then) =
                reached.map_or((Extent::Whole, None), |reached| (reached.extent, reached.classes));
            touched.classes.add(then);
            touched.classes.add(self.classes(&table, &extent));
            touched.tables.push(table);
        }
        for (table, rows) in effects.besides {
            let table = name(&table)?;
            touched.rows = touched.rows.saturating_add(rows);
            // Nobody knows which of its columns.
            touched.classes.add(self.classes(&table, &Extent::Whole));
            touched.tables.push(table);
        }
        for table in effects.differing.keys() {
            touched.classes.add(self.classes(&name(table)?, &Extent::Whole));
        }
        Ok(self.undo.needs(&touched, &clock::now()))
    }

    /// A plan as it is shown, with what it needs.
    pub(crate) fn shown(&self, kept: KeptPlan) -> Result<Plan, ServerError> {
        let needs = self.needs(&kept)?;
        Ok(Plan::new(kept, needs, self.undo.break_glass))
    }

    fn classes(&self, table: &RelationName, extent: &Extent) -> Option<BTreeSet<Class>> {
        self.classification.as_ref()?.touched(table, extent)
    }
}

fn name(text: &str) -> Result<RelationName, ServerError> {
    text.parse().map_err(ServerError::unexpected)
}

async fn read(desk: &Desk) -> Option<Classification> {
    match desk.seats.take(&Reach::Everything).await {
        Ok(seat) => told(desk, seat.classification().await),
        Err(problem) => unread(desk, problem.code()),
    }
}

fn told(desk: &Desk, read: Result<Classification, JournalError>) -> Option<Classification> {
    read.map_or_else(|error| unread(desk, error.code()), Some)
}

/// Rules take what is changed to be of any class then.
fn unread(desk: &Desk, code: &str) -> Option<Classification> {
    tracing::warn!(target_name = %desk.name, code, "the classes could not be read");
    None
}
