//! Copies of all rows of a table in the journal.

use jiff::Timestamp;
use pgrecall_model::{RelationId, TxId};
use pgrecall_postgres::{ServerError, Template};
use serde_json::json;
use tokio_postgres::IsolationLevel;

use crate::patience::Patience;
use crate::{Journal, JournalError, Snapshot, TrackedTable, open};

/// A copy of all rows of a table at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// Its number in `recall.baseline`.
    pub id: i64,
    /// The transaction that copied the rows.
    pub tx: TxId,
    /// When it did.
    pub at: Timestamp,
    /// What is in it.
    pub snapshot: Snapshot,
    /// The columns of its images; none where it has no row.
    pub shape: Option<i32>,
    /// How many rows it has.
    pub rows: i64,
}

impl Journal {
    /// The baselines of a table, the latest first.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn baselines(&self, relation: RelationId) -> Result<Vec<Baseline>, JournalError> {
        let sql = include_str!("../sql/baseline/list.sql");
        let rows = self.client().query(sql, &[&relation.0]).await?;
        let baseline = |row: &tokio_postgres::Row| -> Result<Baseline, tokio_postgres::Error> {
            let open: Vec<i64> = row.try_get("open")?;
            let open = open.into_iter().map(TxId).collect();
            Ok(Baseline {
                id: row.try_get("id")?,
                tx: TxId(row.try_get("tx")?),
                at: row.try_get("at")?,
                snapshot: Snapshot { upper: TxId(row.try_get("upper")?), open },
                shape: row.try_get("shape")?,
                rows: row.try_get("rows")?,
            })
        };
        Ok(rows.iter().map(baseline).collect::<Result<_, _>>()?)
    }

    /// Copies all rows of a tracked table into the journal, as they are at one moment; gives how many.
    /// No writer waits for it. Older copies that tell nothing more go.
    ///
    /// # Errors
    /// When the table is not recorded in the columns that it has, when policies hide rows of it, when it
    /// stays locked, or when rights are missing. Nothing is kept then.
    pub async fn take_baseline(&mut self, table: &TrackedTable) -> Result<u64, JournalError> {
        let name = &table.relation.name;
        let (Some(shape), Some(oid), true) =
            (table.present_shape(), table.relation.oid, table.relation.tracked)
        else {
            return Err(JournalError::NotTracked(name.clone()));
        };
        let visible = include_str!("../sql/reconcile/is_visible.sql");
        if !self.client().query_one(visible, &[&oid]).await?.try_get::<_, bool>(0)? {
            return Err(JournalError::RowsHidden(name.clone()));
        }
        let mut patience = Patience::default();
        loop {
            match self.take_baseline_once(table, shape.id).await {
                Err(JournalError::Server(error)) if patience.allows(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    async fn take_baseline_once(
        &mut self,
        table: &TrackedTable,
        shape: i32,
    ) -> Result<u64, JournalError> {
        let reason = format!("baseline of {}", table.relation.name);
        let context = json!({ "actor": self.actor(), "reason": reason });
        let built = self.client_mut().build_transaction();
        let transaction = built.isolation_level(IsolationLevel::RepeatableRead).start().await?;
        open::give_up_soon(&transaction).await?;
        let lock = Template::new(include_str!("../sql/baseline/lock_table.sql"))
            .with("table", &table.relation.name);
        transaction.batch_execute(&lock.sql()).await?;
        transaction.execute(include_str!("../sql/track/set_context.sql"), &[&context]).await?;
        let begin = include_str!("../sql/baseline/begin.sql");
        let row = transaction.query_one(begin, &[&table.relation.id.0, &shape]).await?;
        let baseline: i64 = row.try_get("id")?;
        let copy = Template::new(include_str!("../sql/baseline/copy.sql"))
            .with("baseline", &baseline)
            .with("text", &table.recording().text("r"))
            .with("table", &table.from_clause());
        let rows = transaction.execute(&copy.sql(), &[]).await?;
        let count = i64::try_from(rows).map_err(ServerError::unexpected)?;
        transaction.execute(include_str!("../sql/baseline/end.sql"), &[&baseline, &count]).await?;
        transaction.commit().await?;
        let forget = include_str!("../sql/baseline/forget_replaced.sql");
        self.client().execute(forget, &[&baseline]).await?;
        Ok(rows)
    }
}
