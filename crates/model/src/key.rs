use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Ident, Row};

/// The values that identify a row, in the order of the key's columns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(Row);

/// A key as the journal stores and indexes it: the value itself for a key of one column, a JSON
/// array for more, a hash where it is long. Only the database makes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyText(pub String);

/// Why a text does not fit a table's key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The table has no key at all.
    #[error("the table has no key, so its rows cannot be named one by one")]
    NoKey,
    /// Columns are missing, unknown or named twice.
    #[error("the key `{given}` does not fit the key columns ({columns})")]
    Columns {
        /// What the user gave.
        given: String,
        /// What the table has.
        columns: String,
    },
}

impl Key {
    /// The key of a row, `None` for a table without one.
    ///
    /// A column that the row does not have counts as null: the key must stay readable for rows
    /// written before the table's key was changed.
    #[must_use]
    pub fn of(columns: &[Ident], row: &Row) -> Option<Self> {
        if columns.is_empty() {
            return None;
        }
        let value = |column: &Ident| row.get(column.as_str()).cloned().unwrap_or_default();
        Some(Self(columns.iter().map(|c| (c.as_str().to_owned(), value(c))).collect()))
    }

    /// Reads what a user typed: `42`, `id=42`, `a=1,b=x`, with `'…'` around values that contain
    /// a comma. The values are texts; the database turns them into the columns' types.
    ///
    /// # Errors
    /// When the table has no key or other columns than those given.
    pub fn parse(text: &str, columns: &[Ident]) -> Result<Self, KeyError> {
        let misfit = || KeyError::Columns {
            given: text.to_owned(),
            columns: columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        };
        match columns {
            [] => return Err(KeyError::NoKey),
            [only] if text.split_once('=').is_none_or(|(name, _)| name.trim() != only.as_str()) => {
                let looks_named = text.split_once('=').is_some_and(|(name, _)| {
                    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                });
                if text.is_empty() || looks_named {
                    return Err(misfit());
                }
                return Ok(Self(
                    [(only.as_str().to_owned(), Value::from(text))].into_iter().collect(),
                ));
            }
            _ => {}
        }
        let mut given = Row::new();
        for part in split_outside_quotes(text) {
            let (name, value) = part.split_once('=').ok_or_else(misfit)?;
            let (name, value) = (name.trim().trim_matches('"'), unquote(value.trim()));
            if given.insert(name.to_owned(), Value::from(value)).is_some() {
                return Err(misfit());
            }
        }
        let fits =
            given.len() == columns.len() && columns.iter().all(|c| given.contains_key(c.as_str()));
        if fits { Self::of(columns, &given).ok_or(KeyError::NoKey) } else { Err(misfit()) }
    }

    /// Column name to value.
    #[must_use]
    pub fn values(&self) -> &Row {
        &self.0
    }
}

/// As a user would type it: `id=42`, `a=1,b='x,y'`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (column, value)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if text.contains([',', '\'']) {
                write!(f, "{comma}{column}='{}'", text.replace('\'', "''"))?;
            } else {
                write!(f, "{comma}{column}={text}")?;
            }
        }
        Ok(())
    }
}

fn split_outside_quotes(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            ',' if !quoted => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn unquote(value: &str) -> String {
    value
        .strip_prefix('\'')
        .and_then(|inner| inner.strip_suffix('\''))
        .map_or_else(|| value.to_owned(), |inner| inner.replace("''", "'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<Ident> {
        names.iter().map(|&name| Ident::new(name).unwrap()).collect()
    }

    fn parsed(text: &str, names: &[&str]) -> Result<String, KeyError> {
        Key::parse(text, &columns(names)).map(|key| key.to_string())
    }

    #[test]
    fn the_forms_a_user_may_type() {
        assert_eq!(parsed("42", &["id"]).unwrap(), "id=42");
        assert_eq!(parsed("id=42", &["id"]).unwrap(), "id=42");
        assert_eq!(parsed("b=x,a=1", &["a", "b"]).unwrap(), "a=1,b=x");
        assert_eq!(parsed("a=1,b='x,y''z'", &["a", "b"]).unwrap(), "a=1,b='x,y''z'");
    }

    #[test]
    fn a_value_may_contain_an_equals_sign() {
        assert_eq!(parsed("x/y=z", &["path"]).unwrap(), "path=x/y=z");
    }

    #[test]
    fn misfits_name_the_columns() {
        assert_eq!(parsed("42", &[]).unwrap_err(), KeyError::NoKey);
        for (text, names) in
            [("42", &["a", "b"][..]), ("nr=42", &["id"]), ("a=1,a=2", &["a", "b"]), ("", &["id"])]
        {
            let error = parsed(text, names).unwrap_err().to_string();
            assert!(error.contains(&names.join(", ")), "{error}");
        }
    }
}
