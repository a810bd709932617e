use jiff::Timestamp;

use crate::secret::Secret;
use crate::{AccessError, Control, Principal, Via};

/// From where somebody signs in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionOrigin {
    /// The address.
    pub ip: Option<String>,
    /// The browser.
    pub user_agent: Option<String>,
}

/// A session that was just opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// What the cookie holds.
    pub secret: Secret,
    /// Who signed in.
    pub user: String,
    /// When it is over.
    pub expires_at: Timestamp,
}

impl Control {
    pub(crate) async fn open_session(
        &self,
        (user, hours): (i64, i32),
        origin: &SessionOrigin,
        second_factor: bool,
    ) -> Result<NewSession, AccessError> {
        let secret = Secret::new("prs_")?;
        let open = include_str!("../sql/session/open.sql");
        let database = self.database().await?;
        let (ip, agent) = (&origin.ip, &origin.user_agent);
        let row = database
            .client()
            .query_opt(open, &[&secret.hash(), &user, &hours, ip, agent, &second_factor])
            .await?;
        let row = row.ok_or(AccessError::Refused)?;
        Ok(NewSession { secret, user: String::new(), expires_at: row.try_get("expires_at")? })
    }

    /// Who is behind a session; none where it is over.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn session(&self, secret: &Secret) -> Result<Option<Principal>, AccessError> {
        let find = include_str!("../sql/session/find.sql");
        let row = self.database().await?.client().query_opt(find, &[&secret.hash()]).await?;
        let principal = row.map(|row| {
            let via = Via::Session { second_factor: row.try_get("second_factor")? };
            Principal::read(&row, via)
        });
        Ok(principal.transpose()?)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn close_session(&self, secret: &Secret) -> Result<(), AccessError> {
        let close = include_str!("../sql/session/close.sql");
        self.database().await?.client().execute(close, &[&secret.hash()]).await?;
        Ok(())
    }
}
