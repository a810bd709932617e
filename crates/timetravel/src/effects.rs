//! Whether a query can do more than compute its answer.
//!
//! A read-only transaction holds back writes, but no function that sleeps, reads files, calls other
//! servers, ends sessions or takes locks. Such functions are found by their names in the syntax tree,
//! and in the bodies of those that are written in SQL themselves. Operators, casts and views are not
//! looked into: who makes them owns the database, or a part of it.

use std::collections::BTreeSet;

use pgrecall_journal::Journal;
use pgrecall_model::{Ident, Pattern, RelationName};
use pgrecall_postgres::ServerError;

use crate::TimeTravelError;
use crate::redirect::{Call, Query};

/// Refuses a query that calls functions which may do more than compute, but for those that are
/// allowed. A text that is no query passes: it is refused where it is run.
///
/// # Errors
/// When it calls such a function, or when the server refuses.
pub async fn check_effects(
    journal: &Journal,
    sql: &str,
    allowed: &[Pattern],
) -> Result<(), TimeTravelError> {
    let Ok(query) = Query::parse(sql) else { return Ok(()) };
    let mut known: BTreeSet<Call> = BTreeSet::new();
    let mut open: Vec<Call> = query.calls().to_vec();
    while !open.is_empty() {
        open.retain(|call| !known.contains(call));
        known.extend(open.iter().cloned());
        let doubtful = doubtful(journal, &open).await?;
        open.clear();
        for Function { name, body } in doubtful {
            if allowed.iter().any(|pattern| pattern.matches(&name)) {
                continue;
            }
            let body = body.and_then(|body| Query::parse(&body).ok());
            // What it calls is looked at in turn.
            let body = body.ok_or_else(|| TimeTravelError::Effects(name))?;
            open.extend_from_slice(body.calls());
        }
    }
    Ok(())
}

/// A function that may do more than compute.
struct Function {
    name: RelationName,
    /// Its text, if that tells all that it does.
    body: Option<String>,
}

async fn doubtful(journal: &Journal, calls: &[Call]) -> Result<Vec<Function>, TimeTravelError> {
    let schemas: Vec<_> =
        calls.iter().map(|call| call.schema.as_ref().map(Ident::as_str)).collect();
    let names: Vec<_> = calls.iter().map(|call| call.name.as_str()).collect();
    let fields: Vec<_> = calls.iter().map(|call| call.is_field).collect();
    let sql = include_str!("../sql/effects.sql");
    let rows = journal.client().query(sql, &[&schemas, &names, &fields]).await?;
    let function = |row: &tokio_postgres::Row| {
        let name = |column| -> Result<Ident, TimeTravelError> {
            let name: String = row.try_get(column)?;
            Ok(Ident::new(name).map_err(ServerError::unexpected)?)
        };
        let name = RelationName::new(name("schema_name")?, name("function_name")?);
        Ok(Function { name, body: row.try_get("body")? })
    };
    rows.iter().map(function).collect()
}
