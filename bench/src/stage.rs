//! What is done to a database while its cost is measured.

use std::time::Duration;

use pgrecall_model::Ident;
use pgrecall_postgres::Template;
use tokio_postgres::error::SqlState;

use crate::backend::Backend;
use crate::base;
use crate::error::BenchError;
use crate::measure::Measure;
use crate::pgbench;
use crate::results::SystemResults;
use crate::scale::Scale;
use crate::server::ScratchServer;

const INSERT_ONE: &str = include_str!("../sql/workload/insert_one.sql");
const UPDATE_ONE: &str = include_str!("../sql/workload/update_one.sql");
const DELETE_ONE: &str = include_str!("../sql/workload/delete_one.sql");
const UPDATE_FIRST: &str = include_str!("../sql/workload/bulk_update_first.sql");
const UPDATE_ALL: &str = include_str!("../sql/workload/bulk_update.sql");
const DELETE_ALL: &str = include_str!("../sql/workload/bulk_delete.sql");
/// The keys of rows that are inserted one by one, above those that are there.
const NEW_ROWS: i64 = 10_000_000;

/// A part of a round. All systems pass through a part before the next one begins, so that values
/// that are compared were taken close to each other in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    SingleRows,
    LongSession,
    Bulk,
    Pgbench,
}

/// The database of a system in a round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'r> {
    pub(crate) server: &'r ScratchServer,
    pub(crate) database: &'r Ident,
    pub(crate) scale: &'r Scale,
    /// Whether changes must leave a record.
    pub(crate) records: bool,
}

impl Stage {
    pub(crate) const ALL: [Self; 4] =
        [Self::SingleRows, Self::LongSession, Self::Bulk, Self::Pgbench];

    /// What the stage does, for whoever waits.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::SingleRows => "single rows",
            Self::LongSession => "a long session",
            Self::Bulk => "many rows in a statement",
            Self::Pgbench => "pgbench",
        }
    }

    /// Takes the measures of the stage.
    pub(crate) async fn run(self, site: Site<'_>, results: &mut SystemResults) {
        match self {
            Self::SingleRows => single_rows(site, results).await,
            Self::LongSession => {
                use Measure::{FirstTransactions, LastToFirst, LastTransactions};
                let measures = [FirstTransactions, LastTransactions, LastToFirst];
                results.attempt(measures, long_session(site)).await;
            }
            Self::Bulk => bulk(site, results).await,
            Self::Pgbench => {
                let measures = [Measure::PgbenchCpu, Measure::PgbenchRate];
                results
                    .attempt(measures, pgbench::run(site.server, site.database, site.scale))
                    .await;
            }
        }
    }
}

/// Rows one by one over one connection, with prepared statements.
async fn single_rows(site: Site<'_>, results: &mut SystemResults) {
    use Measure::{DeleteOne, InsertOne, UpdateOne, UpdateWithin};
    let backend = match site.session().await {
        Ok(backend) => backend,
        Err(error) => {
            return results.fail(&[InsertOne, UpdateOne, UpdateWithin, DeleteOne], &error);
        }
    };
    let rows = site.scale.single_rows;
    results.attempt([InsertOne], each(&backend, INSERT_ONE, rows)).await;
    results.attempt([UpdateOne], each(&backend, UPDATE_ONE, rows)).await;
    results.attempt([UpdateWithin], each_within(&backend, UPDATE_ONE, rows)).await;
    results.attempt([DeleteOne], each(&backend, DELETE_ONE, rows)).await;
    backend.close().await;
}

async fn each(backend: &Backend, sql: &str, rows: u32) -> Result<[f64; 1], BenchError> {
    let statement = backend.client().prepare(&bare(sql)).await?;
    let before = backend.cpu()?;
    for row in 0..rows {
        let changed = backend.client().execute(&statement, &[&(NEW_ROWS + i64::from(row))]).await?;
        check_count(changed, 1)?;
    }
    Ok([microseconds(backend.cpu()?.saturating_sub(before), rows)])
}

async fn each_within(backend: &Backend, sql: &str, rows: u32) -> Result<[f64; 1], BenchError> {
    backend.database().batch("BEGIN").await?;
    let cost = each(backend, sql, rows).await;
    // After an error this rolls back, and what comes next has a working session.
    backend.database().batch("COMMIT").await?;
    cost
}

/// Transaction after transaction in one session: does it become slower with time?
async fn long_session(site: Site<'_>) -> Result<[f64; 3], BenchError> {
    let Scale { transactions, compared_transactions: compared, .. } = *site.scale;
    let backend = site.session().await?;
    let statement = backend.client().prepare(&bare(UPDATE_ONE)).await?;
    let mut readings = vec![backend.cpu()?];
    for row in 1..=transactions {
        let changed = backend.client().execute(&statement, &[&i64::from(row)]).await?;
        check_count(changed, 1)?;
        if row == compared || row == transactions - compared || row == transactions {
            readings.push(backend.cpu()?);
        }
    }
    backend.close().await;
    let between = |from: usize, to: usize| {
        microseconds(readings[to].saturating_sub(readings[from]), compared)
    };
    let (first, last) = (between(0, 1), between(2, 3));
    Ok([first, last, last / first])
}

/// Statements over many rows, each in a session of its own.
async fn bulk(site: Site<'_>, results: &mut SystemResults) {
    let insert = Template::new(include_str!("../sql/workload/bulk_insert.sql"))
        .with("rows", &site.scale.bulk_rows)
        .sql();
    results.attempt([Measure::BulkInsert, Measure::InsertBytes], site.statement(&insert)).await;
    results.attempt([Measure::BulkUpdate, Measure::UpdateBytes], site.recorded(UPDATE_ALL)).await;
    results.attempt([Measure::BulkUpdateAfterOne], site.after_one(UPDATE_ALL)).await;
    results.attempt([Measure::BulkDelete, Measure::DeleteBytes], site.statement(DELETE_ALL)).await;
}

impl Site<'_> {
    /// A new session, with the database settled and a checkpoint behind it.
    async fn session(&self) -> Result<Backend, BenchError> {
        let session = self.server.connect(self.database).await?;
        session.batch(include_str!("../sql/server/settle.sql")).await?;
        session.batch(include_str!("../sql/server/checkpoint.sql")).await?;
        session.close().await;
        let backend = Backend::open(self.server, self.database).await?;
        Ok(backend)
    }

    /// The CPU time of a statement over many rows and the bytes that it left outside the user's
    /// tables, both per row.
    async fn statement(&self, sql: &str) -> Result<[f64; 2], BenchError> {
        let backend = self.bulk_session().await?;
        let bytes_before = outside_bytes(&backend).await?;
        let [cpu] = self.timed(&backend, sql).await?;
        let bytes = outside_bytes(&backend).await? - bytes_before;
        backend.close().await;
        Ok([cpu, bytes / f64::from(self.scale.bulk_rows)])
    }

    /// The same of a statement that every kind of capture records something of.
    async fn recorded(&self, sql: &str) -> Result<[f64; 2], BenchError> {
        let [cpu, bytes] = self.statement(sql).await?;
        if self.records && bytes <= 0.0 {
            Err(BenchError::NothingRecorded)
        } else {
            Ok([cpu, bytes])
        }
    }

    /// The CPU time of a statement over many rows in a session that has changed one row.
    async fn after_one(&self, sql: &str) -> Result<[f64; 1], BenchError> {
        let backend = self.bulk_session().await?;
        check_count(backend.client().execute(&bare(UPDATE_FIRST), &[]).await?, 1)?;
        let cpu = self.timed(&backend, sql).await?;
        backend.close().await;
        Ok(cpu)
    }

    async fn bulk_session(&self) -> Result<Backend, BenchError> {
        let backend = self.session().await?;
        let limit = Template::new(include_str!("../sql/workload/bulk_limit.sql"))
            .with("seconds", &self.scale.bulk_limit_seconds);
        backend.database().batch(&limit.sql()).await?;
        Ok(backend)
    }

    async fn timed(&self, backend: &Backend, sql: &str) -> Result<[f64; 1], BenchError> {
        let before = backend.cpu()?;
        let changed = match backend.client().execute(&bare(sql), &[]).await {
            Err(error) if error.code() == Some(&SqlState::QUERY_CANCELED) => {
                return Err(BenchError::TooLong(self.scale.bulk_limit_seconds));
            }
            changed => changed?,
        };
        let cpu = backend.cpu()?.saturating_sub(before);
        check_count(changed, u64::from(self.scale.bulk_rows))?;
        Ok([microseconds(cpu, self.scale.bulk_rows)])
    }
}

/// A statement without the comment in its file, as an application would send it: some systems keep
/// the text with every row.
fn bare(sql: &str) -> String {
    sql.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n")
}

async fn outside_bytes(backend: &Backend) -> Result<f64, BenchError> {
    let sql = include_str!("../sql/measure/outside_bytes.sql");
    let row = backend.client().query_one(sql, &[&base::TABLES.as_slice()]).await?;
    Ok(row.try_get(0)?)
}

fn check_count(found: u64, expected: u64) -> Result<(), BenchError> {
    if found == expected { Ok(()) } else { Err(BenchError::RowCount { found, expected }) }
}

fn microseconds(cpu: Duration, rows: u32) -> f64 {
    cpu.as_secs_f64() * 1e6 / f64::from(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_is_sent_without_our_comments() {
        assert_eq!(bare("-- Why.\nDELETE FROM a\nWHERE b;\n"), "DELETE FROM a\nWHERE b;");
    }
}
