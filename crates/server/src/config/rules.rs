//! When others have to approve an undo.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Zoned;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use pgrecall_model::{Class, Explain as _, Pattern, RelationName};

use super::{Mistake, written};

/// The most users that a rule may ask for.
const MOST_APPROVERS: i32 = 20;

/// What an undo in a target asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoRules {
    /// When others have to approve.
    pub rules: Vec<Rule>,
    /// Whether an operator may apply without the approval, to be reviewed afterwards.
    pub break_glass: bool,
    /// For how many hours an approval can be decided.
    pub approval_hours: i32,
    /// For how many minutes a plan can be applied once it is approved.
    pub approved_minutes: i32,
    /// Within how many days what was applied without an approval has to be reviewed.
    pub review_days: i32,
}

/// When others have to approve, and how many. All conditions that are given must fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Where more rows than this are changed.
    pub rows_over: Option<u64>,
    /// Where one of these tables is changed; any for none.
    pub tables: Vec<Pattern>,
    /// Where data of one of these classes is changed; any for none.
    pub classes: Vec<Class>,
    /// At what time of the day.
    pub hours: Option<Hours>,
    /// How many users have to approve.
    pub approvers: i32,
    /// Whether they, and who applies, have to show a second factor then.
    pub second_factor: bool,
}

/// A time of the day: all but a stretch of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    from: Time,
    until: Time,
    zone: TimeZone,
    zone_name: String,
}

/// What a plan would change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// How many rows.
    pub rows: u64,
    /// Of which tables.
    pub tables: Vec<RelationName>,
    /// Of which classes.
    pub classes: Classes,
}

/// The classes of what a plan would change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Classes {
    /// Nobody could tell, so it may be of any.
    #[default]
    Unknown,
    /// These.
    Known(BTreeSet<Class>),
}

/// What a plan needs before it is applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// How many users have to approve; none for nobody.
    pub approvers: i32,
    /// Whether they, and who applies, have to show a second factor then.
    pub second_factor: bool,
    /// The rules that ask for it, in words.
    pub rules: Vec<String>,
}

impl UndoRules {
    /// What a plan needs at this time. Of the rules that fit, the strictest counts.
    #[must_use]
    pub fn needs(&self, touched: &Touched, now: &Zoned) -> Needs {
        let mut needs = Needs::default();
        for rule in self.rules.iter().filter(|rule| rule.fits(touched, now)) {
            needs.approvers = needs.approvers.max(rule.approvers);
            needs.second_factor |= rule.second_factor;
            needs.rules.push(rule.demand());
        }
        needs
    }

    /// Whether a rule asks for the classes of what is changed. Else nobody need find them out.
    #[must_use]
    pub fn ask_for_classes(&self) -> bool {
        self.rules.iter().any(|rule| !rule.classes.is_empty())
    }
}

impl Classes {
    /// Takes in more of what is changed; none where nobody could tell its classes.
    pub fn add(&mut self, more: Option<BTreeSet<Class>>) {
        match (self, more) {
            (Self::Known(known), Some(more)) => known.extend(more),
            (known, None) => *known = Self::Unknown,
            (Self::Unknown, Some(_)) => {}
        }
    }

    fn may_hold(&self, class: &Class) -> bool {
        match self {
            Self::Unknown => true,
            Self::Known(known) => known.contains(class),
        }
    }
}

impl Rule {
    /// Whether it holds for whatever is applied.
    #[must_use]
    pub fn is_unconditional(&self) -> bool {
        self.rows_over.is_none()
            && self.tables.is_empty()
            && self.classes.is_empty()
            && self.hours.is_none()
    }

    fn fits(&self, touched: &Touched, now: &Zoned) -> bool {
        let is_named = |table| self.tables.iter().any(|pattern| pattern.matches(table));
        let may_be_changed = |class| touched.classes.may_hold(class);
        self.rows_over.is_none_or(|rows| touched.rows > rows)
            && (self.tables.is_empty() || touched.tables.iter().any(is_named))
            && (self.classes.is_empty() || self.classes.iter().any(may_be_changed))
            && self.hours.as_ref().is_none_or(|hours| hours.hold(now))
    }

    /// When it holds and what it asks for, in words.
    #[must_use]
    pub fn demand(&self) -> String {
        let users = if self.approvers == 1 { "approver" } else { "approvers" };
        let factor = if self.second_factor { " with a second factor" } else { "" };
        format!("{self}: {} {users}{factor}", self.approvers)
    }
}

impl Hours {
    fn hold(&self, now: &Zoned) -> bool {
        let time = now.with_time_zone(self.zone.clone()).time();
        let is_within = if self.from < self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        };
        !is_within
    }
}

/// When it holds, in words.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut conditions = Vec::new();
        conditions.extend(self.rows_over.map(|rows| format!("more than {rows} rows")));
        if !self.tables.is_empty() {
            let patterns: Vec<_> = self.tables.iter().map(ToString::to_string).collect();
            conditions.push(format!("tables {}", patterns.join(", ")));
        }
        if !self.classes.is_empty() {
            let classes: Vec<_> = self.classes.iter().map(Class::as_str).collect();
            conditions.push(format!("classes {}", classes.join(", ")));
        }
        conditions.extend(self.hours.as_ref().map(ToString::to_string));
        match conditions.as_slice() {
            [] => f.write_str("always"),
            conditions => f.write_str(&conditions.join(", ")),
        }
    }
}

/// In words.
impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, until) = (self.from.strftime("%H:%M"), self.until.strftime("%H:%M"));
        write!(f, "outside {from}-{until} {}", self.zone_name)
    }
}

/// Settles what is written; what cannot be meant is a mistake.
pub(super) fn settle(setting: &str, undo: written::Undo, mistakes: &mut Vec<Mistake>) -> UndoRules {
    let mut rules = Vec::new();
    if undo.require_approval == Some(true) {
        let always = written::UndoRule::default();
        rules.push(rule(&format!("{setting}.require_approval"), always, mistakes));
    }
    for (number, written) in undo.rules.into_iter().enumerate() {
        rules.push(rule(&format!("{setting}.rules.{number}"), written, mistakes));
    }
    let mut within = |name: &str, written: Option<i32>, (default, most): (i32, i32)| {
        let value = written.unwrap_or(default);
        if !(1..=most).contains(&value) {
            let problem = format!("it lies between 1 and {most}");
            mistakes.push(Mistake::new(format!("{setting}.{name}"), problem));
        }
        value
    };
    UndoRules {
        approval_hours: within("approval_hours", undo.approval_hours, (24, 24 * 366)),
        approved_minutes: within("approved_minutes", undo.approved_minutes, (60, 60 * 24 * 366)),
        review_days: within("review_days", undo.review_days, (3, 366)),
        break_glass: undo.break_glass.unwrap_or(false),
        rules,
    }
}

fn rule(setting: &str, written: written::UndoRule, mistakes: &mut Vec<Mistake>) -> Rule {
    let mut tables = Vec::new();
    if written.tables.as_ref().is_some_and(Vec::is_empty) {
        mistakes.push(
            Mistake::new(format!("{setting}.tables"), "it names no table")
                .hint("leave it out for all tables"),
        );
    }
    for text in written.tables.unwrap_or_default() {
        match text.parse::<Pattern>() {
            Ok(pattern) => tables.push(pattern),
            Err(error) => mistakes.push(
                Mistake::new(format!("{setting}.tables"), error.to_string())
                    .hint("write `prizes`, `public.*` or `\"Odd Name\"`"),
            ),
        }
    }
    let classes = classes(setting, written.classes, mistakes);
    let approvers = written.approvers.unwrap_or(1);
    if !(1..=MOST_APPROVERS).contains(&approvers) {
        let problem = format!("it lies between 1 and {MOST_APPROVERS}");
        mistakes.push(Mistake::new(format!("{setting}.approvers"), problem));
    }
    Rule {
        rows_over: written.rows_over,
        tables,
        classes,
        hours: written.hours.and_then(|hours| self::hours(setting, hours, mistakes)),
        approvers,
        second_factor: written.second_factor.unwrap_or(true),
    }
}

fn classes(setting: &str, written: Option<Vec<String>>, mistakes: &mut Vec<Mistake>) -> Vec<Class> {
    let setting = format!("{setting}.classes");
    if written.as_ref().is_some_and(Vec::is_empty) {
        mistakes.push(
            Mistake::new(setting.clone(), "it names no class")
                .hint("leave it out for whatever is changed"),
        );
    }
    let mut classes = Vec::new();
    for text in written.unwrap_or_default() {
        match text.parse::<Class>() {
            Ok(class) => classes.push(class),
            Err(error) => {
                let mistake = Mistake::new(setting.clone(), error.to_string());
                mistakes.push(mistake.hint(error.hint().unwrap_or_default()));
            }
        }
    }
    classes
}

fn hours(setting: &str, written: written::Hours, mistakes: &mut Vec<Mistake>) -> Option<Hours> {
    let stretch = written.outside.as_deref().and_then(stretch);
    if stretch.is_none() {
        mistakes.push(
            Mistake::new(format!("{setting}.hours.outside"), "it is no stretch of a day")
                .hint("write `08:00-18:00`, or `22:00-06:00` over midnight"),
        );
    }
    let zone_name = written.time_zone.unwrap_or_else(|| "UTC".to_owned());
    let zone = TimeZone::get(&zone_name).ok();
    if zone.is_none() {
        mistakes.push(
            Mistake::new(format!("{setting}.hours.time_zone"), "it is no time zone known here")
                .hint("write a name as `Europe/Vienna`"),
        );
    }
    let (from, until) = stretch?;
    Some(Hours { from, until, zone: zone?, zone_name })
}

fn stretch(text: &str) -> Option<(Time, Time)> {
    let time = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
    let (from, until) = text.split_once('-')?;
    let (from, until) = (time(from)?, time(until)?);
    (from != until).then_some((from, until))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Zoned {
        text.parse::<jiff::Timestamp>().unwrap().to_zoned(TimeZone::UTC)
    }

    fn rules(written: Vec<written::UndoRule>) -> UndoRules {
        let mut mistakes = Vec::new();
        let undo = written::Undo { rules: written, ..written::Undo::default() };
        let rules = settle("undo", undo, &mut mistakes);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        rules
    }

    fn touched(rows: u64, table: &str) -> Touched {
        let classes = Classes::Known(BTreeSet::new());
        Touched { rows, tables: vec![table.parse().unwrap()], classes }
    }

    fn of_classes(names: &[&str]) -> Touched {
        let classes = names.iter().map(|name| name.parse().unwrap()).collect();
        Touched { classes: Classes::Known(classes), ..touched(5, "public.note") }
    }

    #[test]
    fn of_the_rules_that_fit_the_strictest_counts() {
        let mut rules = rules(vec![
            written::UndoRule { rows_over: Some(10), ..Default::default() },
            written::UndoRule {
                tables: Some(vec!["billing.*".to_owned()]),
                approvers: Some(2),
                second_factor: Some(false),
                ..Default::default()
            },
        ]);
        let noon = at("2026-11-21T12:00:00Z");
        assert_eq!(rules.needs(&touched(10, "public.note"), &noon), Needs::default());
        assert_eq!(rules.needs(&touched(11, "public.note"), &noon).approvers, 1);
        let one = rules.needs(&touched(1, "billing.\"Odd Invoice\""), &noon);
        assert_eq!((one.approvers, one.second_factor), (2, false));
        let both = rules.needs(&touched(11, "billing.invoice"), &noon);
        assert_eq!((both.approvers, both.second_factor), (2, true));
        assert_eq!(both.rules.len(), 2, "{both:?}");
        rules.rules.reverse();
        let both = rules.needs(&touched(11, "billing.invoice"), &noon);
        assert_eq!((both.approvers, both.second_factor), (2, true), "in whatever order");
    }

    #[test]
    fn all_conditions_of_a_rule_must_fit() {
        let rules = rules(vec![written::UndoRule {
            rows_over: Some(10),
            tables: Some(vec!["note".to_owned()]),
            ..Default::default()
        }]);
        let noon = at("2026-11-21T12:00:00Z");
        assert_eq!(rules.needs(&touched(11, "public.prize"), &noon).approvers, 0);
        assert_eq!(rules.needs(&touched(10, "public.note"), &noon).approvers, 0);
        assert_eq!(rules.needs(&touched(11, "public.note"), &noon).approvers, 1);
    }

    #[test]
    fn a_class_counts_where_it_is_changed_or_nobody_can_tell() {
        let written = |classes: &[&str], rows_over| written::UndoRule {
            rows_over,
            classes: Some(classes.iter().map(|&class| class.to_owned()).collect()),
            ..Default::default()
        };
        let noon = at("2026-11-21T12:00:00Z");
        let asked = rules(vec![written(&["personal", "financial"], None)]);
        let needs = |touched: &Touched| asked.needs(touched, &noon);
        assert_eq!(needs(&of_classes(&[])), Needs::default());
        assert_eq!(needs(&of_classes(&["health", "person"])), Needs::default());
        assert_eq!(needs(&of_classes(&["financial", "health"])).approvers, 1);
        assert_eq!(
            needs(&of_classes(&["personal"])).rules,
            ["classes personal, financial: 1 approver with a second factor"]
        );
        let mut unknown = of_classes(&["health"]);
        unknown.classes.add(Some(BTreeSet::new()));
        assert_eq!(needs(&unknown).approvers, 0);
        unknown.classes.add(None);
        unknown.classes.add(Some(BTreeSet::new()));
        assert_eq!(needs(&unknown).approvers, 1);
        assert!(asked.ask_for_classes() && !asked.rules[0].is_unconditional());

        let both = rules(vec![written(&["personal"], Some(10))]);
        assert_eq!(both.needs(&of_classes(&["personal"]), &noon).approvers, 0, "few rows");
        let many = Touched { rows: 11, ..of_classes(&["personal"]) };
        assert_eq!(both.needs(&many, &noon).approvers, 1);
        assert_eq!(both.needs(&Touched { rows: 11, ..of_classes(&[]) }, &noon).approvers, 0);
    }

    #[test]
    fn hours_are_those_of_the_zone() {
        let outside = |stretch: &str, zone: &str, time: &str| {
            let hours = written::Hours {
                outside: Some(stretch.to_owned()),
                time_zone: Some(zone.to_owned()),
            };
            let rule = written::UndoRule { hours: Some(hours), ..Default::default() };
            rules(vec![rule]).needs(&Touched::default(), &at(time)).approvers == 1
        };
        assert!(outside("08:00-18:00", "UTC", "2026-11-21T07:59:59Z"));
        assert!(!outside("08:00-18:00", "UTC", "2026-11-21T08:00:00Z"));
        assert!(!outside("08:00-18:00", "UTC", "2026-11-21T17:59:59Z"));
        assert!(outside("08:00-18:00", "UTC", "2026-11-21T18:00:00Z"));
        assert!(!outside("08:00-18:00", "Europe/Vienna", "2026-11-21T07:30:00Z"));
        assert!(outside("08:00-18:00", "Europe/Vienna", "2026-11-21T17:30:00Z"));
        assert!(!outside("22:00-06:00", "UTC", "2026-11-21T23:00:00Z"));
        assert!(!outside("22:00-06:00", "UTC", "2026-11-21T05:00:00Z"));
        assert!(outside("22:00-06:00", "UTC", "2026-11-21T12:00:00Z"));
    }
}
