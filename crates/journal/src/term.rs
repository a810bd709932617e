use std::fmt;
use std::str::FromStr;

/// How long changes are kept: a number of days, weeks, months or years.
///
/// ```
/// use pgrecall_journal::Term;
/// assert_eq!("365d".parse::<Term>()?.to_string(), "365 days");
/// assert_eq!("1y".parse::<Term>()?.to_string(), "1 year");
/// # Ok::<(), pgrecall_journal::TermError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    count: u32,
    unit: &'static str,
}

/// Why a text is no term.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` says no time to keep changes; write `365d`, `52w`, `12mo` or `1y`")]
pub struct TermError(String);

impl FromStr for Term {
    type Err = TermError;

    fn from_str(text: &str) -> Result<Self, TermError> {
        let wrong = || TermError(text.to_owned());
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let count: u32 = text[..digits].parse().map_err(|_| wrong())?;
        let unit = match text[digits..].trim() {
            "d" | "day" | "days" => "day",
            "w" | "week" | "weeks" => "week",
            "mo" | "month" | "months" => "month",
            "y" | "year" | "years" => "year",
            _ => return Err(wrong()),
        };
        // Beyond a century a number is a mistake, and soon out of the server's range.
        let years = match unit {
            "day" => count / 365,
            "week" => count / 52,
            "month" => count / 12,
            _ => count,
        };
        if count == 0 || years > 100 { Err(wrong()) } else { Ok(Self { count, unit }) }
    }
}

/// As PostgreSQL reads it.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.count, self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_no_months_and_nothing_is_kept_for_no_time() {
        for wrong in ["", "365", "90m", "0d", "-1d", "1.5y", "d", "101y", "99999999999d", "1 d x"] {
            assert!(wrong.parse::<Term>().is_err(), "{wrong}");
        }
        for (text, shown) in
            [("30d", "30 days"), ("2w", "2 weeks"), ("18mo", "18 months"), ("7 years", "7 years")]
        {
            assert_eq!(text.parse::<Term>().map(|term| term.to_string()), Ok(shown.to_owned()));
        }
    }
}
