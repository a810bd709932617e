//! What a run found, as text, as JSON and as a picture.

mod comparison;
mod json;
mod picture;
mod text;

use std::fs;
use std::path::Path;

use comparison::Comparison;

use crate::error::BenchError;
use crate::rounds::{Measured, Setting};

/// Prints the table, and writes the files where a folder is given.
pub(crate) fn give(
    setting: &Setting,
    measured: &[Measured],
    folder: Option<&Path>,
) -> Result<(), BenchError> {
    let comparisons = comparison::all(measured);
    let text = text::render(setting, &comparisons);
    if let Some(folder) = folder {
        fs::create_dir_all(folder).map_err(BenchError::file("create", folder))?;
        write(&folder.join("capture.json"), &json::render(setting, &comparisons)?)?;
        write(&folder.join("capture.svg"), &picture::render(setting, &comparisons))?;
        write(&folder.join("capture.txt"), &text)?;
    }
    print!("{text}");
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), BenchError> {
    fs::write(path, text).map_err(BenchError::file("write", path))
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::measure::Measure;
    use crate::results::SystemResults;
    use crate::scale::Scale;
    use crate::system::Recording;

    pub(super) fn setting() -> Setting {
        Setting {
            moment: "2026-01-02T03:04:05Z".to_owned(),
            server_version: "15.1".to_owned(),
            server_settings: vec![("fsync", "on")],
            recorded_tables: vec!["item"],
            recording: Recording::default(),
            scale: Scale { rounds: 2, ..Scale::QUICK },
            seed: 1,
            peers: Vec::new(),
        }
    }

    /// No capture, pgRecall, and a peer that could not do everything.
    pub(super) fn comparisons() -> Vec<Comparison> {
        let mut measured = vec![
            of("no capture", &[10.0, 11.0], &[0.0, 0.0]),
            of("pgRecall", &[20.0, 22.0], &[400.0, 400.0]),
            of("peer", &[40.0, 55.0], &[]),
        ];
        measured[2].results.fail(&[Measure::UpdateBytes], &BenchError::NothingRecorded);
        comparison::all(&measured)
            .into_iter()
            .filter(|one| [Measure::UpdateOne, Measure::UpdateBytes].contains(&one.measure))
            .collect()
    }

    fn of(name: &'static str, cpu: &[f64], bytes: &[f64]) -> Measured {
        let mut results = SystemResults::default();
        let all = [(Measure::UpdateOne, cpu), (Measure::UpdateBytes, bytes)];
        for (measure, values) in all {
            for value in values {
                pgrecall_testkit::block_on(results.attempt([measure], async { Ok([*value]) }));
            }
        }
        Measured { name, results }
    }
}
