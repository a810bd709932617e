use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many rows are done so far, for somebody who looks on.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// How many rows are done so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn starting_at(rows: u64) -> Self {
        Self(Arc::new(AtomicU64::new(rows)))
    }

    pub(crate) fn add(&self, rows: u64) {
        self.0.fetch_add(rows, Ordering::Relaxed);
    }
}
