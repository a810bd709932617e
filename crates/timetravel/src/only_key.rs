//! The one record that a query is about, where it demands a value of each column of the key.

use futures_util::future::join;
use pgrecall_journal::{FormColumn, Journal, JournalError, TrackedTable};
use pgrecall_model::{Ident, Key, Row};
use pgrecall_postgres::catalogue::Column;
use pgrecall_postgres::{Ask, Literal, Template};

use crate::TimeTravelError;
use crate::redirect::Pin;
use crate::then::Then;

/// Types of which equal values have one text. Of `numeric`, for example, `1.5` and `1.50` are equal
/// and have two.
const PLAIN_TYPES: [&str; 6] =
    ["smallint", "integer", "bigint", "uuid", "text", "character varying"];

/// Those of them that have no collation, so that there is nothing to ask about it.
const COLLATIONLESS_TYPES: [&str; 4] = ["smallint", "integer", "bigint", "uuid"];

/// A key that a query demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OnlyKey {
    /// As the journal writes it.
    text: String,
    /// The columns of the key today, each with its type and the value.
    values: Vec<(Ident, String, String)>,
}

/// A key that a query demands as it is written there: which one it is, the server has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Demanded {
    key: Key,
    /// The columns of the key today, each with its type and the value.
    values: Vec<(Ident, String, String)>,
}

impl Demanded {
    /// The key that is demanded; none if any does.
    pub(crate) fn of(
        then: &Then<'_>,
        wanted: &[(&FormColumn, &Ident)],
        pins: &[Pin],
    ) -> Option<Self> {
        let table = then.table;
        let value = |name: &Ident| {
            let column = table.columns.iter().find(|column| column.name == *name)?;
            let plain = column.type_name.split('(').next().unwrap_or_default();
            let pin = pins.iter().find(|pin| {
                let demanded = wanted.iter().find(|(_, named)| **named == pin.column);
                demanded.and_then(|(column, _)| then.name_today(column)) == Some(name)
            })?;
            let known = PLAIN_TYPES.contains(&plain);
            known.then(|| (name.clone(), column.type_name.clone(), pin.value.clone()))
        };
        let key = &table.relation.key;
        let values: Option<Vec<_>> = key.iter().map(value).collect();
        let values = values.filter(|values| !values.is_empty())?;
        let row: Row = values
            .iter()
            .map(|(name, _, value)| (name.as_str().to_owned(), value.as_str().into()))
            .collect();
        Some(Self { key: Key::of(key, &row)?, values })
    }
}

impl OnlyKey {
    /// The key that is demanded; none if it is not certain which.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub(crate) async fn of(
        journal: &Journal,
        table: &TrackedTable,
        demanded: Demanded,
    ) -> Result<Option<Self>, TimeTravelError> {
        let Demanded { key, values } = demanded;
        let (is_deterministic, key) =
            join(is_deterministic(journal, table), journal.record_key(table, &key)).await;
        if !is_deterministic? {
            return Ok(None);
        }
        match key {
            Ok(key) => Ok(Some(Self { text: key.text, values })),
            // What does not fit the column is for the query to say.
            Err(JournalError::KeyValue { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// That a change is of a row with this key: `column` is `c.key` or `c.new_key`.
    pub(crate) fn of_change(&self, column: &'static str) -> Template {
        Template::new("{column} = {key}")
            .with("column", &Template::new(column))
            .with("key", &Literal(&self.text))
    }

    /// That a row of today, which goes by the name `r`, has this key.
    pub(crate) fn of_row(&self) -> Template {
        let values = self.values.iter().map(|(name, type_name, value)| {
            Template::new("r.{column} = {value}::{type}")
                .with("column", name)
                .with("value", &Literal(value))
                .with_checked_sql("type", type_name)
        });
        Template::new("{values}").with_all("values", values, " AND ")
    }
}

async fn is_deterministic(
    journal: &Journal,
    table: &TrackedTable,
) -> Result<bool, TimeTravelError> {
    let key = &table.relation.key;
    let is_plain = |column: &Column| {
        COLLATIONLESS_TYPES.contains(&column.type_name.as_str()) || !key.contains(&column.name)
    };
    if table.columns.iter().all(is_plain) {
        return Ok(true);
    }
    let names: Vec<&str> = key.iter().map(Ident::as_str).collect();
    let sql = include_str!("../sql/deterministic.sql");
    let row = journal.database().row(sql, &[&table.relation.oid, &names]).await?;
    let deterministic: Option<bool> = row.try_get(0)?;
    Ok(deterministic.unwrap_or(false))
}
