use std::net::IpAddr;

use crate::principal::allow_list;
use crate::session::{self, Entering, SessionOrigin};
use crate::{AccessError, AllowList, Control, NewSession, Proof, Secret, Shown, password};

/// What somebody shows to come in.
#[derive(Clone)]
pub struct Credentials {
    /// The name.
    pub name: String,
    /// The password.
    pub password: String,
    /// What is shown of the second factor, if it is shown along.
    pub proof: Option<Proof>,
}

/// When a user is locked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lockout {
    /// After so many failures in a row.
    pub failures: i32,
    /// For so many minutes.
    pub minutes: i32,
    /// How long a session lasts, in hours.
    pub session_hours: i32,
    /// After how many minutes without use it is over.
    pub idle_minutes: i32,
}

/// Who somebody says they are.
pub(crate) struct Claimed {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) may_try: bool,
    pub(crate) second_factor: bool,
    pub(crate) allow_from: AllowList,
}

impl SessionOrigin {
    /// Whether somebody may come from here.
    pub(crate) fn is_allowed(&self, list: &AllowList) -> bool {
        let address = self.ip.as_deref().and_then(|ip| ip.parse::<IpAddr>().ok());
        address.map_or(*list == AllowList::default(), |address| list.allows(address))
    }
}

impl Control {
    /// Signs somebody in. Whatever is wrong, the answer is the same, so that nobody learns which
    /// users there are. Only who knows the password is asked for a second factor: who does not show it
    /// along comes half the way in.
    ///
    /// # Errors
    /// When name, password or second factor are wrong, or the user is disabled or locked out.
    pub async fn sign_in(
        &self,
        credentials: &Credentials,
        lockout: Lockout,
        origin: &SessionOrigin,
    ) -> Result<NewSession, AccessError> {
        let (claimed, hash) = self.claimed(&credentials.name.to_lowercase()).await?;
        let is_right = password::is_right(&credentials.password, hash).await?;
        let Some(user) = claimed else { return Err(AccessError::Refused) };
        if !user.may_try || !origin.is_allowed(&user.allow_from) {
            return Err(AccessError::Refused);
        }
        if !is_right {
            self.count_failure(user.id, lockout).await?;
            return Err(AccessError::Refused);
        }
        if user.second_factor {
            let Some(proof) = &credentials.proof else {
                return self.await_second_factor((user.id, &user.name), origin).await;
            };
            let shown = Shown { user: user.id, proof: Some(proof), session: None, lockout };
            let proved = self.prove_second_factor(shown).await;
            proved.map_err(|error| match error {
                AccessError::Server(_) | AccessError::Unreachable(_) => error,
                _ => AccessError::Refused,
            })?;
        }
        let second_factor = user.second_factor;
        let entering = Entering { user: user.id, name: &user.name, second_factor };
        self.open_session(&entering, lockout, origin).await
    }

    /// Lets somebody in who came half the way and shows the second factor now. The session that waited
    /// is over, and another one begins.
    ///
    /// # Errors
    /// When nobody waits behind the secret, or the second factor is not shown.
    pub async fn finish_sign_in(
        &self,
        waiting: &Secret,
        proof: &Proof,
        lockout: Lockout,
        origin: &SessionOrigin,
    ) -> Result<NewSession, AccessError> {
        let (user, name) = self.awaited(waiting).await?;
        let shown = Shown { user, proof: Some(proof), session: Some(waiting), lockout };
        self.prove_second_factor(shown).await?;
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let close = include_str!("../sql/session/close.sql");
        if transaction.execute(close, &[&waiting.hash()]).await? == 0 {
            return Err(AccessError::NothingToConfirm);
        }
        let entering = Entering { user, name: &name, second_factor: true };
        let session = session::open(&transaction, &entering, lockout, origin).await?;
        transaction.commit().await?;
        Ok(session)
    }

    pub(crate) async fn claimed(
        &self,
        name: &str,
    ) -> Result<(Option<Claimed>, Option<String>), AccessError> {
        let find = include_str!("../sql/sign_in/find.sql");
        let Some(row) = self.database().await?.client().query_opt(find, &[&name]).await? else {
            return Ok((None, None));
        };
        let (disabled, locked): (bool, bool) = (row.try_get("disabled")?, row.try_get("locked")?);
        let claimed = Claimed {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            may_try: !disabled && !locked,
            second_factor: row.try_get("second_factor")?,
            allow_from: allow_list(&row, "allow_from")?,
        };
        Ok((Some(claimed), row.try_get("password_hash")?))
    }

    /// Counts a failure, which may lock the user out for a while.
    pub(crate) async fn count_failure(
        &self,
        user: i64,
        lockout: Lockout,
    ) -> Result<(), AccessError> {
        let fail = include_str!("../sql/sign_in/fail.sql");
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
            [&user, &lockout.failures, &lockout.minutes];
        self.database().await?.client().execute(fail, &parameters).await?;
        Ok(())
    }
}

/// Names only.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("name", &self.name).finish_non_exhaustive()
    }
}
