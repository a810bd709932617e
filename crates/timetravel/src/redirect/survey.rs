//! What a statement refers to, found in one walk over its tree.
//!
//! The result holds no syntax nodes, so that a [`Query`](super::Query) can be sent between
//! threads and outlive the deep stack that its tree needed.

use std::ops::Range;

use pgrecall_model::Ident;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxElement, SyntaxKind, SyntaxNode};

use super::call::{self, Call};
use super::column::{self, QualifiedColumn};
use super::error::{Position, RedirectError};
use super::names::{identifier, range};
use super::pinned::{self, Demand};
use super::reference::{self, Reference, Site};
use super::scope::CteScopes;

/// Everything in a statement that matters for redirecting it.
#[derive(Debug, Clone, Default)]
pub(super) struct Survey {
    /// The relations, in the order of the text.
    pub(super) references: Vec<Reference>,
    /// How each of `references` stands in the text.
    pub(super) sites: Vec<Site>,
    /// Every SELECT and TABLE, outer ones before those within them.
    pub(super) levels: Vec<Level>,
    /// Columns that are qualified by a schema.
    pub(super) columns: Vec<QualifiedColumn>,
    /// System columns that are not qualified by a relation.
    pub(super) system_columns: Vec<(Ident, usize)>,
    /// What may be a row of a relation whose columns are renamed by its alias.
    pub(super) whole_rows: Vec<(Ident, usize)>,
    /// The functions that are called.
    pub(super) calls: Vec<Call>,
    /// The semicolons that end the statement.
    pub(super) semicolons: Vec<Range<usize>>,
    /// Whether the text ends in a `--` comment, which would swallow what is put behind it.
    pub(super) ends_in_line_comment: bool,
}

/// One SELECT or TABLE with what its FROM clause names.
#[derive(Debug, Clone)]
pub(super) struct Level {
    pub(super) range: Range<usize>,
    /// Its own WITH clause, which does not see its FROM clause.
    pub(super) with: Option<Range<usize>>,
    /// The names in its FROM clause.
    pub(super) items: Vec<Item>,
    /// The indices of the references in its FROM clause.
    pub(super) references: Vec<usize>,
    /// What its WHERE clause demands.
    demands: Vec<Demand>,
}

/// A name by which columns can be qualified.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) name: Ident,
    /// The index of the reference that goes by its own name, having no alias.
    pub(super) reference: Option<usize>,
}

impl Level {
    /// Whether an expression at `offset` sees the items of this level.
    pub(super) fn is_seen_from(&self, offset: usize) -> bool {
        let in_with = self.with.as_ref().is_some_and(|with| with.contains(&offset));
        self.range.contains(&offset) && !in_with
    }

    pub(super) fn items_named<'l>(&'l self, name: &'l Ident) -> impl Iterator<Item = &'l Item> {
        self.items.iter().filter(move |item| item.name == *name)
    }
}

impl Survey {
    pub(super) fn of(sql: &str, root: &SyntaxNode) -> Result<Self, RedirectError> {
        let mut walk = Walk { sql, ctes: CteScopes::of(root), survey: Self::default() };
        for element in root.descendants_with_tokens() {
            walk.visit(&element)?;
        }
        walk.survey.pin();
        let Survey { sites, whole_rows, .. } = &mut walk.survey;
        whole_rows.retain(|(name, _)| sites.iter().any(|it| it.renamed.as_ref() == Some(name)));
        Ok(walk.survey)
    }
}

impl Survey {
    /// Gives each demand to the reference that it is about, where that is certain.
    fn pin(&mut self) {
        for level in &self.levels {
            for Demand { relation, pin } in &level.demands {
                let about = match relation {
                    Some(name) if level.items_named(name).count() == 1 => level
                        .references
                        .iter()
                        .find(|at| self.goes_by(**at, name))
                        .filter(|at| self.sites[**at].renamed.is_none()),
                    None if level.items.len() == 1 => {
                        level.references.first().filter(|at| self.sites[**at].renamed.is_none())
                    }
                    _ => None,
                };
                if let Some(at) = about {
                    self.references[*at].pins.push(pin.clone());
                }
            }
        }
    }

    fn goes_by(&self, reference: usize, name: &Ident) -> bool {
        let site = &self.sites[reference];
        match &site.alias {
            Some(alias) => alias == name,
            None => self.references[reference].table == *name,
        }
    }
}

struct Walk<'s> {
    sql: &'s str,
    ctes: CteScopes,
    survey: Survey,
}

impl Walk<'_> {
    fn visit(&mut self, element: &SyntaxElement) -> Result<(), RedirectError> {
        match element {
            SyntaxElement::Node(node) => self.visit_node(node),
            SyntaxElement::Token(token) => {
                let survey = &mut self.survey;
                match token.kind() {
                    SyntaxKind::SEMICOLON => survey.semicolons.push(token.text_range().into()),
                    SyntaxKind::WHITESPACE => {}
                    kind => {
                        survey.ends_in_line_comment =
                            kind == SyntaxKind::COMMENT && token.text().starts_with("--");
                    }
                }
                Ok(())
            }
        }
    }

    fn visit_node(&mut self, node: &SyntaxNode) -> Result<(), RedirectError> {
        self.survey.whole_rows.extend(column::whole_row(node));
        self.survey.calls.extend(call::read(node).map_err(|()| self.unclear(node))?);
        match node.kind() {
            SyntaxKind::SELECT | SyntaxKind::TABLE => self.open_level(node),
            SyntaxKind::PATH_REF => self.visit_path(node)?,
            SyntaxKind::WHERE_CLAUSE => self.visit_where(node),
            SyntaxKind::PROPERTY_GRAPH_REF => return Err(self.unclear(node)),
            SyntaxKind::TABLE_ALIAS => self.visit_alias(node)?,
            SyntaxKind::FUNCTION_FROM_ITEM => self.visit_function(node),
            SyntaxKind::FIELD_EXPR => self.survey.columns.extend(column::qualified(node)),
            SyntaxKind::NAME_REF => self.survey.system_columns.extend(column::system(node)),
            _ => {}
        }
        Ok(())
    }

    fn open_level(&mut self, node: &SyntaxNode) {
        let with = node.children().find(|child| child.kind() == SyntaxKind::WITH_CLAUSE);
        self.survey.levels.push(Level {
            range: range(node),
            with: with.as_ref().map(range),
            items: Vec::new(),
            references: Vec::new(),
            demands: Vec::new(),
        });
    }

    /// A dotted name that is neither column nor function is a relation, a type or a collation;
    /// anything else has no place in a query that this module understands.
    fn visit_path(&mut self, path: &SyntaxNode) -> Result<(), RedirectError> {
        let Some(parent) = path.parent() else { return Err(self.unclear(path)) };
        match parent.kind() {
            SyntaxKind::PATH_REF
            | SyntaxKind::PATH_TYPE
            | SyntaxKind::COLLATION_REF
            | SyntaxKind::OP => Ok(()),
            SyntaxKind::RELATION_NAME_REF => self.visit_relation(&parent),
            _ => Err(self.unclear(path)),
        }
    }

    fn visit_relation(&mut self, name: &SyntaxNode) -> Result<(), RedirectError> {
        let found = reference::read(name).ok_or_else(|| self.unclear(name))?;
        let Some((reference, site)) = found else { return Ok(()) };
        let is_cte =
            reference.schema.is_none() && self.ctes.hide(&reference.table, reference.span.start);
        let item = site.goes_by_own_name().then(|| reference.table.clone());
        let index = (!is_cte).then_some(self.survey.references.len());
        if index.is_some() {
            self.survey.references.push(reference);
            self.survey.sites.push(site);
        }
        if let Some(level) = self.level_of(name) {
            level.references.extend(index);
            level.items.extend(item.map(|name| Item { name, reference: index }));
        }
        Ok(())
    }

    fn visit_alias(&mut self, alias: &SyntaxNode) -> Result<(), RedirectError> {
        let name = identifier(alias).map_err(|_| self.unclear(alias))?;
        self.add_alias(alias, name);
        Ok(())
    }

    /// A function in FROM without an alias goes by its own name.
    fn visit_function(&mut self, item: &SyntaxNode) {
        let function = ast::FunctionFromItem::cast(item.clone());
        let has_alias = function.as_ref().is_some_and(|it| it.alias().is_some());
        let name = function.and_then(|it| column::called(&it.call_expr()?));
        if let Some(name) = name.filter(|_| !has_alias) {
            self.add_alias(item, name);
        }
    }

    /// The WHERE of a SELECT; that of FILTER is no clause of its own.
    fn visit_where(&mut self, clause: &SyntaxNode) {
        let demands = pinned::demands(clause);
        if let Some(level) = self.level_of(clause) {
            level.demands.extend(demands);
        }
    }

    /// The innermost level around a node: levels nest, so it is the last one opened around it.
    fn level_of(&mut self, node: &SyntaxNode) -> Option<&mut Level> {
        let offset = range(node).start;
        self.survey.levels.iter_mut().rev().find(|level| level.range.contains(&offset))
    }

    fn add_alias(&mut self, node: &SyntaxNode, name: Ident) {
        if let Some(level) = self.level_of(node) {
            level.items.push(Item { name, reference: None });
        }
    }

    fn unclear(&self, node: &SyntaxNode) -> RedirectError {
        let at = Position::of(self.sql, range(node).start);
        RedirectError::Unclear { text: node.text().to_string(), at }
    }
}
