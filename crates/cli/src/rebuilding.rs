//! What is shown of a table that is made anew.

use pgrecall_model::TxId;
use pgrecall_undo::{NOT_KNOWN, Rebuild};
use serde_json::json;

use crate::failure::Failure;
use crate::output;

/// Shows what would be made.
pub(crate) fn show(plan: &Rebuild, json: bool) -> Result<(), Failure> {
    for warning in &plan.warnings {
        output::say(format!("warning: {warning}"));
    }
    if json {
        return Ok(());
    }
    let create = plan.create().sql();
    for line in create.lines().filter(|line| !line.starts_with("--")) {
        output::line(line)?;
    }
    output::line(format!("with {}", rows(plan)))?;
    output::say(format!("note: the journal does not know, and so leaves out: {NOT_KNOWN}."));
    Ok(())
}

/// Tells what became of it.
pub(crate) fn finish(plan: &Rebuild, tx: Option<TxId>, json: bool) -> Result<(), Failure> {
    let table = &plan.table;
    if json {
        let columns: Vec<_> = plan
            .columns
            .iter()
            .map(|(name, type_name)| json!({ "column": name.as_str(), "type": type_name }))
            .collect();
        let key: Vec<&str> = plan.key.iter().map(pgrecall_model::Ident::as_str).collect();
        return output::json(&json!({
            "table": table.to_string(), "columns": columns, "key": key, "rows": plan.rows,
            "applied": tx.is_some(), "tx": tx,
        }));
    }
    match tx {
        Some(tx) => output::say(format!(
            "Made {table} anew with {} in transaction {tx}; `pgrecall track '{table}'` records it.",
            rows(plan)
        )),
        None => output::say("Only a preview, nothing was changed."),
    }
    Ok(())
}

fn rows(plan: &Rebuild) -> String {
    output::counted(usize::try_from(plan.rows).unwrap_or(usize::MAX), "row")
}
