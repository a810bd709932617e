//! Messages for programs, signed as Standard Webhooks has it.

use pgrecall_access::Notice;
use serde_json::json;
use standardwebhooks::{
    HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook, WebhookError,
};

use super::wording;
use crate::config::Secret;

/// The body; the page `docs/formats/webhooks.md` describes it.
pub(super) fn body(notice: &Notice, public_url: &str) -> String {
    json!({
        "type": notice.topic,
        "timestamp": notice.at.to_string(),
        "data": {
            "notice": notice.id,
            "title": wording::title(notice),
            "target": notice.target,
            "tenant": notice.tenant,
            "actor": notice.actor,
            "subject": notice.subject,
            "details": notice.details,
            "url": wording::link(notice, public_url),
        },
    })
    .to_string()
}

/// What shows that it comes from us, when, and whether it came before.
pub(super) fn headers(
    id: &str,
    second: i64,
    body: &str,
    secret: &Secret,
) -> Result<[(&'static str, String); 3], WebhookError> {
    let signature = Webhook::new(secret.expose())?.sign(id, second, body.as_bytes())?;
    Ok([
        (HEADER_WEBHOOK_ID, id.to_owned()),
        (HEADER_WEBHOOK_TIMESTAMP, second.to_string()),
        (HEADER_WEBHOOK_SIGNATURE, signature),
    ])
}
