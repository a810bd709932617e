//! The checker: the journal against the copies.

use std::collections::BTreeMap;

use pgrecall_journal::{Filter, Journal, TrackedTable};
use pgrecall_model::{Change, Moment as Past, Row};
use pgrecall_timetravel::{Terms, Warning, at_with};

use crate::copied::{self, Question, Rows, Tables};
use crate::differences;
use crate::scenario::{Expected, Order};
use crate::stage::{Moment, Stage};

/// How many complaints are shown, and how much of each.
const SHOWN: (usize, usize) = (12, 900);

/// A change with its images as text.
struct Recorded {
    what: String,
    table: String,
    old: Option<String>,
    new: Option<String>,
}

/// Compares the journal of a stage with the copies that were taken on it.
pub(crate) async fn check(mut stage: Stage, expected: Expected) {
    stage.copy_if_quiet("the end").await;
    let mut complaints = Vec::new();
    let changes = changes(&stage.journal).await;
    if changes.is_empty() {
        complaints.push("nothing was recorded".to_owned());
    }
    let (recorded, unreadable) = recorded(&stage.journal, &changes).await;
    complaints.extend(unreadable);
    if !(expected.gaps && has_gaps(&stage.journal).await) {
        complaints.extend(forward(&stage.moments, &recorded, expected.order));
        complaints.extend(backward(&stage.moments, &recorded, expected.order));
    }
    if !(expected.gaps && has_gaps(&stage.journal).await) {
        complaints.extend(differences::complaints(&mut stage).await);
    }
    complaints.extend(pasts(&mut stage, &changes, (expected.gaps, false)).await);
    if expected.from_journal {
        complaints.extend(pasts(&mut stage, &changes, (expected.gaps, true)).await);
    }
    if !complaints.is_empty() {
        let (count, length) = SHOWN;
        let shown = complaints.iter().take(count).map(|c| c.chars().take(length).collect());
        let shown: Vec<String> = shown.collect();
        panic!("{} complaints\n- {}", complaints.len(), shown.join("\n- "));
    }
}

async fn has_gaps(journal: &Journal) -> bool {
    for table in copied::tracked(journal).await {
        if !journal.gaps(table.relation.id).await.expect("gaps").is_empty() {
            return true;
        }
    }
    false
}

/// Every change in the order in which it was made.
async fn changes(journal: &Journal) -> Vec<Change> {
    let filter = Filter { oldest_first: true, ..Filter::default() };
    let all = journal.changes().await.expect("tables").read(journal, &filter).await;
    let mut all = all.expect("changes");
    all.sort_by_key(|change| change.id);
    all
}

/// The changes with their images as text, and complaints about images that have none.
async fn recorded(journal: &Journal, changes: &[Change]) -> (Vec<Recorded>, Vec<String>) {
    let (mut texts, mut complaints) = (BTreeMap::new(), Vec::new());
    for table in copied::tracked(journal).await {
        let name = table.relation.name.clone();
        let own: Vec<&Change> = changes.iter().filter(|change| change.table == name).collect();
        match texts_of(journal, &table, &own).await {
            Ok(of_table) => texts.extend(of_table),
            Err(complaint) => complaints.push(complaint),
        }
    }
    let recorded = changes.iter().map(|change| {
        let (old, new) = texts.remove(&change.id.0).unwrap_or_default();
        let key = change.key.as_ref().map(ToString::to_string).unwrap_or_default();
        let what = format!("change {} ({} {} {key})", change.id, change.op, change.table);
        Recorded { what, table: change.table.to_string(), old, new }
    });
    (recorded.collect(), complaints)
}

/// The text before and after, by the number of the change.
type Texts = BTreeMap<i64, (Option<String>, Option<String>)>;

async fn texts_of(
    journal: &Journal,
    table: &TrackedTable,
    changes: &[&Change],
) -> Result<Texts, String> {
    if let Some(exact) = copied::exact_texts(journal, table).await {
        return Ok(exact);
    }
    let images: Vec<&Row> =
        changes.iter().flat_map(|change| [&change.old, &change.new]).flatten().collect();
    let texts = copied::texts(journal, table, &images).await;
    let texts = texts.map_err(|error| {
        format!("images of {} cannot be read back: {error}", table.relation.name)
    })?;
    let mut texts = texts.into_iter();
    let mut text_of = |image: &Option<Row>| image.as_ref().and_then(|_| texts.next());
    let pair = |change: &&Change| (change.id.0, (text_of(&change.old), text_of(&change.new)));
    Ok(changes.iter().map(pair).collect())
}

/// The changes from the first copy on: each must find its row, and every later copy must come out.
fn forward(moments: &[Moment], recorded: &[Recorded], order: Order) -> Vec<String> {
    let Some(first) = moments.first() else { return Vec::new() };
    let (mut state, mut complaints, mut done) = (first.copies.clone(), Vec::new(), first.changes);
    for moment in moments {
        for change in &recorded[done..moment.changes.max(done)] {
            let rows = state.entry(change.table.clone()).or_default();
            complaints.extend(step(rows, change, (&change.old, &change.new), order));
        }
        done = moment.changes.max(done);
        for (table, rows) in &moment.copies {
            // It was tracked from this moment on.
            state.entry(table.clone()).or_insert_with(|| rows.clone());
        }
        let what = format!("replayed forward to after {}", moment.after);
        complaints.extend(compare(&state, &moment.copies, &what));
    }
    complaints
}

/// The changes from the last copy back to the first.
fn backward(moments: &[Moment], recorded: &[Recorded], order: Order) -> Vec<String> {
    let (Some(first), Some(last)) = (moments.first(), moments.last()) else { return Vec::new() };
    let (mut state, mut complaints) = (last.copies.clone(), Vec::new());
    for change in recorded[first.changes..last.changes].iter().rev() {
        let rows = state.entry(change.table.clone()).or_default();
        complaints.extend(step(rows, change, (&change.new, &change.old), order));
    }
    complaints.extend(compare(&state, &first.copies, "replayed backward to the beginning"));
    complaints
}

/// Replaces one image with another.
fn step(
    rows: &mut Rows,
    change: &Recorded,
    (from, to): (&Option<String>, &Option<String>),
    order: Order,
) -> Option<String> {
    let mut complaint = None;
    if let Some(from) = from
        && add(rows, from, -1) < 0
        && order == Order::Strict
    {
        complaint = Some(format!("{} finds no row {from}", change.what));
    }
    if let Some(to) = to {
        add(rows, to, 1);
    }
    complaint
}

/// Counts a row up or down; gives how often it is there then.
fn add(rows: &mut Rows, row: &str, copies: i64) -> i64 {
    let count = rows.get(row).copied().unwrap_or_default() + copies;
    if count == 0 {
        rows.remove(row);
    } else {
        rows.insert(row.to_owned(), count);
    }
    count
}

fn compare(found: &Tables, copies: &Tables, what: &str) -> Vec<String> {
    let compare = |(table, copy): (&String, &Rows)| {
        differences(found.get(table).unwrap_or(&Rows::new()), copy)
            .map(|difference| format!("{table} {what}: {difference}"))
    };
    copies.iter().filter_map(compare).collect()
}

/// What is there and should not be, and what should be and is not there.
fn differences(found: &Rows, expected: &Rows) -> Option<String> {
    let beyond = |these: &Rows, those: &Rows| -> Vec<String> {
        let surplus = |(row, count): (&String, &i64)| {
            let surplus = count - those.get(row).copied().unwrap_or_default();
            (surplus > 0).then(|| format!("{surplus} × {row}"))
        };
        let all: Vec<String> = these.iter().filter_map(surplus).collect();
        all.into_iter().take(4).collect()
    };
    let (surplus, missing) = (beyond(found, expected), beyond(expected, found));
    (found != expected)
        .then(|| format!("too many: [{}], missing: [{}]", surplus.join(", "), missing.join(", ")))
}

/// `at` every moment of which there is a copy, and just before the first change.
async fn pasts(
    stage: &mut Stage,
    changes: &[Change],
    (gaps, from_journal): (bool, bool),
) -> Vec<String> {
    let mut complaints = Vec::new();
    let terms = (gaps, from_journal);
    let mut moments = std::mem::take(&mut stage.moments);
    let first = moments.first().map(|first| first.tx);
    let since = changes.iter().filter(|change| first.is_some_and(|first| change.tx > first));
    if let (Some(first), Some(tx)) = (moments.first(), since.map(|change| change.tx).min()) {
        complaints.extend(past(stage, Past::Before(tx), first, terms).await);
    }
    // Of several copies after the same transaction one will do.
    moments.dedup_by_key(|moment| moment.tx);
    for moment in &moments {
        complaints.extend(past(stage, Past::After(moment.tx), moment, terms).await);
    }
    stage.moments = moments;
    complaints
}

async fn past(
    stage: &mut Stage,
    when: Past,
    moment: &Moment,
    (gaps, from_journal): (bool, bool),
) -> Vec<String> {
    let mut questions = copied::all_questions(&stage.journal, &stage.questions).await;
    // A table that was tracked later has no past at this moment.
    let known = |name: &str| [&moment.copies, &moment.answers].iter().any(|t| t.contains_key(name));
    questions.retain(|question| known(&question.name));
    let all = answer(&mut stage.journal, &when, &questions, from_journal).await;
    let mut parts = vec![(all, String::new())];
    if parts[0].0.is_err() {
        // One by one, so that it shows which of them it was.
        parts.clear();
        for question in questions {
            let asked = format!(" (asked of {})", question.name);
            parts.push((answer(&mut stage.journal, &when, &[question], from_journal).await, asked));
        }
    }
    let mut complaints = Vec::new();
    for (found, asked) in parts {
        let what = format!("at {when:?}, which was after {}{asked}", moment.after);
        match found {
            Ok(found) => {
                let known = moment.copies.iter().chain(&moment.answers);
                let expected = known.filter(|(name, _)| found.contains_key(*name));
                let expected = expected.map(|(name, rows)| (name.clone(), rows.clone()));
                complaints.extend(compare(&found, &expected.collect(), &what));
            }
            Err(Refusal::Gap(_)) if gaps => {}
            Err(Refusal::Gap(error) | Refusal::Error(error)) => {
                complaints.push(format!("{what}: {error}"));
            }
        }
    }
    complaints
}

/// Why there is no answer that could be compared.
enum Refusal {
    /// Something may be missing, and the answer says so.
    Gap(String),
    /// The question was refused.
    Error(String),
}

async fn answer(
    journal: &mut Journal,
    when: &Past,
    questions: &[Question],
    from_journal: bool,
) -> Result<Tables, Refusal> {
    let refused = |error| Refusal::Error(format!("{error:?}"));
    let sql = copied::at_once(questions);
    let terms = Terms { from_journal, ..Terms::default() };
    let past = at_with(journal, when.clone(), &sql, terms).await.map_err(refused)?;
    if let Some(gap) = past.warnings.iter().find(|w| matches!(w, Warning::Gap(..))) {
        return Err(Refusal::Gap(gap.to_string()));
    }
    let answer = past.rows(journal).await.map_err(refused)?;
    let rows = answer.rows.into_iter().map(|row| {
        let mut row = row.into_iter().map(Option::unwrap_or_default);
        (row.next().unwrap_or_default(), row.next().unwrap_or_default())
    });
    Ok(copied::told_apart(questions, rows))
}
