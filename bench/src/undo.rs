//! What taking a large mistake back costs: pgRecall, the same by hand, and E-Maj's rollback.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use pgrecall_journal::Journal;
use pgrecall_model::{Ident, RelationName, Selection, TxId};
use pgrecall_postgres::{Database, Template};
use pgrecall_undo::{Options, apply, plan, preview};
use serde::Serialize;

use crate::backend::Backend;
use crate::error::BenchError;
use crate::peak;
use crate::peer::{self, Peer};
use crate::server::ScratchServer;
use crate::system::{Recording, System};

#[derive(Debug, Args)]
pub(crate) struct Undo {
    /// E-Maj, and the SQL file that installs it: `emaj=FILE`
    #[arg(long, value_name = "NAME=FILE")]
    peer: Option<String>,
    /// How many children the table has
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    rows: u32,
    /// How often everything is measured
    #[arg(long, value_name = "N", default_value_t = 1)]
    rounds: u32,
    /// Also write `undo.json` and `undo.txt` into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The folder with the server's programs [default: the newest server installed]
    #[arg(long, value_name = "DIR")]
    pub(crate) bin: Option<PathBuf>,
}

/// A mistake, and how it is taken back by hand.
#[derive(Debug, Clone, Copy)]
struct Mistake {
    name: &'static str,
    sql: &'static str,
    by_hand: &'static str,
}

/// Our own ways: beside other writers, and with the tables locked against them, as E-Maj locks them.
const OURS: [(&str, bool); 2] = [("pgRecall", false), ("pgRecall, locked", true)];

const MISTAKES: [Mistake; 2] = [
    Mistake {
        name: "UPDATE without WHERE",
        sql: include_str!("../sql/undo/update.sql"),
        by_hand: include_str!("../sql/undo/by_hand_update.sql"),
    },
    Mistake {
        name: "DELETE of all parents, with cascades",
        sql: include_str!("../sql/undo/delete.sql"),
        by_hand: include_str!("../sql/undo/by_hand_delete.sql"),
    },
];

/// E-Maj's two kinds of rollback. The second records what it brings back, as ours does; the first removes
/// from the log what came since the mark.
const EMAJ_ROLLBACKS: [(&str, &str); 2] = [
    ("E-Maj, unlogged", include_str!("../sql/undo/emaj_rollback.sql")),
    ("E-Maj, logged", include_str!("../sql/undo/emaj_logged_rollback.sql")),
];

/// What one way of taking one mistake back took.
#[derive(Debug, Clone, Serialize)]
struct Taken {
    mistake: &'static str,
    round: u32,
    way: &'static str,
    step: &'static str,
    seconds: f64,
    backend_cpu_seconds: f64,
    /// The most memory that this process had meanwhile.
    client_peak_bytes: Option<u64>,
}

/// A run: a server, and the tables with which every way begins.
struct Bench<'a> {
    server: &'a ScratchServer,
    base: Ident,
    emaj: Option<Peer>,
    taken: Vec<Taken>,
}

pub(crate) async fn measure(server: &ScratchServer, arguments: &Undo) -> Result<(), BenchError> {
    let emaj = arguments.peer.as_deref().map(peer::parse).transpose()?;
    let base = Ident::new("undo_base")?;
    server.create(&base, None).await?;
    let database = server.connect(&base).await?;
    let tables = Template::new(include_str!("../sql/undo/base.sql"))
        .with("parents", &(arguments.rows * 3 / 10).max(1))
        .with("children", &arguments.rows);
    database.batch(&tables.sql()).await?;
    database.batch(include_str!("../sql/server/settle.sql")).await?;
    database.close().await;
    let mut bench = Bench { server, base, emaj, taken: Vec::new() };
    for round in 1..=arguments.rounds {
        for mistake in MISTAKES {
            bench.by_hand(round, mistake).await?;
            for ours in OURS {
                bench.by_pgrecall(round, mistake, ours).await?;
            }
            for rollback in EMAJ_ROLLBACKS {
                bench.by_emaj(round, mistake, rollback).await?;
            }
        }
    }
    give(&bench.taken, arguments)
}

impl Bench<'_> {
    /// A database in which the mistake was made, under the eyes of a system; with what it held before.
    async fn made(&self, system: &System, mistake: Mistake) -> Result<(Ident, String), BenchError> {
        let name = Ident::new("undo_bench")?;
        self.server.create(&name, Some(&self.base)).await?;
        let public = |table| {
            Ok::<_, BenchError>(RelationName::new(Ident::new("public")?, Ident::new(table)?))
        };
        system.record(self.server, &name, &[public("parent")?, public("child")?]).await?;
        let database = self.server.connect(&name).await?;
        let before = content(&database).await?;
        database.batch(mistake.sql).await?;
        database.batch(include_str!("../sql/server/settle.sql")).await?;
        database.close().await;
        Ok((name, before))
    }

    async fn by_hand(&mut self, round: u32, mistake: Mistake) -> Result<(), BenchError> {
        let (name, before) = self.made(&System::PgRecall(Recording::default()), mistake).await?;
        let backend = Backend::open(self.server, &name).await?;
        let tx = last_tx(backend.database()).await?;
        let sql = Template::new(mistake.by_hand).with("tx", &tx.0).sql();
        let meter = Meter::start(backend.cpu()?);
        backend.database().batch(&format!("BEGIN; {sql}; COMMIT")).await?;
        self.taken.push(meter.stop(backend.cpu()?, (mistake, round, "by hand", "apply"), false));
        same(&before, backend.database()).await
    }

    async fn by_pgrecall(
        &mut self,
        round: u32,
        mistake: Mistake,
        (way, lock_tables): (&'static str, bool),
    ) -> Result<(), BenchError> {
        let (name, before) = self.made(&System::PgRecall(Recording::default()), mistake).await?;
        let backend = Backend::open(self.server, &name).await?;
        let tx = last_tx(backend.database()).await?;
        let cpu = backend.meter();
        let mut journal = Journal::open(backend.into_database()).await?;
        let meter = Meter::start(cpu.read()?);
        let prepared = plan(&journal, Selection::transactions(&[tx])).await?;
        self.taken.push(meter.stop(cpu.read()?, (mistake, round, way, "plan"), true));
        let options = Options { lock_tables, ..Options::default() };
        let meter = Meter::start(cpu.read()?);
        preview(&mut journal, &prepared, &options).await?;
        self.taken.push(meter.stop(cpu.read()?, (mistake, round, way, "preview"), true));
        let meter = Meter::start(cpu.read()?);
        apply(&mut journal, &prepared, &options).await?;
        self.taken.push(meter.stop(cpu.read()?, (mistake, round, way, "apply"), true));
        same(&before, journal.database()).await
    }

    async fn by_emaj(
        &mut self,
        round: u32,
        mistake: Mistake,
        (way, sql): (&'static str, &'static str),
    ) -> Result<(), BenchError> {
        let Some(emaj) = self.emaj.take() else { return Ok(()) };
        let system = System::Peer(emaj);
        let (name, before) = self.made(&system, mistake).await?;
        let backend = Backend::open(self.server, &name).await?;
        let meter = Meter::start(backend.cpu()?);
        backend.database().batch(sql).await?;
        self.taken.push(meter.stop(backend.cpu()?, (mistake, round, way, "apply"), false));
        same(&before, backend.database()).await?;
        if let System::Peer(emaj) = system {
            self.emaj = Some(emaj);
        }
        Ok(())
    }
}

async fn content(database: &Database) -> Result<String, BenchError> {
    let row = database.client().query_one(include_str!("../sql/undo/content.sql"), &[]).await?;
    Ok(row.try_get(0)?)
}

/// What does not bring the rows back need not be measured.
async fn same(before: &str, database: &Database) -> Result<(), BenchError> {
    if content(database).await? == before { Ok(()) } else { Err(BenchError::NotBack) }
}

async fn last_tx(database: &Database) -> Result<TxId, BenchError> {
    let row = database.client().query_one(include_str!("../sql/undo/last_tx.sql"), &[]).await?;
    Ok(TxId(row.try_get(0)?))
}

/// What a step takes, from start to stop.
struct Meter {
    begin: Instant,
    cpu: Duration,
}

impl Meter {
    fn start(cpu: Duration) -> Self {
        peak::reset();
        Self { begin: Instant::now(), cpu }
    }

    fn stop(
        self,
        cpu: Duration,
        (mistake, round, way, step): (Mistake, u32, &'static str, &'static str),
        is_ours: bool,
    ) -> Taken {
        Taken {
            mistake: mistake.name,
            round,
            way,
            step,
            seconds: self.begin.elapsed().as_secs_f64(),
            backend_cpu_seconds: cpu.saturating_sub(self.cpu).as_secs_f64(),
            client_peak_bytes: is_ours.then(peak::bytes).flatten(),
        }
    }
}

fn give(taken: &[Taken], arguments: &Undo) -> Result<(), BenchError> {
    let text = table(taken);
    print!("{text}");
    let Some(folder) = &arguments.out else { return Ok(()) };
    std::fs::create_dir_all(folder).map_err(BenchError::file("make", folder))?;
    let file = folder.join("undo.txt");
    std::fs::write(&file, &text).map_err(BenchError::file("write", &file))?;
    let file = folder.join("undo.json");
    let json = serde_json::to_string_pretty(taken)?;
    std::fs::write(&file, json).map_err(BenchError::file("write", &file))
}

/// The best round of each way, beside that by hand.
fn table(taken: &[Taken]) -> String {
    let mut text = String::new();
    let best = |mistake: &str, way: &str, step: &str, of: fn(&Taken) -> f64| {
        taken
            .iter()
            .filter(|t| (t.mistake, t.way, t.step) == (mistake, way, step))
            .map(of)
            .reduce(f64::min)
    };
    for mistake in MISTAKES {
        let _ = writeln!(text, "{}", mistake.name);
        let by_hand = |of| best(mistake.name, "by hand", "apply", of).unwrap_or(f64::NAN);
        for (way, step) in [
            ("by hand", "apply"),
            (OURS[0].0, "plan"),
            (OURS[0].0, "preview"),
            (OURS[0].0, "apply"),
            (OURS[1].0, "apply"),
            (EMAJ_ROLLBACKS[0].0, "apply"),
            (EMAJ_ROLLBACKS[1].0, "apply"),
        ] {
            let seconds = best(mistake.name, way, step, |t| t.seconds);
            let cpu = best(mistake.name, way, step, |t| t.backend_cpu_seconds);
            let (Some(seconds), Some(cpu)) = (seconds, cpu) else { continue };
            let peak = taken
                .iter()
                .filter(|t| (t.mistake, t.way, t.step) == (mistake.name, way, step))
                .filter_map(|t| t.client_peak_bytes)
                .max();
            let peak = peak.map_or_else(String::new, |p| format!("  {} MB in the client", p >> 20));
            let _ = writeln!(
                text,
                "  {way:<18}{step:<8} {seconds:>7.1} s ({:.2} x)  CPU {cpu:>7.1} s ({:.2} x){peak}",
                seconds / by_hand(|t| t.seconds),
                cpu / by_hand(|t| t.backend_cpu_seconds),
            );
        }
    }
    text
}
