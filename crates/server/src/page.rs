//! What the few pages of the server itself have in common, and the form for one-time links. They have
//! no scripts, and one style sheet.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use pgrecall_access::{Invitation, Secret};
use pgrecall_model::Explain as _;
use serde::Deserialize;

use crate::api::setup::{Acceptance, accept};
use crate::caller::Origin;
use crate::console;
use crate::problem::Problem;
use crate::service::Service;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
code,pre{font-family:ui-monospace,monospace}h2{margin-top:2.5rem;border-bottom:1px solid #8888}\
h3 code{background:#8882;padding:.2em .4em}small{opacity:.7}nav ul{padding-left:1.2em}table{border-collapse:collapse;width:100%}\
td,th{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0;border-bottom:1px solid #8884}\
label{display:block;margin:1rem 0}input{display:block;font:inherit;width:20rem;max-width:100%}\
@media(prefers-color-scheme:dark){body{background:#111;color:#eee}a{color:#8bf}}";

/// The style sheet.
pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

/// Where the console would be.
pub(crate) fn without_console() -> String {
    page(
        "pgRecall",
        "<p>The server runs; this build of it has no console. From a checkout, <code>cargo xtask console</code> \
         builds it.</p><p>The API is described at <a href=\"/docs\">/docs</a>.</p>",
    )
}

/// The link, as it is followed.
#[derive(Deserialize)]
pub(crate) struct Link {
    invitation: String,
}

/// The form behind a one-time link; the console has one of its own.
pub(crate) async fn setup(
    State(service): State<Arc<Service>>,
    Query(link): Query<Link>,
) -> Response {
    if let Some(console) = console::page() {
        return console;
    }
    match service.control.invitation(&Secret::shown(link.invitation.as_str())).await {
        Ok(invitation) => {
            Html(page("pgRecall", &form(&invitation, &link.invitation, None))).into_response()
        }
        Err(error) => refused(&error.to_string(), error.hint().as_deref()),
    }
}

fn form(invitation: &Invitation, secret: &str, told: Option<&str>) -> String {
    let told =
        told.map(|told| format!("<p role=\"alert\">{}</p>", escaped(told))).unwrap_or_default();
    let who = match invitation {
        Invitation::First => "<p>You become the first administrator.</p><label>Name \
             <input name=\"name\" required autocomplete=\"username\"></label>"
            .to_owned(),
        Invitation::User(name) => format!("<p>Set a password for <b>{}</b>.</p>", escaped(name)),
    };
    format!(
        "{told}<form method=\"post\" action=\"/setup\">{who}<label>Password, 12 characters at least \
         <input type=\"password\" name=\"password\" minlength=\"12\" required autocomplete=\"new-password\">\
         </label><input type=\"hidden\" name=\"invitation\" value=\"{}\"><button>Set the password</button></form>",
        escaped(secret)
    )
}

/// Takes in the form.
pub(crate) async fn set_up(
    State(service): State<Arc<Service>>,
    origin: Origin,
    Form(acceptance): Form<Acceptance>,
) -> Response {
    match accept(&service, &origin, &acceptance).await {
        Ok(user) => {
            let text = format!("<p>{}, you can sign in now.</p>", escaped(&user));
            Html(page("pgRecall", &text)).into_response()
        }
        Err(problem) => refused(problem.title(), problem.hint()),
    }
}

/// What went wrong, for who came by a link and reads no JSON.
pub(crate) fn problem(problem: &Problem) -> Response {
    let text = told(problem.title(), problem.hint());
    let text =
        format!("{text}<p><code>{}</code> <a href=\"/\">Go back</a></p>", escaped(problem.code()));
    (problem.status(), Html(page("pgRecall", &text))).into_response()
}

fn refused(title: &str, hint: Option<&str>) -> Response {
    let text = told(title, hint);
    (StatusCode::BAD_REQUEST, Html(page("pgRecall", &text))).into_response()
}

fn told(title: &str, hint: Option<&str>) -> String {
    let hint = hint.map(|hint| format!("<p>{}</p>", escaped(hint))).unwrap_or_default();
    format!("<p role=\"alert\">Not done: {}.</p>{hint}", escaped(title))
}

/// A page with a title.
pub(crate) fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/style.css\">\
         </head><body><h1>{title}</h1>{body}</body></html>"
    )
}

/// Text that somebody else wrote, as it can stand in a page.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_else_wrote_is_text() {
        let hostile = "\"><script>alert('x')</script>";
        let shown = form(&Invitation::User(hostile.to_owned()), hostile, Some(hostile));
        assert!(!shown.contains("<script>") && !shown.contains("\"\">"), "{shown}");
    }
}
