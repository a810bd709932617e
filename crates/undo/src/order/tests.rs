use pgrecall_model::{Action, ForeignKey, ForeignKeyAction, Relation, Step, UniqueKey};

use super::{Ordered, order};
use crate::net::net;
use crate::net::sample::{changes, foreign_key, relation, row, unique};

/// Changes of several tables, numbered in the order given, as `(table, old, new)`; the first
/// column of a row is its key.
fn undone(
    images: &[(&str, &str, &str)],
    foreign_keys: &[ForeignKey],
    unique_keys: &[UniqueKey],
) -> Ordered {
    let mut all = Vec::new();
    let mut relations: Vec<Relation> = Vec::new();
    for (at, &(table, old, new)) in images.iter().enumerate() {
        let relation = relation(table, &["id"]);
        let mut change = changes(&relation, &[(old, new)]).remove(0);
        change.id.0 += i64::try_from(at).unwrap();
        all.push(change);
        relations.push(relation);
    }
    let effect = net(&all, &relations, None);
    assert!(effect.broken.is_empty() && effect.conflicts.is_empty(), "{effect:?}");
    order([effect.steps, effect.returned].concat(), foreign_keys, unique_keys)
}

/// The steps as `action table key`.
fn lines(ordered: &Ordered) -> Vec<String> {
    let line = |step: &Step| {
        format!("{} {} {}", step.action, step.table.table, step.key.as_ref().unwrap())
    };
    ordered.steps.iter().map(line).collect()
}

/// The numbers of the first changes, in order.
fn numbers(ordered: &Ordered) -> Vec<i64> {
    ordered.steps.iter().map(|step| step.changes[0].0).collect()
}

fn cascading(text: &str) -> ForeignKey {
    ForeignKey {
        on_delete: ForeignKeyAction::Cascade,
        on_update: ForeignKeyAction::Cascade,
        ..foreign_key(text)
    }
}

#[test]
fn parents_come_back_before_the_children_that_went_with_them() {
    let ordered = undone(
        &[("p", r#"{"id":1}"#, ""), ("c", r#"{"id":5,"p":1}"#, ""), ("c", r#"{"id":6,"p":1}"#, "")],
        &[cascading("c.p -> p.id")],
        &[],
    );
    assert_eq!(lines(&ordered), ["insert p id=1", "insert c id=6", "insert c id=5"]);
    assert_eq!(ordered.batches, [0..1, 1..3]);
}

#[test]
fn children_go_before_their_parents() {
    let key = [foreign_key("c.p -> p.id")];
    let parent = ("p", "", r#"{"id":1,"a":0}"#);
    let child = ("c", "", r#"{"id":5,"p":1}"#);
    let later = ("p", r#"{"id":1,"a":0}"#, r#"{"id":1,"a":1}"#);
    let ordered = ["delete c id=5", "delete p id=1"];
    assert_eq!(lines(&undone(&[parent, child], &key, &[])), ordered);
    assert_eq!(lines(&undone(&[parent, child, later], &key, &[])), ordered);
    let renamed = ("p", r#"{"id":2,"a":0}"#, r#"{"id":1,"a":0}"#);
    let ordered = ["delete c id=5", "update p id=1"];
    assert_eq!(lines(&undone(&[renamed, child, later], &key, &[])), ordered);
}

#[test]
fn a_reference_to_nothing_waits_for_nothing() {
    let ordered = undone(
        &[
            ("p", r#"{"id":1}"#, ""),
            ("c", r#"{"id":5,"p":null}"#, ""),
            ("c", r#"{"id":6,"p":9}"#, ""),
        ],
        &[foreign_key("c.p -> p.id")],
        &[],
    );
    assert_eq!(numbers(&ordered), [3, 2, 1]);
}

#[test]
fn composite_references_are_compared_as_a_whole() {
    let ordered = undone(
        &[
            ("p", r#"{"id":1,"b":2}"#, ""),
            ("c", r#"{"id":5,"x":1,"y":2}"#, ""),
            ("c", r#"{"id":6,"x":1,"y":3}"#, ""),
            ("c", r#"{"id":7,"x":1,"y":null}"#, ""),
        ],
        &[foreign_key("c.x,y -> p.id,b")],
        &[],
    );
    assert_eq!(numbers(&ordered), [4, 3, 1, 2]);
}

#[test]
fn a_unique_value_is_given_up_before_it_is_taken() {
    let ordered = undone(
        &[
            ("t", r#"{"id":1,"code":"x"}"#, ""),
            ("t", "", r#"{"id":2,"code":"x"}"#),
            ("t", r#"{"id":2,"code":"x"}"#, r#"{"id":2,"code":"x","a":1}"#),
            ("t", r#"{"id":3,"code":null}"#, ""),
            ("t", "", r#"{"id":4,"code":null}"#),
        ],
        &[],
        &[unique("t", &["id"]), unique("t", &["code"])],
    );
    assert_eq!(
        lines(&ordered),
        ["delete t id=4", "delete t id=2", "insert t id=3", "insert t id=1"]
    );
    let early = undone(
        &[
            ("t", "", r#"{"id":2,"code":"x"}"#),
            ("t", r#"{"id":1,"code":"x"}"#, r#"{"id":1,"code":"y"}"#),
        ],
        &[],
        &[unique("t", &["code"])],
    );
    assert_eq!(numbers(&early), [1, 2]);
}

#[test]
fn shifted_keys_go_back_one_by_one() {
    let ordered = undone(
        &[
            ("t", r#"{"id":1,"a":"x"}"#, r#"{"id":2,"a":"x"}"#),
            ("t", r#"{"id":2,"a":"y"}"#, r#"{"id":3,"a":"y"}"#),
            ("t", r#"{"id":3,"a":"z"}"#, r#"{"id":4,"a":"z"}"#),
        ]
        .map(|images| images),
        &[],
        &[unique("t", &["id"])],
    );
    assert_eq!(numbers(&ordered), [1, 2, 3]);
    assert_eq!(ordered.batches, [0..1, 1..2, 2..3]);
    assert!(!ordered.is_cyclic());
}

#[test]
fn swapped_unique_values_are_reported_and_stay_in_one_statement() {
    let ordered = undone(
        &[
            ("t", r#"{"id":1,"code":"x"}"#, r#"{"id":1,"code":"y"}"#),
            ("t", r#"{"id":2,"code":"y"}"#, r#"{"id":2,"code":"x"}"#),
            ("t", r#"{"id":3,"code":"z"}"#, r#"{"id":3,"code":"w"}"#),
        ],
        &[],
        &[unique("t", &["id"]), unique("t", &["code"])],
    );
    assert_eq!(numbers(&ordered), [3, 2, 1]);
    assert_eq!(ordered.cycles.len(), 1);
    assert_eq!(ordered.cycles[0].steps, [1, 2]);
    assert_eq!(ordered.cycles[0].unique_keys, [unique("t", &["code"])]);
    assert!(ordered.cycles[0].foreign_keys.is_empty());
}

#[test]
fn rows_that_refer_to_each_other_are_reported() {
    let keys = [foreign_key("a.b -> b.id"), foreign_key("b.a -> a.id"), foreign_key("c.a -> a.id")];
    let ordered = undone(
        &[
            ("c", r#"{"id":9,"a":1}"#, ""),
            ("a", r#"{"id":1,"b":2}"#, ""),
            ("b", r#"{"id":2,"a":1}"#, ""),
        ],
        &keys,
        &[],
    );
    assert_eq!(numbers(&ordered), [3, 2, 1]);
    assert_eq!(ordered.cycles.len(), 1);
    assert_eq!(ordered.cycles[0].steps, [0, 1]);
    assert_eq!(ordered.cycles[0].foreign_keys, keys[1..2]);
}

#[test]
fn a_row_that_refers_to_itself_is_no_cycle() {
    let key = [foreign_key("t.up -> t.id")];
    let ordered = undone(&[("t", r#"{"id":1,"up":1}"#, "")], &key, &[]);
    assert!(!ordered.is_cyclic());
    let ordered = undone(&[("t", r#"{"id":1,"up":1}"#, r#"{"id":2,"up":2}"#)], &key, &[]);
    assert!(!ordered.is_cyclic());
}

#[test]
fn a_tree_comes_back_from_its_root_and_goes_from_its_leaves() {
    let tree =
        [r#"{"id":1,"up":null}"#, r#"{"id":2,"up":1}"#, r#"{"id":3,"up":2}"#, r#"{"id":4,"up":1}"#];
    let key = [cascading("t.up -> t.id")];
    let removed = undone(&tree.map(|row| ("t", row, "")), &key, &[]);
    assert_eq!(numbers(&removed), [1, 4, 2, 3]);
    assert_eq!(removed.batches, vec![0..4]);
    let mut from_leaves = tree.map(|row| ("t", "", row));
    from_leaves.reverse();
    assert_eq!(numbers(&undone(&from_leaves, &key, &[])), [2, 3, 1, 4]);
}

#[test]
fn the_server_carries_a_key_on_to_the_rows_that_follow_it() {
    let images = [
        ("p", r#"{"id":1}"#, r#"{"id":2}"#),
        ("c", r#"{"id":5,"p":1}"#, r#"{"id":5,"p":2}"#),
        ("c", "", r#"{"id":6,"p":2}"#),
    ];
    let ordered = undone(&images, &[cascading("c.p -> p.id")], &[unique("p", &["id"])]);
    assert_eq!(lines(&ordered), ["delete c id=6", "update p id=2", "update c id=5"]);
    assert_eq!(ordered.moved.len(), 1);
    assert_eq!((ordered.moved[0].step, &ordered.moved[0].found), (2, &row(images[1].1).unwrap()));

    let refused = undone(&images, &[foreign_key("c.p -> p.id")], &[]);
    assert_eq!(refused.cycles[0].foreign_keys, [foreign_key("c.p -> p.id")]);
    assert!(refused.moved.is_empty());
}

/// The row refers to key 2 throughout, but the row that has this key is another one meanwhile.
#[test]
fn a_row_whose_reference_passes_to_another_parent_is_set_again() {
    let images = [
        ("p", r#"{"id":2,"a":"x"}"#, r#"{"id":3,"a":"x"}"#),
        ("c", r#"{"id":5,"p":2}"#, r#"{"id":5,"p":3}"#),
        ("p", r#"{"id":1,"a":"y"}"#, r#"{"id":2,"a":"y"}"#),
        ("c", r#"{"id":5,"p":3}"#, r#"{"id":5,"p":2}"#),
    ];
    let unique = [unique("p", &["id"])];
    let ordered = undone(&images, &[cascading("c.p -> p.id")], &unique);
    assert_eq!(lines(&ordered), ["update p id=2", "update p id=3", "update c id=5"]);
    assert_eq!(ordered.steps[2].columns, ["p"]);
    assert!(!ordered.is_cyclic());

    let refused = undone(&images, &[foreign_key("c.p -> p.id")], &unique);
    assert!(refused.is_cyclic());
    assert_eq!(refused.steps.len(), 2);
}

/// On its way the first part holds the number that the second is to get.
#[test]
fn a_row_on_the_move_makes_way_before_its_values_are_taken() {
    let images = [
        ("p", r#"{"id":1}"#, r#"{"id":2}"#),
        ("c", r#"{"id":5,"p":1,"nr":2}"#, r#"{"id":5,"p":2,"nr":3}"#),
        ("c", r#"{"id":6,"p":1,"nr":3}"#, r#"{"id":6,"p":2,"nr":0}"#),
    ];
    let unique = [unique("p", &["id"]), unique("c", &["p", "nr"])];
    let ordered = undone(&images, &[cascading("c.p -> p.id")], &unique);
    assert_eq!(lines(&ordered), ["update p id=2", "update c id=5", "update c id=6"]);
    assert_eq!(ordered.batches, [0..1, 1..2, 2..3]);
}

/// The server changes the row in the middle at once, so nothing may refer to it by then.
#[test]
fn whatever_holds_on_to_a_row_on_the_move_lets_go_before() {
    let images = [
        ("p", r#"{"id":1,"a":0}"#, r#"{"id":2,"a":0}"#),
        ("c", r#"{"id":5,"p":1,"nr":7}"#, r#"{"id":5,"p":2,"nr":7}"#),
        ("g", "", r#"{"id":9,"x":2,"y":7}"#),
        ("p", r#"{"id":2,"a":0}"#, r#"{"id":2,"a":1}"#),
    ];
    let keys = [cascading("c.p -> p.id"), foreign_key("g.x,y -> c.p,nr")];
    let ordered = undone(&images, &keys, &[unique("p", &["id"])]);
    assert_eq!(lines(&ordered), ["delete g id=9", "update p id=2", "update c id=5"]);
    assert!(!ordered.is_cyclic());
}

#[test]
fn a_row_on_the_move_is_not_in_the_statement_that_moves_it() {
    let images = [
        ("t", r#"{"id":1,"up":null}"#, r#"{"id":2,"up":9}"#),
        ("t", r#"{"id":5,"up":1}"#, r#"{"id":5,"up":2}"#),
        ("t", r#"{"id":5,"up":2}"#, r#"{"id":6,"up":2}"#),
    ];
    let ordered = undone(&images, &[cascading("t.up -> t.id")], &[unique("t", &["id"])]);
    assert_eq!(lines(&ordered), ["update t id=2", "update t id=6"]);
    assert_eq!(ordered.steps[0].columns, ordered.steps[1].columns);
    assert_eq!(ordered.batches, [0..1, 1..2]);
    assert_eq!(Some(&ordered.moved[0].found), row(r#"{"id":6,"up":1}"#).as_ref());
}

#[test]
fn rows_that_move_together_do_not_wait_for_each_other() {
    let images = [
        ("p", r#"{"id":1}"#, r#"{"id":2}"#),
        ("q", r#"{"id":5,"p":1}"#, r#"{"id":5,"p":2}"#),
        ("c", r#"{"id":6,"p":1,"q":5}"#, r#"{"id":6,"p":2,"q":5}"#),
    ];
    let keys = [cascading("q.p -> p.id"), cascading("c.p -> p.id"), cascading("c.p,q -> q.p,id")];
    let unique = [unique("p", &["id"]), unique("q", &["p", "id"])];
    let ordered = undone(&images, &keys, &unique);
    assert_eq!(lines(&ordered), ["update p id=2", "update q id=5", "update c id=6"]);
    assert!(!ordered.is_cyclic());
    let [first, second, _] = keys;
    let keys = [first, second, foreign_key("c.p,q -> q.p,id")];
    let ordered = undone(&images, &keys, &unique);
    assert_eq!(lines(&ordered), ["update p id=2", "update c id=6", "update q id=5"]);
    assert!(!ordered.is_cyclic());
}

/// The server would clear both columns, and with them the one that only seems to stay.
#[test]
fn all_columns_of_a_cleared_reference_are_set_again() {
    let clearing =
        ForeignKey { on_update: ForeignKeyAction::Clear, ..foreign_key("c.x,y -> p.id,b") };
    let images = [
        ("p", r#"{"id":1,"b":7}"#, r#"{"id":2,"b":7}"#),
        ("c", r#"{"id":5,"x":1,"y":7}"#, r#"{"id":5,"x":null,"y":null}"#),
        ("c", r#"{"id":5,"x":null,"y":null}"#, r#"{"id":5,"x":2,"y":7}"#),
    ];
    let ordered = undone(&images, &[clearing], &[unique("p", &["id"])]);
    assert_eq!(lines(&ordered), ["update p id=2", "update c id=5"]);
    assert_eq!(ordered.steps[1].columns, ["x", "y"]);
    assert_eq!(ordered.moved[0].found, row(images[1].2).unwrap());
}

#[test]
fn a_reference_that_is_part_of_the_key_cannot_be_cleared() {
    let clearing = ForeignKey { on_update: ForeignKeyAction::Clear, ..foreign_key("c.id -> p.id") };
    let images = [
        ("p", r#"{"id":1,"a":1}"#, ""),
        ("c", r#"{"id":1,"a":1}"#, ""),
        ("p", r#"{"id":2,"a":1}"#, r#"{"id":1,"a":1}"#),
        ("c", "", r#"{"id":1,"a":2}"#),
    ];
    let ordered = undone(&images, &[clearing], &[unique("p", &["id"]), unique("c", &["id"])]);
    assert!(ordered.is_cyclic() && ordered.moved.is_empty());
}

#[test]
fn a_row_that_stays_is_no_step() {
    let images = [
        ("p", r#"{"id":1,"a":1}"#, r#"{"id":1,"a":2}"#),
        ("p", r#"{"id":1,"a":2}"#, r#"{"id":1,"a":1}"#),
    ];
    assert_eq!(undone(&images, &[], &[]), Ordered::default());
}

#[test]
fn the_last_change_is_taken_back_first_and_groups_stay_together() {
    let images = [
        ("b", "", r#"{"id":1}"#),
        ("a", "", r#"{"id":2}"#),
        ("b", r#"{"id":3,"x":1}"#, r#"{"id":3,"x":2}"#),
        ("a", "", r#"{"id":4}"#),
        ("b", "", r#"{"id":5}"#),
        ("b", r#"{"id":6,"x":1,"y":1}"#, r#"{"id":6,"x":2,"y":2}"#),
    ];
    let ordered = undone(&images, &[], &[]);
    assert_eq!(numbers(&ordered), [6, 5, 1, 4, 2, 3]);
    assert_eq!(ordered.batches, [0..1, 1..3, 3..5, 5..6]);
}

#[test]
fn long_chains_are_ordered_in_reasonable_time() {
    let step = |id: i64| {
        let image = |id: i64| format!(r#"{{"id":{id},"up":{}}}"#, id - 1);
        let relation = relation("t", &["id"]);
        let mut change = changes(&relation, &[(&image(id), "")]).remove(0);
        change.id.0 = id;
        change
    };
    let changes: Vec<_> = (1..=100_000).map(step).collect();
    let effect = net(&changes, &[relation("t", &["id"])], None);
    let ordered = order(effect.steps, &[foreign_key("t.up -> t.id")], &[unique("t", &["id"])]);
    assert!(ordered.steps.is_sorted_by_key(|step| step.changes[0]));
    assert!(ordered.steps.iter().all(|step| step.action == Action::Insert));
    assert_eq!(ordered.batches, vec![0..100_000]);
}
