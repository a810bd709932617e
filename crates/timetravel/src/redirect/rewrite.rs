//! Putting subqueries in place of relations.

use std::ops::Range;

use pgrecall_model::Ident;

use super::column::QualifiedColumn;
use super::error::{Position, RedirectError};
use super::reference::{Form, Reference, Site};
use super::survey::{Item, Survey};

/// What stands for a relation in the redirected query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The schema in which the relation was found, which says what `schema.table.column` in the
    /// query means when the FROM clause names no schema.
    pub schema: Ident,
    /// The query that gives its rows. Names of relations in it must be qualified by a schema, or
    /// a WITH query of the user's might hide them.
    pub subquery: String,
}

/// The replacements of one statement, in the order of its references.
pub(super) struct Rewrite<'q> {
    pub(super) sql: &'q str,
    pub(super) survey: &'q Survey,
    pub(super) replacements: Vec<Option<Replacement>>,
}

/// A span of the statement and what is put there.
struct Edit {
    span: Range<usize>,
    text: String,
}

impl Rewrite<'_> {
    /// The statement with everything replaced that is to be.
    pub(super) fn perform(&self) -> Result<String, RedirectError> {
        self.refuse_samples()?;
        self.refuse_equal_names()?;
        self.refuse_system_columns()?;
        self.refuse_renamed_rows()?;
        let mut edits = self.subqueries();
        edits.extend(self.columns()?);
        edits.extend(self.semicolons());
        edits.sort_by_key(|edit| edit.span.start);
        let mut text = apply(self.sql, &edits);
        if self.survey.ends_in_line_comment && !text.ends_with('\n') {
            text.push('\n');
        }
        Ok(text)
    }

    fn refuse_samples(&self) -> Result<(), RedirectError> {
        let sampled = self.replaced().find(|(_, site, _)| site.sampled);
        sampled.map_or(Ok(()), |(reference, ..)| {
            Err(RedirectError::Sampled {
                relation: reference.to_string(),
                at: self.position(reference.span.start),
            })
        })
    }

    /// `FROM a.t, b.t` is fine for relations and not for subqueries.
    fn refuse_equal_names(&self) -> Result<(), RedirectError> {
        for level in &self.survey.levels {
            for item in level.items.iter().filter(|item| self.replacement_of(item).is_some()) {
                let mut relations = level.items_named(&item.name).filter_map(|it| it.reference);
                if let Some(second) = relations.nth(1) {
                    let offset = self.survey.references[second].span.start;
                    return Err(self.same_name(&item.name, offset));
                }
            }
        }
        Ok(())
    }

    /// A system column that a subquery lacks could silently become that of an outer relation.
    fn refuse_system_columns(&self) -> Result<(), RedirectError> {
        for (column, offset) in &self.survey.system_columns {
            let mut seen = self.survey.levels.iter().filter(|it| it.is_seen_from(*offset));
            if seen.any(|level| level.references.iter().any(|&it| self.replacements[it].is_some()))
            {
                let at = self.position(*offset);
                return Err(RedirectError::SystemColumn { column: column.clone(), at });
            }
        }
        Ok(())
    }

    /// A row of `prizes AS p (a, b)` keeps the column names of `prizes`, that of a subquery with
    /// this alias does not: `row_to_json(p)` would silently have other keys.
    fn refuse_renamed_rows(&self) -> Result<(), RedirectError> {
        for (name, offset) in &self.survey.whole_rows {
            let mut seen = self.survey.levels.iter().filter(|it| it.is_seen_from(*offset));
            let is_renamed = |&it: &usize| {
                self.replacements[it].is_some()
                    && self.survey.sites[it].renamed.as_ref() == Some(name)
            };
            if seen.any(|level| level.references.iter().any(is_renamed)) {
                let at = self.position(*offset);
                return Err(RedirectError::RenamedRow { alias: name.clone(), at });
            }
        }
        Ok(())
    }

    fn subqueries(&self) -> Vec<Edit> {
        self.replaced()
            .map(|(reference, site, replacement)| Edit {
                span: site.replaced.clone(),
                text: in_place(reference, site, &replacement.subquery),
            })
            .collect()
    }

    fn columns(&self) -> Result<Vec<Edit>, RedirectError> {
        let mut edits = Vec::new();
        for column in &self.survey.columns {
            if self.loses_schema(column)? {
                edits.push(Edit { span: column.qualifier.clone(), text: String::new() });
            }
        }
        Ok(edits)
    }

    /// Looks a column's relation up as PostgreSQL does, from the innermost query outwards.
    ///
    /// Without its schema the column must still mean that relation, so that on the way there may
    /// be no other item of the same name.
    fn loses_schema(&self, column: &QualifiedColumn) -> Result<bool, RedirectError> {
        let offset = column.qualifier.start;
        let mut hidden_by = None;
        for level in self.survey.levels.iter().rev().filter(|it| it.is_seen_from(offset)) {
            let own = level.items_named(&column.table).find(|item| self.is_of(item, column));
            let other = level.items_named(&column.table).find(|item| !self.is_of(item, column));
            hidden_by = hidden_by.or(other);
            if let Some(own) = own {
                return match hidden_by {
                    _ if self.replacement_of(own).is_none() => Ok(false),
                    None => Ok(true),
                    Some(_) => Err(self.same_name(&column.table, offset)),
                };
            }
        }
        Ok(false)
    }

    /// Whether `item` is the relation that `column` is qualified by.
    fn is_of(&self, item: &Item, column: &QualifiedColumn) -> bool {
        let Some(index) = item.reference else { return false };
        let schema = match &self.survey.references[index].schema {
            Some(named) => Some(named),
            None => self.replacements[index].as_ref().map(|it| &it.schema),
        };
        schema == Some(&column.schema)
    }

    fn semicolons(&self) -> impl Iterator<Item = Edit> {
        let spans = self.survey.semicolons.iter().cloned();
        spans.map(|span| Edit { span, text: String::new() })
    }

    fn replaced(&self) -> impl Iterator<Item = (&Reference, &Site, &Replacement)> {
        let survey = self.survey;
        let found = survey.references.iter().zip(&survey.sites).zip(&self.replacements);
        found.filter_map(|((reference, site), it)| Some((reference, site, it.as_ref()?)))
    }

    fn replacement_of(&self, item: &Item) -> Option<&Replacement> {
        self.replacements[item.reference?].as_ref()
    }

    fn same_name(&self, name: &Ident, offset: usize) -> RedirectError {
        RedirectError::SameName { name: name.clone(), at: self.position(offset) }
    }

    fn position(&self, offset: usize) -> Position {
        Position::of(self.sql, offset)
    }
}

/// The text that stands for a reference.
fn in_place(reference: &Reference, site: &Site, subquery: &str) -> String {
    // A `--` comment at the end of the subquery would swallow the parenthesis.
    let last_line = subquery.lines().last().unwrap_or_default();
    let end = if last_line.contains("--") { "\n" } else { "" };
    let table = &reference.table;
    match site.form {
        Form::Statement => format!("SELECT * FROM ({subquery}{end}) AS {table}"),
        Form::Unnamed => format!("({subquery}{end}) AS {table}"),
        Form::Named => format!("({subquery}{end})"),
        Form::NamedWithoutAs => format!("({subquery}{end}) AS"),
    }
}

/// Applies edits that are sorted and do not overlap.
fn apply(sql: &str, edits: &[Edit]) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut done = 0;
    for edit in edits {
        push_apart(&mut text, &sql[done..edit.span.start]);
        push_apart(&mut text, &edit.text);
        done = edit.span.end;
    }
    push_apart(&mut text, &sql[done..]);
    text
}

/// Appends, with a blank where two words would grow together: `FROM"t"WHERE` needs none, but
/// `AS tWHERE` does.
fn push_apart(text: &mut String, piece: &str) {
    let is_word =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '"' | '\'') || !c.is_ascii();
    if text.ends_with(is_word) && piece.starts_with(is_word) {
        text.push(' ');
    }
    text.push_str(piece);
}
