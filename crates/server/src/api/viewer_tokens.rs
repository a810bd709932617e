use axum::http::StatusCode;
use pgrecall_access::{Pass, Reach, Right, Via};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problems;
use crate::caller::Caller;
use crate::input::{Json, Path};
use crate::problem::{Problem, Refusal};
use crate::service::Desk;
use crate::view::Scope;

/// How long a viewer token is good where nobody says.
const USUAL_MINUTES: i32 = 15;
/// The most tables that can be named.
const MOST_TABLES: usize = 100;
/// The longest name of an end user.
const LONGEST_SUBJECT: usize = 200;

/// A viewer token that is asked for.
// A field that is misspelt would open more than was meant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ViewerWish {
    /// The tenant whose part it shows. It may be left out only for a target that has
    /// `viewers.without_tenant = true`.
    #[serde(default)]
    tenant: Option<String>,
    /// The only tables it shows; all without it.
    #[serde(default)]
    tables: Option<Vec<String>>,
    /// The only record it shows, instead of tables.
    #[serde(default)]
    record: Option<RecordOf>,
    /// `read`, and `query` for who set what; `read` without it.
    #[serde(default)]
    rights: Option<Vec<String>>,
    /// How many minutes it is good; 15 without it.
    #[serde(default)]
    #[schema(minimum = 1)]
    minutes: Option<i32>,
    /// The end user for whom it is, for the log.
    #[serde(default)]
    #[schema(max_length = 200)]
    subject: Option<String>,
}

/// A record of a table.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordOf {
    /// The table.
    table: String,
    /// Its key: `42`, `id=42`, `a=1,b=x`.
    key: String,
}

/// A viewer token that was just minted.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewViewerToken {
    /// The token, told once.
    token: String,
    /// Until when it is good.
    #[schema(format = "date-time")]
    expires_at: String,
}

/// Mint a viewer token for a page of one's own
///
/// For the back end of a product, with an API token of the scope `mint`. What it gives is handed to a
/// page, which reads with it what it opens and nothing else, until it expires or the API token ends.
#[utoipa::path(
    post, path = "/v1/targets/{target}/viewer-tokens", tag = "targets", request_body = ViewerWish,
    params(("target" = String, Path, description = "The target")),
    responses((status = 201, body = NewViewerToken, description = "The token, told once"), Problems)
)]
pub(super) async fn mint_viewer_token(
    caller: Caller,
    Path(target): Path<String>,
    Json(wish): Json<ViewerWish>,
) -> Result<(StatusCode, axum::Json<NewViewerToken>), Problem> {
    let (desk, _) = caller.reach(Right::Mint, &target).await?;
    // It ends with the token that minted it, so there must be one.
    let Via::Token { id: minted_by, .. } = caller.principal.via else {
        return Err(Refusal::Forbidden.into());
    };
    let minutes = minutes(wish.minutes, caller.service().config.limits.viewer_token_minutes)?;
    let mut pass = pass(wish, desk)?;
    pass.tables = named(desk, &pass).await?;
    let control = &caller.service().control;
    let minted = control.mint(minted_by, &pass, minutes).await?;
    let mut deed = caller.deed("viewer_token.mint", Some(&target), Some(&minted.id.to_string()));
    deed.details = serde_json::json!({
        "tenant": pass.tenant, "tables": pass.tables, "key": pass.record_key, "rights": pass.rights,
        "minutes": minutes, "for": pass.subject,
    });
    caller.service().note(deed).await?;
    let token = minted.secret.expose().to_owned();
    let expires_at = minted.expires_at.to_string();
    Ok((StatusCode::CREATED, axum::Json(NewViewerToken { token, expires_at })))
}

fn minutes(wanted: Option<i32>, most: i32) -> Result<i32, Refusal> {
    match wanted {
        None => Ok(USUAL_MINUTES.min(most)),
        Some(minutes) if (1..=most).contains(&minutes) => Ok(minutes),
        Some(_) => Err(Refusal::Malformed(format!("`minutes` lies between 1 and {most}"))),
    }
}

fn pass(wish: ViewerWish, desk: &Desk) -> Result<Pass, Refusal> {
    let is_blank = |text: &Option<String>| text.as_ref().is_some_and(|text| text.trim().is_empty());
    if is_blank(&wish.tenant) || is_blank(&wish.subject) {
        return Err(Refusal::malformed("what is given must not be empty"));
    }
    if wish.tenant.is_none() && !desk.target.without_tenant {
        return Err(Refusal::TenantNeeded);
    }
    if wish.subject.as_ref().is_some_and(|subject| subject.len() > LONGEST_SUBJECT) {
        return Err(Refusal::malformed("`subject` has 200 bytes at most"));
    }
    let (tables, record_key) = match (wish.tables, wish.record) {
        (Some(_), Some(_)) => {
            return Err(Refusal::malformed("give `tables` or `record`, not both"));
        }
        (None, Some(record)) => (Some(vec![record.table]), Some(record.key)),
        (tables, None) => (tables, None),
    };
    if tables.as_ref().is_some_and(|tables| !(1..=MOST_TABLES).contains(&tables.len())) {
        return Err(Refusal::malformed("`tables` names 1 to 100 tables"));
    }
    let words = wish.rights.unwrap_or_else(|| vec![Right::Read.to_string()]);
    let rights: Result<Vec<Right>, String> = words.iter().map(|word| word.parse()).collect();
    let rights = rights.map_err(Refusal::Malformed)?;
    if rights.is_empty() || rights.iter().any(|right| !Pass::RIGHTS.contains(right)) {
        return Err(Refusal::malformed("`rights` are `read` and `query`"));
    }
    let (target, tenant, subject) = (desk.name.to_string(), wish.tenant, wish.subject);
    Ok(Pass { target, tenant, tables, record_key, rights, subject })
}

/// The tables as the journal writes them. That the tenant can be seen, and that tables and key are
/// right, is found out now rather than by the end user.
async fn named(desk: &Desk, pass: &Pass) -> Result<Option<Vec<String>>, Problem> {
    let reach = pass.tenant.clone().map_or(Reach::Everything, Reach::Tenant);
    let seat = desk.seats.take(&reach).await?;
    Ok(Scope::of(&seat, pass).await?.table_names())
}
