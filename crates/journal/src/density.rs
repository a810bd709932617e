//! How many changes there were when. Of very many, a sample of the journal's pages is counted: what is
//! drawn as a curve need not be exact, and must not read gigabytes.

use jiff::Timestamp;
use pgrecall_model::{RelationId, TxId};
use pgrecall_postgres::{Literal, Template};
use serde_json::Value;
use tokio_postgres::Row;

use crate::{Filter, Journal, JournalError};

/// Up to how many changes are counted one by one.
const COUNTED: f64 = 500_000.0;

/// Counts, and how they came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted<T> {
    /// The counts.
    pub counts: T,
    /// How many percent of the journal were looked at, where it was not all; the counts are
    /// extrapolated then.
    pub percent: Option<f64>,
}

/// How much of an hour of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourOfWeek {
    /// The day, from 1 for Monday to 7 for Sunday.
    pub weekday: i32,
    /// The hour, from 0 to 23.
    pub hour: i32,
    /// How many changes.
    pub changes: i64,
}

/// What a table added to the journal on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayOfTable {
    /// The day, in UTC.
    pub day: String,
    /// How many changes.
    pub changes: i64,
    /// How large they are, without indexes.
    pub bytes: i64,
}

/// What is looked at.
struct Sample {
    percent: Option<f64>,
}

impl Sample {
    fn clause(&self) -> Template {
        self.percent.map_or_else(
            || Template::new(""),
            |percent| {
                Template::new("TABLESAMPLE SYSTEM ({percent})")
                    .with_checked_sql("percent", &format!("{percent:.4}"))
            },
        )
    }

    /// A count of the sample as one of the whole.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "it is about so many"
    )]
    fn whole(&self, count: i64) -> i64 {
        self.percent.map_or(count, |percent| (count as f64 * 100.0 / percent).round() as i64)
    }
}

impl Journal {
    /// How many changes lie between each of these times and the next.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn density(
        &self,
        filter: &Filter,
        edges: &[Timestamp],
    ) -> Result<Counted<Vec<i64>>, JournalError> {
        let (since, until) = (edges.first().copied(), edges.last().copied());
        let filter = self.bounded(&Filter { since, until, ..filter.clone() }).await?;
        let sample = self.sample(&filter).await?;
        let sql = counting(include_str!("../sql/activity/density.sql"), &sample);
        let rows = self.counted(&sql, &filter, &[&edges]).await?;
        let mut counts = vec![0; edges.len().saturating_sub(1)];
        for row in &rows {
            let stretch: i32 = row.try_get("stretch")?;
            let place = usize::try_from(stretch - 1).ok().and_then(|at| counts.get_mut(at));
            if let Some(count) = place {
                *count = sample.whole(row.try_get("changes")?);
            }
        }
        Ok(Counted { counts, percent: sample.percent })
    }

    /// How many changes were made in each hour of the week, in a time zone; hours without any are
    /// left out.
    ///
    /// # Errors
    /// When the server refuses or is gone, or does not know the time zone.
    pub async fn hours_of_week(
        &self,
        filter: &Filter,
        time_zone: &str,
    ) -> Result<Counted<Vec<HourOfWeek>>, JournalError> {
        let filter = self.bounded(filter).await?;
        let sample = self.sample(&filter).await?;
        let sql = counting(include_str!("../sql/activity/hours.sql"), &sample);
        let rows = self.counted(&sql, &filter, &[&time_zone]).await?;
        let hour = |row: &Row| {
            Ok(HourOfWeek {
                weekday: row.try_get("weekday")?,
                hour: row.try_get("hour")?,
                changes: sample.whole(row.try_get("changes")?),
            })
        };
        let counts = rows.iter().map(hour).collect::<Result<_, JournalError>>()?;
        Ok(Counted { counts, percent: sample.percent })
    }

    /// What a table added to the journal since a time, day by day; days without a change are left out.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn growth(
        &self,
        table: RelationId,
        since: Timestamp,
    ) -> Result<Counted<Vec<DayOfTable>>, JournalError> {
        let filter = self.bounded(&Filter { since: Some(since), ..Filter::default() }).await?;
        let sample = self.sample(&filter).await?;
        let sql = Template::new(include_str!("../sql/activity/growth.sql"))
            .with("sample", &sample.clause())
            .sql();
        let after = filter.after.map_or(i64::MIN, |tx| tx.0);
        let rows = self.client().query(&sql, &[&table.0, &since, &after]).await?;
        let day = |row: &Row| {
            Ok(DayOfTable {
                day: row.try_get("day")?,
                changes: sample.whole(row.try_get("changes")?),
                bytes: sample.whole(row.try_get("bytes")?),
            })
        };
        let counts = rows.iter().map(day).collect::<Result<_, JournalError>>()?;
        Ok(Counted { counts, percent: sample.percent })
    }

    /// The same filter with numbers of transactions beside its times. The journal has an index of
    /// those, and ticks tell them: what was changed after a tick was changed by a transaction that was
    /// open then, or had no number yet. Who may not read ticks goes by the index of its tenant.
    async fn bounded(&self, filter: &Filter) -> Result<Filter, JournalError> {
        let mut filter = filter.clone();
        if !self.reads_everything().await? {
            return Ok(filter);
        }
        if let Some(since) = filter.since
            && let Some(earlier) = self.ticks_around(since).await?.earlier
        {
            let snapshot = &earlier.tick.snapshot;
            let lowest = snapshot.open.iter().min().copied().unwrap_or(snapshot.upper);
            let before = TxId(lowest.min(snapshot.upper).0.saturating_sub(1));
            filter.after = Some(filter.after.map_or(before, |after| after.max(before)));
        }
        if let Some(until) = filter.until
            && let Some(later) = self.ticks_around(until).await?.later
        {
            let last = TxId(later.snapshot.upper.0.saturating_sub(1));
            filter.up_to = Some(filter.up_to.map_or(last, |up_to| up_to.min(last)));
        }
        Ok(filter)
    }

    /// What is to be looked at: all, where it is not too much. Records and transactions are found by
    /// an index, and there are never so many of them.
    async fn sample(&self, filter: &Filter) -> Result<Sample, JournalError> {
        let is_narrow =
            filter.key.is_some() || filter.transactions.is_some() || filter.operation.is_some();
        if is_narrow || !self.reads_everything().await? {
            return Ok(Sample { percent: None });
        }
        let all = self.expected(filter, &Template::new("")).await?;
        // Somebody may have made most of the journal, or next to nothing of it.
        let is_much = all > COUNTED
            && match made_by(filter) {
                Some(made_by) => self.expected(filter, &made_by).await? > COUNTED,
                None => true,
            };
        Ok(Sample { percent: is_much.then(|| 100.0 * COUNTED / all) })
    }

    /// How many changes the planner expects in the stretch that is asked for.
    async fn expected(&self, filter: &Filter, made_by: &Template) -> Result<f64, JournalError> {
        let time = |time: Option<Timestamp>, without: &str| {
            time.map_or_else(|| without.to_owned(), |time| time.to_string())
        };
        let (since, until) = (time(filter.since, "-infinity"), time(filter.until, "infinity"));
        let sql = Template::new(include_str!("../sql/activity/expected.sql"))
            .with("made_by", made_by)
            .with("since", &Literal(&since))
            .with("until", &Literal(&until))
            .with("after", &filter.after.map_or(i64::MIN, |tx| tx.0))
            .with("up_to", &filter.up_to.map_or(i64::MAX, |tx| tx.0))
            .sql();
        let plan: Value = self.client().query_one(&sql, &[]).await?.try_get(0)?;
        Ok(plan[0]["Plan"]["Plan Rows"].as_f64().unwrap_or_default())
    }

    async fn reads_everything(&self) -> Result<bool, JournalError> {
        let sql = include_str!("../sql/activity/reads_everything.sql");
        Ok(self.client().query_one(sql, &[]).await?.try_get("reads_everything")?)
    }
}

/// The transactions of who is asked for; none where nobody is.
fn made_by(filter: &Filter) -> Option<Template> {
    let terms: Vec<_> = [
        ("t.actor = {value}", &filter.actor),
        ("t.tenant = {value}", &filter.tenant),
        ("t.session = {value}", &filter.session),
    ]
    .into_iter()
    .filter_map(|(term, value)| Some(Template::new(term).with("value", &Literal(value.as_ref()?))))
    .collect();
    (!terms.is_empty()).then(|| {
        Template::new("JOIN recall.transaction AS t ON t.id = c.tx AND {terms}")
            .with_all("terms", terms, " AND ")
    })
}

fn counting(text: &'static str, sample: &Sample) -> String {
    let changes =
        Template::new(include_str!("../sql/activity/changes.sql")).with("sample", &sample.clause());
    Template::new(text).with("changes", &changes).sql()
}
