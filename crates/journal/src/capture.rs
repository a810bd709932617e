//! The SQL that records a table: generated functions, and expressions that give a row's image
//! and key in the same text form wherever they are needed.

mod after;
mod statement;

use std::collections::BTreeSet;

use pgrecall_model::{Ident, NameError, RelationId};
use pgrecall_postgres::catalogue::{Column, Format};
use pgrecall_postgres::{Literal, Quoted, Template};

use crate::after_image::AfterImage;
use crate::for_each::ForEach;
use crate::selectivity::{Condition, OnFailure, Selectivity};

pub(crate) use statement::{
    function_names as statement_function_names, triggers as statement_triggers,
};

/// The operations that row triggers record.
pub(crate) const ROW_OPERATIONS: [&str; 3] = ["insert", "update", "delete"];

/// The operations for which a function is generated.
const OPERATIONS: [(&str, &str); 4] = [
    ("insert", include_str!("../sql/capture/insert.sql")),
    ("update", include_str!("../sql/capture/update.sql")),
    ("delete", include_str!("../sql/capture/delete.sql")),
    ("truncate", include_str!("../sql/capture/truncate.sql")),
];

/// Types whose text is always short enough for an index entry, and of which two values are equal only if they
/// are the same to the last byte. Of numbers with a fraction the latter is not so: there are two zeros.
const FIXED_TYPES: [&str; 9] = [
    "smallint",
    "integer",
    "bigint",
    "oid",
    "uuid",
    "boolean",
    "date",
    "timestamp without time zone",
    "timestamp with time zone",
];

/// Whether dates are written as ISO 8601 has them.
const DATE: &str = "pg_catalog.starts_with(pg_catalog.current_setting('DateStyle'), 'ISO')";

/// Whether floating-point numbers are written in full.
const FLOAT: &str =
    "pg_catalog.current_setting('extra_float_digits')::pg_catalog.int4 OPERATOR(pg_catalog.>) 0";

/// How the rows of a table are written into the journal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recording<'t> {
    pub(crate) relation: RelationId,
    pub(crate) partitioned: bool,
    pub(crate) key: &'t [Ident],
    pub(crate) excluded: &'t [Ident],
    pub(crate) hashed: &'t [Ident],
    pub(crate) columns: &'t [Column],
    pub(crate) selectivity: &'t Selectivity,
    pub(crate) on_failure: OnFailure,
    pub(crate) after_image: AfterImage,
    pub(crate) for_each: ForEach,
}

/// The cluster in which functions are written.
#[derive(Debug, Clone)]
pub(crate) struct Cluster {
    /// What tells it from others.
    pub(crate) system: String,
    /// What the journal adds to its numbers of transactions.
    pub(crate) tx_offset: i64,
}

impl Cluster {
    /// The number of the current transaction, as an expression.
    fn tx(&self) -> Template {
        let text = match self.tx_offset {
            0 => "pg_catalog.txid_current()",
            _ => "pg_catalog.txid_current() OPERATOR(pg_catalog.+) {tx_offset}",
        };
        Template::new(text).with("tx_offset", &self.tx_offset)
    }
}

/// What a table is when its functions are written.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    /// Its number in the catalogue.
    pub(crate) table_oid: u32,
    /// The columns of its images, in `recall.shape`.
    pub(crate) shape: i32,
    /// What tells whether it is still the same.
    pub(crate) fingerprint: String,
}

impl Recording<'_> {
    /// The statements that make the functions, each with the name of its function.
    pub(crate) fn functions(
        &self,
        cluster: &Cluster,
        settled: &Settled,
    ) -> Result<Vec<(Ident, String)>, NameError> {
        functions_of(self.for_each)
            .map(|(operation, text)| {
                let function = function_name(self.relation, operation)?;
                let template = Template::new(text)
                    .with("function", &function)
                    .with("tag", &self.tag()?)
                    .with("tx_offset", &cluster.tx_offset)
                    .with("system", &Literal(&cluster.system))
                    .with("tx", &cluster.tx())
                    .with("special", &self.special(operation, cluster, settled))
                    .with("only_roles", &self.only_roles(cluster));
                Ok((function, self.filled(template, operation, settled).sql()))
            })
            .collect()
    }

    /// Fills in what a function knows of the table.
    fn filled(&self, template: Template, operation: &str, settled: &Settled) -> Template {
        let [isolated, end_isolated] = match self.for_each {
            ForEach::Statement if ROW_OPERATIONS.contains(&operation) => {
                self.passed_over(operation, settled)
            }
            _ => self.isolation(),
        };
        let template = self.with_after(self.for_statement(template, operation));
        let row = |name: &'static str| self.key_of_row(&Template::new(name));
        template
            .with("relation", &self.relation.0)
            .with("once", &self.once(settled))
            .with("first", &self.first(operation, settled))
            .with("begun", &Template::new(include_str!("../sql/capture/begun.sql")))
            .with("when", &self.when(settled))
            .with("truncated_when", &self.truncated_when())
            .with("isolated", &isolated)
            .with("end_isolated", &end_isolated)
            .with("settings", &self.settings(operation))
            .with("table_oid", &Literal(&settled.table_oid.to_string()))
            .with("known", &self.known())
            .with("fingerprint", &Literal(&settled.fingerprint))
            .with("shape", &settled.shape)
            .with("plain", &self.is_plain())
            .with("old_text", &self.text("OLD"))
            .with("new_text", &self.text("NEW"))
            .with("row_text", &self.text("r"))
            .with("old_plain", &Self::plain_text(&self.whole("OLD")))
            .with("new_plain", &Self::plain_text(&self.whole("NEW")))
            .with("old_key", &row("OLD"))
            .with("new_key", &row("NEW"))
            .with("row_key", &row("r"))
    }

    /// What has a table that is recorded above leave a row to that.
    fn once(&self, settled: &Settled) -> Template {
        if self.partitioned {
            return Template::new("");
        }
        Template::new(include_str!("../sql/capture/once.sql"))
            .with("relation", &self.relation.0)
            .with("table_oid", &Literal(&settled.table_oid.to_string()))
            .with("fingerprint", &Literal(&settled.fingerprint))
    }

    /// The image of a row, as a JSONB expression. `row` is the whole row: `OLD`, or `r.*`, because
    /// a bare `r` would mean a column of that name.
    pub(crate) fn image(&self, row: &Template) -> Template {
        let whole = if self
            .columns
            .iter()
            .any(|column| ["json", "json[]"].contains(&column.type_name.as_str()))
        {
            Template::new("recall._image({row})").with("row", row)
        } else {
            Template::new("pg_catalog.to_jsonb({row})").with("row", row)
        };
        let kept = if self.excluded.is_empty() {
            whole
        } else {
            Template::new("({image} OPERATOR(pg_catalog.-) ARRAY[{columns}]::pg_catalog.text[])")
                .with("image", &whole)
                .with_all("columns", literals(self.excluded), ", ")
        };
        if self.hashed.is_empty() {
            return kept;
        }
        Template::new("recall._hashed({image}, ARRAY[{columns}]::pg_catalog.text[])")
            .with("image", &kept)
            .with_all("columns", literals(self.hashed), ", ")
    }

    /// What needs no record: a row whose table is recorded by another, and an update of nothing. Where only
    /// some changes are recorded it is asked for first, else where a change is not as most are.
    fn checks(&self, operation: &str, settled: &Settled) -> Template {
        let unchanged =
            if operation == "update" { include_str!("../sql/capture/unchanged.sql") } else { "" };
        Template::new("{unchanged}{once}")
            .with("unchanged", &Template::new(unchanged))
            .with("once", &self.once(settled))
    }

    fn first(&self, operation: &str, settled: &Settled) -> Template {
        if self.selectivity.is_partial() {
            return self.checks(operation, settled);
        }
        Template::new("")
    }

    /// The beginning of what is done where a change is not as most are.
    fn special(&self, operation: &str, cluster: &Cluster, settled: &Settled) -> Template {
        let table_oid = settled.table_oid.to_string();
        let (or_unchanged, inside) = match (self.selectivity.is_partial(), operation) {
            (true, _) => ("", Template::new("")),
            (false, "update") => {
                ("OLD OPERATOR(pg_catalog.*=) NEW OR ", self.checks(operation, settled))
            }
            (false, _) => ("", self.checks(operation, settled)),
        };
        let or_partition = if self.partitioned {
            ""
        } else {
            "recall._is_partition({table_oid}::pg_catalog.oid)\n    OR "
        };
        Template::new(include_str!("../sql/capture/special.sql"))
            .with("or_unchanged", &Template::new(or_unchanged))
            .with(
                "or_partition",
                &Template::new(or_partition).with("table_oid", &Literal(&table_oid)),
            )
            .with("system", &Literal(&cluster.system))
            .with("table_oid", &Literal(&table_oid))
            .with("fingerprint", &Literal(&settled.fingerprint))
            .with("or_ambiguous", &self.or_ambiguous())
            .with("inside", &inside)
            .with("tx", &cluster.tx())
    }

    /// Whether the session's settings make the text of a row ambiguous, after other conditions. What
    /// samples of dates and numbers look like takes less to ask than two settings.
    fn or_ambiguous(&self) -> Template {
        const SAMPLES: &str = "pg_catalog.concat('2001-02-03'::pg_catalog.date, '0.30000000000000004'::pg_catalog.float8) \
             OPERATOR(pg_catalog.=) '2001-02-030.30000000000000004'";
        let mut plain = self.plain();
        if plain.is_empty() {
            return Template::new("");
        }
        if plain.contains(&DATE) && plain.contains(&FLOAT) {
            plain.retain(|condition| ![DATE, FLOAT].contains(condition));
            plain.insert(SAMPLES);
        }
        Template::new("\n    OR NOT ({plain})").with_all(
            "plain",
            plain.into_iter().map(Template::new),
            " AND ",
        )
    }

    /// What lets only changes by some roles pass; nothing where all do.
    fn only_roles(&self, cluster: &Cluster) -> Template {
        let roles = &self.selectivity.only_roles;
        if roles.is_empty() {
            return Template::new("");
        }
        Template::new(include_str!("../sql/capture/only_roles.sql"))
            .with("system", &Literal(&cluster.system))
            .with_all("roles", roles.iter().map(|role| role.oid), ", ")
    }

    /// What lets only changes pass of which the condition is true; nothing where there is none.
    fn when(&self, settled: &Settled) -> Template {
        self.conditional(include_str!("../sql/capture/when.sql"))
            .with("table_oid", &Literal(&settled.table_oid.to_string()))
            .with("fingerprint", &Literal(&settled.fingerprint))
    }

    /// The same for the rows that a TRUNCATE removes.
    fn truncated_when(&self) -> Template {
        self.conditional(include_str!("../sql/capture/truncated_when.sql").trim_end())
    }

    fn conditional(&self, text: &'static str) -> Template {
        match &self.selectivity.condition {
            Some(condition) => {
                Template::new(text).with_checked_sql("condition", condition.as_str())
            }
            None => Template::new(""),
        }
    }

    /// What stands around the body of a function that must not fail.
    fn isolation(&self) -> [Template; 2] {
        match self.on_failure {
            OnFailure::Strict => [Template::new(""), Template::new("")],
            OnFailure::Isolate => [
                Template::new(include_str!("../sql/capture/isolated.sql")),
                Template::new(include_str!("../sql/capture/end_isolated.sql"))
                    .with("relation", &self.relation.0),
            ],
        }
    }

    /// A tag for the quotes around the functions' bodies that nothing in them can end.
    fn tag(&self) -> Result<Ident, NameError> {
        let condition = self.selectivity.condition.as_ref().map(Condition::as_str);
        let names = self.columns.iter().map(|column| column.name.as_str());
        let foreign: Vec<&str> = names.chain(condition).collect();
        let mut tag = "function".to_owned();
        while foreign.iter().any(|text| text.contains(&tag)) {
            tag.push('_');
        }
        Ident::new(tag)
    }

    /// The columns that images hold, in the order of the table.
    pub(crate) fn recorded(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| !self.excluded.contains(&column.name))
    }

    /// Whether an image holds every column as it is.
    pub(crate) fn is_complete(&self) -> bool {
        self.hashed.is_empty() && self.recorded().count() == self.columns.len()
    }

    /// The image of a row that goes by the name `row`, as a text expression that does not depend on
    /// the settings of the session. `concat` takes what the type's output function gives; a cast
    /// could be one that the table's owner made, and would run with the journal's rights.
    pub(crate) fn text(&self, row: &'static str) -> Template {
        if self.plain().is_empty() {
            return Self::plain_text(&self.whole(row));
        }
        self.text_where(&self.is_plain(), row)
    }

    /// The same for rows of a transition table, where it is known already whether texts are unambiguous.
    fn text_at_once(&self) -> Template {
        self.text_where(&Template::new("this.plain"), "r")
    }

    fn text_where(&self, plain: &Template, row: &'static str) -> Template {
        let whole = self.whole(row);
        Template::new("CASE WHEN {plain} THEN {text} ELSE recall._row_text({whole}) END")
            .with("plain", plain)
            .with("text", &Self::plain_text(&whole))
            .with("whole", &whole)
    }

    /// The text of a row, where the session's settings make it unambiguous.
    fn plain_text(whole: &Template) -> Template {
        Template::new("pg_catalog.concat({whole})").with("whole", whole)
    }

    /// The row that goes by the name `row`, with what is recorded of it.
    fn whole(&self, row: &'static str) -> Template {
        let alias = Template::new(row);
        if !self.is_complete() || self.partitioned {
            // The columns of a partition may stand in another order than those of its root.
            Template::new("ROW({values})").with_all(
                "values",
                self.recorded().map(|column| self.value(&alias, column)),
                ", ",
            )
        } else if row == "r" {
            // A bare `r` would mean a column of that name.
            Template::new("r.*")
        } else {
            alias
        }
    }

    /// What `recall._record` is to know: the key, the columns that are recorded, those of which a hash
    /// is kept, and whether there are hidden ones.
    fn known(&self) -> Template {
        let recorded: Vec<Ident> = self.recorded().map(|column| column.name.clone()).collect();
        Template::new(
            "ARRAY[{key}]::pg_catalog.text[], ARRAY[{recorded}]::pg_catalog.text[], \
             ARRAY[{hashed}]::pg_catalog.text[], {hides}",
        )
        .with_all("key", literals(self.key), ", ")
        .with_all("recorded", literals(&recorded), ", ")
        .with_all("hashed", literals(self.hashed), ", ")
        .with("hides", &Template::new(if self.hides() { "true" } else { "false" }))
    }

    /// Whether there are columns that the user wants hidden.
    fn hides(&self) -> bool {
        let computed = |name: &Ident| {
            self.columns.iter().any(|column| column.computed_on_read && column.name == *name)
        };
        !self.hashed.is_empty() || self.excluded.iter().any(|name| !computed(name))
    }

    /// The value of a column as it is recorded.
    fn value(&self, row: &Template, column: &Column) -> Template {
        let value =
            Template::new("{row}.{column}").with("row", row).with("column", &Quoted(&column.name));
        self.hashed_if_wanted(column, &value)
    }

    /// What is recorded of a column's value.
    fn hashed_if_wanted(&self, column: &Column, value: &Template) -> Template {
        let text =
            if self.hashed.contains(&column.name) { "recall._hash({value})" } else { "{value}" };
        Template::new(text).with("value", value)
    }

    /// Whether the text of this table's rows is unambiguous in this session.
    fn is_plain(&self) -> Template {
        let conditions = self.plain();
        if conditions.is_empty() {
            return Template::new("true");
        }
        let conditions = conditions.into_iter().map(Template::new);
        Template::new("{conditions}").with_all("conditions", conditions, " AND ")
    }

    /// The conditions on the session under which the text of this table's rows is unambiguous.
    fn plain(&self) -> BTreeSet<&'static str> {
        const INTERVAL: &str =
            "pg_catalog.current_setting('IntervalStyle') OPERATOR(pg_catalog.=) 'postgres'";
        const NAMES: &str =
            "pg_catalog.current_setting('quote_all_identifiers') OPERATOR(pg_catalog.=) 'off'";
        const ZONE: &str = "pg_catalog.current_setting('TimeZone') OPERATOR(pg_catalog.=) 'UTC'";
        const BYTEA: &str =
            "pg_catalog.current_setting('bytea_output') OPERATOR(pg_catalog.=) 'hex'";
        self.recorded()
            .flat_map(|column| -> &'static [&'static str] {
                match column.format {
                    Format::Fixed | Format::Bytea => &[],
                    Format::Date | Format::TimeZone => &[DATE],
                    Format::Float => &[FLOAT],
                    Format::Interval => &[INTERVAL],
                    // Whatever the path is, names are written with their schema.
                    Format::Names => &["false"],
                    Format::All => &[DATE, FLOAT, INTERVAL, NAMES, ZONE, BYTEA],
                }
            })
            .copied()
            .collect()
    }

    /// The key of a row that goes by the name `row`, as a text expression.
    pub(crate) fn key_of_row(&self, row: &Template) -> Template {
        let value = |column: &Ident| {
            Template::new("pg_catalog.to_jsonb({row}.{column})")
                .with("row", row)
                .with("column", &Quoted(column))
        };
        let text = match self.key {
            [] => return Template::new("NULL::pg_catalog.text"),
            [only] if self.is_short(only) && self.is_text_as_it_is(only) => {
                Template::new("({row}.{column})::pg_catalog.text")
                    .with("row", row)
                    .with("column", &Quoted(only))
            }
            [only] => {
                Template::new("({value} OPERATOR(pg_catalog.#>>) '{}')").with("value", &value(only))
            }
            several => Template::new("pg_catalog.jsonb_build_array({values})::pg_catalog.text")
                .with_all("values", several.iter().map(value), ", "),
        };
        self.shortened(text)
    }

    fn shortened(&self, key: Template) -> Template {
        if self.key.iter().all(|column| self.is_short(column)) && self.key.len() <= 8 {
            return key;
        }
        Template::new("recall._key({key})").with("key", &key)
    }

    fn type_of(&self, column: &Ident) -> Option<&str> {
        self.columns.iter().find(|c| c.name == *column).map(|c| c.type_name.as_str())
    }

    fn is_short(&self, column: &Ident) -> bool {
        self.type_of(column).is_some_and(|name| FIXED_TYPES.contains(&name))
    }

    /// Whether casting to text gives what JSON holds: not for booleans and times.
    fn is_text_as_it_is(&self, column: &Ident) -> bool {
        self.type_of(column)
            .is_some_and(|name| ["smallint", "integer", "bigint", "oid", "uuid"].contains(&name))
    }

    /// The settings on which the text of the key depends, pinned in the function, one a line. Each
    /// costs a little per row, so only those that matter are there.
    ///
    /// A condition runs with the journal's rights, so its operators must not be found in the writer's
    /// `search_path`; at a TRUNCATE it is pinned anyway.
    fn settings(&self, operation: &str) -> Template {
        let pins = |format: Format| -> &'static [&'static str] {
            match format {
                // Who reads keys computes them under a path of their own, so pinning one would help nobody.
                Format::Fixed | Format::Date | Format::Names => &[],
                Format::TimeZone => &["SET TimeZone = 'UTC'\n"],
                Format::Bytea => &["SET bytea_output = 'hex'\n"],
                Format::Float => &["SET extra_float_digits = 1\n"],
                Format::Interval => &["SET IntervalStyle = 'postgres'\n"],
                Format::All => &[
                    "SET TimeZone = 'UTC'\n",
                    "SET bytea_output = 'hex'\n",
                    "SET extra_float_digits = 1\n",
                    "SET IntervalStyle = 'postgres'\n",
                    "SET DateStyle = 'ISO, YMD'\n",
                    "SET quote_all_identifiers = off\n",
                ],
            }
        };
        let keys = self.columns.iter().filter(|column| self.key.contains(&column.name));
        let mut wanted: BTreeSet<_> = keys.flat_map(|column| pins(column.format)).collect();
        if self.selectivity.condition.is_some() && operation != "truncate" {
            wanted.insert(&"SET search_path = pg_catalog, pg_temp\n");
        }
        Template::new("{lines}").with_all(
            "lines",
            wanted.into_iter().map(|line| Template::new(line)),
            "",
        )
    }
}

/// The name of the function that records an operation.
pub(crate) fn function_name(relation: RelationId, operation: &str) -> Result<Ident, NameError> {
    Ident::new(format!("capture_{relation}_{operation}"))
}

/// The name of the trigger that records an operation; `!` sorts before every letter and digit.
pub(crate) fn trigger_name(relation: RelationId, operation: &str) -> Result<Ident, NameError> {
    Ident::new(format!("!recall_{relation}_{operation}"))
}

/// The names of all functions that may record a table.
pub(crate) fn function_names(relation: RelationId) -> Result<Vec<Ident>, NameError> {
    functions_of(ForEach::Statement).map(|(name, _)| function_name(relation, name)).collect()
}

fn functions_of(for_each: ForEach) -> impl Iterator<Item = (&'static str, &'static str)> {
    let for_statement = statement::FUNCTIONS.iter().filter(move |_| for_each == ForEach::Statement);
    OPERATIONS.iter().chain(for_statement).copied()
}

fn literals(columns: &[Ident]) -> impl Iterator<Item = Literal<'_>> {
    columns.iter().map(|column| Literal(column.as_str()))
}
