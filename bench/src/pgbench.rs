use pgrecall_model::Ident;

use crate::backend::Postmaster;
use crate::error::BenchError;
use crate::scale::Scale;
use crate::server::{self, ScratchServer};

/// What one run of pgbench came to.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Told {
    transactions: f64,
    per_second: f64,
}

/// Runs the TPC-B-like transaction of pgbench; gives the CPU time that the server's sessions took
/// for each in microseconds, and the transactions per second.
///
/// What they took is known to the postmaster once they have ended; nothing else of the server ends
/// meanwhile.
pub(crate) async fn run(
    server: &ScratchServer,
    database: &Ident,
    scale: &Scale,
) -> Result<[f64; 2], BenchError> {
    let session = server.connect(database).await?;
    session.client().query_one(include_str!("../sql/workload/pgbench_read.sql"), &[]).await?;
    session.batch(include_str!("../sql/server/checkpoint.sql")).await?;
    let postmaster = Postmaster::new(server.pid()?);
    let staying = postmaster.children()?;
    let before = postmaster.cpu_without(&staying)?;
    let mut pgbench = server.program("pgbench", database)?;
    pgbench
        .args(["--no-vacuum", "--protocol", "prepared", "--client"])
        .arg(scale.pgbench_clients.to_string())
        .arg("--time")
        .arg(scale.pgbench_seconds.to_string());
    let text = server::output("pgbench", pgbench).await?;
    let told = told(&text).ok_or_else(unreadable)?;
    let cpu = postmaster.cpu_without(&staying)? - before;
    session.close().await;
    Ok([cpu * 1e6 / told.transactions, told.per_second])
}

/// The transactions per second of a run, from what pgbench prints.
pub(crate) fn rate(text: &str) -> Result<f64, BenchError> {
    Ok(told(text).ok_or_else(unreadable)?.per_second)
}

fn unreadable() -> BenchError {
    let (program, told) = ("pgbench".to_owned(), "its result cannot be read".to_owned());
    BenchError::ProgramFailed { program, told }
}

/// Reads what pgbench prints: how many transactions, and how many a second without connecting.
fn told(text: &str) -> Option<Told> {
    let after = |start: &str| text.lines().find_map(|line| line.strip_prefix(start));
    let transactions = after("number of transactions actually processed: ")?;
    let transactions = transactions.split('/').next()?.trim().parse().ok()?;
    let per_second = after("tps = ")?.split_whitespace().next()?.parse().ok()?;
    Some(Told { transactions, per_second })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pgbench_prints_is_understood() {
        let text = "transaction type: <builtin: TPC-B (sort of)>\n\
            number of transactions actually processed: 1234\n\
            number of failed transactions: 0 (0.000%)\n\
            latency average = 1.5 ms\n\
            tps = 456.789012 (without initial connection time)\n";
        assert_eq!(told(text), Some(Told { transactions: 1234.0, per_second: 456.789_012 }));
        assert_eq!(told("tps = many"), None);
    }
}
