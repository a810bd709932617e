use pgrecall_postgres::{Database, ServerError};
use tokio_postgres::{GenericClient, Transaction};

use crate::schema;

/// The roles through which others get access to the journal.
const ROLES: [&str; 3] = ["recall_admin", "recall_auditor", "recall_viewer"];

/// What a viewer sees of a table. A table that is not named here is closed to viewers.
struct Policy {
    table: &'static str,
    name: &'static str,
    sql: &'static str,
}

const POLICIES: &[Policy] = &[
    Policy { table: "viewer", name: "own_row", sql: include_str!("../sql/policy/viewer.sql") },
    Policy {
        table: "transaction",
        name: "own_tenant",
        sql: include_str!("../sql/policy/transaction.sql"),
    },
    Policy { table: "change", name: "own_tenant", sql: include_str!("../sql/policy/change.sql") },
    Policy { table: "event", name: "own_tenant", sql: include_str!("../sql/policy/event.sql") },
    Policy { table: "undo", name: "own_tenant", sql: include_str!("../sql/policy/undo.sql") },
    Policy {
        table: "setting",
        name: "version_only",
        sql: include_str!("../sql/policy/setting.sql"),
    },
    Policy {
        table: "relation",
        name: "everybody",
        sql: include_str!("../sql/policy/relation.sql"),
    },
    Policy { table: "shape", name: "everybody", sql: include_str!("../sql/policy/shape.sql") },
    Policy {
        table: "classification",
        name: "everybody",
        sql: include_str!("../sql/policy/classification.sql"),
    },
    Policy { table: "form", name: "everybody", sql: include_str!("../sql/policy/form.sql") },
    Policy { table: "gap", name: "everybody", sql: include_str!("../sql/policy/gap.sql") },
    Policy {
        table: "incarnation",
        name: "everybody",
        sql: include_str!("../sql/policy/incarnation.sql"),
    },
];

/// Settles who may do what with the journal: roles where they may be made, row-level security,
/// triggers that keep what was recorded, and rights. Does nothing where all is so already.
pub(crate) async fn settle(transaction: &Transaction<'_>) -> Result<(), ServerError> {
    transaction.batch_execute(include_str!("../sql/schema/append_only.sql")).await?;
    transaction.batch_execute(include_str!("../sql/role/create.sql")).await?;
    transaction.batch_execute(include_str!("../sql/role/row_security.sql")).await?;
    if present(transaction).await?.len() == ROLES.len() {
        create_policies(transaction).await?;
    }
    transaction.batch_execute(schema::CLOSE).await?;
    Ok(())
}

async fn create_policies(transaction: &Transaction<'_>) -> Result<(), ServerError> {
    let rows = transaction.query(include_str!("../sql/role/policies.sql"), &[]).await?;
    let mut missing = Vec::new();
    for row in &rows {
        let (table, there): (&str, Vec<&str>) = (row.try_get("table")?, row.try_get("policies")?);
        let wanted = POLICIES.iter().filter(|policy| policy.table == table);
        missing.extend(wanted.filter(|policy| !there.contains(&policy.name)));
    }
    for policy in missing {
        transaction.batch_execute(policy.sql).await?;
    }
    Ok(())
}

/// Drops the roles that we made, unless something still depends on them, such as the journal of
/// another database. Gives those that are still there.
pub(crate) async fn drop_roles(transaction: &Transaction<'_>) -> Result<Vec<String>, ServerError> {
    transaction.batch_execute(include_str!("../sql/role/drop.sql")).await?;
    present(transaction).await
}

/// The roles through which others get access to the journal, and which are not there because the
/// role that installed it may not make roles.
///
/// # Errors
/// When the server refuses or is gone.
pub async fn missing_roles(database: &Database) -> Result<Vec<&'static str>, ServerError> {
    let present = present(database.client()).await?;
    Ok(ROLES.into_iter().filter(|role| !present.iter().any(|there| there == role)).collect())
}

/// Those of the roles that the server has.
pub(crate) async fn present(client: &impl GenericClient) -> Result<Vec<String>, ServerError> {
    let rows = client.query(include_str!("../sql/role/present.sql"), &[]).await?;
    rows.iter().map(|row| Ok(row.try_get("role")?)).collect()
}
