use std::fmt::Write;

use super::Comparison;
use super::comparison::Line;
use crate::measure::Better;
use crate::rounds::Setting;
use crate::statistics::Ratio;

/// The table for people: a block per measure, a line per system, at most 100 columns.
pub(super) fn render(setting: &Setting, comparisons: &[Comparison]) -> String {
    let mut text = head(setting);
    for comparison in comparisons {
        text.push('\n');
        text.push_str(&block(comparison));
    }
    text
}

fn head(setting: &Setting) -> String {
    let scale = &setting.scale;
    let settings: Vec<String> =
        setting.server_settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut text = format!(
        "What change capture costs the writer; PostgreSQL {}, {}\n\
         {} rounds; {} single rows; {} transactions a session, {} of them compared;\n\
         {} rows a statement; pgbench: scale {}, {} clients, {} s; seed {}\n\
         recorded: {}\npgRecall: {}\n",
        setting.server_version,
        setting.moment,
        scale.rounds,
        scale.single_rows,
        scale.transactions,
        scale.compared_transactions,
        scale.bulk_rows,
        scale.pgbench_factor,
        scale.pgbench_clients,
        scale.pgbench_seconds,
        setting.seed,
        setting.recorded_tables.join(", "),
        setting.recording,
    );
    for line in settings.chunks(4) {
        push(&mut text, &format!("{}\n", line.join(" ")));
    }
    for peer in &setting.peers {
        push(&mut text, &format!("{}: {}, SHA-256 {:.16}\n", peer.name, peer.file, peer.sha256));
    }
    text.push_str(
        "Ratios: of the best rounds (and within a round: least/median/greatest).\n\
         \"added\": pgRecall's cost beyond no capture, to that of the other.\n",
    );
    text
}

fn block(comparison: &Comparison) -> String {
    let better = match comparison.better {
        Better::Lower => "lower is better",
        Better::Higher => "higher is better",
    };
    let mut text = format!("{} ({}; {better})\n", comparison.title, comparison.unit);
    push(
        &mut text,
        &format!(
            "  {:15} {:>7} {:>7} {:>7}  {:24} {:24} {}\n",
            "", "best", "median", "worst", "to no capture", "pgRecall to it", "added"
        ),
    );
    for line in &comparison.systems {
        push(&mut text, row(line).trim_end());
        text.push('\n');
    }
    text
}

fn row(line: &Line) -> String {
    if let Some(reason) = &line.failed {
        let shown: String = reason.chars().take(72).collect();
        return format!("  {:15} failed: {}", line.system, shown.replace('\n', " "));
    }
    let Some(spread) = line.spread else {
        return format!("  {:15} not measured", line.system);
    };
    format!(
        "  {:15} {:>7} {:>7} {:>7}  {:24} {:24} {}",
        line.system,
        number(spread.best),
        number(spread.median),
        number(spread.worst),
        ratio(line.to_nothing),
        ratio(line.pgrecall_to_it),
        line.pgrecall_overhead_to_its.map(|ratio| number(ratio.of_best)).unwrap_or_default(),
    )
}

fn ratio(ratio: Option<Ratio>) -> String {
    let Some(Ratio { of_best, least, median, greatest }) = ratio else { return String::new() };
    format!("{} ({}/{}/{})", number(of_best), number(least), number(median), number(greatest))
}

/// Three digits that count, as far as a table needs them.
pub(super) fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn push(text: &mut String, more: &str) {
    let _writing_to_a_string_cannot_fail = text.write_str(more);
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_table_has_a_block_per_measure_and_says_what_failed() {
        let text = render(&samples::setting(), &samples::comparisons());
        expect![[r#"
            What change capture costs the writer; PostgreSQL 15.1, 2026-01-02T03:04:05Z
            2 rounds; 500 single rows; 4000 transactions a session, 500 of them compared;
            20000 rows a statement; pgbench: scale 2, 2 clients, 4 s; seed 1
            recorded: item
            pgRecall: for each row, image full
            fsync=on
            Ratios: of the best rounds (and within a round: least/median/greatest).
            "added": pgRecall's cost beyond no capture, to that of the other.

            UPDATE of one row, with its commit (µs of CPU per row; lower is better)
                                 best  median   worst  to no capture            pgRecall to it           added
              no capture         10.0    10.5    11.0
              pgRecall           20.0    21.0    22.0  2.00 (2.00/2.00/2.00)
              peer               40.0    47.5    55.0  4.00 (4.00/4.50/5.00)    0.50 (0.40/0.45/0.50)    0.33

            size of an updated row's record, with indexes (bytes per row; lower is better)
                                 best  median   worst  to no capture            pgRecall to it           added
              no capture         0.00    0.00    0.00
              pgRecall            400     400     400
              peer            failed: recorded nothing
        "#]].assert_eq(&text);
        assert!(text.lines().all(|line| line.chars().count() <= 100));
    }

    #[test]
    fn numbers_are_as_short_as_they_may_be() {
        assert_eq!([0.123, 1.0, 12.34, 1234.5].map(number), ["0.12", "1.00", "12.3", "1234"]);
    }
}
