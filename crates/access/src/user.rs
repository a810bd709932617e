use std::str::FromStr;

use jiff::Timestamp;
use pgrecall_postgres::ServerError;
use serde::Serialize;
use tokio_postgres::error::SqlState;

use crate::principal::memberships;
use crate::{AccessError, Control, Membership};

/// The longest name, in characters.
const LONGEST: usize = 100;

/// Somebody who may use the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Its number.
    #[serde(skip)]
    pub id: i64,
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
    /// Whether it has a second factor.
    pub second_factor: bool,
    /// Whether it is locked out for a while.
    pub locked: bool,
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
    /// Adds a user with its roles; gives its number.
    ///
    /// # Errors
    /// When the name is none, or is taken.
    pub async fn add_user(
        &self,
        name: &str,
        memberships: &[Membership],
    ) -> Result<i64, AccessError> {
        check_name(name)?;
        let roles: Vec<_> = memberships.iter().map(|held| held.role.as_str()).collect();
        let targets: Vec<_> = memberships.iter().map(|held| held.target.as_str()).collect();
        let tenants: Vec<_> = memberships.iter().map(|held| held.tenant.as_deref()).collect();
        let add = include_str!("../sql/user/add.sql");
        let database = self.database().await?;
        let added = database.client().query(add, &[&name, &roles, &targets, &tenants]).await;
        let rows = added.map_err(|error| taken(error.into(), name))?;
        let row = rows.first().ok_or_else(|| ServerError::unexpected("a user without a role"))?;
        Ok(row.try_get("user_id")?)
    }

    /// The users, or the one of that name.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn users(&self, name: Option<&str>) -> Result<Vec<User>, AccessError> {
        let database = self.database().await?;
        let rows = database.client().query(include_str!("../sql/user/list.sql"), &[&name]).await?;
        rows.iter()
            .map(|row| {
                Ok(User {
                    id: row.try_get("id")?,
                    name: row.try_get("name")?,
                    mail: row.try_get("mail")?,
                    roles: memberships(row)?,
                    created_at: row.try_get("created_at")?,
                    disabled_at: row.try_get("disabled_at")?,
                    last_sign_in_at: row.try_get("last_sign_in_at")?,
                    has_password: row.try_get("has_password")?,
                    second_factor: row.try_get("totp_confirmed")?,
                    locked: row.try_get("locked")?,
                })
            })
            .collect()
    }

    /// Has a user told at another address, or nowhere.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn change_mail(
        &self,
        name: &str,
        mail: Option<&MailAddress>,
    ) -> Result<(), AccessError> {
        let change = include_str!("../sql/user/change_mail.sql");
        let mail = mail.map(MailAddress::as_str);
        let row = self.database().await?.client().query_opt(change, &[&name, &mail]).await?;
        row.map(drop).ok_or_else(|| AccessError::UnknownUser(name.to_owned()))
    }

    /// Lets a user do nothing any more.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn disable_user(&self, name: &str) -> Result<(), AccessError> {
        self.on_user(include_str!("../sql/user/disable.sql"), name).await.map(drop)
    }

    /// Takes a user's password and second factor away, ends its sessions, and lets it in again by an
    /// invitation that is still to be written; gives its number.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn reset_user(&self, name: &str) -> Result<i64, AccessError> {
        self.on_user(include_str!("../sql/user/reset.sql"), name).await
    }

    /// Whether somebody can let others in.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn has_administrator(&self) -> Result<bool, AccessError> {
        let sql = include_str!("../sql/user/any_administrator.sql");
        Ok(self.database().await?.client().query_one(sql, &[]).await?.try_get("present")?)
    }

    async fn on_user(&self, sql: &str, name: &str) -> Result<i64, AccessError> {
        let row = self.database().await?.client().query_opt(sql, &[&name]).await?;
        let row = row.ok_or_else(|| AccessError::UnknownUser(name.to_owned()))?;
        Ok(row.try_get("id")?)
    }
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
