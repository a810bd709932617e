use serde::Serialize;

use crate::measure::Better;

/// Values of several rounds in three numbers. The best is the one to go by: what else the machine
/// did only ever makes a round worse.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Spread {
    pub(crate) best: f64,
    pub(crate) median: f64,
    pub(crate) worst: f64,
}

impl Spread {
    /// Nothing for no values.
    pub(crate) fn of(values: &[f64], better: Better) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (least, most) = (*sorted.first()?, *sorted.last()?);
        let middle = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            sorted[middle]
        } else {
            f64::midpoint(sorted[middle - 1], sorted[middle])
        };
        let (best, worst) = match better {
            Better::Lower => (least, most),
            Better::Higher => (most, least),
        };
        Some(Self { best, median, worst })
    }
}

/// How much one costs of what another costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Ratio {
    /// The best values of both compared: the figure to go by.
    pub(crate) of_best: f64,
    /// The ratios within the rounds, the least, the median and the greatest.
    pub(crate) least: f64,
    pub(crate) median: f64,
    pub(crate) greatest: f64,
}

impl Ratio {
    /// Compares the costs of `one` with those of `other`, round by round, after what `base` costs
    /// was taken off both, where there is one. Nothing where a best cost is not above zero.
    pub(crate) fn of(
        one: &[f64],
        other: &[f64],
        base: Option<&[f64]>,
        better: Better,
    ) -> Option<Self> {
        let best =
            |values: &[f64]| Spread::of(values, better).map(|spread| cost(spread.best, better));
        let base_best = base.map_or(Some(0.0), best)?;
        let of_best = quotient(best(one)? - base_best, best(other)? - base_best)?;
        let in_round = |round: usize| -> Option<f64> {
            let base = base.map_or(Some(0.0), |b| b.get(round).map(|v| cost(*v, better)))?;
            quotient(cost(*one.get(round)?, better) - base, cost(*other.get(round)?, better) - base)
        };
        let rounds: Vec<f64> = (0..one.len()).filter_map(in_round).collect();
        let spread = Spread::of(&rounds, Better::Lower)?;
        Some(Self { of_best, least: spread.best, median: spread.median, greatest: spread.worst })
    }
}

/// A rate is the worse the lower it is: a transaction costs its inverse.
fn cost(value: f64, better: Better) -> f64 {
    match better {
        Better::Lower => value,
        Better::Higher => 1.0 / value,
    }
}

fn quotient(one: f64, other: f64) -> Option<f64> {
    (one > 0.0 && other > 0.0).then(|| one / other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_knows_which_end_is_the_good_one() {
        let values = [3.0, 1.0, 2.0];
        let lower = Spread::of(&values, Better::Lower).unwrap();
        assert_eq!(lower, Spread { best: 1.0, median: 2.0, worst: 3.0 });
        let higher = Spread::of(&values, Better::Higher).unwrap();
        assert_eq!(higher, Spread { best: 3.0, median: 2.0, worst: 1.0 });
        let even = Spread::of(&[1.0, 2.0, 4.0, 9.0], Better::Lower).unwrap();
        assert_eq!(even, Spread { best: 1.0, median: 3.0, worst: 9.0 });
        assert_eq!(Spread::of(&[], Better::Lower), None);
    }

    #[test]
    fn a_ratio_compares_the_best_and_each_round() {
        let ratio = Ratio::of(&[20.0, 30.0], &[10.0, 10.0], None, Better::Lower).unwrap();
        assert_eq!(ratio, Ratio { of_best: 2.0, least: 2.0, median: 2.5, greatest: 3.0 });
    }

    #[test]
    fn half_the_rate_is_twice_the_cost() {
        let ratio = Ratio::of(&[50.0], &[100.0], None, Better::Higher).unwrap();
        assert_eq!(ratio, Ratio { of_best: 2.0, least: 2.0, median: 2.0, greatest: 2.0 });
    }

    #[test]
    fn overheads_are_compared_without_what_the_work_itself_costs() {
        let ratio = Ratio::of(&[30.0], &[50.0], Some(&[10.0]), Better::Lower).unwrap();
        assert_eq!(ratio, Ratio { of_best: 0.5, least: 0.5, median: 0.5, greatest: 0.5 });
    }

    #[test]
    fn there_is_no_ratio_to_nothing() {
        assert_eq!(Ratio::of(&[1.0], &[0.0], None, Better::Lower), None);
        assert_eq!(Ratio::of(&[30.0], &[9.0], Some(&[10.0]), Better::Lower), None);
    }
}
