//! From text to settings, with all mistakes at once: what cannot be taken in is told and left out,
//! until the rest can.

use std::collections::BTreeMap;

use figment::error::Kind;
use figment::providers::{Format as _, Serialized, Toml};
use figment::value::{Dict, Value};
use figment::{Error, Figment, Provider as _};

use super::Mistake;
use super::written::Written;

/// Reads the text of the file; the given settings, by their paths, outrank it.
pub(super) fn read(text: &str, given: &BTreeMap<String, String>) -> (Written, Vec<Mistake>) {
    let mut mistakes = Vec::new();
    let mut dict = match Toml::string(text).data() {
        Ok(mut profiles) => profiles.remove(&figment::Profile::Default).unwrap_or_default(),
        Err(error) => {
            mistakes.push(Mistake::new("file", first_line(&error)).hint("it is no TOML"));
            Dict::new()
        }
    };
    for (path, value) in given {
        let words: Vec<&str> = path.split('.').collect();
        put(&mut dict, &words, Value::from(value.as_str()));
    }
    let written = extract(dict, given, &mut mistakes);
    (written, mistakes)
}

fn extract(
    mut dict: Dict,
    given: &BTreeMap<String, String>,
    mistakes: &mut Vec<Mistake>,
) -> Written {
    let mut reread: Vec<String> = Vec::new();
    loop {
        let error = match Figment::from(Serialized::defaults(&dict)).extract::<Written>() {
            Ok(written) => return written,
            Err(error) => error,
        };
        let path = path_of(&error);
        let name = path.join(".");
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        // A variable is text; where a number, a list or a truth value is wanted, it is read as one.
        if let Some(text) = given.get(&name).filter(|_| !reread.contains(&name)) {
            if let Some(value) = as_toml(text) {
                put(&mut dict, &words, value);
            }
            reread.push(name);
            continue;
        }
        let removed = remove(&mut dict, &words);
        mistakes.push(mistake(&error, name));
        if !removed {
            return Written::default();
        }
    }
}

/// What a text means on the right side of TOML.
fn as_toml(text: &str) -> Option<Value> {
    let mut profiles = Toml::string(&format!("value = {text}")).data().ok()?;
    profiles.remove(&figment::Profile::Default)?.remove("value")
}

/// The setting that an error is about; one that is not known is named by the error itself.
fn path_of(error: &Error) -> Vec<String> {
    let mut path = error.path.clone();
    if let Kind::UnknownField(field, _) = &error.kind
        && path.last() != Some(field)
    {
        path.push(field.clone());
    }
    path
}

fn mistake(error: &Error, setting: String) -> Mistake {
    match &error.kind {
        Kind::UnknownField(_, known) if !known.is_empty() => {
            Mistake::new(setting, "there is no such setting")
                .hint(format!("there are: {}", known.join(", ")))
        }
        Kind::UnknownVariant(_, known) => Mistake::new(setting, "it has none of the known values")
            .hint(format!("there are: {}", known.join(", "))),
        // What was found is not repeated: it may be a secret.
        Kind::InvalidType(_, wanted) | Kind::InvalidValue(_, wanted) => {
            let wanted = wanted.clone();
            let is_number = ["usize", "u16", "u32", "u64", "i32"].contains(&wanted.as_str());
            let wanted = if is_number { "a whole number" } else { &wanted };
            Mistake::new(setting, format!("it should be {wanted}"))
        }
        Kind::Message(text) => Mistake::new(setting, text.clone()),
        _ => Mistake::new(setting, "it cannot be read"),
    }
}

/// Where the TOML is wrong; the lines with arrows that follow would quote the file.
fn first_line(error: &Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().to_owned()
}

fn put(dict: &mut Dict, path: &[&str], value: Value) {
    match path {
        [] => {}
        [last] => {
            dict.insert((*last).to_owned(), value);
        }
        [first, rest @ ..] => {
            let inner = dict.entry((*first).to_owned()).or_insert_with(|| Dict::new().into());
            if let Value::Dict(_, inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

fn remove(dict: &mut Dict, path: &[&str]) -> bool {
    match path {
        [] => false,
        [last] => dict.remove(*last).is_some(),
        [first, rest @ ..] => {
            let is_done = match dict.get_mut(*first) {
                Some(Value::Dict(_, inner)) => return remove(inner, rest),
                Some(Value::Array(_, entries)) => in_entry(entries, rest),
                Some(_) => false,
                None => return false,
            };
            // What is wrong with a part of a list is wrong with the list.
            is_done || dict.remove(*first).is_some()
        }
    }
}

/// Removes what is wrong with one of several tables in a list; the others are still to be looked at.
fn in_entry(entries: &mut [Value], path: &[&str]) -> bool {
    let [number, rest @ ..] = path else { return false };
    let entry = number.parse().ok().and_then(|at: usize| entries.get_mut(at));
    match entry {
        Some(Value::Dict(_, inner)) => remove(inner, rest),
        _ => false,
    }
}
