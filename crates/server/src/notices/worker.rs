//! Makes deliveries of notices, and sends what is due. Several servers do so at once; each delivery is
//! one's at a time.

use std::sync::Arc;
use std::time::Duration;

use pgrecall_access::{AccessError, Listener, Outgoing, Patience, Reply, Route};
use pgrecall_model::Explain as _;
use tokio::task::JoinSet;

use super::courier::{Courier, Failed};
use crate::service::{Service, Stopping};

/// How many deliveries are on their way at once.
const AT_ONCE: usize = 16;
/// How often it is looked for what is due, if nobody is heard.
const LOOK: Duration = Duration::from_secs(5);
/// The longest that a delivery may take.
const LONGEST: Duration = Duration::from_mins(1);
/// After what time a delivery is taken up by another worker; longer than it may take.
const LEASE_SECONDS: f64 = 120.0;
/// How often it is looked for what time alone brings about.
const PASS: Duration = Duration::from_hours(1);
/// For how many notices deliveries are made in one statement.
const BATCH: u64 = 100;

/// Works until the server stops; what is on its way then is seen through.
pub(crate) async fn work(service: Arc<Service>, courier: Courier, mut stopping: Stopping) {
    let desk = Arc::new(Mailroom {
        routes: routes(&service),
        patience: patience(&service),
        courier,
        service,
    });
    let mut on_their_way = JoinSet::new();
    let mut listener: Option<Listener> = None;
    let mut passed: Option<tokio::time::Instant> = None;
    loop {
        if listener.as_ref().is_none_or(Listener::is_deaf) {
            listener = desk.service.control.listen().await.ok();
        }
        if passed.is_none_or(|passed| passed.elapsed() >= PASS) {
            desk.pass_time().await.unwrap_or_else(|error| waits(&error));
            passed = Some(tokio::time::Instant::now());
        }
        desk.take_up(&mut on_their_way).await.unwrap_or_else(|error| waits(&error));
        tokio::select! {
            () = heard(listener.as_ref()) => {}
            Some(_) = on_their_way.join_next() => {}
            () = tokio::time::sleep(LOOK) => {}
            _ = stopping.wait_for(|stopping| *stopping) => break,
        }
    }
    while on_their_way.join_next().await.is_some() {}
}

fn waits(error: &AccessError) {
    tracing::warn!(code = error.code(), "notices wait");
}

async fn heard(listener: Option<&Listener>) {
    match listener {
        Some(listener) => listener.heard().await,
        None => std::future::pending().await,
    }
}

fn patience(service: &Service) -> Patience {
    let rules = &service.config.notices.rules;
    Patience {
        attempts: rules.attempts,
        first_pause_seconds: rules.first_pause_seconds.into(),
        lease_seconds: LEASE_SECONDS,
    }
}

fn routes(service: &Service) -> Vec<Route> {
    let channels = service.config.notices.channels.iter();
    let route = |(name, channel): (&String, &crate::config::Channel)| {
        let to = channel.receiver.to();
        let targets = channel.targets.as_ref();
        Route {
            name: name.clone(),
            topics: channel.topics.clone(),
            targets: targets.map(|all| all.iter().map(ToString::to_string).collect()),
            recipients: if to.is_empty() { vec![String::new()] } else { to },
        }
    };
    channels.map(route).collect()
}

/// What the work needs.
struct Mailroom {
    service: Arc<Service>,
    courier: Courier,
    routes: Vec<Route>,
    patience: Patience,
}

impl Mailroom {
    /// Makes deliveries, and sends as many as may be on their way.
    async fn take_up(self: &Arc<Self>, on_their_way: &mut JoinSet<()>) -> Result<(), AccessError> {
        let control = &self.service.control;
        while control.route_notices(&self.routes, self.courier.has_mail()).await? >= BATCH {}
        let free = AT_ONCE.saturating_sub(on_their_way.len());
        let free = i64::try_from(free).unwrap_or_default();
        for delivery in control.claim_deliveries(free, self.patience).await? {
            let desk = Arc::clone(self);
            on_their_way.spawn(async move { desk.send(delivery).await });
        }
        Ok(())
    }

    /// Sends a delivery and writes down what became of it. If that cannot be written, it is sent again
    /// when its time is over.
    async fn send(&self, delivery: Outgoing) {
        let sending = self.courier.send(&self.service.config, &delivery);
        let sent = tokio::time::timeout(LONGEST, sending).await;
        let sent = sent.unwrap_or_else(|_| Err(Failed::unreached("it took too long")));
        let outcome = if sent.is_ok() { "delivered" } else { "failed" };
        metrics::counter!(
            "pgrecall_deliveries_total", "channel" => delivery.channel.clone(), "outcome" => outcome
        )
        .increment(1);
        if let Err(error) = self.note(&delivery, sent).await {
            tracing::warn!(delivery = delivery.id, code = error.code(), "a delivery is not noted");
        }
    }

    async fn note(
        &self,
        delivery: &Outgoing,
        sent: Result<Reply, Failed>,
    ) -> Result<(), AccessError> {
        let control = &self.service.control;
        match sent {
            Ok(reply) => control.delivered(delivery, &reply).await,
            Err(Failed { reply, hopeless }) => {
                control.not_delivered(delivery, &reply, hopeless, self.patience).await
            }
        }
    }

    /// What time alone brings about.
    async fn pass_time(&self) -> Result<(), AccessError> {
        self.service.control.note_due_reviews().await?;
        let days = self.service.config.notices.rules.keep_days;
        self.service.control.forget_deliveries(days).await?;
        Ok(())
    }
}
