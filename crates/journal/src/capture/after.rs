//! What is kept of the row after an update where only what changed is to be kept.

use pgrecall_postgres::catalogue::{Column, Format};
use pgrecall_postgres::{Literal, Quoted, Template};

use super::{FIXED_TYPES, Recording};
use crate::after_image::AfterImage;

/// Where both rows of an update are found.
#[derive(Debug, Clone, Copy)]
enum Pair {
    /// In a trigger for each row.
    Trigger,
    /// In two transition tables that were joined; values go by the place of their column.
    Joined,
}

impl Pair {
    /// A column's value before and after.
    fn values(self, place: usize, column: &Column) -> [Template; 2] {
        let place = place + 1;
        match self {
            Self::Trigger => ["OLD.{column}", "NEW.{column}"]
                .map(|text| Template::new(text).with("column", &Quoted(&column.name))),
            Self::Joined => {
                ["b.v{place}", "a.v{place}"].map(|text| Template::new(text).with("place", &place))
            }
        }
    }
}

impl Recording<'_> {
    /// What is kept of the row after an update, for any settings of the session and for those that most
    /// have, and how it shows that nothing is to be recorded.
    pub(super) fn with_after(&self, template: Template) -> Template {
        if !self.compares() {
            return template
                .with("after_text", &self.text("NEW"))
                .with("after_plain", &Self::plain_text(&self.whole("NEW")))
                .with("nothing_changed", &Template::new("before"));
        }
        template
            .with("after_text", &self.delta_where(&self.is_plain(), Pair::Trigger, "before"))
            .with("after_plain", &self.delta(Pair::Trigger))
            .with("nothing_changed", &self.nothing_changed())
    }

    /// The same for rows of transition tables that are joined, and what has to be read of them for it.
    pub(super) fn joined(&self, template: Template) -> Template {
        if !self.compares() {
            let image = Template::new("{text} AS image").with("text", &self.text_at_once());
            return template
                .with("of_before", &Template::new(""))
                .with("of_after", &image)
                .with("after", &Template::new("a.image"))
                .with("nothing_changed", &Template::new("p.old"));
        }
        let values = self.by_place();
        let plain = Template::new("this.plain");
        template
            .with("of_before", &Template::new("{values}, ").with("values", &values))
            .with("of_after", &values)
            .with("after", &self.delta_where(&plain, Pair::Joined, "b.image"))
            .with("nothing_changed", &self.nothing_changed())
    }

    /// What is kept of the row after, whatever the session's settings are.
    fn delta_where(&self, plain: &Template, pair: Pair, before: &'static str) -> Template {
        Template::new(
            "CASE WHEN {plain} THEN {delta} ELSE recall._delta({before}, recall._row_text({whole})) END",
        )
        .with("plain", plain)
        .with("delta", &self.delta(pair))
        .with("before", &Template::new(before))
        .with("whole", &self.row_after(pair))
    }

    /// Whether values of the row after are compared with those before, one by one.
    fn compares(&self) -> bool {
        self.after_image == AfterImage::Changed && self.recorded().next().is_some()
    }

    /// What is kept where the session's settings make texts unambiguous: `=` and the text
    /// of a row that has only the values that changed. Where one became null that would not tell it from
    /// one that stayed, so then it is the whole row.
    fn delta(&self, pair: Pair) -> Template {
        let columns: Vec<[Template; 2]> =
            self.recorded().enumerate().map(|(place, column)| pair.values(place, column)).collect();
        let pairs = || self.recorded().zip(&columns);
        let became_null = pairs().map(|(column, [was, now])| became_null(column, was, now));
        let changed = pairs().map(|(column, [was, now])| {
            Template::new("CASE WHEN {same} THEN NULL ELSE {kept} END")
                .with("same", &is_same(column, was, now))
                .with("kept", &self.hashed_if_wanted(column, now))
        });
        Template::new(
            "CASE WHEN {became_null} THEN pg_catalog.concat({whole}) \
             ELSE pg_catalog.concat('=', ROW({changed})) END",
        )
        .with_all("became_null", became_null, " OR ")
        .with("whole", &self.row_after(pair))
        .with_all("changed", changed, ", ")
    }

    /// The whole row after.
    fn row_after(&self, pair: Pair) -> Template {
        if matches!(pair, Pair::Trigger) {
            return self.whole("NEW");
        }
        let values = self.recorded().enumerate().map(|(place, column)| {
            let [_, now] = pair.values(place, column);
            self.hashed_if_wanted(column, &now)
        });
        Template::new("ROW({values})").with_all("values", values, ", ")
    }

    /// The columns of a transition table, by names that none of its columns has.
    fn by_place(&self) -> Template {
        let columns = self.recorded().enumerate().map(|(place, column)| {
            Template::new("r.{column} AS v{place}")
                .with("column", &Quoted(&column.name))
                .with("place", &(place + 1))
        });
        Template::new("{columns}").with_all("columns", columns, ", ")
    }

    /// What is kept where no value changed: it is not recorded then.
    fn nothing_changed(&self) -> Template {
        let commas = ",".repeat(self.recorded().count().saturating_sub(1));
        Template::new("{nothing}").with("nothing", &Literal(&format!("=({commas})")))
    }
}

/// Whether a value is the same as it was, to the last byte; null where either is, if it can be asked by `=`.
fn is_same(column: &Column, was: &Template, now: &Template) -> Template {
    let name = unmodified(&column.type_name);
    let text = match name.strip_suffix("[]").unwrap_or(&name) {
        // By a collation under which different texts may be equal they would be passed over.
        "text" | "character varying" => {
            "{was} OPERATOR(pg_catalog.=) {now} COLLATE pg_catalog.\"C\""
        }
        name if name == "bytea" || FIXED_TYPES.contains(&name) => {
            "{was} OPERATOR(pg_catalog.=) {now}"
        }
        _ => "pg_catalog.record_image_eq(ROW({was}), ROW({now}))",
    };
    Template::new(text).with("was", was).with("now", now)
}

/// Whether a value is null that was not. `IS NULL` would ask the fields of a composite value.
fn became_null(column: &Column, was: &Template, now: &Template) -> Template {
    let text = match column.format {
        Format::All => {
            "pg_catalog.num_nulls({was}) OPERATOR(pg_catalog.<) pg_catalog.num_nulls({now})"
        }
        _ => "({now} IS NULL AND {was} IS NOT NULL)",
    };
    Template::new(text).with("was", was).with("now", now)
}

/// The name of a type without lengths and precisions.
fn unmodified(type_name: &str) -> String {
    match (type_name.find('('), type_name.find(')')) {
        (Some(open), Some(close)) if open < close => {
            format!("{}{}", &type_name[..open], &type_name[close + 1..])
        }
        _ => type_name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::unmodified;

    #[test]
    fn types_go_by_their_names_without_modifiers() {
        assert_eq!(unmodified("character varying(40)"), "character varying");
        assert_eq!(unmodified("timestamp(3) with time zone"), "timestamp with time zone");
        assert_eq!(unmodified("character varying(40)[]"), "character varying[]");
        assert_eq!(unmodified("bigint"), "bigint");
    }
}
