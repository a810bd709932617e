use std::time::Duration;

use clap::Args;
use pgrecall_journal::{Journal, Maintained};

use crate::arguments::Connection;
use crate::failure::{Exit, Failure, Local};
use crate::{output, session};

/// How often the upkeep is done where ticks come more often.
const UPKEEP: Duration = Duration::from_mins(5);

/// The longest pause before another attempt, while the server cannot be reached.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Do the upkeep of the journal
///
/// Makes the partitions of the coming months, moves changes that had no partition to one of their
/// own, thins old ticks out, and removes what is older than the terms that `pgrecall retain --save`
/// saved. That much is the same as calling `SELECT recall.maintain()` until nothing more is to be done.
/// Then it brings the journal up to date with the tables, as `pgrecall reconcile` does, and takes the
/// checkpoints that `pgrecall checkpoint every` asks for, where the user may.
///
/// With `--every` it goes on until it is stopped, and takes a tick each time, which makes the moments
/// of that time exact: run it with `--every 1s` beside the database. The rest of the upkeep is done
/// every five minutes at most. Of several at once one works, and the others wait to take over.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Do it once; this is the default
    #[arg(long, conflicts_with = "every")]
    once: bool,

    /// Go on, and take a tick every so often: `1s`, `10m`, `1h`
    #[arg(long, value_name = "DURATION")]
    every: Option<String>,

    /// Print a line of JSON each time
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// Whether it goes on until it is stopped, which is then no interruption.
    pub(crate) fn goes_on(&self) -> bool {
        self.every.is_some()
    }
}

pub(crate) async fn run(connection: &Connection, arguments: &Arguments) -> Result<Exit, Failure> {
    let Some(every) = &arguments.every else {
        return upkeep(&mut session::open(connection).await?, arguments.json).await;
    };
    let pause = duration(every)?;
    tokio::select! {
        () = keep(connection, pause, arguments.json) => {}
        () = session::stopped() => output::say("Stopped."),
    }
    Ok(Exit::Ok)
}

/// Keeps the journal, over a connection of its own after each that was lost.
async fn keep(connection: &Connection, pause: Duration, json: bool) {
    let mut patience = pause;
    loop {
        let begun = tokio::time::Instant::now();
        if let Err(failure) = keep_connected(connection, pause, json).await {
            failure.report();
        }
        // A server that is away for long is asked less and less often.
        let lasted = begun.elapsed() > LONGEST_PAUSE;
        patience = if lasted { pause } else { (patience * 2).min(LONGEST_PAUSE.max(pause)) };
        tokio::time::sleep(patience).await;
    }
}

async fn keep_connected(
    connection: &Connection,
    pause: Duration,
    json: bool,
) -> Result<(), Failure> {
    let mut journal = session::open(connection).await?;
    let mut rhythm = tokio::time::interval(pause);
    rhythm.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut told = false;
    while !journal.try_keep().await? {
        if !told {
            output::say("Another one keeps this journal; waiting to take over.");
            told = true;
        }
        rhythm.tick().await;
    }
    output::say("Keeping the journal.");
    let mut kept: Option<tokio::time::Instant> = None;
    loop {
        rhythm.tick().await;
        journal.tick().await?;
        if kept.is_none_or(|kept| kept.elapsed() >= UPKEEP) {
            upkeep(&mut journal, json).await?;
            kept = Some(tokio::time::Instant::now());
        }
    }
}

async fn upkeep(journal: &mut Journal, json: bool) -> Result<Exit, Failure> {
    let done = journal.keep_up().await?;
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
            (done.tables_reconciled, "table", "brought up to date"),
            (done.checkpoints_taken, "checkpoint", "taken"),
            (done.checkpoints_dropped, "checkpoint", "dropped"),
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
