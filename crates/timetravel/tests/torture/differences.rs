//! What differs between two moments, against what differs between their copies.

use std::collections::BTreeMap;

use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::Moment as Past;
use pgrecall_model::Row;
use pgrecall_postgres::Template;
use pgrecall_timetravel::{Between, DiffKind, RowDiff, TimeTravelError};

use crate::copied::{self, Rows};
use crate::stage::{Moment, Stage};

/// Complaints about the differences between copies that follow each other, and between the first and
/// the last one, in both directions.
pub(crate) async fn complaints(stage: &mut Stage) -> Vec<String> {
    let mut complaints = Vec::new();
    let moments = &stage.moments;
    let ends = moments.first().zip(moments.last());
    let pairs = moments.windows(2).map(|pair| (&pair[0], &pair[1])).chain(ends);
    for (earlier, later) in pairs {
        complaints.extend(between(&mut stage.journal, earlier, later).await);
        complaints.extend(between(&mut stage.journal, later, earlier).await);
    }
    complaints
}

async fn between(journal: &mut Journal, from: &Moment, to: &Moment) -> Vec<String> {
    let mut complaints = Vec::new();
    for table in copied::tracked(journal).await {
        let name = table.relation.name.to_string();
        let (Some(before), Some(after)) = (from.copies.get(&name), to.copies.get(&name)) else {
            continue;
        };
        if !survives_json(journal, &table).await {
            continue;
        }
        let found = rows(journal, &table, from, to).await;
        match made_into(journal, &table, before, &found).await {
            Ok(made) if made == *after => {}
            Ok(made) => complaints.push(format!(
                "{name} from {} to {}: {found:?} makes {before:?} into {made:?} instead of {after:?}",
                from.tx, to.tx
            )),
            Err(complaint) => complaints.push(format!("{name}: {complaint}")),
        }
        complaints.extend(superfluous(&found));
    }
    complaints
}

/// Whether JSON holds every value of the changes as it was. What it loses, such as the white space
/// of documents, the bounds of arrays and the sign of zero, no difference shows.
async fn survives_json(journal: &Journal, table: &TrackedTable) -> bool {
    let Some(shape) = table.present_shape().filter(|_| table.is_complete()) else { return false };
    let sql = Template::new(
        "SELECT NOT EXISTS (
           SELECT
           FROM recall.change AS c
           CROSS JOIN LATERAL (VALUES (c.old), (recall._whole(c.old, c.new))) AS i (image)
           WHERE c.relation = {relation} AND (
             c.shape IS DISTINCT FROM {shape}
             OR (i.image::{table})::text
               <> (jsonb_populate_record(NULL::{table}, recall._decode(c.shape, i.image)))::text
           )
         )",
    )
    .with("relation", &table.relation.id.0)
    .with("shape", &shape.id)
    .with("table", &table.relation.name)
    .sql();
    // An image of another shape, or a value that cannot be read back, is no row of the table.
    journal.client().query_one(&sql, &[]).await.is_ok_and(|row| row.get(0))
}

async fn rows(
    journal: &mut Journal,
    table: &TrackedTable,
    from: &Moment,
    to: &Moment,
) -> Vec<RowDiff> {
    let moment = |of: &Moment| if of.tx.0 == 0 { Past::Now } else { Past::After(of.tx) };
    let Ok(between) = Between::of(journal, moment(from), moment(to)).await else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let collect = |row| {
        found.push(row);
        Ok::<_, TimeTravelError>(())
    };
    between.rows(journal, std::slice::from_ref(table), collect).await.expect("rows that differ");
    found
}

/// The rows of the first copy, less those that are there no more, with those that came.
async fn made_into(
    journal: &Journal,
    table: &TrackedTable,
    before: &Rows,
    found: &[RowDiff],
) -> Result<Rows, String> {
    let images = |of: fn(&RowDiff) -> Option<&Row>| found.iter().filter_map(of).collect::<Vec<_>>();
    let gone = copied::texts(journal, table, &images(|row| row.before.as_ref())).await?;
    let come = copied::texts(journal, table, &images(|row| row.after.as_ref())).await?;
    let mut rows = before.clone();
    for (texts, step) in [(gone, -1), (come, 1)] {
        for text in texts {
            *rows.entry(text).or_default() += step;
        }
    }
    rows.retain(|_, copies| *copies != 0);
    Ok(rows)
}

/// A row that differs is told of once.
fn superfluous(found: &[RowDiff]) -> Vec<String> {
    let mut keys = BTreeMap::<String, usize>::new();
    for row in found {
        if let Some(key) = &row.key {
            *keys.entry(key.to_string()).or_default() += 1;
        }
        assert_eq!(row.kind == DiffKind::Changed, !row.changed.is_empty(), "{row:?}");
    }
    let twice = keys.into_iter().filter(|(_, times)| *times > 1);
    twice.map(|(key, _)| format!("{key} is told of more than once")).collect()
}
