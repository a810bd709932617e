//! The order in which the changes of one row were made, where triggers turned it over.

use std::collections::{HashMap, HashSet};

use pgrecall_model::{Change, ChangeId, Key, TxId};

use super::Broken;
use super::image::agree;

/// Puts the changes that one transaction made under one key into the order in which they follow
/// upon each other, and says whether that is another one.
///
/// A trigger that changes further rows of its own statement has its changes recorded before those
/// of the statement itself. The images tell: what a change found is what the one before it left.
/// Changes that do not join up stay where they are, and so does whatever is not about one of the
/// breaks: rows that pass a key on to each other may seem to join up in an order that never was.
pub(super) fn untangle(changes: &mut [&Change], breaks: &[&Broken]) -> bool {
    let broken: HashSet<ChangeId> = breaks.iter().flat_map(|b| [b.left, b.found]).collect();
    let mut groups: HashMap<(TxId, &Key), Vec<usize>> = HashMap::new();
    for (at, change) in changes.iter().enumerate().filter(|_| !broken.is_empty()) {
        if let Some(key) = &change.key {
            groups.entry((change.tx, key)).or_default().push(at);
        }
    }
    let is_tangled = |places: &Vec<usize>| {
        places.iter().filter(|&&at| broken.contains(&changes[at].id)).count() > 1
    };
    let tangled: Vec<Vec<usize>> = groups.into_values().filter(is_tangled).collect();
    let mut is_changed = false;
    for places in tangled {
        let group: Vec<&Change> = places.iter().map(|&at| changes[at]).collect();
        if let Some(joined) = joined(&group) {
            is_changed = true;
            for (&at, change) in places.iter().zip(joined) {
                changes[at] = change;
            }
        }
    }
    is_changed
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
