use std::collections::HashMap;

use futures_util::{Stream, StreamExt, TryStreamExt};
use jiff::Timestamp;
use pgrecall_model::{
    Change, ChangeId, Context, Ident, Key, Operation, RelationId, RelationName, Row as Image, TxId,
};
use pgrecall_postgres::{Ask, ServerError, Template, catalogue};
use serde_json::Value;
use tokio_postgres::types::{ToSql, Type};

use crate::tracked::in_order;
use crate::{Journal, JournalError, TrackedTable};

/// Which changes are asked for. What is `None` or empty lets everything pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one of these tables.
    pub tables: Option<Vec<RelationId>>,
    /// Of the record with this key, as the journal writes it.
    pub key: Option<String>,
    /// By this actor.
    pub actor: Option<String>,
    /// For this tenant.
    pub tenant: Option<String>,
    /// In this session.
    pub session: Option<String>,
    /// In one of these transactions.
    pub transactions: Option<Vec<TxId>>,
    /// One of these operations.
    pub operations: Vec<Operation>,
    /// Updates that changed this column.
    pub column: Option<String>,
    /// Not before this time.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// After this transaction.
    pub after: Option<TxId>,
    /// Up to and with this transaction.
    pub up_to: Option<TxId>,
    /// Made under this operation.
    pub operation: Option<i64>,
    /// Beyond this place in the order in which they are given.
    pub beyond: Option<(TxId, ChangeId)>,
    /// At most so many.
    pub limit: Option<i64>,
    /// The oldest first, instead of the newest.
    pub oldest_first: bool,
}

impl Filter {
    /// Whether a change of this transaction and time lies in the stretch that is asked for.
    #[must_use]
    pub fn is_within(&self, tx: TxId, at: Timestamp) -> bool {
        self.since.is_none_or(|since| at >= since)
            && self.until.is_none_or(|until| at < until)
            && self.after.is_none_or(|after| tx > after)
            && self.up_to.is_none_or(|up_to| tx <= up_to)
    }
}

/// The tables that changes may refer to, by their number.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    tables: HashMap<RelationId, Reading>,
}

/// What of a table is needed to read its changes. All that is known of every table would take longer to
/// ask for than the changes of a page.
#[derive(Debug, Clone)]
struct Reading {
    name: RelationName,
    key: Vec<Ident>,
    /// Those of today, in their order; of a table that is gone, those that it had.
    columns: Vec<String>,
}

impl Journal {
    /// What is needed to read changes as values; good until tables are tracked anew.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn changes(&self) -> Result<Changes, JournalError> {
        let rows = self.database().rows(include_str!("../sql/read/readings.sql"), &[]).await?;
        let tables = rows.iter().map(|row| Ok((RelationId(row.try_get("id")?), reading(row)?)));
        Ok(Changes { tables: tables.collect::<Result<_, ServerError>>()? })
    }
}

impl Changes {
    /// What reads changes of one table.
    pub(crate) fn of(table: &TrackedTable) -> Self {
        let reading = Reading {
            name: table.relation.name.clone(),
            key: table.relation.key.clone(),
            columns: table.column_names().map(str::to_owned).collect(),
        };
        Self { tables: [(table.relation.id, reading)].into() }
    }

    /// The changes that pass a filter, as they come from the server: memory stays the same however
    /// many there are.
    ///
    /// # Errors
    /// When the server refuses or is gone, also midway.
    pub async fn stream<'s>(
        &'s self,
        journal: &Journal,
        filter: &Filter,
    ) -> Result<impl Stream<Item = Result<Change, JournalError>> + use<'s>, JournalError> {
        let (direction, beyond) = if filter.oldest_first { ("ASC", ">") } else { ("DESC", "<") };
        let sql = Template::new(include_str!("../sql/read/changes.sql"))
            .with("direction", &Template::new(direction))
            .with("beyond", &Template::new(beyond))
            .sql();
        let tables =
            filter.tables.as_ref().map(|ids| ids.iter().map(|id| id.0).collect::<Vec<_>>());
        let transactions =
            filter.transactions.as_ref().map(|ids| ids.iter().map(|id| id.0).collect::<Vec<_>>());
        let operations = codes(&filter.operations);
        let (after, up_to) = (filter.after.map(|tx| tx.0), filter.up_to.map(|tx| tx.0));
        let (last_tx, last_change) =
            (filter.beyond.map(|(tx, _)| tx.0), filter.beyond.map(|(_, id)| id.0));
        let parameters: [(&(dyn ToSql + Sync), Type); 16] = [
            (&tables, Type::INT4_ARRAY),
            (&filter.key, Type::TEXT),
            (&filter.actor, Type::TEXT),
            (&filter.tenant, Type::TEXT),
            (&filter.session, Type::TEXT),
            (&transactions, Type::INT8_ARRAY),
            (&operations, Type::TEXT_ARRAY),
            (&filter.column, Type::TEXT),
            (&filter.since, Type::TIMESTAMPTZ),
            (&filter.until, Type::TIMESTAMPTZ),
            (&after, Type::INT8),
            (&up_to, Type::INT8),
            (&filter.limit, Type::INT8),
            (&filter.operation, Type::INT8),
            (&last_tx, Type::INT8),
            (&last_change, Type::INT8),
        ];
        // Planned for these values each time, and in one go with its parameters.
        let rows = journal.client().query_typed_raw(&sql, parameters).await?;
        Ok(rows.map(move |row| self.change(&row?)))
    }

    /// The same, all at once.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn read(
        &self,
        journal: &Journal,
        filter: &Filter,
    ) -> Result<Vec<Change>, JournalError> {
        self.stream(journal, filter).await?.try_collect().await
    }

    pub(crate) fn change(&self, row: &tokio_postgres::Row) -> Result<Change, JournalError> {
        let relation = RelationId(row.try_get("relation")?);
        let table = self.tables.get(&relation).ok_or_else(|| {
            ServerError::unexpected(format!("the journal refers to an unknown table {relation}"))
        })?;
        let op = operation(row.try_get("op")?)?;
        let old = image(row, "old")?;
        let new = image(row, "new")?;
        let changed = match (op, &old, &new) {
            (Operation::Update, Some(old), Some(new)) => table
                .ordered(new.clone())
                .into_iter()
                .filter(|(name, value)| old.get(name) != Some(value))
                .map(|(name, _)| name)
                .collect(),
            _ => Vec::new(),
        };
        let identified = old.as_ref().or(new.as_ref());
        Ok(Change {
            id: ChangeId(row.try_get("id")?),
            tx: TxId(row.try_get("tx")?),
            at: row.try_get("at")?,
            op,
            table: table.name.clone(),
            key: identified.and_then(|image| Key::of(&table.key, image)),
            old: old.map(|image| table.ordered(image)),
            new: new.map(|image| table.ordered(image)),
            changed,
            context: context(row)?,
        })
    }
}

impl Reading {
    fn ordered(&self, image: Image) -> Image {
        in_order(self.columns.iter().map(String::as_str), image)
    }
}

fn reading(row: &tokio_postgres::Row) -> Result<Reading, ServerError> {
    Ok(Reading {
        name: catalogue::relation_name(row, "schema_name", "table_name")?,
        key: catalogue::idents(row, "key_columns")?,
        columns: row.try_get("columns")?,
    })
}

pub(crate) fn codes(operations: &[Operation]) -> Option<Vec<&'static str>> {
    let code = |op: &Operation| match op {
        Operation::Insert => "I",
        Operation::Update => "U",
        Operation::Delete => "D",
        Operation::Truncate => "T",
    };
    (!operations.is_empty()).then(|| operations.iter().map(code).collect())
}

pub(crate) fn operation(code: &str) -> Result<Operation, ServerError> {
    match code {
        "I" => Ok(Operation::Insert),
        "U" => Ok(Operation::Update),
        "D" => Ok(Operation::Delete),
        "T" => Ok(Operation::Truncate),
        _ => {
            Err(ServerError::unexpected(format!("the journal holds an unknown operation `{code}`")))
        }
    }
}

fn image(row: &tokio_postgres::Row, column: &str) -> Result<Option<Image>, ServerError> {
    match row.try_get::<_, Option<Value>>(column)? {
        None => Ok(None),
        Some(Value::Object(image)) => Ok(Some(image)),
        Some(_) => Err(ServerError::unexpected("the journal holds an image that is no object")),
    }
}

/// The context columns of a row.
pub(crate) fn context(row: &tokio_postgres::Row) -> Result<Context, ServerError> {
    Ok(Context {
        actor: row.try_get("actor")?,
        actor_email: row.try_get("actor_email")?,
        tenant: row.try_get("tenant")?,
        session: row.try_get("session")?,
        request: row.try_get("request")?,
        reason: row.try_get("reason")?,
        application: row.try_get("application")?,
        ip: row.try_get("ip")?,
        user_agent: row.try_get("user_agent")?,
        database_user: row.try_get("database_user")?,
        database_role: row.try_get("database_role")?,
        extra: image(row, "extra")?.unwrap_or_default(),
    })
}
