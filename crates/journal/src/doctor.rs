//! Whether the journal is well: what is installed and permitted, and what is amiss.

use jiff::Timestamp;
use pgrecall_postgres::ServerError;
use serde::Serialize;
use tokio_postgres::Row;

use crate::{EventTriggers, Finding, Journal, JournalError, VERSION, access};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// All is well.
    Ok,
    /// It works, and could be better.
    Warning,
    /// Something is missed, or will be.
    Problem,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found, and what it means.
    pub means: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// How the journal stands, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// How many tables are tracked.
    pub tracked: i64,
    /// How many patterns are remembered.
    pub patterns: i64,
    /// About how many changes the journal holds.
    pub changes: i64,
    /// How large it is.
    pub bytes: i64,
    /// How large the database is, the journal included.
    pub database_bytes: i64,
    /// When its oldest change was made.
    pub oldest: Option<Timestamp>,
    /// How many gaps there are.
    pub gaps: i64,
    /// How many of them are open.
    pub open_gaps: i64,
    /// How many changes guards refused.
    pub refusals: i64,
    /// How many undos in several transactions are not finished.
    pub unfinished_undos: i64,
    /// How many checkpoints there are.
    pub checkpoints: i64,
    /// How much of the journal's size is theirs.
    pub checkpoint_bytes: i64,
    /// When the upkeep last ran.
    pub maintained_at: Option<Timestamp>,
}

impl Check {
    fn ok(name: &'static str, means: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Ok, means: means.into(), hint: None }
    }

    fn warning(name: &'static str, means: impl Into<String>, hint: &str) -> Self {
        let hint = Some(hint.to_owned());
        Self { name, verdict: Verdict::Warning, means: means.into(), hint }
    }

    fn problem(name: &'static str, means: impl Into<String>, hint: &str) -> Self {
        Self { verdict: Verdict::Problem, ..Self::warning(name, means, hint) }
    }
}

impl Journal {
    /// How the journal stands.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn standing(&self) -> Result<Standing, JournalError> {
        Ok(standing(&self.facts().await?)?)
    }

    /// Looks at everything that recording rests on.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn examine(&mut self) -> Result<Vec<Check>, JournalError> {
        let row = self.facts().await?;
        let standing = standing(&row)?;
        let mut checks = vec![installation(&row)?, owner(&row)?];
        checks.push(roles(&access::missing_roles(self.database()).await?));
        checks.push(event_triggers(self.event_triggers().await?));
        checks.push(patterns(&standing));
        checks.extend([tables(&self.differences().await?), gaps(&standing)]);
        checks.push(replica_roles(&row.try_get::<_, Vec<String>>("replica_roles")?));
        let uncovered = self.uncovered().await?;
        let unwatched = uncovered.iter().filter(|table| table.reason == "no pattern").count();
        checks.push(coverage(unwatched));
        checks.push(undos(&standing));
        checks.push(upkeep(&standing, row.try_get("maintained_long_ago")?));
        checks.push(partitions(row.try_get("months_ahead")?, row.try_get("default_in_use")?));
        checks.push(size(&standing));
        checks.push(commit_times(row.try_get("commit_times")?));
        Ok(checks)
    }

    async fn facts(&self) -> Result<Row, JournalError> {
        Ok(self.client().query_one(include_str!("../sql/doctor/facts.sql"), &[]).await?)
    }

    /// What reconciling would find, in words.
    async fn differences(&mut self) -> Result<Vec<String>, JournalError> {
        let found = self.reconcile(true).await?;
        let line = |table: &crate::Reconciled| {
            let words: Vec<String> = table.found.iter().map(Finding::words).collect();
            format!("{} ({})", table.table, words.join("; "))
        };
        Ok(found.iter().map(line).collect())
    }
}

fn standing(row: &Row) -> Result<Standing, ServerError> {
    Ok(Standing {
        tracked: row.try_get("tracked")?,
        patterns: row.try_get("patterns")?,
        changes: row.try_get("change_estimate")?,
        bytes: row.try_get("bytes")?,
        database_bytes: row.try_get("database_bytes")?,
        oldest: row.try_get("oldest")?,
        gaps: row.try_get("gaps")?,
        open_gaps: row.try_get("open_gaps")?,
        refusals: row.try_get("refusals")?,
        unfinished_undos: row.try_get("unfinished_undos")?,
        checkpoints: row.try_get("checkpoints")?,
        checkpoint_bytes: row.try_get("checkpoint_bytes")?,
        maintained_at: row.try_get("maintained_at")?,
    })
}

fn installation(row: &Row) -> Result<Check, ServerError> {
    let server: String = row.try_get("server_version")?;
    let means = format!("the journal has version {VERSION}, the server is PostgreSQL {server}");
    if row.try_get("has_rights_of_owner")? {
        return Ok(Check::ok("installation", means));
    }
    let owner: String = row.try_get("owner")?;
    let hint =
        format!("connect as {owner} or a member of it, or most of what follows cannot be mended");
    Ok(Check::warning(
        "installation",
        format!("{means}; you have not the rights of its owner"),
        &hint,
    ))
}

fn owner(row: &Row) -> Result<Check, ServerError> {
    let owner: String = row.try_get("owner")?;
    Ok(if row.try_get("owner_is_superuser")? {
        Check::warning(
            "owner",
            format!(
                "the journal belongs to {owner}, a superuser; whoever owns a tracked table can make it run code"
            ),
            "where you do not trust every owner, install as the role that owns the tables",
        )
    } else {
        Check::ok("owner", format!("the journal belongs to {owner}, which is no superuser"))
    })
}

fn roles(missing: &[&str]) -> Check {
    if missing.is_empty() {
        return Check::ok("roles", "recall_admin, recall_auditor and recall_viewer are there");
    }
    Check::warning(
        "roles",
        format!("{} cannot be granted to anybody: not there", missing.join(", ")),
        "let a role with CREATEROLE make them, then run `pgrecall install`",
    )
}

fn event_triggers(state: EventTriggers) -> Check {
    const NAME: &str = "event triggers";
    const WITHOUT: &str = "schema changes and new tables are noticed by `pgrecall reconcile` only";
    match state {
        EventTriggers::Present => {
            Check::ok(NAME, "schema changes are noticed and new tables recorded at once")
        }
        EventTriggers::Disabled => Check::warning(
            NAME,
            format!("one is disabled: {WITHOUT}"),
            "run `ALTER EVENT TRIGGER recall_ddl ENABLE ALWAYS`, and the same for recall_drop",
        ),
        EventTriggers::Missing => {
            Check::warning(NAME, format!("not there: {WITHOUT}"), "run `pgrecall reconcile`")
        }
        EventTriggers::Forbidden => Check::warning(
            NAME,
            format!("not there: {WITHOUT}"),
            "let a superuser run `pgrecall install`, or run `pgrecall maintain --every 1m`",
        ),
    }
}

fn patterns(standing: &Standing) -> Check {
    let means = format!("tables tracked: {}, patterns: {}", standing.tracked, standing.patterns);
    if standing.tracked + standing.patterns == 0 {
        return Check::problem(
            "tracking",
            "nothing is recorded",
            "run `pgrecall track 'public.*'`",
        );
    }
    Check::ok("tracking", means)
}

fn tables(different: &[String]) -> Check {
    match different {
        [] => Check::ok("tables", "every tracked table is as the journal has it"),
        some => Check::problem(
            "tables",
            format!("not as the journal has them: {}", shown(some)),
            "run `pgrecall reconcile`",
        ),
    }
}

/// The first few of many.
fn shown(lines: &[String]) -> String {
    let more = lines.len().saturating_sub(5);
    let first = lines.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if more == 0 { first } else { format!("{first}, and {more} more") }
}

fn gaps(standing: &Standing) -> Check {
    let hint = "`pgrecall tables --json` lists them with their reasons";
    match (standing.gaps, standing.open_gaps) {
        (0, _) => Check::ok("gaps", "none"),
        (all, 0) => Check::warning("gaps", format!("{all}, all of them closed"), hint),
        (all, open) => Check::warning("gaps", format!("{all}, {open} of them open"), hint),
    }
}

fn replica_roles(roles: &[String]) -> Check {
    if roles.is_empty() {
        return Check::ok(
            "replication role",
            "nobody runs with session_replication_role = replica by default",
        );
    }
    Check::warning(
        "replication role",
        format!("session_replication_role = replica is the default of {}", roles.join(", ")),
        "our triggers fire all the same, those of the application and foreign keys do not",
    )
}

fn coverage(unwatched: usize) -> Check {
    if unwatched == 0 {
        return Check::ok("coverage", "every table is tracked, or was decided about");
    }
    Check::warning(
        "coverage",
        format!("tables that no pattern speaks of: {unwatched}"),
        "list them with `pgrecall tables --untracked`",
    )
}

fn undos(standing: &Standing) -> Check {
    match standing.unfinished_undos {
        0 => Check::ok("undos", "none is unfinished"),
        some => Check::warning(
            "undos",
            format!("unfinished, with a part of their rows taken back: {some}"),
            "list them with `pgrecall undo --runs`, then finish each or take it back",
        ),
    }
}

fn upkeep(standing: &Standing, long_ago: bool) -> Check {
    let hint = "run `pgrecall maintain --every 1s` beside the database, or at least `pgrecall maintain` every day";
    match standing.maintained_at {
        None => Check::warning("upkeep", "`pgrecall maintain` has never run", hint),
        Some(at) if long_ago => Check::warning("upkeep", format!("last run at {at}"), hint),
        Some(at) => Check::ok("upkeep", format!("last run at {at}")),
    }
}

fn partitions(ahead: i64, default_in_use: bool) -> Check {
    let hint = "run `pgrecall maintain`";
    if ahead == 0 {
        return Check::problem("partitions", "there is none for the next month", hint);
    }
    if default_in_use {
        let means = "changes are in the default partition, where retention is slow";
        return Check::warning("partitions", means, hint);
    }
    Check::ok("partitions", format!("made ahead: {ahead}"))
}

fn size(standing: &Standing) -> Check {
    let share = standing.bytes.saturating_mul(100) / standing.database_bytes.max(1);
    let means = format!("{share} % of the database is the journal");
    if share > 50 {
        return Check::warning("size", means, "let old changes go with `pgrecall retain --save`");
    }
    Check::ok("size", means)
}

fn commit_times(on: bool) -> Check {
    if on {
        return Check::ok("commit times", "the server keeps them");
    }
    Check::ok(
        "commit times",
        "the server does not keep them; times are exact where ticks are taken",
    )
}
