//! Lists of changes or records, as other programs write them: CSV, or JSON Lines.

use std::path::Path;

use pgrecall_model::{ChangeId, Row};
use serde_json::Value;

use crate::failure::{Failure, Local};

/// A record, by words that are still to be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) table: String,
    pub(crate) key: String,
}

/// The numbers of changes in a file.
pub(crate) fn changes(file: &Path) -> Result<Vec<ChangeId>, Failure> {
    let changes = rows(file)?.into_iter().map(|(line, row)| {
        let id = row.get("id").and_then(|id| match id {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        });
        id.map(ChangeId).ok_or_else(|| wrong(file, line, "there is no number under `id`"))
    });
    changes.collect()
}

/// The records in a file.
pub(crate) fn records(file: &Path) -> Result<Vec<Listed>, Failure> {
    let records = rows(file)?.into_iter().map(|(line, row)| {
        let word = |name: &str| row.get(name).and_then(as_words).filter(|word| !word.is_empty());
        match (word("table"), word("key")) {
            (Some(table), Some(key)) => Ok(Listed { table, key }),
            _ => Err(wrong(file, line, "`table` and `key` are both needed")),
        }
    });
    records.collect()
}

/// A key may be a text, a number, or an object such as `log --json` writes.
fn as_words(value: &Value) -> Option<String> {
    let quoted = |value: &Value| match value {
        Value::String(text) if text.contains([',', '\'']) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(columns) => Some(
            columns
                .iter()
                .map(|(name, value)| format!("{name}={}", quoted(value)))
                .collect::<Vec<_>>()
                .join(","),
        ),
        _ => None,
    }
}

fn wrong(file: &Path, line: usize, what: &str) -> Failure {
    Local::Usage(format!("{}, line {line}: {what}", file.display())).into()
}

/// The rows of a file with the numbers of their lines.
fn rows(file: &Path) -> Result<Vec<(usize, Row)>, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Local::Usage(format!("{}: {error}", file.display())))?;
    if text.trim_start().starts_with('{') {
        return json_lines(file, &text);
    }
    let mut lines = csv(&text).into_iter();
    let Some((_, names)) = lines.next() else { return Ok(Vec::new()) };
    lines
        .map(|(line, fields)| {
            if fields.len() != names.len() {
                return Err(wrong(
                    file,
                    line,
                    "it has another number of fields than the first line",
                ));
            }
            let values = fields.into_iter().map(Value::from);
            Ok((line, names.iter().map(|name| name.trim().to_owned()).zip(values).collect()))
        })
        .collect()
}

fn json_lines(file: &Path, text: &str) -> Result<Vec<(usize, Row)>, Failure> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| match serde_json::from_str(line) {
            Ok(Value::Object(row)) => Ok((at + 1, row)),
            _ => Err(wrong(file, at + 1, "it is no JSON object")),
        })
        .collect()
}

/// The fields of each line (RFC 4180), with its number; empty lines are passed over.
fn csv(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut lines = Vec::new();
    let (mut fields, mut field) = (Vec::new(), String::new());
    let (mut quoted, mut line, mut begun) = (false, 1, 1);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => {
                rest.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                fields.push(std::mem::take(&mut field));
                lines.push((begun, std::mem::take(&mut fields)));
                line += 1;
                begun = line;
            }
            c => {
                line += usize::from(c == '\n');
                field.push(c);
            }
        }
    }
    fields.push(field);
    lines.push((begun, fields));
    lines.retain(|(_, fields)| fields.iter().any(|field| !field.is_empty()));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_csv_may_hold_commas_quotes_and_line_ends() {
        let lines = csv("table,key\r\nt,\"a=1,b='x'\"\n\n\"Odd \"\"T\"\"\",\"two\nlines\"\nz,1");
        assert_eq!(lines[1], (2, vec!["t".to_owned(), "a=1,b='x'".to_owned()]));
        assert_eq!(lines[2], (4, vec!["Odd \"T\"".to_owned(), "two\nlines".to_owned()]));
        assert_eq!(lines[3], (6, vec!["z".to_owned(), "1".to_owned()]));
    }

    #[test]
    fn keys_may_be_written_as_the_log_writes_them() {
        assert_eq!(as_words(&serde_json::json!({"a": 1, "b": "x,y"})).unwrap(), "a=1,b='x,y'");
        assert_eq!(as_words(&serde_json::json!(42)).unwrap(), "42");
    }
}
