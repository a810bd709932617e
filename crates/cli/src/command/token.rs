use clap::{Args, Subcommand};
use pgrecall_access::{AllowList, Right, TokenRequest};

use crate::arguments::Connection;
use crate::command::user::Home;
use crate::failure::{Exit, Failure, Local};
use crate::{clock, output};

/// The longest that a token is good, in days.
const LONGEST_DAYS: i32 = 366;

/// Manage the tokens with which programs use the server
///
/// A token may what its user may, as far as its scopes and its target go. It is printed once; only a
/// hash of it is kept.
#[derive(Debug, Args)]
#[command(
    disable_help_subcommand = true,
    after_long_help = "Examples:\n  pgrecall token create --user ann --name export --scope read --days 90\n  \
    pgrecall token revoke 7"
)]
pub(crate) struct Arguments {
    /// What to do with tokens
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a token, and print it
    Create {
        /// The user on whose behalf it acts
        #[arg(long, value_name = "NAME")]
        user: String,
        /// What it is called
        #[arg(long, value_name = "TEXT")]
        name: String,
        /// What it is for: `read`, `query`, `mark`, `undo`, `audit`, `administer` or `mint`
        #[arg(long, value_name = "SCOPE", required = true)]
        scope: Vec<Right>,
        /// The only target for which it holds
        #[arg(long, value_name = "TARGET")]
        on: Option<String>,
        /// How many days it is good, 366 at most
        #[arg(long, value_name = "COUNT", default_value_t = 90)]
        days: i32,
        /// The only network from which it may be used; may be given several times
        #[arg(long, value_name = "NETWORK")]
        allow_from: Vec<String>,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// List the tokens
    List {
        /// Only those of this user
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
        /// Print a line of JSON per token
        #[arg(long)]
        json: bool,
    },
    /// Take a token away
    Revoke {
        /// Its number
        id: i64,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.action {
        Action::Create { user, name, scope, on, days, allow_from, json } => {
            if !(1..=LONGEST_DAYS).contains(days) {
                return Err(Local::Usage("a token is good for 1 to 366 days".to_owned()).into());
            }
            let request = TokenRequest {
                user: user.clone(),
                name: name.clone(),
                scopes: scope.clone(),
                target: on.clone(),
                days: *days,
                allow_from: AllowList::parse(allow_from)
                    .map_err(|error| Local::Usage(error.to_string()))?,
            };
            create(&Home::open(connection).await?, &request, *json).await
        }
        Action::List { user, json } => {
            list(&Home::open(connection).await?, user.as_deref(), *json).await
        }
        Action::Revoke { id, json } => {
            let home = Home::open(connection).await?;
            let deed = Home::deed("token.revoke", &id.to_string());
            let revoked = home.control.revoke_token(*id, None, &deed).await?;
            if *json {
                output::json(&serde_json::json!({ "id": id, "revoked": revoked }))?;
            } else if revoked {
                output::say(format!("Token {id} is not good any more."));
            } else {
                output::say(format!("Token {id} was revoked already; nothing was changed."));
            }
            Ok(Exit::Ok)
        }
    }
}

async fn create(home: &Home, request: &TokenRequest, json: bool) -> Result<Exit, Failure> {
    let made = home.control.create_token(request, Home::deed("token.create", "")).await?;
    let token = made.secret.expose();
    if json {
        output::json(&serde_json::json!({
            "id": made.id, "token": token, "expires_at": made.expires_at.to_string(),
        }))?;
    } else {
        let until = clock::shown(made.expires_at);
        output::say(format!("Token {} is good until {until}, and is not shown again:", made.id));
        output::line(token)?;
    }
    Ok(Exit::Ok)
}

async fn list(home: &Home, user: Option<&str>, json: bool) -> Result<Exit, Failure> {
    let tokens = home.control.tokens(user).await?;
    for token in &tokens {
        if json {
            output::json(token)?;
            continue;
        }
        let scopes: Vec<_> = token.scopes.iter().map(ToString::to_string).collect();
        let last = token.last_used_at.map_or_else(|| "never".to_owned(), clock::shown);
        let standing = if token.active { "" } else { "  (not good any more)" };
        let (id, owner, name, target) = (token.id, &token.user, &token.name, &token.target);
        let scopes = scopes.join(",");
        output::line(format!(
            "{id:>5} {owner:<20} {name:<20} {scopes} on {target}  last used {last}{standing}"
        ))?;
    }
    if tokens.is_empty() {
        output::say("note: there is no token; make one with `pgrecall token create`");
    }
    Ok(Exit::Ok)
}
