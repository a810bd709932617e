//! The console: files that `cargo xtask console` builds, and that are part of a release.
//!
//! A build for development reads them where they lie, so that the console can be built anew while
//! the server runs; without them there is a page that says so.

use axum::extract::{Path, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

use crate::page;
use crate::problem::{Problem, Refusal};

/// What may happen in a page of the console: its own scripts and styles, and calls of our own API.
/// Nothing stands in the page itself.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);
/// The page that every address of the console shows.
const INDEX: &str = "index.html";

#[derive(Embed)]
// The folder is part of the checkout, with nothing in it until the console is built.
#[folder = "../../web/console/dist"]
struct Built;

/// The page of the console; none where it was not built.
pub(crate) fn page() -> Option<Response> {
    let index = Built::get(INDEX)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    Some((headers, index.data).into_response())
}

/// What is at an address that nothing else answers: the console, which has addresses of its own for
/// whatever it shows, if a browser asks for a page.
pub(crate) async fn elsewhere(request: Request) -> Response {
    let (path, headers) = (request.uri().path(), request.headers());
    if !wants_page(request.method(), path, headers) {
        return Problem::from(Refusal::NotFound).into_response();
    }
    match page() {
        Some(page) => page,
        None if path == "/" => Html(page::without_console()).into_response(),
        None => Problem::from(Refusal::NotFound).into_response(),
    }
}

fn wants_page(method: &Method, path: &str, headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    (method == Method::GET || method == Method::HEAD)
        && !path.starts_with("/v1/")
        && accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

/// A script, a style sheet or a picture of the console. Their names change with what is in them, so
/// that a browser asks once.
pub(crate) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = Built::get(&format!("assets/{name}")) else {
        return Problem::from(Refusal::NotFound).into_response();
    };
    let tag = tag(&file);
    let kind = HeaderValue::from_str(file.metadata.mimetype())
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let lasting = HeaderValue::from_static("public, max-age=31536000, immutable");
    let answer = [(header::CACHE_CONTROL, lasting), (header::ETAG, tag.clone())];
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return (StatusCode::NOT_MODIFIED, answer).into_response();
    }
    (answer, [(header::CONTENT_TYPE, kind)], file.data).into_response()
}

fn tag(file: &EmbeddedFile) -> HeaderValue {
    let hash = file.metadata.sha256_hash();
    let tag = hash.first_chunk().map(|half| format!("\"{:032x}\"", u128::from_be_bytes(*half)));
    let tag = tag.and_then(|tag| HeaderValue::from_str(&tag).ok());
    tag.unwrap_or(HeaderValue::from_static("\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(method: &Method, path: &str, accepted: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(accepted));
        wants_page(method, path, &headers)
    }

    #[test]
    fn a_browser_gets_pages_and_a_program_gets_problems() {
        let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
        assert!(wants(&Method::GET, "/record/shop/public.prize/7", browser));
        assert!(wants(&Method::GET, "/", browser));
        assert!(!wants(&Method::GET, "/v1/nothing", browser));
        assert!(!wants(&Method::POST, "/", browser));
        assert!(!wants(&Method::GET, "/", "*/*"));
    }
}
