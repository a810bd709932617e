//! Whether the undo did what it should, and nothing else.

use pgrecall_journal::Journal;
use pgrecall_model::Moment;
use pgrecall_postgres::ServerError;
use pgrecall_timetravel::{Rows, at};

use super::accident::Accident;
use super::error::DemoError;
use crate::failure::Failure;

/// What the accident hit: tables with a query for the rows concerned.
const HIT: [(&str, &str); 3] = [
    ("prize", include_str!("sql/check/prize.sql")),
    ("prize_winner", include_str!("sql/check/prize_winner.sql")),
    ("payment", include_str!("sql/check/payment.sql")),
];

/// The rows that the accident did not hit, as a fingerprint a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Others(Vec<(String, i64, Option<String>)>);

impl Others {
    pub(super) async fn read(journal: &Journal) -> Result<Self, ServerError> {
        let rows = journal.client().query(include_str!("sql/check/others.sql"), &[]).await?;
        let table = |row: &tokio_postgres::Row| {
            Ok((row.try_get("table_name")?, row.try_get("rows")?, row.try_get("fingerprint")?))
        };
        Ok(Self(rows.iter().map(table).collect::<Result<_, tokio_postgres::Error>>()?))
    }

    /// Checks that they are as they were, and gives their number.
    pub(super) async fn check_same(&self, journal: &Journal) -> Result<i64, Failure> {
        let now = Self::read(journal).await?;
        match self.0.iter().zip(&now.0).find(|(then, now)| then != now) {
            Some(((table, ..), _)) => Err(DemoError::Harmed(table.clone()).into()),
            None => Ok(now.0.iter().map(|(_, rows, _)| rows).sum()),
        }
    }
}

/// Checks that the rows that the accident hit are as they were before it, and gives their numbers.
pub(super) async fn check_restored(
    journal: &mut Journal,
    accident: &Accident,
) -> Result<Vec<(&'static str, usize)>, Failure> {
    let mut checked = Vec::new();
    for (table, sql) in HIT {
        let then = rows(journal, Moment::Before(accident.overwriting), sql).await?;
        let now = rows(journal, Moment::Now, sql).await?;
        if then != now || now.rows.is_empty() {
            return Err(DemoError::NotRestored { table, before: accident.overwriting }.into());
        }
        checked.push((table, now.rows.len()));
    }
    Ok(checked)
}

async fn rows(journal: &mut Journal, moment: Moment, sql: &str) -> Result<Rows, Failure> {
    let past = at(journal, moment, sql).await?;
    Ok(past.rows(journal).await?)
}
