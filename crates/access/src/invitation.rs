use tokio_postgres::GenericClient;
use tokio_postgres::types::ToSql;

use crate::secret::Secret;
use crate::user::{check_name, taken};
use crate::{AccessError, Control, password};

/// How long a link is good.
const HOURS: i32 = 48;

/// What a link is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invitation {
    /// For the first administrator, who chooses a name.
    First,
    /// For this user.
    User(String),
}

impl Control {
    /// Writes a one-time link for a user, or for the first administrator; an earlier one for the
    /// same is not good any more. What is given belongs at the end of the link.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn invite(&self, user: Option<i64>) -> Result<Secret, AccessError> {
        write(self.database().await?.client(), user).await
    }

    /// What a link is for.
    ///
    /// # Errors
    /// When it was used, is too old, or was never there.
    pub async fn invitation(&self, secret: &Secret) -> Result<Invitation, AccessError> {
        let find = include_str!("../sql/invitation/find.sql");
        let row = self.database().await?.client().query_opt(find, &[&secret.hash()]).await?;
        let row = row.ok_or(AccessError::NoInvitation)?;
        Ok(row.try_get::<_, Option<String>>("name")?.map_or(Invitation::First, Invitation::User))
    }

    /// Sets the password that somebody with a link chose; gives the name of the user. The first
    /// administrator gives the name.
    ///
    /// # Errors
    /// When the link is not good any more, or when name or password will not do.
    pub async fn accept(
        &self,
        secret: &Secret,
        name: Option<&str>,
        password: &str,
    ) -> Result<String, AccessError> {
        let invitation = self.invitation(secret).await?;
        let first = match (&invitation, name) {
            (Invitation::User(_), _) => None,
            (Invitation::First, name) => Some(name.unwrap_or_default()),
        };
        first.map_or(Ok(()), check_name)?;
        let hash = password::hash(password).await?;
        let (database, used) = (self.database().await?, secret.hash());
        let row = if let Some(name) = first {
            let accept = include_str!("../sql/invitation/accept_first.sql");
            let parameters: [&(dyn ToSql + Sync); 3] = [&used, &hash, &name];
            let done = database.client().query_opt(accept, &parameters).await;
            done.map_err(|error| taken(error.into(), name))?
        } else {
            let accept = include_str!("../sql/invitation/accept.sql");
            database.client().query_opt(accept, &[&used, &hash]).await?
        };
        Ok(row.ok_or(AccessError::NoInvitation)?.try_get("name")?)
    }
}

pub(crate) async fn write(
    client: &impl GenericClient,
    user: Option<i64>,
) -> Result<Secret, AccessError> {
    let secret = Secret::new("pri_")?;
    let write = include_str!("../sql/invitation/write.sql");
    client.execute(write, &[&secret.hash(), &user, &HOURS]).await?;
    Ok(secret)
}
