//! What of a plan the rules of its target look at.

use std::collections::BTreeSet;

use pgrecall_journal::{Classification, Extent, Journal, TrackedTable};
use pgrecall_model::RelationName;
use pgrecall_server::config::{Classes, Touched};
use pgrecall_undo::{Applied, Prepared};

use crate::failure::Failure;
use crate::rules::Rules;

/// What a plan changes, as far as it is known.
#[derive(Debug)]
pub(crate) struct Reach {
    /// None where no rule asks for classes.
    classification: Option<Classification>,
    touched: Touched,
}

impl Reach {
    /// What the plan itself changes.
    pub(crate) async fn of(
        journal: &Journal,
        rules: &Rules,
        prepared: &Prepared,
    ) -> Result<Self, Failure> {
        let rows = &prepared.plan.rows;
        let touched = Touched {
            rows: rows.values().map(|counts| counts.total()).sum(),
            tables: rows.keys().cloned().collect(),
            classes: Classes::Known(BTreeSet::new()),
        };
        if !rules.ask_for_classes() {
            return Ok(Self { classification: None, touched });
        }
        // Where they cannot be read, nothing is done.
        let classification = Some(journal.classification().await?);
        let mut reach = Self { classification, touched };
        for (table, extent) in prepared.extents(journal).await? {
            reach.add_classes(&table, &extent);
        }
        Ok(reach)
    }

    /// With what triggers and foreign keys changed along when it was tried. Nobody knows which columns.
    pub(crate) fn with(mut self, tried: &Applied) -> Self {
        for (table, rows) in &tried.side_effects {
            self.touched.rows = self.touched.rows.saturating_add(*rows);
            self.touched.tables.push(table.clone());
        }
        for table in tried.side_effects.keys().chain(tried.differing.keys()) {
            self.add_classes(table, &Extent::Whole);
        }
        self
    }

    /// What the rules look at.
    pub(crate) fn touched(&self) -> &Touched {
        &self.touched
    }

    fn add_classes(&mut self, table: &RelationName, extent: &Extent) {
        if let Some(classification) = &self.classification {
            self.touched.classes.add(classification.touched(table, extent));
        }
    }
}

/// The classes of a table that is made anew with all its rows.
pub(crate) async fn classes_of(
    journal: &Journal,
    rules: &Rules,
    table: &TrackedTable,
) -> Result<Classes, Failure> {
    if !rules.ask_for_classes() {
        return Ok(Classes::Unknown);
    }
    let classification = journal.classification().await?;
    let classified = classification.table(table.relation.id);
    let classes = |known: &pgrecall_journal::ClassifiedTable| {
        Classes::Known(known.touched(&Extent::Whole).cloned().collect())
    };
    Ok(classified.map_or(Classes::Unknown, classes))
}
