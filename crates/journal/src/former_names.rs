//! How columns were called before they were renamed.

use std::collections::BTreeMap;

use crate::{Journal, JournalError, TrackedTable};

impl Journal {
    /// For each column of today the names that it had before, as far as the shapes in which the
    /// table was recorded tell.
    ///
    /// A column keeps its place when it is renamed. Where it could be another one, because columns
    /// at its place were dropped or left out of the recording, no former name is given.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn former_names(
        &self,
        table: &TrackedTable,
    ) -> Result<BTreeMap<String, Vec<String>>, JournalError> {
        let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let Some(oid) = table.relation.oid else { return Ok(known) };
        let sql = include_str!("../sql/read/former_names.sql");
        let rows = self.client().query(sql, &[&table.relation.id.0, &oid]).await?;
        let mut columns = rows.iter().map(|row| row.try_get::<_, Vec<String>>("columns"));
        let Some(today) = columns.next().transpose()? else { return Ok(known) };
        let mut newer = Shape::today(&today);
        for names in columns {
            let shape = Shape::before(&newer, names?, &today);
            for (then, now) in &shape.today {
                let names = known.entry(now.clone()).or_default();
                if then != now && !names.contains(then) {
                    names.push(then.clone());
                }
            }
            newer = shape;
        }
        known.retain(|_, names| !names.is_empty());
        Ok(known)
    }
}

/// The columns of a table at some time.
struct Shape {
    names: Vec<String>,
    /// How those of them that are known to be there today are called today.
    today: BTreeMap<String, String>,
}

impl Shape {
    fn today(today: &[String]) -> Self {
        let kept = today.iter().filter(|name| !name.is_empty());
        Self {
            names: today.to_vec(),
            today: kept.map(|name| (name.clone(), name.clone())).collect(),
        }
    }

    /// The shape before a newer one.
    fn before(newer: &Self, names: Vec<String>, today: &[String]) -> Self {
        let renamed = renamed(&names, &newer.names, Tail::Unknown);
        let since = self::renamed(&names, today, Tail::Renamed);
        let name_of_today = |name: &String| {
            let next = if newer.names.contains(name) { Some(name) } else { renamed.get(name) };
            match next {
                Some(next) => newer.today.get(next),
                None => since.get(name),
            }
        };
        let today =
            names.iter().filter_map(|name| Some((name.clone(), name_of_today(name)?.clone())));
        Self { today: today.collect(), names }
    }
}

/// What to make of columns at the end that have no name in common.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// Columns may have been dropped and others added.
    Unknown,
    /// What was dropped would show.
    Renamed,
}

/// The columns that have another name later, each with that name. An empty name is that of a column
/// that was dropped.
fn renamed(then: &[String], later: &[String], tail: Tail) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let (mut then, mut later) = (then, later);
    loop {
        // The columns before the next one that has kept its name.
        let kept = then.iter().position(|name| later.contains(name));
        let (before, rest) = then.split_at(kept.unwrap_or(then.len()));
        let until = rest.first().and_then(|name| later.iter().position(|other| other == name));
        let (candidates, further) = later.split_at(until.unwrap_or(later.len()));
        // New columns come at the end only: in between, as many as before are the same ones.
        let fits = if rest.is_empty() {
            tail == Tail::Renamed && candidates.len() >= before.len()
        } else {
            candidates.len() == before.len()
        };
        if fits && !candidates.iter().any(String::is_empty) {
            found.extend(before.iter().cloned().zip(candidates.iter().cloned()));
        }
        if rest.is_empty() || further.is_empty() {
            return found;
        }
        (then, later) = (&rest[1..], &further[1..]);
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;

    /// Checks how columns are called today; the shapes are the oldest first, `-` is a column that
    /// was dropped.
    fn check(shapes: &[&str], expected: &str) {
        let names = |text: &str| {
            text.split_whitespace().map(|name| name.replace('-', "")).collect::<Vec<_>>()
        };
        let (today, earlier) = shapes.split_last().expect("today");
        let today = names(today);
        let newer = Shape::today(&today);
        let oldest = earlier
            .iter()
            .rev()
            .fold(newer, |newer, shape| Shape::before(&newer, names(shape), &today));
        let renamed = oldest.today.iter().filter(|(then, now)| then != now);
        let found: Vec<String> = renamed.map(|(then, now)| format!("{then}>{now}")).collect();
        assert_eq!(found.join(" "), expected, "{shapes:?}");
    }

    #[test]
    fn a_column_that_kept_its_place_was_renamed() {
        check(&["id a b", "id a b"], "");
        check(&["id a b", "id x b"], "a>x");
        check(&["id a b", "id a x"], "b>x");
        check(&["id a b", "x y z"], "a>y b>z id>x");
        check(&["id a", "id x new"], "a>x");
        check(&["id a b", "no a b new"], "id>no");
    }

    #[test]
    fn a_name_is_followed_through_the_shapes_in_between() {
        check(&["id a b", "id x b", "id x - c"], "a>x");
        check(&["id a b", "id x b", "id y b"], "a>y");
        // The name went on to another column.
        check(&["id a b", "id x b", "id x b a"], "a>x");
    }

    #[test]
    fn a_column_that_may_be_another_one_is_not_taken_for_the_same() {
        check(&["id a", "id - new"], "");
        check(&["id a b", "id - b x"], "");
        check(&["id a b", "id - x b"], "");
        check(&["id a", "id b", "id - c"], "");
    }
}
