use std::fmt;

use clap::Args;
use pgrecall_journal::{AfterImage, ForEach, Journal, TrackOptions};
use pgrecall_model::{Ident, RelationName};
use pgrecall_postgres::catalogue;
use serde::{Serialize, Serializer};

use crate::error::BenchError;
use crate::peer::Peer;
use crate::server::ScratchServer;

/// How pgRecall records.
#[derive(Debug, Clone, Copy, Default, Args, Serialize)]
pub(crate) struct Recording {
    /// What pgRecall records: each `row` by itself, or all rows of a `statement` at its end
    #[arg(long, value_name = "WHAT", default_value_t)]
    #[serde(serialize_with = "displayed")]
    for_each: ForEach,
    /// What pgRecall keeps of a row after an update: `full`, all of it, or what `changed`
    #[arg(long, value_name = "KIND", default_value_t)]
    #[serde(serialize_with = "displayed")]
    image: AfterImage,
}

impl Recording {
    fn options(self) -> TrackOptions {
        TrackOptions {
            for_each: Some(self.for_each),
            after_image: Some(self.image),
            ..TrackOptions::default()
        }
    }
}

impl fmt::Display for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "for each {}, image {}", self.for_each, self.image)
    }
}

fn displayed<S: Serializer>(value: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// What records changes, or does not.
#[derive(Debug)]
pub(crate) enum System {
    /// No capture: what the work itself costs.
    Nothing,
    /// pgRecall, as this build installs it.
    PgRecall(Recording),
    /// Another.
    Peer(Peer),
}

impl System {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Nothing => "no capture",
            Self::PgRecall(_) => "pgRecall",
            Self::Peer(peer) => peer.name(),
        }
    }

    /// How pgRecall records.
    pub(crate) fn recording(&self) -> Option<Recording> {
        match self {
            Self::PgRecall(recording) => Some(*recording),
            _ => None,
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
            Self::PgRecall(recording) => {
                record_with_pgrecall(server, database, tables, *recording).await
            }
            Self::Peer(peer) => peer.record(server, database, tables).await,
        }
    }
}

async fn record_with_pgrecall(
    server: &ScratchServer,
    database: &Ident,
    tables: &[RelationName],
    recording: Recording,
) -> Result<(), BenchError> {
    let mut session = server.connect(database).await?;
    pgrecall_journal::install(&mut session).await?;
    let mut journal = Journal::open(session).await?;
    let known = catalogue::tables(journal.client()).await?;
    for table in known.iter().filter(|table| tables.contains(&table.name)) {
        journal.track(table, &recording.options()).await?;
    }
    Ok(())
}
