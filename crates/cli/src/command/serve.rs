use clap::Args;
use pgrecall_server::Server;
use pgrecall_server::config::Config;

use crate::arguments::Connection;
use crate::command::config;
use crate::failure::{Exit, Failure};
use crate::{output, session};

/// Run the server: the API, live events and the upkeep of the journals
///
/// It serves the targets of the configuration file (see `pgrecall config`); its own state is the
/// schema `recall_control` in the home database, which it makes and brings up to date. As long as
/// there is no administrator, it prints a one-time link with which the first one sets a password.
///
/// It stops with Ctrl-C, or with the signal that ends a service, when the requests under way have
/// ended. Several servers may share a home database.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  pgrecall serve\n  \
    PGRECALL_TARGETS__SHOP__URL=postgresql://app@db/shop pgrecall serve --listen 127.0.0.1:8080")]
pub(crate) struct Arguments {
    /// The address to listen on, instead of `server.listen` of the configuration file
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<std::net::SocketAddr>,

    /// Print an object of JSON when it answers: `address`, `setup_link`
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let server = Server::start(settled(connection, arguments)?).await?;
    if arguments.json {
        output::json(&serde_json::json!({
            "address": server.address().to_string(),
            "setup_link": server.setup_link(),
        }))?;
    }
    output::say(format!("Listening on {}; stop with Ctrl-C.", server.public_url()));
    if let Some(link) = server.setup_link() {
        output::say(format!(
            "There is no administrator yet. Set a password within 48 hours, once, at\n  {link}"
        ));
    }
    session::stopped().await;
    output::say("Stopping.");
    server.stop().await;
    Ok(Exit::Ok)
}

fn settled(connection: &Connection, arguments: &Arguments) -> Result<Config, Failure> {
    let mut config = config::load(connection)?;
    if let Some(listen) = arguments.listen {
        let default = [
            format!("http://{}", config.serving.listen),
            format!("https://{}", config.serving.listen),
        ];
        if let Some(at) = default.iter().position(|url| *url == config.serving.public_url) {
            config.serving.public_url = format!("{}://{listen}", ["http", "https"][at]);
        }
        config.serving.listen = listen;
    }
    Ok(config)
}
