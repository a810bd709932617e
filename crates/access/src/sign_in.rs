use crate::session::SessionOrigin;
use crate::{AccessError, Control, NewSession, password};

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
}

/// Who somebody says they are.
struct Claimed {
    id: i64,
    name: String,
    may_try: bool,
    totp_secret: Option<Vec<u8>>,
    epoch: i64,
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
        if !user.may_try {
            return Err(AccessError::Refused);
        }
        if !is_right {
            return self.refuse(&user, lockout).await;
        }
        let second_factor = user.totp_secret.is_some();
        if let Some(secret) = &user.totp_secret {
            let Some(code) = &credentials.code else { return Err(AccessError::CodeNeeded) };
            if !self.use_code(user.id, secret, (code, user.epoch)).await? {
                return self.refuse(&user, lockout).await;
            }
        }
        let session = self.open_session((user.id, lockout.session_hours), origin, second_factor);
        Ok(NewSession { user: user.name, ..session.await? })
    }

    async fn claimed(&self, name: &str) -> Result<(Option<Claimed>, Option<String>), AccessError> {
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
            epoch: row.try_get("epoch")?,
        };
        Ok((Some(claimed), row.try_get("password_hash")?))
    }

    async fn refuse(&self, user: &Claimed, lockout: Lockout) -> Result<NewSession, AccessError> {
        let fail = include_str!("../sql/sign_in/fail.sql");
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
            [&user.id, &lockout.failures, &lockout.minutes];
        self.database().await?.client().execute(fail, &parameters).await?;
        Err(AccessError::Refused)
    }
}

/// Names only.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("name", &self.name).finish_non_exhaustive()
    }
}
