use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::keyword;

/// The longest identifier that PostgreSQL keeps, in bytes (`NAMEDATALEN - 1`).
const MAX_BYTES: usize = 63;

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing between the dots or quotes.
    #[error("a name must not be empty")]
    Empty,
    /// PostgreSQL cannot store the character NUL.
    #[error("a name must not contain the character NUL")]
    Nul,
    /// A quote was opened and not closed.
    #[error("the double quote in `{0}` is not closed")]
    OpenQuote(String),
    /// A character that needs quotes stands outside them.
    #[error("`{0}` is not a name")]
    Malformed(String),
    /// More dots than the kind of name has.
    #[error("`{0}` has too many parts")]
    TooManyParts(String),
}

/// One identifier of the database, exactly as its catalogue holds it.
///
/// Displaying it gives its quoted form, and that is the only way in which a name gets into SQL
/// or into messages: `Ident` of `Odd Name` displays as `"Odd Name"`, of `prizes` as `prizes`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ident(String);

impl Ident {
    /// Takes a name as the catalogue holds it (not quoted, case as it is).
    ///
    /// # Errors
    /// When the name is empty or contains NUL.
    pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
        let name = name.into();
        match name.as_str() {
            "" => Err(NameError::Empty),
            text if text.contains('\0') => Err(NameError::Nul),
            _ => Ok(Self(name)),
        }
    }

    /// Takes a name as somebody typed it, cut where the server cuts longer ones.
    ///
    /// # Errors
    /// When the name is empty or contains NUL.
    pub fn typed(name: impl Into<String>) -> Result<Self, NameError> {
        Self::new(truncate(name.into()))
    }

    /// The name as the catalogue holds it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is_plain(&self) -> bool {
        let mut bytes = self.0.bytes();
        bytes.next().is_some_and(|first| first.is_ascii_lowercase() || first == b'_')
            && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            && !keyword::needs_quotes(&self.0)
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_plain() {
            return f.write_str(&self.0);
        }
        write!(f, "\"{}\"", self.0.replace('"', "\"\""))
    }
}

impl TryFrom<String> for Ident {
    type Error = NameError;

    fn try_from(name: String) -> Result<Self, NameError> {
        Self::new(name)
    }
}

impl From<Ident> for String {
    fn from(ident: Ident) -> Self {
        ident.0
    }
}

/// A table with its schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RelationName {
    /// The schema.
    pub schema: Ident,
    /// The table within it.
    pub table: Ident,
}

impl RelationName {
    /// Puts a schema and a table together.
    #[must_use]
    pub fn new(schema: Ident, table: Ident) -> Self {
        Self { schema, table }
    }
}

impl fmt::Display for RelationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.table)
    }
}

/// As it is displayed, with its schema.
impl FromStr for RelationName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let (schema, table) = split_relation(text)?;
        let schema = schema.ok_or_else(|| NameError::Malformed(text.to_owned()))?;
        Ok(Self { schema, table })
    }
}

/// A column of a table as a user names it: `table.column` or `schema.table.column`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnName {
    /// The schema, where the user named it.
    pub schema: Option<Ident>,
    /// The table.
    pub table: Ident,
    /// The column.
    pub column: Ident,
}

impl FromStr for ColumnName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let mut parts = split(text)?;
        let malformed = || NameError::Malformed(text.to_owned());
        let column = parts.pop().ok_or_else(malformed)?;
        let table = parts.pop().ok_or_else(malformed)?;
        let schema = parts.pop();
        if !parts.is_empty() {
            return Err(NameError::TooManyParts(text.to_owned()));
        }
        Ok(Self { schema, table, column })
    }
}

/// Splits a dotted name into its identifiers by the rules of SQL: unquoted parts are folded to
/// lower case, quoted ones are kept.
///
/// # Errors
/// When the text is no such name.
pub(crate) fn split(text: &str) -> Result<Vec<Ident>, NameError> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let (part, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_part(quoted, text)?,
            None => plain_part(rest, text)?,
        };
        parts.push(Ident::typed(part)?);
        if after.is_empty() {
            return Ok(parts);
        }
        rest = after.strip_prefix('.').ok_or_else(|| NameError::Malformed(text.to_owned()))?;
    }
}

fn quoted_part<'t>(rest: &'t str, text: &str) -> Result<(String, &'t str), NameError> {
    let mut name = String::new();
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '"' {
            name.push(c);
        } else if chars.next_if(|&(_, next)| next == '"').is_some() {
            name.push('"');
        } else {
            return Ok((name, &rest[at + 1..]));
        }
    }
    Err(NameError::OpenQuote(text.to_owned()))
}

fn plain_part<'t>(rest: &'t str, text: &str) -> Result<(String, &'t str), NameError> {
    let end = rest.find('.').unwrap_or(rest.len());
    let (part, after) = rest.split_at(end);
    if part.is_empty() {
        return Err(NameError::Empty);
    }
    if part.contains(|c: char| c == '"' || c.is_whitespace() || c == ';' || c == '\'') {
        return Err(NameError::Malformed(text.to_owned()));
    }
    Ok((part.to_ascii_lowercase(), after))
}

/// PostgreSQL cuts longer identifiers at a character boundary, so that what a user types finds
/// what the server stored.
fn truncate(mut name: String) -> String {
    if name.len() > MAX_BYTES {
        let end = (0..=MAX_BYTES).rev().find(|&at| name.is_char_boundary(at)).unwrap_or(0);
        name.truncate(end);
    }
    name
}

/// A table as a user names it: `prizes`, `public.prizes`, `"Odd Name"`.
///
/// Without a schema the name is looked up among the tables the caller offers.
///
/// # Errors
/// When the text is no such name.
pub(crate) fn split_relation(text: &str) -> Result<(Option<Ident>, Ident), NameError> {
    let mut parts = split(text)?;
    let table = parts.pop().ok_or(NameError::Empty)?;
    let schema = parts.pop();
    if !parts.is_empty() {
        return Err(NameError::TooManyParts(text.to_owned()));
    }
    Ok((schema, table))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        split(text).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>().join(".")
    }

    #[test]
    fn names_are_shown_as_postgresql_quotes_them() {
        for (name, quoted) in [
            ("prizes", "prizes"),
            ("Prizes", "\"Prizes\""),
            ("order", "\"order\""),
            ("old", "old"),
            ("a\"b", "\"a\"\"b\""),
            ("1st", "\"1st\""),
            ("größe", "\"größe\""),
            ("between", "\"between\""),
        ] {
            assert_eq!(Ident::new(name).unwrap().to_string(), quoted);
        }
    }

    #[test]
    fn what_users_type_is_folded_like_sql() {
        assert_eq!(shown("Public.Prizes"), "public.prizes");
        assert_eq!(shown("app.\"Odd Name\""), "app.\"Odd Name\"");
        assert_eq!(shown("\"a.b\".\"c\"\"d\""), "\"a.b\".\"c\"\"d\"");
    }

    #[test]
    fn malformed_names_are_refused() {
        for text in ["", "a..b", "\"open", "a b", "a.", "\"x\"y", "a;drop table b"] {
            assert!(split(text).is_err(), "{text}");
        }
    }

    #[test]
    fn long_names_are_cut_where_the_server_cuts_them() {
        let long = "é".repeat(40);
        assert_eq!(split(&long).unwrap()[0].as_str().len(), 62);
    }
}
