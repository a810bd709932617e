use serde::Serialize;

use crate::measure::{Better, Measure};
use crate::rounds::Measured;
use crate::statistics::{Ratio, Spread};

/// One measure of all systems.
#[derive(Debug, Serialize)]
pub(super) struct Comparison {
    pub(super) measure: Measure,
    pub(super) title: &'static str,
    pub(super) unit: &'static str,
    pub(super) better: Better,
    pub(super) systems: Vec<Line>,
}

/// One measure of one system.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    pub(super) system: &'static str,
    /// Why there is nothing else here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failed: Option<String>,
    /// The values of the rounds in order.
    pub(super) values: Vec<f64>,
    pub(super) spread: Option<Spread>,
    /// Its cost to that of no capture.
    pub(super) to_nothing: Option<Ratio>,
    /// The cost of pgRecall to its cost.
    pub(super) pgrecall_to_it: Option<Ratio>,
    /// What pgRecall adds to the cost of no capture, to what it adds.
    pub(super) pgrecall_overhead_to_its: Option<Ratio>,
}

/// Where no capture and pgRecall stand among the systems.
const NOTHING: usize = 0;
const PGRECALL: usize = 1;

/// Compares the systems by every measure.
pub(super) fn all(measured: &[Measured]) -> Vec<Comparison> {
    Measure::ALL.into_iter().map(|measure| of(measure, measured)).collect()
}

fn of(measure: Measure, measured: &[Measured]) -> Comparison {
    let better = measure.better();
    let values = |at: usize| measured.get(at).map_or(&[][..], |one| one.results.values(measure));
    let line = |(at, one): (usize, &Measured)| {
        let own = values(at);
        // The record is overhead altogether, and the ratio of two ratios means nothing.
        let added = !measure.is_of_the_record() && measure != Measure::LastToFirst;
        let peer = at > PGRECALL;
        Line {
            system: one.name,
            failed: one.results.failure(measure).map(str::to_owned),
            values: own.to_vec(),
            spread: Spread::of(own, better),
            to_nothing: Ratio::of(own, values(NOTHING), None, better).filter(|_| at != NOTHING),
            pgrecall_to_it: Ratio::of(values(PGRECALL), own, None, better).filter(|_| peer),
            pgrecall_overhead_to_its: Ratio::of(
                values(PGRECALL),
                own,
                Some(values(NOTHING)),
                better,
            )
            .filter(|_| peer && added),
        }
    };
    Comparison {
        measure,
        title: measure.title(),
        unit: measure.unit(),
        better,
        systems: measured.iter().enumerate().map(line).collect(),
    }
}
