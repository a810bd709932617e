mod generated;
mod pinned;
mod references;
mod refused;
mod rewritten;

use pgrecall_model::Ident;

use super::{Query, RedirectError, Reference, Replacement};

fn ident(name: &str) -> Ident {
    Ident::new(name).unwrap()
}

fn references(sql: &str) -> Vec<String> {
    let query = Query::parse(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    query.relations().iter().map(ToString::to_string).collect()
}

/// Redirects everything; names without a schema are taken to be in `public`.
fn redirect(sql: &str) -> Result<String, RedirectError> {
    Query::parse(sql)?.redirect(|reference| Some(past(reference)))
}

/// A subquery that is easy to see in the result.
fn past(reference: &Reference) -> Replacement {
    let only = if reference.only { "only " } else { "" };
    Replacement {
        schema: reference.schema.clone().unwrap_or_else(|| ident("public")),
        subquery: format!("past {only}{reference}"),
    }
}
