//! What the server made of the texts that were asked on a connection.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio_postgres::Statement;

/// Prepared statements by their texts. They end with the connection.
#[derive(Default)]
pub(crate) struct Statements(Mutex<HashMap<String, Statement>>);

impl Statements {
    /// That of a text, if there is one.
    pub(crate) fn of(&self, sql: &str) -> Option<Statement> {
        self.all().get(sql).cloned()
    }

    /// Keeps that of a text.
    pub(crate) fn keep(&self, sql: &str, statement: &Statement) {
        self.all().insert(sql.to_owned(), statement.clone());
    }

    /// Lets that of a text go.
    pub(crate) fn forget(&self, sql: &str) {
        self.all().remove(sql);
    }

    /// Whoever panicked left it whole.
    fn all(&self) -> MutexGuard<'_, HashMap<String, Statement>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
