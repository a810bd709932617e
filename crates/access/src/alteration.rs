//! Changes of users, each in a transaction of its own together with its entry in the log.

use pgrecall_postgres::Database;
use tokio_postgres::Transaction;
use tokio_postgres::types::ToSql;

use crate::approval::fall_short;
use crate::{AccessError, Deed, User};

/// A change of a user that is under way. Dropped without [`Alteration::finish`], nothing was done.
pub(crate) struct Alteration<'a> {
    pub(crate) user: i64,
    name: String,
    transaction: Transaction<'a>,
    administrators: i64,
}

impl<'a> Alteration<'a> {
    /// Begins, when it is its turn; with a version, only if nobody changed the user meanwhile.
    pub(crate) async fn begin(
        database: &'a mut Database,
        name: &str,
        version: Option<i32>,
    ) -> Result<Self, AccessError> {
        let transaction = database.client_mut().transaction().await?;
        transaction.execute(include_str!("../sql/user/take_turns.sql"), &[]).await?;
        let row = transaction.query_opt(include_str!("../sql/user/find.sql"), &[&name]).await?;
        let row = row.ok_or_else(|| AccessError::UnknownUser(name.to_owned()))?;
        let found: i32 = row.try_get("version")?;
        if version.is_some_and(|version| version != found) {
            return Err(AccessError::ChangedMeanwhile);
        }
        let administrators = administrators(&transaction).await?;
        let (user, name) = (row.try_get("id")?, name.to_owned());
        Ok(Self { user, name, transaction, administrators })
    }

    pub(crate) async fn run(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, AccessError> {
        Ok(self.transaction.execute(sql, parameters).await?)
    }

    pub(crate) fn client(&self) -> &Transaction<'a> {
        &self.transaction
    }

    /// Writes the deed down and ends; gives the user as it is now. Whatever takes away the last one
    /// who can let others in is not done. What the user approved ends where it may not any more.
    pub(crate) async fn finish(self, deed: &Deed) -> Result<User, AccessError> {
        if self.administrators > 0 && administrators(&self.transaction).await? == 0 {
            return Err(AccessError::LastAdministrator);
        }
        fall_short(&self.transaction, &self.name, deed).await?;
        self.commit(deed).await
    }

    /// The same for what lets a user come in anew.
    pub(crate) async fn commit(self, deed: &Deed) -> Result<User, AccessError> {
        deed.write(&self.transaction).await?;
        let list = include_str!("../sql/user/list.sql");
        let none = (None::<&str>, None::<i64>);
        let row = self.transaction.query_one(list, &[&self.name, &none.0, &none.1]).await?;
        self.transaction.commit().await?;
        Ok(User::read(&row)?)
    }
}

async fn administrators(transaction: &Transaction<'_>) -> Result<i64, AccessError> {
    let count = include_str!("../sql/user/administrators.sql");
    Ok(transaction.query_one(count, &[]).await?.try_get("count")?)
}
