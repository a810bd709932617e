//! Brings a message to where it is to go.

use pgrecall_access::{Outgoing, PERSONAL, Reply};
use pgrecall_model::{Code, Explain};

use super::guard::Guard;
use super::http::Sender;
use super::mail::Postman;
use super::{slack, webhook};
use crate::clock;
use crate::config::{Config, Receiver};

/// Knows the channels.
#[derive(Debug)]
pub(crate) struct Courier {
    http: Sender,
    mail: Option<Postman>,
}

/// Why nothing can be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum CourierError {
    /// The TLS library refuses.
    #[error("messages cannot be sent over HTTP")]
    Http(#[source] reqwest::Error),
    /// The TLS library refuses, or a certificate cannot be read.
    #[error("the connection to the mail server cannot be made ready")]
    Mail(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Explain for CourierError {
    fn code(&self) -> Code {
        "serve/notices"
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Http(_) => "check the trusted certificates of this machine".to_owned(),
            Self::Mail(_) => "check `mail.host` and `mail.trusted_certificate`".to_owned(),
        })
    }
}

/// An attempt that was in vain.
#[derive(Debug)]
pub(super) struct Failed {
    /// What the other side said, or why it was not reached.
    pub(super) reply: Reply,
    /// Whether another attempt would be, too.
    pub(super) hopeless: bool,
}

impl Failed {
    pub(super) fn unreached(why: impl Into<String>) -> Self {
        let reply = Reply { status: None, text: super::wording::one_line(&why.into()) };
        Self { reply, hopeless: false }
    }
}

impl Courier {
    pub(crate) fn new(config: &Config) -> Result<Self, CourierError> {
        let guard = Guard::new(&config.notices.allow_networks);
        let http = Sender::new(guard).map_err(CourierError::Http)?;
        let mail = config.notices.mail.as_ref().map(Postman::new).transpose();
        Ok(Self { http, mail: mail.map_err(CourierError::Mail)? })
    }

    /// Whether mail can be sent.
    pub(super) fn has_mail(&self) -> bool {
        self.mail.is_some()
    }

    pub(super) async fn send(&self, config: &Config, message: &Outgoing) -> Result<Reply, Failed> {
        let public_url = &config.serving.public_url;
        if message.channel == PERSONAL {
            return self.mail(message, public_url).await;
        }
        match config.notices.channels.get(&message.channel).map(|channel| &channel.receiver) {
            None => Err(Failed::unreached("the configuration has no channel of this name")),
            Some(Receiver::Mail { .. }) => self.mail(message, public_url).await,
            Some(Receiver::Slack { url }) => {
                self.http.post(url, &[], slack::body(&message.notice, public_url)).await
            }
            Some(Receiver::Webhook { url, secret }) => {
                let body = webhook::body(&message.notice, public_url);
                let now = clock::now().timestamp().as_second();
                let headers = webhook::headers(&message.message, now, &body, secret);
                let headers = headers.map_err(|error| Failed::unreached(error.to_string()))?;
                self.http.post(url, &headers, body).await
            }
        }
    }

    async fn mail(&self, message: &Outgoing, public_url: &str) -> Result<Reply, Failed> {
        let Some(to) = &message.recipient else {
            let told = Failed::unreached("the user is disabled or has no mail address any more");
            return Err(Failed { hopeless: true, ..told });
        };
        match &self.mail {
            Some(postman) => postman.send(message, to, public_url).await,
            None => Err(Failed::unreached("the configuration has no mail server")),
        }
    }
}
