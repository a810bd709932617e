use std::time::Instant;

use pgrecall_model::{Ident, RelationName};
use serde::Serialize;

use crate::base;
use crate::error::{self, BenchError};
use crate::measure::Measure;
use crate::order;
use crate::results::SystemResults;
use crate::scale::Scale;
use crate::server::{SETTINGS, ScratchServer};
use crate::stage::{Site, Stage};
use crate::system::{Recording, System};

/// Everything that a run consists of.
#[derive(Debug)]
pub(crate) struct Run<'r> {
    pub(crate) server: &'r ScratchServer,
    pub(crate) systems: &'r [System],
    pub(crate) scale: Scale,
    pub(crate) seed: u64,
}

/// What a run was made with, for the report.
#[derive(Debug, Serialize)]
pub(crate) struct Setting {
    pub(crate) moment: String,
    pub(crate) server_version: String,
    pub(crate) server_settings: Vec<(&'static str, &'static str)>,
    pub(crate) recorded_tables: Vec<&'static str>,
    pub(crate) recording: Recording,
    pub(crate) scale: Scale,
    pub(crate) seed: u64,
    pub(crate) peers: Vec<PeerFile>,
}

/// Which file of a peer was measured.
#[derive(Debug, Serialize)]
pub(crate) struct PeerFile {
    pub(crate) name: &'static str,
    pub(crate) file: String,
    pub(crate) sha256: String,
}

/// A system and what was measured of it.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) results: SystemResults,
}

impl Run<'_> {
    pub(crate) async fn setting(&self) -> Result<Setting, BenchError> {
        let server = self.server.administer().await?;
        let row =
            server.client().query_one(include_str!("../sql/server/described.sql"), &[]).await?;
        let setting = Setting {
            moment: row.try_get("moment")?,
            server_version: row.try_get("version")?,
            server_settings: SETTINGS.to_vec(),
            recorded_tables: base::TABLES.to_vec(),
            recording: self.systems.iter().find_map(System::recording).unwrap_or_default(),
            scale: self.scale,
            seed: self.seed,
            peers: self.systems.iter().filter_map(peer_file).collect(),
        };
        server.close().await;
        Ok(setting)
    }

    /// Measures everything as often as there are rounds.
    pub(crate) async fn measure(&self) -> Result<Vec<Measured>, BenchError> {
        let base = base::create(self.server, &self.scale).await?;
        let tables = base::tables()?;
        let named =
            |system: &System| Measured { name: system.name(), results: SystemResults::default() };
        let mut measured: Vec<Measured> = self.systems.iter().map(named).collect();
        for round in 0..self.scale.rounds {
            eprintln!("round {} of {}", round + 1, self.scale.rounds);
            self.round(round, (&base, &tables), &mut measured).await?;
        }
        Ok(measured)
    }

    async fn round(
        &self,
        round: u32,
        (base, tables): (&Ident, &[RelationName]),
        measured: &mut [Measured],
    ) -> Result<(), BenchError> {
        let sites = self.set_up((base, tables), measured).await?;
        for (step, stage) in (0_u64..).zip(Stage::ALL) {
            for at in order::shuffled(sites.len(), self.seed, u64::from(round) * 16 + step) {
                let (number, database) = &sites[at];
                let system = &self.systems[*number];
                let site = Site {
                    server: self.server,
                    database,
                    scale: &self.scale,
                    records: system.records(),
                };
                let begin = Instant::now();
                stage.run(site, &mut measured[*number].results).await;
                progress(stage.title(), system, begin);
            }
        }
        for (_, database) in &sites {
            self.server.drop_database(database).await?;
        }
        Ok(())
    }

    /// A database for each system that can be installed, with the system's number.
    async fn set_up(
        &self,
        (base, tables): (&Ident, &[RelationName]),
        measured: &mut [Measured],
    ) -> Result<Vec<(usize, Ident)>, BenchError> {
        let mut sites = Vec::new();
        for (number, system) in self.systems.iter().enumerate() {
            let database = Ident::new(format!("system_{number}"))?;
            let begin = Instant::now();
            self.server.create(&database, Some(base)).await?;
            match system.record(self.server, &database, tables).await {
                Ok(()) => sites.push((number, database)),
                Err(error) => {
                    eprintln!("  {} is left out: {}", system.name(), error::told(&error));
                    measured[number].results.fail(&Measure::ALL, &error);
                }
            }
            progress("set up", system, begin);
        }
        Ok(sites)
    }
}

fn progress(what: &str, system: &System, begin: Instant) {
    eprintln!("  {what}: {}, {:.1} s", system.name(), begin.elapsed().as_secs_f64());
}

fn peer_file(system: &System) -> Option<PeerFile> {
    let System::Peer(peer) = system else { return None };
    Some(PeerFile {
        name: peer.name(),
        file: peer.file_name(),
        sha256: peer.fingerprint().to_owned(),
    })
}
