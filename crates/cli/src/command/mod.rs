//! One file per verb: its arguments, and what it does with them.

pub(crate) mod activity;
pub(crate) mod at;
pub(crate) mod blame;
pub(crate) mod checkpoint;
pub(crate) mod classify;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod events;
pub(crate) mod history;
pub(crate) mod install;
pub(crate) mod log;
pub(crate) mod maintain;
pub(crate) mod mark;
pub(crate) mod marks;
pub(crate) mod operations;
pub(crate) mod pause;
pub(crate) mod reconcile;
pub(crate) mod refusals;
pub(crate) mod restore;
pub(crate) mod resume;
pub(crate) mod retain;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod status;
pub(crate) mod tables;
pub(crate) mod token;
pub(crate) mod track;
pub(crate) mod undo;
pub(crate) mod uninstall;
pub(crate) mod untrack;
pub(crate) mod upgrade;
pub(crate) mod user;
pub(crate) mod viewer;

use crate::arguments::{Cli, Verb};
use crate::failure::{Exit, Failure};
use crate::session;

/// Does what the arguments say, until it is done or the user interrupts it.
pub(crate) async fn dispatch(cli: Cli) -> Result<Exit, Failure> {
    let ends_by_itself = match &cli.verb {
        Verb::Maintain(arguments) => !arguments.goes_on(),
        Verb::Serve(_) => false,
        _ => true,
    };
    if !ends_by_itself {
        return Box::pin(verb(cli)).await;
    }
    tokio::select! {
        result = verb(cli) => result,
        interruption = session::interrupted() => Err(interruption),
    }
}

async fn verb(cli: Cli) -> Result<Exit, Failure> {
    let connection = &cli.connection;
    match cli.verb {
        Verb::Demo(arguments) => demo::run(&arguments).await,
        Verb::Install(arguments) => install::run(connection, &arguments).await,
        Verb::Upgrade(arguments) => upgrade::run(connection, &arguments).await,
        Verb::Uninstall(arguments) => uninstall::run(connection, &arguments).await,
        Verb::Track(arguments) => track::run(connection, &arguments).await,
        Verb::Untrack(arguments) => untrack::run(connection, &arguments).await,
        Verb::Pause(arguments) => pause::run(connection, &arguments).await,
        Verb::Resume(arguments) => resume::run(connection, &arguments).await,
        Verb::Tables(arguments) => tables::run(connection, &arguments).await,
        Verb::Classify(arguments) => classify::run(connection, &arguments).await,
        Verb::Log(arguments) => log::run(connection, &arguments).await,
        Verb::Show(arguments) => show::run(connection, &arguments).await,
        Verb::History(arguments) => history::run(connection, &arguments).await,
        Verb::Blame(arguments) => blame::run(connection, &arguments).await,
        Verb::Activity(arguments) => activity::run(connection, &arguments).await,
        Verb::Events(arguments) => events::run(connection, &arguments).await,
        Verb::Operations(arguments) => operations::run(connection, &arguments).await,
        Verb::Refusals(arguments) => refusals::run(connection, &arguments).await,
        Verb::At(arguments) => at::run(connection, &arguments).await,
        Verb::Diff(arguments) => diff::run(connection, &arguments).await,
        Verb::Mark(arguments) => mark::run(connection, &arguments).await,
        Verb::Marks(arguments) => marks::run(connection, &arguments).await,
        Verb::Undo(arguments) => undo::run(connection, &arguments).await,
        Verb::Restore(arguments) => restore::run(connection, &arguments).await,
        Verb::Checkpoint(arguments) => checkpoint::run(connection, &arguments).await,
        Verb::Retain(arguments) => retain::run(connection, &arguments).await,
        Verb::Maintain(arguments) => maintain::run(connection, &arguments).await,
        Verb::Doctor(arguments) => doctor::run(connection, &arguments).await,
        Verb::Status(arguments) => status::run(connection, &arguments).await,
        Verb::Reconcile(arguments) => reconcile::run(connection, &arguments).await,
        Verb::Viewer(arguments) => viewer::run(connection, &arguments).await,
        Verb::Serve(arguments) => serve::run(connection, &arguments).await,
        Verb::User(arguments) => user::run(connection, &arguments).await,
        Verb::Token(arguments) => token::run(connection, &arguments).await,
        Verb::Config(arguments) => config::run(connection, &arguments),
        Verb::Completions(arguments) => completions::run(&arguments),
    }
}
