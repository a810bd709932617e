//! Functions that a statement calls.

use pgrecall_model::Ident;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::names::identifier;

/// A function by the name under which it is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// The schema, where it is named.
    pub schema: Option<Ident>,
    /// The name.
    pub name: Ident,
    /// Whether it stands as `row.name`, which calls a function of the row if there is no such column.
    pub is_field: bool,
}

/// Reads a node as a call. `Err` where it calls something whose name is not understood.
pub(super) fn read(node: &SyntaxNode) -> Result<Option<Call>, ()> {
    match node.kind() {
        SyntaxKind::CALL_EXPR => called(node),
        SyntaxKind::FIELD_EXPR => Ok(field(node)),
        _ => Ok(None),
    }
}

/// Forms that SQL has words of its own for, such as EXISTS, have no name to be called by.
fn called(node: &SyntaxNode) -> Result<Option<Call>, ()> {
    let Some(callee) = ast::CallExpr::cast(node.clone()).and_then(|call| call.expr()) else {
        return Ok(None);
    };
    let callee = callee.syntax().clone();
    let Some(field) = ast::FieldExpr::cast(callee.clone()) else {
        let name = identifier(&callee).map_err(|_| ())?;
        return Ok(Some(Call { schema: None, name, is_field: false }));
    };
    let name = field.field().ok_or(())?.syntax().clone();
    let base = callee.first_child().ok_or(())?;
    let schema = match ast::FieldExpr::cast(base.clone()) {
        Some(base) => base.field().ok_or(())?.syntax().clone(),
        None => base,
    };
    let schema = Some(identifier(&schema).map_err(|_| ())?);
    Ok(Some(Call { schema, name: identifier(&name).map_err(|_| ())?, is_field: false }))
}

fn field(node: &SyntaxNode) -> Option<Call> {
    let name = ast::FieldExpr::cast(node.clone())?.field()?.syntax().clone();
    let name = identifier(&name).ok()?;
    Some(Call { schema: None, name, is_field: true })
}
