//! What a demo leaves behind, and how to go on.

use pgrecall_journal::Journal;
use pgrecall_model::TxId;
use serde_json::{Map, Value, json};

use super::Talk;
use super::accident::Accident;
use super::application::{self, Recorded};
use super::cluster::Stage;
use crate::failure::Failure;
use crate::output;

/// The end of a demo that went well.
pub(super) struct Ending<'e> {
    pub(super) stage: &'e Stage,
    pub(super) accident: &'e Accident,
    pub(super) undo: TxId,
}

impl Ending<'_> {
    /// Says how to go on, or prints the JSON object.
    pub(super) async fn tell(&self, talk: &Talk, journal: &Journal) -> Result<(), Failure> {
        if talk.is_json() {
            return output::json(&self.object(journal).await?);
        }
        for line in self.text().lines() {
            talk.line(line)?;
        }
        Ok(())
    }

    async fn object(&self, journal: &Journal) -> Result<Value, Failure> {
        let rows = application::rows(journal).await?;
        let tables: Map<String, Value> =
            rows.into_iter().map(|(table, rows)| (table, rows.into())).collect();
        let recorded = Recorded::read(journal).await?;
        let Accident { overwriting, deletion } = self.accident;
        Ok(json!({
            "url": self.stage.url(),
            "tables": tables,
            "transactions": recorded.transactions,
            "changes": recorded.changes,
            "actors": recorded.actors,
            "accident": [overwriting, deletion],
            "undo": self.undo,
            "restored": true,
        }))
    }

    fn text(&self) -> String {
        let (url, undo) = (self.stage.url(), self.undo);
        let overwriting = self.accident.overwriting;
        format!(
            "
The server keeps running. Connect to it with

    export PGRECALL_URL='{url}'
    psql \"$PGRECALL_URL\"

and try

    pgrecall tables
    pgrecall log --actor payment-webhook --limit 3
    pgrecall at after:tx:{overwriting} \"SELECT status, count(*) FROM payment GROUP BY status\"
    pgrecall undo --tx {undo} --preview
    pgrecall log --follow

Stop the server with `pgrecall demo --stop`, remove it with `pgrecall demo --clean`."
        )
    }
}
