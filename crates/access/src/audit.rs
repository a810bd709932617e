use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::GenericClient;

use crate::session::SessionOrigin;
use crate::{AccessError, Control};

/// What somebody did with pgRecall itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    /// Who, where it is known.
    pub actor: Option<String>,
    /// How they came in.
    pub via: String,
    /// What it was, such as `undo.apply`.
    pub action: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// In which target.
    pub target: Option<String>,
    /// To what: a user, a token, a plan.
    pub subject: Option<String>,
    /// What else there is to know; never values of rows.
    pub details: Value,
    /// From where.
    pub ip: Option<String>,
    /// The request.
    pub request: Option<String>,
}

/// How a deed ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not allowed.
    Refused,
    /// It was tried in vain.
    Failed,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Option<String>,
    /// How they came in.
    pub via: String,
    /// What was done.
    pub action: String,
    /// How it ended.
    pub outcome: String,
    /// In which target.
    pub target: Option<String>,
    /// To what.
    pub subject: Option<String>,
    /// What else there is to know.
    pub details: Value,
    /// From where.
    pub ip: Option<String>,
    /// The request.
    pub request: Option<String>,
}

/// Which entries are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Before this one.
    pub before: Option<i64>,
    /// By this user.
    pub actor: Option<String>,
    /// Of this kind.
    pub action: Option<String>,
    /// At most so many.
    pub limit: i64,
}

impl Deed {
    /// Something that was done on the command line of the machine.
    #[must_use]
    pub fn on_command_line(actor: Option<String>, action: &'static str, subject: &str) -> Self {
        Self {
            actor,
            via: "command line".to_owned(),
            action,
            outcome: Outcome::Done,
            target: None,
            subject: Some(subject.to_owned()),
            details: Value::Object(serde_json::Map::new()),
            ip: None,
            request: None,
        }
    }

    /// Something that the server did by itself, for somebody where it says so.
    #[must_use]
    pub fn by_itself(actor: Option<String>, action: &'static str, target: &str) -> Self {
        Self {
            actor,
            via: "server".to_owned(),
            action,
            outcome: Outcome::Done,
            target: Some(target.to_owned()),
            subject: None,
            details: Value::Object(serde_json::Map::new()),
            ip: None,
            request: None,
        }
    }

    /// The same, done to something else.
    #[must_use]
    pub fn about(
        &self,
        action: &'static str,
        subject: impl std::fmt::Display,
        details: Value,
    ) -> Self {
        Self { action, subject: Some(subject.to_string()), details, ..self.clone() }
    }

    /// Something that somebody does who is about to come in.
    pub(crate) fn at_the_door(actor: &str, action: &'static str, origin: &SessionOrigin) -> Self {
        Self {
            via: "nobody".to_owned(),
            ip: origin.ip.clone(),
            request: origin.request.clone(),
            ..Self::on_command_line(Some(actor.to_owned()), action, actor)
        }
    }

    /// The same with what else there is to know.
    #[must_use]
    pub fn with(mut self, details: Value) -> Self {
        self.details = details;
        self
    }

    /// Writes it down. In a transaction it is written with what it tells of, or not at all.
    pub(crate) async fn write(
        &self,
        client: &(impl GenericClient + Sync),
    ) -> Result<(), AccessError> {
        let outcome = match self.outcome {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
        };
        let write = include_str!("../sql/audit/write.sql");
        let Self { actor, via, action, target, subject, details, ip, request, .. } = self;
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 9] =
            [actor, via, action, &outcome, target, subject, details, ip, request];
        client.execute(write, &parameters).await?;
        Ok(())
    }
}

impl Control {
    /// Writes a deed down.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn note(&self, deed: &Deed) -> Result<(), AccessError> {
        deed.write(self.database().await?.client()).await
    }

    /// The log, newest first.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn entries(&self, filter: &EntryFilter) -> Result<Vec<Entry>, AccessError> {
        let list = include_str!("../sql/audit/list.sql");
        let EntryFilter { before, actor, action, limit } = filter;
        let database = self.database().await?;
        let rows = database.client().query(list, &[before, actor, action, limit]).await?;
        rows.iter()
            .map(|row| {
                Ok(Entry {
                    id: row.try_get("id")?,
                    at: row.try_get("at")?,
                    actor: row.try_get("actor")?,
                    via: row.try_get("via")?,
                    action: row.try_get("action")?,
                    outcome: row.try_get("outcome")?,
                    target: row.try_get("target")?,
                    subject: row.try_get("subject")?,
                    details: row.try_get("details")?,
                    ip: row.try_get("ip")?,
                    request: row.try_get("request")?,
                })
            })
            .collect()
    }
}
