use pgrecall_model::{Change, ConflictKind, Operation, Relation, Step, TxId};

use super::sample::{change, changes, idents, in_one_transaction, relation, row};
use super::{NetEffect, net};

fn effect(relation: &Relation, changes: &[Change]) -> NetEffect {
    net(changes, std::slice::from_ref(relation), None)
}

fn json(row: Option<&pgrecall_model::Row>) -> String {
    row.map_or_else(|| "-".to_owned(), |row| serde_json::to_string(row).unwrap())
}

/// A step as a line: `update id=1 {expected} -> {target} [columns] of 1,2`.
fn line(step: &Step) -> String {
    let key = step.key.as_ref().map(ToString::to_string).unwrap_or_default();
    let changes: Vec<_> = step.changes.iter().map(ToString::to_string).collect();
    format!(
        "{} {key} {} -> {} [{}] of {}",
        step.action,
        json(step.expected.as_ref()),
        json(step.target.as_ref()),
        step.columns.join(","),
        changes.join(",")
    )
}

fn lines(effect: &NetEffect) -> Vec<String> {
    let mut lines: Vec<_> = effect.steps.iter().map(line).collect();
    lines.sort();
    lines
}

/// The pairs of changes between which the chain is broken.
fn breaks(effect: &NetEffect) -> Vec<(i64, i64)> {
    effect.broken.iter().map(|broken| (broken.left.0, broken.found.0)).collect()
}

fn not_recorded(effect: &NetEffect) -> Vec<&str> {
    assert!(effect.conflicts.iter().all(|c| c.kind == ConflictKind::NotRecorded));
    effect.conflicts.iter().map(|conflict| conflict.message.as_str()).collect()
}

/// What the changes of `t (id primary key, …)`, each in its own transaction, come to.
fn keyed(images: &[(&str, &str)]) -> NetEffect {
    let relation = relation("t", &["id"]);
    effect(&relation, &changes(&relation, images))
}

/// The same in one transaction.
fn keyed_at_once(images: &[(&str, &str)]) -> NetEffect {
    let relation = relation("t", &["id"]);
    effect(&relation, &in_one_transaction(&relation, images))
}

#[test]
fn each_operation_is_turned_round() {
    let effect = keyed(&[
        ("", r#"{"id":1,"a":"x"}"#),
        (r#"{"id":2,"a":"x"}"#, r#"{"id":2,"a":"y"}"#),
        (r#"{"id":3,"a":"x"}"#, ""),
    ]);
    assert_eq!(
        lines(&effect),
        [
            r#"delete id=1 {"id":1,"a":"x"} -> - [] of 1"#,
            r#"insert id=3 - -> {"id":3,"a":"x"} [] of 3"#,
            r#"update id=2 {"id":2,"a":"y"} -> {"id":2,"a":"x"} [a] of 2"#,
        ]
    );
    assert!(effect.conflicts.is_empty() && effect.broken.is_empty());
}

#[test]
fn changes_of_one_row_collapse_whatever_their_order() {
    let relation = relation("t", &["id"]);
    let mut changes = changes(
        &relation,
        &[
            (r#"{"id":1,"a":1,"b":1}"#, r#"{"id":1,"a":2,"b":1}"#),
            (r#"{"id":1,"a":2,"b":1}"#, r#"{"id":1,"a":2,"b":2}"#),
            (r#"{"id":1,"a":2,"b":2}"#, r#"{"id":1,"a":3,"b":2}"#),
        ],
    );
    changes.reverse();
    changes.extend_from_within(..1);
    let effect = effect(&relation, &changes);
    let expected = r#"update id=1 {"id":1,"a":3,"b":2} -> {"id":1,"a":1,"b":1} [a,b] of 1,2,3"#;
    assert_eq!(lines(&effect), [expected]);
}

#[test]
fn a_row_that_came_and_went_vanishes() {
    let effect = keyed_at_once(&[("", r#"{"id":1}"#), (r#"{"id":1}"#, "")]);
    assert_eq!(effect, NetEffect::default());
}

#[test]
fn a_row_that_is_back_where_it_was_needs_no_step() {
    let images =
        [(r#"{"id":1,"a":1}"#, r#"{"id":1,"a":2}"#), (r#"{"id":1,"a":2}"#, r#"{"id":1,"a":1}"#)];
    let effect = keyed(&images);
    assert!(effect.steps.is_empty());
    assert_eq!(
        effect.returned.iter().map(line).collect::<Vec<_>>(),
        [r#"update id=1 {"id":1,"a":1} -> {"id":1,"a":1} [] of 1,2"#]
    );
}

#[test]
fn a_row_made_again_under_its_key_is_the_same_row() {
    let effect = keyed(&[
        (r#"{"id":1,"a":1}"#, ""),
        ("", r#"{"id":1,"a":2}"#),
        (r#"{"id":1,"a":2}"#, ""),
        ("", r#"{"id":1,"a":3}"#),
    ]);
    let expected = r#"update id=1 {"id":1,"a":3} -> {"id":1,"a":1} [a] of 1,2,3,4"#;
    assert_eq!(lines(&effect), [expected]);
    let again = keyed(&[("", r#"{"id":1}"#), (r#"{"id":1}"#, ""), ("", r#"{"id":1}"#)]);
    assert_eq!(lines(&again), [r#"delete id=1 {"id":1} -> - [] of 1,2,3"#]);
}

#[test]
fn a_key_is_followed_through_its_changes() {
    let effect = keyed(&[(r#"{"id":1}"#, r#"{"id":2}"#), (r#"{"id":2}"#, r#"{"id":3}"#)]);
    assert_eq!(lines(&effect), [r#"update id=3 {"id":3} -> {"id":1} [id] of 1,2"#]);
}

#[test]
fn rows_that_shift_their_keys_in_one_statement_are_not_confused() {
    let effect = keyed_at_once(&[
        (r#"{"id":1,"a":"x"}"#, r#"{"id":2,"a":"x"}"#),
        (r#"{"id":2,"a":"y"}"#, r#"{"id":3,"a":"y"}"#),
        (r#"{"id":3,"a":"z"}"#, r#"{"id":4,"a":"z"}"#),
        (r#"{"id":2,"a":"x"}"#, r#"{"id":2,"a":"w"}"#),
    ]);
    assert_eq!(
        lines(&effect),
        [
            r#"update id=2 {"id":2,"a":"w"} -> {"id":1,"a":"x"} [id,a] of 1,4"#,
            r#"update id=3 {"id":3,"a":"y"} -> {"id":2,"a":"y"} [id] of 2"#,
            r#"update id=4 {"id":4,"a":"z"} -> {"id":3,"a":"z"} [id] of 3"#,
        ]
    );
    assert!(effect.broken.is_empty());
}

#[test]
fn rows_that_swap_their_keys_are_not_confused() {
    let effect = keyed_at_once(&[
        (r#"{"id":1,"a":"x"}"#, r#"{"id":2,"a":"x"}"#),
        (r#"{"id":2,"a":"y"}"#, r#"{"id":1,"a":"y"}"#),
    ]);
    assert_eq!(
        lines(&effect),
        [
            r#"update id=1 {"id":1,"a":"y"} -> {"id":2,"a":"y"} [id] of 2"#,
            r#"update id=2 {"id":2,"a":"x"} -> {"id":1,"a":"x"} [id] of 1"#,
        ]
    );
    assert!(effect.broken.is_empty());
}

#[test]
fn rows_that_pass_a_key_on_are_followed_as_recorded() {
    let effect = keyed_at_once(&[
        (r#"{"id":1,"a":"x"}"#, r#"{"id":2,"a":"x"}"#),
        (r#"{"id":9,"a":"y"}"#, r#"{"id":1,"a":"w"}"#),
        (r#"{"id":1,"a":"w"}"#, r#"{"id":1,"a":"x"}"#),
    ]);
    assert_eq!(
        lines(&effect),
        [
            r#"update id=1 {"id":1,"a":"x"} -> {"id":9,"a":"y"} [id,a] of 2,3"#,
            r#"update id=2 {"id":2,"a":"x"} -> {"id":1,"a":"x"} [id] of 1"#,
        ]
    );
    assert!(effect.broken.is_empty());
}

/// A trigger that changes the row of its own statement has its change recorded first.
#[test]
fn changes_that_triggers_turned_over_are_put_right() {
    let (a, b, c) = (r#"{"id":1,"a":1}"#, r#"{"id":1,"a":2}"#, r#"{"id":1,"a":3}"#);
    for (images, expected) in [
        ([(b, c), (a, b)], vec![format!("update id=1 {c} -> {a} [a] of 1,2")]),
        ([(b, c), ("", b)], vec![format!("delete id=1 {c} -> - [] of 1,2")]),
        ([(b, ""), (a, b)], vec![format!("insert id=1 - -> {a} [] of 1,2")]),
        ([(b, ""), ("", b)], vec![]),
    ] {
        let effect = keyed_at_once(&images);
        assert_eq!(lines(&effect), expected);
        assert!(effect.broken.is_empty());
    }
}

#[test]
fn a_row_that_takes_the_key_before_the_old_one_goes_replaces_it() {
    let effect = keyed_at_once(&[("", r#"{"id":1,"a":2}"#), (r#"{"id":1,"a":1}"#, "")]);
    assert_eq!(lines(&effect), [r#"update id=1 {"id":1,"a":2} -> {"id":1,"a":1} [a] of 1,2"#]);
    assert!(effect.broken.is_empty());
}

#[test]
fn something_unseen_between_two_updates_breaks_the_chain() {
    let effect = keyed(&[
        (r#"{"id":1,"a":1}"#, r#"{"id":1,"a":2}"#),
        (r#"{"id":1,"a":5}"#, r#"{"id":1,"a":6}"#),
    ]);
    assert_eq!(breaks(&effect), [(1, 2)]);
    assert_eq!(effect.broken[0].key.as_ref().unwrap().to_string(), "id=1");
    let expected = r#"update id=1 {"id":1,"a":6} -> {"id":1,"a":1} [a] of 1,2"#;
    assert_eq!(lines(&effect), [expected]);
}

#[test]
fn something_unseen_within_one_transaction_breaks_the_chain() {
    let effect = keyed_at_once(&[
        (r#"{"id":1,"a":1}"#, r#"{"id":1,"a":2}"#),
        (r#"{"id":1,"a":5}"#, r#"{"id":1,"a":6}"#),
    ]);
    assert_eq!(breaks(&effect), [(1, 2)]);
    assert_eq!(effect.steps.len(), 1);
}

#[test]
fn something_unseen_before_a_change_of_the_key_breaks_the_chain() {
    let effect = keyed(&[
        (r#"{"id":1,"a":1}"#, r#"{"id":2,"a":1}"#),
        (r#"{"id":2,"a":5}"#, r#"{"id":1,"a":5}"#),
    ]);
    assert_eq!(breaks(&effect), [(1, 2)]);
    assert_eq!(effect.steps.len(), 1);
}

#[test]
fn a_row_made_again_unseen_breaks_the_chain() {
    let made_again = [(r#"{"id":1,"a":1}"#, ""), (r#"{"id":1,"a":5}"#, r#"{"id":1,"a":6}"#)];
    for effect in [keyed(&made_again), keyed_at_once(&made_again)] {
        assert_eq!(breaks(&effect), [(1, 2)]);
        let expected = r#"update id=1 {"id":1,"a":6} -> {"id":1,"a":1} [a] of 1,2"#;
        assert_eq!(lines(&effect), [expected]);
    }
    let removed = [(r#"{"id":1,"a":1}"#, r#"{"id":1,"a":2}"#), ("", r#"{"id":1,"a":3}"#)];
    assert_eq!(breaks(&keyed(&removed)), [(1, 2)]);
}

#[test]
fn a_broken_chain_that_leaves_nothing_to_do_is_still_reported() {
    let effect = keyed(&[("", r#"{"id":1,"a":1}"#), (r#"{"id":1,"a":2}"#, "")]);
    assert!(effect.steps.is_empty());
    assert_eq!(breaks(&effect), [(1, 2)]);
}

#[test]
fn a_row_made_by_others_under_a_key_that_came_and_went_is_another_row() {
    let effect = keyed(&[
        ("", r#"{"id":1,"a":1}"#),
        (r#"{"id":1,"a":1}"#, ""),
        (r#"{"id":1,"a":5}"#, r#"{"id":1,"a":6}"#),
    ]);
    assert!(effect.broken.is_empty());
    let expected = r#"update id=1 {"id":1,"a":6} -> {"id":1,"a":5} [a] of 3"#;
    assert_eq!(lines(&effect), [expected]);
}

#[test]
fn numbers_are_compared_digit_by_digit() {
    let effect = keyed(&[(r#"{"id":1,"a":1.0}"#, r#"{"id":1,"a":1.00}"#)]);
    assert_eq!(lines(&effect), [r#"update id=1 {"id":1,"a":1.00} -> {"id":1,"a":1.0} [a] of 1"#]);
}

#[test]
fn a_truncated_row_comes_back() {
    let relation = relation("t", &["id"]);
    let mut changes = changes(&relation, &[(r#"{"id":1}"#, "")]);
    changes[0].op = Operation::Truncate;
    assert_eq!(lines(&effect(&relation, &changes)), [r#"insert id=1 - -> {"id":1} [] of 1"#]);
}

#[test]
fn a_column_added_between_two_changes_breaks_nothing() {
    let effect = keyed(&[
        (r#"{"id":1,"a":1}"#, r#"{"id":1,"a":2}"#),
        (r#"{"id":1,"a":2,"b":7}"#, r#"{"id":1,"a":2,"b":8}"#),
    ]);
    assert!(effect.broken.is_empty() && effect.conflicts.is_empty());
    let expected = r#"update id=1 {"id":1,"a":2,"b":8} -> {"id":1,"a":1,"b":7} [a,b] of 1,2"#;
    assert_eq!(lines(&effect), [expected]);
}

#[test]
fn a_column_dropped_between_two_changes_breaks_nothing() {
    let effect = keyed(&[
        (r#"{"id":1,"a":1,"b":7}"#, r#"{"id":1,"a":2,"b":7}"#),
        (r#"{"id":1,"a":2}"#, r#"{"id":1,"a":3}"#),
    ]);
    assert!(effect.broken.is_empty() && effect.conflicts.is_empty());
    // The column is named, so that whoever knows today's columns can say that it is gone.
    let expected = r#"update id=1 {"id":1,"a":3} -> {"id":1,"a":1,"b":7} [a,b] of 1,2"#;
    assert_eq!(lines(&effect), [expected]);
}

#[test]
fn rows_without_a_key_are_counted() {
    let relation = relation("t", &[]);
    let effect = effect(
        &relation,
        &changes(
            &relation,
            &[
                ("", r#"{"a":1}"#),
                ("", r#"{"a":1}"#),
                (r#"{"a":1}"#, r#"{"a":2}"#),
                (r#"{"a":1}"#, ""),
                (r#"{"a":1}"#, ""),
                (r#"{"a":3}"#, ""),
                ("", r#"{"a":3}"#),
            ],
        ),
    );
    assert_eq!(
        lines(&effect),
        [r#"delete  {"a":2} -> - [] of 2,3"#, r#"insert  - -> {"a":1} [] of 5"#,]
    );
    assert!(effect.steps.iter().all(|step| step.key.is_none()));
    assert!(effect.broken.is_empty());
}

#[test]
fn one_column_is_judged_alone() {
    let relation = relation("t", &["id"]);
    let changes = changes(
        &relation,
        &[
            (r#"{"id":1,"a":1,"b":1}"#, r#"{"id":1,"a":2,"b":1}"#),
            (r#"{"id":1,"a":2,"b":5}"#, r#"{"id":1,"a":3,"b":6}"#),
        ],
    );
    let only = |column| net(&changes, std::slice::from_ref(&relation), Some(&idents(&[column])));
    let a = only("a");
    assert!(a.broken.is_empty());
    let expected = r#"update id=1 {"id":1,"a":3,"b":6} -> {"id":1,"a":1,"b":1} [a] of 1,2"#;
    assert_eq!(lines(&a), [expected]);
    assert_eq!(breaks(&only("b")), [(1, 2)]);
    assert!(only("id").steps.is_empty());
}

#[test]
fn one_column_of_an_insert_cannot_be_taken_back() {
    let relation = relation("t", &["id"]);
    let images = [("", r#"{"id":1,"a":1}"#), (r#"{"id":1,"a":1}"#, r#"{"id":1,"a":2}"#)];
    let changes = changes(&relation, &images);
    let effect = net(&changes, std::slice::from_ref(&relation), Some(&idents(&["a"])));
    assert_eq!(effect.whole_rows.len(), 1);
    assert_eq!((effect.whole_rows[0].change.0, effect.whole_rows[0].op), (1, Operation::Insert));
    assert_eq!(effect.steps.len(), 1);
}

#[test]
fn a_row_of_which_the_journal_lacks_columns_cannot_be_made_again() {
    let mut relation = relation("t", &["id"]);
    relation.excluded = idents(&["Photo"]);
    relation.hashed = idents(&["secret", "pin"]);
    let deleted = changes(&relation, &[(r#"{"id":1,"secret":"5f","pin":null}"#, "")]);
    let message = r#"the journal does not hold the values of "Photo", secret"#;
    let found = effect(&relation, &deleted);
    assert_eq!(not_recorded(&found), [message]);
    assert_eq!(found.steps.len(), 1);

    let same = r#"{"id":1,"secret":"5f"}"#;
    let replaced = effect(&relation, &changes(&relation, &[(same, ""), ("", same)]));
    assert_eq!(not_recorded(&replaced), [r#"the journal does not hold the values of "Photo""#]);
    assert!(replaced.steps.is_empty());

    let inserted = effect(&relation, &changes(&relation, &[("", same)]));
    assert!(inserted.conflicts.is_empty());
}

#[test]
fn a_hash_cannot_be_turned_back_into_its_value() {
    let mut relation = relation("t", &["id"]);
    relation.hashed = idents(&["secret"]);
    let from = |old: &str, new: &str| {
        let effect = effect(&relation, &changes(&relation, &[(old, new)]));
        not_recorded(&effect).len()
    };
    assert_eq!(from(r#"{"id":1,"secret":"5f"}"#, r#"{"id":1,"secret":"6a"}"#), 1);
    assert_eq!(from(r#"{"id":1,"secret":null}"#, r#"{"id":1,"secret":"6a"}"#), 0);
    assert_eq!(from(r#"{"id":1,"secret":"5f","a":1}"#, r#"{"id":1,"secret":"5f","a":2}"#), 0);
}

#[test]
fn rows_that_cannot_be_told_apart_are_refused() {
    let mut keyless = relation("t", &[]);
    keyless.excluded = idents(&["photo"]);
    let inserted = changes(&keyless, &[("", r#"{"a":1}"#)]);
    assert_eq!(not_recorded(&effect(&keyless, &inserted)).len(), 1);

    let mut hashed_key = relation("t", &["id"]);
    hashed_key.hashed = idents(&["id"]);
    let inserted = changes(&hashed_key, &[("", r#"{"id":"5f"}"#)]);
    assert_eq!(not_recorded(&effect(&hashed_key, &inserted)).len(), 1);
}

#[test]
fn a_change_without_its_image_is_refused() {
    let relation = relation("t", &["id"]);
    let mut update = change(&relation, 1, row(r#"{"id":1,"a":1}"#), row(r#"{"id":1,"a":2}"#));
    update.old = None;
    let effect = effect(&relation, &[update]);
    assert_eq!(not_recorded(&effect), ["the journal does not hold the row of change 1"]);
    assert!(effect.steps.is_empty());
}

#[test]
fn a_table_that_is_not_known_is_refused() {
    let relation = relation("t", &["id"]);
    let effect = net(&changes(&relation, &[("", r#"{"id":1}"#)]), &[], None);
    assert_eq!(effect.conflicts[0].kind, ConflictKind::TableGone);
    assert!(effect.steps.is_empty());
}

#[test]
fn rows_whose_unique_key_is_null_are_told_by_their_images() {
    let relation = relation("t", &["code"]);
    let mut changes = changes(
        &relation,
        &[
            ("", r#"{"code":null,"a":1}"#),
            ("", r#"{"code":null,"a":2}"#),
            (r#"{"code":null,"a":1}"#, r#"{"code":null,"a":3}"#),
        ],
    );
    changes[2].tx = TxId(9);
    let effect = effect(&relation, &changes);
    assert_eq!(
        lines(&effect),
        [
            r#"delete code=null {"code":null,"a":2} -> - [] of 2"#,
            r#"delete code=null {"code":null,"a":3} -> - [] of 1,3"#,
        ]
    );
    assert!(effect.broken.is_empty());
}
