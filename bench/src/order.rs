/// An order of the numbers below `count` that is different for every `turn` and the same in every
/// run with the same seed, so that no system always comes after the same other.
pub(crate) fn shuffled(count: usize, seed: u64, turn: u64) -> Vec<usize> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(turn);
    let mut keyed: Vec<(u64, usize)> = (0..count).map(|n| (next(&mut state), n)).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, n)| n).collect()
}

/// `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_names_everything_once_and_repeats_with_its_seed() {
        for turn in 0..50 {
            let order = shuffled(7, 1, turn);
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3, 4, 5, 6]);
            assert_eq!(order, shuffled(7, 1, turn));
        }
    }

    #[test]
    fn everything_comes_first_at_times() {
        let firsts: std::collections::BTreeSet<usize> =
            (0..100).map(|turn| shuffled(7, 1, turn)[0]).collect();
        assert_eq!(firsts.len(), 7);
    }
}
