use pgrecall_model::{Ident, NameError, RelationName};
use pgrecall_postgres::Template;

use crate::error::BenchError;
use crate::scale::Scale;
use crate::server::{self, ScratchServer};

/// The tables that every system records, all in `public`.
pub(crate) const TABLES: [&str; 6] = [
    "item",
    "bulk_item",
    "pgbench_accounts",
    "pgbench_branches",
    "pgbench_tellers",
    "pgbench_history",
];

/// The schema of [`TABLES`].
pub(crate) const SCHEMA: &str = "public";

/// Makes the database that every system gets a copy of.
pub(crate) async fn create(server: &ScratchServer, scale: &Scale) -> Result<Ident, BenchError> {
    let name = Ident::new("base")?;
    server.create(&name, None).await?;
    let mut pgbench = server.program("pgbench", &name)?;
    pgbench.args(["--initialize", "--quiet", "--scale"]).arg(scale.pgbench_factor.to_string());
    server::output("pgbench", pgbench).await?;
    let database = server.connect(&name).await?;
    let items = Template::new(include_str!("../sql/base/items.sql"))
        .with("source_rows", &scale.bulk_rows.max(scale.transactions))
        .with("item_rows", &scale.transactions);
    database.batch(&items.sql()).await?;
    database.batch(include_str!("../sql/base/history_key.sql")).await?;
    database.batch(include_str!("../sql/server/settle.sql")).await?;
    database.close().await;
    Ok(name)
}

/// The names of [`TABLES`], with the schema.
pub(crate) fn tables() -> Result<Vec<RelationName>, NameError> {
    let named = |table: &&str| Ok(RelationName::new(Ident::new(SCHEMA)?, Ident::new(*table)?));
    TABLES.iter().map(named).collect()
}
