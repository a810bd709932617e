//! Identifiers and spans of the syntax tree.

use std::ops::Range;

use pgrecall_model::{Ident, NameError};
use squawk_syntax::ast;
use squawk_syntax::{SyntaxNode, SyntaxToken};

/// The name that a node of one segment stands for: unquoted, folded and cut as PostgreSQL does.
pub(super) fn identifier(segment: &SyntaxNode) -> Result<Ident, NameError> {
    Ident::typed(ast::normalize_name_node(segment))
}

/// The segments of a dotted name from left to right.
pub(super) fn segments(path: &ast::PathRef) -> Vec<ast::PathSegmentRef> {
    let mut segments: Vec<_> = std::iter::successors(Some(path.clone()), ast::PathRef::qualifier)
        .filter_map(|part| part.segment())
        .collect();
    segments.reverse();
    segments
}

/// The bytes of a node, without the blanks and comments around it.
pub(super) fn range(node: &SyntaxNode) -> Range<usize> {
    node.text_range().into()
}

/// Where a token begins.
pub(super) fn token_start(token: &SyntaxToken) -> usize {
    token.text_range().start().into()
}
