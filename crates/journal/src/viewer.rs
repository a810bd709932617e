use pgrecall_postgres::ServerError;

use crate::{Journal, JournalError};

/// A role that reads one tenant's part of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The role.
    pub role: String,
    /// The tenant whose transactions it sees.
    pub tenant: String,
    /// The only actor whose transactions it sees; none for all of the tenant.
    pub actor: Option<String>,
    /// Whether the role exists and is a member of `recall_viewer`.
    pub active: bool,
}

impl Journal {
    /// Every viewer, by tenant.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn viewers(&self) -> Result<Vec<Viewer>, JournalError> {
        let rows = self.client().query(include_str!("../sql/viewer/list.sql"), &[]).await?;
        let viewer = |row: &tokio_postgres::Row| -> Result<Viewer, tokio_postgres::Error> {
            Ok(Viewer {
                role: row.try_get("role")?,
                tenant: row.try_get("tenant")?,
                actor: row.try_get("actor")?,
                active: row.try_get::<_, Option<bool>>("active")?.unwrap_or_default(),
            })
        };
        Ok(rows.iter().map(viewer).collect::<Result<_, _>>()?)
    }

    /// Lets a role read one tenant's part of the journal, or one actor's part of that. It sees
    /// nothing else of what it saw as a viewer before.
    ///
    /// # Errors
    /// When there is no such role, when it reads everything anyway, or when rights are missing.
    pub async fn grant_viewer(
        &self,
        role: &str,
        tenant: &str,
        actor: Option<&str>,
    ) -> Result<(), JournalError> {
        let grant = include_str!("../sql/viewer/grant.sql");
        match self.client().execute(grant, &[&role, &tenant, &actor]).await? {
            1 => Ok(()),
            _ => Err(ServerError::unexpected("the name of the role is too long").into()),
        }
    }

    /// Takes a role's view of the journal away; tells whether it had one.
    ///
    /// # Errors
    /// When rights are missing.
    pub async fn revoke_viewer(&self, role: &str) -> Result<bool, JournalError> {
        let revoke = include_str!("../sql/viewer/revoke.sql");
        Ok(self.client().query_one(revoke, &[&role]).await?.try_get("revoked")?)
    }
}
