use std::collections::BTreeSet;

use crate::Session;

/// Everything in a database but its rows: schemas, tables, columns, functions, triggers,
/// constraints, types, rights, comments and so on, each by name and with its definition; and
/// apart from it what the whole server shares, such as roles.
///
/// Two pictures of the same database are equal when nothing was left behind in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    database: BTreeSet<String>,
    shared: BTreeSet<String>,
}

/// Takes a picture. It needs a superuser, who sees everything.
///
/// # Panics
/// When the server refuses.
pub async fn catalogue(session: &Session) -> Catalogue {
    // With an empty path PostgreSQL prints every name with its schema.
    let lines = async |sql: &str| -> BTreeSet<String> {
        let query = format!("BEGIN; SET LOCAL search_path = ''; {sql}; COMMIT");
        session.query_text(&query).await.into_iter().flatten().flatten().collect()
    };
    Catalogue {
        database: lines(include_str!("../sql/database.sql")).await,
        shared: lines(include_str!("../sql/shared.sql")).await,
    }
}

/// The MD5 of the database's part of the picture; see [`Catalogue`].
///
/// # Panics
/// When the server refuses.
pub async fn catalogue_fingerprint(session: &Session) -> String {
    let text = catalogue(session).await.database.into_iter().collect::<Vec<_>>().join("\n");
    session.scalar(&format!("SELECT pg_catalog.md5('{}')", text.replace('\'', "''"))).await
}

impl Catalogue {
    /// A line per object of the database, in order.
    #[must_use]
    pub fn database(&self) -> &BTreeSet<String> {
        &self.database
    }

    /// A line per object that all databases share: roles, memberships, slots. On a server that
    /// tests share, other tests change it.
    #[must_use]
    pub fn shared(&self) -> &BTreeSet<String> {
        &self.shared
    }

    /// What a later picture of the database has lost (`-`) and gained (`+`), without what all
    /// databases share.
    #[must_use]
    pub fn difference(&self, later: &Self) -> Vec<String> {
        difference(&self.database, &later.database)
    }

    /// The same for what all databases share.
    #[must_use]
    pub fn shared_difference(&self, later: &Self) -> Vec<String> {
        difference(&self.shared, &later.shared)
    }
}

fn difference(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Vec<String> {
    let lost = before.difference(after).map(|line| format!("- {line}"));
    let gained = after.difference(before).map(|line| format!("+ {line}"));
    lost.chain(gained).collect()
}
