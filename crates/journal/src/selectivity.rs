//! Which changes of a table are recorded, and what becomes of one that cannot be.

use std::fmt;
use std::str::FromStr;

use pgrecall_model::{Ident, RelationName};
use pgrecall_postgres::catalogue::Table;
use pgrecall_postgres::{ServerError, Template};
use tokio_postgres::{GenericClient, Transaction};

use crate::{JournalError, Wish};

/// The trigger that makes the server read a condition.
const PROBE: &str = "!recall_condition";

/// Which changes of a table are recorded; by default all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selectivity {
    /// Only those by members of these roles; empty: by everybody.
    pub only_roles: Vec<Role>,
    /// Only those of which this is true.
    pub condition: Option<Condition>,
}

/// A role of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its number, which stays when it is renamed.
    pub oid: u32,
    /// Its name.
    pub name: String,
}

/// A condition on `OLD` and `NEW`, as the server printed it: every name in it is qualified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition(String);

/// What becomes of a change that cannot be recorded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnFailure {
    /// It fails, too.
    #[default]
    Strict,
    /// It stays, and a gap is noted.
    Isolate,
}

/// A text that is no [`OnFailure`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither `strict` nor `isolate`")]
pub struct OnFailureError(String);

/// What becomes of the selectivity of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SelectivityOptions {
    /// The names of the roles by whose members changes are recorded.
    pub only_roles: Wish<Vec<String>>,
    /// The condition, as the user wrote it.
    pub condition: Wish<String>,
}

impl Selectivity {
    /// Whether some changes are left out.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        *self != Self::default()
    }
}

impl Condition {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes back what the journal kept.
    pub(crate) fn kept(text: String) -> Self {
        Self(text)
    }
}

impl OnFailure {
    /// As the journal and the command line name it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Isolate => "isolate",
        }
    }
}

impl FromStr for OnFailure {
    type Err = OnFailureError;

    fn from_str(text: &str) -> Result<Self, OnFailureError> {
        [Self::Strict, Self::Isolate]
            .into_iter()
            .find(|on_failure| on_failure.as_str() == text)
            .ok_or_else(|| OnFailureError(text.to_owned()))
    }
}

impl fmt::Display for OnFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl SelectivityOptions {
    /// The roles of a table that has `before`.
    ///
    /// # Errors
    /// When a role does not exist.
    pub async fn only_roles(
        &self,
        client: &impl GenericClient,
        before: &[Role],
    ) -> Result<Vec<Role>, JournalError> {
        let names = match &self.only_roles {
            Wish::Keep => return Ok(before.to_vec()),
            Wish::Remove => return Ok(Vec::new()),
            Wish::Set(names) => names,
        };
        let rows = client.query(include_str!("../sql/track/roles.sql"), &[names]).await?;
        let found = rows
            .iter()
            .map(|row| Ok(Role { oid: row.try_get("oid")?, name: row.try_get("name")? }))
            .collect::<Result<Vec<_>, ServerError>>()?;
        let mut roles: Vec<Role> = Vec::new();
        for name in names {
            let Some(role) = found.iter().find(|role| role.name == *name) else {
                return Err(JournalError::UnknownRole(name.clone()));
            };
            if !roles.contains(role) {
                roles.push(role.clone());
            }
        }
        Ok(roles)
    }

    /// The condition of a table that has `before`, as it was written.
    pub(crate) fn condition(&self, before: Option<&Condition>) -> Option<String> {
        match &self.condition {
            Wish::Keep => before.map(|condition| condition.0.clone()),
            Wish::Remove => None,
            Wish::Set(text) => Some(text.clone()),
        }
    }
}

/// Has the server read a condition, and checks that it may run with the journal's rights. The table
/// must be locked already. A condition never becomes part of a function in the words of the user, but
/// in those of the server.
pub(crate) async fn checked(
    transaction: &Transaction<'_>,
    table: &Table,
    hidden: &[Ident],
    written: &str,
) -> Result<Condition, JournalError> {
    let refused = |refusal: String| JournalError::Condition { table: table.name.clone(), refusal };
    let trigger = Ident::new(PROBE).map_err(ServerError::unexpected)?;
    let create = Template::new(include_str!("../sql/track/probe_condition.sql"))
        .with("trigger", &trigger)
        .with("table", &table.name)
        .with_checked_sql("condition", written);
    // Prepared: a second statement in it would be refused.
    if let Err(error) = transaction.execute(&create.sql(), &[]).await {
        return Err(unreadable(&table.name, error.into()));
    }
    let hidden: Vec<&str> = hidden.iter().map(Ident::as_str).collect();
    let row = transaction
        .query_one(
            include_str!("../sql/track/checked_condition.sql"),
            &[&table.oid, &PROBE, &hidden],
        )
        .await?;
    if let Some(refusal) = row.try_get("refusal")? {
        return Err(refused(refusal));
    }
    let drop = Template::new(include_str!("../sql/track/drop_trigger.sql"))
        .with("trigger", &trigger)
        .with("table", &table.name);
    transaction.batch_execute(&drop.sql()).await?;
    Ok(Condition(row.try_get("text")?))
}

/// What the server has against a condition; that a table is locked is nothing against it.
fn unreadable(table: &RelationName, error: ServerError) -> JournalError {
    if error.is_lock_timeout() {
        return error.into();
    }
    JournalError::UnreadableCondition { table: table.clone(), source: error }
}
