//! Users who are known by a provider of OpenID Connect. What the provider says is checked elsewhere;
//! here it is settled whose it is.

use serde_json::json;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

use crate::principal::{allow_list, memberships};
use crate::secret::Secret;
use crate::session::{Entering, SessionOrigin};
use crate::{AccessError, AllowList, Control, Deed, Lockout, Membership, NewSession, user};

/// Somebody who was sent to the provider.
#[derive(Debug, Clone)]
pub struct OpenIdAttempt {
    /// What the provider must have put into what it says (OpenID Connect Core, 3.1.2.1).
    pub nonce: Secret,
    /// The secret of PKCE (RFC 7636).
    pub verifier: Secret,
    /// Where to go afterwards.
    pub return_to: String,
    /// Who links an identity to itself; none for a sign-in.
    pub user: Option<i64>,
}

/// What goes out with somebody who is sent to the provider.
#[derive(Debug, Clone)]
pub struct OpenIdTicket {
    /// What comes back from the provider.
    pub state: Secret,
    /// What the browser keeps meanwhile.
    pub browser: Secret,
    /// What is kept here.
    pub attempt: OpenIdAttempt,
}

/// Who somebody is at the provider. Only issuer and subject tell; the rest is what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// What it calls the user, for good.
    pub subject: String,
    /// What a new user is called; none where none is to be added.
    pub new_name: Option<String>,
    /// The roles that the provider gives; none where it has no say in it.
    pub roles: Option<Vec<Membership>>,
    /// Whether the provider saw a second factor that we believe in.
    pub second_factor: bool,
}

/// A user who has the identity.
struct Holder {
    id: i64,
    name: String,
    disabled: bool,
    second_factor: bool,
    allow_from: AllowList,
    roles: Vec<Membership>,
}

impl Control {
    /// Notes that somebody is sent to the provider, to sign in or to link what it is there.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn begin_openid(
        &self,
        return_to: &str,
        user: Option<i64>,
    ) -> Result<OpenIdTicket, AccessError> {
        let secret = || Secret::new("pro_");
        let (state, browser, nonce, verifier) = (secret()?, secret()?, secret()?, secret()?);
        let begin = include_str!("../sql/openid/begin.sql");
        let (state_hash, browser_hash) = (state.hash(), browser.hash());
        let kept = (nonce.expose(), verifier.expose());
        let database = self.database().await?;
        database
            .client()
            .execute(begin, &[&state_hash, &browser_hash, &kept.0, &kept.1, &return_to, &user])
            .await?;
        let attempt = OpenIdAttempt { nonce, verifier, return_to: return_to.to_owned(), user };
        Ok(OpenIdTicket { state, browser, attempt })
    }

    /// What was kept of somebody who comes back, once.
    ///
    /// # Errors
    /// When nobody was sent from this browser with this state, or too long ago.
    pub async fn take_openid(
        &self,
        state: &Secret,
        browser: &Secret,
    ) -> Result<OpenIdAttempt, AccessError> {
        let take = include_str!("../sql/openid/take.sql");
        let database = self.database().await?;
        let row = database.client().query_opt(take, &[&state.hash(), &browser.hash()]).await?;
        let row = row.ok_or(AccessError::NoAttempt)?;
        Ok(OpenIdAttempt {
            nonce: Secret::shown(row.try_get::<_, String>("nonce")?),
            verifier: Secret::shown(row.try_get::<_, String>("verifier")?),
            return_to: row.try_get("return_to")?,
            user: row.try_get("user_id")?,
        })
    }

    /// Signs somebody in whom the provider knows. Who has a second factor here that the provider did
    /// not stand for comes half the way in.
    ///
    /// # Errors
    /// When nobody has the identity and nobody is to be added, or the user may not come in.
    pub async fn sign_in_by_identity(
        &self,
        identity: &Identity,
        lockout: Lockout,
        origin: &SessionOrigin,
    ) -> Result<NewSession, AccessError> {
        if identity.roles.as_ref().is_some_and(Vec::is_empty) {
            return Err(AccessError::NoRole);
        }
        let holder = match self.holder(identity).await? {
            Some(holder) => holder,
            None => match self.welcome(identity, origin).await {
                // Somebody may come in twice at once.
                Err(taken @ AccessError::UserTaken(_)) => {
                    self.holder(identity).await?.ok_or(taken)?
                }
                welcomed => welcomed?,
            },
        };
        if holder.disabled || !origin.is_allowed(&holder.allow_from) {
            return Err(AccessError::Refused);
        }
        if let Some(roles) = identity.roles.as_ref().filter(|roles| !same(roles, &holder.roles)) {
            let deed = deed(&holder.name, "user.memberships", origin);
            let deed = deed.with(json!({ "roles": roles }));
            self.set_memberships(holder.name.as_str(), roles, &deed).await?;
        }
        let Holder { id: user, name, .. } = &holder;
        if holder.second_factor && !identity.second_factor {
            return self.await_second_factor((*user, name), origin).await;
        }
        let entering = Entering { user: *user, name, second_factor: identity.second_factor };
        self.open_session(&entering, lockout, origin).await
    }

    /// Lets a user come in by an identity from now on.
    ///
    /// # Errors
    /// When somebody has the identity already.
    pub async fn link_identity(
        &self,
        user: i64,
        (issuer, subject): (&str, &str),
        deed: Deed,
    ) -> Result<(), AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let link = include_str!("../sql/openid/link.sql");
        let linked = transaction.query_opt(link, &[&issuer, &subject, &user]).await;
        let linked = linked.map_err(|error| match error.code() {
            Some(&SqlState::UNIQUE_VIOLATION) => AccessError::IdentityTaken,
            _ => error.into(),
        })?;
        let name: String = linked.ok_or(AccessError::Refused)?.try_get("name")?;
        let subject = Some(name.clone());
        Deed { actor: Some(name), subject, ..deed }.write(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    async fn holder(&self, identity: &Identity) -> Result<Option<Holder>, AccessError> {
        let find = include_str!("../sql/openid/find.sql");
        let Identity { issuer, subject, .. } = identity;
        let row = self.database().await?.client().query_opt(find, &[issuer, subject]).await?;
        row.as_ref().map(Holder::read).transpose()
    }

    /// Adds a user with the identity. A name that is taken is somebody else's: whoever may choose
    /// names at the provider must not become somebody here.
    async fn welcome(
        &self,
        identity: &Identity,
        origin: &SessionOrigin,
    ) -> Result<Holder, AccessError> {
        let name = identity.new_name.clone().ok_or(AccessError::UnknownIdentity)?;
        let roles = identity.roles.clone().unwrap_or_default();
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let id = user::insert(&transaction, &name, &roles).await?;
        let link = include_str!("../sql/openid/link.sql");
        transaction.execute(link, &[&identity.issuer, &identity.subject, &id]).await?;
        let deed = deed(&name, "user.add", origin).with(json!({ "roles": roles }));
        deed.write(&transaction).await?;
        transaction.commit().await?;
        let allow_from = AllowList::default();
        Ok(Holder { id, name, disabled: false, second_factor: false, allow_from, roles })
    }
}

impl Holder {
    fn read(row: &Row) -> Result<Self, AccessError> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            disabled: row.try_get("disabled")?,
            second_factor: row.try_get("second_factor")?,
            allow_from: allow_list(row, "allow_from")?,
            roles: memberships(row)?,
        })
    }
}

fn same(some: &[Membership], others: &[Membership]) -> bool {
    some.len() == others.len() && some.iter().all(|held| others.contains(held))
}

fn deed(name: &str, action: &'static str, origin: &SessionOrigin) -> Deed {
    Deed { via: "openid".to_owned(), ..Deed::at_the_door(name, action, origin) }
}
