//! Watches the journal of a target for what no deed tells: that somebody changed very much, and that
//! changes may be missing. Whoever keeps the journal does it, so that one server does.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use pgrecall_access::{Control, Happening, Watched};
use pgrecall_journal::{Bulk, Filter, Journal, NewGap};
use pgrecall_postgres::Database;
use serde_json::json;

use crate::problem::Problem;
use crate::service::{Desk, Service};

/// What the server of the database shows as the name of the connection.
const APPLICATION: &str = "pgrecall lookout";
/// How often it is looked for gaps.
const LOOK: Duration = Duration::from_secs(10);
/// How often it is looked for bulk changes.
const LOOK_FOR_BULK: SignedDuration = SignedDuration::from_secs(50);
/// How far back a look goes before the last one, so that a stretch is seen as one.
const OVERLAP: SignedDuration = SignedDuration::from_mins(2);
/// How far back a look goes at most, after nobody kept the journal for long.
const FARTHEST: SignedDuration = SignedDuration::from_hours(1);
/// How many numbers before the newest gap may still be taken by a transaction under way.
const UNDER_WAY: i64 = 100;
/// The most stretches that a look tells.
const MOST: i64 = 100;

/// Watches for as long as it is let.
pub(crate) async fn watch(service: &Service, desk: &Desk) {
    loop {
        if let Err(problem) = watch_connected(service, desk).await {
            tracing::warn!(target_name = %desk.name, code = problem.code(), "nobody is on the lookout");
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn watch_connected(service: &Service, desk: &Desk) -> Result<(), Problem> {
    let database = Database::connect(&desk.target.conninfo, APPLICATION).await?;
    let journal = Journal::open(database).await?;
    let target = desk.name.to_string();
    let (newest, now) = journal.newest_gap().await?;
    let begun = Watched { gap: newest, bulk_at: now };
    let mut watched = service.control.watched(&target, begun).await?;
    // The numbers of a journal that was installed anew begin anew.
    watched.gap = watched.gap.min(newest);
    let more_than = service.config.notices.rules.bulk_changes;
    let lookout = Lookout { control: &service.control, journal, target, more_than };
    loop {
        let (newest, now) = lookout.journal.newest_gap().await?;
        lookout.look_for_gaps(watched.gap).await?;
        watched.gap = watched.gap.max(newest - UNDER_WAY);
        if now.duration_since(watched.bulk_at) >= LOOK_FOR_BULK {
            lookout.look_for_bulk(watched.bulk_at, now).await?;
            watched.bulk_at = now;
        }
        tokio::time::sleep(LOOK).await;
    }
}

struct Lookout<'a> {
    control: &'a Control,
    journal: Journal,
    target: String,
    more_than: i64,
}

impl Lookout<'_> {
    async fn look_for_gaps(&self, after: i64) -> Result<(), Problem> {
        for found in self.journal.gaps_after(after).await? {
            self.control.note_gap(&found.key, &self.gap(&found)).await?;
        }
        Ok(())
    }

    fn gap(&self, found: &NewGap) -> Happening {
        let NewGap { table, gap, .. } = found;
        let details = json!({
            "table": table.as_ref().map(ToString::to_string),
            "reason": gap.reason,
            "detail": gap.detail,
            "since": gap.from_at,
            "until": gap.until_at,
        });
        Happening {
            target: self.target.clone(),
            actor: None,
            from: gap.from_at,
            until: gap.until_at.unwrap_or(gap.from_at),
            details,
        }
    }

    async fn look_for_bulk(&self, last: Timestamp, now: Timestamp) -> Result<(), Problem> {
        let ago = |from: Timestamp, span| from.checked_sub(span).unwrap_or(Timestamp::MIN);
        let since = ago(last, OVERLAP).max(ago(now, FARTHEST));
        let filter = Filter { since: Some(since), limit: Some(MOST), ..Filter::default() };
        for found in self.journal.bulk_changes(&filter, self.more_than).await? {
            let who = match (&found.who.actor, &found.who.database_user) {
                (Some(actor), _) => format!("actor {actor}"),
                (None, user) => format!("user {}", user.as_deref().unwrap_or_default()),
            };
            self.control.note_bulk(&who, &self.bulk(found)).await?;
        }
        Ok(self.control.looked_for_bulk(&self.target, now).await?)
    }

    fn bulk(&self, found: Bulk) -> Happening {
        let details = json!({
            "in_a_minute": found.in_a_minute,
            "changes": found.changes,
            "transactions": found.transactions,
            "tables": found.tables.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "since": found.first_at,
            "until": found.last_at,
        });
        Happening {
            target: self.target.clone(),
            actor: found.who.actor.or(found.who.database_user),
            from: found.first_at,
            until: found.last_at,
            details,
        }
    }
}
