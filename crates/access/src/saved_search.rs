use pgrecall_postgres::ServerError;
use tokio_postgres::Row;

use crate::{AccessError, Control};

/// A search that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSearch {
    /// In which target.
    pub target: String,
    /// What it is called.
    pub name: String,
    /// What it says, in the query language of changes.
    pub query: String,
    /// Whether everybody finds it who knows the target.
    pub shared: bool,
}

/// A search that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its number.
    pub id: i64,
    /// What it is.
    pub search: NewSearch,
    /// Whose it is.
    pub owner: String,
    /// Whether it is that of the user who asks.
    pub own: bool,
}

impl Control {
    /// Keeps a search for a user, and gives its number.
    ///
    /// # Errors
    /// When the user has one of that name for the target already.
    pub async fn save_search(&self, user: i64, new: &NewSearch) -> Result<i64, AccessError> {
        let save = include_str!("../sql/saved_search/save.sql");
        let NewSearch { target, name, query, shared } = new;
        let database = self.database().await?;
        let row = database.client().query_opt(save, &[&user, target, name, query, shared]).await?;
        Ok(row.ok_or_else(|| AccessError::SearchTaken(name.clone()))?.try_get("id")?)
    }

    /// The searches of a user, and those that others share, in whatever target.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn searches(&self, user: i64) -> Result<Vec<SavedSearch>, AccessError> {
        let list = include_str!("../sql/saved_search/list.sql");
        let rows = self.database().await?.client().query(list, &[&user]).await?;
        Ok(rows.iter().map(saved).collect::<Result<_, _>>()?)
    }

    /// Forgets a search of a user.
    ///
    /// # Errors
    /// When the user has no such search.
    pub async fn forget_search(&self, user: i64, id: i64) -> Result<(), AccessError> {
        let forget = include_str!("../sql/saved_search/forget.sql");
        match self.database().await?.client().execute(forget, &[&id, &user]).await? {
            0 => Err(AccessError::UnknownSearch(id)),
            _ => Ok(()),
        }
    }
}

fn saved(row: &Row) -> Result<SavedSearch, ServerError> {
    let search = NewSearch {
        target: row.try_get("target")?,
        name: row.try_get("name")?,
        query: row.try_get("query")?,
        shared: row.try_get("shared")?,
    };
    let (id, owner, own) = (row.try_get("id")?, row.try_get("owner")?, row.try_get("own")?);
    Ok(SavedSearch { id, search, owner, own })
}
