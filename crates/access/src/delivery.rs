use jiff::Timestamp;
use pgrecall_postgres::{Database, ServerError};
use serde::Deserialize;
use tokio_postgres::types::ToSql;

use crate::{AccessError, Control, Notice, notice};

/// What the server of the database shows as the name of a connection that only listens.
const LISTENER: &str = "pgrecall notices";

/// A delivery that somebody took, to send it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Its number.
    pub id: i64,
    /// What stands in the message, the same at every attempt.
    pub message: String,
    /// The channel; [`PERSONAL`] for mail to a user.
    pub channel: String,
    /// The mail address; empty where the channel has one receiver, none where the user may be told
    /// nothing any more.
    pub recipient: Option<String>,
    /// Which attempt it is. It tells this worker apart from one that takes the delivery later.
    pub attempt: i32,
    /// What happened.
    pub notice: Notice,
}

/// The channel of mail to users, which no configuration may name.
pub const PERSONAL: &str = "personal";

/// What the other side said, or why it was not reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The code of the HTTP or SMTP answer.
    pub status: Option<i32>,
    /// What it said; never secrets.
    pub text: String,
}

/// How often and when it is tried again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patience {
    /// So many attempts at most.
    pub attempts: i32,
    /// The pause after the first one, in seconds; each further one is 3.5 times as long.
    pub first_pause_seconds: f64,
    /// After how many seconds a worker that says nothing is taken to be dead.
    pub lease_seconds: f64,
}

/// A delivery, and how far it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// What stands in the message.
    pub message: String,
    /// The channel.
    pub channel: String,
    /// The mail address; empty where the channel has one receiver.
    pub recipient: String,
    /// `waiting`, `sending`, `delivered` or `dead`.
    pub status: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it came to an end.
    pub finished_at: Option<Timestamp>,
    /// When it is tried next.
    pub due_at: Option<Timestamp>,
    /// The notice.
    pub notice: i64,
    /// Of what it is.
    pub topic: String,
    /// In which target.
    pub target: Option<String>,
    /// To what.
    pub subject: Option<String>,
    /// What became of it so far.
    pub attempts: Vec<Attempt>,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// Whether it arrived.
    pub delivered: bool,
    /// The code of the HTTP or SMTP answer.
    pub status: Option<i32>,
    /// What the other side said, or why it was not reached.
    pub answer: String,
}

/// Which deliveries are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Before this one.
    pub before: Option<i64>,
    /// Those that are so far.
    pub status: Option<String>,
    /// Of this channel.
    pub channel: Option<String>,
    /// At most so many.
    pub limit: i64,
}

/// Hears at once that there is something to deliver, whoever wrote it.
#[derive(Debug)]
pub struct Listener(Database);

impl Listener {
    /// Waits until there is something to deliver, or the connection is lost.
    pub async fn heard(&self) {
        self.0.notified().await;
    }

    /// Whether it hears nothing any more.
    #[must_use]
    pub fn is_deaf(&self) -> bool {
        self.0.client().is_closed()
    }
}

impl Control {
    /// Begins to listen for something to deliver.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn listen(&self) -> Result<Listener, AccessError> {
        let database = Database::connect(self.conninfo(), LISTENER).await?;
        database.batch(include_str!("../sql/delivery/listen.sql")).await?;
        Ok(Listener(database))
    }

    /// Takes up to so many deliveries that are due.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn claim_deliveries(
        &self,
        most: i64,
        patience: Patience,
    ) -> Result<Vec<Outgoing>, AccessError> {
        let claim = include_str!("../sql/delivery/claim.sql");
        let Patience { attempts, lease_seconds, .. } = patience;
        let database = self.database().await?;
        let rows = database.client().query(claim, &[&most, &lease_seconds, &attempts]).await?;
        let claimed = |row: &tokio_postgres::Row| -> Result<Outgoing, ServerError> {
            Ok(Outgoing {
                id: row.try_get("id")?,
                message: row.try_get("message")?,
                channel: row.try_get("channel")?,
                recipient: row.try_get("recipient")?,
                attempt: row.try_get("attempts")?,
                notice: notice::read(row)?,
            })
        };
        Ok(rows.iter().map(claimed).collect::<Result<_, _>>()?)
    }

    /// Notes that a delivery has arrived.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn delivered(&self, delivery: &Outgoing, reply: &Reply) -> Result<(), AccessError> {
        let deliver = include_str!("../sql/delivery/deliver.sql");
        let parameters: [&(dyn ToSql + Sync); 4] =
            [&delivery.id, &delivery.attempt, &reply.status, &reply.text];
        self.database().await?.client().execute(deliver, &parameters).await?;
        Ok(())
    }

    /// Notes that an attempt was in vain; one that is `hopeless` is the last.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn not_delivered(
        &self,
        delivery: &Outgoing,
        reply: &Reply,
        hopeless: bool,
        patience: Patience,
    ) -> Result<(), AccessError> {
        let fail = include_str!("../sql/delivery/fail.sql");
        let Patience { attempts, first_pause_seconds, .. } = &patience;
        let Outgoing { id, attempt, .. } = delivery;
        let parameters: [&(dyn ToSql + Sync); 7] =
            [id, attempt, &reply.status, &reply.text, &hopeless, attempts, first_pause_seconds];
        self.database().await?.client().execute(fail, &parameters).await?;
        Ok(())
    }

    /// Deliveries, the newest first.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn deliveries(&self, filter: &DeliveryFilter) -> Result<Vec<Delivery>, AccessError> {
        let list = include_str!("../sql/delivery/list.sql");
        let DeliveryFilter { before, status, channel, limit } = filter;
        let database = self.database().await?;
        let rows = database.client().query(list, &[before, status, channel, limit]).await?;
        Ok(rows.iter().map(delivery).collect::<Result<_, _>>()?)
    }

    /// Has a delivery tried again from the start, that waits or was given up.
    ///
    /// # Errors
    /// When there is none of that number, or it has arrived or is on its way.
    pub async fn retry_delivery(&self, id: i64) -> Result<(), AccessError> {
        let retry = include_str!("../sql/delivery/retry.sql");
        let row = self.database().await?.client().query_opt(retry, &[&id]).await?;
        let row = row.ok_or(AccessError::UnknownDelivery(id))?;
        if row.try_get("again")? {
            return Ok(());
        }
        let status: String = row.try_get("status")?;
        Err(AccessError::DeliveryNotDead(if status == "sending" { "on its way" } else { "there" }))
    }

    /// Forgets deliveries that came to an end so many days ago.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn forget_deliveries(&self, days: i32) -> Result<u64, AccessError> {
        let forget = include_str!("../sql/delivery/forget.sql");
        Ok(self.database().await?.client().execute(forget, &[&days]).await?)
    }
}

fn delivery(row: &tokio_postgres::Row) -> Result<Delivery, ServerError> {
    let attempts: serde_json::Value = row.try_get("attempts")?;
    Ok(Delivery {
        id: row.try_get("id")?,
        message: row.try_get("message")?,
        channel: row.try_get("channel")?,
        recipient: row.try_get("recipient")?,
        status: row.try_get("status")?,
        created_at: row.try_get("created_at")?,
        finished_at: row.try_get("finished_at")?,
        due_at: row.try_get("due_at")?,
        notice: row.try_get("notice")?,
        topic: row.try_get("topic")?,
        target: row.try_get("target")?,
        subject: row.try_get("subject")?,
        attempts: serde_json::from_value(attempts).map_err(ServerError::unexpected)?,
    })
}
