//! The operations of the API, a file per noun. Each demands its right before it does anything;
//! `tests/authorization.rs` holds who may what, and finds an operation that is missing there.
//!
//! To add an operation: a function with its description in the file of its noun, a line in
//! the function below of what it is about, a row in `tests/authorization.rs`, and `UPDATE_EXPECT=1` for the committed document.

mod activity;
mod approvals;
mod audit;
mod changes;
mod channels;
mod deliveries;
mod density;
mod export;
mod keys;
pub(crate) mod live;
mod marks;
mod me;
mod notifications;
mod openid;
mod operations;
mod past;
mod plans;
mod records;
mod reviews;
mod searches;
mod second_factor;
mod session;
mod sessions;
pub(crate) mod setup;
mod tables;
mod targets;
mod tokens;
mod users;
mod viewer_tokens;

use std::collections::BTreeMap;
use std::sync::Arc;

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, OpenApi as Document, Ref, RefOr, Response, ResponseBuilder, SecurityRequirement,
};
use utoipa::{IntoResponses, Modify, OpenApi, PartialSchema as _};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::{Problem, Refusal};
use crate::service::Service;

/// What stands above the operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "pgRecall",
        description = "The flight recorder for PostgreSQL: what was changed, by whom, as of any moment, and \
                       how to take it back. Errors are problem details (RFC 9457) with a stable code and a \
                       hint. Lists are paged with `cursor`. Times without a zone are read as UTC."
    ),
    modifiers(&Security),
    components(schemas(Problem, export::Form)),
    tags(
        (name = "session", description = "Signing in and out, and what is one's own"),
        (name = "users", description = "Who may use the server, for administrators"),
        (name = "targets", description = "The databases, their tables and what is missing"),
        (name = "changes", description = "What was changed, by whom"),
        (name = "past", description = "Moments, and the state as of them"),
        (name = "undo", description = "Plan, preview, apply"),
        (name = "approvals", description = "Plans that somebody else approves, and reviews of those applied without"),
        (name = "notifications", description = "Who is told what happens, and whether it arrived"),
        (name = "audit", description = "What was done with pgRecall itself"),
    )
)]
struct Api;

/// How somebody shows who they are.
struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        let description = "What `POST /v1/session` sets; `__Host-pgrecall` over TLS. What changes \
                           something also needs the header `X-CSRF-Token`.";
        let cookie = ApiKeyValue::with_description("pgrecall", description);
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        document.security = Some(vec![
            SecurityRequirement::new("token", Vec::<String>::new()),
            SecurityRequirement::new("session", Vec::<String>::new()),
        ]);
    }
}

/// Where a list goes on: after its last entry, if there may be more.
fn next<T, C>(found: &[T], limit: i64, cursor: impl FnOnce(&T) -> C) -> Option<C> {
    let is_full = i64::try_from(found.len()).is_ok_and(|count| count == limit);
    found.last().filter(|_| is_full).map(cursor)
}

/// How many entries of a list are asked for.
fn limit(asked: Option<i64>) -> Result<i64, Refusal> {
    match asked.unwrap_or(50) {
        limit @ 1..=200 => Ok(limit),
        _ => Err(Refusal::malformed("`limit` lies between 1 and 200")),
    }
}

/// The answers that every operation may give instead.
pub(crate) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let all = [
            ("400", "the request makes no sense"),
            ("401", "nobody is signed in, or not as they say"),
            ("403", "the user may not do this here"),
            ("404", "there is no such thing, or the user may not know of it"),
            ("409", "it does not fit what is there by now"),
            ("412", "it was changed since it was read (`If-Match`)"),
            ("413", "the body is too long"),
            ("429", "too many requests"),
            ("500", "something is wrong with the server"),
            ("503", "a database cannot be reached, or the server is too busy"),
            ("504", "it took too long"),
        ];
        let response = |(status, description): (&str, &str)| {
            let schema = Ref::from_schema_name("Problem");
            let content = ContentBuilder::new().schema(Some(schema)).build();
            let response = ResponseBuilder::new()
                .description(description)
                .content("application/problem+json", content)
                .build();
            (status.to_owned(), RefOr::T(response))
        };
        all.into_iter().map(response).collect()
    }
}

/// The same where a browser may be shown a page instead.
pub(crate) struct ProblemsOnAPage;

impl IntoResponses for ProblemsOnAPage {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut all = Problems::responses();
        for response in all.values_mut() {
            if let RefOr::T(response) = response {
                let page = ContentBuilder::new().schema(Some(String::schema())).build();
                response.content.insert("text/html".to_owned(), RefOr::T(page));
            }
        }
        all
    }
}

/// Every operation, with its description.
pub(crate) fn router() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::with_openapi(Api::openapi()).merge(people()).merge(journals()).merge(undo())
}

/// Who comes in, what is theirs, and what they are told.
fn people() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::new()
        .routes(routes!(session::sign_in, session::sign_out))
        .routes(routes!(session::sign_in_ways))
        .routes(routes!(session::show_second_factor))
        .routes(routes!(openid::begin_openid))
        .routes(routes!(openid::finish_openid))
        .routes(routes!(openid::link_openid))
        .routes(routes!(setup::accept_invitation))
        .routes(routes!(setup::look_at_invitation))
        .routes(routes!(me::me))
        .routes(routes!(me::change_password))
        .routes(routes!(session::ask_awaited_second_factor))
        .routes(routes!(
            second_factor::get_second_factor,
            second_factor::begin_second_factor,
            second_factor::remove_second_factor
        ))
        .routes(routes!(second_factor::ask_second_factor))
        .routes(routes!(keys::begin_key))
        .routes(routes!(keys::confirm_key))
        .routes(routes!(keys::rename_key, keys::remove_key))
        .routes(routes!(second_factor::confirm_second_factor))
        .routes(routes!(second_factor::renew_recovery_codes))
        .routes(routes!(sessions::list_my_sessions))
        .routes(routes!(sessions::end_my_session))
        .routes(routes!(tokens::list_tokens, tokens::create_token))
        .routes(routes!(tokens::revoke_token))
        .routes(routes!(tokens::list_all_tokens))
        .routes(routes!(tokens::revoke_any_token))
        .routes(routes!(users::list_users, users::add_user))
        .routes(routes!(users::get_user, users::change_user))
        .routes(routes!(users::set_memberships))
        .routes(routes!(users::reset_user))
        .routes(routes!(users::remove_second_factor_of))
        .routes(routes!(sessions::list_user_sessions, sessions::end_user_sessions))
        .routes(routes!(sessions::end_user_session))
        .routes(routes!(audit::list_audit))
        .routes(routes!(notifications::get_notifications, notifications::set_notifications))
        .routes(routes!(channels::list_channels))
        .routes(routes!(channels::test_channel))
        .routes(routes!(deliveries::list_deliveries))
        .routes(routes!(deliveries::retry_delivery))
        .routes(routes!(searches::list_searches, searches::save_search))
        .routes(routes!(searches::forget_search))
}

/// The targets: what was changed in them, and what they were.
fn journals() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::new()
        .routes(routes!(targets::list_targets))
        .routes(routes!(targets::get_target))
        .routes(routes!(tables::list_tables))
        .routes(routes!(tables::list_gaps))
        .routes(routes!(tables::list_uncovered))
        .routes(routes!(changes::list_changes))
        .routes(routes!(changes::get_transaction))
        .routes(routes!(export::export_changes))
        .routes(routes!(records::get_history))
        .routes(routes!(records::get_blame))
        .routes(routes!(activity::get_activity))
        .routes(routes!(operations::list_operations))
        .routes(routes!(marks::list_marks, marks::make_mark))
        .routes(routes!(marks::remove_mark))
        .routes(routes!(past::query_past))
        .routes(routes!(past::get_diff))
        .routes(routes!(live::follow_changes))
        .routes(routes!(viewer_tokens::mint_viewer_token))
        .routes(routes!(records::get_record))
        .routes(routes!(tables::get_table))
        .routes(routes!(tables::get_growth))
        .routes(routes!(density::get_density))
        .routes(routes!(density::get_hours))
}

/// Taking changes back, and who approves it.
fn undo() -> OpenApiRouter<Arc<Service>> {
    OpenApiRouter::new()
        .routes(routes!(plans::list_plans, plans::make_plan))
        .routes(routes!(plans::get_plan))
        .routes(routes!(plans::get_steps))
        .routes(routes!(plans::preview_plan))
        .routes(routes!(plans::apply_plan))
        .routes(routes!(approvals::request_approval))
        .routes(routes!(approvals::list_approvals))
        .routes(routes!(approvals::get_approval))
        .routes(routes!(approvals::approve))
        .routes(routes!(approvals::reject))
        .routes(routes!(approvals::cancel))
        .routes(routes!(reviews::list_reviews))
        .routes(routes!(reviews::close_review))
}

/// The document alone, as it is committed.
pub(crate) fn document() -> Document {
    router().into_openapi()
}
