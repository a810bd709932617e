//! What a demo leaves behind, and how to go on.

use pgrecall_journal::Journal;
use pgrecall_model::TxId;
use serde_json::{Map, Value, json};

use super::Talk;
use super::accident::Accident;
use super::application::{self, Recorded};
use super::cluster::Stage;
use super::console::Console;
use crate::failure::Failure;
use crate::output;

const STOP: &str = "\n\nEverything keeps running until `pgrecall demo --stop`; `pgrecall demo --clean` removes it.";

/// The end of a demo that went well.
pub(super) struct Ending {
    url: String,
    accident: Accident,
    undo: TxId,
    tables: Map<String, Value>,
    recorded: Recorded,
}

impl Ending {
    /// What the day and the walk came to.
    pub(super) async fn of(
        stage: &Stage,
        journal: &Journal,
        (accident, undo): (&Accident, TxId),
    ) -> Result<Self, Failure> {
        let rows = application::rows(journal).await?;
        let tables = rows.into_iter().map(|(table, rows)| (table, rows.into())).collect();
        let recorded = Recorded::read(journal).await?;
        Ok(Self { url: stage.url().to_owned(), accident: *accident, undo, tables, recorded })
    }

    /// Says how to go on, or prints the JSON object.
    pub(super) fn tell(self, talk: &Talk, console: &Console) -> Result<(), Failure> {
        if talk.is_json() {
            return output::json(&self.object(console));
        }
        let told = self.text() + &console.told() + STOP;
        told.lines().try_for_each(|line| talk.line(line))
    }

    fn object(self, console: &Console) -> Value {
        let Accident { overwriting, deletion } = self.accident;
        json!({
            "url": self.url,
            "tables": self.tables,
            "transactions": self.recorded.transactions,
            "changes": self.recorded.changes,
            "actors": self.recorded.actors,
            "accident": [overwriting, deletion],
            "undo": self.undo,
            "restored": true,
            "console": console.object(),
        })
    }

    fn text(&self) -> String {
        let (url, undo) = (&self.url, self.undo);
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
"
        )
    }
}
