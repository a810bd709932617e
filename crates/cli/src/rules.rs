//! What the configuration asks of undos in a target that is named. Who connects by `--url` has said
//! all there is to say: no rule holds then.

use pgrecall_postgres::Environment;
use pgrecall_server::config::{Touched, UndoRules};

use crate::arguments::Connection;
use crate::clock;
use crate::command::config;
use crate::failure::{Failure, Local};

/// The rules of the target, if one is named.
#[derive(Debug)]
pub(crate) struct Rules(Option<(String, UndoRules)>);

/// What is done, and what has to be minded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verb<'a> {
    pub(crate) name: &'static str,
    pub(crate) rules: &'a Rules,
}

impl Rules {
    pub(crate) fn of(connection: &Connection) -> Result<Self, Failure> {
        let environment = Environment::from_process();
        let named = connection.target.as_deref().or_else(|| environment.target());
        let Some(name) = named.filter(|_| connection.url.is_none()) else { return Ok(Self(None)) };
        let undo = config::load(connection)?.target(name)?.undo.clone();
        Ok(Self(Some((name.to_owned(), undo))))
    }

    /// Whether a rule asks for the classes of what is changed.
    pub(crate) fn ask_for_classes(&self) -> bool {
        self.0.as_ref().is_some_and(|(_, undo)| undo.ask_for_classes())
    }

    /// Refuses what needs an approval: here nobody can give one.
    pub(crate) fn check(&self, touched: &Touched) -> Result<(), Failure> {
        let Some((target, undo)) = &self.0 else { return Ok(()) };
        let needs = undo.needs(touched, &clock::now());
        if needs.approvers == 0 {
            return Ok(());
        }
        let (target, rules) = (target.clone(), needs.rules.join("; "));
        Err(Local::NeedsApproval { target, rules }.into())
    }
}
