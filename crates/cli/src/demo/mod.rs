//! `pgrecall demo`: a private server, a small application, a day of traffic, an accident, and the
//! way back. Then it happens again, and the console is opened for whoever wants to take it back.
//!
//! Everything that is shown is done: the commands of the walk are run by this very program, and
//! their output is what a user would get. At the end the tables are compared with what they were,
//! and the demo fails if they differ.
//!
//! This is the one place of the command line with SQL, that of an application, in `sql/`.
//!
//! To add a step to the walk: a function in `walk.rs`, and a line in its `walk`. To add to the
//! traffic: a file in `sql/traffic/`, and an entry in `kind.rs`. To let somebody else in: a line in
//! `console::USERS`.

mod accident;
mod application;
mod check;
mod cluster;
mod console;
mod ending;
mod error;
mod invocation;
mod kind;
mod talk;
mod traffic;
mod walk;

pub(crate) use cluster::{clean, stop};
pub(crate) use console::keep;
pub(crate) use talk::Talk;

use crate::demo::application::Application;
use crate::demo::cluster::Stage;
use crate::demo::console::Console;
use crate::demo::ending::Ending;
use crate::demo::traffic::Traffic;
use crate::failure::Failure;

/// Plays the demo.
///
/// # Errors
/// When there is no server to be had, when a step fails, or when the undo does not bring back
/// exactly what was lost.
pub(crate) async fn play(talk: &Talk) -> Result<(), Failure> {
    talk.line(
        "A private PostgreSQL, an application on it, a working day, an accident, and the way back.",
    )?;
    talk.line("")?;
    let stage = Stage::set(talk).await?;
    let mut application = Application::create(talk, &stage).await?;

    let mut traffic = Traffic::begin(talk, &stage).await?;
    traffic.until_accident().await?;
    let accident = accident::happen(&stage, application.journal(), accident::SESSION).await?;
    traffic.after_accident().await?;
    traffic.end(application.journal()).await?;

    let undo = walk::walk(talk, &stage, application.journal_mut(), &accident).await?;
    let ending = Ending::of(&stage, application.journal(), (&accident, undo)).await?;
    accident::happen(&stage, application.journal(), accident::AGAIN).await?;
    ending.tell(talk, &Console::open(talk, &stage).await?)
}
