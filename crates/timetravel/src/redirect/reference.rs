//! References to relations, and the text that stands for each of them.

use std::fmt;
use std::ops::Range;

use pgrecall_model::Ident;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};

use super::names::{identifier, range, segments, token_start};
use super::pinned::Pin;

/// A relation that a query reads, as its author names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The schema, where one is named.
    pub schema: Option<Ident>,
    /// The relation within it.
    pub table: Ident,
    /// Whether ONLY excludes the relations that inherit from it.
    pub only: bool,
    /// The bytes of the name in the text, with its schema.
    pub span: Range<usize>,
    /// The values that its columns must have for a row to count.
    pub pins: Vec<Pin>,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        write!(f, "{}", self.table)
    }
}

/// What is put in place of a reference, and how.
#[derive(Debug, Clone)]
pub(super) struct Site {
    /// The bytes to replace: the name with the ONLY, parentheses and star around it.
    pub(super) replaced: Range<usize>,
    pub(super) form: Form,
    /// Whether TABLESAMPLE follows.
    pub(super) sampled: bool,
    /// The alias.
    pub(super) alias: Option<Ident>,
    /// The alias, if it comes with names for the columns.
    pub(super) renamed: Option<Ident>,
}

/// The grammar around a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `TABLE name`, which is a statement of its own.
    Statement,
    /// `FROM name`.
    Unnamed,
    /// `FROM name AS alias`.
    Named,
    /// `FROM name alias`.
    NamedWithoutAs,
}

impl Site {
    /// Whether columns are qualified by the relation's own name.
    pub(super) fn goes_by_own_name(&self) -> bool {
        matches!(self.form, Form::Statement | Form::Unnamed)
    }
}

/// Key words that are functions in FROM although no parentheses follow.
///
/// `func_expr_common_subexpr` of PostgreSQL's `gram.y`.
const VALUE_FUNCTIONS: &[SyntaxKind] = &[
    SyntaxKind::CURRENT_CATALOG_KW,
    SyntaxKind::CURRENT_DATE_KW,
    SyntaxKind::CURRENT_ROLE_KW,
    SyntaxKind::CURRENT_SCHEMA_KW,
    SyntaxKind::CURRENT_TIME_KW,
    SyntaxKind::CURRENT_TIMESTAMP_KW,
    SyntaxKind::CURRENT_USER_KW,
    SyntaxKind::LOCALTIME_KW,
    SyntaxKind::LOCALTIMESTAMP_KW,
    SyntaxKind::SESSION_USER_KW,
    SyntaxKind::USER_KW,
];

/// Reads the name of a relation with what stands around it.
///
/// `None`: its meaning is not clear. `Some(None)`: it is a function, not a relation.
#[expect(clippy::option_option, reason = "unclear and clearly no relation are different answers")]
pub(super) fn read(name: &SyntaxNode) -> Option<Option<(Reference, Site)>> {
    let path = name.first_child().and_then(ast::PathRef::cast)?;
    let names = segments(&path);
    if let [only_segment] = names.as_slice() {
        match only_segment.syntax().first_token()?.kind() {
            kind if VALUE_FUNCTIONS.contains(&kind) => return Some(None),
            // A function since PostgreSQL 16, the name of a relation before.
            SyntaxKind::SYSTEM_USER_KW => return None,
            _ => {}
        }
    }
    let mut idents = Vec::new();
    for segment in &names {
        idents.push(identifier(segment.syntax()).ok()?);
    }
    let (schema, table) = match idents.as_slice() {
        [table] => (None, table.clone()),
        // PostgreSQL has no references across databases: the third part is the current one.
        [schema, table] | [_, schema, table] => (Some(schema.clone()), table.clone()),
        _ => return None,
    };
    let (site, only) = site(name)?;
    Some(Some((Reference { schema, table, only, span: range(name), pins: Vec::new() }, site)))
}

fn site(name: &SyntaxNode) -> Option<(Site, bool)> {
    let parent = name.parent()?;
    if let Some(relation) = ast::RelationName::cast(parent.clone()) {
        return in_statement(&relation);
    }
    let item = ast::RelationFromItem::cast(parent)?;
    match item.syntax().parent().and_then(ast::ParenExpr::cast) {
        Some(parentheses) => in_parentheses(&item, &parentheses),
        None => in_from(&item),
    }
}

/// `TABLE name`, `TABLE ONLY (name)`, `TABLE name *`.
fn in_statement(relation: &ast::RelationName) -> Option<(Site, bool)> {
    let table = relation.syntax().parent().and_then(ast::Table::cast)?;
    let replaced = token_start(&table.table_token()?)..range(relation.syntax()).end;
    let site = Site { replaced, form: Form::Statement, sampled: false, alias: None, renamed: None };
    Some((site, relation.only_token().is_some()))
}

/// `FROM name`, `FROM ONLY name`, `FROM name *`, each with or without alias.
fn in_from(item: &ast::RelationFromItem) -> Option<(Site, bool)> {
    let name = range(item.relation_name_ref()?.syntax());
    let only = item.only_token();
    let start = only.as_ref().map_or(name.start, token_start);
    let end = item.star_token().as_ref().map_or(name.end, token_end);
    let site = Site {
        replaced: start..end,
        form: form(item.alias().as_ref())?,
        sampled: item.tablesample_clause().is_some(),
        alias: item.alias().as_ref().and_then(alias),
        renamed: item.alias().as_ref().and_then(renamed),
    };
    Some((site, only.is_some()))
}

/// `FROM ONLY (name)`; also the sides of a join in parentheses, which are no different from
/// those of a join without.
fn in_parentheses(
    item: &ast::RelationFromItem,
    parentheses: &ast::ParenExpr,
) -> Option<(Site, bool)> {
    let outer = parentheses.syntax().parent().and_then(ast::ParenFromItem::cast)?;
    let only = outer.only_token()?;
    let is_bare = item.only_token().is_none()
        && item.star_token().is_none()
        && item.alias().is_none()
        && item.tablesample_clause().is_none();
    let site = Site {
        replaced: token_start(&only)..range(parentheses.syntax()).end,
        form: form(outer.alias().as_ref())?,
        sampled: false,
        alias: outer.alias().as_ref().and_then(alias),
        renamed: outer.alias().as_ref().and_then(renamed),
    };
    is_bare.then_some((site, true))
}

/// A list of columns without a name before it is not what PostgreSQL takes as a relation's alias.
fn form(alias: Option<&ast::FromAlias>) -> Option<Form> {
    let Some(alias) = alias else { return Some(Form::Unnamed) };
    alias.name()?;
    Some(if alias.as_token().is_some() { Form::Named } else { Form::NamedWithoutAs })
}

fn alias(alias: &ast::FromAlias) -> Option<Ident> {
    identifier(alias.name()?.syntax()).ok()
}

fn renamed(given: &ast::FromAlias) -> Option<Ident> {
    given.columns()?;
    alias(given)
}

fn token_end(token: &SyntaxToken) -> usize {
    token.text_range().end().into()
}
