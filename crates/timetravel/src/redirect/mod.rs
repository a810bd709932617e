//! A user's query as of a moment: every relation it reads is replaced by a subquery.
//!
//! References are found in the lossless syntax tree and replaced span by span; the rest of the
//! text stays as it is. Whatever is not certain to be understood is refused, because a relation
//! that is left unreplaced gives an answer of today that looks like one of the past.
//!
//! Outside of its reach is what a query reads without naming a relation: functions that read
//! tables, and names within string literals such as `'prizes'::regclass`.
//!
//! String literals are read with `standard_conforming_strings = on`, so the result must be run
//! with that setting.

mod call;
mod column;
mod error;
mod names;
mod nesting;
mod pinned;
mod reference;
mod rewrite;
mod scope;
mod statement;
mod survey;
#[cfg(test)]
mod tests;

pub use call::Call;
pub use error::{Position, RedirectError};
pub use pinned::Pin;
pub use reference::Reference;
pub use rewrite::Replacement;

use rewrite::Rewrite;
use survey::Survey;

/// One statement that only reads: SELECT, WITH … SELECT, VALUES or TABLE.
#[derive(Debug, Clone)]
pub struct Query {
    sql: String,
    survey: Survey,
}

impl Query {
    /// Reads a statement.
    ///
    /// # Errors
    /// When the text is not exactly one statement, when that statement is no query, changes data,
    /// creates a table or locks rows, and when it is not clear what it refers to.
    pub fn parse(sql: &str) -> Result<Self, RedirectError> {
        nesting::check(sql)?;
        let survey = nesting::with_deep_stack(|| {
            let root = statement::read_only(sql)?;
            Survey::of(sql, &root)
        })?;
        Ok(Self { sql: sql.to_owned(), survey })
    }

    /// The relations that the query reads, in the order of the text and as often as they occur.
    ///
    /// The names of its own WITH queries are not among them where they hide relations.
    #[must_use]
    pub fn relations(&self) -> &[Reference] {
        &self.survey.references
    }

    /// The functions that the query calls, in the order of the text and as often as they occur.
    #[must_use]
    pub fn calls(&self) -> &[Call] {
        &self.survey.calls
    }

    /// The query with subqueries in place of relations.
    ///
    /// `replacement` is asked once for every reference, in the order of the text; `None` leaves
    /// that one as it is. The result has no semicolon and can be put in parentheses.
    ///
    /// # Errors
    /// When the query makes use of something that a subquery does not have: TABLESAMPLE, system
    /// columns, a schema that tells relations of the same name apart.
    pub fn redirect(
        &self,
        replacement: impl FnMut(&Reference) -> Option<Replacement>,
    ) -> Result<String, RedirectError> {
        let replacements = self.survey.references.iter().map(replacement).collect();
        Rewrite { sql: &self.sql, survey: &self.survey, replacements }.perform()
    }

    /// Where byte `offset` of the text is, for messages.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        Position::of(&self.sql, offset)
    }
}
