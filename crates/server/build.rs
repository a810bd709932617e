//! A release without the console would be half of what is released, so it is not built.

use std::path::Path;

/// Where the console lies once it is built.
const CONSOLE: &str = "../../web/console/dist/index.html";
/// Says that it is known, and meant.
const WITHOUT: &str = "PGRECALL_WITHOUT_CONSOLE";

fn main() {
    println!("cargo::rerun-if-env-changed={WITHOUT}");
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if !is_release || std::env::var_os(WITHOUT).is_some() {
        return;
    }
    println!("cargo::rerun-if-changed={CONSOLE}");
    if !Path::new(CONSOLE).is_file() {
        println!(
            "cargo::error=the console is not built, and a release contains it: run `cargo xtask console`, \
             or set {WITHOUT}=1 for a server that has its API only"
        );
        std::process::exit(1);
    }
}
