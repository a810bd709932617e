//! Undos in several transactions: begun, gone on with, taken back, listed.

use pgrecall_journal::{Journal, UnfinishedUndo};
use pgrecall_model::{Explain as _, TxId};
use pgrecall_undo::{Applied, Run, UndoError, transactions};
use serde_json::{Value, json};

use crate::failure::{Exit, Failure};
use crate::json::{EffectsObject, UnfinishedLine};
use crate::progress::Line;
use crate::take_back::patiently;
use crate::{clock, output};

/// What became of a run.
struct Outcome {
    run: i64,
    rows: u64,
    done: u64,
    transactions: Vec<TxId>,
    effects: Applied,
}

/// Carries out what is left of a run. `plan` is what is printed of its plan, where it was made just
/// now.
pub(crate) async fn carry_out(
    journal: &mut Journal,
    mut run: Run,
    (plan, is_json): (Option<Value>, bool),
) -> Result<Exit, Failure> {
    let (id, rows) = (run.id, run.rows);
    output::say(format!(
        "Undo {id}, in transactions of about {} rows; if it stops, go on with `pgrecall undo --resume {id}`.",
        run.part_rows(),
    ));
    let line = Line::new("undo", rows, run.progress());
    let (effects, stopped) = line.during(advance(journal, &mut run)).await;
    let (done, takes_back) = (run.done, run.takes_back);
    let failure: Option<Failure> = match stopped {
        Some(error) => Some(run.stopped(journal, error).await.into()),
        None => None,
    };
    // Where the connection is lost there is no telling.
    let transactions = transactions(journal, id).await;
    let transactions =
        if failure.is_some() { transactions.unwrap_or_default() } else { transactions? };
    let outcome = Outcome { run: id, rows, done, transactions, effects };
    if is_json {
        output::json(&outcome.object(plan))?;
    }
    if let Some(failure) = failure {
        return Err(failure);
    }
    if !is_json {
        outcome.tell(takes_back);
    }
    Ok(Exit::Ok)
}

/// Part by part, to the end or to what stops it.
async fn advance(journal: &mut Journal, run: &mut Run) -> (Applied, Option<UndoError>) {
    let mut effects = Applied::default();
    loop {
        match patiently!(run.advance(journal)) {
            Ok(Some(applied)) => effects.add(applied),
            Ok(None) => return (effects, None),
            Err(error) => return (effects, Some(error)),
        }
    }
}

impl Outcome {
    fn object(&self, plan: Option<Value>) -> Value {
        let run = json!({
            "id": self.run,
            "rows": self.rows,
            "done": self.done,
            "transactions": self.transactions,
        });
        let applied = self.done == self.rows;
        let tx = self.transactions.last();
        let effects = EffectsObject::from(&self.effects);
        match plan {
            Some(plan) => {
                json!({ "plan": plan, "applied": applied, "tx": tx, "run": run, "effects": effects })
            }
            None => json!({ "applied": applied, "tx": tx, "run": run, "effects": effects }),
        }
    }

    fn tell(&self, takes_back: Option<i64>) {
        let count = output::counted(self.transactions.len(), "transaction");
        let last = self.transactions.last().copied().unwrap_or(TxId(0));
        output::say(match takes_back {
            Some(other) => format!("What was done of undo {other} is taken back, in {count}."),
            None => {
                format!("Undone in {count}; `pgrecall undo --tx {last}` would take all of it back.")
            }
        });
    }
}

/// Lists the runs that are not finished.
pub(crate) async fn list(journal: &Journal, is_json: bool) -> Result<Exit, Failure> {
    let unfinished = journal.unfinished_undos().await?;
    for run in &unfinished {
        if is_json {
            output::json(&UnfinishedLine::from(run))?;
        } else {
            output::line(text(run))?;
        }
    }
    if unfinished.is_empty() {
        output::say("note: no undo is unfinished");
    }
    Ok(Exit::Ok)
}

fn text(run: &UnfinishedUndo) -> String {
    let mut parts = vec![
        format!("undo {}", run.id),
        clock::shown(run.started_at),
        format!("{} of {} rows done", run.done, run.rows),
        run.actor.clone().unwrap_or_else(|| run.database_user.clone()),
    ];
    parts.extend(run.takes_back.map(|other| format!("takes back undo {other}")));
    parts.extend(run.reason.as_ref().map(|reason| format!("“{reason}”")));
    parts.join("  ")
}
