//! The options of `track` that set guards.

use clap::Args;
use pgrecall_journal::{GuardOptions, Guards, Origin, Wish};
use serde_json::{Value, json};

use crate::command::track::parsed;
use crate::failure::Failure;

/// What the table refuses from now on.
#[derive(Debug, Args)]
#[command(next_help_heading = "Guards")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that somebody gives or not")]
pub(crate) struct GuardFlags {
    /// Refuse changes from elsewhere: `10.0.0.0/8`, an address, or `local` for Unix sockets
    #[arg(long, value_name = "NETWORK", conflicts_with = "no_allow_from")]
    allow_from: Vec<String>,

    /// Allow changes from everywhere again
    #[arg(long)]
    no_allow_from: bool,

    /// Refuse more changed rows than this per actor and minute
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(i32).range(1..), conflicts_with = "no_max_changes")]
    max_changes: Option<i32>,

    /// Allow any number of changes again
    #[arg(long)]
    no_max_changes: bool,

    /// Refuse to delete rows without an approval or a second factor
    #[arg(long, conflicts_with = "no_protect")]
    protect: bool,

    /// Allow deletions again
    #[arg(long)]
    no_protect: bool,

    /// Refuse to drop the table without an approval or a second factor; takes an event trigger
    #[arg(long, conflicts_with = "no_guard_drop")]
    guard_drop: bool,

    /// Allow it to be dropped again
    #[arg(long)]
    no_guard_drop: bool,
}

impl GuardFlags {
    /// The options as they are meant.
    ///
    /// # Errors
    /// When a network is none.
    pub(crate) fn options(&self) -> Result<GuardOptions, Failure> {
        let networks = parsed::<Origin>(&self.allow_from)?;
        Ok(GuardOptions {
            allow_from: wish((!networks.is_empty()).then_some(networks), self.no_allow_from),
            max_changes: wish(self.max_changes, self.no_max_changes),
            protect: wish(self.protect.then_some(()), self.no_protect),
            guard_drop: wish(self.guard_drop.then_some(()), self.no_guard_drop),
        })
    }
}

/// What becomes of something that is given, or taken off.
pub(crate) fn wish<T>(set: Option<T>, remove: bool) -> Wish<T> {
    match set {
        Some(value) => Wish::Set(value),
        None if remove => Wish::Remove,
        None => Wish::Keep,
    }
}

/// The guards of a table, as `tables` prints them.
pub(crate) fn object(guards: &Guards) -> Value {
    let networks: Vec<String> = guards.allow_from.iter().map(ToString::to_string).collect();
    json!({
        "allow_from": (!networks.is_empty()).then_some(networks),
        "max_changes": guards.max_changes,
        "protect": guards.protect,
        "guard_drop": guards.guard_drop,
    })
}

/// The guards of a table in words, one each.
pub(crate) fn words(guards: &Value) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(networks) = guards["allow_from"].as_array() {
        let networks: Vec<&str> = networks.iter().filter_map(Value::as_str).collect();
        words.push(format!("allowed from: {}", networks.join(", ")));
    }
    if let Some(most) = guards["max_changes"].as_i64() {
        words.push(format!("at most {most} changes per actor and minute"));
    }
    if guards["protect"].as_bool() == Some(true) {
        words.push("protected".to_owned());
    }
    if guards["guard_drop"].as_bool() == Some(true) {
        words.push("kept from being dropped".to_owned());
    }
    words
}
