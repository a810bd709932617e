use super::Problem;

/// Reads `host=localhost dbname='a b'`: pairs with blanks between them, values in single quotes
/// where they contain blanks, `\'` and `\\` inside. See `conninfo_parse` in libpq's
/// `fe-connect.c`.
///
/// Errors repeat no text, because a password with a blank and no quotes ends up as a keyword.
pub(super) fn parse(text: &str) -> Result<Vec<(String, String)>, Problem> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or(Problem::Syntax)?;
        let name = name.trim_end();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(Problem::Syntax);
        }
        let after = after.trim_start();
        let (value, after) = match after.strip_prefix('\'') {
            Some(quoted) => take(quoted, |c| c == '\'').ok_or(Problem::OpenQuote)?,
            None => take(after, char::is_whitespace).unwrap_or_else(|| (unescape(after), "")),
        };
        found.push((name.to_owned(), value));
        rest = after.trim_start();
    }
    Ok(found)
}

/// The text before the first character that ends it, and what follows that character.
fn take(text: &str, ends: impl Fn(char) -> bool) -> Option<(String, &str)> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if !escaped && ends(c) {
            return Some((unescape(&text[..at]), &text[at + c.len_utf8()..]));
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, String)>, String> {
        parse(text).map_err(|problem| problem.to_string())
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn pairs_are_read_as_libpq_reads_them() {
        for (text, expected) in [
            ("", &[][..]),
            ("host=h port=1", &[("host", "h"), ("port", "1")]),
            (" host = h\tport\n= 1 ", &[("host", "h"), ("port", "1")]),
            ("dbname='a b' user=u", &[("dbname", "a b"), ("user", "u")]),
            (r"password='it\'s \\ x'", &[("password", r"it's \ x")]),
            (r"password=a\ b user=u", &[("password", "a b"), ("user", "u")]),
            ("password='' user=u", &[("password", ""), ("user", "u")]),
            ("host= user", &[("host", "user")]),
            (r"user=a\", &[("user", "a")]),
        ] {
            assert_eq!(read(text), Ok(pairs(expected)), "{text}");
        }
    }

    #[test]
    fn what_is_no_list_of_pairs_is_refused() {
        for text in
            ["shop", "host=h shop", "mysql://u:p@h/db?a=b", "password=my secret word=x", "=x"]
        {
            assert_eq!(read(text), Err(Problem::Syntax.to_string()), "{text}");
        }
        assert_eq!(read("password='open"), Err(Problem::OpenQuote.to_string()));
    }
}
