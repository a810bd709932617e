//! Messages over HTTP, to addresses that were only typed by somebody.

use std::time::Duration;

use pgrecall_access::Reply;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};

use super::courier::Failed;
use super::guard::Guard;
use super::wording::one_line;
use crate::config::Address;

/// How long it may take to reach a receiver.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a message may take on the whole.
const WHOLE: Duration = Duration::from_secs(15);
/// How much of an answer is read, in bytes.
const ANSWER: usize = 1_024;

/// Sends messages over HTTP.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    client: Client,
    guard: Guard,
}

impl Sender {
    pub(super) fn new(guard: Guard) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .user_agent(concat!("pgRecall/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(std::sync::Arc::new(guard.clone()))
            // A redirect could lead anywhere, and a proxy would look names up by itself.
            .redirect(Policy::none())
            .no_proxy()
            // Each message is sent to where the name leads now.
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .build()?;
        Ok(Self { client, guard })
    }

    /// Sends JSON.
    pub(super) async fn post(
        &self,
        address: &Address,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<Reply, Failed> {
        let url = address.expose();
        if !self.guard.permits_literal(url) {
            return Err(Failed::unreached("the address lies in a private or special network"));
        }
        let mut all = HeaderMap::new();
        all.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in headers {
            let value =
                HeaderValue::from_str(value).map_err(|e| Failed::unreached(e.to_string()))?;
            all.insert(HeaderName::from_static(name), value);
        }
        let sent = self.client.post(url.clone()).headers(all).body(body).send().await;
        let response = sent.map_err(unreached)?;
        let status = response.status();
        let said = without_secrets(&beginning(response).await, address);
        let reply = Reply { status: Some(i32::from(status.as_u16())), text: said };
        match status {
            status if status.is_success() => Ok(reply),
            // The receiver wants no more (Standard Webhooks).
            StatusCode::GONE => Err(Failed { reply, hopeless: true }),
            _ => Err(Failed { reply, hopeless: false }),
        }
    }
}

/// Why a receiver was not reached, without its address.
fn unreached(error: reqwest::Error) -> Failed {
    let error = error.without_url();
    let causes = std::iter::successors(
        std::error::Error::source(&error),
        |&cause: &&(dyn std::error::Error + 'static)| cause.source(),
    );
    let told = causes.fold(error.to_string(), |told, cause| {
        let cause = cause.to_string();
        if told.ends_with(&cause) { told } else { format!("{told}: {cause}") }
    });
    Failed::unreached(told)
}

/// The beginning of what the receiver says; a receiver that never ends is not waited for.
async fn beginning(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER
        && let Ok(Some(chunk)) = response.chunk().await
    {
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(ANSWER);
    one_line(&String::from_utf8_lossy(&bytes))
}

/// Some receivers repeat the path, which may be what only its owner knows.
fn without_secrets(text: &str, address: &Address) -> String {
    let url = address.expose();
    let parts = [url.path(), url.query().unwrap_or_default()];
    parts
        .iter()
        .filter(|part| part.len() > 1)
        .fold(text.to_owned(), |text, part| text.replace(part, "***"))
}
