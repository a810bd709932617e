use std::fmt::Write;

use super::Comparison;
use super::comparison::Line;
use super::text::number;
use crate::measure::Measure;
use crate::rounds::Setting;

const COLUMNS: usize = 2;
const PANEL_WIDTH: f64 = 400.0;
const NAME_WIDTH: f64 = 112.0;
const BAR_WIDTH: f64 = 210.0;
const LINE_HEIGHT: f64 = 18.0;
const TITLE_HEIGHT: f64 = 42.0;
const MARGIN: f64 = 16.0;

/// Colours for a light and for a dark page; the picture itself has no background.
const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#1f2328}\
    .title{font-weight:600}.quiet{fill:#59636e}.bar{fill:#afb8c1}.own{fill:#0969da}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.quiet{fill:#9198a1}.bar{fill:#59636e}\
    .own{fill:#4493f8}}";

/// Bars per measure. For costs they show the ratio to no capture, on a logarithmic scale that
/// begins at 1; for sizes the bytes.
pub(super) fn render(setting: &Setting, comparisons: &[Comparison]) -> String {
    let shown: Vec<&Comparison> = comparisons.iter().filter(|one| is_shown(one.measure)).collect();
    let lines = shown.iter().map(|one| drawn(one).count()).max().unwrap_or_default();
    let panel_height = TITLE_HEIGHT + LINE_HEIGHT * size(lines) + MARGIN;
    let (width, height) = (
        PANEL_WIDTH * size(COLUMNS),
        MARGIN + LINE_HEIGHT + panel_height * size(shown.len().div_ceil(COLUMNS)),
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"What change capture costs the writer\">\n<style>{STYLE}</style>\n\
         <text class=\"quiet\" x=\"{MARGIN}\" y=\"{LINE_HEIGHT}\">PostgreSQL {}, best of {} rounds; \
         costs as ratio to no capture, logarithmic</text>\n",
        escaped(&setting.server_version),
        setting.scale.rounds,
    );
    for (at, comparison) in shown.iter().enumerate() {
        let x = PANEL_WIDTH * size(at % COLUMNS) + MARGIN;
        let y = LINE_HEIGHT + MARGIN + panel_height * size(at / COLUMNS);
        svg.push_str(&panel(comparison, x, y));
    }
    svg.push_str("</svg>\n");
    svg
}

/// Parts of a measure that are shown by another one are left out.
fn is_shown(measure: Measure) -> bool {
    !matches!(
        measure,
        Measure::FirstTransactions | Measure::LastTransactions | Measure::LastToFirst
    )
}

/// The systems that have a bar: no capture is where the bars begin.
fn drawn(comparison: &Comparison) -> impl Iterator<Item = &Line> {
    comparison.systems.iter().skip(1)
}

fn panel(comparison: &Comparison, x: f64, y: f64) -> String {
    let longest = drawn(comparison).filter_map(|line| length(comparison, line)).fold(0.0, f64::max);
    let mut svg = format!(
        "<text class=\"title\" x=\"{x}\" y=\"{}\">{}</text>\n",
        y + LINE_HEIGHT,
        escaped(comparison.title)
    );
    for (at, line) in drawn(comparison).enumerate() {
        let y = y + TITLE_HEIGHT - LINE_HEIGHT / 2.0 + LINE_HEIGHT * size(at);
        let part =
            length(comparison, line).map_or(0.0, |length| length / longest.max(f64::EPSILON));
        svg.push_str(&bar(comparison, line, part, (x, y)));
    }
    svg
}

fn bar(comparison: &Comparison, line: &Line, part: f64, (x, y): (f64, f64)) -> String {
    let class = if line.system == "pgRecall" { "own" } else { "bar" };
    let (begin, width) = (x + NAME_WIDTH, (BAR_WIDTH * part).max(1.0));
    let base = y + LINE_HEIGHT - 5.0;
    let mut svg = format!("<text x=\"{x}\" y=\"{base:.1}\">{}</text>", escaped(line.system));
    let _writing_to_a_string_cannot_fail = writeln!(
        svg,
        "<rect class=\"{class}\" x=\"{begin:.1}\" y=\"{:.1}\" width=\"{width:.1}\" \
         height=\"{:.1}\" rx=\"2\"/><text class=\"quiet\" x=\"{:.1}\" y=\"{base:.1}\">{}</text>",
        y + 2.0,
        LINE_HEIGHT - 4.0,
        begin + width + 4.0,
        escaped(&label(comparison, line)),
    );
    svg
}

/// How long a bar is, in a unit of the panel's own.
fn length(comparison: &Comparison, line: &Line) -> Option<f64> {
    if comparison.measure.is_of_the_record() {
        return line.spread.map(|spread| spread.best);
    }
    line.to_nothing.map(|ratio| ratio.of_best.ln().max(0.0))
}

fn label(comparison: &Comparison, line: &Line) -> String {
    let bytes = line.spread.filter(|_| comparison.measure.is_of_the_record());
    match (bytes, line.to_nothing) {
        (Some(spread), _) => format!("{} B", number(spread.best)),
        (None, Some(ratio)) => format!("{} ×", number(ratio.of_best)),
        (None, None) => "failed".to_owned(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// A count as a length. Nothing here is counted beyond a few.
fn size(count: usize) -> f64 {
    u16::try_from(count).map_or(f64::from(u16::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn every_system_but_no_capture_has_a_bar_and_a_number() {
        let svg = render(&samples::setting(), &samples::comparisons());
        assert_eq!(svg.matches("<rect").count(), 4, "{svg}");
        assert_eq!(svg.matches("class=\"own\"").count(), 2, "{svg}");
        assert!(svg.contains(">2.00 ×<") && svg.contains(">400 B<") && svg.contains(">failed<"));
        assert!(!svg.contains("no capture</text><rect"), "{svg}");
    }

    #[test]
    fn the_longest_bar_fills_its_panel_and_others_are_in_proportion() {
        let svg = render(&samples::setting(), &samples::comparisons());
        assert!(svg.contains("width=\"210.0\""), "{svg}");
        // Two to four times the cost of no capture: half as long on a logarithmic scale.
        assert!(svg.contains("width=\"105.0\""), "{svg}");
    }

    #[test]
    fn what_is_written_cannot_become_markup() {
        assert_eq!(escaped("a<b>&\"c\""), "a&lt;b>&amp;&quot;c&quot;");
    }
}
