use clap::{Args, Subcommand};
use pgrecall_access::{
    AllowList, Control, Deed, Known, MailAddress, Membership, Role, User, UserChange,
};
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
    approver       sees everything, approves undos\n  administrator  sees everything, lets others in\n\n\
    Examples:\n  pgrecall user add ann --role auditor\n  \
    pgrecall user add support --role viewer --on shop --tenant acme\n  \
    pgrecall user grant ann --role operator --on shop\n  \
    pgrecall user allow ann --from 10.0.0.0/8 --from 192.0.2.7"
)]
pub(crate) struct Arguments {
    /// What to do with users
    #[command(subcommand)]
    action: Action,
}

/// A role, and where it holds.
#[derive(Debug, Args)]
struct Held {
    /// `viewer`, `auditor`, `operator`, `approver` or `administrator`
    #[arg(long, value_name = "ROLE")]
    role: Role,
    /// The only target for which it holds
    #[arg(long, value_name = "TARGET")]
    on: Option<String>,
    /// The tenant that a viewer sees
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add a user, and print the link with which it sets a password
    Add {
        /// The name, in lower case
        name: String,
        #[command(flatten)]
        held: Held,
        /// Where the user is told what happens
        #[arg(long, value_name = "ADDRESS")]
        mail: Option<MailAddress>,
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
        mail: Option<MailAddress>,
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
    /// Give a user a role more, or a viewer another tenant
    Grant {
        /// The name
        name: String,
        #[command(flatten)]
        held: Held,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a role of a user away; the last administrator stays one
    Revoke {
        /// The name
        name: String,
        /// `viewer`, `auditor`, `operator`, `approver` or `administrator`
        #[arg(long, value_name = "ROLE")]
        role: Role,
        /// The target for which it holds, if it does not hold for all
        #[arg(long, value_name = "TARGET")]
        on: Option<String>,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Say from where a user may ask
    Allow {
        /// The name
        name: String,
        /// A network such as `10.0.0.0/8`, or an address; may be given several times
        #[arg(long, value_name = "NETWORK", required_unless_present = "from_anywhere")]
        from: Vec<String>,
        /// From everywhere
        #[arg(long, conflicts_with = "from")]
        from_anywhere: bool,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Let a user do nothing any more; its sessions end, and its tokens do not work meanwhile
    Disable {
        /// The name
        name: String,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Let a disabled user come in again with the password that it had
    Enable {
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
    let home = Home::open(connection).await?;
    match &arguments.action {
        Action::Add { name, held, mail, json } => {
            let deed = Home::deed("user.add", name);
            let link = home.control.add_user(name, &[held.membership()?], &deed).await?;
            if mail.is_some() {
                let change = UserChange { mail: Some(mail.clone()), ..UserChange::default() };
                home.control
                    .change_user(&**name, &change, &Home::deed("user.change", name))
                    .await?;
            }
            home.invite(name, link.expose(), *json)
        }
        Action::List { json } => list(&home, *json).await,
        Action::Grant { name, held, json } => {
            let (held, user) = (held.membership()?, home.control.user(name).await?);
            let is_other =
                |known: &&Membership| (known.role, &known.target) != (held.role, &held.target);
            let mut roles: Vec<_> = user.roles.iter().filter(is_other).cloned().collect();
            roles.push(held);
            set(&home, &user, &roles, *json).await
        }
        Action::Revoke { name, role, on, json } => {
            let (target, user) = (on.as_deref().unwrap_or("*"), home.control.user(name).await?);
            let stays = |held: &&Membership| (held.role, held.target.as_str()) != (*role, target);
            let roles: Vec<_> = user.roles.iter().filter(stays).cloned().collect();
            if roles.len() == user.roles.len() {
                return Err(
                    Local::Usage(format!("{name} has no such role: {}", roles_of(&user))).into()
                );
            }
            set(&home, &user, &roles, *json).await
        }
        Action::Change { name, mail, json, .. } => {
            let change = UserChange { mail: Some(mail.clone()), ..UserChange::default() };
            home.change(name, "user.change", &change, *json).await
        }
        Action::Allow { name, from, json, .. } => {
            let networks =
                AllowList::parse(from).map_err(|error| Local::Usage(error.to_string()))?;
            let change = UserChange { allow_from: Some(networks), ..UserChange::default() };
            home.change(name, "user.change", &change, *json).await
        }
        Action::Disable { name, json } => {
            let change = UserChange { disabled: Some(true), ..UserChange::default() };
            home.change(name, "user.disable", &change, *json).await
        }
        Action::Enable { name, json } => {
            let change = UserChange { disabled: Some(false), ..UserChange::default() };
            home.change(name, "user.enable", &change, *json).await
        }
        Action::Reset { name, json } => {
            let link = home.control.reset_user(name, &Home::deed("user.reset", name)).await?;
            home.tell_of_tokens(name).await?;
            home.invite(name, link.expose(), *json)
        }
    }
}

impl Held {
    fn membership(&self) -> Result<Membership, Local> {
        Membership::new(self.role, self.on.as_deref(), self.tenant.as_deref())
            .map_err(|error| Local::Usage(error.to_string()))
    }
}

/// Gives a user these roles, if nobody changed it since it was looked at.
async fn set(home: &Home, user: &User, roles: &[Membership], json: bool) -> Result<Exit, Failure> {
    let known = Known { name: &user.name, version: Some(user.version) };
    let deed =
        Home::deed("user.memberships", &user.name).with(serde_json::json!({ "roles": roles }));
    show(&home.control.set_memberships(known, roles, &deed).await?, json)
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

    /// What is done here, for the log.
    pub(crate) fn deed(action: &'static str, subject: &str) -> Deed {
        Deed::on_command_line(session::actor(), action, subject)
    }

    async fn change(
        &self,
        name: &str,
        action: &'static str,
        change: &UserChange,
        json: bool,
    ) -> Result<Exit, Failure> {
        let deed = Self::deed(action, name);
        let deed = match &change.allow_from {
            Some(networks) => deed.with(serde_json::json!({ "allow_from": networks })),
            None => deed,
        };
        show(&self.control.change_user(name, change, &deed).await?, json)
    }

    /// Says that a user's tokens are still good: programs go on, and so does whoever has stolen one.
    async fn tell_of_tokens(&self, name: &str) -> Result<(), Failure> {
        let tokens = self.control.tokens(Some(name)).await?;
        let good: Vec<_> =
            tokens.iter().filter(|token| token.active).map(|token| token.id.to_string()).collect();
        if !good.is_empty() {
            output::say(format!(
                "note: tokens of {name} still work: {}; take them away with `pgrecall token revoke`",
                good.join(", ")
            ));
        }
        Ok(())
    }

    fn invite(&self, name: &str, secret: &str, json: bool) -> Result<Exit, Failure> {
        let link = invitation_link(&self.public_url, secret);
        if json {
            output::json(&serde_json::json!({ "user": name, "link": link }))?;
        } else {
            output::say(format!("{name} sets a password within 48 hours, once, at"));
            output::line(link)?;
        }
        Ok(Exit::Ok)
    }
}

async fn list(home: &Home, json: bool) -> Result<Exit, Failure> {
    let users = home.control.users(None).await?;
    for user in &users {
        show(user, json)?;
    }
    if users.is_empty() {
        output::say(
            "note: there is no user; `pgrecall serve` prints a link for the first administrator",
        );
    }
    Ok(Exit::Ok)
}

fn show(user: &User, json: bool) -> Result<Exit, Failure> {
    if json {
        output::json(user)?;
    } else {
        output::line(format!("{:<24} {}{}", user.name, roles_of(user), standing(user)))?;
    }
    Ok(Exit::Ok)
}

fn roles_of(user: &User) -> String {
    if user.roles.is_empty() {
        return "no role".to_owned();
    }
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
    if let Some(until) = user.locked_until {
        parts.push(format!("locked out until {}", clock::shown(until)));
    }
    if !user.has_password {
        parts.push("no password".to_owned());
    }
    if user.second_factor {
        parts.push("second factor".to_owned());
    }
    if user.allow_from != AllowList::default() {
        parts.push(format!("from {}", user.allow_from));
    }
    parts.iter().fold(String::new(), |text, part| format!("{text}  {part}"))
}
