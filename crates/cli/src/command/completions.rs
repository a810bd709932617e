use clap::Args;
use clap_complete::Shell;

use crate::failure::{Exit, Failure};
use crate::{command_line, output};

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  pgrecall completions bash > /etc/bash_completion.d/pgrecall"
)]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command_line(), "pgrecall", &mut script);
    output::bytes(&script)?;
    Ok(Exit::Ok)
}
