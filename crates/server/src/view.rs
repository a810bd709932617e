//! What somebody is shown of a target: the tenant's part is held by the database, as the seat has it;
//! the tables and the record of a viewer token are held here, and nowhere else.

use pgrecall_access::{Pass, Reach};
use pgrecall_journal::{Filter, Journal, JournalError, RecordKey, TrackedTable};
use pgrecall_model::{RelationId, Row, Transaction, TxId};

use crate::problem::{Problem, Refusal};
use crate::seats::Seat;
use crate::wire::Change;

/// What somebody is shown of a target.
#[derive(Debug)]
pub(crate) struct View {
    seat: Seat,
    reach: Reach,
    scope: Scope,
}

/// The tables and the record that a viewer token is held to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    /// The only tables, with dropped ones of the same names; none for all.
    tables: Option<Vec<TrackedTable>>,
    /// The only record of them.
    record: Option<RecordKey>,
}

impl Scope {
    /// What a pass is held to, in this journal.
    pub(crate) async fn of(journal: &Journal, pass: &Pass) -> Result<Self, JournalError> {
        let Some(names) = &pass.tables else { return Ok(Self::default()) };
        let mut tables = Vec::new();
        for name in names {
            tables.extend(journal.tables_named(name).await?);
        }
        let record = match (&pass.record_key, of_today(&tables)) {
            (Some(key), Some(table)) => Some(journal.key(table, key).await?),
            _ => None,
        };
        Ok(Self { tables: Some(tables), record })
    }

    /// The names of the tables, as the journal writes them.
    pub(crate) fn table_names(&self) -> Option<Vec<String>> {
        let mut names: Vec<_> =
            self.tables.as_ref()?.iter().map(|table| table.relation.name.to_string()).collect();
        names.sort_unstable();
        names.dedup();
        Some(names)
    }

    fn is_everything(&self) -> bool {
        self.tables.is_none()
    }

    fn has(&self, id: RelationId) -> bool {
        self.tables.as_ref().is_none_or(|tables| tables.iter().any(|table| table.relation.id == id))
    }

    /// Whether it shows a change.
    pub(crate) fn shows(&self, change: &Change) -> bool {
        let Some(tables) = &self.tables else { return true };
        let is_of_table =
            tables.iter().any(|table| table.relation.name.to_string() == change.table);
        is_of_table
            && self.record.as_ref().is_none_or(|record| {
                let is_it = |image: &Option<Row>| {
                    image.as_ref().is_some_and(|image| {
                        record.values.values().iter().all(|(name, is)| image.get(name) == Some(is))
                    })
                };
                is_it(&change.old) || is_it(&change.new)
            })
    }
}

/// Of tables of the same name, the one that is there.
fn of_today(tables: &[TrackedTable]) -> Option<&TrackedTable> {
    tables.iter().find(|table| table.relation.oid.is_some()).or(tables.first())
}

impl View {
    pub(crate) fn new(seat: Seat, reach: Reach, scope: Scope) -> Self {
        Self { seat, reach, scope }
    }

    /// The journal, for what is known to belong to what is shown.
    pub(crate) fn journal(&self) -> &Journal {
        &self.seat
    }

    /// Whether the rows of the tables may be looked at, and not only changes that are shown.
    pub(crate) fn sees_rows(&self) -> bool {
        self.reach == Reach::Everything
    }

    /// The tables.
    pub(crate) async fn tables(&self) -> Result<Vec<TrackedTable>, Problem> {
        let mut tables = self.seat.tables().await?;
        tables.retain(|table| self.scope.has(table.relation.id));
        Ok(tables)
    }

    /// The table that a user names.
    pub(crate) async fn table(&self, name: &str) -> Result<TrackedTable, Problem> {
        let table = self.seat.table(name).await.map_err(|error| self.told(error))?;
        self.check(&table)?;
        Ok(table)
    }

    /// Every table that goes or went by a name, dropped ones too.
    pub(crate) async fn tables_named(&self, name: &str) -> Result<Vec<TrackedTable>, Problem> {
        let tables = self.seat.tables_named(name).await.map_err(|error| self.told(error))?;
        tables.iter().try_for_each(|table| self.check(table))?;
        Ok(tables)
    }

    /// The key of a record that a user names.
    pub(crate) async fn key(
        &self,
        table: &TrackedTable,
        given: &str,
    ) -> Result<RecordKey, Problem> {
        let key = self.seat.key(table, given).await?;
        match &self.scope.record {
            Some(record) if record.text != key.text => Err(Refusal::BeyondToken.into()),
            _ => Ok(key),
        }
    }

    /// A filter that lets nothing else pass than what is shown.
    pub(crate) fn narrowed(&self, filter: Filter) -> Result<Filter, Refusal> {
        let Some(shown) = &self.scope.tables else { return Ok(filter) };
        let shown = shown.iter().map(|table| table.relation.id);
        let wanted = |id: &RelationId| filter.tables.as_ref().is_none_or(|ids| ids.contains(id));
        let tables = Some(shown.filter(wanted).collect());
        let key = match (&self.scope.record, filter.key) {
            (Some(record), Some(key)) if record.text != key => return Err(Refusal::BeyondToken),
            (Some(record), _) => Some(record.text.clone()),
            (None, key) => key,
        };
        Ok(Filter { tables, key, ..filter })
    }

    /// A transaction. Where not all tables are shown, what it took back may be of others.
    pub(crate) async fn transaction(&self, id: TxId) -> Result<Transaction, Problem> {
        let transaction = self.seat.transaction(id).await?;
        if self.scope.is_everything() {
            return Ok(transaction);
        }
        let of_it = Filter { transactions: Some(vec![id]), limit: Some(1), ..Filter::default() };
        let changes = self.seat.changes().await?;
        if changes.read(&self.seat, &self.narrowed(of_it)?).await?.is_empty() {
            return Err(JournalError::UnknownTransaction(id).into());
        }
        Ok(Transaction { undoes: Vec::new(), undone_by: Vec::new(), ..transaction })
    }

    /// What it is held to.
    pub(crate) fn into_scope(self) -> Scope {
        self.scope
    }

    /// Who is held to some tables is not told which others there are.
    fn told(&self, error: JournalError) -> Problem {
        match error {
            JournalError::UnknownTable(_)
            | JournalError::NotTracked(_)
            | JournalError::AmbiguousTable { .. }
                if !self.scope.is_everything() =>
            {
                Refusal::BeyondToken.into()
            }
            error => error.into(),
        }
    }

    fn check(&self, table: &TrackedTable) -> Result<(), Refusal> {
        if self.scope.has(table.relation.id) { Ok(()) } else { Err(Refusal::BeyondToken) }
    }
}
