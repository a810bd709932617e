use pgrecall_access::Membership;
use serde_json::{Map, Value, json};

use super::{Channel, Config, MailServer, Rule, UndoRules};

/// A configuration as it is shown: everything that holds, secrets hidden.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown(Value);

impl Shown {
    /// As a JSON object.
    #[must_use]
    pub fn object(&self) -> &Value {
        &self.0
    }

    /// As lines of setting and value.
    #[must_use]
    pub fn lines(&self) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        flatten("", &self.0, &mut lines);
        lines
    }
}

fn flatten(path: &str, value: &Value, lines: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(&path, value, lines);
            }
        }
        Value::Null => {}
        Value::String(text) => lines.push((path.to_owned(), text.clone())),
        other => lines.push((path.to_owned(), other.to_string())),
    }
}

fn mail(server: &MailServer) -> Value {
    json!({
        "host": server.host,
        "port": server.port,
        "security": server.security,
        "user": server.credentials.as_ref().map(|(user, _)| user),
        "from": server.from.to_string(),
        "trusted_certificate": server.trusted_certificate,
    })
}

fn channel(channel: &Channel) -> Value {
    json!({
        "kind": channel.receiver.kind(),
        "host": channel.receiver.host(),
        "to": channel.receiver.to(),
        "topics": channel.topics,
        "targets": channel.targets,
    })
}

fn undo(undo: &UndoRules) -> Value {
    let mut rules = undo.rules.iter();
    json!({
        "require_approval": rules.any(Rule::is_unconditional),
        "rules": undo.rules.iter().map(Rule::demand).collect::<Vec<_>>(),
        "break_glass": undo.break_glass,
        "approval_hours": undo.approval_hours,
        "approved_minutes": undo.approved_minutes,
        "review_days": undo.review_days,
    })
}

impl From<&Config> for Shown {
    fn from(config: &Config) -> Self {
        let serving = &config.serving;
        let tls = serving
            .tls
            .as_ref()
            .map(|tls| json!({ "certificate": tls.certificate, "key": tls.key }));
        let targets = config.targets.iter().map(|(name, target)| {
            let shown = json!({
                "connects_to": target.conninfo.describe(),
                "queries_as": target.query.as_ref().map(pgrecall_postgres::Conninfo::describe),
                "query_functions": target.query_functions.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "maintain": target.maintain,
                "tick_seconds": target.tick_seconds,
                "undo": undo(&target.undo),
                "viewers": { "without_tenant": target.without_tenant },
            });
            (name.as_str().to_owned(), shown)
        });
        Self(json!({
            "file": config.file,
            "home": config.home.as_ref().map(pgrecall_postgres::Conninfo::describe),
            "server": {
                "listen": serving.listen.to_string(),
                "public_url": serving.public_url,
                "keys": serving.keys().map(|site| json!({ "domain": site.domain, "origin": site.origin })),
                "tls": tls,
                "allowed_origins": serving.allowed_origins,
                "trusted_proxies": serving.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "allow_from": serving.allow_from,
            },
            "mail": config.notices.mail.as_ref().map(mail),
            "notifications": config.notices.rules,
            "channels": config.notices.channels.iter()
                .map(|(name, shown)| (name.clone(), channel(shown))).collect::<Map<_, _>>(),
            "limits": config.limits,
            "openid": config.openid.as_ref().map(openid),
            "log": config.log,
            "targets": targets.collect::<Map<_, _>>(),
        }))
    }
}

fn openid(openid: &super::OpenId) -> Value {
    let role =
        |(value, held): &(String, Membership)| json!({ "value": value, "role": held.to_string() });
    json!({
        "issuer": openid.issuer,
        "client_id": openid.client_id,
        "scopes": openid.scopes,
        "label": openid.label,
        "allowed_domains": openid.allowed_domains,
        "create_users": openid.create_users,
        "name_claim": openid.name_claim,
        "roles_claim": openid.roles.as_ref().map(|roles| &roles.claim),
        "roles": openid.roles.iter().flat_map(|roles| &roles.meanings).map(role).collect::<Vec<_>>(),
        "trust_amr": openid.trust_amr,
        "trust_acr": openid.trust_acr,
    })
}
