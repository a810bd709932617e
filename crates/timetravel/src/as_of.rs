//! A tracked table as a query that gives its rows of a moment.

use pgrecall_journal::{Baseline, FormColumn, ReadableCheckpoint, Snapshot, TrackedTable};
use pgrecall_model::Ident;
use pgrecall_postgres::Template;

use crate::image::{self, Images};
use crate::only_key::OnlyKey;
use crate::then::Then;

/// Where the rows of a table are taken from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'b> {
    /// From the table of today, back to the moment.
    Live,
    /// From a copy of the table at a later moment, back to this one.
    Checkpoint(&'b Nearer),
    /// From a baseline in the journal, on or back to the moment.
    Journal(&'b Baseline),
    /// From changes alone: what never was changed is missing.
    Known,
}

/// A copy of the table at a later moment.
#[derive(Debug, Clone)]
pub(crate) struct Nearer {
    pub(crate) checkpoint: ReadableCheckpoint,
    /// Whether nothing was changed between the two moments.
    pub(crate) unchanged: bool,
}

impl<'b> Source<'b> {
    /// Whether rows of a later moment are read, from which changes lead back.
    pub(crate) fn is_later_rows(self) -> bool {
        matches!(self, Self::Live | Self::Checkpoint(_))
    }

    fn checkpoint(self) -> Option<&'b ReadableCheckpoint> {
        match self {
            Self::Checkpoint(nearer) => Some(&nearer.checkpoint),
            Self::Live | Self::Journal(_) | Self::Known => None,
        }
    }
}

/// The rows of a table at a snapshot, as a query that gives the columns `wanted`, under the names that
/// they had in the table for which they are wanted.
pub(crate) struct AsOf<'t> {
    /// The table.
    pub(crate) then: &'t Then<'t>,
    /// Its columns, and the names under which they are given.
    pub(crate) wanted: Vec<(&'t FormColumn, &'t Ident)>,
    /// What belongs to the moment.
    pub(crate) snapshot: &'t Snapshot,
    /// Whether what is not known is null, instead of being refused.
    pub(crate) leniently: bool,
    /// The only record that is wanted, where there is one.
    pub(crate) only: Option<OnlyKey>,
}

impl AsOf<'_> {
    /// The query.
    pub(crate) fn rows(&self, source: Source<'_>) -> Template {
        let columns = self.wanted.iter().enumerate().map(|(at, (column, name))| {
            let is_lost = source.is_later_rows() && self.live(column).is_none();
            let value = if is_lost {
                image::unknown(self.then, column, self.leniently)
            } else {
                Template::new("p.{place}").with("place", &image::placed(at + 1))
            };
            Template::new("{value} AS {name}").with("value", &value).with("name", *name)
        });
        Template::new(include_str!("../sql/of_then.sql"))
            .with_all("columns", columns, ", ")
            .with("rows", &self.placed(source))
    }

    /// A query that gives the same columns and no row.
    pub(crate) fn stub(&self) -> Template {
        let all: Vec<_> =
            self.wanted.iter().enumerate().map(|(at, (column, _))| (at + 1, *column)).collect();
        let columns = self.wanted.iter().enumerate().map(|(at, (_, name))| {
            Template::new("p.{place} AS {name}")
                .with("place", &image::placed(at + 1))
                .with("name", *name)
        });
        Template::new(include_str!("../sql/stub.sql")).with_all("columns", columns, ", ").with_all(
            "definitions",
            image::definitions(&all),
            ", ",
        )
    }

    /// The rows with their columns by places; those that are lost are left out.
    fn placed(&self, source: Source<'_>) -> Template {
        let table = self.then.table;
        if let (Source::Live, Some(only)) = (source, &self.only) {
            return self.of_key(only);
        }
        let text = match source {
            Source::Live if table.relation.key.is_empty() => include_str!("../sql/as_of_bag.sql"),
            Source::Checkpoint(Nearer { unchanged: true, .. }) => {
                include_str!("../sql/as_copied.sql")
            }
            Source::Live | Source::Checkpoint(_) => include_str!("../sql/as_of.sql"),
            Source::Journal(_) => include_str!("../sql/from_journal.sql"),
            Source::Known => include_str!("../sql/as_known.sql"),
        };
        let read = self.read(source);
        let (counted, image_of_counted) = counted(&read);
        let live = self.live_values(&read);
        let images = Images::of(self.then, read, self.leniently);
        let filled = common(Template::new(text), table, self.snapshot, source.checkpoint())
            .with_all("live_values", live, ", ")
            .with("old_image", &images.joined("c.old"))
            .with("new_image", &images.joined("recall._whole(c.old, c.new)"))
            .with_all("old_values", images.values(), ", ")
            .with_all("new_values", images.values(), ", ")
            .with("counted", &counted)
            .with("image_of_counted", &image_of_counted);
        match source {
            Source::Live | Source::Checkpoint(_) => {
                filled.with("key", &table.key_of("r")).with("untouched", &self.untouched(source))
            }
            Source::Journal(baseline) => filled
                .with("baseline", &baseline.id)
                .with("change_is_after_baseline", &is_later("c", &baseline.snapshot)),
            Source::Known => filled,
        }
    }

    /// The row with a single key, with its columns by places.
    fn of_key(&self, only: &OnlyKey) -> Template {
        let read = self.read(Source::Live);
        let (counted, image_of_counted) = counted(&read);
        let live = self.live_values(&read);
        let images = Images::of(self.then, read, self.leniently);
        let joined = images.joined("c.text");
        let images = images.within("c");
        common(
            Template::new(include_str!("../sql/as_of_key.sql")),
            self.then.table,
            self.snapshot,
            None,
        )
        .with("key_of_change", &only.of_change("c.key"))
        .with("new_key_of_change", &only.of_change("c.new_key"))
        .with("last_key_of_change", &only.of_change("coalesce(c.new_key, c.key)"))
        .with("key_of_earlier", &only.of_change("e.key"))
        .with("row_of_key", &only.of_row())
        .with("image", &joined)
        .with_all("values", images.values(), ", ")
        .with_all("live_values", live, ", ")
        .with("counted", &counted)
        .with("image_of_counted", &image_of_counted)
    }

    /// That a row was not changed since. In a copy all rows are looked at once, and compared in the key's
    /// own type where that can be done: making its text of each row takes longer than all else where the
    /// changes since are few.
    fn untouched(&self, source: Source<'_>) -> Template {
        let table = self.then.table;
        let text = match source {
            Source::Checkpoint(_) => include_str!("../sql/untouched_near.sql"),
            _ => include_str!("../sql/untouched.sql"),
        };
        let filled = common(Template::new(text), table, self.snapshot, source.checkpoint());
        let Some((name, type_name)) = self.typed_key() else {
            return filled
                .with("key", &table.key_of("r"))
                .with("key_of_change", &Template::new("c.key"))
                .with("key_of_moved", &Template::new("m.key"))
                .with("key_of_row", &table.key_of("r"));
        };
        let typed = |key: &'static str| {
            Template::new("{key}::{type}")
                .with("key", &Template::new(key))
                .with_checked_sql("type", type_name)
        };
        filled
            .with("key", &table.key_of("r"))
            .with("key_of_change", &typed("c.key"))
            .with("key_of_moved", &typed("m.key"))
            .with("key_of_row", &Template::new("r.{name}").with("name", name))
    }

    /// The only column of the key with its type, if each text of it since the moment is of that type, and
    /// equal values have equal texts.
    fn typed_key(&self) -> Option<(&Ident, &str)> {
        let [name] = self.then.table.relation.key.as_slice() else { return None };
        let stayed = |column: &&FormColumn| self.then.name_today(column) == Some(name);
        let column = self.then.form.columns.iter().find(stayed)?;
        let is_plain = ["smallint", "integer", "bigint", "uuid"].contains(&&*column.type_name);
        (is_plain && self.then.unseen.is_none()).then_some((name, &*column.type_name))
    }

    /// The columns that are read, by their places.
    fn read(&self, source: Source<'_>) -> Vec<(usize, &FormColumn)> {
        let all = self.wanted.iter().enumerate().map(|(at, (column, _))| (at + 1, *column));
        all.filter(|(_, column)| !source.is_later_rows() || self.live(column).is_some()).collect()
    }

    /// A column in a row of today; none if it was lost since.
    fn live(&self, column: &FormColumn) -> Option<Template> {
        if !self.then.records(column) {
            return Some(image::null(column));
        }
        let name = self.then.name_today(column)?;
        Some(Template::new("r.{name}").with("name", name))
    }

    fn live_values(&self, read: &[(usize, &FormColumn)]) -> Vec<Template> {
        let values = read.iter().filter_map(|(place, column)| {
            Some(
                Template::new("{value} AS {place}")
                    .with("value", &self.live(column)?)
                    .with("place", &image::placed(*place)),
            )
        });
        std::iter::once(Template::new("true AS c0")).chain(values).collect()
    }
}

/// The columns of rows that are counted, and what tells them apart.
fn counted(read: &[(usize, &FormColumn)]) -> (Template, Template) {
    let places: Vec<usize> = std::iter::once(0).chain(read.iter().map(|(at, _)| *at)).collect();
    let of = |row: &'static str| {
        let row = Template::new(row);
        places.iter().map(move |place| {
            Template::new("{row}.{place}").with("row", &row).with("place", &image::placed(*place))
        })
    };
    let image = Template::new("(ROW({values})::pg_catalog.text) COLLATE pg_catalog.\"C\"")
        .with_all("values", of("b"), ", ");
    (Template::new("{values}").with_all("values", of("p"), ", "), image)
}

/// The image of one record at a snapshot; `$1` is its key as the journal writes it,
/// `$2` the same as a JSON object.
pub(crate) fn record_at(table: &TrackedTable, snapshot: &Snapshot) -> Template {
    let key = |row: &'static str| {
        let row = Template::new(row);
        table.relation.key.iter().map(move |column| {
            Template::new("{row}.{column}").with("row", &row).with("column", column)
        })
    };
    common(Template::new(include_str!("../sql/record_at.sql")), table, snapshot, None)
        .with("live_image", &table.image_of("r"))
        .with("key_columns", &table.key_columns())
        .with_all("row_key", key("r"), ", ")
        .with_all("given_key", key("k"), ", ")
}

fn common(
    template: Template,
    table: &TrackedTable,
    snapshot: &Snapshot,
    checkpoint: Option<&ReadableCheckpoint>,
) -> Template {
    let live = checkpoint.map_or_else(
        || table.from_clause(),
        |checkpoint| Template::new("{copy}").with("copy", &checkpoint.copy),
    );
    let later = |change| match checkpoint {
        Some(checkpoint) => is_between(change, snapshot, &checkpoint.snapshot),
        None => is_later(change, snapshot),
    };
    template
        .with("live_table", &live)
        .with("relation", &table.relation.id.0)
        .with("change_is_later", &later("c"))
        .with("earlier_is_later", &later("e"))
        .with("table", &table.relation.name)
}

/// Asks whether nothing of a table was changed between a moment and a checkpoint after it.
pub(crate) fn unchanged(
    table: &TrackedTable,
    snapshot: &Snapshot,
    checkpoint: &ReadableCheckpoint,
) -> Template {
    Template::new(include_str!("../sql/unchanged.sql"))
        .with("relation", &table.relation.id.0)
        .with("change_is_between", &is_between("c", snapshot, &checkpoint.snapshot))
}

/// Whether a change is part of one snapshot, but not of an earlier one.
fn is_between(change: &'static str, earlier: &Snapshot, later: &Snapshot) -> Template {
    let text = if later.open.is_empty() {
        "({change}.tx < {upper} AND {is_later})"
    } else {
        "({change}.tx < {upper} AND {change}.tx NOT IN ({open}) AND {is_later})"
    };
    Template::new(text)
        .with("change", &Template::new(change))
        .with("upper", &later.upper.0)
        .with_all("open", later.open.iter().map(|tx| tx.0), ", ")
        .with("is_later", &is_later(change, earlier))
}

/// Whether a change, which goes by the name `change` in a query, is not part of a snapshot. Mostly
/// that is one comparison of numbers.
pub(crate) fn is_later(change: &'static str, snapshot: &Snapshot) -> Template {
    let text = if snapshot.open.is_empty() {
        "{change}.tx >= {upper}"
    } else {
        "({change}.tx >= {upper} OR {change}.tx IN ({open}))"
    };
    Template::new(text)
        .with("change", &Template::new(change))
        .with("upper", &snapshot.upper.0)
        .with_all("open", snapshot.open.iter().map(|tx| tx.0), ", ")
}
