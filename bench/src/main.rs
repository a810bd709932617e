//! Measures what change capture costs the writer, what taking a large mistake back costs, and what
//! looking at the past costs.
//!
//! `capture` runs the same writes in one run, interleaved, on databases without capture, with
//! pgRecall, and with every peer whose SQL the caller points at, on a scratch server that it starts
//! itself. `undo` takes mistakes of a million rows back, beside the same by hand. `timetravel` looks
//! at the past, beside the same query of today. `serving` follows live events at two servers of pgRecall.
//! All tell ratios; nothing here asserts a time.
//!
//! This crate owns what is measured and how it is shown. It holds nothing of a peer but how to
//! switch it on ([`peer`]). Nothing of the product may depend on it.
//!
//! To add a peer: a line in `peer::ADAPTERS` and its statements in `sql/peer/`. To add a measure: a
//! variant of [`measure::Measure`] and the place in [`stage`] where it is taken.

mod arguments;
mod backend;
mod base;
mod busy;
mod error;
mod measure;
mod order;
mod peak;
mod peer;
mod pgbench;
mod report;
mod results;
mod rounds;
mod scale;
mod server;
mod serving;
mod stage;
mod statistics;
mod system;
mod timetravel;
mod undo;

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Capture, Cli, Verb};
use error::BenchError;
use rounds::Run;
use server::ScratchServer;

fn main() -> ExitCode {
    let measured = match Cli::parse().verb {
        Verb::Capture(arguments) => measure_capture(&arguments),
        Verb::Undo(arguments) => on_a_server(arguments.bin.as_deref(), async |server| {
            undo::measure(server, &arguments).await
        }),
        Verb::Busy(arguments) => on_a_server(arguments.bin.as_deref(), async |server| {
            busy::measure(server, &arguments).await
        }),
        Verb::Serving(arguments) => on_a_server(arguments.bin.as_deref(), async |server| {
            serving::measure(server, &arguments).await
        }),
        Verb::Timetravel(arguments) => on_a_server(arguments.bin.as_deref(), async |server| {
            timetravel::measure(server, &arguments).await
        }),
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", error::told(&error));
            ExitCode::FAILURE
        }
    }
}

fn measure_capture(arguments: &Capture) -> Result<(), BenchError> {
    let systems = arguments.systems()?;
    let scale = arguments.scale();
    on_a_server(arguments.bin.as_deref(), async |server| {
        let run = Run { server, systems: &systems, scale, seed: arguments.seed };
        let setting = run.setting().await?;
        let results = run.measure().await?;
        report::give(&setting, &results, arguments.out.as_deref())
    })
}

/// Measures on a scratch server, which is gone afterwards.
fn on_a_server(
    bin: Option<&Path>,
    measuring: impl AsyncFnOnce(&ScratchServer) -> Result<(), BenchError>,
) -> Result<(), BenchError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(BenchError::Runtime)?;
    let server = ScratchServer::start(bin)?;
    runtime.block_on(measuring(&server))
}
