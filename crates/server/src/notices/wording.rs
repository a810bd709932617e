//! What a notice says, for whoever reads it. Names come from anywhere: what is made of them is one
//! line, and each channel escapes it in its way.

use pgrecall_access::{Notice, Topic};
use reqwest::Url;
use serde_json::Value;

/// How many letters of a text are told.
const MOST: usize = 300;
/// Letters that are not seen and turn the line around, or break it.
const INVISIBLE: [char; 14] = [
    '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}',
    '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}', '\u{feff}',
];

/// In one line.
pub(super) fn title(notice: &Notice) -> String {
    let who = notice.actor.as_deref().unwrap_or("somebody");
    let place = notice.target.as_deref().map(|target| format!(" in {target}")).unwrap_or_default();
    let action = text(&notice.details, "action").unwrap_or_default();
    let subject = notice.subject.as_deref().unwrap_or_default();
    one_line(&match notice.topic {
        Topic::ApprovalAsked => format!("{who} asks for an approval{place}"),
        Topic::ApprovalDecided => match action.as_str() {
            "approval.approve" => format!("{who} gave an approval{place}"),
            "approval.reject" => format!("{who} refused an approval{place}"),
            "approval.outdate" => {
                format!("a request for an approval does not hold any more{place}")
            }
            _ => format!("{who} took a request for an approval back{place}"),
        },
        Topic::ApprovalExpired => format!("nobody decided in time about an approval{place}"),
        Topic::UndoApplied => format!("{who} took changes back{place}"),
        Topic::UndoFailed => format!("{who} could not take changes back{place}"),
        Topic::BreakGlass => match action.as_str() {
            "break_glass.review" => format!("{who} reviewed what was done without approval{place}"),
            _ => format!("{who} did without an approval{place}"),
        },
        Topic::ReviewDue => {
            let who = text(&notice.details, "used_by").unwrap_or_default();
            format!("somebody has to review what {who} did without approval{place}")
        }
        Topic::SignInNewPlace => format!("{who} signed in from a new place"),
        Topic::BulkChange => {
            let rows = text(&notice.details, "in_a_minute").unwrap_or_default();
            format!("{who} changed {rows} rows within a minute{place}")
        }
        Topic::Gap => match text(&notice.details, "table") {
            Some(table) => format!("changes of {table} may be missing{place}"),
            None => format!("changes may be missing{place}"),
        },
        Topic::Test => format!("{who} tries the channel {subject}"),
    })
}

/// What else there is to know.
pub(super) fn facts(notice: &Notice) -> Vec<(&'static str, String)> {
    let detail = |name: &str| text(&notice.details, name);
    let subject = match notice.topic {
        Topic::ApprovalAsked | Topic::ApprovalDecided | Topic::ApprovalExpired => "Approval",
        Topic::UndoApplied | Topic::UndoFailed => "Plan",
        Topic::BreakGlass if detail("action").as_deref() == Some("break_glass.use") => "Plan",
        Topic::BreakGlass | Topic::ReviewDue => "Review",
        Topic::SignInNewPlace => "User",
        Topic::Test => "Channel",
        Topic::BulkChange | Topic::Gap => "Subject",
    };
    let all = [
        ("When", Some(notice.at.to_string())),
        ("Who", notice.actor.clone()),
        ("Target", notice.target.clone()),
        ("Tenant", notice.tenant.clone()),
        (subject, notice.subject.clone()),
        ("Reason", detail("reason")),
        ("Detail", detail("detail")),
        ("Address", detail("ip")),
        ("Network", detail("network")),
        ("Tables", detail("tables")),
        ("Since", detail("since")),
        ("Due", detail("due_at")),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, one_line(&value?)))).collect()
}

/// The page of the console.
pub(super) fn link(notice: &Notice, public_url: &str) -> String {
    let Notice { target, subject, .. } = notice;
    let (target, subject) = (target.as_deref(), subject.as_deref());
    let plan = text(&notice.details, "plan");
    let path: Vec<&str> = match (notice.topic, target, subject) {
        (
            Topic::ApprovalAsked | Topic::ApprovalDecided | Topic::ApprovalExpired,
            Some(target),
            Some(id),
        ) => {
            vec!["approvals", target, id]
        }
        (
            Topic::UndoApplied | Topic::UndoFailed | Topic::BreakGlass | Topic::ReviewDue,
            Some(target),
            Some(id),
        ) => {
            vec!["undo", target, plan.as_deref().unwrap_or(id)]
        }
        (Topic::BulkChange, Some(target), _) => vec!["timeline", target],
        (Topic::Gap, Some(target), _) => vec!["tables", target],
        (Topic::SignInNewPlace, _, _) => vec!["settings"],
        _ => Vec::new(),
    };
    let Ok(mut url) = Url::parse(public_url) else { return public_url.to_owned() };
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url.to_string()
}

/// A text in one line that shows all of its letters, and not too many.
pub(super) fn one_line(text: &str) -> String {
    let visible = |c: char| if c.is_control() || INVISIBLE.contains(&c) { ' ' } else { c };
    let mut line: String = text.chars().take(MOST).map(visible).collect();
    if text.chars().nth(MOST).is_some() {
        line.push('…');
    }
    line.trim().to_owned()
}

/// A detail as a text.
fn text(details: &Value, name: &str) -> Option<String> {
    match details.get(name)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(all) => {
            let words = all.iter().map(|one| one.as_str().map_or(one.to_string(), str::to_owned));
            Some(words.collect::<Vec<_>>().join(", "))
        }
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn notice(topic: Topic, target: Option<&str>, subject: Option<&str>) -> Notice {
        Notice {
            id: 1,
            topic,
            at: jiff::Timestamp::UNIX_EPOCH,
            actor: Some("ann".to_owned()),
            target: target.map(str::to_owned),
            tenant: None,
            subject: subject.map(str::to_owned),
            details: json!({}),
        }
    }

    #[test]
    fn every_topic_has_a_title_and_a_link() {
        for topic in Topic::ALL {
            let notice = notice(topic, Some("shop"), Some("abc"));
            assert!(!title(&notice).is_empty(), "{topic}");
            assert!(link(&notice, "https://recall.example").starts_with("https://recall.example/"));
        }
    }

    #[test]
    fn links_stay_on_the_console_whatever_the_names() {
        let link = |subject| {
            link(&notice(Topic::ApprovalAsked, Some("shop"), Some(subject)), "https://r.example/pg")
        };
        assert_eq!(link("17"), "https://r.example/pg/approvals/shop/17");
        assert_eq!(link("a b/?#\"<"), "https://r.example/pg/approvals/shop/a%20b%2F%3F%23%22%3C");
        assert_eq!(link("x\r\nBcc: evil"), "https://r.example/pg/approvals/shop/xBcc:%20evil");
    }

    #[test]
    fn a_hostile_text_is_one_line() {
        assert_eq!(one_line("a\r\nBcc: b\u{0}\u{202e}c\u{2028}d"), "a  Bcc: b  c d");
        assert_eq!(one_line(&"x".repeat(1000)).chars().count(), MOST + 1);
    }
}
