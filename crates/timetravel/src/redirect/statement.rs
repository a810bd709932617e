//! What may be run as of a moment: one statement that only reads.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{Parse, SourceFile, SyntaxElement, SyntaxKind, SyntaxNode};

use super::error::{Position, RedirectError};

/// The root of the tree, when the text is one SELECT, WITH … SELECT, VALUES or TABLE.
pub(super) fn read_only(sql: &str) -> Result<SyntaxNode, RedirectError> {
    let parse = SourceFile::parse(sql);
    let root = parse.syntax_node();
    let mut statements = root.children().filter(|node| node.kind() != SyntaxKind::EMPTY_STMT);
    let Some(first) = statements.next() else {
        return Err(first_error(sql, &parse).unwrap_or(RedirectError::Empty));
    };
    // Before the syntax errors: what is wrong within an UPDATE does not matter to its author yet.
    if ast::Stmt::can_cast(first.kind()) && !is_query(first.kind()) {
        return Err(RedirectError::NotASelect { found: key_word(&first), at: start(sql, &first) });
    }
    if let Some(error) = first_error(sql, &parse) {
        return Err(error);
    }
    if let Some(second) = statements.next() {
        return Err(RedirectError::Several { at: start(sql, &second) });
    }
    root.descendants().try_for_each(|node| check_node(sql, &node))?;
    Ok(root)
}

fn first_error(sql: &str, parse: &Parse<SourceFile>) -> Option<RedirectError> {
    let error = parse.errors().into_iter().next()?;
    let at = Position::of(sql, error.range().start().into());
    Some(syntax_error(error.message(), at))
}

/// A syntax error in this project's voice: lower case, no full stop, no names of token kinds.
fn syntax_error(message: &str, at: Position) -> RedirectError {
    let words: Vec<_> = message.trim_end_matches('.').split(' ').map(readable).collect();
    let mut message = words.join(" ");
    let is_word = message.chars().nth(1).is_some_and(|second| !second.is_uppercase());
    if let Some(first) = message.get_mut(..1).filter(|_| is_word) {
        first.make_ascii_lowercase();
    }
    RedirectError::Syntax { message, at }
}

/// The parser names kinds of tokens as its source does: `R_PAREN`, `SELECT_KW`.
fn readable(word: &str) -> &str {
    match word {
        "L_PAREN" => "`(`",
        "R_PAREN" => "`)`",
        "L_BRACK" => "`[`",
        "R_BRACK" => "`]`",
        "COMMA" => "`,`",
        "DOT" => "`.`",
        "SEMICOLON" => "`;`",
        "EQ" => "`=`",
        "STAR" => "`*`",
        "IDENT" => "a name",
        "STRING" => "a string",
        "INT_NUMBER" => "a number",
        "EOF" => "the end",
        _ => word.strip_suffix("_KW").unwrap_or(word),
    }
}

fn check_node(sql: &str, node: &SyntaxNode) -> Result<(), RedirectError> {
    let at = || start(sql, node);
    match node.kind() {
        SyntaxKind::INTO_CLAUSE => Err(RedirectError::Into { at: at() }),
        SyntaxKind::LOCKING_CLAUSE => Err(RedirectError::Locks { at: at() }),
        SyntaxKind::ERROR => Err(syntax_error("unexpected text", at())),
        kind if ast::Stmt::can_cast(kind) && !is_query(kind) => {
            Err(RedirectError::Writes { found: key_word(node), at: at() })
        }
        _ => Ok(()),
    }
}

fn is_query(kind: SyntaxKind) -> bool {
    // SELECT INTO is a variant of SELECT, and gets its own error.
    kind == SyntaxKind::EMPTY_STMT || ast::SelectVariant::can_cast(kind)
}

/// The word that says what a statement does: INSERT, also where WITH comes first.
fn key_word(statement: &SyntaxNode) -> String {
    let tokens = statement.children_with_tokens().filter_map(SyntaxElement::into_token);
    let word = tokens.filter(|token| !token.kind().is_trivia()).map(|it| it.text().to_uppercase());
    word.take(1).collect()
}

fn start(sql: &str, node: &SyntaxNode) -> Position {
    Position::of(sql, node.text_range().start().into())
}
