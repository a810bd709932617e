//! What the server tells about itself while it runs, on stderr. Values of rows are never in it.

use tracing::level_filters::LevelFilter;

use crate::config::{Format, Level, Log};

/// Begins to tell; the first call of a process counts.
pub(crate) fn begin(log: &Log) {
    let level = match log.level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
    };
    let lines = tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(level);
    // What other libraries have to say is for those who debug.
    let begun = match log.format {
        Format::Text => lines.with_ansi(false).try_init(),
        Format::Json => lines.json().try_init(),
    };
    if begun.is_err() {
        tracing::debug!("somebody else writes the log already");
    }
}
