//! Columns whose meaning changes when the relation they come from is replaced.

use std::ops::Range;

use pgrecall_model::Ident;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::names::{identifier, range};

/// `schema.table.column` or `schema.table.*`: a subquery has no schema, so it must be left out.
#[derive(Debug, Clone)]
pub(super) struct QualifiedColumn {
    pub(super) schema: Ident,
    pub(super) table: Ident,
    /// The bytes before the table: `schema.`, or `database.schema.`.
    pub(super) qualifier: Range<usize>,
}

/// Columns that every table has, without listing them, and that no subquery has.
const SYSTEM_COLUMNS: &[&str] = &["tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"];

/// Reads a dotted expression as a column with a schema, if it is one.
pub(super) fn qualified(field: &SyntaxNode) -> Option<QualifiedColumn> {
    let parent = field.parent()?;
    // The whole of a dotted name is read once, from its outermost node; the name of a function
    // is not a column.
    if matches!(parent.kind(), SyntaxKind::FIELD_EXPR | SyntaxKind::CALL_EXPR) {
        return None;
    }
    let names = dotted(field)?;
    let ([schema, table] | [_, schema, table]) = names.as_slice() else { return None };
    let first = names.first()?;
    Some(QualifiedColumn {
        schema: identifier(schema).ok()?,
        table: identifier(table).ok()?,
        qualifier: range(first).start..range(table).start,
    })
}

/// The parts of a dotted name but for the last, which is a column or a star.
///
/// None if it does not begin with a name, as in `(row).field`, or has too many parts.
fn dotted(field: &SyntaxNode) -> Option<Vec<SyntaxNode>> {
    let mut parts = Vec::new();
    let mut base = field.first_child()?;
    while base.kind() == SyntaxKind::FIELD_EXPR && parts.len() < 3 {
        parts.push(ast::FieldExpr::cast(base.clone())?.field()?.syntax().clone());
        base = base.first_child()?;
    }
    parts.push(base);
    parts.reverse();
    parts.first().is_some_and(|first| first.kind() == SyntaxKind::NAME_REF).then_some(parts)
}

/// Reads a name as a system column that is not qualified, with its place.
pub(super) fn system(name: &SyntaxNode) -> Option<(Ident, usize)> {
    let parent = name.parent()?;
    if matches!(parent.kind(), SyntaxKind::FIELD_EXPR | SyntaxKind::CALL_EXPR) {
        return None;
    }
    let column = identifier(name).ok()?;
    SYSTEM_COLUMNS.contains(&column.as_str()).then(|| (column, range(name).start))
}

/// Reads an expression as a row of a relation: `p`, or `p.*` where it is not spread over columns.
///
/// A name alone may as well be a column; that is for the server to know.
pub(super) fn whole_row(expression: &SyntaxNode) -> Option<(Ident, usize)> {
    let parent = expression.parent()?.kind();
    let name = match expression.kind() {
        SyntaxKind::NAME_REF => expression.clone(),
        SyntaxKind::FIELD_EXPR if parent != SyntaxKind::TARGET => {
            ast::FieldExpr::cast(expression.clone())?.star_token()?;
            expression.first_child().filter(|base| base.kind() == SyntaxKind::NAME_REF)?
        }
        _ => return None,
    };
    if matches!(parent, SyntaxKind::FIELD_EXPR | SyntaxKind::CALL_EXPR) {
        return None;
    }
    Some((identifier(&name).ok()?, range(expression).start))
}

/// The name of a function without its schema.
pub(super) fn called(call: &ast::CallExpr) -> Option<Ident> {
    let callee = call.expr()?.syntax().clone();
    let name = match ast::FieldExpr::cast(callee.clone()) {
        Some(field) => field.field()?.syntax().clone(),
        None => callee,
    };
    identifier(&name).ok()
}
