use std::fmt::Write as _;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, pin_mut, stream};
use pgrecall_access::Right;
use pgrecall_journal::{Filter, Undone};
use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::{IntoParams, ToSchema};

use super::Problems;
use crate::input::{Path, Query};
use crate::problem::Problem;
use crate::search::Search;
use crate::view::View;
use crate::visitor::Visitor;
use crate::wire::Change;

/// How many lines are ready before a slow reader has taken them.
const AHEAD: usize = 64;
/// The columns of CSV.
const COLUMNS: &str = "id,tx,at,op,table,key,old,new,changed,actor,tenant,session,request,reason,database_user,application,ip";

/// In which form.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// `csv` or `jsonl`.
    format: Form,
}

/// A form of lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    /// A JSON object per line.
    #[default]
    Jsonl,
    /// Comma-separated values with a header (RFC 4180); rows as JSON.
    Csv,
}

/// All changes that fit, as a stream
///
/// The oldest first, however many there are. If it breaks off, the connection is cut, so that nobody
/// takes a part for the whole.
#[utoipa::path(
    get, path = "/v1/targets/{target}/changes/export", tag = "changes",
    params(("target" = String, Path, description = "The target"), Search, Wanted),
    responses(
        (status = 200, description = "The changes", content((String = "application/jsonl"), (String = "text/csv"))),
        Problems
    )
)]
pub(super) async fn export_changes(
    visitor: Visitor,
    Path(target): Path<String>,
    Query(search): Query<Search>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let view = visitor.view(Right::Read, &target).await?;
    let filter = Filter { oldest_first: true, ..search.filter(&view).await? };
    visitor.service().note(visitor.deed("changes.export", Some(&target), None)).await?;
    let (lines, mut ready) = mpsc::channel(AHEAD);
    tokio::spawn(send(view, filter, wanted.format, lines));
    let body = stream::poll_fn(move |context| ready.poll_recv(context));
    let (kind, name) = match wanted.format {
        Form::Jsonl => ("application/jsonl", "attachment; filename=\"changes.jsonl\""),
        Form::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"changes.csv\""),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

type Line = Result<Bytes, std::io::Error>;

/// Sends line by line until all is sent or nobody takes it any more.
async fn send(view: View, filter: Filter, form: Form, lines: mpsc::Sender<Line>) {
    if let Err(problem) = send_all(&view, &filter, form, &lines).await {
        let cut = std::io::Error::other(problem.code().to_owned());
        // Whoever reads has gone, if this cannot be sent.
        let _ = lines.send(Err(cut)).await;
    }
}

async fn send_all(
    view: &View,
    filter: &Filter,
    form: Form,
    lines: &mpsc::Sender<Line>,
) -> Result<(), Problem> {
    let journal = view.journal();
    let undone: Undone = journal.undone().await?;
    let changes = journal.changes().await?;
    let found = changes.stream(journal, filter).await?;
    pin_mut!(found);
    if form == Form::Csv && lines.send(Ok(Bytes::from(format!("{COLUMNS}\r\n")))).await.is_err() {
        return Ok(());
    }
    while let Some(change) = found.next().await {
        let change = Change::new(&change?, &undone);
        let line = match form {
            Form::Jsonl => serde_json::to_string(&change).map(|line| line + "\n"),
            Form::Csv => Ok(csv(&change)),
        };
        let line = line.map_err(pgrecall_postgres::ServerError::unexpected)?;
        if lines.send(Ok(Bytes::from(line))).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn csv(change: &Change) -> String {
    let json = |value: &dyn Fn() -> Option<String>| value().unwrap_or_default();
    let row = |row: &Option<pgrecall_model::Row>| {
        json(&|| row.as_ref().and_then(|row| serde_json::to_string(row).ok()))
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let who = &change.who;
    let fields = [
        change.id.to_string(),
        change.tx.to_string(),
        change.at.clone(),
        change.op.clone(),
        change.table.clone(),
        json(&|| change.key.as_ref().map(ToString::to_string)),
        row(&change.old),
        row(&change.new),
        change.changed.join(" "),
        text(&who.actor),
        text(&who.tenant),
        text(&who.session),
        text(&who.request),
        text(&who.reason),
        text(&who.database_user),
        text(&who.application),
        text(&who.ip),
    ];
    let mut line = String::new();
    for (at, field) in fields.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let written = write!(line, "{comma}{}", quoted(field));
        // Writing to a string cannot fail.
        written.unwrap_or_default();
    }
    line + "\r\n"
}

/// A field in quotes where it needs them. One that a spreadsheet would take for a formula begins with
/// an apostrophe, which it takes for text (OWASP, CSV injection).
fn quoted(field: &str) -> String {
    let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let field = if is_formula { format!("'{field}") } else { field.to_owned() };
    if field.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", field.replace('"', "\"\""));
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_csv_are_quoted_and_are_no_formulas() {
        for (field, shown) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"x\"\n", "\"say \"\"x\"\"\n\""),
            ("=1+1", "'=1+1"),
            ("\n=1+1", "\"'\n=1+1\""),
            ("@SUM(A1,B1)", "\"'@SUM(A1,B1)\""),
            ("", ""),
        ] {
            assert_eq!(quoted(field), shown);
        }
    }
}
