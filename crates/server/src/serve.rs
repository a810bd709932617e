//! From a configuration to a server that answers, and its orderly end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::routing::{get, post};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use pgrecall_access::{AccessError, Control};
use pgrecall_model::{Code, Explain};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::config::Config;
use crate::notices::{Courier, CourierError, worker};
use crate::openid::Provider;
use crate::problem::{Problem, Refusal};
use crate::service::{Service, Stopping};
use crate::tls::{self, TlsSetupError};
use crate::{admission, api, console, docs, health, keeper, log, page, request_id};

/// How long a client may take to say what it wants, or to agree on TLS.
const GREETING: Duration = Duration::from_secs(10);
/// How long it waits where no connection can be accepted.
const PAUSE: Duration = Duration::from_millis(100);
/// How long requests get to end when the server stops.
const FAREWELL: Duration = Duration::from_secs(20);

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// No target is described.
    #[error("no target is described")]
    NoTarget,
    /// Its own state cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// It cannot speak TLS.
    #[error(transparent)]
    Tls(#[from] TlsSetupError),
    /// It cannot ask others over HTTPS.
    #[error("the provider of OpenID Connect cannot be asked from this machine")]
    OpenId(#[from] reqwest::Error),
    /// It cannot tell anybody anything.
    #[error(transparent)]
    Notices(#[from] CourierError),
    /// Its address cannot be had.
    #[error("the server cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl Explain for ServeError {
    fn code(&self) -> Code {
        match self {
            Self::NoTarget => "serve/no-target",
            Self::Access(error) => error.code(),
            Self::Tls(error) => error.code(),
            Self::OpenId(_) => "serve/openid",
            Self::Notices(error) => error.code(),
            Self::Listen { .. } => "serve/listen",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NoTarget => Some(
                "describe one in `pgrecall.toml`: `[targets.NAME]` with `url = \"…\"`; see `pgrecall config \
                 schema`"
                    .to_owned(),
            ),
            Self::Access(error) => error.hint(),
            Self::Tls(error) => error.hint(),
            Self::OpenId(_) => {
                Some("install the certificates of authorities, such as the package `ca-certificates`".to_owned())
            }
            Self::Notices(error) => error.hint(),
            Self::Listen { .. } => {
                Some("choose another address with `server.listen`, or stop what is there".to_owned())
            }
        }
    }
}

/// A server that answers.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    public_url: String,
    setup_link: Option<String>,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
    delivering: JoinHandle<()>,
}

impl Server {
    /// Starts a server. It answers when this returns; its work is done in tasks of the current Tokio
    /// runtime.
    ///
    /// # Errors
    /// When its home database cannot be reached, or its address cannot be had.
    pub async fn start(config: Config) -> Result<Self, ServeError> {
        log::begin(&config.log);
        // What is counted before it is there is not counted.
        health::recorder();
        let home = config.home.clone().ok_or(ServeError::NoTarget)?;
        let acceptor = config.serving.tls.as_ref().map(tls::acceptor).transpose()?;
        let control = Control::open(home).await?;
        let wanted = config.serving.listen;
        let listening = |source| ServeError::Listen { address: wanted, source };
        let listener = TcpListener::bind(wanted).await.map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        let public_url = config.serving.public_url.clone();
        let setup_link = setup_link(&control, &public_url).await?;
        let openid = config.openid.clone();
        let openid = openid.map(|openid| Provider::new(openid, &public_url)).transpose()?;
        let courier = Courier::new(&config)?;
        let (stop, stopping) = watch::channel(false);
        let service = Arc::new(Service::new(config, control, openid, stopping.clone()));
        for desk in service.desks() {
            if desk.target.maintain {
                let keeping =
                    keeper::keep(Arc::clone(&service), Arc::clone(desk), stopping.clone());
                tokio::spawn(keeping);
            }
            tokio::spawn(keeper::watch(Arc::clone(desk), stopping.clone()));
        }
        tokio::spawn(keeper::keep_approvals(Arc::clone(&service), stopping.clone()));
        tokio::spawn(forget(Arc::clone(&service), stopping.clone()));
        let delivering = worker::work(Arc::clone(&service), courier, stopping.clone());
        let delivering = tokio::spawn(delivering);
        let router = router(&service);
        let accepting = tokio::spawn(accept(listener, acceptor, router, stopping));
        Ok(Self { address, public_url, setup_link, stop, accepting, delivering })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address that users type.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// The one-time link for the first administrator, while there is none.
    #[must_use]
    pub fn setup_link(&self) -> Option<&str> {
        self.setup_link.as_deref()
    }

    /// Takes no more requests, lets those under way end, and stops.
    pub async fn stop(self) {
        // Nobody listens any more if all have stopped by themselves.
        let _ = self.stop.send(true);
        let delivered = tokio::time::timeout(FAREWELL, self.delivering);
        let _ = tokio::join!(self.accepting, delivered);
    }
}

async fn setup_link(control: &Control, public_url: &str) -> Result<Option<String>, AccessError> {
    if control.has_administrator().await? {
        return Ok(None);
    }
    let secret = control.invite(None).await?;
    Ok(Some(invitation_link(public_url, secret.expose())))
}

/// The link with which somebody sets a password.
#[must_use]
pub fn invitation_link(public_url: &str, secret: &str) -> String {
    format!("{public_url}/setup?invitation={secret}")
}

fn router(service: &Arc<Service>) -> Router {
    let limits = &service.config.limits;
    let (operations, document) = api::router().split_for_parts();
    let document = axum::Json(document);
    operations
        .route("/openapi.json", get(async move || document.clone()))
        .route("/docs", get(docs::docs))
        .route("/style.css", get(page::style))
        .route("/setup", get(page::setup).merge(post(page::set_up)))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .route("/assets/{*name}", get(console::asset).layer(CompressionLayer::new()))
        .fallback(console::elsewhere)
        .method_not_allowed_fallback(async || Problem::from(Refusal::WrongMethod))
        .layer(DefaultBodyLimit::max(limits.body_bytes))
        .layer(CatchPanicLayer::new())
        .layer(cors(&service.config.serving.allowed_origins))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(service), admission::admit))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(service), request_id::accompany))
        .with_state(Arc::clone(service))
}

/// Pages of the given origins may ask, with cookies; pages of all others may not read an answer.
fn cors(origins: &[String]) -> CorsLayer {
    let origins: Vec<HeaderValue> =
        origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    let own = ["x-csrf-token", "idempotency-key", "last-event-id", "x-request-id"];
    let conditions = [header::IF_MATCH, header::IF_NONE_MATCH];
    let mut headers = own.map(HeaderName::from_static).to_vec();
    headers.extend([header::CONTENT_TYPE, header::AUTHORIZATION]);
    headers.extend(conditions);
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(headers)
        .expose_headers([
            HeaderName::from_static("x-request-id"),
            header::RETRY_AFTER,
            header::ETAG,
            header::CONTENT_DISPOSITION,
        ])
        .max_age(Duration::from_mins(10))
}

/// Accepts connections until the server stops, then waits for those under way.
async fn accept(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    mut stopping: Stopping,
) {
    let connections = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stopping) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Too many open files, mostly; they become fewer.
                tracing::warn!(%error, "no connection was accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let (acceptor, router) = (acceptor.clone(), router.clone());
        let watcher = connections.watcher();
        tokio::spawn(async move {
            match acceptor {
                None => talk(stream, peer, router, watcher).await,
                Some(acceptor) => {
                    let agreed = tokio::time::timeout(GREETING, acceptor.accept(stream)).await;
                    if let Ok(Ok(stream)) = agreed {
                        talk(stream, peer, router, watcher).await;
                    }
                }
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, connections.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

/// Waits until the server stops.
async fn stopped(stopping: &mut Stopping) {
    // Whoever could stop it is gone otherwise.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

async fn talk<S>(
    stream: S,
    peer: SocketAddr,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        request
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(GREETING)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection broke off");
    }
}

async fn forget(service: Arc<Service>, mut stopping: Stopping) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_mins(1)) => {
                service.forget_the_quiet();
                if let Err(error) = service.control.forget_viewers().await {
                    tracing::debug!(%error, "viewer tokens that expired are still there");
                }
            }
            () = stopped(&mut stopping) => return,
        }
    }
}
