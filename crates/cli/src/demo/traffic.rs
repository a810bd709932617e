//! A working day: several programs at once, each with a connection of its own.

use std::cell::Cell;
use std::time::Duration;

use futures_util::future::try_join_all;
use pgrecall_journal::Journal;
use pgrecall_postgres::{Database, ServerError};
use serde_json::Value;
use tokio::time::Instant;
use tokio_postgres::Transaction;
use tokio_postgres::types::{ToSql, Type};

use super::Talk;
use super::application::Recorded;
use super::cluster::Stage;
use super::kind::{self, ACCIDENT, DAWN, Deed, PROGRAMS};
use crate::failure::Failure;

/// How long a minute of the day takes.
const MINUTE: Duration = Duration::from_micros(3_500);

/// The day, as far as it has not happened.
#[derive(Debug)]
pub(super) struct Traffic<'t> {
    talk: &'t Talk,
    programs: Vec<Running>,
    dawn: Instant,
}

/// A program, its connection and what it has yet to do.
#[derive(Debug)]
struct Running {
    database: Database,
    deeds: Vec<Deed>,
}

impl<'t> Traffic<'t> {
    /// Connects the programs.
    pub(super) async fn begin(talk: &'t Talk, stage: &Stage) -> Result<Self, Failure> {
        let mut programs = Vec::new();
        for program in PROGRAMS {
            let database = log_in(stage.connect(program.name()).await?).await?;
            programs.push(Running { database, deeds: kind::day_of(program) });
        }
        Ok(Self { talk, programs, dawn: Instant::now() })
    }

    /// The day until the accident.
    pub(super) async fn until_accident(&mut self) -> Result<(), Failure> {
        self.until(Some(ACCIDENT)).await
    }

    /// The rest of the day, which goes on as if nothing had happened.
    pub(super) async fn after_accident(&mut self) -> Result<(), Failure> {
        self.until(None).await
    }

    /// Says what the day came to.
    pub(super) async fn end(self, journal: &Journal) -> Result<(), Failure> {
        self.talk.progress_done();
        let Recorded { transactions, changes, actors } = Recorded::read(journal).await?;
        self.talk.line(format!(
            "Traffic      a day in seconds: {transactions} transactions with {changes} changes by {actors} \
             actors"
        ))
    }

    async fn until(&mut self, minute: Option<u32>) -> Result<(), Failure> {
        let (talk, dawn) = (self.talk, self.dawn);
        let clock = Cell::new(0);
        let parts = self.programs.iter_mut().map(|program| {
            let now = program.take_until(minute);
            work(&mut program.database, now, |minute| {
                if minute > clock.replace(minute.max(clock.get())) {
                    talk.progress(&format!("A working day: {:02}:{:02}", minute / 60, minute % 60));
                }
                tokio::time::sleep_until(dawn + MINUTE * (minute - DAWN))
            })
        });
        try_join_all(parts).await?;
        Ok(())
    }
}

impl Running {
    /// Takes out what happens before a minute of the day.
    fn take_until(&mut self, minute: Option<u32>) -> Vec<Deed> {
        let is_later = |deed: &Deed| minute.is_some_and(|minute| deed.minute() >= minute);
        let count = self.deeds.iter().position(is_later).unwrap_or(self.deeds.len());
        self.deeds.drain(..count).collect()
    }
}

/// Gives a connection the rights of the application.
pub(super) async fn log_in(database: Database) -> Result<Database, Failure> {
    database.batch(include_str!("sql/application/log_in.sql")).await?;
    Ok(database)
}

/// Begins a transaction and says who is behind it.
pub(super) async fn begin<'d>(
    database: &'d mut Database,
    context: &Value,
) -> Result<Transaction<'d>, ServerError> {
    let transaction = database.client_mut().transaction().await?;
    transaction.execute(include_str!("sql/traffic/set_context.sql"), &[context]).await?;
    Ok(transaction)
}

/// Does what is to be done, each thing when `wait` for its minute is over.
async fn work<W: Future<Output = ()>>(
    database: &mut Database,
    deeds: Vec<Deed>,
    wait: impl Fn(u32) -> W,
) -> Result<(), ServerError> {
    for deed in &deeds {
        wait(deed.minute()).await;
        perform(database, deed).await?;
    }
    Ok(())
}

/// Does one thing, in a transaction of its own.
pub(super) async fn perform(database: &mut Database, deed: &Deed) -> Result<(), ServerError> {
    let transaction = begin(database, &deed.context()).await?;
    let statement = transaction.prepare_typed(deed.sql(), &[Type::TEXT, Type::INT4]).await?;
    let parameters: [&(dyn ToSql + Sync); 2] = [&deed.tenant(), &deed.number()];
    transaction.execute(&statement, &parameters).await?;
    Ok(transaction.commit().await?)
}
