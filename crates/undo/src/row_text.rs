//! A row as the server writes a composite value: `(1,"a b",,)`. Every value is a text, so none
//! is lost or changed on the way.

/// The values of a row; `None` if the text is none that the server writes.
pub(crate) fn parse(text: &str) -> Option<Vec<Option<String>>> {
    let mut rest = text.strip_prefix('(')?.strip_suffix(')')?.chars().peekable();
    let mut values = Vec::new();
    loop {
        let mut value: Option<String> = None;
        let mut quoted = false;
        loop {
            match rest.next() {
                None if quoted => return None,
                None => {
                    values.push(value);
                    return Some(values);
                }
                Some(',') if !quoted => break,
                Some('"') if quoted && rest.peek() == Some(&'"') => {
                    rest.next();
                    value.get_or_insert_default().push('"');
                }
                Some('"') => {
                    quoted = !quoted;
                    value.get_or_insert_default();
                }
                Some('\\') => value.get_or_insert_default().push(rest.next()?),
                Some(c) => value.get_or_insert_default().push(c),
            }
        }
        values.push(value);
    }
}

/// The text of a row.
pub(crate) fn write<'v>(values: impl Iterator<Item = Option<&'v str>>) -> String {
    let mut text = String::from("(");
    for (at, value) in values.enumerate() {
        if at > 0 {
            text.push(',');
        }
        let Some(value) = value else { continue };
        if value.is_empty() || value.contains(needs_quotes) {
            text.push('"');
            for c in value.chars() {
                if matches!(c, '"' | '\\') {
                    text.push(c);
                }
                text.push(c);
            }
            text.push('"');
        } else {
            text.push_str(value);
        }
    }
    text.push(')');
    text
}

/// `record_out` in `src/backend/utils/adt/rowtypes.c`.
fn needs_quotes(c: char) -> bool {
    matches!(c, '"' | '\\' | '(' | ')' | ',') || c.is_ascii_whitespace() || c == '\u{b}'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nulls_empty_texts_quotes_and_backslashes_are_told_apart() {
        let values = parse(r#"(1,,"","a ""b"" \\c, (d)",x\,y)"#).unwrap();
        let expected = [Some("1"), None, Some(""), Some(r#"a "b" \c, (d)"#), Some("x,y")];
        assert_eq!(values.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
        assert_eq!(parse("()").unwrap(), [None]);
        assert!(parse("1,2").is_none());
        assert!(parse(r#"("open)"#).is_none());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            values in prop::collection::vec(prop::option::of("[a-z \"\\\\(),\n{}é]{0,6}"), 1..6)
        ) {
            let text = write(values.iter().map(Option::as_deref));
            prop_assert_eq!(parse(&text).unwrap(), values);
        }
    }
}
