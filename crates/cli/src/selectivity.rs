//! The options of `track` that say which changes are recorded, and what becomes of one that cannot be.

use clap::Args;
use pgrecall_journal::{Condition, OnFailure, SelectivityOptions, TrackedTable};
use serde_json::{Map, Value, json};

use crate::guards::wish;

/// Which changes are recorded.
#[derive(Debug, Args)]
#[command(next_help_heading = "Selectivity and safety")]
pub(crate) struct SelectivityFlags {
    /// Record only changes by members of these roles
    #[arg(long, value_name = "ROLE,…", value_delimiter = ',', conflicts_with = "no_only_roles")]
    only_roles: Vec<String>,

    /// Record changes by everybody again
    #[arg(long)]
    no_only_roles: bool,

    /// Record only changes of which this is true: `'NEW.status IS DISTINCT FROM OLD.status'`
    ///
    /// All columns of OLD are null for an insert, all columns of NEW for a delete or truncate.
    #[arg(long, value_name = "CONDITION", conflicts_with = "no_when")]
    when: Option<String>,

    /// Record all changes again
    #[arg(long)]
    no_when: bool,

    /// What becomes of a change that cannot be recorded: `strict`, it fails, or `isolate`, it stays
    /// and a gap is noted
    #[arg(long, value_name = "POLICY")]
    on_failure: Option<OnFailure>,
}

impl SelectivityFlags {
    /// Which changes are to be recorded.
    pub(crate) fn options(&self) -> SelectivityOptions {
        let roles = (!self.only_roles.is_empty()).then(|| self.only_roles.clone());
        SelectivityOptions {
            only_roles: wish(roles, self.no_only_roles),
            condition: wish(self.when.clone(), self.no_when),
        }
    }

    /// What is to become of a change that cannot be recorded.
    pub(crate) fn on_failure(&self) -> Option<OnFailure> {
        self.on_failure
    }
}

/// The fields of a table in `tables --json`.
pub(crate) fn fields(table: &TrackedTable) -> Map<String, Value> {
    let roles: Vec<&str> =
        table.selectivity.only_roles.iter().map(|role| role.name.as_str()).collect();
    let condition = table.selectivity.condition.as_ref();
    let mut fields = Map::new();
    fields.insert("only_roles".to_owned(), json!((!roles.is_empty()).then_some(roles)));
    fields.insert("when".to_owned(), json!(condition.map(Condition::as_str)));
    fields.insert("image".to_owned(), json!(table.after_image.as_str()));
    fields.insert("for_each".to_owned(), json!(table.for_each.as_str()));
    fields.insert("on_failure".to_owned(), json!(table.on_failure.as_str()));
    fields
}

/// The same in words, as far as it is not what every table has.
pub(crate) fn words(line: &Value) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(roles) = line["only_roles"].as_array() {
        let roles: Vec<&str> = roles.iter().filter_map(Value::as_str).collect();
        words.push(format!("only roles: {}", roles.join(", ")));
    }
    if let Some(condition) = line["when"].as_str() {
        words.push(format!("when: {condition}"));
    }
    if line["image"] == "changed" {
        words.push("only what changed is kept of the row after".to_owned());
    }
    if line["for_each"] == "statement" {
        words.push("for each statement".to_owned());
    }
    if line["on_failure"] == "isolate" {
        words.push("failures isolated".to_owned());
    }
    words
}
