//! Answers that say which version of something they show, and requests that hold for one version
//! (RFC 9110, section 13).

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pgrecall_access::AccessError;
use pgrecall_postgres::ServerError;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// An answer with the tag of what it shows, or only that it is what the client has already.
pub(crate) fn tagged(headers: &HeaderMap, shown: &impl Serialize) -> Result<Response, ServerError> {
    let tag = tag(shown)?;
    let is_known = names(headers, &header::IF_NONE_MATCH, &tag) == Some(true);
    let mut answer = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        axum::Json(shown).into_response()
    };
    let tag = HeaderValue::from_str(&tag).map_err(ServerError::unexpected)?;
    answer.headers_mut().insert(header::ETAG, tag);
    Ok(answer)
}

/// Whether the request holds only for what the client has seen. It is refused if that is not what
/// there is.
pub(crate) fn demand_same(
    headers: &HeaderMap,
    shown: &impl Serialize,
) -> Result<bool, AccessError> {
    match names(headers, &header::IF_MATCH, &tag(shown)?) {
        None => Ok(false),
        Some(true) => Ok(true),
        Some(false) => Err(AccessError::ChangedMeanwhile),
    }
}

fn tag(shown: &impl Serialize) -> Result<String, ServerError> {
    let text = serde_json::to_vec(shown).map_err(ServerError::unexpected)?;
    let digest = Sha256::digest(&text);
    let hex = digest.iter().take(16).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    Ok(format!("\"{hex}\""))
}

/// Whether a header names the tag; none where it is not sent.
fn names(headers: &HeaderMap, name: &HeaderName, tag: &str) -> Option<bool> {
    let mut sent = headers.get_all(name).iter().peekable();
    sent.peek()?;
    let texts = sent.filter_map(|value| value.to_str().ok());
    // Proxies that compress make strong tags weak.
    let mut tags = texts.flat_map(|text| text.split(',')).map(str::trim);
    Some(tags.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_among_others_weak_or_not() {
        let named = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, text.parse().unwrap());
            names(&headers, &header::IF_MATCH, "\"a\"")
        };
        assert_eq!(named("\"a\""), Some(true));
        assert_eq!(named("\"b\", W/\"a\""), Some(true));
        assert_eq!(named("*"), Some(true));
        assert_eq!(named("\"b\""), Some(false));
        assert_eq!(names(&HeaderMap::new(), &header::IF_MATCH, "\"a\""), None);
    }

    #[test]
    fn what_is_shown_makes_the_tag() {
        assert_eq!(tag(&1).unwrap(), tag(&1).unwrap());
        assert_ne!(tag(&1).unwrap(), tag(&2).unwrap());
    }
}
