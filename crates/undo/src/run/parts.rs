//! Where an undo may be cut into transactions.

/// Steps, by the places of the first and the last, that must be done in one transaction.
pub(crate) type Inseparable = (i64, i64);

/// The places at which the parts of so many steps begin, each of about `rows`: at the end of each
/// part every constraint holds, because the steps are in an order in which they do, but within what
/// is inseparable.
pub(crate) fn begins(size: i64, rows: i64, mut inseparable: Vec<Inseparable>) -> Vec<i64> {
    inseparable.sort_unstable();
    let mut begins = Vec::new();
    let mut at = 0;
    while at < size {
        begins.push(at);
        at = at.saturating_add(rows.max(1));
        for &(first, last) in &inseparable {
            if first < at && at <= last {
                at = last + 1;
            }
        }
    }
    begins
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::begins;

    #[test]
    fn what_belongs_together_is_not_cut() {
        assert_eq!(begins(10, 4, Vec::new()), [0, 4, 8]);
        assert_eq!(begins(10, 4, vec![(3, 5)]), [0, 6]);
        assert_eq!(begins(10, 4, vec![(4, 5)]), [0, 4, 8]);
        assert_eq!(begins(10, 4, vec![(5, 8), (2, 5)]), [0, 9]);
        assert_eq!(begins(10, 100, vec![(0, 9)]), [0]);
        assert_eq!(begins(0, 4, Vec::new()), [0_i64; 0]);
    }

    proptest! {
        #[test]
        fn parts_are_no_smaller_than_asked_for_and_cut_nothing(
            size in 0..60_i64,
            rows in 1..10_i64,
            inseparable in prop::collection::vec((0..60_i64, 0..12_i64), 0..6),
        ) {
            let inseparable: Vec<_> =
                inseparable.into_iter().map(|(first, more)| (first, first + more)).collect();
            let begins = begins(size, rows, inseparable.clone());
            prop_assert_eq!(begins.first().copied(), (size > 0).then_some(0));
            for pair in begins.windows(2) {
                prop_assert!(pair[1] - pair[0] >= rows);
            }
            for &at in begins.iter().skip(1) {
                for (first, last) in &inseparable {
                    prop_assert!(at <= *first || at > *last, "{} in {}..={}", at, first, last);
                }
            }
        }
    }
}
