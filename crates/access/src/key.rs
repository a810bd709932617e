//! Security keys and passkeys of users, as second factors.

use jiff::Timestamp;
use pgrecall_postgres::ServerError;
use serde::Serialize;
use serde_json::{Value, json};
use tokio_postgres::{GenericClient, Row, Transaction};

use crate::ceremony::{self, Asked, HANDLE_BYTES, KeptKey, KnownKey, Signed};
use crate::secret::Secret;
use crate::{
    AccessError, Control, Deed, KeySite, NewSession, Own, Proof, RecoveryCodes, Shown,
    second_factor, session,
};

/// The longest name of a key.
const LONGEST_NAME: usize = 100;

/// A security key or passkey, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecurityKey {
    /// Its number.
    pub id: i64,
    /// What the user calls it.
    pub name: String,
    /// The domain for which it is good.
    pub domain: String,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// When it was last shown.
    pub last_used_at: Option<Timestamp>,
}

/// A key that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The key.
    pub key: SecurityKey,
    /// Codes in its place, if it is the first second factor.
    pub codes: Option<RecoveryCodes>,
    /// The session, which goes on with another secret.
    pub session: NewSession,
}

/// What somebody can show of a second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Whether there is a device that shows codes.
    pub device: bool,
    /// What a key is asked to sign, as browsers take it; none where there are no keys.
    pub key: Option<Value>,
}

/// What a challenge is for.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Add,
    Show,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Show => "show",
        }
    }
}

impl Control {
    /// The keys of a user.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn keys(&self, user: i64) -> Result<Vec<SecurityKey>, AccessError> {
        let list = include_str!("../sql/key/list.sql");
        let rows = self.database().await?.client().query(list, &[&user]).await?;
        Ok(rows.iter().map(SecurityKey::read).collect::<Result<_, _>>()?)
    }

    /// Asks for a new key; gives what browsers take. Who has a second factor shows it first: a session
    /// that somebody else took over must not get a key of its own.
    ///
    /// # Errors
    /// When there is a second factor that is not shown.
    pub async fn begin_key(
        &self,
        own: Own<'_>,
        proof: Option<&Proof>,
        site: &KeySite,
    ) -> Result<Value, AccessError> {
        let shown = own.shows(proof);
        let done = self.begin_at_once(own, shown, site).await;
        self.counted(shown, done).await
    }

    async fn begin_at_once(
        &self,
        own: Own<'_>,
        shown: Shown<'_>,
        site: &KeySite,
    ) -> Result<Value, AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let standing = shown.demand_if_there(&transaction).await?;
        let others = known(&transaction, shown.user, site).await?;
        let handle = (own.user.name.as_str(), standing.handle);
        let asked = ceremony::ask_for_new(site, handle, others)?;
        ask(&transaction, (own.session, shown.user), (Purpose::Add, site), &asked).await?;
        transaction.commit().await?;
        Ok(asked.options)
    }

    /// Adds the key that was asked for; from now on a second factor is asked for. The session goes on
    /// with another secret.
    ///
    /// # Errors
    /// When no key was asked for, the answer is wrong, or key or name are there already.
    pub async fn confirm_key(
        &self,
        own: Own<'_>,
        (name, answer): (&str, &Value),
        deed: &Deed,
    ) -> Result<NewKey, AccessError> {
        let name = named(name)?;
        let done = self.confirm_at_once(own, (name, answer), deed).await;
        if matches!(done, Err(AccessError::WrongKey(_))) {
            self.forget_asked(own.user.user).await?;
        }
        done
    }

    async fn confirm_at_once(
        &self,
        own: Own<'_>,
        (name, answer): (&str, &Value),
        deed: &Deed,
    ) -> Result<NewKey, AccessError> {
        let user = own.user.user;
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let standing = second_factor::standing(&transaction, user).await?;
        let (state, site) = take(&transaction, (own.session, user), Purpose::Add).await?;
        let added = ceremony::added(&site, &state, answer)?;
        let KeptKey { credential_id, public_key, state } = added.kept;
        let add = include_str!("../sql/key/add.sql");
        let row = transaction
            .query_one(
                add,
                &[
                    &user,
                    &name,
                    &site.domain,
                    &credential_id,
                    &added.transports,
                    &public_key,
                    &state,
                ],
            )
            .await;
        let key = SecurityKey::read(&row.map_err(|error| taken(error, name))?)?;
        let forget = include_str!("../sql/second_factor/forget_begun.sql");
        transaction.execute(forget, &[&user]).await?;
        let codes = second_factor::come_to_be(&transaction, user, &standing).await?;
        let session = session::rotate(&transaction, &own.user.name, own.session).await?;
        deed.about("key.add", &own.user.name, about(&key)).write(&transaction).await?;
        transaction.commit().await?;
        Ok(NewKey { key, codes, session })
    }

    /// Gives a key another name.
    ///
    /// # Errors
    /// When the user has no such key, or another one of that name.
    pub async fn rename_key(
        &self,
        user: i64,
        (id, name): (i64, &str),
        deed: &Deed,
    ) -> Result<SecurityKey, AccessError> {
        let name = named(name)?;
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let rename = include_str!("../sql/key/rename.sql");
        let row = transaction.query_opt(rename, &[&user, &id, &name]).await;
        let row = row.map_err(|error| taken(error, name))?.ok_or(AccessError::UnknownKey(id))?;
        let key = SecurityKey::read(&row)?;
        deed.clone().with(about(&key)).write(&transaction).await?;
        transaction.commit().await?;
        Ok(key)
    }

    /// Takes a key away from who shows a second factor, be it this one. With the last one the codes go
    /// that stand in for it.
    ///
    /// # Errors
    /// When the user has no such key, or shows nothing.
    pub async fn remove_key(
        &self,
        own: Own<'_>,
        (id, proof): (i64, &Proof),
        deed: &Deed,
    ) -> Result<(), AccessError> {
        let shown = own.shows(Some(proof));
        let done = self.remove_at_once(shown, id, deed).await;
        self.counted(shown, done).await
    }

    async fn remove_at_once(
        &self,
        shown: Shown<'_>,
        id: i64,
        deed: &Deed,
    ) -> Result<(), AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        shown.demand(&transaction).await?;
        let remove = include_str!("../sql/key/remove.sql");
        let row = transaction.query_opt(remove, &[&shown.user, &id]).await?;
        let name: String = row.ok_or(AccessError::UnknownKey(id))?.try_get("name")?;
        let forget = include_str!("../sql/second_factor/forget_codes.sql");
        transaction.execute(forget, &[&shown.user]).await?;
        deed.clone().with(json!({ "key": id, "name": name })).write(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// What a user can show of a second factor in a session; a key is asked for where there is one.
    ///
    /// # Errors
    /// When there is no second factor.
    pub async fn challenge(
        &self,
        user: i64,
        session: &Secret,
        site: Option<&KeySite>,
    ) -> Result<Challenge, AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let standing = second_factor::standing(&transaction, user).await?;
        if !standing.has_second_factor {
            return Err(AccessError::NoSecondFactor);
        }
        let mut challenge = Challenge { device: standing.device, key: None };
        if let Some(site) = site {
            let keys = known(&transaction, user, site).await?;
            if !keys.is_empty() {
                let asked = ceremony::ask_to_sign(site, keys)?;
                ask(&transaction, (session, user), (Purpose::Show, site), &asked).await?;
                challenge.key = Some(asked.options);
            }
        }
        transaction.commit().await?;
        Ok(challenge)
    }

    /// The same for who is half the way in.
    ///
    /// # Errors
    /// When nobody waits behind the secret.
    pub async fn challenge_awaited(
        &self,
        waiting: &Secret,
        site: Option<&KeySite>,
    ) -> Result<Challenge, AccessError> {
        let (user, _) = self.awaited(waiting).await?;
        self.challenge(user, waiting, site).await
    }

    /// What was asked of the keys of a user is not asked any more.
    pub(crate) async fn forget_asked(&self, user: i64) -> Result<(), AccessError> {
        forget_asked(self.database().await?.client(), user).await
    }
}

/// Checks what a key answered in a session; the challenge is used up if the transaction is committed.
pub(crate) async fn check(
    transaction: &Transaction<'_>,
    shown: Shown<'_>,
    (answer, handle): (&Value, [u8; HANDLE_BYTES]),
) -> Result<(), AccessError> {
    // Programs with tokens have no session, so nothing was asked of a key for them.
    let session = shown.session.ok_or(AccessError::NoChallenge)?;
    let (asked, site) = take(transaction, (session, shown.user), Purpose::Show).await?;
    let signed = Signed::read(answer)?;
    let find = include_str!("../sql/key/find.sql");
    let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
        [&shown.user, &signed.credential_id(), &site.domain];
    let row = transaction.query_opt(find, &parameters).await?;
    let row = row.ok_or(AccessError::WrongKey(None))?;
    let key = KeptKey {
        credential_id: row.try_get("credential_id")?,
        public_key: row.try_get("public_key")?,
        state: row.try_get("state")?,
    };
    let state = signed.check(&site, &asked, (&key, handle))?;
    let id: i64 = row.try_get("id")?;
    transaction.execute(include_str!("../sql/key/use.sql"), &[&id, &state]).await?;
    Ok(())
}

pub(crate) async fn forget_asked(
    client: &(impl GenericClient + Sync),
    user: i64,
) -> Result<(), AccessError> {
    client.execute(include_str!("../sql/key/forget_asked.sql"), &[&user]).await?;
    Ok(())
}

async fn known(
    transaction: &Transaction<'_>,
    user: i64,
    site: &KeySite,
) -> Result<Vec<KnownKey>, AccessError> {
    let known = include_str!("../sql/key/known.sql");
    let rows = transaction.query(known, &[&user, &site.domain]).await?;
    let key = |row: &Row| {
        let credential_id = row.try_get("credential_id")?;
        Ok(KnownKey { credential_id, transports: row.try_get("transports")? })
    };
    rows.iter().map(key).collect()
}

async fn ask(
    transaction: &Transaction<'_>,
    (session, user): (&Secret, i64),
    (purpose, site): (Purpose, &KeySite),
    asked: &Asked,
) -> Result<(), AccessError> {
    let ask = include_str!("../sql/key/ask.sql");
    let (hash, purpose) = (session.hash(), purpose.as_str());
    let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
        [&hash, &user, &purpose, &asked.state, &site.domain, &site.origin];
    match transaction.execute(ask, &parameters).await? {
        0 => Err(AccessError::Refused),
        _ => Ok(()),
    }
}

async fn take(
    transaction: &Transaction<'_>,
    (session, user): (&Secret, i64),
    purpose: Purpose,
) -> Result<(Vec<u8>, KeySite), AccessError> {
    let take = include_str!("../sql/key/take.sql");
    let row = transaction.query_opt(take, &[&session.hash(), &user, &purpose.as_str()]).await?;
    let row = row.ok_or(AccessError::NoChallenge)?;
    let site = KeySite { domain: row.try_get("domain")?, origin: row.try_get("origin")? };
    Ok((row.try_get("state")?, site))
}

/// The same rule as the constraint of the table, told in better words.
fn named(name: &str) -> Result<&str, AccessError> {
    let name = name.trim();
    let is_fit = (1..=LONGEST_NAME).contains(&name.chars().count());
    if is_fit && !name.chars().any(char::is_control) { Ok(name) } else { Err(AccessError::KeyName) }
}

fn taken(error: tokio_postgres::Error, name: &str) -> AccessError {
    match error.as_db_error().and_then(tokio_postgres::error::DbError::constraint) {
        Some("security_key_name_key") => AccessError::KeyNameTaken(name.to_owned()),
        Some("security_key_credential_key") => AccessError::KeyTaken,
        _ => error.into(),
    }
}

fn about(key: &SecurityKey) -> Value {
    json!({ "key": key.id, "name": key.name })
}

impl SecurityKey {
    fn read(row: &Row) -> Result<Self, ServerError> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            domain: row.try_get("domain")?,
            created_at: row.try_get("created_at")?,
            last_used_at: row.try_get("last_used_at")?,
        })
    }
}
