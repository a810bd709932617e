use axum::http::StatusCode;
use pgrecall_access::{NewSearch, SavedSearch};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problems;
use crate::caller::Caller;
use crate::input::{Json, Path};
use crate::problem::{Problem, Refusal};
use crate::search::Search;

/// The longest name and the longest query, in bytes.
const LONGEST: (usize, usize) = (100, 4_000);

/// A search that is kept under a name.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeptSearch {
    /// Its number.
    id: i64,
    /// What it is called.
    name: String,
    /// In which target.
    target: String,
    /// What it says: the `q` of `…/changes`.
    query: String,
    /// Whether everybody finds it who knows the target.
    shared: bool,
    /// Whose it is.
    owner: String,
    /// Whether it is one's own.
    own: bool,
}

impl From<SavedSearch> for KeptSearch {
    fn from(saved: SavedSearch) -> Self {
        let SavedSearch { id, search, owner, own } = saved;
        let NewSearch { target, name, query, shared } = search;
        Self { id, name, target, query, shared, owner, own }
    }
}

/// One's own searches, and those that others share
///
/// Of targets that the user may see. Needs a session.
#[utoipa::path(
    get, path = "/v1/me/searches", tag = "session",
    responses((status = 200, body = Vec<KeptSearch>, description = "The searches"), Problems)
)]
pub(super) async fn list_searches(caller: Caller) -> Result<axum::Json<Vec<KeptSearch>>, Problem> {
    caller.demand_session()?;
    let mut all = caller.service().control.searches(caller.principal.user).await?;
    all.retain(|saved| caller.principal.knows(&saved.search.target));
    Ok(axum::Json(all.into_iter().map(KeptSearch::from).collect()))
}

/// A search that is to be kept.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SearchWish {
    /// What it is called.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// In which target.
    target: String,
    /// What it says: the `q` of `…/changes`.
    #[schema(max_length = 4000)]
    query: String,
    /// Whether everybody finds it who knows the target.
    #[serde(default)]
    shared: bool,
}

/// The search that is kept now.
#[derive(Serialize, ToSchema)]
pub(crate) struct SearchNumber {
    /// Its number.
    id: i64,
}

/// Keep a search under a name
///
/// Needs a session.
#[utoipa::path(
    post, path = "/v1/me/searches", tag = "session", request_body = SearchWish,
    responses((status = 201, body = SearchNumber, description = "It is kept"), Problems)
)]
pub(super) async fn save_search(
    caller: Caller,
    Json(wish): Json<SearchWish>,
) -> Result<(StatusCode, axum::Json<SearchNumber>), Problem> {
    caller.demand_session()?;
    if !caller.principal.knows(&wish.target) {
        return Err(Refusal::UnknownTarget(wish.target).into());
    }
    let name = wish.name.trim();
    if name.is_empty() || name.len() > LONGEST.0 || wish.query.len() > LONGEST.1 {
        return Err(
            Refusal::malformed("a search has a name of 1 to 100 bytes, and 4000 at most").into()
        );
    }
    Search { q: Some(wish.query.clone()), ..Search::default() }.understood()?;
    let (name, target) = (name.to_owned(), wish.target);
    let new = NewSearch { target, name, query: wish.query, shared: wish.shared };
    let id = caller.service().control.save_search(caller.principal.user, &new).await?;
    let deed = caller.deed("search.save", Some(&new.target), Some(&id.to_string()));
    caller.service().note(deed).await?;
    Ok((StatusCode::CREATED, axum::Json(SearchNumber { id })))
}

/// Forget a search of one's own
///
/// Needs a session.
#[utoipa::path(
    delete, path = "/v1/me/searches/{id}", tag = "session",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 204, description = "It is forgotten"), Problems)
)]
pub(super) async fn forget_search(
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<StatusCode, Problem> {
    caller.demand_session()?;
    caller.service().control.forget_search(caller.principal.user, id).await?;
    caller.service().note(caller.deed("search.forget", None, Some(&id.to_string()))).await?;
    Ok(StatusCode::NO_CONTENT)
}
