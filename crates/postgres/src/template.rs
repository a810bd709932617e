use std::fmt::{self, Display};

use pgrecall_model::{Ident, RelationName};

/// An SQL text from a `.sql` file whose `{placeholders}` are filled with things that are safe to
/// stand in SQL: identifiers, numbers, quoted literals, and other filled templates.
///
/// It is the only way in which anything becomes part of an SQL text. Values that change from call
/// to call belong into query parameters instead.
///
/// ```
/// use pgrecall_postgres::Template;
/// use pgrecall_model::Ident;
/// let name = Ident::new("Odd Name")?;
/// let sql = Template::new("SELECT count(*) FROM {table}").with("table", &name).sql();
/// assert_eq!(sql, "SELECT count(*) FROM \"Odd Name\"");
/// # Ok::<(), pgrecall_model::NameError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Template {
    text: &'static str,
    values: Vec<(&'static str, String)>,
}

/// Something that may stand in an SQL text as it displays itself.
pub trait Fragment: Display {}

impl Fragment for Ident {}
impl Fragment for RelationName {}
impl Fragment for Literal<'_> {}
impl Fragment for Quoted<'_> {}
impl Fragment for Template {}
impl Fragment for i32 {}
impl Fragment for i64 {}
impl Fragment for u32 {}
impl Fragment for usize {}

/// A name in quotes, whether or not SQL needs them: PL/pgSQL has reserved words of its own.
#[derive(Debug, Clone, Copy)]
pub struct Quoted<'t>(pub &'t Ident);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.as_str().replace('"', "\"\""))
    }
}

/// A text as an SQL string literal.
#[derive(Debug, Clone, Copy)]
pub struct Literal<'t>(pub &'t str);

/// Quoted so that the value is the same with and without `standard_conforming_strings`, and without
/// a dollar sign, so that it cannot end the body of a function in which it stands.
impl Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.contains(['\\', '$']) {
            let escaped = self.0.replace('\\', "\\\\").replace('\'', "''").replace('$', "\\x24");
            write!(f, "E'{escaped}'")
        } else {
            write!(f, "'{}'", self.0.replace('\'', "''"))
        }
    }
}

impl Template {
    /// Takes the text of a template; a placeholder is a word in braces.
    #[must_use]
    pub fn new(text: &'static str) -> Self {
        Self { text, values: Vec::new() }
    }

    /// Fills a placeholder.
    #[must_use]
    pub fn with(mut self, placeholder: &'static str, value: &impl Fragment) -> Self {
        self.values.push((placeholder, value.to_string()));
        self
    }

    /// Fills a placeholder with fragments in a row, `separator` between them.
    #[must_use]
    pub fn with_all<F: Fragment>(
        mut self,
        placeholder: &'static str,
        values: impl IntoIterator<Item = F>,
        separator: &'static str,
    ) -> Self {
        let texts: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        self.values.push((placeholder, texts.join(separator)));
        self
    }

    /// Fills a placeholder with a piece of SQL that was parsed and checked, or that the server
    /// itself printed. Never for names or values.
    #[must_use]
    pub fn with_checked_sql(mut self, placeholder: &'static str, sql: &str) -> Self {
        self.values.push((placeholder, sql.to_owned()));
        self
    }

    /// The SQL. What a value contains is never read as a placeholder.
    #[must_use]
    pub fn sql(&self) -> String {
        let mut sql = String::with_capacity(self.text.len() * 2);
        let mut rest = self.text;
        while let Some(open) = rest.find('{') {
            sql.push_str(&rest[..open]);
            rest = &rest[open..];
            let filled = self.values.iter().find_map(|(name, value)| {
                let after = rest[1..].strip_prefix(name)?.strip_prefix('}')?;
                Some((value, after))
            });
            if let Some((value, after)) = filled {
                sql.push_str(value);
                rest = after;
            } else {
                sql.push('{');
                rest = &rest[1..];
            }
        }
        sql.push_str(rest);
        sql
    }
}

impl Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_survive_quotes_and_backslashes() {
        assert_eq!(Literal("it's").to_string(), "'it''s'");
        assert_eq!(Literal("a\\'b").to_string(), "E'a\\\\''b'");
        assert_eq!(Literal("$function$").to_string(), "E'\\x24function\\x24'");
    }

    #[test]
    fn a_value_that_looks_like_a_placeholder_stays_as_it_is() {
        let hostile = Ident::new("{b}").unwrap();
        let sql = Template::new("{a} {b} '{}'::jsonb").with("a", &hostile).with("b", &1_i32).sql();
        assert_eq!(sql, "\"{b}\" 1 '{}'::jsonb");
    }
}
