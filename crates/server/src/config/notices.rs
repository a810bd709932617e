//! Who is told what happens, and by what means: the settings, and which of them cannot be meant.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr as _;

use ipnet::IpNet;
use lettre::message::Mailbox;
use pgrecall_access::{MailAddress, PERSONAL, Topic};
use reqwest::Url;
use standardwebhooks::Webhook;

use super::settle::{network, text};
use super::written::{self, ChannelKind, MailSecurity};
use super::{Mistake, Secret, TargetName};
use crate::notices::Guard;

/// The shortest secret of a webhook that Standard Webhooks asks for, in bytes.
const SHORTEST_SECRET: usize = 24;

/// Who is told what happens, and by what means.
#[derive(Debug, Clone)]
pub struct Notices {
    /// The server that takes mail; without it, none is sent.
    pub mail: Option<MailServer>,
    /// The channels, by their names.
    pub channels: BTreeMap<String, Channel>,
    /// How often it is tried, and what is told.
    pub rules: written::Notifications,
    /// The private networks to which messages may go.
    pub allow_networks: Vec<IpNet>,
}

/// A server that takes mail.
#[derive(Debug, Clone)]
pub struct MailServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub security: MailSecurity,
    /// The user and the password.
    pub credentials: Option<(String, Secret)>,
    /// Whom the mail is from.
    pub from: Mailbox,
    /// A PEM file of an authority that is trusted, too.
    pub trusted_certificate: Option<PathBuf>,
}

/// Somewhere that many read.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Where it is.
    pub receiver: Receiver,
    /// What it is told; everything without it.
    pub topics: Option<Vec<Topic>>,
    /// Of which targets it is told; of everything without it.
    pub targets: Option<Vec<TargetName>>,
}

/// Where a channel is.
#[derive(Debug, Clone)]
pub enum Receiver {
    /// A program that checks signatures.
    Webhook {
        /// Its address.
        url: Address,
        /// What messages are signed with.
        secret: Secret,
    },
    /// Slack, or a program that takes the same.
    Slack {
        /// Its address, which is a secret.
        url: Address,
    },
    /// Mail.
    Mail {
        /// To whom.
        to: Vec<MailAddress>,
    },
}

/// The address of a receiver. Whoever knows it may send, so it is not shown.
#[derive(Clone)]
pub struct Address(Url);

impl Address {
    /// The address, for where it is needed.
    #[must_use]
    pub fn expose(&self) -> &Url {
        &self.0
    }

    /// The host alone, which is no secret.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/***", self.host())
    }
}

impl Receiver {
    /// The word of the configuration.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Webhook { .. } => "webhook",
            Self::Slack { .. } => "slack",
            Self::Mail { .. } => "mail",
        }
    }

    /// The host to which it sends; none for mail.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        match self {
            Self::Webhook { url, .. } | Self::Slack { url } => Some(url.host()),
            Self::Mail { .. } => None,
        }
    }

    /// The addresses to which it sends mail.
    #[must_use]
    pub fn to(&self) -> Vec<String> {
        match self {
            Self::Webhook { .. } | Self::Slack { .. } => Vec::new(),
            Self::Mail { to } => to.iter().map(|one| one.as_str().to_owned()).collect(),
        }
    }
}

/// What is written about notices.
pub(super) struct Written {
    pub(super) mail: Option<written::Mail>,
    pub(super) rules: written::Notifications,
    pub(super) channels: BTreeMap<String, written::Channel>,
}

pub(super) fn settle(
    written: Written,
    targets: &[TargetName],
    mistakes: &mut Vec<Mistake>,
) -> Notices {
    check_rules(&written.rules, mistakes);
    let mut allow_networks = Vec::new();
    for text in &written.rules.allow_networks {
        allow_networks.extend(network("notifications.allow_networks", text, mistakes));
    }
    let has_mail = written.mail.is_some();
    let mail = written.mail.and_then(|mail| mail_server(mail, mistakes));
    let guard = Guard::new(&allow_networks);
    let mut channels = BTreeMap::new();
    for (name, channel) in written.channels {
        let setting = format!("channels.{name}");
        if name.parse::<TargetName>().is_err() || name == PERSONAL {
            mistakes.push(
                Mistake::new(
                    &setting,
                    format!("`{}` is no name for a channel", name.escape_debug()),
                )
                .hint(format!("use lower case letters, digits, `-` and `_`, and not `{PERSONAL}`")),
            );
        }
        if channel.kind == Some(ChannelKind::Mail) && !has_mail {
            mistakes.push(
                Mistake::new(&setting, "there is no server that takes mail")
                    .hint("describe it under `[mail]`, with `host` and `from`"),
            );
        }
        let settled = self::channel(&Asked { setting, targets, guard: &guard }, channel, mistakes);
        channels.extend(settled.map(|channel| (name, channel)));
    }
    Notices { mail, channels, rules: written.rules, allow_networks }
}

fn check_rules(rules: &written::Notifications, mistakes: &mut Vec<Mistake>) {
    let positive = [
        ("attempts", (1..=100).contains(&rules.attempts)),
        ("first_pause_seconds", (1..=86_400).contains(&rules.first_pause_seconds)),
        ("keep_days", (1..=36_500).contains(&rules.keep_days)),
        ("bulk_changes", rules.bulk_changes > 0),
    ];
    for (name, _) in positive.iter().filter(|(_, is_right)| !is_right) {
        let problem = "nothing could be done with so little or so much";
        let mistake = Mistake::new(format!("notifications.{name}"), problem);
        mistakes.push(mistake.hint("leave it out for the default"));
    }
}

fn mail_server(mail: written::Mail, mistakes: &mut Vec<Mistake>) -> Option<MailServer> {
    let password = text("mail.password", mail.password, mail.password_file, mistakes);
    let security = mail.security.unwrap_or_default();
    let credentials = match (mail.user, password) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        _ => {
            mistakes.push(
                Mistake::new("mail", "it has a `user` or a password, and not both")
                    .hint("give both, or none where the server asks for none"),
            );
            None
        }
    };
    if credentials.is_some() && security == MailSecurity::None {
        mistakes.push(
            Mistake::new("mail.security", "the password could be read on the way")
                .hint("use `starttls` or `tls`"),
        );
    }
    if let Some(file) = &mail.trusted_certificate
        && std::fs::File::open(file).is_err()
    {
        let mistake = Mistake::new("mail.trusted_certificate", "the file cannot be read");
        mistakes.push(mistake.hint("name the PEM file of the authority of the server"));
    }
    let host = mail.host.filter(|host| !host.is_empty());
    if host.is_none() {
        mistakes.push(Mistake::new("mail.host", "it is missing").hint("name the server"));
    }
    let from = mail.from.as_deref().map(Mailbox::from_str);
    if !matches!(from, Some(Ok(_))) {
        let problem = if from.is_none() { "it is missing" } else { "it is no mail address" };
        let hint = "write `recall@example.com`, or `pgRecall <recall@example.com>`";
        mistakes.push(Mistake::new("mail.from", problem).hint(hint));
    }
    Some(MailServer {
        host: host?,
        port: mail.port.unwrap_or_else(|| security.port()),
        security,
        credentials,
        from: from?.ok()?,
        trusted_certificate: mail.trusted_certificate,
    })
}

/// What a channel is checked against.
struct Asked<'a> {
    setting: String,
    targets: &'a [TargetName],
    guard: &'a Guard,
}

fn channel(
    asked: &Asked<'_>,
    written: written::Channel,
    mistakes: &mut Vec<Mistake>,
) -> Option<Channel> {
    let topics = topics(asked, written.topics.as_deref(), mistakes);
    let targets = targets(asked, written.targets.as_deref(), mistakes);
    let setting = &asked.setting;
    let url = text(&format!("{setting}.url"), written.url, written.url_file, mistakes);
    let secret = text(&format!("{setting}.secret"), written.secret, written.secret_file, mistakes);
    let receiver = match written.kind {
        Some(ChannelKind::Webhook) => {
            let url = address(asked, url, mistakes);
            let secret = signing_secret(asked, secret, mistakes);
            Some(Receiver::Webhook { url: url?, secret: secret? })
        }
        Some(ChannelKind::Slack) => Some(Receiver::Slack { url: address(asked, url, mistakes)? }),
        Some(ChannelKind::Mail) => Some(Receiver::Mail { to: to(asked, &written.to, mistakes) }),
        None => {
            let setting = format!("{setting}.kind");
            if mistakes.iter().all(|known| known.setting != setting) {
                let mistake = Mistake::new(setting, "it is missing");
                mistakes.push(mistake.hint("there are: webhook, slack, mail"));
            }
            None
        }
    };
    Some(Channel { receiver: receiver?, topics, targets })
}

fn topics(
    asked: &Asked<'_>,
    words: Option<&[String]>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Vec<Topic>> {
    let known: Vec<Topic> = Topic::ALL.into_iter().filter(|topic| *topic != Topic::Test).collect();
    let mut topics = Vec::new();
    for word in words? {
        let Some(topic) = known.iter().find(|topic| topic.as_str() == word) else {
            let words: Vec<_> = known.iter().map(|topic| topic.as_str()).collect();
            let problem = format!("`{}` is no topic of notices", word.escape_debug());
            let mistake = Mistake::new(format!("{}.topics", asked.setting), problem);
            mistakes.push(mistake.hint(format!("there are: {}", words.join(", "))));
            continue;
        };
        topics.push(*topic);
    }
    Some(topics)
}

fn targets(
    asked: &Asked<'_>,
    words: Option<&[String]>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Vec<TargetName>> {
    let mut targets = Vec::new();
    for word in words? {
        match asked.targets.iter().find(|target| target.as_str() == word) {
            Some(target) => targets.push(target.clone()),
            None => mistakes.push(
                Mistake::new(
                    format!("{}.targets", asked.setting),
                    format!("there is no target `{}`", word.escape_debug()),
                )
                .hint("name those under `[targets.…]`"),
            ),
        }
    }
    Some(targets)
}

fn to(asked: &Asked<'_>, words: &[String], mistakes: &mut Vec<Mistake>) -> Vec<MailAddress> {
    let setting = format!("{}.to", asked.setting);
    if words.is_empty() {
        let mistake = Mistake::new(&setting, "it names nobody");
        mistakes.push(mistake.hint("write `to = [\"ops@example.com\"]`"));
    }
    let mut all = Vec::new();
    for word in words {
        match word.parse() {
            Ok(one) => all.push(one),
            Err(error) => mistakes.push(
                Mistake::new(&setting, pgrecall_access::AccessError::to_string(&error))
                    .hint("write it as `ann@example.com`, without a name"),
            ),
        }
    }
    all
}

/// What is wrong is told without repeating the address: it may be a secret.
fn address(asked: &Asked<'_>, url: Option<Secret>, mistakes: &mut Vec<Mistake>) -> Option<Address> {
    let setting = format!("{}.url", asked.setting);
    let Some(url) = url else {
        if mistakes.iter().all(|known| !known.setting.starts_with(&setting)) {
            mistakes
                .push(Mistake::new(setting, "it is missing").hint("give it `url` or `url_file`"));
        }
        return None;
    };
    let parsed = Url::parse(url.expose()).ok();
    let url = parsed.filter(|url| {
        ["https", "http"].contains(&url.scheme())
            && url.username().is_empty()
            && url.password().is_none()
    });
    let Some(url) = url else {
        let mistake = Mistake::new(setting, "it is no HTTP address, or has a user in it");
        mistakes.push(mistake.hint("write `https://hooks.example/…`"));
        return None;
    };
    if !asked.guard.permits_literal(&url) {
        let mistake = Mistake::new(setting, "its address lies in a private or special network");
        mistakes.push(
            mistake.hint("if it is meant, name the network in `notifications.allow_networks`"),
        );
        return None;
    }
    Some(Address(url))
}

fn signing_secret(
    asked: &Asked<'_>,
    secret: Option<Secret>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Secret> {
    let setting = format!("{}.secret", asked.setting);
    let is_long = |secret: &Secret| {
        let text = secret.expose();
        // Four letters of base64 hold three bytes.
        text.strip_prefix("whsec_").is_some_and(|key| key.len() * 3 / 4 >= SHORTEST_SECRET)
            && Webhook::new(text).is_ok()
    };
    match secret {
        Some(secret) if is_long(&secret) => Some(secret),
        other => {
            let problem =
                if other.is_some() { "it is no secret for signatures" } else { "it is missing" };
            if other.is_some() || mistakes.iter().all(|known| !known.setting.starts_with(&setting))
            {
                mistakes.push(Mistake::new(setting, problem).hint(
                    "make one with `echo whsec_$(openssl rand -base64 32)`, and tell the receiver",
                ));
            }
            None
        }
    }
}
