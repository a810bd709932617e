use std::str::FromStr;

use jiff::Timestamp;
use pgrecall_postgres::ServerError;
use serde::Serialize;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{GenericClient, Row};

use crate::alteration::Alteration;
use crate::principal::{allow_list, memberships};
use crate::{AccessError, AllowList, Control, Deed, Membership, Secret, invitation};

/// The longest name, in characters.
const LONGEST: usize = 100;

/// Somebody who may use the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Its number.
    #[serde(skip)]
    pub id: i64,
    /// Counts the changes that administrators made.
    #[serde(skip)]
    pub version: i32,
    /// Its name.
    pub name: String,
    /// Where it is told what concerns it.
    pub mail: Option<String>,
    /// Its roles.
    pub roles: Vec<Membership>,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// Since when it may do nothing.
    pub disabled_at: Option<Timestamp>,
    /// When it last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Whether it has set a password.
    pub has_password: bool,
    /// Whether it comes in by a provider of OpenID Connect.
    pub has_identity: bool,
    /// Whether it has a second factor.
    pub second_factor: bool,
    /// Until when it is locked out.
    pub locked_until: Option<Timestamp>,
    /// From where it may ask.
    pub allow_from: AllowList,
}

/// What an administrator changes of a user; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserChange {
    /// Whether it may do nothing any more, or may come in again with the password that it had.
    pub disabled: Option<bool>,
    /// From where it may ask.
    pub allow_from: Option<AllowList>,
    /// Where it is told what concerns it; an address, or nowhere.
    pub mail: Option<Option<MailAddress>>,
}

/// A user to be changed, if nobody else changed it since it had the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known<'a> {
    /// Its name.
    pub name: &'a str,
    /// The version that is known; none for whichever.
    pub version: Option<i32>,
}

/// Whichever version it has.
impl<'a> From<&'a str> for Known<'a> {
    fn from(name: &'a str) -> Self {
        Self { name, version: None }
    }
}

impl User {
    pub(crate) fn read(row: &Row) -> Result<Self, ServerError> {
        Ok(Self {
            id: row.try_get("id")?,
            version: row.try_get("version")?,
            name: row.try_get("name")?,
            mail: row.try_get("mail")?,
            roles: memberships(row)?,
            created_at: row.try_get("created_at")?,
            disabled_at: row.try_get("disabled_at")?,
            last_sign_in_at: row.try_get("last_sign_in_at")?,
            has_password: row.try_get("has_password")?,
            has_identity: row.try_get("has_identity")?,
            second_factor: row.try_get("second_factor")?,
            locked_until: row.try_get("locked_until")?,
            allow_from: allow_list(row, "allow_from")?,
        })
    }
}

/// An address that mail can go to: one line, and nothing that means something in a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress(String);

impl MailAddress {
    /// The address as a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MailAddress {
    type Err = AccessError;

    /// The same rule as the constraint of the table, told in better words.
    fn from_str(text: &str) -> Result<Self, AccessError> {
        let is_plain =
            |c: char| !c.is_whitespace() && !c.is_control() && !"<>()\"\\,;:@".contains(c);
        let is_of_host = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        let is_fit = text.rsplit_once('@').is_some_and(|(name, host)| {
            (1..=64).contains(&name.chars().count())
                && name.chars().all(is_plain)
                && (1..=255).contains(&host.len())
                && host.chars().all(is_of_host)
        });
        if is_fit { Ok(Self(text.to_owned())) } else { Err(AccessError::Mail(text.to_owned())) }
    }
}

impl Control {
    /// Adds a user with its roles; gives what belongs at the end of the link with which it sets a
    /// password.
    ///
    /// # Errors
    /// When the name is none, or is taken.
    pub async fn add_user(
        &self,
        name: &str,
        memberships: &[Membership],
        deed: &Deed,
    ) -> Result<Secret, AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let user = insert(&transaction, name, memberships).await?;
        let link = invitation::write(&transaction, Some(user)).await?;
        deed.write(&transaction).await?;
        transaction.commit().await?;
        Ok(link)
    }

    /// The users, or the one of that name.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn users(&self, name: Option<&str>) -> Result<Vec<User>, AccessError> {
        self.listed(name, None, None).await
    }

    /// So many users at most, in the order of their names, from a name on.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn users_after(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<User>, AccessError> {
        self.listed(None, after, Some(limit)).await
    }

    async fn listed(
        &self,
        name: Option<&str>,
        after: Option<&str>,
        limit: Option<i64>,
    ) -> Result<Vec<User>, AccessError> {
        let list = include_str!("../sql/user/list.sql");
        let rows = self.database().await?.client().query(list, &[&name, &after, &limit]).await?;
        Ok(rows.iter().map(User::read).collect::<Result<_, _>>()?)
    }

    /// The user of that name.
    ///
    /// # Errors
    /// When there is none.
    pub async fn user(&self, name: &str) -> Result<User, AccessError> {
        let found = self.users(Some(name)).await?.pop();
        found.ok_or_else(|| AccessError::UnknownUser(name.to_owned()))
    }

    /// Changes a user. Who is disabled is signed out, and its tokens do not work meanwhile.
    ///
    /// # Errors
    /// When there is none of that name, somebody else changed it, or nobody could let others in any
    /// more.
    pub async fn change_user(
        &self,
        user: impl Into<Known<'_>>,
        change: &UserChange,
        deed: &Deed,
    ) -> Result<User, AccessError> {
        let Known { name, version } = user.into();
        let allow_from = change.allow_from.as_ref().map(AllowList::texts);
        let mut database = self.turn().await?;
        let alteration = Alteration::begin(&mut database, name, version).await?;
        let sql = include_str!("../sql/user/change.sql");
        let mail = change.mail.as_ref();
        let (is_mail, mail) =
            (mail.is_some(), mail.and_then(Option::as_ref).map(MailAddress::as_str));
        let parameters: [&(dyn ToSql + Sync); 5] =
            [&alteration.user, &change.disabled, &allow_from, &is_mail, &mail];
        alteration.run(sql, &parameters).await?;
        alteration.finish(deed).await
    }

    /// Gives a user these roles and no others.
    ///
    /// # Errors
    /// As for [`Control::change_user`].
    pub async fn set_memberships(
        &self,
        user: impl Into<Known<'_>>,
        memberships: &[Membership],
        deed: &Deed,
    ) -> Result<User, AccessError> {
        let Known { name, version } = user.into();
        let mut database = self.turn().await?;
        let alteration = Alteration::begin(&mut database, name, version).await?;
        let (roles, targets, tenants) = columns(memberships);
        let sql = include_str!("../sql/user/set_memberships.sql");
        alteration.run(sql, &[&alteration.user, &roles, &targets, &tenants]).await?;
        alteration.finish(deed).await
    }

    /// Takes a user's password and second factor away, ends its sessions, and lets it in again by the
    /// link whose end is given.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn reset_user(&self, name: &str, deed: &Deed) -> Result<Secret, AccessError> {
        let mut database = self.turn().await?;
        let alteration = Alteration::begin(&mut database, name, None).await?;
        alteration.run(include_str!("../sql/user/reset.sql"), &[&alteration.user]).await?;
        let link = invitation::write(alteration.client(), Some(alteration.user)).await?;
        // It may be the last administrator, who has just the link: there is no other way back.
        alteration.commit(deed).await?;
        Ok(link)
    }

    /// Takes a user's second factor away, for one who has lost it with all codes in its place.
    ///
    /// # Errors
    /// When there is no such user, or it has none.
    pub async fn remove_second_factor_of(
        &self,
        name: &str,
        deed: &Deed,
    ) -> Result<(), AccessError> {
        let mut database = self.turn().await?;
        let alteration = Alteration::begin(&mut database, name, None).await?;
        let sql = include_str!("../sql/second_factor/remove.sql");
        if alteration.run(sql, &[&alteration.user]).await? == 0 {
            return Err(AccessError::NoSecondFactor);
        }
        alteration.commit(deed).await.map(drop)
    }

    /// Whether somebody can let others in.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn has_administrator(&self) -> Result<bool, AccessError> {
        let sql = include_str!("../sql/user/any_administrator.sql");
        Ok(self.database().await?.client().query_one(sql, &[]).await?.try_get("present")?)
    }
}

/// A new user with its roles; gives its number.
pub(crate) async fn insert(
    client: &impl GenericClient,
    name: &str,
    memberships: &[Membership],
) -> Result<i64, AccessError> {
    check_name(name)?;
    let added = client.query_one(include_str!("../sql/user/add.sql"), &[&name]).await;
    let user: i64 = added.map_err(|error| taken(error.into(), name))?.try_get("id")?;
    let (roles, targets, tenants) = columns(memberships);
    let sql = include_str!("../sql/user/set_memberships.sql");
    client.execute(sql, &[&user, &roles, &targets, &tenants]).await?;
    Ok(user)
}

/// Roles, targets and tenants, as statements take them.
pub(crate) fn columns(held: &[Membership]) -> (Vec<&str>, Vec<&str>, Vec<Option<&str>>) {
    (
        held.iter().map(|held| held.role.as_str()).collect(),
        held.iter().map(|held| held.target.as_str()).collect(),
        held.iter().map(|held| held.tenant.as_deref()).collect(),
    )
}

/// The same rule as the constraint of the table, told in better words.
pub(crate) fn check_name(name: &str) -> Result<(), AccessError> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_fit = name.len() <= LONGEST
        && name.chars().next().is_some_and(is_plain)
        && name.chars().all(|c| is_plain(c) || "._@+-".contains(c));
    if is_fit { Ok(()) } else { Err(AccessError::UserName(name.to_owned())) }
}

pub(crate) fn taken(error: ServerError, name: &str) -> AccessError {
    match error.sqlstate() {
        Some(&SqlState::UNIQUE_VIOLATION) => AccessError::UserTaken(name.to_owned()),
        _ => error.into(),
    }
}
