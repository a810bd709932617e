//! The walk: finding what happened, looking before it, undoing it. Every command is run for real.

use futures_util::TryStreamExt;
use pgrecall_journal::{Filter, Journal};
use pgrecall_model::{Operation, TxId};

use super::Talk;
use super::accident::{Accident, SESSION, TENANT};
use super::check::{self, Others};
use super::cluster::Stage;
use super::error::DemoError;
use super::invocation::{Invocation, Shown};
use crate::failure::Failure;

const PRIZES: &str = include_str!("sql/walk/prizes.sql");
const PAYMENTS: &str = include_str!("sql/walk/payments.sql");
const WINNERS: &str = include_str!("sql/walk/winners.sql");

/// The walk with what it needs.
struct Walk<'w> {
    talk: &'w Talk,
    stage: &'w Stage,
    accident: &'w Accident,
}

/// Walks the user through the accident; gives the transaction that undid it.
pub(super) async fn walk(
    talk: &Talk,
    stage: &Stage,
    journal: &mut Journal,
    accident: &Accident,
) -> Result<TxId, Failure> {
    let walk = Walk { talk, stage, accident };
    talk.pause().await?;
    walk.notice().await?;
    talk.pause().await?;
    walk.find().await?;
    talk.pause().await?;
    walk.inspect().await?;
    talk.pause().await?;
    walk.look_before().await?;
    talk.pause().await?;
    walk.preview().await?;
    talk.pause().await?;
    let others = Others::read(journal).await?;
    walk.undo().await?;
    let undo = undone_by(journal, accident).await?;
    talk.pause().await?;
    walk.check(journal, &others).await?;
    talk.pause().await?;
    walk.history(journal).await?;
    Ok(undo)
}

impl Walk<'_> {
    async fn notice(&self) -> Result<(), Failure> {
        self.step(
            1,
            "Something is wrong",
            "Northwind Events calls: prizes are gone, and every guest of tonight's webinar was told of a\n\
             refund. This is what the tables hold now.",
        )?;
        self.run(["at", "now", &query(PRIZES)], Shown::ALL).await?;
        self.run(["at", "now", &query(PAYMENTS)], Shown::ALL).await
    }

    async fn find(&self) -> Result<(), Failure> {
        self.step(
            2,
            "Find out who deleted prizes",
            "The journal knows the user behind every change, and why it was made.",
        )?;
        let deletions = ["log", "--tenant", TENANT, "--table", "prize", "--op", "delete"];
        self.run(deletions.into_iter().chain(["--limit", "2"]), Shown::ALL).await
    }

    async fn inspect(&self) -> Result<(), Failure> {
        let Accident { overwriting, deletion } = self.accident;
        self.step(
            3,
            "See the whole transaction, and the whole session",
            "Winners went with their prizes: the journal also has what a cascade deleted.",
        )?;
        self.run(["show", &deletion.to_string()], Shown { first: 18, last: 3 }).await?;
        self.say(format!("\nSession {SESSION} has changed payments, too."))?;
        let updates = ["log", "--session", SESSION, "--op", "update", "--limit", "2"];
        self.run(updates, Shown::ALL).await?;
        self.say(format!("\nSo it is transactions {overwriting} and {deletion}."))
    }

    async fn look_before(&self) -> Result<(), Failure> {
        let Accident { overwriting, deletion } = self.accident;
        self.step(
            4,
            "Look at the tables as they were before",
            "Any SELECT runs as of any moment, with joins and aggregates.",
        )?;
        let before = format!("before:tx:{deletion}");
        self.run(["at", &before, &query(WINNERS)], Shown::ALL).await?;
        let before = format!("before:tx:{overwriting}");
        self.run(["at", &before, &query(PAYMENTS)], Shown::ALL).await
    }

    async fn preview(&self) -> Result<(), Failure> {
        self.step(
            5,
            "See what an undo would do",
            "It is tried in a transaction that is rolled back, with the real constraints. What others have\n\
             changed since would be shown as a conflict; here nobody has.",
        )?;
        let (first, second) = self.transactions();
        let undo = ["undo", "--tx", &first, "--tx", &second, "--preview"];
        self.run(undo, Shown { first: 12, last: 10 }).await
    }

    async fn undo(&self) -> Result<(), Failure> {
        self.step(6, "Undo it", "Both transactions are taken back together, or not at all.")?;
        let (first, second) = self.transactions();
        let undo = ["undo", "--tx", &first, "--tx", &second, "--yes"];
        let reason = ["--reason", "prizes and payments were lost by mistake"];
        self.run(undo.into_iter().chain(reason), Shown { first: 0, last: 4 }).await
    }

    async fn check(&self, journal: &mut Journal, others: &Others) -> Result<(), Failure> {
        self.step(7, "Check", "The same questions as at the beginning.")?;
        self.run(["at", "now", &query(PRIZES)], Shown::ALL).await?;
        self.run(["at", "now", &query(PAYMENTS)], Shown::ALL).await?;
        let restored = check::check_restored(journal, self.accident).await?;
        let survived = others.check_same(journal).await?;
        let restored: Vec<String> =
            restored.iter().map(|(table, rows)| format!("{table} ({rows} rows)")).collect();
        self.say(format!(
            "\nCompared column by column with the state before transaction {}:\n\
             {} are the same again.\n\
             All other {survived} rows are as the day left them, with what came after the accident.",
            self.accident.overwriting,
            restored.join(", "),
        ))
    }

    async fn history(&self, journal: &Journal) -> Result<(), Failure> {
        let key = well_travelled_prize(journal, self.accident.deletion).await?;
        self.step(
            8,
            "The journal keeps all of it",
            "Nothing is rewritten: the accident and its undo are part of the record's history.",
        )?;
        self.run(["history", "prize", &key], Shown::ALL).await
    }

    fn transactions(&self) -> (String, String) {
        (self.accident.overwriting.to_string(), self.accident.deletion.to_string())
    }

    fn step(&self, number: u32, title: &str, text: &str) -> Result<(), Failure> {
        self.talk.title(number, title)?;
        self.say(text)
    }

    fn say(&self, text: impl std::fmt::Display) -> Result<(), Failure> {
        self.talk.line(text)
    }

    async fn run<'a>(
        &self,
        arguments: impl IntoIterator<Item = &'a str>,
        shown: Shown,
    ) -> Result<(), Failure> {
        Invocation::new(arguments).run(self.talk, self.stage, shown).await
    }
}

/// A query as it is typed, with its further lines indented.
fn query(sql: &str) -> String {
    sql.trim_end().replace('\n', "\n    ")
}

async fn undone_by(journal: &Journal, accident: &Accident) -> Result<TxId, Failure> {
    let transaction = journal.transaction(accident.deletion).await?;
    match transaction.undone_by[..] {
        [undo] => Ok(undo),
        _ => Err(DemoError::NotRecorded("the undo").into()),
    }
}

/// The key of a deleted prize that had been changed on the same day.
async fn well_travelled_prize(journal: &Journal, deletion: TxId) -> Result<String, Failure> {
    let prizes = journal.table("prize").await?;
    let filter = Filter {
        tables: Some(vec![prizes.relation.id]),
        operations: vec![Operation::Update, Operation::Delete],
        up_to: Some(deletion),
        oldest_first: true,
        ..Filter::default()
    };
    let changes = journal.changes().await?;
    let stream = changes.stream(journal, &filter).await?;
    let changes: Vec<_> = stream.try_collect().await?;
    let deleted = changes.iter().filter(|change| change.tx == deletion);
    let travelled = deleted.filter_map(|change| change.key.as_ref()).find(|key| {
        changes
            .iter()
            .any(|change| change.op == Operation::Update && change.key.as_ref() == Some(*key))
    });
    match travelled {
        Some(key) => Ok(key.to_string()),
        None => Err(DemoError::NotRecorded("a deleted prize that was changed before").into()),
    }
}
