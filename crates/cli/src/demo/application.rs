//! The application: its tables, its data, and the journal over them.

use pgrecall_journal::{Journal, TrackOptions, install, resolve};
use pgrecall_model::Pattern;
use pgrecall_postgres::{ServerError, catalogue};

use super::Talk;
use super::cluster::Stage;
use crate::failure::{Failure, Local};

/// What is tracked.
const PATTERN: &str = "public.*";

/// The application with its recorded tables.
#[derive(Debug)]
pub(super) struct Application {
    journal: Journal,
}

impl Application {
    /// Makes the tables, fills them, and records them from then on.
    pub(super) async fn create(talk: &Talk, stage: &Stage) -> Result<Self, Failure> {
        talk.progress("Making the application");
        let mut database = stage.connect("pgrecall demo").await?;
        database.batch(include_str!("sql/application/schema.sql")).await?;
        database.batch(include_str!("sql/application/seed.sql")).await?;
        install(&mut database).await?;
        let mut journal = Journal::open(database).await?;
        let tracked = track(&mut journal).await?;
        talk.progress_done();
        let rows: i64 = rows(&journal).await?.iter().map(|(_, rows)| rows).sum();
        talk.line(format!("Application  events of 5 organisers, {rows} rows in 8 tables"))?;
        talk.line(format!(
            "Journal      records {tracked} tables, as after `pgrecall install` and `pgrecall track '{PATTERN}'`"
        ))?;
        Ok(Self { journal })
    }

    pub(super) fn journal(&self) -> &Journal {
        &self.journal
    }

    pub(super) fn journal_mut(&mut self) -> &mut Journal {
        &mut self.journal
    }
}

/// The tables of the application with their numbers of rows.
pub(super) async fn rows(journal: &Journal) -> Result<Vec<(String, i64)>, ServerError> {
    let rows = journal.client().query(include_str!("sql/application/rows.sql"), &[]).await?;
    rows.iter().map(|row| Ok((row.try_get("table_name")?, row.try_get("rows")?))).collect()
}

/// How much the journal holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recorded {
    pub(super) transactions: i64,
    pub(super) changes: i64,
    pub(super) actors: i64,
}

impl Recorded {
    pub(super) async fn read(journal: &Journal) -> Result<Self, ServerError> {
        let sql = include_str!("sql/application/recorded.sql");
        let row = journal.client().query_one(sql, &[]).await?;
        Ok(Self {
            transactions: row.try_get("transactions")?,
            changes: row.try_get("changes")?,
            actors: row.try_get("actors")?,
        })
    }
}

async fn track(journal: &mut Journal) -> Result<usize, Failure> {
    let pattern: Pattern =
        PATTERN.parse().map_err(|error| Local::Usage(format!("{PATTERN}: {error}")))?;
    let tables = catalogue::tables(journal.client()).await?;
    let matched = resolve(&tables, &[pattern], &[])?;
    for table in &matched.tables {
        journal.track(table, &TrackOptions::default()).await?;
    }
    Ok(matched.tables.len())
}
