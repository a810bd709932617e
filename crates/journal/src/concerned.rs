//! Which tables a question is about, so that nothing is asked about the others.

use std::collections::HashMap;

use pgrecall_model::{Ident, RelationId, RelationName};
use pgrecall_postgres::{Ask, ServerError, catalogue};

use crate::{Journal, JournalError};

/// A tracked table by its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concerned {
    /// In the journal.
    pub relation: RelationId,
    /// In the database today; none if it is gone.
    pub oid: Option<u32>,
    /// Whether other tables may inherit from it.
    pub may_have_children: bool,
}

impl Journal {
    /// The tables that one of these names may mean, whatever they are called today.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn concerned_by_names(
        &self,
        names: &[Ident],
    ) -> Result<Vec<Concerned>, JournalError> {
        let names: Vec<&str> = names.iter().map(Ident::as_str).collect();
        self.concerned(&names, &[]).await
    }

    /// The tables with these numbers in the database.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn concerned_by_oids(&self, oids: &[u32]) -> Result<Vec<Concerned>, JournalError> {
        self.concerned(&[], oids).await
    }

    async fn concerned(
        &self,
        names: &[&str],
        oids: &[u32],
    ) -> Result<Vec<Concerned>, JournalError> {
        let sql = include_str!("../sql/read/concerned.sql");
        let rows = self.database().rows(sql, &[&names, &oids]).await?;
        Ok(rows.iter().map(concerned).collect::<Result<_, _>>()?)
    }

    /// The names of today of every table that is or was tracked.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn names(&self) -> Result<HashMap<RelationId, RelationName>, JournalError> {
        let names = self.names_of_today().await?.into_iter();
        Ok(names.map(|(name, concerned)| (concerned.relation, name)).collect())
    }

    /// Every table that is or was tracked, under its name of today and in the order of names.
    pub(crate) async fn names_of_today(
        &self,
    ) -> Result<Vec<(RelationName, Concerned)>, ServerError> {
        let rows = self.database().rows(include_str!("../sql/read/names.sql"), &[]).await?;
        let named = |row: &tokio_postgres::Row| {
            Ok((catalogue::relation_name(row, "schema_name", "table_name")?, concerned(row)?))
        };
        rows.iter().map(named).collect()
    }
}

fn concerned(row: &tokio_postgres::Row) -> Result<Concerned, ServerError> {
    Ok(Concerned {
        relation: RelationId(row.try_get("id")?),
        oid: row.try_get("oid")?,
        may_have_children: row.try_get("may_have_children")?,
    })
}

/// Their numbers in the journal, as a parameter.
pub(crate) fn relations(concerned: &[Concerned]) -> Vec<i32> {
    concerned.iter().map(|one| one.relation.0).collect()
}
