use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use tokio_postgres::{Row, Transaction};

use crate::secret::Secret;
use crate::{AccessError, Control, Deed, Lockout, Principal, Via};

/// From where somebody signs in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionOrigin {
    /// The address.
    pub ip: Option<String>,
    /// The browser.
    pub user_agent: Option<String>,
    /// The request.
    pub request: Option<String>,
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
    /// Whether nothing can be done with it before a second factor is shown.
    pub awaits_second_factor: bool,
}

/// A session as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionRow {
    /// Its number.
    pub id: i64,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Timestamp,
    /// When it is over, however much it is used.
    pub expires_at: Timestamp,
    /// From where.
    pub ip: Option<String>,
    /// With which browser.
    pub user_agent: Option<String>,
    /// Whether a second factor was shown.
    pub second_factor: bool,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Which sessions of a user end.
#[derive(Debug, Clone, Copy)]
pub enum Ended<'a> {
    /// All of them.
    All,
    /// All but this one.
    AllBut(&'a Secret),
    /// The one of this number.
    One(i64),
}

/// Who signs in, and what was shown.
pub(crate) struct Entering<'a> {
    pub(crate) user: i64,
    pub(crate) name: &'a str,
    pub(crate) second_factor: bool,
}

impl Control {
    pub(crate) async fn open_session(
        &self,
        entering: &Entering<'_>,
        lockout: Lockout,
        origin: &SessionOrigin,
    ) -> Result<NewSession, AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let session = open(&transaction, entering, lockout, origin).await?;
        transaction.commit().await?;
        Ok(session)
    }

    /// A session with which nothing can be done before a second factor is shown.
    pub(crate) async fn await_second_factor(
        &self,
        (user, name): (i64, &str),
        origin: &SessionOrigin,
    ) -> Result<NewSession, AccessError> {
        let secret = Secret::new("prs_")?;
        let wait = include_str!("../sql/session/await.sql");
        let (hash, SessionOrigin { ip, user_agent, .. }) = (secret.hash(), origin);
        let database = self.database().await?;
        let row = database.client().query_opt(wait, &[&hash, &user, ip, user_agent]).await?;
        let expires_at = row.ok_or(AccessError::Refused)?.try_get("expires_at")?;
        let user = name.to_owned();
        Ok(NewSession { secret, user, expires_at, awaits_second_factor: true })
    }

    /// Who is half the way in.
    pub(crate) async fn awaited(&self, secret: &Secret) -> Result<(i64, String), AccessError> {
        let find = include_str!("../sql/session/awaited.sql");
        let row = self.database().await?.client().query_opt(find, &[&secret.hash()]).await?;
        let row = row.ok_or(AccessError::NothingToConfirm)?;
        Ok((row.try_get("id")?, row.try_get("name")?))
    }

    /// Who is behind a session, which is used by it; none where it is over.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn session(&self, secret: &Secret) -> Result<Option<Principal>, AccessError> {
        self.behind(secret, true).await
    }

    /// The same for what goes on by itself, and must not keep a session that nobody uses.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn idle_session(&self, secret: &Secret) -> Result<Option<Principal>, AccessError> {
        self.behind(secret, false).await
    }

    async fn behind(&self, secret: &Secret, uses: bool) -> Result<Option<Principal>, AccessError> {
        let find = include_str!("../sql/session/find.sql");
        let row = self.database().await?.client().query_opt(find, &[&secret.hash(), &uses]).await?;
        let principal = row.map(|row| {
            let via = Via::Session { second_factor: row.try_get("second_factor")? };
            Principal::read(&row, via)
        });
        Ok(principal.transpose()?)
    }

    /// Whether somebody came half the way in, and has still to show a second factor.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn awaits_second_factor(&self, secret: &Secret) -> Result<bool, AccessError> {
        match self.awaited(secret).await {
            Ok(_) => Ok(true),
            Err(AccessError::NothingToConfirm) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Where a user is signed in, the latest first.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn sessions(
        &self,
        user: &str,
        current: Option<&Secret>,
    ) -> Result<Vec<SessionRow>, AccessError> {
        let list = include_str!("../sql/session/list.sql");
        let current = current.map(Secret::hash);
        let rows = self.database().await?.client().query(list, &[&user, &current]).await?;
        rows.iter().map(session).collect()
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

    /// Ends sessions of a user; gives how many.
    ///
    /// # Errors
    /// When there is no such user, or no session of that number.
    pub async fn end_sessions(
        &self,
        user: &str,
        which: Ended<'_>,
        deed: &Deed,
    ) -> Result<u64, AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let row = transaction.query_opt(include_str!("../sql/user/find.sql"), &[&user]).await?;
        let row = row.ok_or_else(|| AccessError::UnknownUser(user.to_owned()))?;
        let ended = end(&transaction, row.try_get("id")?, which).await?;
        if let (Ended::One(id), 0) = (which, ended) {
            return Err(AccessError::UnknownSession(id));
        }
        deed.write(&transaction).await?;
        transaction.commit().await?;
        Ok(ended)
    }
}

/// Opens a session by a secret that nobody knew before, and says so in the log.
pub(crate) async fn open(
    transaction: &Transaction<'_>,
    entering: &Entering<'_>,
    lockout: Lockout,
    origin: &SessionOrigin,
) -> Result<NewSession, AccessError> {
    let secret = Secret::new("prs_")?;
    let open = include_str!("../sql/session/open.sql");
    let Lockout { session_hours: hours, idle_minutes: idle, .. } = lockout;
    let SessionOrigin { ip, user_agent, .. } = origin;
    let Entering { user, name, second_factor } = entering;
    let row = transaction
        .query_opt(open, &[&secret.hash(), user, &hours, &idle, ip, user_agent, second_factor])
        .await?;
    let row = row.ok_or(AccessError::Refused)?;
    Deed::at_the_door(name, "session.open", origin).write(transaction).await?;
    if let Some(ip) = ip {
        let seen = include_str!("../sql/session/seen.sql");
        if let Some(row) = transaction.query_opt(seen, &[user, ip]).await? {
            let network: String = row.try_get("network")?;
            let deed = Deed::at_the_door(name, "session.new_place", origin);
            deed.with(json!({ "network": network })).write(transaction).await?;
        }
    }
    let (user, expires_at) = ((*name).to_owned(), row.try_get("expires_at")?);
    Ok(NewSession { secret, user, expires_at, awaits_second_factor: false })
}

pub(crate) async fn end(
    transaction: &Transaction<'_>,
    user: i64,
    which: Ended<'_>,
) -> Result<u64, AccessError> {
    let (id, but) = match which {
        Ended::All => (None, None),
        Ended::AllBut(secret) => (None, Some(secret.hash())),
        Ended::One(id) => (Some(id), None),
    };
    let end = include_str!("../sql/session/end.sql");
    Ok(transaction.execute(end, &[&user, &id, &but]).await?)
}

/// Gives a session another secret.
pub(crate) async fn rotate(
    transaction: &Transaction<'_>,
    user: &str,
    secret: &Secret,
) -> Result<NewSession, AccessError> {
    let new = Secret::new("prs_")?;
    let rotate = include_str!("../sql/session/rotate.sql");
    let row = transaction.query_opt(rotate, &[&secret.hash(), &new.hash()]).await?;
    let expires_at = row.ok_or(AccessError::Refused)?.try_get("expires_at")?;
    Ok(NewSession { secret: new, user: user.to_owned(), expires_at, awaits_second_factor: false })
}

fn session(row: &Row) -> Result<SessionRow, AccessError> {
    Ok(SessionRow {
        id: row.try_get("id")?,
        created_at: row.try_get("created_at")?,
        last_used_at: row.try_get("last_used_at")?,
        expires_at: row.try_get("expires_at")?,
        ip: row.try_get("ip")?,
        user_agent: row.try_get("user_agent")?,
        second_factor: row.try_get("second_factor")?,
        current: row.try_get("current")?,
    })
}
