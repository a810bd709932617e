//! With whose rights tables are looked at and changed.

use pgrecall_model::Ident;
use pgrecall_postgres::{ServerError, Template, catalogue};
use serde::{Deserialize, Serialize};
use tokio_postgres::GenericClient;

use crate::UndoError;

/// With whose rights tables are looked at and changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rights {
    /// With those of the connected user, row-level security included.
    #[default]
    User,
    /// With those of the tables' owner, for whoever may take on its role.
    Owner,
}

/// The one owner of the tables.
pub(crate) async fn owner(
    client: &impl GenericClient,
    tables: &[u32],
) -> Result<Option<Ident>, UndoError> {
    let rows = client.query(include_str!("../sql/owners.sql"), &[&tables]).await?;
    let mut owners =
        rows.iter().map(|row| catalogue::ident(row, "owner")).collect::<Result<Vec<_>, _>>()?;
    if owners.len() > 1 {
        return Err(UndoError::SeveralOwners(owners));
    }
    Ok(owners.pop())
}

/// Takes on the role of the owner, if there is one to take on.
pub(crate) async fn take_on(
    client: &impl GenericClient,
    owner: Option<&Ident>,
) -> Result<(), UndoError> {
    let Some(owner) = owner else { return Ok(()) };
    let sql = Template::new(include_str!("../sql/act_as.sql")).with("owner", owner).sql();
    client.batch_execute(&sql).await.map_err(ServerError::from).map_err(|error| {
        if error.is_forbidden() { UndoError::NotOwner(owner.clone(), error) } else { error.into() }
    })
}

/// Gives it back. In a transaction that failed there is nothing to give back: it ends with it.
pub(crate) async fn give_back(
    client: &impl GenericClient,
    owner: Option<&Ident>,
) -> Result<(), ServerError> {
    if owner.is_some() {
        client.batch_execute(include_str!("../sql/act_as_self.sql")).await?;
    }
    Ok(())
}
