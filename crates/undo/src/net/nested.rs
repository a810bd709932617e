//! The order in which the changes of one row were made, where triggers turned it over.

use std::collections::HashMap;

use pgrecall_model::{Change, Key, TxId};

use super::image::agree;

/// Puts the changes that one transaction made under one key into the order in which they follow
/// upon each other.
///
/// A trigger that changes further rows of its own statement has its changes recorded before those
/// of the statement itself. The images tell: what a change found is what the one before it left.
/// Changes that do not join up stay where they are.
pub(super) fn untangle(changes: &mut [&Change]) {
    let mut groups: HashMap<(TxId, &Key), Vec<usize>> = HashMap::new();
    for (at, change) in changes.iter().enumerate() {
        if let Some(key) = &change.key {
            groups.entry((change.tx, key)).or_default().push(at);
        }
    }
    let tangled: Vec<Vec<usize>> = groups.into_values().filter(|places| places.len() > 1).collect();
    for places in tangled {
        let group: Vec<&Change> = places.iter().map(|&at| changes[at]).collect();
        if let Some(joined) = joined(&group) {
            for (&at, change) in places.iter().zip(joined) {
                changes[at] = change;
            }
        }
    }
}

/// The changes as a chain in which each finds what the one before it left; none if there is no
/// such chain or they are one already.
fn joined<'c>(group: &[&'c Change]) -> Option<Vec<&'c Change>> {
    let follows = |earlier: &Change, later: &Change| match (&earlier.new, &later.old) {
        (Some(left), Some(found)) => agree(left, found, None),
        (None, None) => true,
        _ => false,
    };
    if group.windows(2).all(|pair| follows(pair[0], pair[1])) {
        return None;
    }
    let starts = (0..group.len()).filter(|&at| {
        !group.iter().enumerate().any(|(other, earlier)| other != at && follows(earlier, group[at]))
    });
    starts.into_iter().find_map(|start| {
        let mut rest: Vec<&Change> = group.to_vec();
        let mut chain = vec![rest.remove(start)];
        while let Some(next) = rest.iter().position(|later| follows(chain[chain.len() - 1], later))
        {
            chain.push(rest.remove(next));
        }
        rest.is_empty().then_some(chain)
    })
}
