//! The description of the API as a page: every operation with its parameters, its body and its
//! answers, and every type that they name. It is made of the document that programs read.

use std::fmt::Write as _;

use axum::response::Html;
use serde_json::Value;

use crate::page;
use crate::problem::Problem;

/// The page.
pub(crate) async fn docs() -> Result<Html<String>, Problem> {
    let document = serde_json::to_value(crate::api::document())
        .map_err(pgrecall_postgres::ServerError::unexpected)?;
    Ok(Html(page::page("pgRecall API", &described(&document))))
}

/// Text of a page, to which parts are added.
#[derive(Default)]
struct Text(String);

impl Text {
    /// Writing to a string cannot fail.
    fn put(&mut self, what: std::fmt::Arguments<'_>) {
        self.0.write_fmt(what).unwrap_or_default();
    }
}

fn described(document: &Value) -> String {
    let mut text = Text::default();
    let about = prose(&document["info"]["description"]);
    text.put(format_args!(
        "<p>{about}</p><p>The same for programs: <a href=\"/openapi.json\">/openapi.json</a>.</p>"
    ));
    let tags = document["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
    text.put(format_args!("<nav><ul>"));
    for tag in tags {
        let (name, about) = (word(&tag["name"]), prose(&tag["description"]));
        text.put(format_args!("<li><a href=\"#{name}\">{name}</a>: {about}</li>"));
    }
    text.put(format_args!(
        "<li><a href=\"#types\">types</a>: What bodies consist of</li></ul></nav>"
    ));
    for tag in tags {
        let (name, about) = (word(&tag["name"]), prose(&tag["description"]));
        text.put(format_args!("<h2 id=\"{name}\">{name}</h2><p>{about}</p>"));
        for (path, methods) in fields(&document["paths"]) {
            for (method, operation) in fields(methods) {
                if operation["tags"][0] == tag["name"] {
                    operation_of(&mut text, (path, method), operation);
                }
            }
        }
    }
    text.put(format_args!("<h2 id=\"types\">types</h2>"));
    for (name, schema) in fields(&document["components"]["schemas"]) {
        type_of(&mut text, name, schema);
    }
    text.0
}

fn operation_of(text: &mut Text, (path, method): (&str, &str), operation: &Value) {
    let (method, path) = (method.to_uppercase(), page::escaped(path));
    let summary = prose(&operation["summary"]);
    text.put(format_args!("<h3><code>{method} {path}</code> {summary}</h3>"));
    if let Some(description) = operation["description"].as_str() {
        for paragraph in description.split("\n\n") {
            text.put(format_args!("<p>{}</p>", with_code(paragraph)));
        }
    }
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !parameters.is_empty() {
        text.put(format_args!("<table>"));
        for parameter in parameters {
            let is_needed = parameter["required"] == true;
            let place = format!("in the {}", word(&parameter["in"]));
            let about = format!("{} ({place})", prose(&parameter["description"]));
            field(text, (&word(&parameter["name"]), is_needed), &parameter["schema"], &about);
        }
        text.put(format_args!("</table>"));
    }
    for (_, content) in fields(&operation["requestBody"]["content"]) {
        text.put(format_args!("<p>Body: {}</p>", kind(&content["schema"])));
    }
    let answers = fields(&operation["responses"]).filter(|(status, _)| status.starts_with('2'));
    for (status, answer) in answers {
        let about = prose(&answer["description"]);
        text.put(format_args!("<p>Answer: {status}, {about}"));
        for (media, content) in fields(&answer["content"]) {
            let media = page::escaped(media);
            text.put(format_args!("; {} as <code>{media}</code>", kind(&content["schema"])));
        }
        text.put(format_args!("</p>"));
    }
}

fn type_of(text: &mut Text, name: &str, schema: &Value) {
    let name = page::escaped(name);
    text.put(format_args!("<h3 id=\"type-{name}\"><code>{name}</code></h3>"));
    text.put(format_args!("<p>{}</p>", prose(&schema["description"])));
    if schema["properties"].is_object() {
        let needed = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        text.put(format_args!("<table>"));
        for (name, property) in fields(&schema["properties"]) {
            let is_needed = needed.iter().any(|needed| needed == name);
            field(text, (&page::escaped(name), is_needed), property, &about(property));
        }
        text.put(format_args!("</table>"));
    } else {
        text.put(format_args!("<p>{}</p>", kind(schema)));
    }
}

fn field(text: &mut Text, (name, is_needed): (&str, bool), schema: &Value, about: &str) {
    let needed = if is_needed { "" } else { "<small>optional</small>" };
    let kind = kind(schema);
    text.put(format_args!(
        "<tr><td><code>{name}</code> {needed}</td><td>{kind}</td><td>{about}</td></tr>"
    ));
}

/// What is said of a field, wherever in its schema that stands.
fn about(schema: &Value) -> String {
    let alternatives = ["oneOf", "anyOf", "allOf"].iter().filter_map(|key| schema[key].as_array());
    let mut all = std::iter::once(schema).chain(alternatives.flatten());
    all.find(|schema| schema["description"].is_string())
        .map(|schema| prose(&schema["description"]))
        .unwrap_or_default()
}

/// What kind of value it is, with links to the types that have a name.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        let name = page::escaped(name);
        return format!("<a href=\"#type-{name}\">{name}</a>");
    }
    for alternatives in ["oneOf", "anyOf", "allOf"] {
        if let Some(all) = schema[alternatives].as_array() {
            return all.iter().map(kind).collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        let values = values.iter().map(|value| format!("<code>{}</code>", word(value)));
        return values.collect::<Vec<_>>().join(", ");
    }
    let names = match &schema["type"] {
        Value::Array(names) => names.iter().map(word).collect(),
        name => vec![word(name)],
    };
    let of = |name: &String| match name.as_str() {
        "array" => format!("list of {}", kind(&schema["items"])),
        "" => "anything".to_owned(),
        "string" if schema["format"].is_string() => word(&schema["format"]),
        name => name.to_owned(),
    };
    names.iter().map(of).collect::<Vec<_>>().join(" or ")
}

fn fields(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn word(value: &Value) -> String {
    page::escaped(value.as_str().unwrap_or_default())
}

fn prose(value: &Value) -> String {
    with_code(value.as_str().unwrap_or_default())
}

/// What stands between backticks is code.
fn with_code(text: &str) -> String {
    let mut parts = text.split('`').map(page::escaped);
    let first = parts.next().unwrap_or_default();
    let rest: Vec<String> = parts.collect();
    let tagged = rest.iter().enumerate().map(|(at, part)| match at % 2 {
        0 if at + 1 < rest.len() => format!("<code>{part}</code>"),
        0 => format!("`{part}"),
        _ => part.clone(),
    });
    tagged.fold(first, |text, part| text + &part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_and_every_type_is_described() {
        let document = serde_json::to_value(crate::api::document()).unwrap();
        let shown = described(&document);
        for (path, methods) in fields(&document["paths"]) {
            for (method, _) in fields(methods) {
                let heading = format!("<code>{} {}</code>", method.to_uppercase(), path);
                assert!(shown.contains(&heading), "{heading}");
            }
        }
        for link in shown.split("href=\"#").skip(1) {
            let anchor = link.split('"').next().unwrap_or_default();
            assert!(shown.contains(&format!("id=\"{anchor}\"")), "{anchor}");
        }
    }

    #[test]
    fn code_is_marked_and_the_rest_is_text() {
        assert_eq!(with_code("a `b<c` d"), "a <code>b&lt;c</code> d");
        assert_eq!(with_code("`b`"), "<code>b</code>");
        assert_eq!(with_code("one ` alone"), "one ` alone");
    }

    #[test]
    fn kinds_are_told_in_words() {
        let kind_of = |text: &str| kind(&serde_json::from_str(text).unwrap());
        assert_eq!(kind_of(r#"{"type":["string","null"]}"#), "string or null");
        assert_eq!(
            kind_of(r##"{"type":"array","items":{"$ref":"#/components/schemas/Step"}}"##),
            "list of <a href=\"#type-Step\">Step</a>"
        );
        assert_eq!(kind_of("{}"), "anything");
    }
}
