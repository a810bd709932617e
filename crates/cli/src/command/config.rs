use clap::{Args, Subcommand};
use pgrecall_postgres::Environment;
use pgrecall_server::config::{Config, ConfigError, Shown};

use crate::arguments::Connection;
use crate::failure::{Exit, Failure};
use crate::output;

/// Look at the configuration of the server and its targets
///
/// The configuration is `pgrecall.toml` in the present folder, or the file that `--config` or
/// `PGRECALL_CONFIG` names. A variable such as `PGRECALL_TARGETS__SHOP__URL` outranks the setting
/// `targets.shop.url`.
#[derive(Debug, Args)]
#[command(
    disable_help_subcommand = true,
    after_long_help = "Examples:\n  pgrecall config check\n  \
    pgrecall --config /etc/pgrecall.toml config show --json\n  pgrecall config schema > pgrecall.schema.json"
)]
pub(crate) struct Arguments {
    /// What to do
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Find everything that is wrong with it
    Check {
        /// Print a line of JSON per mistake
        #[arg(long)]
        json: bool,
    },
    /// Show what holds, defaults included and secrets hidden
    Show {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON schema of the file
    Schema {
        /// Print it in one line
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    match arguments.action {
        Action::Check { json } => check(connection, json),
        Action::Show { json } => show(&load(connection)?, json),
        Action::Schema { json } => schema(json),
    }
}

/// The configuration that the arguments and the environment name.
pub(crate) fn load(connection: &Connection) -> Result<Config, ConfigError> {
    Config::load(connection.config.as_deref(), &Environment::from_process())
}

fn check(connection: &Connection, json: bool) -> Result<Exit, Failure> {
    let mistakes = match load(connection) {
        Ok(config) => {
            let targets = output::counted(config.targets.len(), "target");
            let place = config.file.map_or_else(
                || "There is no file".to_owned(),
                |file| format!("{} is right", file.display()),
            );
            output::say(format!("{place}; {targets}."));
            return Ok(Exit::Ok);
        }
        Err(ConfigError::Mistakes { mistakes, .. }) => mistakes,
        Err(error) => return Err(error.into()),
    };
    for mistake in &mistakes {
        if json {
            output::json(mistake)?;
            continue;
        }
        output::line(mistake)?;
        if let Some(hint) = &mistake.hint {
            output::line(format!("  hint: {hint}"))?;
        }
    }
    output::say(format!("{}.", output::counted(mistakes.len(), "mistake")));
    Ok(Exit::Failed)
}

fn show(config: &Config, json: bool) -> Result<Exit, Failure> {
    let shown = Shown::from(config);
    if json {
        output::json(shown.object())?;
        return Ok(Exit::Ok);
    }
    for (setting, value) in shown.lines() {
        output::line(format!("{setting:<36} {value}"))?;
    }
    Ok(Exit::Ok)
}

fn schema(json: bool) -> Result<Exit, Failure> {
    let schema = Config::schema();
    if json {
        output::json(&schema)?;
    } else {
        output::line(format!("{schema:#}"))?;
    }
    Ok(Exit::Ok)
}
