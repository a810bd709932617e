//! How our own SQL is asked.

use tokio_postgres::types::ToSql;
use tokio_postgres::{GenericClient, Row};

use crate::{Database, ServerError};

/// Something that answers our own SQL: a connection, which keeps what the server made of each text, or
/// what has none of that.
///
/// Questions that are asked at once, by joining their futures, travel at once.
pub trait Ask: Sync {
    /// The rows of an answer.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    fn rows(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> impl Future<Output = Result<Vec<Row>, ServerError>> + Send;

    /// The row of an answer that has one at most.
    ///
    /// # Errors
    /// When the server refuses or is gone, or gives more.
    fn row_if_any(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> impl Future<Output = Result<Option<Row>, ServerError>> + Send {
        async {
            let mut rows = self.rows(sql, parameters).await?;
            match rows.len() {
                0 | 1 => Ok(rows.pop()),
                _ => Err(ServerError::unexpected("more than one row where one was asked for")),
            }
        }
    }

    /// The row of an answer that always has one.
    ///
    /// # Errors
    /// When the server refuses or is gone, or gives none, or more.
    fn row(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> impl Future<Output = Result<Row, ServerError>> + Send {
        async {
            let row = self.row_if_any(sql, parameters).await?;
            row.ok_or_else(|| ServerError::unexpected("no row where one was asked for"))
        }
    }
}

impl<C: GenericClient + Sync> Ask for C {
    async fn rows(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, ServerError> {
        Ok(self.query(sql, parameters).await?)
    }
}

/// A text is parsed once a connection, and planned anew only as long as the server thinks that worth
/// while. What is kept is what the server keeps for us: it looks again at the tables of a statement
/// once they were altered. So this is for texts of which there are few, about the journal and the
/// catalogue.
impl Ask for Database {
    async fn rows(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, ServerError> {
        let statement = if let Some(statement) = self.statements().of(sql) {
            statement
        } else {
            let statement = self.client().prepare(sql).await?;
            self.statements().keep(sql, &statement);
            statement
        };
        match self.client().query(&statement, parameters).await {
            Ok(rows) => Ok(rows),
            Err(error) => {
                // It may be the statement that is no good any more.
                self.statements().forget(sql);
                Err(error.into())
            }
        }
    }
}
