use super::Problem;

/// Takes a URI such as `postgresql://user@host:5433/shop?sslmode=require` apart into parameters.
///
/// The grammar is that of `conninfo_uri_parse_options` in libpq's `fe-connect.c`, which is no
/// general URI: several hosts may stand between commas, `#` means nothing, and `+` is no space.
pub(super) fn parse(text: &str) -> Option<Result<Vec<(String, String)>, Problem>> {
    let rest =
        ["postgresql://", "postgres://"].iter().find_map(|scheme| text.strip_prefix(scheme))?;
    Some(parse_rest(rest))
}

fn parse_rest(rest: &str) -> Result<Vec<(String, String)>, Problem> {
    let mut found = Vec::new();
    let rest = credentials(rest, &mut found)?;
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (hosts, database) = place.split_once('/').unwrap_or((place, ""));
    // A raw `@` here is nearly always the rest of a password whose `@` or `/` is not encoded. libpq
    // takes it for a name, which would then show part of the password in messages.
    if place.contains('@') {
        return Err(Problem::UnencodedAt);
    }
    host_list(hosts, &mut found)?;
    push("dbname", database, &mut found)?;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) =
            pair.split_once('=').ok_or(Problem::Uri("a query parameter has no `=`"))?;
        if value.contains('=') {
            return Err(Problem::Uri("a query parameter has two `=`"));
        }
        found.push((decode(name, "query")?, decode(value, "query")?));
    }
    Ok(found)
}

/// Reads `user:password@`, which ends at the first `@` and may not contain `/`.
fn credentials<'t>(rest: &'t str, found: &mut Vec<(String, String)>) -> Result<&'t str, Problem> {
    let end = rest.find(['@', '/']).filter(|end| rest[*end..].starts_with('@'));
    let Some(end) = end else { return Ok(rest) };
    let (user, password) = rest[..end].split_once(':').unwrap_or((&rest[..end], ""));
    push("user", user, found)?;
    push("password", password, found)?;
    Ok(&rest[end + 1..])
}

/// Reads `host:port,[::1]:port,…` into the lists that the parameters `host` and `port` are.
fn host_list(hosts: &str, found: &mut Vec<(String, String)>) -> Result<(), Problem> {
    let mut names = Vec::new();
    let mut ports = Vec::new();
    for part in hosts.split(',') {
        let (name, port) = match part.strip_prefix('[') {
            Some(bracketed) => ipv6(bracketed)?,
            None => part.split_once(':').unwrap_or((part, "")),
        };
        names.push(name);
        ports.push(port);
    }
    push("host", &names.join(","), found)?;
    if ports.iter().any(|port| !port.is_empty()) {
        push("port", &ports.join(","), found)?;
    }
    Ok(())
}

fn ipv6(bracketed: &str) -> Result<(&str, &str), Problem> {
    let (address, after) =
        bracketed.split_once(']').ok_or(Problem::Uri("an IPv6 address has no closing `]`"))?;
    match after.strip_prefix(':') {
        _ if address.is_empty() => Err(Problem::Uri("there is no address between `[` and `]`")),
        Some(port) => Ok((address, port)),
        None if after.is_empty() => Ok((address, "")),
        None => Err(Problem::Uri("after `]` only a port may follow")),
    }
}

fn push(
    name: &'static str,
    encoded: &str,
    found: &mut Vec<(String, String)>,
) -> Result<(), Problem> {
    if !encoded.is_empty() {
        found.push((name.to_owned(), decode(encoded, name)?));
    }
    Ok(())
}

/// Resolves `%2F` and the like. The error names the part and not its text, which may be secret.
fn decode(encoded: &str, part: &'static str) -> Result<String, Problem> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if first != b'%' {
            bytes.push(first);
            rest = after;
            continue;
        }
        let digits = after.get(..2).and_then(|digits| str::from_utf8(digits).ok());
        let byte = digits
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .filter(|byte| *byte != 0)
            .ok_or(Problem::Percent(part))?;
        bytes.push(byte);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| Problem::Percent(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parameters as `name=value` with blanks between them, or what is wrong.
    fn read(text: &str) -> String {
        match parse(text) {
            None => "no URI".to_owned(),
            Some(Err(problem)) => problem.to_string(),
            Some(Ok(found)) => {
                let pairs: Vec<String> =
                    found.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
                pairs.join(" ")
            }
        }
    }

    #[test]
    fn uris_are_read_as_libpq_reads_them() {
        for (uri, expected) in [
            ("postgresql://", ""),
            ("postgres://localhost", "host=localhost"),
            ("postgres://localhost:5433", "host=localhost port=5433"),
            ("postgres://u@h/db", "user=u host=h dbname=db"),
            ("postgres://u:p%40s%2Fs@h/my%20db", "user=u password=p@s/s host=h dbname=my db"),
            ("postgres://u:p?s@h/db", "user=u password=p?s host=h dbname=db"),
            ("postgres://u:a:b@h", "user=u password=a:b host=h"),
            ("postgres:///db?host=/tmp&port=5433", "dbname=db host=/tmp port=5433"),
            ("postgres://%2Fvar%2Frun/db", "host=/var/run dbname=db"),
            ("postgres://[::1]:5433/db", "host=::1 port=5433 dbname=db"),
            ("postgres://[2001:db8::1]", "host=2001:db8::1"),
            ("postgres://a:1,[::1],c:3/db", "host=a,::1,c port=1,,3 dbname=db"),
            ("postgres://h?sslmode=require&x=a+b", "host=h sslmode=require x=a+b"),
            ("host=h", "no URI"),
        ] {
            assert_eq!(read(uri), expected, "{uri}");
        }
    }

    #[test]
    fn malformed_uris_are_refused_without_repeating_them() {
        let malformed = |what| format!("the connection URI is malformed: {what}");
        for (uri, expected) in [
            ("postgres://[::1", malformed("an IPv6 address has no closing `]`")),
            ("postgres://[]", malformed("there is no address between `[` and `]`")),
            ("postgres://[::1]x", malformed("after `]` only a port may follow")),
            ("postgres://h?a", malformed("a query parameter has no `=`")),
            ("postgres://h?a=b=c", malformed("a query parameter has two `=`")),
            ("postgres://u:secret@word@h/db", Problem::UnencodedAt.to_string()),
            ("postgres://u:12/secret@h/db", Problem::UnencodedAt.to_string()),
            ("postgres://u:secret%zz@h", Problem::Percent("password").to_string()),
            ("postgres://u:secret%@h", Problem::Percent("password").to_string()),
            ("postgres://u:secret%00@h", Problem::Percent("password").to_string()),
        ] {
            assert_eq!(read(uri), expected, "{uri}");
            assert!(!expected.contains("secret"));
        }
    }
}
