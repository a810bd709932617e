use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::error::BenchError;
use crate::peer::{self, Peer};
use crate::scale::Scale;
use crate::system::{Recording, System};

/// Measures what pgRecall costs, beside its peers and beside nothing.
#[derive(Debug, Parser)]
#[command(name = "pgrecall-bench", version, about)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Measure what recording changes costs the session that makes them
    Capture(Capture),
    /// Measure what taking a large mistake back costs, beside the same by hand
    Undo(crate::undo::Undo),
    /// Measure what an application notices when its tables are tracked and untracked
    Busy(crate::busy::Busy),
    /// Measure what live events and searches of the server of pgRecall cost
    Serving(crate::serving::Serving),
    /// Measure what looking at the past costs, beside the same query of today
    Timetravel(crate::timetravel::TimeTravel),
}

#[derive(Debug, Args)]
pub(crate) struct Capture {
    /// A peer to measure too, and the SQL file that installs it; can be repeated
    ///
    /// The peers are `audit_trigger`, `emaj`, `pghist`, `pgmemento`, `supa_audit` and
    /// `temporal_tables`. bench/README.md tells which file each publishes.
    #[arg(long = "peer", value_name = "NAME=FILE")]
    peers: Vec<String>,
    #[command(flatten)]
    recording: Recording,
    /// How often everything is measured [default: 5, with `--quick` 2]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: Option<u32>,
    /// Measure less of everything, to see whether it works
    #[arg(long)]
    quick: bool,
    /// Also write `capture.json`, `capture.svg` and `capture.txt` into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// The folder with the server's programs [default: the newest server installed]
    #[arg(long, value_name = "DIR")]
    pub(crate) bin: Option<PathBuf>,
    /// What the order of the systems within a round comes from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

impl Capture {
    /// No capture first, then pgRecall, then the peers as they were named.
    pub(crate) fn systems(&self) -> Result<Vec<System>, BenchError> {
        let mut systems = vec![System::Nothing, System::PgRecall(self.recording)];
        for text in &self.peers {
            let peer: Peer = peer::parse(text)?;
            if systems.iter().any(|system| system.name() == peer.name()) {
                return Err(BenchError::PeerTwice(peer.name().to_owned()));
            }
            systems.push(System::Peer(peer));
        }
        Ok(systems)
    }

    pub(crate) fn scale(&self) -> Scale {
        let scale = if self.quick { Scale::QUICK } else { Scale::FULL };
        Scale { rounds: self.rounds.unwrap_or(scale.rounds), ..scale }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
