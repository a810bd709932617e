//! Rows and values as texts that are equal exactly when the values are.

use std::fmt::Write as _;

use pgrecall_model::{Ident, Row};
use serde_json::Value;

/// The values of the columns as one text; `None` if one of them is null or not there, because
/// such values are equal to nothing, neither for a key nor for a constraint.
pub(crate) fn values(row: &Row, columns: &[Ident]) -> Option<String> {
    let mut text = String::new();
    for column in columns {
        let value = row.get(column.as_str()).filter(|value| !value.is_null())?;
        write_value(&mut text, value);
        // JSON escapes line ends, so a raw one separates.
        text.push('\n');
    }
    Some(text)
}

/// The whole row as one text, whatever the order of its columns.
pub(crate) fn whole(row: &Row) -> String {
    let mut text = String::new();
    write_object(&mut text, row);
    text
}

/// Whether two images of a row may be of one moment: the columns that both have are equal.
///
/// Only those, because a column may have been added or dropped between the two images, which
/// changes every row without a change of any.
pub(crate) fn agree(one: &Row, other: &Row, columns: Option<&[Ident]>) -> bool {
    let same = |name: &str, value: &Value| other.get(name).is_none_or(|found| found == value);
    match columns {
        None => one.iter().all(|(name, value)| same(name, value)),
        Some(columns) => columns.iter().all(|column| {
            one.get(column.as_str()).is_none_or(|value| same(column.as_str(), value))
        }),
    }
}

/// Objects are equal whatever the order of their members, their texts only if that is settled.
fn write_value(text: &mut String, value: &Value) {
    match value {
        Value::Object(members) => write_object(text, members),
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_value(text, item);
                text.push(',');
            }
            text.push(']');
        }
        scalar => {
            // Writing to a string cannot fail.
            let _ = write!(text, "{scalar}");
        }
    }
}

fn write_object(text: &mut String, members: &Row) {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_unstable_by_key(|&(name, _)| name);
    text.push('{');
    for (name, value) in members {
        let _ = write!(text, "{name:?}:");
        write_value(text, value);
        text.push(',');
    }
    text.push('}');
}
