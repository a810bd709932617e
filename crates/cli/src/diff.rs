//! Changes as people read them.

use anstyle::{AnsiColor, Style};
use pgrecall_model::{Action, Change, Context, Operation, Row, Step, TxId};
use pgrecall_timetravel::{DiffKind, RowDiff};
use serde_json::Value;

use crate::clock;

/// How much of a value is shown before it is cut, in characters.
const VALUE_WIDTH: usize = 32;
/// The widest line, in characters.
const LINE_WIDTH: usize = 100;

const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// The heading over the changes of one transaction.
pub(crate) fn heading(change: &Change) -> String {
    let transaction = format!("{BOLD}tx {}{BOLD:#}", change.tx);
    let mut parts = vec![transaction, clock::shown(change.at)];
    parts.extend(who(&change.context));
    parts.join("  ")
}

/// Actor, tenant and reason, as far as they are known.
pub(crate) fn who(context: &Context) -> Vec<String> {
    let mut parts = Vec::new();
    match (&context.actor, &context.database_user) {
        (Some(actor), _) => parts.push(format!("{BOLD}{actor}{BOLD:#}")),
        (None, Some(user)) => parts.push(format!("{DIM}database user {user}{DIM:#}")),
        (None, None) => parts.push(format!("{YELLOW}unknown transaction{YELLOW:#}")),
    }
    parts.extend(context.tenant.as_ref().map(|tenant| format!("{DIM}tenant {tenant}{DIM:#}")));
    parts.extend(context.reason.as_ref().map(|reason| format!("“{reason}”")));
    parts
}

/// A change with its fields, on several lines, and what took it back.
pub(crate) fn change(change: &Change, undone_by: &[TxId]) -> String {
    let key = change.key.as_ref().map_or_else(String::new, |key| format!(" {key}"));
    let style = match change.op {
        Operation::Insert => GREEN,
        Operation::Update => YELLOW,
        Operation::Delete | Operation::Truncate => RED,
    };
    let title = format!("  {style}{:<8}{style:#} {}{key}", change.op, change.table);
    let fields = match (&change.old, &change.new) {
        (Some(old), Some(new)) => updated(old, new, &change.changed),
        (Some(old), None) => row(old, "-", RED),
        (None, Some(new)) => row(new, "+", GREEN),
        (None, None) => String::new(),
    };
    let undone = undone_by.last().map_or_else(String::new, |tx| format!("  undone by tx {tx}"));
    format!("{title}{DIM}  #{}{undone}{DIM:#}\n{fields}", change.id)
}

/// A step of a plan with its fields, on several lines.
pub(crate) fn step(step: &Step) -> String {
    let key = step.key.as_ref().map_or_else(String::new, |key| format!(" {key}"));
    let (style, verb) = match step.action {
        Action::Insert => (GREEN, "bring back"),
        Action::Update => (YELLOW, "set back"),
        Action::Delete => (RED, "remove"),
    };
    let fields = match (&step.expected, &step.target) {
        (Some(now), Some(then)) => updated(now, then, &step.columns),
        (Some(now), None) => row(now, "-", RED),
        (None, Some(then)) => row(then, "+", GREEN),
        (None, None) => String::new(),
    };
    format!("  {style}{verb:<10}{style:#} {}{key}\n{fields}", step.table)
}

/// A row that differs between two moments, on several lines.
pub(crate) fn row_diff(row_diff: &RowDiff) -> String {
    let key = row_diff.key.as_ref().map_or_else(String::new, |key| format!(" {key}"));
    let style = match row_diff.kind {
        DiffKind::Added => GREEN,
        DiffKind::Changed => YELLOW,
        DiffKind::Removed => RED,
    };
    let fields = match (&row_diff.before, &row_diff.after) {
        (Some(before), Some(after)) => updated(before, after, &row_diff.changed),
        (Some(before), None) => row(before, "-", RED),
        (None, Some(after)) => row(after, "+", GREEN),
        (None, None) => String::new(),
    };
    format!("{style}{:<8}{style:#} {}{key}\n{fields}", row_diff.kind.as_str(), row_diff.table)
}

fn updated(old: &Row, new: &Row, changed: &[String]) -> String {
    let width = changed.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let line = |name: &String| {
        let (from, to) = (value(old.get(name)), value(new.get(name)));
        format!("    {name:<width$}  {RED}{from}{RED:#} → {GREEN}{to}{GREEN:#}\n")
    };
    changed.iter().map(line).collect::<Vec<_>>().concat()
}

/// A whole row in as few lines as it takes.
fn row(row: &Row, sign: &str, style: Style) -> String {
    let mut lines = vec![String::new()];
    for (name, of) in row {
        let field = format!("{name}: {}", value(Some(of)));
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > 0 && line + field.chars().count() + 8 > LINE_WIDTH {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                *line += ", ";
            }
            *line += &field;
        }
    }
    let shown = |line: &String| format!("    {style}{sign} {line}{style:#}\n");
    lines.iter().map(shown).collect::<Vec<_>>().concat()
}

/// A value in the little room that a line has.
pub(crate) fn value(value: Option<&Value>) -> String {
    let text = value.map_or_else(|| "–".to_owned(), Value::to_string);
    if text.chars().count() <= VALUE_WIDTH {
        return text;
    }
    text.chars().take(VALUE_WIDTH - 1).chain(['…']).collect()
}
