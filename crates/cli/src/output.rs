//! stdout is data, stderr is talk.

use std::io::{self, BufRead, IsTerminal, Write};

use serde::Serialize;

use crate::failure::{Failure, Local};

/// Writes a line of data.
pub(crate) fn line(text: impl std::fmt::Display) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    Ok(writeln!(stdout, "{text}").map_err(Local::Output)?)
}

/// Writes a value as one line of JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(io::Error::from).map_err(Local::Output)?;
    let mut stdout = io::stdout().lock();
    Ok(writeln!(stdout, "{text}").map_err(Local::Output)?)
}

/// Writes bytes as they are.
pub(crate) fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    Ok(io::stdout().lock().write_all(bytes).map_err(Local::Output)?)
}

/// Whether a person reads the data.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Says something to the user, beside the data.
pub(crate) fn say(text: impl std::fmt::Display) {
    anstream::eprintln!("{text}");
}

/// Makes sure that there is somebody to ask, before any work is done.
///
/// # Errors
/// When stdin or stderr is no terminal.
pub(crate) fn require_terminal(verb: &'static str) -> Result<(), Failure> {
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        return Ok(());
    }
    Err(Local::NoTerminal { verb }.into())
}

/// Asks the user to type a word before something is changed.
///
/// # Errors
/// When there is nobody to ask, or when something else is typed.
pub(crate) fn confirm(verb: &'static str, question: &str, word: &str) -> Result<(), Failure> {
    require_terminal(verb)?;
    anstream::eprint!("{question} Type `{word}` to go ahead: ");
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(Local::Output)?;
    if answer.trim() == word { Ok(()) } else { Err(Local::NotConfirmed.into()) }
}

/// How many to ask for where at most `limit` are shown, 0 for all: one more tells whether there are
/// more.
pub(crate) fn one_more(limit: u32) -> Option<i64> {
    (limit > 0).then(|| i64::from(limit) + 1)
}

/// The first `limit`, 0 for all; says when there are more.
pub(crate) fn limited<T>(found: &[T], limit: u32) -> &[T] {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    if limit == 0 || found.len() <= most {
        return found;
    }
    say(format!("note: there are more than {limit}; `--limit 0` shows all"));
    &found[..most]
}

/// `1 row`, `2 rows`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
