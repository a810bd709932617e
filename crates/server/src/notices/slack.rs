//! Messages for Slack, and for programs that take the same.

use pgrecall_access::Notice;
use serde_json::json;

use super::wording;

/// The most fields that Slack takes in a section.
const MOST_FIELDS: usize = 10;

/// The body. All of it is plain text, but for the link, so that a name cannot mean anything.
pub(super) fn body(notice: &Notice, public_url: &str) -> String {
    let title = escaped(&wording::title(notice));
    let facts = wording::facts(notice);
    let field = |(name, value): &(&str, String)| json!({ "type": "plain_text", "text": escaped(&format!("{name}: {value}")) });
    let fields: Vec<_> = facts.iter().take(MOST_FIELDS).map(field).collect();
    let link = format!("<{}|Open in pgRecall>", escaped(&wording::link(notice, public_url)));
    json!({
        "text": title,
        "blocks": [
            { "type": "section", "text": { "type": "plain_text", "text": title } },
            { "type": "section", "fields": fields },
            { "type": "context", "elements": [{ "type": "mrkdwn", "text": link }] },
        ],
    })
    .to_string()
}

/// The three letters that begin and end something in Slack, such as a call for everybody.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use pgrecall_access::Topic;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_name_calls_nobody_and_leads_nowhere() {
        let notice = Notice {
            id: 1,
            topic: Topic::BulkChange,
            at: jiff::Timestamp::UNIX_EPOCH,
            actor: Some("<!channel> & <https://evil.example|click>".to_owned()),
            target: Some("shop".to_owned()),
            tenant: None,
            subject: None,
            details: json!({ "in_a_minute": 5000, "tables": ["public.\"<!here>\""] }),
        };
        let body = body(&notice, "https://recall.example");
        assert!(!body.contains("<!") && !body.contains("<https://evil"), "{body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        let text = body["text"].as_str().unwrap();
        assert!(
            text.contains("&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;"),
            "{text}"
        );
        assert_eq!(
            body["blocks"][2]["elements"][0]["text"],
            "<https://recall.example/timeline/shop|Open in pgRecall>"
        );
    }
}
