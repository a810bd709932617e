use std::collections::BTreeMap;

use crate::error::{self, BenchError};
use crate::measure::Measure;

/// What was measured of one system.
#[derive(Debug, Default)]
pub(crate) struct SystemResults {
    taken: BTreeMap<Measure, Vec<f64>>,
    failed: BTreeMap<Measure, String>,
}

impl SystemResults {
    /// Takes measures. What failed once is not tried again, so that a system that needs minutes for
    /// one of them does not need them in every round.
    pub(crate) async fn attempt<const N: usize>(
        &mut self,
        measures: [Measure; N],
        taking: impl Future<Output = Result<[f64; N], BenchError>>,
    ) {
        if measures.iter().any(|measure| self.failed.contains_key(measure)) {
            return;
        }
        match taking.await {
            Ok(values) => {
                for (measure, value) in measures.into_iter().zip(values) {
                    self.taken.entry(measure).or_default().push(value);
                }
            }
            Err(error) => self.fail(&measures, &error),
        }
    }

    /// Notes that measures cannot be taken.
    pub(crate) fn fail(&mut self, measures: &[Measure], error: &BenchError) {
        for measure in measures {
            self.failed.entry(*measure).or_insert_with(|| error::told(error));
        }
    }

    /// The values of the rounds; none of what failed.
    pub(crate) fn values(&self, measure: Measure) -> &[f64] {
        if self.failed.contains_key(&measure) {
            return &[];
        }
        self.taken.get(&measure).map_or(&[], Vec::as_slice)
    }

    /// Why there are no values.
    pub(crate) fn failure(&self, measure: Measure) -> Option<&str> {
        self.failed.get(&measure).map(String::as_str)
    }
}
