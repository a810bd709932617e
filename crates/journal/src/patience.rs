use std::time::Duration;

use pgrecall_postgres::ServerError;

/// How often something that stays locked is tried again.
const RETRIES: u32 = 4;

/// Decides whether to try again, and waits before it: each time twice as long.
///
/// Every attempt gives up soon, so that the application never queues behind us; the pauses let
/// through whoever waits.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    retries: u32,
}

impl Patience {
    /// Whether it is worth trying again after this error.
    pub(crate) async fn allows(&mut self, error: &ServerError) -> bool {
        if !error.is_lock_timeout() || self.retries == RETRIES {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(200 << self.retries)).await;
        self.retries += 1;
        true
    }
}
