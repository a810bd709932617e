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
    /// A code of the second factor, or one that stands in for it.
    pub code: Option<String>,
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
    pub(crate) totp_secret: Option<Vec<u8>>,
    pub(crate) allow_from: AllowList,
    epoch: i64,
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
    /// users there are; only who knows the password is asked for a code.
    ///
    /// # Errors
    /// When name, password or code are wrong, or the user is disabled or locked out.
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
        let second_factor = user.totp_secret.is_some();
        if let Some(secret) = &user.totp_secret {
            let Some(code) = &credentials.code else { return Err(AccessError::CodeNeeded) };
            if !self.use_code(user.id, secret, (code, user.epoch)).await? {
                self.count_failure(user.id, lockout).await?;
                return Err(AccessError::Refused);
            }
        }
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
        self.prove_second_factor(Shown { user, proof: Some(proof), lockout }).await?;
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
            totp_secret: row.try_get("totp_secret")?,
            allow_from: allow_list(&row, "allow_from")?,
            epoch: row.try_get("epoch")?,
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
