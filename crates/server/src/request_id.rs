//! What goes with every request: its number, headers that keep browsers strict, counters, and a
//! line in the log, which never holds what was asked for beyond the route.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use crate::problem::{Problem, Refusal};
use crate::service::Service;

/// The header with the number of a request.
const HEADER: &str = "x-request-id";
/// The longest number that is taken over from a proxy.
const LONGEST: usize = 64;

/// The number of a request, for logs and for asking about it.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// What no page of ours needs, no page may do. The documentation has one style sheet, at its own
/// address.
const STRICT: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

/// Numbers a request, gives it its time, counts it and tells of it.
pub(crate) async fn accompany(
    State(service): State<Arc<Service>>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let id = RequestId(number(&request));
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    request.extensions_mut().insert(id.clone());
    let time = Duration::from_secs(service.config.limits.request_seconds);
    let mut response = match tokio::time::timeout(time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::from(Refusal::TimeOut).into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in STRICT {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if service.config.serving.is_secure() {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(HEADER, value);
    }
    let (status, seconds) = (response.status().as_u16(), begun.elapsed().as_secs_f64());
    let labels =
        [("method", method.to_string()), ("route", route.clone()), ("status", status.to_string())];
    metrics::counter!("pgrecall_http_requests_total", &labels).increment(1);
    metrics::histogram!("pgrecall_http_request_seconds", "route" => route.clone()).record(seconds);
    tracing::info!(request = %id.0, %method, route, status, seconds, "answered");
    response
}

/// What a proxy gave, if it can stand in a log; else a new one.
fn number(request: &Request) -> String {
    let given = request.headers().get(HEADER).and_then(|value| value.to_str().ok());
    let is_plain = |text: &&str| {
        (1..=LONGEST).contains(&text.len())
            && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.".contains(&c))
    };
    given.filter(is_plain).map_or_else(new_number, str::to_owned)
}

fn new_number() -> String {
    pgrecall_access::Nonce::new()
        .map_or_else(|_| "unnumbered".to_owned(), |nonce| nonce.to_string())
}
