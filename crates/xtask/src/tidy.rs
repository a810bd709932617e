use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::process::{self, Failure};

/// The most lines that a file of code may have: more is more than one subject.
const LONGEST: usize = 600;
/// Files that were longer when the limit came, with the length they must not exceed. The list
/// only ever gets shorter.
const LONGER: [(&str, usize); 0] = [];
/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 9] =
    ["common", "helper", "helpers", "manager", "misc", "type", "types", "util", "utils"];
/// Top folders of paths that exist on one machine only.
const PERSONAL: [&str; 4] = ["Users", "home", "root", "work"];
/// Folders with things that are not ours.
const FOREIGN: [&str; 3] = [".git", "node_modules", "target"];

/// Checks what no other tool checks about the project's files.
pub(crate) fn run() -> Result<(), Failure> {
    let top = process::workspace()?;
    let mut wrong = Vec::new();
    for file in files(&top)? {
        let name = file.strip_prefix(&top).unwrap_or(&file);
        // What is no text has no lines either.
        let Ok(text) = fs::read_to_string(&file) else { continue };
        wrong.extend(violations(name, &text));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::new(wrong.join("\n"))) }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).map_err(Failure::file("read", folder))?;
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let foreign = entry.file_name().to_str().is_some_and(|name| FOREIGN.contains(&name));
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !foreign => found.extend(files(&entry.path())?),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    Ok(found)
}

fn violations(file: &Path, text: &str) -> Vec<String> {
    [
        too_long(file, text),
        badly_named(file),
        personal(file, text),
        placeholder_in_comment(file, text),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A name may hold a line break: in a comment it would end the comment, and what follows would run.
fn placeholder_in_comment(file: &Path, text: &str) -> Option<String> {
    if file.extension().is_none_or(|extension| extension != "sql") {
        return None;
    }
    let is_one = |line: &str| {
        let comment = line.split_once("--").map_or("", |(_, comment)| comment);
        comment.split('{').skip(1).any(|rest| {
            rest.split_once('}').is_some_and(|(name, _)| {
                !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
            })
        })
    };
    let number = text.lines().position(is_one)? + 1;
    Some(format!("{}:{number}: a placeholder must not stand in a comment", file.display()))
}

fn too_long(file: &Path, text: &str) -> Option<String> {
    if !is_code(file) {
        return None;
    }
    let known = LONGER.iter().find(|(name, _)| Path::new(name) == file);
    let (lines, limit) = (text.lines().count(), known.map_or(LONGEST, |(_, lines)| *lines));
    let name = file.display();
    if lines > limit {
        Some(format!("{name} has {lines} lines, more than {limit}; divide it by subject"))
    } else if known.is_some() && lines <= LONGEST {
        Some(format!("{name} is short enough now; take it off the list `LONGER` in {}", file!()))
    } else {
        None
    }
}

fn badly_named(file: &Path) -> Option<String> {
    if !is_code(file) {
        return None;
    }
    let parts = file.components().filter_map(|part| match part {
        Component::Normal(name) => Path::new(name).file_stem()?.to_str(),
        _ => None,
    });
    let empty = parts.into_iter().find(|part| EMPTY_NAMES.contains(part))?;
    Some(format!("{}: `{empty}` says nothing; name it after what it does", file.display()))
}

fn personal(file: &Path, text: &str) -> Option<String> {
    let is_personal = |line: &str| {
        PERSONAL.iter().any(|folder| {
            let path = format!("/{folder}/");
            line.match_indices(&path).any(|(at, _)| begins_a_path(&line[..at]))
        })
    };
    let number = text.lines().position(is_personal)? + 1;
    Some(format!("{}:{number}: this path exists on one machine only", file.display()))
}

/// Whether a slash after this text begins an absolute path, and is not within a relative one or a
/// URL.
fn begins_a_path(before: &str) -> bool {
    !before.ends_with(|c: char| c.is_alphanumeric() || "/._-~}*@".contains(c))
}

fn is_code(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "rs" || extension == "sql")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str, text: &str) -> Vec<String> {
        violations(Path::new(file), text)
    }

    #[test]
    fn a_file_of_code_has_600_lines_at_most() {
        assert_eq!(found("a/b.rs", &"\n".repeat(600)), Vec::<String>::new());
        assert_eq!(found("a/b.md", &"\n".repeat(601)), Vec::<String>::new());
        assert_eq!(
            found("a/b.sql", &"\n".repeat(601)),
            ["a/b.sql has 601 lines, more than 600; divide it by subject"]
        );
    }

    #[test]
    fn a_placeholder_in_a_comment_is_found() {
        assert_eq!(found("a/b.sql", "-- of {table}\nSELECT {one}").len(), 1);
        assert_eq!(found("a/b.sql", "-- like '{}' or {A}\nSELECT {one}"), Vec::<String>::new());
    }

    #[test]
    fn names_that_say_nothing_are_found_in_files_and_folders() {
        for name in ["src/utils.rs", "src/common/mod.rs", "sql/types.sql"] {
            assert_eq!(found(name, "").len(), 1, "{name}");
        }
        assert_eq!(found("src/commonplace.rs", ""), Vec::<String>::new());
        assert_eq!(found("docs/types.md", ""), Vec::<String>::new());
    }

    #[test]
    fn paths_of_one_machine_are_found_with_their_line() {
        let path = ["", "home", "me", "x"].join("/");
        assert_eq!(
            found("a.md", &format!("\nsee {path}")),
            ["a.md:2: this path exists on one machine only"]
        );
        assert_eq!(found("a.sh", &format!("cd \"{path}\"")).len(), 1);
        assert_eq!(
            found("a.md", &format!("my{path} https://example.org{path}")),
            Vec::<String>::new()
        );
        assert_eq!(found("a.md", "/root and /usr/lib/work/"), Vec::<String>::new());
    }
}
