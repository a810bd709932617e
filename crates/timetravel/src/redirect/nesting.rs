//! Protection against statements that would exhaust the stack.
//!
//! The parser descends recursively and the tree it builds is freed recursively, so that a text of
//! many nested brackets, or a very long chain of operators, would abort the whole process. The
//! depth is therefore bounded on the tokens before the parser sees them.

use std::thread;

use squawk_lexer::{TokenKind, tokenize};

use super::error::{Position, RedirectError};

/// More than the 2 MB of PostgreSQL's own `max_stack_depth` let through for most constructs.
const MAX_DEPTH: usize = 10_000;

/// The costliest construct (subqueries nested in FROM) takes 6 kB a level in unoptimised code.
const STACK_BYTES: usize = 128 << 20;

/// Refuses a text whose tree could become deeper than [`MAX_DEPTH`].
///
/// Every token opens at most one level of the tree. Levels end where the brackets around them
/// close, and at the next comma, since the members of a list stand side by side.
pub(super) fn check(sql: &str) -> Result<(), RedirectError> {
    let mut depth = Depth::default();
    let mut offset = 0;
    for token in tokenize(sql) {
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket => depth.open(),
            TokenKind::CloseParen | TokenKind::CloseBracket => depth.close(),
            TokenKind::Comma | TokenKind::Semi => depth.next_member(),
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => {}
            _ => depth.descend(),
        }
        if depth.total() > MAX_DEPTH {
            return Err(RedirectError::TooDeep { at: Position::of(sql, offset) });
        }
        offset += token.len as usize;
    }
    Ok(())
}

/// Runs `read` on a thread whose stack bears what [`check`] lets through, and turns a panic of
/// the parser into an error.
pub(super) fn with_deep_stack<T: Send>(
    read: impl FnOnce() -> Result<T, RedirectError> + Send,
) -> Result<T, RedirectError> {
    thread::scope(|scope| {
        let reader = thread::Builder::new()
            .name("sql parser".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, read)
            .map_err(RedirectError::Thread)?;
        reader.join().unwrap_or(Err(RedirectError::Parser))
    })
}

/// Levels of the tree that are open, at most, after the tokens seen so far.
#[derive(Default)]
struct Depth {
    /// Levels opened outside of the innermost bracket, summed up.
    outside: usize,
    /// Levels opened since the innermost bracket or the last comma within it.
    inside: usize,
    /// What `inside` was in each bracket that is open, outermost first.
    brackets: Vec<usize>,
}

impl Depth {
    fn total(&self) -> usize {
        self.outside + self.inside + self.brackets.len()
    }

    fn descend(&mut self) {
        self.inside += 1;
    }

    fn next_member(&mut self) {
        self.inside = 0;
    }

    fn open(&mut self) {
        self.brackets.push(self.inside);
        self.outside += self.inside;
        self.inside = 0;
    }

    fn close(&mut self) {
        if let Some(inside) = self.brackets.pop() {
            self.outside -= inside;
            // What follows can hang below the bracket, as in a chain of subscripts.
            self.inside = inside + 1;
        }
    }
}
