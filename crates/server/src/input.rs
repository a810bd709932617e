//! What a request holds, with our own answer where it makes no sense.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::{Problem, Refusal};
use crate::service::Service;

/// What stands in the path.
#[derive(Debug)]
pub(crate) struct Path<T>(pub(crate) T);

/// What stands behind the question mark.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

/// The body.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Service>> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, service).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(rejection) => Err(Refusal::Malformed(rejection.body_text()).into()),
        }
    }
}

impl<T: DeserializeOwned> FromRequestParts<Arc<Service>> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, Problem> {
        match axum::extract::Query::from_request_parts(parts, service).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(Refusal::Malformed(rejection.body_text()).into()),
        }
    }
}

impl<T: DeserializeOwned> FromRequest<Arc<Service>> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Problem> {
        match <axum::Json<T> as FromRequest<_>>::from_request(request, service).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Refusal::TooLarge.into())
            }
            Err(rejection) => Err(Refusal::Malformed(rejection.body_text()).into()),
        }
    }
}

/// For bodies that may be left out.
impl<T: DeserializeOwned> OptionalFromRequest<Arc<Service>> for Json<T> {
    type Rejection = Problem;

    async fn from_request(
        request: Request,
        service: &Arc<Service>,
    ) -> Result<Option<Self>, Problem> {
        let (parts, body) = request.into_parts();
        let whole = Request::from_parts(parts.clone(), body);
        let bytes =
            Bytes::from_request(whole, service).await.map_err(|rejection| {
                match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge,
                    _ => Refusal::Malformed(rejection.body_text()),
                }
            })?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let request = Request::from_parts(parts, Body::from(bytes));
        <Self as FromRequest<Arc<Service>>>::from_request(request, service).await.map(Some)
    }
}
