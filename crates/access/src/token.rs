use jiff::Timestamp;
use pgrecall_postgres::ServerError;
use serde::Serialize;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::principal::allow_list;
use crate::secret::Secret;
use crate::{AccessError, AllowList, Control, Deed, Principal, Right, Via};

/// A token that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// The user on whose behalf it acts.
    pub user: String,
    /// What it is called.
    pub name: String,
    /// What it is for, of what its user may do.
    pub scopes: Vec<Right>,
    /// The target for which it holds; none for all.
    pub target: Option<String>,
    /// How long it is good.
    pub days: i32,
    /// From where it may be used.
    pub allow_from: AllowList,
}

/// A token that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Its number.
    pub id: i64,
    /// The token, which is told once.
    pub secret: Secret,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// A token as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenRow {
    /// Its number.
    pub id: i64,
    /// Its user.
    pub user: String,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub scopes: Vec<Right>,
    /// The target for which it holds; `*` for all.
    pub target: String,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// Since when it is not good any more.
    pub revoked_at: Option<Timestamp>,
    /// From where it may be used.
    pub allow_from: AllowList,
    /// Whether it is good.
    pub active: bool,
}

impl Control {
    /// Makes a token.
    ///
    /// # Errors
    /// When there is no such user, or it is disabled.
    pub async fn create_token(
        &self,
        request: &TokenRequest,
        deed: Deed,
    ) -> Result<NewToken, AccessError> {
        let secret = Secret::new("prt_")?;
        let scopes: Vec<_> = request.scopes.iter().map(|scope| scope.as_str()).collect();
        let target = request.target.as_deref().unwrap_or("*");
        let (user, name, days) = (&request.user, &request.name, &request.days);
        let (hash, allow_from) = (secret.hash(), request.allow_from.texts());
        let parameters: [&(dyn ToSql + Sync); 7] =
            [&hash, user, name, &scopes, &target, days, &allow_from];
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let create = include_str!("../sql/token/create.sql");
        let row = transaction.query_opt(create, &parameters).await?;
        let row = row.ok_or_else(|| AccessError::UnknownUser(user.clone()))?;
        let id: i64 = row.try_get("id")?;
        Deed { subject: Some(id.to_string()), ..deed }.write(&transaction).await?;
        transaction.commit().await?;
        Ok(NewToken { id, secret, expires_at: row.try_get("expires_at")? })
    }

    /// The tokens, or those of one user.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn tokens(&self, user: Option<&str>) -> Result<Vec<TokenRow>, AccessError> {
        self.tokens_after(user, None, None).await
    }

    /// So many tokens at most, of all users or of one, from a number on.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn tokens_after(
        &self,
        user: Option<&str>,
        after: Option<i64>,
        limit: Option<i64>,
    ) -> Result<Vec<TokenRow>, AccessError> {
        let list = include_str!("../sql/token/list.sql");
        let rows = self.database().await?.client().query(list, &[&user, &after, &limit]).await?;
        Ok(rows.iter().map(token).collect::<Result<_, _>>()?)
    }

    /// Takes a token away, if it is this user's where one is given; whether it was good until now.
    ///
    /// # Errors
    /// When there is no such token.
    pub async fn revoke_token(
        &self,
        id: i64,
        user: Option<&str>,
        deed: &Deed,
    ) -> Result<bool, AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        let revoke = include_str!("../sql/token/revoke.sql");
        let row = transaction.query_opt(revoke, &[&id, &user]).await?;
        let revoked = row.ok_or(AccessError::UnknownToken(id))?.try_get("revoked")?;
        deed.write(&transaction).await?;
        transaction.commit().await?;
        Ok(revoked)
    }

    /// Who is behind a token; none where it is not good.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn bearer(&self, secret: &Secret) -> Result<Option<Principal>, AccessError> {
        let find = include_str!("../sql/token/find.sql");
        let row = self.database().await?.client().query_opt(find, &[&secret.hash()]).await?;
        let principal = row.map(|row| {
            let via = Via::Token {
                id: row.try_get("token")?,
                scopes: scopes(&row)?,
                target: row.try_get("target")?,
            };
            Principal::read(&row, via)
        });
        Ok(principal.transpose()?)
    }
}

fn token(row: &Row) -> Result<TokenRow, ServerError> {
    Ok(TokenRow {
        id: row.try_get("id")?,
        user: row.try_get("user_name")?,
        name: row.try_get("name")?,
        scopes: scopes(row)?,
        target: row.try_get("target")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        last_used_at: row.try_get("last_used_at")?,
        revoked_at: row.try_get("revoked_at")?,
        allow_from: allow_list(row, "allow_from")?,
        active: row.try_get("active")?,
    })
}

pub(crate) fn scopes(row: &Row) -> Result<Vec<Right>, ServerError> {
    let scopes: Vec<String> = row.try_get("scopes")?;
    scopes.iter().map(|text| right(text)).collect()
}

/// A right as it is kept.
pub(crate) fn right(text: &str) -> Result<Right, ServerError> {
    text.parse().map_err(|error: String| ServerError::unexpected(error))
}
