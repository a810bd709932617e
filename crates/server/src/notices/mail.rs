//! Mail: a text, and the same for programs that show HTML.

use std::error::Error;
use std::fmt::Write as _;
use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use pgrecall_access::{Notice, Outgoing, Reply};
use reqwest::Url;

use super::courier::Failed;
use super::wording;
use crate::config::{MailSecurity, MailServer};
use crate::page::escaped;

/// How long the server may take for a command.
const PATIENCE: Duration = Duration::from_secs(15);
/// The answers that say that there is no such mailbox, or that it may not be written to.
const NO_MAILBOX: [u16; 3] = [550, 551, 553];

/// Hands mail to the server.
#[derive(Debug)]
pub(super) struct Postman {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Postman {
    pub(super) fn new(server: &MailServer) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let mut parameters = TlsParameters::builder(server.host.clone());
        if let Some(file) = &server.trusted_certificate {
            parameters =
                parameters.add_root_certificate(Certificate::from_pem(&std::fs::read(file)?)?);
        }
        let tls = match server.security {
            MailSecurity::Starttls => Tls::Required(parameters.build()?),
            MailSecurity::Tls => Tls::Wrapper(parameters.build()?),
            MailSecurity::None => Tls::None,
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host);
        let mut builder = builder.port(server.port).tls(tls).timeout(Some(PATIENCE));
        if let Some((user, password)) = &server.credentials {
            let password = password.expose().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self { transport: builder.build(), from: server.from.clone() })
    }

    pub(super) async fn send(
        &self,
        message: &Outgoing,
        to: &str,
        public_url: &str,
    ) -> Result<Reply, Failed> {
        let letter = letter(message, (&self.from, to), public_url).map_err(|error| Failed {
            // It will not become an address by waiting.
            hopeless: true,
            ..Failed::unreached(error.to_string())
        })?;
        match self.transport.send(letter).await {
            Ok(response) => Ok(Reply {
                status: Some(i32::from(u16::from(response.code()))),
                text: wording::one_line(&response.message().collect::<Vec<_>>().join(" ")),
            }),
            Err(error) => {
                let code = error.status().map(u16::from);
                let failed = Failed::unreached(error.to_string());
                Err(Failed {
                    reply: Reply { status: code.map(i32::from), ..failed.reply },
                    hopeless: code.is_some_and(|code| NO_MAILBOX.contains(&code)),
                })
            }
        }
    }
}

fn letter(
    message: &Outgoing,
    (from, to): (&Mailbox, &str),
    public_url: &str,
) -> Result<Message, Box<dyn Error + Send + Sync>> {
    let notice = &message.notice;
    let host = Url::parse(public_url).ok().and_then(|url| Some(url.host_str()?.to_owned()));
    let host = host.unwrap_or_else(|| "localhost".to_owned());
    let to: Address = to.parse()?;
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    let letter = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(subject(notice))
        // The same at every attempt, so that repeats can be told.
        .message_id(Some(format!("<{}@{host}>", message.message)))
        // So that nobody's absence is answered (RFC 3834).
        .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()));
    let link = wording::link(notice, public_url);
    Ok(letter
        .multipart(MultiPart::alternative_plain_html(plain(notice, &link), html(notice, &link)))?)
}

/// A name that looks like an encoded word would be decoded by whoever shows the mail (RFC 2047).
fn subject(notice: &Notice) -> String {
    format!("pgRecall: {}", wording::title(notice).replace("=?", "= ?"))
}

fn plain(notice: &Notice, link: &str) -> String {
    let mut text = format!("{}\n\n", wording::title(notice));
    for (name, value) in wording::facts(notice) {
        // Writing into a text does not fail.
        let _ = writeln!(text, "{name}: {value}");
    }
    text + "\n" + link + "\n"
}

fn html(notice: &Notice, link: &str) -> String {
    let title = escaped(&wording::title(notice));
    let mut rows = String::new();
    for (name, value) in wording::facts(notice) {
        let _ = write!(rows, "<tr><th align=\"left\">{name}</th><td>{}</td></tr>", escaped(&value));
    }
    let link = escaped(link);
    format!(
        "<!doctype html><html><body><h1 style=\"font-size:1.2em\">{title}</h1><table>{rows}</table>\
         <p><a href=\"{link}\">Open in pgRecall</a></p></body></html>"
    )
}
