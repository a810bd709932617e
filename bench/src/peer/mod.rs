//! The peers: how each is switched on. What they consist of is not here; the caller points at it.

mod adapter;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use pgrecall_model::{Ident, RelationName};
use pgrecall_postgres::{Literal, Template};
use sha2::{Digest, Sha256};

use adapter::ADAPTERS;
pub(crate) use adapter::Adapter;

use crate::error::BenchError;
use crate::server::{self, ScratchServer};

/// A peer and the file that installs it.
#[derive(Debug)]
pub(crate) struct Peer {
    adapter: &'static Adapter,
    file: PathBuf,
    fingerprint: String,
}

/// Reads `NAME=FILE`.
pub(crate) fn parse(text: &str) -> Result<Peer, BenchError> {
    let (name, file) = text.split_once('=').ok_or_else(|| BenchError::PeerForm(text.to_owned()))?;
    let adapter = ADAPTERS.iter().find(|adapter| adapter.name == name).ok_or_else(|| {
        let known: Vec<&str> = ADAPTERS.iter().map(|adapter| adapter.name).collect();
        BenchError::UnknownPeer { name: name.to_owned(), known: known.join(", ") }
    })?;
    let given = Path::new(file);
    let file = given.canonicalize().map_err(BenchError::file("open", given))?;
    let content = fs::read(&file).map_err(BenchError::file("read", &file))?;
    Ok(Peer { adapter, file, fingerprint: fingerprint(&content) })
}

fn fingerprint(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
        let _writing_to_a_string_cannot_fail = write!(text, "{byte:02x}");
        text
    })
}

impl Peer {
    pub(crate) fn name(&self) -> &'static str {
        self.adapter.name
    }

    /// The name of the file, without where it lies.
    pub(crate) fn file_name(&self) -> String {
        self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// The SHA-256 of the file, so that it can be told which version was measured.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Installs it in a database and has it record tables.
    pub(crate) async fn record(
        &self,
        server: &ScratchServer,
        database: &Ident,
        tables: &[RelationName],
    ) -> Result<(), BenchError> {
        let session = server.connect(database).await?;
        session.batch(self.adapter.prepare).await?;
        session.close().await;
        self.install(server, database).await?;
        // A session of its own: some set the search path of the database.
        let session = server.connect(database).await?;
        session.batch(self.adapter.begin).await?;
        for table in tables {
            session.batch(&self.statement(table)?).await?;
        }
        session.batch(self.adapter.end).await?;
        session.close().await;
        Ok(())
    }

    /// The peers' files are written for `psql`, and include others by their relative path.
    async fn install(&self, server: &ScratchServer, database: &Ident) -> Result<(), BenchError> {
        let stop = if self.adapter.stops_at_errors { "1" } else { "0" };
        let mut psql = server.program("psql", database)?;
        psql.args(["--no-psqlrc", "--quiet", "--set", &format!("ON_ERROR_STOP={stop}"), "--file"])
            .arg(&self.file);
        if let Some(folder) = self.file.parent() {
            psql.current_dir(folder);
        }
        server::output("psql", psql).await?;
        Ok(())
    }

    fn statement(&self, table: &RelationName) -> Result<String, BenchError> {
        let history = Ident::new(format!("{}_history", table.table.as_str()))?;
        let history = RelationName::new(table.schema.clone(), history);
        Ok(Template::new(self.adapter.table)
            .with("table", table)
            .with("history", &history)
            .with("table_text", &Literal(&table.to_string()))
            .with("history_text", &Literal(&history.to_string()))
            .with("schema_text", &Literal(table.schema.as_str()))
            .with("name_text", &Literal(table.table.as_str()))
            .sql())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_needs_an_adapter_and_a_file_that_is_there() {
        assert!(matches!(parse("emaj"), Err(BenchError::PeerForm(_))));
        assert!(matches!(parse("other=Cargo.toml"), Err(BenchError::UnknownPeer { .. })));
        assert!(matches!(parse("emaj=missing.sql"), Err(BenchError::File { .. })));
        let peer = parse("emaj=Cargo.toml").unwrap();
        assert_eq!((peer.name(), peer.file_name().as_str()), ("emaj", "Cargo.toml"));
        assert_eq!(peer.fingerprint().len(), 64);
    }

    #[test]
    fn names_are_filled_in_quoted() {
        let peer = parse("temporal_tables=Cargo.toml").unwrap();
        let name = |text: &str| Ident::new(text).unwrap();
        let sql = peer.statement(&RelationName::new(name("public"), name("Odd"))).unwrap();
        assert!(
            sql.contains("CREATE TABLE public.\"Odd_history\" (LIKE public.\"Odd\");"),
            "{sql}"
        );
        assert!(sql.contains("'public.\"Odd_history\"'"), "{sql}");
    }
}
