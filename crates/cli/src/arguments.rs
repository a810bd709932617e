use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::command::{
    activity, at, blame, checkpoint, classify, completions, config, demo, diff, doctor, events,
    history, install, log, maintain, mark, marks, operations, pause, reconcile, refusals, restore,
    resume, retain, serve, show, status, tables, token, track, undo, uninstall, untrack, upgrade,
    user, viewer,
};

/// The flight recorder for PostgreSQL: every change remembered, any moment visible, any mistake
/// reversible.
#[derive(Debug, Parser)]
#[command(name = "pgrecall", version, propagate_version = true, max_term_width = 100)]
#[command(disable_help_subcommand = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) connection: Connection,

    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,

    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// How the database is found.
#[derive(Debug, Clone, Args)]
pub(crate) struct Connection {
    /// Database to connect to: a URI or `keyword=value` pairs [env: `PGRECALL_URL`, `DATABASE_URL`]
    ///
    /// Without it: `PGRECALL_URL`, then `DATABASE_URL`, then `PGSERVICE`, `PGHOST` and the other variables
    /// of libpq, with passwords from the password file.
    #[arg(long, global = true, value_name = "URI", hide_env_values = true)]
    pub(crate) url: Option<String>,

    /// Database to connect to: a target of the configuration file [env: `PGRECALL_TARGET`]
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "url")]
    pub(crate) target: Option<String>,

    /// The configuration file [env: `PGRECALL_CONFIG`; default: `pgrecall.toml`]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Demo(demo::Arguments),
    Install(install::Arguments),
    Upgrade(upgrade::Arguments),
    Uninstall(uninstall::Arguments),
    Track(track::Arguments),
    Untrack(untrack::Arguments),
    Pause(pause::Arguments),
    Resume(resume::Arguments),
    Tables(tables::Arguments),
    Classify(classify::Arguments),
    Log(log::Arguments),
    Show(show::Arguments),
    History(history::Arguments),
    Blame(blame::Arguments),
    Activity(activity::Arguments),
    Events(events::Arguments),
    Operations(operations::Arguments),
    Refusals(refusals::Arguments),
    At(at::Arguments),
    Diff(diff::Arguments),
    Mark(mark::Arguments),
    Marks(marks::Arguments),
    Undo(Box<undo::Arguments>),
    Restore(restore::Arguments),
    Checkpoint(checkpoint::Arguments),
    Retain(retain::Arguments),
    Maintain(maintain::Arguments),
    Reconcile(reconcile::Arguments),
    Doctor(doctor::Arguments),
    Status(status::Arguments),
    Viewer(viewer::Arguments),
    Serve(serve::Arguments),
    User(user::Arguments),
    Token(token::Arguments),
    Config(config::Arguments),
    Completions(completions::Arguments),
}
