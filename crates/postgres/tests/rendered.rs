use std::error::Error;

use pgrecall_model::Explain;
use pgrecall_postgres::{Conninfo, Database, Environment};

/// An error as the command line shows it.
pub(crate) fn rendered(error: &dyn Explain) -> String {
    let mut lines = vec![format!("error: {error}")];
    let mut source: Option<&(dyn Error + 'static)> = error.source();
    while let Some(cause) = source {
        lines.push(format!("because: {cause}"));
        source = cause.source();
    }
    lines.extend(error.hint().map(|hint| format!("hint: {hint}")));
    lines.push(format!("code: {}", error.code()));
    lines.join("\n")
}

/// What a user of an otherwise empty environment reads who cannot connect.
pub(crate) async fn refusal(url: &str) -> String {
    match Database::connect(&read(url), "test").await {
        Ok(_) => panic!("{url} can be connected to"),
        Err(error) => rendered(&error),
    }
}

/// The conninfo of a user of an otherwise empty environment.
pub(crate) fn read(url: &str) -> Conninfo {
    Conninfo::resolve(Some(url), &Environment::default()).unwrap()
}

/// A port of this machine on which nothing listens.
pub(crate) fn dead_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}
