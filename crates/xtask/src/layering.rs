use serde_json::Value;

use crate::process::{self, Failure};

/// The crates of the product from the lowest up; each may depend on those before it. What belongs
/// into which is told at the top of each crate.
const LAYERS: [&str; 8] = [
    "pgrecall-model",
    "pgrecall-postgres",
    "pgrecall-journal",
    "pgrecall-timetravel",
    "pgrecall-undo",
    "pgrecall-access",
    "pgrecall-server",
    "pgrecall",
];
/// Serves the tests of every layer, so that it must not reach above the server itself.
const TESTKIT: &str = "pgrecall-testkit";
const BELOW_TESTKIT: [&str; 2] = ["pgrecall-model", "pgrecall-postgres"];
/// Measures the whole; nothing depends on it.
const BENCH: &str = "pgrecall-bench";
/// Depends on nothing of the product.
const XTASK: &str = "xtask";

/// Checks that the workspace's crates depend downwards only.
pub(crate) fn run() -> Result<(), Failure> {
    let mut metadata = process::cargo(&["metadata", "--no-deps", "--format-version", "1"])?;
    let text = process::output(&mut metadata).ok_or(Failure::new("`cargo metadata` failed"))?;
    let metadata = serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("cannot understand `cargo metadata`: {error}")))?;
    let wrong = violations(&metadata);
    if wrong.is_empty() { Ok(()) } else { Err(Failure::new(wrong.join("\n"))) }
}

fn violations(metadata: &Value) -> Vec<String> {
    let packages = array(metadata, "packages");
    let names: Vec<&str> = packages.iter().map(|package| text(package, "name")).collect();
    let mut wrong = Vec::new();
    for package in packages {
        let from = text(package, "name");
        if layer(from).is_none() && ![TESTKIT, BENCH, XTASK].contains(&from) {
            wrong.push(format!("`{from}` has no layer; add it to `LAYERS` in {}", file!()));
        }
        for dependency in array(package, "dependencies") {
            let to = text(dependency, "name");
            // Only dependencies of dependents and of build scripts are without a kind of their own.
            let for_tests = text(dependency, "kind") == "dev";
            if names.contains(&to) && !may_depend(from, to, for_tests) {
                let kind = if for_tests { "its tests depend" } else { "it depends" };
                wrong.push(format!("`{from}` must not know `{to}`, but {kind} on it"));
            }
        }
    }
    wrong
}

fn may_depend(from: &str, to: &str, for_tests: bool) -> bool {
    match (from, to) {
        (XTASK, _) | (_, XTASK | BENCH) => false,
        (BENCH, _) => true,
        (TESTKIT, _) => BELOW_TESTKIT.contains(&to),
        (_, TESTKIT) => for_tests,
        _ => layer(to) < layer(from),
    }
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| *layer == name)
}

fn array<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A workspace of all crates with one dependency.
    fn with_edge(from: &str, to: &str, kind: Option<&str>) -> Vec<String> {
        let packages: Vec<Value> = LAYERS
            .into_iter()
            .chain([TESTKIT, XTASK])
            .map(|name| {
                let edge = json!({ "name": to, "kind": kind });
                let outside = json!({ "name": "serde", "kind": null });
                let edges = if name == from { vec![edge, outside] } else { vec![outside] };
                json!({ "name": name, "dependencies": edges })
            })
            .collect();
        violations(&json!({ "packages": packages }))
    }

    #[test]
    fn dependencies_on_lower_layers_are_right() {
        assert!(with_edge("pgrecall-undo", "pgrecall-model", None).is_empty());
        assert!(with_edge("pgrecall", "pgrecall-undo", None).is_empty());
        assert!(with_edge("pgrecall-postgres", TESTKIT, Some("dev")).is_empty());
        assert!(with_edge(TESTKIT, "pgrecall-postgres", None).is_empty());
    }

    #[test]
    fn a_dependency_upwards_is_named() {
        assert_eq!(
            with_edge("pgrecall-journal", "pgrecall-undo", None),
            ["`pgrecall-journal` must not know `pgrecall-undo`, but it depends on it"]
        );
        assert_eq!(
            with_edge("pgrecall-model", "pgrecall", Some("dev")),
            ["`pgrecall-model` must not know `pgrecall`, but its tests depend on it"]
        );
    }

    #[test]
    fn only_tests_may_use_the_testkit_and_it_stays_low() {
        assert_eq!(with_edge("pgrecall-undo", TESTKIT, None).len(), 1);
        assert_eq!(with_edge("pgrecall-undo", TESTKIT, Some("build")).len(), 1);
        assert_eq!(with_edge(TESTKIT, "pgrecall-journal", None).len(), 1);
        assert_eq!(with_edge(XTASK, "pgrecall-model", None).len(), 1);
    }

    #[test]
    fn a_crate_without_a_layer_is_named() {
        let found = violations(&json!({ "packages": [{ "name": "new", "dependencies": [] }] }));
        assert_eq!(found, [format!("`new` has no layer; add it to `LAYERS` in {}", file!())]);
    }
}
