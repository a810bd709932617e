use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What messages to the receiver are signed with.
pub(crate) const SIGNED_WITH: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";

/// What came.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// How the receiver answers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    /// With this status, and the path in the body.
    Status(u16),
    /// With a redirect to itself.
    Redirect,
    /// With a body that does not end.
    Endless,
}

/// A program that takes webhooks: a real HTTP server.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    /// How much of endless bodies was taken, in bytes.
    pub(crate) taken: Arc<AtomicUsize>,
    messages: UnboundedReceiver<Message>,
}

impl Receiver {
    /// Answers as it is told, then with 200.
    pub(crate) async fn start(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("address");
        let address = listener.local_addr().expect("address");
        let (sender, messages) = unbounded_channel();
        let taken = Arc::new(AtomicUsize::new(0));
        let desk = Desk {
            sender,
            answers: Arc::new(Mutex::new(answers.iter().copied().collect())),
            endless: Endless(Arc::clone(&taken)),
        };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let desk = desk.clone();
                let service = service_fn(move |request| answer(request, desk.clone()));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { address, taken, messages }
    }

    pub(crate) async fn message(&mut self) -> Message {
        self.messages.recv().await.expect("message")
    }

    /// Whether nothing more has come.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.messages.try_recv().is_err()
    }

    /// A channel that leads here.
    pub(crate) fn channel(&self, name: &str) -> String {
        format!(
            "[channels.{name}]\nkind = \"webhook\"\nurl = \"http://{}/hook/only-for-us\"\nsecret = \"{SIGNED_WITH}\"\n",
            self.address
        )
    }
}

impl Message {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body, if its signature is right.
    pub(crate) fn checked(&self) -> Value {
        let webhook = Webhook::new(SIGNED_WITH).expect("secret");
        webhook.verify(&self.body, &self.headers).expect("the signature is right");
        self.json()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, Infallible>;

/// What it takes to answer.
#[derive(Debug, Clone)]
struct Desk {
    sender: UnboundedSender<Message>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    endless: Endless,
}

async fn answer(
    request: Request<Incoming>,
    Desk { sender, answers, endless }: Desk,
) -> Result<Response<Body>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.expect("body").to_bytes();
    let path = head.uri.path().to_owned();
    let answer = answers.lock().expect("answers").pop_front().unwrap_or(Answer::Status(200));
    // The test may be over.
    let _ = sender.send(Message { path: path.clone(), headers: head.headers, body });
    let whole = |text: String| Full::new(Bytes::from(text)).boxed_unsync();
    let response = Response::builder();
    let response = match answer {
        Answer::Status(status) => {
            response.status(status).body(whole(format!("cannot POST {path}")))
        }
        Answer::Redirect => {
            response.status(307).header("location", "/elsewhere").body(whole(String::new()))
        }
        Answer::Endless => response.status(200).body(endless.boxed_unsync()),
    };
    Ok(response.expect("response"))
}

/// A body that does not end, and counts.
#[derive(Debug, Clone)]
struct Endless(Arc<AtomicUsize>);

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Infallible>>> {
        let part = Bytes::from_static(&[b'x'; 1024]);
        self.0.fetch_add(part.len(), Ordering::Relaxed);
        std::task::Poll::Ready(Some(Ok(hyper::body::Frame::data(part))))
    }
}
