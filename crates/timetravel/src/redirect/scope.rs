//! Where the names of WITH queries hide relations of the same name.

use std::ops::Range;

use pgrecall_model::Ident;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::names::{identifier, range};

/// The WITH clauses of a statement.
pub(super) struct CteScopes(Vec<With>);

/// One WITH clause.
struct With {
    /// The query it belongs to, throughout which its names hold.
    owner: Range<usize>,
    clause: Range<usize>,
    recursive: bool,
    tables: Vec<Cte>,
}

struct Cte {
    name: Option<Ident>,
    range: Range<usize>,
}

impl CteScopes {
    pub(super) fn of(root: &SyntaxNode) -> Self {
        Self(root.descendants().filter_map(ast::WithClause::cast).map(|it| With::of(&it)).collect())
    }

    /// Whether an unqualified `name` at byte `offset` is a WITH query and not a relation.
    pub(super) fn hide(&self, name: &Ident, offset: usize) -> bool {
        self.0
            .iter()
            .flat_map(|with| with.visible_from(offset))
            .any(|cte| cte.name.as_ref() == Some(name))
    }
}

impl With {
    fn of(clause: &ast::WithClause) -> Self {
        let tables = clause.with_tables().map(|table| Cte {
            name: table.name().and_then(|name| identifier(name.syntax()).ok()),
            range: range(table.syntax()),
        });
        Self {
            owner: owner(clause.syntax()).map_or_else(|| range(clause.syntax()), |it| range(&it)),
            clause: range(clause.syntax()),
            recursive: clause.recursive_token().is_some(),
            tables: tables.collect(),
        }
    }

    /// Without RECURSIVE, a WITH query sees only those before it; itself it does not see, so that
    /// `WITH prizes AS (SELECT * FROM prizes)` reads the table.
    fn visible_from(&self, offset: usize) -> &[Cte] {
        if !self.owner.contains(&offset) {
            return &[];
        }
        if self.recursive || !self.clause.contains(&offset) {
            return &self.tables;
        }
        let before = self.tables.iter().take_while(|cte| cte.range.end <= offset).count();
        &self.tables[..before]
    }
}

/// The query that a WITH clause belongs to.
///
/// `WITH … SELECT … UNION SELECT …` is parsed with the clause in the first SELECT, but it belongs
/// to the whole UNION.
fn owner(clause: &SyntaxNode) -> Option<SyntaxNode> {
    let mut owner = clause.parent()?;
    while let Some(parent) = owner.parent()
        && parent.kind() == SyntaxKind::COMPOUND_SELECT
        && parent.first_child().as_ref() == Some(&owner)
    {
        owner = parent;
    }
    Some(owner)
}
