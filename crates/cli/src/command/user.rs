use clap::{Args, Subcommand};
use pgrecall_access::{Control, Deed, MailAddress, Membership, Role, User};
use pgrecall_server::invitation_link;

use crate::arguments::Connection;
use crate::command::config;
use crate::failure::{Exit, Failure, Local};
use crate::{clock, output, session};

/// Manage the users of the server
///
/// Users and what they may are kept in the home database of the configuration file. A new user sets
/// a password with a one-time link, which is printed.
#[derive(Debug, Args)]
#[command(
    disable_help_subcommand = true,
    after_long_help = "Roles:\n  viewer         sees one tenant's part, of one target or all\n  \
    auditor        sees everything, changes nothing\n  operator       takes changes back\n  \
    approver       sees everything; approvals are to come\n  administrator  sees everything, lets others in\n\n\
    Examples:\n  pgrecall user add ann --role auditor\n  \
    pgrecall user add support --role viewer --on shop --tenant acme"
)]
pub(crate) struct Arguments {
    /// What to do with users
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add a user, and print the link with which it sets a password
    Add {
        /// The name, in lower case
        name: String,
        /// `viewer`, `auditor`, `operator`, `approver` or `administrator`
        #[arg(long, value_name = "ROLE")]
        role: Role,
        /// The only target for which it holds
        #[arg(long, value_name = "TARGET")]
        on: Option<String>,
        /// The tenant that a viewer sees
        #[arg(long, value_name = "NAME")]
        tenant: Option<String>,
        /// Where the user is told what happens
        #[arg(long, value_name = "ADDRESS")]
        mail: Option<String>,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Have a user told what happens at another address, or nowhere
    Change {
        /// The name
        name: String,
        /// The address
        #[arg(
            long,
            value_name = "ADDRESS",
            required_unless_present = "no_mail",
            conflicts_with = "no_mail"
        )]
        mail: Option<String>,
        /// Tell the user nothing
        #[arg(long)]
        no_mail: bool,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// List the users
    List {
        /// Print a line of JSON per user
        #[arg(long)]
        json: bool,
    },
    /// Let a user do nothing any more; its sessions and tokens end
    Disable {
        /// The name
        name: String,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Let a user in again: takes password and second factor away, and prints a new link
    Reset {
        /// The name
        name: String,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.action {
        Action::Add { name, role, on, tenant, mail, json } => {
            let held = Membership::new(*role, on.as_deref(), tenant.as_deref())
                .map_err(|error| Local::Usage(error.to_string()))?;
            let mail = mail.as_deref().map(str::parse::<MailAddress>).transpose()?;
            let home = Home::open(connection).await?;
            let id = home.control.add_user(name, &[held]).await?;
            if mail.is_some() {
                home.control.change_mail(name, mail.as_ref()).await?;
            }
            home.note("user.add", name).await?;
            home.invite(id, name, *json).await
        }
        Action::Change { name, mail, json, .. } => {
            let mail = mail.as_deref().map(str::parse::<MailAddress>).transpose()?;
            change_mail(&Home::open(connection).await?, name, mail.as_ref(), *json).await
        }
        Action::List { json } => list(&Home::open(connection).await?, *json).await,
        Action::Disable { name, json } => {
            let home = Home::open(connection).await?;
            home.control.disable_user(name).await?;
            home.note("user.disable", name).await?;
            if *json {
                output::json(&serde_json::json!({ "user": name, "disabled": true }))?;
            } else {
                output::say(format!("{name} may do nothing any more."));
            }
            Ok(Exit::Ok)
        }
        Action::Reset { name, json } => {
            let home = Home::open(connection).await?;
            let id = home.control.reset_user(name).await?;
            home.note("user.reset", name).await?;
            home.invite(id, name, *json).await
        }
    }
}

/// The home database, and what links begin with.
pub(crate) struct Home {
    pub(crate) control: Control,
    public_url: String,
}

impl Home {
    pub(crate) async fn open(connection: &Connection) -> Result<Self, Failure> {
        let config = config::load(connection)?;
        let home = config.home.ok_or(pgrecall_server::ServeError::NoTarget)?;
        let control = Control::open(home).await?;
        Ok(Self { control, public_url: config.serving.public_url })
    }

    /// Writes down what was done here.
    pub(crate) async fn note(&self, action: &'static str, subject: &str) -> Result<(), Failure> {
        let deed = Deed::on_command_line(session::actor(), action, subject);
        Ok(self.control.note(&deed).await?)
    }

    async fn invite(&self, user: i64, name: &str, json: bool) -> Result<Exit, Failure> {
        let secret = self.control.invite(Some(user)).await?;
        let link = invitation_link(&self.public_url, secret.expose());
        if json {
            output::json(&serde_json::json!({ "user": name, "link": link }))?;
        } else {
            output::say(format!("{name} sets a password within 48 hours, once, at"));
            output::line(link)?;
        }
        Ok(Exit::Ok)
    }
}

async fn change_mail(
    home: &Home,
    name: &str,
    mail: Option<&MailAddress>,
    json: bool,
) -> Result<Exit, Failure> {
    home.control.change_mail(name, mail).await?;
    home.note("user.change", name).await?;
    let mail = mail.map(MailAddress::as_str);
    if json {
        output::json(&serde_json::json!({ "user": name, "mail": mail }))?;
    } else {
        let place = mail.map_or("nowhere".to_owned(), |mail| format!("at {mail}"));
        output::say(format!("{name} is told what happens {place}."));
    }
    Ok(Exit::Ok)
}

async fn list(home: &Home, json: bool) -> Result<Exit, Failure> {
    let users = home.control.users(None).await?;
    for user in &users {
        if json {
            output::json(user)?;
        } else {
            output::line(format!("{:<24} {}{}", user.name, roles(user), standing(user)))?;
        }
    }
    if users.is_empty() {
        output::say(
            "note: there is no user; `pgrecall serve` prints a link for the first administrator",
        );
    }
    Ok(Exit::Ok)
}

fn roles(user: &User) -> String {
    user.roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn standing(user: &User) -> String {
    let mut parts = Vec::new();
    if let Some(mail) = &user.mail {
        parts.push(mail.clone());
    }
    if let Some(at) = user.disabled_at {
        parts.push(format!("disabled {}", clock::shown(at)));
    }
    if user.locked {
        parts.push("locked out".to_owned());
    }
    if !user.has_password {
        parts.push("no password yet".to_owned());
    }
    if user.second_factor {
        parts.push("second factor".to_owned());
    }
    parts.iter().fold(String::new(), |text, part| format!("{text}  {part}"))
}
