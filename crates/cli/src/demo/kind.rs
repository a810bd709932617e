//! What happens on a working day, when, and who does it.

use serde_json::{Value, json};

const TENANT_COUNT: u16 = 5;

/// The tenants, and who manages their webinars.
const TENANTS: [(&str, &str); TENANT_COUNT as usize] = [
    ("northwind-events", "maya.lindqvist"),
    ("aurora-talks", "tomasz.nowak"),
    ("lantern-academy", "grace.okafor"),
    ("harbour-sessions", "luis.ferreira"),
    ("fieldnote-live", "hannah.brandt"),
];

/// The people at the support desk.
const SUPPORT: [&str; 3] = ["support-3", "support-7", "support-12"];

/// The programs of the company, each with a connection of its own.
pub(super) const PROGRAMS: [Program; 4] =
    [Program::Website, Program::Payments, Program::Console, Program::Desk];

/// A program of the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    /// Where guests register.
    Website,
    /// What listens to the payment provider, and imports at night.
    Payments,
    /// Where organisers manage their webinars.
    Console,
    /// Where the support desk works.
    Desk,
}

impl Program {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Website => "event-website",
            Self::Payments => "event-worker",
            Self::Console => "event-console",
            Self::Desk => "event-desk",
        }
    }

    fn user_agent(self) -> &'static str {
        match self {
            Self::Website => "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1",
            Self::Payments => "EventWorker/4.2",
            Self::Console => {
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Firefox/140.0"
            }
            Self::Desk => DESK_USER_AGENT,
        }
    }
}

/// The browser of the support desk.
pub(super) const DESK_USER_AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Actor {
    Guest,
    Webhook,
    Import,
    Manager,
    Support,
}

/// Something that happens several times a day for each tenant.
#[derive(Debug)]
pub(super) struct Kind {
    program: Program,
    actor: Actor,
    reason: Option<&'static str>,
    /// The statement; `$1` is the tenant, `$2` a running number from 0.
    sql: &'static str,
    /// From when to when, in minutes of the day.
    hours: (u32, u32),
    per_tenant: u16,
}

/// One time that it happens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deed {
    kind: &'static Kind,
    tenant: u16,
    number: u16,
}

/// When the day begins, in minutes of the day.
pub(super) const DAWN: u32 = at(4, 0);
/// When the accident happens, in minutes of the day. What comes later touches neither the prizes of
/// the tenant nor the payments of the webinar that it hits, so that the undo meets no conflict.
pub(super) const ACCIDENT: u32 = at(16, 40);

const fn at(hour: u32, minute: u32) -> u32 {
    hour * 60 + minute
}

static KINDS: [Kind; 14] = [
    Kind {
        program: Program::Payments,
        actor: Actor::Import,
        reason: Some("nightly import of attendance"),
        sql: include_str!("sql/traffic/import.sql"),
        hours: (DAWN, at(4, 30)),
        per_tenant: 2,
    },
    Kind {
        program: Program::Website,
        actor: Actor::Guest,
        reason: None,
        sql: include_str!("sql/traffic/register.sql"),
        hours: (at(7, 0), at(18, 50)),
        per_tenant: 22,
    },
    Kind {
        program: Program::Website,
        actor: Actor::Guest,
        reason: None,
        sql: include_str!("sql/traffic/ask_speaker.sql"),
        hours: (at(9, 0), at(18, 30)),
        per_tenant: 6,
    },
    Kind {
        program: Program::Website,
        actor: Actor::Guest,
        reason: None,
        sql: include_str!("sql/traffic/open_ticket.sql"),
        hours: (at(8, 0), at(18, 0)),
        per_tenant: 4,
    },
    Kind {
        program: Program::Payments,
        actor: Actor::Webhook,
        reason: None,
        sql: include_str!("sql/traffic/pay.sql"),
        hours: (at(7, 10), at(18, 55)),
        per_tenant: 18,
    },
    Kind {
        program: Program::Console,
        actor: Actor::Manager,
        reason: Some("speaker asked for a later start"),
        sql: include_str!("sql/traffic/reschedule.sql"),
        hours: (at(9, 0), at(12, 0)),
        per_tenant: 2,
    },
    Kind {
        program: Program::Console,
        actor: Actor::Manager,
        reason: Some("more room"),
        sql: include_str!("sql/traffic/add_seats.sql"),
        hours: (at(10, 0), at(18, 0)),
        per_tenant: 4,
    },
    Kind {
        program: Program::Console,
        actor: Actor::Manager,
        reason: None,
        sql: include_str!("sql/traffic/add_prize.sql"),
        hours: (at(9, 30), at(15, 0)),
        per_tenant: 5,
    },
    Kind {
        program: Program::Console,
        actor: Actor::Manager,
        reason: Some("a better prize"),
        sql: include_str!("sql/traffic/raise_prize.sql"),
        hours: (at(10, 30), at(15, 30)),
        per_tenant: 3,
    },
    Kind {
        program: Program::Console,
        actor: Actor::Manager,
        reason: Some("draw"),
        sql: include_str!("sql/traffic/draw_winner.sql"),
        hours: (at(11, 0), at(16, 0)),
        per_tenant: 5,
    },
    Kind {
        program: Program::Desk,
        actor: Actor::Support,
        reason: Some("guest mistyped the address"),
        sql: include_str!("sql/traffic/correct_address.sql"),
        hours: (at(8, 30), at(18, 10)),
        per_tenant: 4,
    },
    Kind {
        program: Program::Desk,
        actor: Actor::Support,
        reason: Some("guest cannot come"),
        sql: include_str!("sql/traffic/refund.sql"),
        hours: (at(9, 15), at(16, 0)),
        per_tenant: 2,
    },
    Kind {
        program: Program::Desk,
        actor: Actor::Support,
        reason: Some("answered"),
        sql: include_str!("sql/traffic/close_ticket.sql"),
        hours: (at(9, 0), at(18, 20)),
        per_tenant: 6,
    },
    Kind {
        program: Program::Desk,
        actor: Actor::Support,
        reason: Some("guest asked to be forgotten"),
        sql: include_str!("sql/traffic/forget.sql"),
        hours: (at(13, 0), at(15, 0)),
        per_tenant: 1,
    },
];

/// What goes on in the evening, over and over. It touches neither prizes nor the payments that the
/// accident hits.
static EVENING: [Kind; 4] = [
    evening(Program::Website, Actor::Guest, None, include_str!("sql/evening/register.sql")),
    evening(Program::Payments, Actor::Webhook, None, include_str!("sql/traffic/pay.sql")),
    evening(Program::Website, Actor::Guest, None, include_str!("sql/evening/open_ticket.sql")),
    evening(
        Program::Desk,
        Actor::Support,
        Some("answered"),
        include_str!("sql/traffic/close_ticket.sql"),
    ),
];

const fn evening(
    program: Program,
    actor: Actor,
    reason: Option<&'static str>,
    sql: &'static str,
) -> Kind {
    Kind { program, actor, reason, sql, hours: (at(19, 0), at(24, 0)), per_tenant: 1 }
}

/// What happens for as long as somebody watches.
pub(super) fn long_evening() -> impl Iterator<Item = Deed> {
    (0..=u16::MAX).cycle().flat_map(|number| {
        let tenant = number % TENANT_COUNT;
        EVENING.iter().map(move |kind| Deed { kind, tenant, number })
    })
}

/// Everything that a program does on the day, in order.
pub(super) fn day_of(program: Program) -> Vec<Deed> {
    let kinds = KINDS.iter().filter(|kind| kind.program == program);
    let mut deeds: Vec<Deed> = kinds.flat_map(Kind::deeds).collect();
    deeds.sort_by_key(Deed::minute);
    deeds
}

impl Kind {
    fn deeds(&'static self) -> impl Iterator<Item = Deed> {
        (0..self.per_tenant).flat_map(move |number| {
            (0..TENANT_COUNT).map(move |tenant| Deed { kind: self, tenant, number })
        })
    }
}

impl Deed {
    /// When it happens, in minutes of the day.
    pub(super) fn minute(&self) -> u32 {
        let (from, to) = self.kind.hours;
        from + (to - from) * self.count() / u32::from(self.kind.per_tenant * TENANT_COUNT)
    }

    /// How many of its kind came before, for all tenants.
    fn count(&self) -> u32 {
        u32::from(self.number) * u32::from(TENANT_COUNT) + u32::from(self.tenant)
    }

    /// The program that does it.
    pub(super) fn program(&self) -> Program {
        self.kind.program
    }

    pub(super) fn sql(&self) -> &'static str {
        self.kind.sql
    }

    pub(super) fn tenant(&self) -> &'static str {
        TENANTS[usize::from(self.tenant)].0
    }

    pub(super) fn number(&self) -> i32 {
        i32::from(self.number)
    }

    /// What the program says about it at the begin of the transaction.
    pub(super) fn context(&self) -> Value {
        let count = self.count();
        let program = self.kind.program;
        let (actor, session, ip) = match self.kind.actor {
            Actor::Guest => {
                ("guest", format!("web-{:04x}", (4096 + count * 7) % 65_536), guest_ip(count))
            }
            Actor::Webhook => ("payment-webhook", "worker-1".to_owned(), "192.0.2.44".to_owned()),
            Actor::Import => ("nightly-import", "worker-2".to_owned(), "192.0.2.45".to_owned()),
            Actor::Manager => {
                let (_, manager) = TENANTS[usize::from(self.tenant)];
                (manager, format!("console-{}", 31 + self.tenant), "203.0.113.9".to_owned())
            }
            Actor::Support => {
                let seat = usize::from(self.number) % SUPPORT.len();
                (
                    SUPPORT[seat],
                    format!("desk-{:x}", 0x5a10 + seat),
                    format!("198.51.100.{}", 20 + seat),
                )
            }
        };
        json!({
            "actor": actor,
            "tenant": self.tenant(),
            "session": session,
            "request": format!("{session}/{}", 100 + count),
            "reason": self.kind.reason,
            "ip": ip,
            "user_agent": program.user_agent(),
            "application": program.name(),
        })
    }
}

fn guest_ip(count: u32) -> String {
    format!("203.0.113.{}", 20 + count % 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_each_program_is_in_order_and_none_begins_before_dawn() {
        for program in PROGRAMS {
            let minutes: Vec<u32> = day_of(program).iter().map(Deed::minute).collect();
            assert!(minutes.is_sorted() && minutes[0] >= DAWN, "{program:?}");
        }
    }

    #[test]
    fn what_happens_after_the_accident_leaves_prizes_alone() {
        let all = PROGRAMS.into_iter().flat_map(day_of);
        let evening = long_evening().take(EVENING.len());
        let mut later = all.filter(|deed| deed.minute() >= ACCIDENT).chain(evening).peekable();
        assert!(later.peek().is_some());
        for deed in later {
            assert!(!deed.sql().contains("prize"), "{deed:?}");
        }
    }
}
