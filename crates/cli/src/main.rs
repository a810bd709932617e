//! The binary `pgrecall`.

fn main() -> std::process::ExitCode {
    pgrecall::run()
}
