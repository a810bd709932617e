//! For those who watch the server.

use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::problem::Problem;
use crate::service::Service;

/// The server runs.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// The server can do its work: its home database answers.
pub(crate) async fn readyz(State(service): State<Arc<Service>>) -> Result<&'static str, Problem> {
    if *service.stopping.borrow() {
        return Err(crate::problem::Refusal::Busy.into());
    }
    service.control.ping().await?;
    Ok("ready\n")
}

/// What is counted, as Prometheus reads it.
pub(crate) async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let subscribers = service.config.limits.subscribers - service.subscribers.available_permits();
    let subscribers = u32::try_from(subscribers).unwrap_or(u32::MAX);
    metrics::gauge!("pgrecall_live_subscribers").set(subscribers);
    match recorder() {
        Some(handle) => {
            handle.run_upkeep();
            let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
            (kind, handle.render()).into_response()
        }
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// What counts for the whole process; none where somebody else does already.
pub(crate) fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let install = || {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).ok().map(|()| handle)
    };
    HANDLE.get_or_init(install).as_ref()
}
