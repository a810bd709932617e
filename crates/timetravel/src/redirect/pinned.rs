//! Values that a query demands of a relation's columns: where all columns of a key have one, only
//! one record of the relation matters, and its past is found without looking at any other.
//!
//! `WHERE` stays as it is, so nothing is lost by overlooking a demand; only what is certain counts:
//! comparisons of a column with a literal that stand in a `WHERE` by themselves or joined by `AND`.
//! Such a condition is true of no row that an outer join made up, so rows for which it is not true
//! can be left out before the joins, too.

use pgrecall_model::Ident;
use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode, BinOp, LitKind, PrefixOp};

use super::names::identifier;

/// A column that must have a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The column.
    pub column: Ident,
    /// The value, as the text of the literal.
    pub value: String,
}

/// The same, with what the column is qualified by.
#[derive(Debug, Clone)]
pub(super) struct Demand {
    pub(super) relation: Option<Ident>,
    pub(super) pin: Pin,
}

/// What a WHERE clause demands.
pub(super) fn demands(clause: &SyntaxNode) -> Vec<Demand> {
    let mut demands = Vec::new();
    let mut open: Vec<ast::Expr> =
        ast::WhereClause::cast(clause.clone()).and_then(|it| it.expr()).into_iter().collect();
    while let Some(condition) = open.pop() {
        match condition {
            ast::Expr::ParenExpr(it) => open.extend(it.expr()),
            ast::Expr::BinExpr(it) => match it.op() {
                Some(BinOp::And(_)) => open.extend(it.lhs().into_iter().chain(it.rhs())),
                Some(BinOp::Eq(_)) => demands.extend(demand(&it)),
                _ => {}
            },
            _ => {}
        }
    }
    demands
}

fn demand(equality: &ast::BinExpr) -> Option<Demand> {
    let (left, right) = (equality.lhs()?, equality.rhs()?);
    let (column, value) = match (literal(&left), literal(&right)) {
        (None, Some(value)) => (left, value),
        (Some(value), None) => (right, value),
        _ => return None,
    };
    let (relation, column) = match column {
        ast::Expr::NameRef(name) => (None, name.syntax().clone()),
        ast::Expr::FieldExpr(field) => {
            let base = field.syntax().first_child().and_then(ast::NameRef::cast)?;
            (Some(identifier(base.syntax()).ok()?), field.field()?.syntax().clone())
        }
        _ => return None,
    };
    Some(Demand { relation, pin: Pin { column: identifier(&column).ok()?, value } })
}

/// The text of a number or a string.
fn literal(expression: &ast::Expr) -> Option<String> {
    match expression {
        ast::Expr::Literal(it) => match it.kind()? {
            LitKind::IntNumber(_) => Some(it.integer_value()?.to_string()),
            LitKind::String(_)
            | LitKind::EscString(_)
            | LitKind::UnicodeEscString(_)
            | LitKind::DollarQuotedString(_) => it.string_value(),
            _ => None,
        },
        ast::Expr::PrefixExpr(it) if matches!(it.op(), Some(PrefixOp::Minus(_))) => {
            match it.expr()? {
                ast::Expr::Literal(number) => Some(format!("-{}", number.integer_value()?)),
                _ => None,
            }
        }
        ast::Expr::ParenExpr(it) => literal(&it.expr()?),
        _ => None,
    }
}
