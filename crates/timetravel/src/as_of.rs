//! A tracked table as a query that gives its rows of a moment.

use pgrecall_journal::{Baseline, FormColumn, Journal, ReadableCheckpoint, Snapshot, TrackedTable};
use pgrecall_model::Ident;
use pgrecall_postgres::Template;

use crate::TimeTravelError;
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
    /// What was changed between the two moments.
    pub(crate) meanwhile: Meanwhile,
}

/// What was changed of a table between a moment and a checkpoint after it, which is settled for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meanwhile {
    /// Nothing.
    Nothing,
    /// So many changes, of keys that stayed with their rows and were not changed several times in one
    /// transaction; `again` tells whether one was changed several times at all.
    Plain { changes: i64, again: bool },
    /// Of some keys the first change alone tells nothing.
    Moved,
}

/// So many keys are compared as an array, of whose size the server assumes little: so it hashes them. Of more
/// keys a hash does not pay, because it does not fit into the processor's cache.
const FEW: i64 = 50_000;

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
            Source::Checkpoint(Nearer { meanwhile: Meanwhile::Nothing, .. }) => {
                include_str!("../sql/as_copied.sql")
            }
            Source::Checkpoint(Nearer { meanwhile: Meanwhile::Plain { .. }, .. }) => {
                include_str!("../sql/as_near.sql")
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
            Source::Checkpoint(Nearer {
                checkpoint,
                meanwhile: Meanwhile::Plain { changes, again },
            }) => self.near(filled, checkpoint, *changes, *again),
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
        let [of_change, of_moved] = [self.typed("c.key"), self.typed("m.key")];
        common(Template::new(text), table, self.snapshot, source.checkpoint())
            .with("key", &table.key_of("r"))
            .with("key_of_change", &of_change)
            .with("key_of_moved", &of_moved)
            .with("key_of_row", &self.key_of_row())
    }

    /// What `as_near.sql` lacks.
    fn near(
        &self,
        filled: Template,
        checkpoint: &ReadableCheckpoint,
        changes: i64,
        again: bool,
    ) -> Template {
        let part = |text| {
            common(Template::new(text), self.then.table, self.snapshot, Some(checkpoint))
                .with("key_of_change", &self.typed("c.key"))
        };
        let are_few = changes <= FEW && self.typed_key().is_some();
        let touched = if are_few { "pg_catalog.unnest(ARRAY({keys}))" } else { "({keys})" };
        let first = if again {
            include_str!("../sql/first_of_each.sql")
        } else {
            include_str!("../sql/each.sql")
        };
        filled
            .with(
                "touched",
                &Template::new(touched).with("keys", &part(include_str!("../sql/touched.sql"))),
            )
            .with("key_of_row", &self.key_of_row())
            .with("first", &part(first))
    }

    /// A key of the journal in the key's own type, where it can be compared in that.
    fn typed(&self, key: &'static str) -> Template {
        let key = Template::new(key);
        match self.typed_key() {
            Some((_, type_name)) => {
                Template::new("{key}::{type}").with("key", &key).with_checked_sql("type", type_name)
            }
            None => key,
        }
    }

    /// The key of a row, to be compared with such a one.
    fn key_of_row(&self) -> Template {
        match self.typed_key() {
            Some((name, _)) => Template::new("r.{name}").with("name", name),
            None => self.then.table.key_of("r"),
        }
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

/// Asks what was changed of a table between a moment and a checkpoint after it.
pub(crate) async fn meanwhile(
    journal: &Journal,
    table: &TrackedTable,
    snapshot: &Snapshot,
    checkpoint: &ReadableCheckpoint,
) -> Result<Meanwhile, TimeTravelError> {
    let ask = async |text| {
        let sql = common(Template::new(text), table, snapshot, Some(checkpoint)).sql();
        // Without a name on the server: it is another text for each moment.
        journal.client().query_typed_one(&sql, &[]).await
    };
    let found = ask(include_str!("../sql/changed_between.sql")).await?;
    let (changes, again) = (found.try_get("changes")?, found.try_get("again")?);
    if changes == 0 {
        return Ok(Meanwhile::Nothing);
    }
    if found.try_get("moved")? {
        return Ok(Meanwhile::Moved);
    }
    let again_in_one =
        again && ask(include_str!("../sql/again_in_one.sql")).await?.try_get("again_in_one")?;
    Ok(if again_in_one { Meanwhile::Moved } else { Meanwhile::Plain { changes, again } })
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
