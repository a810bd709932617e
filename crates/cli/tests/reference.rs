//! The reference is generated from the code: this test compares, and `UPDATE_EXPECT=1` writes.

#![expect(clippy::expect_used, reason = "this is how a test fails")]

use std::fmt::Write;
use std::path::Path;

use clap::{Arg, Command};
use pgrecall_postgres::VARIABLES;

fn reference() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference"))
}

fn check(file: &Path, text: &str) {
    expect_test::expect_file![file].assert_eq(text);
}

#[test]
fn the_command_line_is_documented() {
    let mut text = String::from(
        "# The command line\n\n<!-- Generated from the code by `cargo xtask generate`. -->\n\n\
         stdout is data, stderr is talk. Every verb takes `--url`, `--target`, `--config` and `--color`, and all but `completions` take `--json`.\n\n\
         | exit code | meaning |\n|---|---|\n| 0 | done |\n| 1 | failed |\n| 2 | the arguments make no sense |\n\
         | 3 | partly done |\n| 4 | not permitted |\n| 5 | an approval is needed |\n| 6 | differences or conflicts found |\n| 130 | interrupted |\n",
    );
    let mut command = pgrecall::command_line().term_width(90);
    command.build();
    for verb in command.get_subcommands() {
        section(&mut text, verb);
        for action in verb.get_subcommands() {
            section(&mut text, action);
        }
    }
    check(&reference().join("cli.md"), &text);
}

fn section(text: &mut String, verb: &Command) {
    let about =
        verb.get_long_about().or(verb.get_about()).map(ToString::to_string).unwrap_or_default();
    let usage = verb.clone().render_usage().to_string().replace("Usage: ", "");
    // `viewer grant` for an action of a verb.
    let name = verb.get_bin_name().unwrap_or_default().trim_start_matches("pgrecall ");
    let level = "#".repeat(1 + name.split(' ').count());
    let _ = write!(
        text,
        "\n{level} {name}\n\n{about}\n\n```\n{usage}\n```\n\n| argument | meaning |\n|---|---|\n"
    );
    for argument in verb.get_arguments().filter(|a| !a.is_hide_set() && !a.is_global_set()) {
        if argument.get_id() != "help" && argument.get_id() != "version" {
            let _ = writeln!(text, "| {} | {} |", shown(argument), meaning(argument));
        }
    }
    if let Some(examples) = verb.get_after_long_help() {
        let _ = write!(text, "\n```\n{}\n```\n", examples.to_string().trim_end());
    }
}

fn shown(argument: &Arg) -> String {
    let value = argument.get_value_names().map(|names| names.join(" ")).unwrap_or_default();
    let takes = argument.get_action().takes_values();
    match (argument.get_long(), takes) {
        (Some(long), true) => format!("`--{long} {value}`"),
        (Some(long), false) => format!("`--{long}`"),
        (None, _) => format!("`{value}`"),
    }
}

fn meaning(argument: &Arg) -> String {
    let mut text = argument.get_help().map(ToString::to_string).unwrap_or_default();
    if argument.get_action().takes_values() {
        let values: Vec<String> =
            argument.get_possible_values().iter().map(|v| format!("`{}`", v.get_name())).collect();
        if !values.is_empty() {
            let _ = write!(text, ": {}", values.join(", "));
        }
    }
    text.replace('|', "\\|").replace('\n', " ")
}

#[test]
fn the_environment_is_documented() {
    let mut text = String::from(
        "# Environment variables\n\n<!-- Generated from the code by `cargo xtask generate`. -->\n\n\
         An empty variable counts as unset.\n\n| variable | meaning |\n|---|---|\n",
    );
    for variable in VARIABLES {
        let _ = writeln!(text, "| `{}` | {} |", variable.name, variable.doc);
    }
    check(&reference().join("environment.md"), &text);
}

#[test]
fn every_verb_has_a_man_page() {
    let mut command = pgrecall::command_line().disable_help_flag(false);
    command.build();
    page(&command, "pgrecall");
    for verb in command.get_subcommands() {
        page(verb, &format!("pgrecall-{}", verb.get_name()));
    }
}

fn page(command: &Command, name: &str) {
    let mut bytes = Vec::new();
    let command = command.clone().display_name(name.to_owned());
    clap_mangen::Man::new(command).render(&mut bytes).expect("a page");
    let text = String::from_utf8(bytes).expect("text");
    check(&reference().join("man").join(format!("{name}.1")), &text);
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_pgrecall"))
            .args(["completions", shell])
            .output()
            .expect("the program runs");
        assert!(output.status.success(), "{shell}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("uninstall"), "{shell}");
    }
}
