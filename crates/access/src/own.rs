//! What users change of their own: the password, the device that shows codes. A session alone is not enough for
//! it, because somebody else may sit at the browser.

use crate::secret::Secret;
use crate::session::{self, Ended};
use crate::{
    AccessError, Control, Deed, Lockout, NewSession, Principal, Proof, RecoveryCodes, Shown,
    password, second_factor,
};

/// Somebody who changes what is their own.
#[derive(Debug, Clone, Copy)]
pub struct Own<'a> {
    /// Who.
    pub user: &'a Principal,
    /// From which session.
    pub session: &'a Secret,
    /// When a user is locked out.
    pub lockout: Lockout,
}

/// A password in place of another.
#[derive(Clone)]
pub struct PasswordChange {
    /// The one until now.
    pub old: String,
    /// The one from now on.
    pub new: String,
    /// What is shown of the second factor, where there is one.
    pub proof: Option<Proof>,
}

impl<'a> Own<'a> {
    pub(crate) fn shows(&self, proof: Option<&'a Proof>) -> Shown<'a> {
        Shown { user: self.user.user, proof, session: Some(self.session), lockout: self.lockout }
    }
}

impl Control {
    /// Sets another password, and ends all other sessions of the user.
    ///
    /// # Errors
    /// When the old one is wrong, the new one will not do, or the second factor is not shown.
    pub async fn change_password(
        &self,
        own: Own<'_>,
        change: &PasswordChange,
        deed: &Deed,
    ) -> Result<(), AccessError> {
        let (claimed, old) = self.claimed(&own.user.name).await?;
        let claimed = claimed.filter(|claimed| claimed.may_try).ok_or(AccessError::Refused)?;
        if !password::is_right(&change.old, old.clone()).await? {
            self.count_failure(claimed.id, own.lockout).await?;
            return Err(AccessError::WrongPassword);
        }
        let new = password::hash(&change.new).await?;
        if claimed.second_factor {
            self.prove_second_factor(own.shows(change.proof.as_ref())).await?;
        }
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let sql = include_str!("../sql/sign_in/change_password.sql");
        if transaction.execute(sql, &[&claimed.id, &old, &new]).await? == 0 {
            return Err(AccessError::WrongPassword);
        }
        session::end(&transaction, claimed.id, Ended::AllBut(own.session)).await?;
        deed.write(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Confirms a second factor with a code of it; from now on it is asked for. The session goes on
    /// with another secret. The first second factor brings codes in its place.
    ///
    /// # Errors
    /// When there is nothing to confirm, or the code is wrong.
    pub async fn confirm_second_factor(
        &self,
        own: Own<'_>,
        code: &str,
        deed: &Deed,
    ) -> Result<(Option<RecoveryCodes>, NewSession), AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let codes = second_factor::confirm(&transaction, own.user.user, code).await?;
        let session = session::rotate(&transaction, &own.user.name, own.session).await?;
        deed.write(&transaction).await?;
        transaction.commit().await?;
        Ok((codes, session))
    }

    /// Takes the device away that shows codes, from who shows a second factor. With the last one the
    /// codes go that stand in for it.
    ///
    /// # Errors
    /// When there is no device, or nothing is shown.
    pub async fn remove_second_factor(
        &self,
        own: Own<'_>,
        proof: &Proof,
        deed: &Deed,
    ) -> Result<(), AccessError> {
        let shown = own.shows(Some(proof));
        let done = self.remove_device(shown, deed).await;
        self.counted(shown, done).await
    }

    async fn remove_device(&self, shown: Shown<'_>, deed: &Deed) -> Result<(), AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        shown.demand(&transaction).await?;
        let remove = include_str!("../sql/second_factor/remove_device.sql");
        if transaction.execute(remove, &[&shown.user]).await? == 0 {
            return Err(AccessError::NoDevice);
        }
        let forget = include_str!("../sql/second_factor/forget_codes.sql");
        transaction.execute(forget, &[&shown.user]).await?;
        deed.write(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Gives new recovery codes to who shows the second factor; the earlier ones are not good any more.
    ///
    /// # Errors
    /// When there is no second factor, or it is not shown.
    pub async fn renew_recovery_codes(
        &self,
        own: Own<'_>,
        proof: &Proof,
        deed: &Deed,
    ) -> Result<RecoveryCodes, AccessError> {
        let shown = own.shows(Some(proof));
        let done = self.renew_at_once(shown, deed).await;
        self.counted(shown, done).await
    }

    async fn renew_at_once(
        &self,
        shown: Shown<'_>,
        deed: &Deed,
    ) -> Result<RecoveryCodes, AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        shown.demand(&transaction).await?;
        let codes = second_factor::renew_codes(&transaction, shown.user).await?;
        deed.write(&transaction).await?;
        transaction.commit().await?;
        Ok(codes)
    }
}

/// Nothing of it.
impl std::fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordChange").finish_non_exhaustive()
    }
}
