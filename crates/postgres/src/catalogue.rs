//! What the server's catalogue says about the tables of a database.

use std::collections::HashMap;

use pgrecall_model::{Action, ForeignKey, ForeignKeyAction, Ident, RelationName, UniqueKey};
use tokio_postgres::{GenericClient, Row};

use crate::{Ask, ServerError, Template};

/// The SQL expression that gives the key of the table `c` of `pg_class`.
pub const KEY_COLUMNS: &str = include_str!("../sql/key_columns.sql");

/// A table that a user made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its number in `pg_class`.
    pub oid: u32,
    /// Its name.
    pub name: RelationName,
    /// Whether it is the root or an inner node of a partition tree.
    pub partitioned: bool,
    /// Whether it is a partition of another table.
    pub partition: bool,
    /// The columns that identify a row: the primary key, else the shortest declared unique key
    /// whose columns are all NOT NULL, else none.
    pub key: Vec<Ident>,
    /// The role that owns it.
    pub owner: String,
    /// Whether the connected user has the rights of the owner.
    pub owned: bool,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Ident,
    /// Its type as PostgreSQL writes it.
    pub type_name: String,
    /// Whether the server computes it.
    pub generated: bool,
    /// Whether the server computes it when it is read (PostgreSQL 18), so that no row holds it.
    pub computed_on_read: bool,
    /// What the text form of its values depends on.
    pub format: Format,
}

/// The session setting on which the text form of a value depends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// None: the text is always the same.
    Fixed,
    /// `DateStyle`.
    Date,
    /// `TimeZone` and `DateStyle`.
    TimeZone,
    /// `bytea_output`.
    Bytea,
    /// `extra_float_digits`.
    Float,
    /// `IntervalStyle`.
    Interval,
    /// `search_path`: names of tables, functions and the like.
    Names,
    /// Possibly each of them: arrays, composites, ranges and everything unknown.
    All,
}

/// A trigger that a user made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserTrigger {
    /// The table on which it fires.
    pub table: RelationName,
    /// The table's number in PostgreSQL.
    pub oid: u32,
    /// Its name.
    pub name: Ident,
    /// Its firing mode as in `pg_trigger.tgenabled`: `O`, `R` or `A`.
    pub mode: String,
    /// What must be done to rows that it fires; nothing for one that fires for `TRUNCATE` only.
    pub actions: Vec<Action>,
    /// The only columns for whose updates it fires; empty: all.
    pub columns: Vec<Ident>,
    /// The owner of the table.
    pub owner: Ident,
    /// Whether the connected user has the owner's rights.
    pub owned: bool,
}

/// All tables that users made, by name.
///
/// # Errors
/// When the server refuses or is gone.
pub async fn tables(client: &impl GenericClient) -> Result<Vec<Table>, ServerError> {
    let sql = Template::new(include_str!("../sql/tables.sql"))
        .with("key_columns", &Template::new(KEY_COLUMNS))
        .sql();
    let rows = client.query(&sql, &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(Table {
                oid: row.try_get("oid")?,
                name: relation_name(row, "nspname", "relname")?,
                partitioned: row.try_get("partitioned")?,
                partition: row.try_get("partition")?,
                key: idents(row, "key_columns")?,
                owner: row.try_get("owner")?,
                owned: row.try_get("owned")?,
            })
        })
        .collect()
}

/// The columns of the tables with these numbers, in the order of the table.
///
/// # Errors
/// When the server refuses or is gone.
pub async fn columns(
    server: &impl Ask,
    oids: &[u32],
) -> Result<HashMap<u32, Vec<Column>>, ServerError> {
    let rows = server.rows(include_str!("../sql/columns.sql"), &[&oids]).await?;
    let mut columns: HashMap<u32, Vec<Column>> = HashMap::new();
    for row in &rows {
        columns.entry(row.try_get("oid")?).or_default().push(Column {
            name: ident(row, "attname")?,
            type_name: row.try_get("type")?,
            generated: row.try_get("generated")?,
            computed_on_read: row.try_get("virtual")?,
            format: match row.try_get("format")? {
                "fixed" => Format::Fixed,
                "date" => Format::Date,
                "time_zone" => Format::TimeZone,
                "bytea" => Format::Bytea,
                "float" => Format::Float,
                "interval" => Format::Interval,
                "names" => Format::Names,
                _ => Format::All,
            },
        });
    }
    Ok(columns)
}

/// The foreign keys from or to the tables with these numbers.
///
/// # Errors
/// When the server refuses or is gone.
pub async fn foreign_keys(
    client: &impl GenericClient,
    oids: &[u32],
) -> Result<Vec<ForeignKey>, ServerError> {
    let rows = client.query(include_str!("../sql/foreign_keys.sql"), &[&oids]).await?;
    rows.iter()
        .map(|row| {
            Ok(ForeignKey {
                name: ident(row, "conname")?,
                child: relation_name(row, "child_schema", "child_table")?,
                child_columns: idents(row, "child_columns")?,
                parent: relation_name(row, "parent_schema", "parent_table")?,
                parent_columns: idents(row, "parent_columns")?,
                on_delete: action(row.try_get("on_delete")?),
                on_update: action(row.try_get("on_update")?),
            })
        })
        .collect()
}

/// The unique keys of the tables with these numbers.
///
/// # Errors
/// When the server refuses or is gone.
pub async fn unique_keys(
    client: &impl GenericClient,
    oids: &[u32],
) -> Result<Vec<UniqueKey>, ServerError> {
    let rows = client.query(include_str!("../sql/unique_keys.sql"), &[&oids]).await?;
    rows.iter()
        .map(|row| {
            Ok(UniqueKey {
                table: relation_name(row, "nspname", "relname")?,
                columns: idents(row, "columns")?,
            })
        })
        .collect()
}

/// The tables that hold the rows of the table with this number: itself, or the leaves of its
/// partition tree.
///
/// # Errors
/// When the server refuses or is gone.
pub async fn leaves(
    client: &impl GenericClient,
    oid: u32,
) -> Result<Vec<(u32, RelationName)>, ServerError> {
    let rows = client.query(include_str!("../sql/leaves.sql"), &[&oid]).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("oid")?, relation_name(row, "nspname", "relname")?)))
        .collect()
}

/// The enabled triggers that users made on the tables with these numbers.
///
/// # Errors
/// When the server refuses or is gone.
pub async fn user_triggers(
    client: &impl GenericClient,
    oids: &[u32],
) -> Result<Vec<UserTrigger>, ServerError> {
    let rows = client.query(include_str!("../sql/user_triggers.sql"), &[&oids]).await?;
    rows.iter().map(trigger).collect()
}

/// The triggers of a table that have these names, whosever they are.
///
/// # Errors
/// When the server refuses or is gone.
pub async fn triggers_named(
    client: &impl GenericClient,
    oid: u32,
    names: &[Ident],
) -> Result<Vec<UserTrigger>, ServerError> {
    let names: Vec<&str> = names.iter().map(Ident::as_str).collect();
    let rows = client.query(include_str!("../sql/triggers_named.sql"), &[&oid, &names]).await?;
    rows.iter().map(trigger).collect()
}

fn trigger(row: &Row) -> Result<UserTrigger, ServerError> {
    Ok(UserTrigger {
        table: relation_name(row, "nspname", "relname")?,
        oid: row.try_get("oid")?,
        name: ident(row, "tgname")?,
        mode: row.try_get("mode")?,
        actions: actions(row)?,
        columns: idents(row, "columns")?,
        owner: ident(row, "owner")?,
        owned: row.try_get("owned")?,
    })
}

fn actions(row: &Row) -> Result<Vec<Action>, ServerError> {
    let mut actions = Vec::new();
    for (action, column) in [
        (Action::Insert, "on_insert"),
        (Action::Update, "on_update"),
        (Action::Delete, "on_delete"),
    ] {
        if row.try_get(column)? {
            actions.push(action);
        }
    }
    Ok(actions)
}

/// An identifier in a column of a result.
///
/// # Errors
/// When the column is not there or holds no name.
pub fn ident(row: &Row, column: &str) -> Result<Ident, ServerError> {
    Ident::new(row.try_get::<_, String>(column)?).map_err(ServerError::unexpected)
}

/// An array of identifiers in a column of a result.
///
/// # Errors
/// When the column is not there or holds no names.
pub fn idents(row: &Row, column: &str) -> Result<Vec<Ident>, ServerError> {
    let names: Vec<String> = row.try_get(column)?;
    names.into_iter().map(|name| Ident::new(name).map_err(ServerError::unexpected)).collect()
}

/// A table whose schema and name are two columns of a result.
///
/// # Errors
/// When the columns are not there or hold no names.
pub fn relation_name(row: &Row, schema: &str, table: &str) -> Result<RelationName, ServerError> {
    Ok(RelationName::new(ident(row, schema)?, ident(row, table)?))
}

fn action(code: &str) -> ForeignKeyAction {
    match code {
        "c" => ForeignKeyAction::Cascade,
        "n" | "d" => ForeignKeyAction::Clear,
        _ => ForeignKeyAction::Refuse,
    }
}
