//! The way from the arguments to an open journal.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::{Moment, TxId};
use pgrecall_postgres::{Canceller, Conninfo, Database, Environment};
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::Connection;
use crate::command::config;
use crate::failure::{Failure, Local};
use crate::{clock, output};

/// What the server shows as the name of our connections.
const APPLICATION: &str = "pgrecall";

/// The statement that runs now, so that Ctrl-C can stop it on the server too.
static RUNNING: Mutex<Option<Canceller>> = Mutex::new(None);

/// Connects to the database that the arguments and the environment name.
pub(crate) async fn connect(connection: &Connection) -> Result<Database, Failure> {
    let conninfo = conninfo(connection)?;
    for warning in conninfo.warnings() {
        anstream::eprintln!("warning: {warning}");
    }
    let database = Database::connect(&conninfo, APPLICATION).await?;
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(database.canceller());
    Ok(database)
}

/// How the database is reached: as `--url` says, or the target, or the environment.
fn conninfo(connection: &Connection) -> Result<Conninfo, Failure> {
    let environment = Environment::from_process();
    let target = connection.target.as_deref().or_else(|| environment.target());
    match (&connection.url, target) {
        (None, Some(name)) => Ok(config::load(connection)?.target(name)?.conninfo.clone()),
        (url, _) => Ok(Conninfo::resolve(url.as_deref(), &environment)?),
    }
}

/// Connects, and opens the journal.
pub(crate) async fn open(connection: &Connection) -> Result<Journal, Failure> {
    Ok(Journal::open(connect(connection).await?).await?.acting_as(actor()))
}

/// The name of the database that the arguments and the environment name.
pub(crate) fn database_name(connection: &Connection) -> Result<String, Failure> {
    Ok(conninfo(connection)?.dbname().to_owned())
}

/// Who the journal names for what this program does: `PGRECALL_ACTOR`, or the user of the
/// operating system.
pub(crate) fn actor() -> Option<String> {
    let environment = Environment::from_process();
    environment.actor().or_else(|| environment.os_user()).map(str::to_owned)
}

/// The tables that the user names, or none for all.
pub(crate) async fn named_tables(
    journal: &Journal,
    names: &[String],
) -> Result<Option<Vec<TrackedTable>>, Failure> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut tables = Vec::new();
    for name in names {
        tables.extend(journal.tables_named(name).await?);
    }
    Ok(Some(tables))
}

/// What a moment means where changes are listed: a time, or a transaction after which it lies.
pub(crate) enum Point {
    Time(Timestamp),
    After(TxId),
}

/// Finds out what a moment means where changes are listed.
pub(crate) async fn point(journal: &Journal, moment: Moment) -> Result<Point, Failure> {
    Ok(match moment {
        Moment::Now => Point::Time(clock::now().timestamp()),
        Moment::Time(time) => Point::Time(time),
        Moment::Before(tx) => Point::After(TxId(tx.0 - 1)),
        Moment::After(tx) => Point::After(tx),
        Moment::Change(change) => Point::After(journal.transaction_of(change).await?),
        Moment::Tick(id) => Point::Time(journal.tick_numbered(id).await?.at),
        Moment::Mark(name) => Point::Time(journal.mark_named(&name).await?.at),
    })
}

/// The moment that an option names, if it is given.
pub(crate) fn moment(option: Option<&String>) -> Result<Option<Moment>, Failure> {
    Ok(option.map(|text| Moment::parse(text, &clock::now())).transpose()?)
}

/// Says where changes of these tables may be missing from the journal.
pub(crate) async fn warn_of_gaps(
    journal: &Journal,
    tables: &[TrackedTable],
) -> Result<(), Failure> {
    for table in tables {
        for gap in journal.gaps(table.relation.id).await? {
            output::say(format!("warning: {}", gap.sentence(&table.relation.name)));
        }
    }
    Ok(())
}

/// Says which tables are not recorded for the time being.
pub(crate) async fn warn_of_pauses(journal: &Journal) -> Result<(), Failure> {
    for table in journal.tables().await?.iter().filter(|table| table.paused) {
        output::say(format!("warning: {} is paused", table.relation.name));
    }
    Ok(())
}

/// Waits for Ctrl-C, and stops what runs on the server.
pub(crate) async fn interrupted() -> Failure {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the signal ends the process anyway.
        std::future::pending::<()>().await;
    }
    // The terminal has written `^C` into the line.
    anstream::eprintln!();
    cancel_running().await;
    Local::Interrupted.into()
}

/// Waits for Ctrl-C, or for the signal with which the system ends a service, and stops what runs on
/// the server.
pub(crate) async fn stopped() {
    let ended = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            // Without a handler the signal ends the process anyway.
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = ended => {}
    }
    cancel_running().await;
}

async fn cancel_running() {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(canceller) = running {
        // If the server cannot be reached, it notices by itself that nobody listens.
        let _ = canceller.cancel().await;
    }
}
