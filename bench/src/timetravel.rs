//! What looking at the past costs, beside the same query on the tables of today.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use pgrecall_journal::{Filter, Journal, JournalError};
use pgrecall_model::{Ident, Moment, RecordSelection, RelationName, Selection, TickId, TxId};
use pgrecall_postgres::{Template, catalogue};
use pgrecall_timetravel::{Between, Past, TimeTravelError, at};
use pgrecall_undo::{Options, apply, plan, preview};
use serde::Serialize;

use crate::error::BenchError;
use crate::peak;
use crate::server::ScratchServer;
use crate::system::{Recording, System};

#[derive(Debug, Args)]
pub(crate) struct TimeTravel {
    /// How many purchases there are
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    rows: u32,
    /// How many changes the journal is to hold when it is looked at; ascending
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "2000000,10000000")]
    changes: Vec<i64>,
    /// How many other tables share the journal; every second transaction is in one of them
    #[arg(long, value_name = "N", default_value_t = 0)]
    others: u32,
    /// How often everything is measured
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: u32,
    /// Also write `timetravel.json` and `timetravel.txt` into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The folder with the server's programs [default: the newest server installed]
    #[arg(long, value_name = "DIR")]
    pub(crate) bin: Option<PathBuf>,
}

/// A question that has an answer of today and one of the past.
struct Question {
    name: &'static str,
    sql: &'static str,
}

const QUESTIONS: [Question; 3] = [
    Question { name: "whole table", sql: include_str!("../sql/timetravel/whole.sql") },
    Question { name: "one record", sql: include_str!("../sql/timetravel/record.sql") },
    Question { name: "join of two tables", sql: include_str!("../sql/timetravel/join.sql") },
];

/// How much of the journal comes after the moments that are looked at.
const SHARES_AFTER: [f64; 4] = [0.01, 0.1, 0.5, 0.9];

/// How much of the journal lies between the moments that are looked at and the checkpoint after them.
const SHARES_BEFORE: [f64; 2] = [0.01, 0.05];

/// The record that is looked at.
const RECORD: &str = "4711";

/// What one look took.
#[derive(Debug, Clone, Serialize)]
struct Look {
    /// How many changes the journal held.
    changes: i64,
    what: String,
    /// The best of all rounds, in milliseconds by the clock.
    milliseconds: f64,
    /// The same query on the tables of today.
    live_milliseconds: Option<f64>,
    /// The most memory that this process had.
    client_peak_bytes: Option<u64>,
}

/// A journal of a certain size, and what was found in it.
struct Bench<'a> {
    journal: Journal,
    rounds: u32,
    changes: i64,
    looks: &'a mut Vec<Look>,
}

pub(crate) async fn measure(
    server: &ScratchServer,
    arguments: &TimeTravel,
) -> Result<(), BenchError> {
    let name = Ident::new("timetravel")?;
    server.create(&name, None).await?;
    let mut database = server.connect(&name).await?;
    let base = Template::new(include_str!("../sql/timetravel/base.sql"))
        .with("rows", &arguments.rows)
        .with("others", &arguments.others);
    database.batch(&base.sql()).await?;
    let tables: Vec<RelationName> =
        catalogue::tables(database.client()).await?.into_iter().map(|table| table.name).collect();
    System::PgRecall(Recording::default()).record(server, &name, &tables).await?;
    let (mut made, mut looks) = (0, Vec::new());
    for &changes in &arguments.changes {
        let middle = (changes / 2).max(made);
        database.batch(&change(arguments, middle - made)).await?;
        let mut journal = Journal::open(database).await?;
        let copied = take_checkpoints(&mut journal).await?;
        journal.database().batch(&change(arguments, changes - middle)).await?;
        journal.database().batch(include_str!("../sql/server/settle.sql")).await?;
        made = changes;
        let recorded = include_str!("../sql/timetravel/recorded.sql");
        let recorded = journal.client().query_one(recorded, &[]).await?.try_get(0)?;
        let rounds = arguments.rounds;
        let mut bench = Bench { journal, rounds, changes: recorded, looks: &mut looks };
        bench
            .journal
            .database()
            .batch(include_str!("../sql/timetravel/hide_checkpoints.sql"))
            .await?;
        bench.look().await?;
        bench
            .journal
            .database()
            .batch(include_str!("../sql/timetravel/show_checkpoints.sql"))
            .await?;
        bench.look_near(copied).await?;
        database = server.connect(&name).await?;
    }
    give(&looks, arguments)
}

/// So many changes, as SQL.
fn change(arguments: &TimeTravel, changes: i64) -> String {
    Template::new(include_str!("../sql/timetravel/change.sql"))
        .with("changes", &changes)
        .with("rows", &arguments.rows)
        .with("others", &arguments.others)
        .sql()
}

/// Takes checkpoints of the tables that are looked at, in place of older ones; gives the tick of the first.
async fn take_checkpoints(journal: &mut Journal) -> Result<TickId, BenchError> {
    let older: Vec<i64> = journal.checkpoints().await?.iter().map(|one| one.id).collect();
    journal.drop_checkpoints(&older).await?;
    let mut first = None;
    for name in ["public.purchase", "public.customer"] {
        let table = journal.table(name).await?;
        let begin = Instant::now();
        let taken = journal.take_checkpoint(&table).await?;
        let seconds = begin.elapsed().as_secs_f64();
        eprintln!(
            "  checkpoint of {name}: {} rows, {} bytes, {seconds:.1} s",
            taken.rows, taken.bytes
        );
        first = first.or(Some(taken.tick));
    }
    first.ok_or_else(|| JournalError::UnknownCheckpoint(0).into())
}

impl Bench<'_> {
    /// Looks at moments at and before a checkpoint in the middle of the changes.
    async fn look_near(&mut self, copied: TickId) -> Result<(), BenchError> {
        for question in [&QUESTIONS[0], &QUESTIONS[2]] {
            let live = self.best(async |journal| live(journal, question.sql).await).await?;
            let at_it = (Moment::Tick(copied), "at a checkpoint".to_owned());
            let mut moments = vec![at_it];
            for share in SHARES_BEFORE {
                let moment = Moment::After(self.transaction_at(0.5 - share).await?);
                let what = format!("{:.0} % of the changes before a checkpoint", share * 100.0);
                moments.push((moment, what));
            }
            for (moment, what) in moments {
                let past = self
                    .best(async |journal| past(journal, moment.clone(), question.sql).await)
                    .await?;
                self.note(format!("{}, {what}", question.name), past, Some(live));
            }
        }
        Ok(())
    }

    async fn look(&mut self) -> Result<(), BenchError> {
        for question in QUESTIONS {
            let live = self.best(async |journal| live(journal, question.sql).await).await?;
            for share in SHARES_AFTER {
                let moment = Moment::After(self.transaction_at(1.0 - share).await?);
                let past = self
                    .best(async |journal| past(journal, moment.clone(), question.sql).await)
                    .await?;
                let what =
                    format!("{}, {:.0} % of the changes after", question.name, share * 100.0);
                self.note(what, past, Some(live));
            }
        }
        let moment = Moment::After(self.transaction_at(0.5).await?);
        let led = at(&self.journal, moment.clone(), QUESTIONS[1].sql).await?;
        let answered = self.best(async |journal| answer(journal, &led).await).await?;
        self.note("one record, the query that `at` runs by itself".to_owned(), answered, None);
        let restored = self.best(async |journal| restore(journal, moment.clone()).await).await?;
        self.note("restore of a record: plan, preview, apply".to_owned(), restored, None);
        let history = self.best(history).await?;
        self.note("history of a record".to_owned(), history, None);
        let newest = self.best(newest).await?;
        self.note("newest 100 changes of an actor".to_owned(), newest, None);
        let from = Moment::After(self.transaction_at(0.5).await?);
        let to = Moment::After(self.transaction_at(0.55).await?);
        let diff = self.best(async |journal| diff(journal, from.clone(), to.clone()).await).await?;
        self.note("diff over 5 % of the changes".to_owned(), diff, None);
        Ok(())
    }

    /// The best of all rounds, in milliseconds.
    async fn best(
        &mut self,
        looking: impl AsyncFn(&mut Journal) -> Result<(), BenchError>,
    ) -> Result<f64, BenchError> {
        peak::reset();
        let mut best = f64::INFINITY;
        for _ in 0..self.rounds {
            let begin = Instant::now();
            looking(&mut self.journal).await?;
            best = best.min(begin.elapsed().as_secs_f64() * 1000.0);
        }
        Ok(best)
    }

    fn note(&mut self, what: String, milliseconds: f64, live_milliseconds: Option<f64>) {
        eprintln!("  {} changes: {what}, {milliseconds:.1} ms", self.changes);
        let client_peak_bytes = peak::bytes();
        let changes = self.changes;
        self.looks.push(Look { changes, what, milliseconds, live_milliseconds, client_peak_bytes });
    }

    async fn transaction_at(&self, share: f64) -> Result<TxId, BenchError> {
        let sql = include_str!("../sql/timetravel/transaction_at.sql");
        Ok(TxId(self.journal.client().query_one(sql, &[&share]).await?.try_get(0)?))
    }
}

async fn live(journal: &Journal, sql: &str) -> Result<(), BenchError> {
    journal.client().simple_query(sql).await?;
    Ok(())
}

/// From the text of the query to the last row, as for a user.
async fn past(journal: &mut Journal, moment: Moment, sql: &str) -> Result<(), BenchError> {
    let past = at(journal, moment, sql).await?;
    answer(journal, &past).await
}

async fn answer(journal: &mut Journal, past: &Past) -> Result<(), BenchError> {
    past.rows(journal).await?;
    Ok(())
}

/// Brings a record back, which was changed before so that there is something to do.
async fn restore(journal: &mut Journal, to: Moment) -> Result<(), BenchError> {
    let table = journal.table("public.purchase").await?;
    journal.database().batch(include_str!("../sql/timetravel/change_record.sql")).await?;
    let key = journal.key(&table, RECORD).await?.values;
    let (name, to) = (table.relation.name, Some(to));
    let record = RecordSelection { table: name, key, column: None, to, with_children: false };
    let prepared = plan(journal, Selection::Records(vec![record])).await?;
    preview(journal, &prepared, &Options::default()).await?;
    apply(journal, &prepared, &Options::default()).await?;
    Ok(())
}

async fn history(journal: &mut Journal) -> Result<(), BenchError> {
    let table = journal.table("public.purchase").await?;
    let key = journal.key(&table, RECORD).await?;
    journal.history(&table, &key.text).await?;
    Ok(())
}

async fn newest(journal: &mut Journal) -> Result<(), BenchError> {
    let changes = journal.changes().await?;
    let actor = Some("actor-7".to_owned());
    let filter = Filter { actor, limit: Some(100), ..Filter::default() };
    changes.read(journal, &filter).await?;
    Ok(())
}

async fn diff(journal: &mut Journal, from: Moment, to: Moment) -> Result<(), BenchError> {
    let between = Between::of(journal, from, to).await?;
    let table = journal.table("public.purchase").await?;
    between.rows(journal, &[table], |_| Ok::<_, TimeTravelError>(())).await?;
    Ok(())
}

fn give(looks: &[Look], arguments: &TimeTravel) -> Result<(), BenchError> {
    let text = table(looks);
    print!("{text}");
    let Some(folder) = &arguments.out else { return Ok(()) };
    std::fs::create_dir_all(folder).map_err(BenchError::file("make", folder))?;
    let file = folder.join("timetravel.txt");
    std::fs::write(&file, &text).map_err(BenchError::file("write", &file))?;
    let file = folder.join("timetravel.json");
    let json = serde_json::to_string_pretty(looks)?;
    std::fs::write(&file, json).map_err(BenchError::file("write", &file))
}

fn table(looks: &[Look]) -> String {
    let mut text = String::new();
    let mut changes = None;
    for look in looks {
        if changes.replace(look.changes) != Some(look.changes) {
            let _ = writeln!(text, "{} changes in the journal", look.changes);
        }
        let _ = write!(text, "  {:<52} {:>9.1} ms", look.what, look.milliseconds);
        if let Some(live) = look.live_milliseconds {
            let _ = write!(text, "  live {live:>8.1} ms ({:.1} x)", look.milliseconds / live);
        }
        let peak = look.client_peak_bytes.map(|bytes| bytes >> 20);
        let _ = writeln!(text, "{}", peak.map_or_else(String::new, |mb| format!("  {mb} MB")));
    }
    text
}
