use pgrecall_model::Pattern;
use pgrecall_postgres::catalogue::Table;

use crate::JournalError;

/// Which tables a set of patterns means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matched {
    /// The tables, by name.
    pub tables: Vec<Table>,
    /// Partitions that a wildcard met: their rows are recorded with the whole table.
    pub partitions: usize,
}

/// Finds the tables that fit any of `patterns` and none of `excluded`.
///
/// An exact name without a schema must mean one table.
///
/// # Errors
/// When a pattern fits nothing, when an exact name is ambiguous, or when it names a partition.
pub fn resolve(
    tables: &[Table],
    patterns: &[Pattern],
    excluded: &[Pattern],
) -> Result<Matched, JournalError> {
    let mut matched = Matched::default();
    for pattern in patterns {
        let fitting: Vec<&Table> = tables.iter().filter(|t| pattern.matches(&t.name)).collect();
        check_exact(pattern, &fitting)?;
        for table in fitting {
            let known = matched.tables.iter().any(|seen| seen.oid == table.oid);
            if known || excluded.iter().any(|pattern| pattern.matches(&table.name)) {
                continue;
            }
            if table.partition {
                matched.partitions += 1;
            } else {
                matched.tables.push(table.clone());
            }
        }
    }
    matched.tables.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(matched)
}

fn check_exact(pattern: &Pattern, fitting: &[&Table]) -> Result<(), JournalError> {
    match fitting {
        [] if pattern.is_exact() => Err(JournalError::UnknownTable(pattern.to_string())),
        [] => Err(JournalError::NothingMatches(pattern.clone())),
        [only] if pattern.is_exact() && only.partition => {
            Err(JournalError::Partition(only.name.clone()))
        }
        [_, _, ..] if pattern.is_exact() => Err(JournalError::AmbiguousTable {
            given: pattern.to_string(),
            candidates: names(fitting),
        }),
        _ => Ok(()),
    }
}

fn names(tables: &[&Table]) -> String {
    tables.iter().map(|table| table.name.to_string()).collect::<Vec<_>>().join(", ")
}
