use pgrecall_postgres::ServerError;

use crate::{AccessError, Control, Topic};

/// What a user is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriptions {
    /// Where; nowhere without it.
    pub mail: Option<String>,
    /// Of what.
    pub topics: Vec<Subscription>,
}

/// Whether a user is told of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Of what.
    pub topic: Topic,
    /// What the user chose; none where it is as by default.
    pub wanted: Option<bool>,
    /// Whether the user is told unasked: what its role is told, or what concerns it.
    pub by_default: bool,
    /// Whether there is anything that the user may know.
    pub available: bool,
}

impl Control {
    /// What a user is told.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn subscriptions(&self, user: i64) -> Result<Subscriptions, AccessError> {
        let database = self.database().await?;
        let mail = include_str!("../sql/subscription/mail.sql");
        let mail = database.client().query_one(mail, &[&user]).await?.try_get("mail")?;
        let list = include_str!("../sql/subscription/list.sql");
        let rows = database.client().query(list, &[&user]).await?;
        let subscription = |row: &tokio_postgres::Row| -> Result<Subscription, ServerError> {
            let topic: String = row.try_get("topic")?;
            Ok(Subscription {
                topic: topic.parse().map_err(ServerError::unexpected)?,
                wanted: row.try_get("wanted")?,
                by_default: row.try_get("by_default")?,
                available: row.try_get("available")?,
            })
        };
        let topics = rows.iter().map(subscription).collect::<Result<_, _>>()?;
        Ok(Subscriptions { mail, topics })
    }

    /// Has a user told exactly this; of what is not named, as by default.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn subscribe(&self, user: i64, wishes: &[(Topic, bool)]) -> Result<(), AccessError> {
        let topics: Vec<_> = wishes.iter().map(|(topic, _)| topic.as_str()).collect();
        let wanted: Vec<_> = wishes.iter().map(|(_, wanted)| *wanted).collect();
        let choose = include_str!("../sql/subscription/choose.sql");
        self.database().await?.client().execute(choose, &[&user, &topics, &wanted]).await?;
        Ok(())
    }
}
