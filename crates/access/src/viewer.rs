use jiff::Timestamp;
use pgrecall_postgres::ServerError;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::secret::Secret;
use crate::token::{right, scopes};
use crate::{AccessError, Control, NewToken, Principal, Reach, Right, Via};

/// With what every viewer token begins.
const PREFIX: &str = "prv_";

/// What a viewer token opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// The target.
    pub target: String,
    /// The tenant whose part is shown; none only where the target has no tenants.
    pub tenant: Option<String>,
    /// The only tables that are shown.
    pub tables: Option<Vec<String>>,
    /// The only record that is shown, of the one table that is named.
    pub record_key: Option<String>,
    /// What may be done.
    pub rights: Vec<Right>,
    /// The end user for whom it is, as the customer calls them.
    pub subject: Option<String>,
}

/// Somebody who shows a viewer token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The number of the token.
    pub id: i64,
    /// The user whose token minted it.
    pub minter: String,
    /// What it opens.
    pub pass: Pass,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

impl Pass {
    /// The rights that a viewer token can give.
    pub const RIGHTS: [Right; 2] = [Right::Read, Right::Query];

    /// How far a right reaches in a target; none where it is not given there.
    #[must_use]
    pub fn reach(&self, right: Right, target: &str) -> Option<Reach> {
        let is_given = Self::RIGHTS.contains(&right) && self.rights.contains(&right);
        (is_given && self.target == target)
            .then(|| self.tenant.clone().map_or(Reach::Everything, Reach::Tenant))
    }
}

impl Secret {
    /// Whether it says that it is a viewer token.
    #[must_use]
    pub fn is_of_viewer(&self) -> bool {
        self.expose().starts_with(PREFIX)
    }
}

impl Control {
    /// Mints a viewer token with the API token of this number.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn mint(
        &self,
        minted_by: i64,
        pass: &Pass,
        minutes: i32,
    ) -> Result<NewToken, AccessError> {
        let secret = Secret::new(PREFIX)?;
        let rights: Vec<_> = pass.rights.iter().map(|right| right.as_str()).collect();
        let hash = secret.hash();
        let parameters: [&(dyn ToSql + Sync); 9] = [
            &hash,
            &minted_by,
            &pass.target,
            &pass.tenant,
            &pass.tables,
            &pass.record_key,
            &rights,
            &pass.subject,
            &minutes,
        ];
        let create = include_str!("../sql/viewer_token/create.sql");
        let row = self.database().await?.client().query_one(create, &parameters).await?;
        Ok(NewToken { id: row.try_get("id")?, secret, expires_at: row.try_get("expires_at")? })
    }

    /// Who is behind a viewer token; none where it is not good, or whoever minted it may not mint
    /// any more.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn viewer(&self, secret: &Secret) -> Result<Option<Viewer>, AccessError> {
        let find = include_str!("../sql/viewer_token/find.sql");
        let row = self.database().await?.client().query_opt(find, &[&secret.hash()]).await?;
        let Some(row) = row else { return Ok(None) };
        let (viewer, minter) = (viewer(&row)?, minter(&row)?);
        let is_good = minter.reach(Right::Mint, &viewer.pass.target).is_some();
        Ok(is_good.then_some(viewer))
    }

    /// Forgets the viewer tokens that are not good any more.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn forget_viewers(&self) -> Result<(), AccessError> {
        let forget = include_str!("../sql/viewer_token/forget.sql");
        self.database().await?.client().execute(forget, &[]).await?;
        Ok(())
    }
}

fn minter(row: &Row) -> Result<Principal, ServerError> {
    let via = Via::Token {
        id: row.try_get("token")?,
        scopes: scopes(row)?,
        target: row.try_get("target")?,
    };
    Principal::read(row, via)
}

fn viewer(row: &Row) -> Result<Viewer, ServerError> {
    let rights: Vec<String> = row.try_get("rights")?;
    let pass = Pass {
        target: row.try_get("viewer_target")?,
        tenant: row.try_get("tenant")?,
        tables: row.try_get("tables")?,
        record_key: row.try_get("record_key")?,
        rights: rights.iter().map(|text| right(text)).collect::<Result<_, _>>()?,
        subject: row.try_get("subject")?,
    };
    Ok(Viewer {
        id: row.try_get("viewer_token")?,
        minter: row.try_get("name")?,
        pass,
        expires_at: row.try_get("expires_at")?,
    })
}
