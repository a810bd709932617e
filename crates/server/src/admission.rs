//! From where anybody may ask at all.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use pgrecall_access::Outcome;

use crate::caller::Origin;
use crate::service::Service;

/// What those who watch the server ask for, such as a balancer of load.
const OPEN: [&str; 2] = ["/healthz", "/readyz"];

/// Lets only those pass who ask from a network of `server.allow_from`.
pub(crate) async fn admit(
    State(service): State<Arc<Service>>,
    origin: Origin,
    request: Request,
    next: Next,
) -> Response {
    let is_open = OPEN.contains(&request.uri().path());
    if is_open || service.config.serving.allow_from.allows(origin.address) {
        return next.run(request).await;
    }
    let deed = origin.deed(None, "refused", Outcome::Refused);
    service.refuse_place(deed, origin.address).await.into_response()
}
