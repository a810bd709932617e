//! What the parts of the server share.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use pgrecall_access::{Control, Deed, Lockout};
use tokio::sync::Semaphore;

use crate::config::{Config, Target, TargetName};
use crate::live::Feed;
use crate::openid::Provider;
use crate::problem::{Problem, Refusal};
use crate::seats::Seats;

/// Tells everybody when the server stops.
pub(crate) type Stopping = tokio::sync::watch::Receiver<bool>;

type Limiter = RateLimiter<String, HashMapStateStore<String>, DefaultClock>;

/// The server, for those who handle requests.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) config: Config,
    pub(crate) control: Control,
    /// The provider of OpenID Connect, if there is one.
    pub(crate) openid: Option<Provider>,
    pub(crate) subscribers: Arc<Semaphore>,
    pub(crate) stopping: Stopping,
    targets: BTreeMap<TargetName, Arc<Desk>>,
    requests: Limiter,
    sign_ins: Limiter,
    refusals: Limiter,
}

/// A target, for those who handle requests.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) name: TargetName,
    pub(crate) target: Target,
    pub(crate) seats: Arc<Seats>,
    pub(crate) feed: Feed,
}

impl Service {
    pub(crate) fn new(
        config: Config,
        control: Control,
        openid: Option<Provider>,
        stopping: Stopping,
    ) -> Self {
        let limits = &config.limits;
        let desk = |(name, target): (&TargetName, &Target)| {
            let seats = Arc::new(Seats::new(name.clone(), target, limits));
            let (name, target) = (name.clone(), target.clone());
            let desk = Desk { name: name.clone(), target, seats, feed: Feed::default() };
            (name, Arc::new(desk))
        };
        Self {
            targets: config.targets.iter().map(desk).collect(),
            requests: limiter(limits.requests_per_minute),
            sign_ins: limiter(limits.sign_ins_per_minute),
            refusals: limiter(1),
            subscribers: Arc::new(Semaphore::new(limits.subscribers)),
            config,
            control,
            openid,
            stopping,
        }
    }

    pub(crate) fn desks(&self) -> impl Iterator<Item = &Arc<Desk>> {
        self.targets.values()
    }

    pub(crate) fn desk(&self, name: &str) -> Result<&Arc<Desk>, Refusal> {
        let found = self.targets.iter().find(|(known, _)| known.as_str() == name);
        found.map(|(_, desk)| desk).ok_or_else(|| Refusal::UnknownTarget(name.to_owned()))
    }

    pub(crate) fn lockout(&self) -> Lockout {
        let limits = &self.config.limits;
        Lockout {
            failures: limits.failures,
            minutes: limits.lockout_minutes,
            session_hours: limits.session_hours,
            idle_minutes: limits.session_idle_minutes,
        }
    }

    /// Counts a request of a user or an address.
    pub(crate) fn count_request(&self, whose: &str) -> Result<(), Refusal> {
        self.requests.check_key(&whose.to_owned()).map_err(|_| Refusal::TooMany)
    }

    /// Counts an attempt to sign in from an address.
    pub(crate) fn count_sign_in(&self, address: IpAddr) -> Result<(), Refusal> {
        self.sign_ins.check_key(&address.to_string()).map_err(|_| Refusal::TooMany)
    }

    /// Forgets who has not asked for a while.
    pub(crate) fn forget_the_quiet(&self) {
        self.requests.retain_recent();
        self.sign_ins.retain_recent();
        self.refusals.retain_recent();
    }

    /// The answer to who asks from where it may not. It is written down once a minute for each
    /// address: whoever is out there could fill the log.
    pub(crate) async fn refuse_place(&self, deed: Deed, address: IpAddr) -> Problem {
        let whose = format!("{address} {}", deed.actor.as_deref().unwrap_or_default());
        if self.refusals.check_key(&whose).is_ok() {
            let deed = deed.with(serde_json::json!({ "because": "address" }));
            if let Err(problem) = self.note(deed).await {
                return problem;
            }
        }
        Refusal::Place.into()
    }

    /// Writes a deed down. What cannot be written down is not done.
    pub(crate) async fn note(&self, deed: Deed) -> Result<(), Problem> {
        Ok(self.control.note(&deed).await?)
    }
}

fn limiter(per_minute: u32) -> Limiter {
    RateLimiter::hashmap(Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN)))
}
