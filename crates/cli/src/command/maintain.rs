use std::time::Duration;

use clap::Args;
use pgrecall_journal::Maintained;

use crate::arguments::Connection;
use crate::failure::{Exit, Failure, Local};
use crate::{output, session};

/// Do the upkeep of the journal
///
/// Makes the partitions of the coming months, moves changes that had no partition to one of their
/// own, and removes what is older than the terms that `pgrecall retain --save` saved. It is the same
/// as calling `SELECT recall.maintain()` until nothing more is to be done.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Do it once; this is the default
    #[arg(long, conflicts_with = "every")]
    once: bool,

    /// Go on, and do it every so often: `10m`, `1h`, `1d`
    #[arg(long, value_name = "DURATION")]
    every: Option<String>,

    /// Print a line of JSON each time
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let Some(every) = &arguments.every else { return once(connection, arguments.json).await };
    let pause = duration(every)?;
    loop {
        // A connection of its own each time: one that lay idle for so long may be gone.
        if let Err(failure) = once(connection, arguments.json).await {
            failure.report();
        }
        tokio::time::sleep(pause).await;
    }
}

async fn once(connection: &Connection, json: bool) -> Result<Exit, Failure> {
    let journal = session::open(connection).await?;
    let mut done = journal.maintain().await?;
    while done.more {
        done.add(journal.maintain().await?);
    }
    if json {
        output::json(&done)?;
    } else {
        tell(&done);
    }
    Ok(if done.ran && !done.waiting.is_empty() { Exit::Partly } else { Exit::Ok })
}

fn tell(done: &Maintained) {
    if done.ran {
        let parts = [
            (done.partitions_created, "partition", "made"),
            (done.changes_moved, "change", "moved to its month"),
            (done.changes_removed, "change", "removed"),
            (done.transactions_removed, "transaction", "removed"),
            (done.events_removed, "event", "removed"),
            (done.ticks_removed, "tick", "thinned out"),
            (done.refusals_collected, "refusal", "collected"),
            (done.partitions_dropped, "partition", "dropped"),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(count, _, _)| *count > 0)
            .map(|(count, noun, deed)| {
                let counted = output::counted(usize::try_from(count).unwrap_or_default(), noun);
                format!("{counted} {deed}")
            })
            .collect();
        output::say(match parts.as_slice() {
            [] => "Nothing was to be done.".to_owned(),
            parts => format!("{}.", parts.join(", ")),
        });
    }
    for reason in &done.waiting {
        output::say(format!("note: {reason}"));
    }
}

fn duration(text: &str) -> Result<Duration, Failure> {
    let wrong =
        || Local::Usage(format!("`{text}` is no duration; write `30s`, `10m`, `1h` or `1d`"));
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let count: u64 = text[..digits].parse().map_err(|_| wrong())?;
    let unit = match &text[digits..] {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong().into()),
    };
    match count.checked_mul(unit) {
        Some(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds)),
        _ => Err(wrong().into()),
    }
}
