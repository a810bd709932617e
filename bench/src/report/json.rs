use serde::Serialize;

use super::Comparison;
use crate::error::BenchError;
use crate::rounds::Setting;

#[derive(Serialize)]
struct Document<'d> {
    setting: &'d Setting,
    measures: &'d [Comparison],
}

/// Everything that was found, for programs.
pub(super) fn render(setting: &Setting, measures: &[Comparison]) -> Result<String, BenchError> {
    let mut text = serde_json::to_string_pretty(&Document { setting, measures })?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use serde_json::Value;

    #[test]
    fn a_program_finds_values_ratios_and_failures() {
        let text = render(&samples::setting(), &samples::comparisons()).unwrap();
        let json: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["setting"]["server_version"], "15.1");
        let update = &json["measures"][0];
        assert_eq!(update["measure"], "update_one");
        assert_eq!(update["systems"][1]["spread"]["best"].as_f64(), Some(20.0));
        assert_eq!(update["systems"][1]["to_nothing"]["of_best"].as_f64(), Some(2.0));
        assert_eq!(update["systems"][2]["pgrecall_to_it"]["of_best"].as_f64(), Some(0.5));
        let bytes = &json["measures"][1];
        assert_eq!(bytes["systems"][2]["failed"], "recorded nothing");
        assert_eq!(bytes["systems"][2]["spread"], Value::Null);
    }
}
