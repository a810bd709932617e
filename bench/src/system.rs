use pgrecall_journal::{Journal, TrackOptions};
use pgrecall_model::{Ident, RelationName};
use pgrecall_postgres::catalogue;

use crate::error::BenchError;
use crate::peer::Peer;
use crate::server::ScratchServer;

/// What records changes, or does not.
#[derive(Debug)]
pub(crate) enum System {
    /// No capture: what the work itself costs.
    Nothing,
    /// pgRecall, as this build installs it.
    PgRecall,
    /// Another.
    Peer(Peer),
}

impl System {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Nothing => "no capture",
            Self::PgRecall => "pgRecall",
            Self::Peer(peer) => peer.name(),
        }
    }

    /// Whether changes leave a record.
    pub(crate) fn records(&self) -> bool {
        !matches!(self, Self::Nothing)
    }

    /// Installs the system in a database and has it record tables.
    pub(crate) async fn record(
        &self,
        server: &ScratchServer,
        database: &Ident,
        tables: &[RelationName],
    ) -> Result<(), BenchError> {
        match self {
            Self::Nothing => Ok(()),
            Self::PgRecall => record_with_pgrecall(server, database, tables).await,
            Self::Peer(peer) => peer.record(server, database, tables).await,
        }
    }
}

async fn record_with_pgrecall(
    server: &ScratchServer,
    database: &Ident,
    tables: &[RelationName],
) -> Result<(), BenchError> {
    let mut session = server.connect(database).await?;
    pgrecall_journal::install(&mut session).await?;
    let mut journal = Journal::open(session).await?;
    let known = catalogue::tables(journal.client()).await?;
    for table in known.iter().filter(|table| tables.contains(&table.name)) {
        journal.track(table, &TrackOptions::default()).await?;
    }
    Ok(())
}
