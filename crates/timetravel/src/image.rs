//! The images of a table's changes, read as rows of the table of then.

use std::collections::BTreeMap;

use pgrecall_journal::{Form, FormColumn, ImageShape};
use pgrecall_model::Ident;
use pgrecall_postgres::{Literal, Template};

use crate::then::Then;

/// The images of a table, for the columns that are wanted, by their places.
pub(crate) struct Images<'t> {
    then: &'t Then<'t>,
    columns: Vec<(usize, &'t FormColumn)>,
    /// Whether what is not known is null, instead of being refused.
    pub(crate) leniently: bool,
    /// The names by which a query knows what was read of a shape, and of a document.
    read: [&'static str; 2],
}

impl<'t> Images<'t> {
    /// Reads the given columns.
    pub(crate) fn of(
        then: &'t Then<'t>,
        columns: Vec<(usize, &'t FormColumn)>,
        leniently: bool,
    ) -> Self {
        Self { then, columns, leniently, read: ["i", "j"] }
    }

    /// The same where all that was read is part of the row of this name.
    pub(crate) fn within(self, row: &'static str) -> Self {
        Self { read: [row, row], ..self }
    }

    /// What goes behind `FROM recall.change AS c` to read one of its images.
    pub(crate) fn joined(&self, image: &'static str) -> Template {
        Template::new(include_str!("../sql/image.sql"))
            .with_all("shapes", self.shapes(image), ", ")
            .with("document", &self.document(image))
            .with_all("definitions", definitions(&self.columns), ", ")
    }

    /// The values that were read, as `c1` and so on.
    pub(crate) fn values(&self) -> impl Iterator<Item = Template> {
        let values = self.columns.iter().map(|(place, column)| {
            Template::new("{value} AS {place}")
                .with("value", &self.value(*place, column))
                .with("place", &placed(*place))
        });
        std::iter::once(Template::new("true AS c0")).chain(values)
    }

    fn shapes(&self, image: &'static str) -> impl Iterator<Item = Template> {
        let all = &self.then.shapes;
        let shapes = all.iter().enumerate().map(move |(at, shape)| {
            let is_last = at + 1 == all.len();
            let otherwise = if is_last { self.none_of_them() } else { Template::new("") };
            Template::new(
                "CASE WHEN c.shape = {shape} THEN {image}{otherwise} END::recall.shape_{shape} AS s{shape}",
            )
            .with("shape", &shape.id)
            .with("image", &Template::new(image))
            .with("otherwise", &otherwise)
        });
        std::iter::once(Template::new("true AS s0")).chain(shapes)
    }

    /// Of a shape that there was not yet when the query was made nothing is known. It is asked once, where
    /// the image is read, and not for each column.
    fn none_of_them(&self) -> Template {
        if self.leniently {
            return Template::new("");
        }
        Template::new(
            " WHEN c.shape IS NOT NULL AND c.shape NOT IN ({shapes}) THEN \
             recall._unknown(pg_catalog.concat({named}, pg_catalog.left(c.shape::pg_catalog.text, 0)), NULL::pg_catalog.text)",
        )
        .with_all("shapes", self.then.shapes.iter().map(|shape| shape.id), ", ")
        .with("named", &Literal(&self.then.form.name.to_string()))
    }

    /// The document of an image that names its columns, under the places of these: a column may have had
    /// other names before and later.
    fn document(&self, image: &'static str) -> Template {
        let of = |form: &Form| {
            let there = self.columns.iter().filter_map(|(place, column)| {
                Some((*place, form.column(column.number)?.name.clone()))
            });
            let (places, names): (Vec<usize>, Vec<Ident>) = there.unzip();
            Template::new(include_str!("../sql/placed.sql"))
                .with("image", &Template::new(image))
                .with_all("places", places.iter().map(|place| quoted(*place)), ", ")
                .with_all("names", names.iter().map(|name| Literal(name.as_str())), ", ")
        };
        let mut stretches = self.stretches();
        // The oldest is also for what is older than anything that was written down.
        let oldest = stretches.next().map_or_else(|| Template::new("NULL"), |(_, form)| of(form));
        let later: Vec<(i64, &Form)> = stretches.collect();
        let later = later.into_iter().rev().map(|(change, form)| {
            Template::new(" WHEN c.id >= {change} THEN {document}")
                .with("change", &change)
                .with("document", &of(form))
        });
        Template::new("CASE WHEN c.shape IS NOT NULL THEN NULL{later} ELSE {oldest} END")
            .with_all("later", later, "")
            .with("oldest", &oldest)
    }

    /// The forms in which changes were recorded, each with the first of these.
    fn stretches(&self) -> impl Iterator<Item = (i64, &'t Form)> {
        let forms = self.then.forms.iter().filter(|form| !form.gone);
        forms.filter_map(|form| Some((form.change?.0, form)))
    }

    /// The value of a column, by what the image is.
    fn value(&self, place: usize, column: &FormColumn) -> Template {
        if !self.then.records(column) {
            return null(column);
        }
        let mut shapes = self.then.shapes;
        let mut otherwise = self.unknown(column);
        // What is read of the last shape is refused where it is none of them.
        if let Some((last, before)) = shapes.split_last().filter(|(last, _)| reads(last, column)) {
            shapes = before;
            otherwise = self.of_shape(last, column);
        }
        let shapes = shapes.iter().map(|shape| {
            Template::new(" WHEN c.shape = {shape} THEN {value}")
                .with("shape", &shape.id)
                .with("value", &self.of_shape(shape, column))
        });
        Template::new(
            "CASE{stretches} WHEN c.shape IS NULL THEN {document}.{place}{shapes} ELSE {otherwise} END",
        )
        .with_all("stretches", self.without(column), "")
        .with("document", &Template::new(self.read[1]))
        .with("place", &placed(place))
        .with_all("shapes", shapes, "")
        .with("otherwise", &otherwise)
    }

    fn of_shape(&self, shape: &ImageShape, column: &FormColumn) -> Template {
        match shape.column(column.number) {
            Some(then) if reads(shape, column) => {
                let text = if shape.texts.contains(&column.number) {
                    include_str!("../sql/read_text.sql")
                } else {
                    "(({image}.s{shape}).{name})::{type}"
                };
                Template::new(text)
                    .with("image", &Template::new(self.read[0]))
                    .with("shape", &shape.id)
                    .with("name", &then.name)
                    .with_checked_sql("type", &column.type_name)
            }
            None if shape.columns.iter().all(|other| other.number < column.number) => {
                self.given(column)
            }
            _ => self.unknown(column),
        }
    }

    /// The stretches in which a column was not there, or was of another type.
    fn without(&self, column: &FormColumn) -> Vec<Template> {
        let mut arms = Vec::new();
        for (change, form) in self.stretches() {
            let value = match form.column(column.number) {
                Some(then) if then.type_name == column.type_name => None,
                None if form.columns.iter().all(|other| other.number < column.number) => {
                    Some(self.given(column))
                }
                _ => Some(self.unknown(column)),
            };
            arms.push((change, value));
        }
        let ends: Vec<i64> =
            arms.iter().skip(1).map(|(change, _)| *change).chain([i64::MAX]).collect();
        let begins = std::iter::once(0).chain(ends.iter().copied());
        let stretches = arms.into_iter().zip(begins).zip(ends.iter().copied());
        stretches
            .filter_map(|(((_, value), begin), end)| {
                Some(
                    Template::new(
                        " WHEN c.shape IS NULL AND c.id >= {begin} AND c.id < {end} THEN {value}",
                    )
                    .with("begin", &begin)
                    .with("end", &end)
                    .with("value", &value?),
                )
            })
            .collect()
    }

    /// What rows that were there got when the column was added.
    fn given(&self, column: &FormColumn) -> Template {
        let given: BTreeMap<i16, &Option<String>> = self
            .then
            .forms
            .iter()
            .flat_map(|form| &form.given)
            .map(|(number, given)| (*number, given))
            .collect();
        match given.get(&column.number) {
            None => self.unknown(column),
            Some(None) => null(column),
            Some(Some(text)) => Template::new("{text}::{type}")
                .with("text", &Literal(text))
                .with_checked_sql("type", &column.type_name),
        }
    }

    /// A value that nobody knows, which depends on the row: the server would work out a call with nothing
    /// but constants when it estimates how many rows a condition leaves, though no row needs it.
    fn unknown(&self, column: &FormColumn) -> Template {
        if self.leniently {
            return null(column);
        }
        Template::new(
            "recall._unknown(pg_catalog.concat({named}, pg_catalog.left({image}.s0::pg_catalog.text, 0)), {null})",
        )
        .with("image", &Template::new(self.read[0]))
        .with("named", &Literal(&named(self.then, column)))
        .with("null", &null(column))
    }
}

/// Whether images of a shape have the values of a column.
fn reads(shape: &ImageShape, column: &FormColumn) -> bool {
    shape.column(column.number).is_some_and(|then| then.type_name == column.type_name)
}

/// A value that nobody knows.
pub(crate) fn unknown(then: &Then<'_>, column: &FormColumn, leniently: bool) -> Template {
    if leniently {
        return null(column);
    }
    Template::new("recall._unknown({named}, {null})")
        .with("named", &Literal(&named(then, column)))
        .with("null", &null(column))
}

fn named(then: &Then<'_>, column: &FormColumn) -> String {
    format!("column {} of {}", column.name, then.form.name)
}

/// Nothing, in the type of a column.
pub(crate) fn null(column: &FormColumn) -> Template {
    Template::new("NULL::{type}").with_checked_sql("type", &column.type_name)
}

/// The name of a column by its place.
pub(crate) fn placed(place: usize) -> Template {
    Template::new("c{place}").with("place", &place)
}

fn quoted(place: usize) -> Template {
    Template::new("'c{place}'").with("place", &place)
}

/// The columns by their places, each with its type.
pub(crate) fn definitions(columns: &[(usize, &FormColumn)]) -> impl Iterator<Item = Template> {
    let definitions = columns.iter().map(|(place, column)| {
        Template::new("{place} {type}")
            .with("place", &placed(*place))
            .with_checked_sql("type", &column.type_name)
    });
    std::iter::once(Template::new("c0 pg_catalog.bool")).chain(definitions)
}
