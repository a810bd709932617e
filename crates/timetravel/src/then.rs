//! What a table looked like at a moment, and what of it can still be read.

use pgrecall_journal::{Form, FormColumn, ImageShape, Point, TrackedTable};
use pgrecall_model::{Ident, RelationName};

use crate::Cut;

/// A tracked table as it was at a moment.
#[derive(Debug)]
pub(crate) struct Then<'t> {
    /// The table as it is today.
    pub(crate) table: &'t TrackedTable,
    /// What it looked like.
    pub(crate) form: &'t Form,
    /// All that it ever looked like, the oldest first.
    pub(crate) forms: &'t [Form],
    /// What it looked like since the moment, the moment's form first.
    pub(crate) since: &'t [Form],
    /// The columns of its images.
    pub(crate) shapes: &'t [ImageShape],
    /// Where nobody saw it altered, and the moment may lie before that or after.
    pub(crate) unseen: Option<Unseen>,
}

/// The stretch in which a table was altered unseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unseen {
    /// The last that is known to have come before.
    pub(crate) after: Point,
    /// The first that is known to have come later; none if that is yet to come.
    pub(crate) until: Option<Point>,
}

impl<'t> Then<'t> {
    /// The table at a moment; none if it was gone.
    pub(crate) fn of(
        table: &'t TrackedTable,
        forms: &'t [Form],
        shapes: &'t [ImageShape],
        cut: &Cut,
    ) -> Option<Self> {
        let mut place = forms.iter().rposition(|form| counts(form.since, cut)).unwrap_or(0);
        let mut unseen = None;
        for (later, form) in forms.iter().enumerate().skip(place + 1) {
            if let Some(after) = form.after.filter(|after| cut.reaches(after.tx, after.at)) {
                unseen = Some(Unseen { after, until: form.since });
                // That it was gone already is not certain; that it had been there is.
                if !form.gone {
                    place = later;
                }
            }
        }
        let form = forms.get(place).filter(|form| !form.gone)?;
        Some(Self { table, form, forms, since: &forms[place..], shapes, unseen })
    }

    /// Whether it went by a name at the moment, as far as that is known.
    pub(crate) fn was_called(&self, name: &RelationName) -> bool {
        let before = self.forms.len() - self.since.len();
        let former = self.unseen.and(before.checked_sub(1)).and_then(|at| self.forms.get(at));
        self.form.name == *name || former.is_some_and(|form| form.name == *name)
    }

    /// The column of then with a name.
    pub(crate) fn column(&self, name: &Ident) -> Option<&'t FormColumn> {
        self.form.columns.iter().find(|column| column.name == *name)
    }

    /// What a column is called today, if its values of then are still in the table: if it was neither
    /// dropped nor given another type since.
    pub(crate) fn name_today(&self, column: &FormColumn) -> Option<&'t Ident> {
        let same = |form: &'t Form| {
            form.column(column.number).filter(|then| then.type_name == column.type_name)
        };
        self.since
            .iter()
            .map(same)
            .next_back()
            .flatten()
            .filter(|_| {
                self.table.relation.oid.is_some()
                    && self.since.iter().all(|form| same(form).is_some())
            })
            .map(|today| &today.name)
    }

    /// What a column is called today, whatever became of its values; as it was called then if it is gone.
    pub(crate) fn called_today(&self, column: &'t FormColumn) -> &'t Ident {
        let today = self.since.iter().rev().find(|form| !form.gone);
        today.and_then(|form| form.column(column.number)).map_or(&column.name, |now| &now.name)
    }

    /// Whether the journal keeps the values of a column.
    pub(crate) fn records(&self, column: &FormColumn) -> bool {
        let last = self.forms.iter().rev().find_map(|form| form.column(column.number));
        last.is_none_or(|last| self.table.relation.records(last.name.as_str()))
    }

    /// Whether images of a shape hold all that is recorded of it, or it can be told from them.
    pub(crate) fn is_within(&self, shape: &ImageShape) -> bool {
        self.form.columns.iter().filter(|column| self.records(column)).all(|column| {
            let given = self.forms.iter().any(|form| form.given.contains_key(&column.number));
            shape.column(column.number).map_or(given, |of| of.type_name == column.type_name)
        })
    }

    /// Whether every row of today still has what it had then in the columns that are recorded.
    pub(crate) fn is_readable(&self) -> bool {
        let lost = |column: &FormColumn| self.records(column) && self.name_today(column).is_none();
        self.table.relation.oid.is_some() && !self.form.columns.iter().any(lost)
    }
}

/// Whether something that a transaction did belongs to the moment.
fn counts(point: Option<Point>, cut: &Cut) -> bool {
    point.is_some_and(|point| {
        cut.reaches(point.tx, point.at) && !cut.snapshot.open.contains(&point.tx)
    })
}
