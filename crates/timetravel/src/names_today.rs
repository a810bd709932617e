//! Images as documents that name columns as they are called today.

use pgrecall_journal::{Form, FormColumn, ImageShape};
use pgrecall_postgres::{Literal, Template};

/// The image of a row `s`, which has its `shape`, its `image` and the number of the `first` change with it,
/// as JSON under the names of today. A column that was dropped keeps its name, unless another has that now.
pub(crate) fn image(forms: &[Form], shapes: &[ImageShape]) -> Template {
    let decoded = Template::new("recall._decode(s.shape, s.image)");
    let Some(today) = forms.iter().rev().find(|form| !form.gone) else { return decoded };
    let of_shapes = shapes.iter().filter_map(|shape| {
        let renamed = renamed(&shape.columns, today)?;
        let arm = Template::new(" WHEN s.shape = {shape} THEN {renamed}").with("shape", &shape.id);
        Some(arm.with("renamed", &renamed))
    });
    // Of documents the latest form whose changes they may be among, so these come first.
    let of_documents = forms.iter().rev().filter_map(|form| {
        let change = form.change?.0;
        let document = renamed(&form.columns, today)
            .unwrap_or_else(|| Template::new("s.image::pg_catalog.jsonb"));
        let arm = " WHEN s.shape IS NULL AND pg_catalog.abs(s.first) >= {change} THEN {document}";
        Some(Template::new(arm).with("change", &change).with("document", &document))
    });
    let arms: Vec<Template> = of_shapes.chain(of_documents).collect();
    Template::new("CASE{arms} ELSE {decoded} END")
        .with_all("arms", arms, "")
        .with("decoded", &decoded)
}

/// The document with the names of today; none where it has these already.
fn renamed(columns: &[FormColumn], today: &Form) -> Option<Template> {
    let names: Vec<(&str, Option<&str>)> = columns
        .iter()
        .map(|column| {
            let now = today.column(column.number).map(|column| column.name.as_str());
            let is_taken = today.columns.iter().any(|other| other.name == column.name);
            (column.name.as_str(), now.or_else(|| (!is_taken).then_some(column.name.as_str())))
        })
        .collect();
    if names.iter().all(|(then, now)| Some(*then) == *now) {
        return None;
    }
    let kept = || names.iter().filter_map(|(then, now)| Some((*then, (*now)?)));
    Some(
        Template::new(include_str!("../sql/renamed.sql"))
            .with_all("then", kept().map(|(then, _)| Literal(then)), ", ")
            .with_all("now", kept().map(|(_, now)| Literal(now)), ", "),
    )
}
