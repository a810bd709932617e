//! What the user wants tracked, whenever it is made: the patterns that `track` was given.

use pgrecall_model::{ColumnName, Ident, Pattern, RelationName};
use pgrecall_postgres::ServerError;
use pgrecall_postgres::catalogue::{self, Table};
use serde::{Deserialize, Serialize};
use tokio_postgres::Transaction;

use crate::after_image::AfterImage;
use crate::for_each::ForEach;
use crate::selectivity::{OnFailure, SelectivityOptions};
use crate::{GuardOptions, Guards, Journal, JournalError, TrackOptions, Wish};

/// A pattern that tracks what fits it, or an exception from one. The last that fits decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedPattern {
    /// As the user wrote it.
    pub text: String,
    /// Whether what fits it is to be tracked.
    pub tracked: bool,
    /// How.
    pub options: PatternOptions,
}

/// How the tables that fit a pattern are recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PatternOptions {
    excluded: Vec<HiddenColumn>,
    hashed: Vec<HiddenColumn>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allow_from: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_changes: Option<i32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    protect: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    guard_drop: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    only_roles: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_failure: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    for_each: Option<String>,
}

/// A column by its parts, so that SQL can read them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct HiddenColumn {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    schema: Option<String>,
    table: String,
    column: String,
}

impl From<&ColumnName> for HiddenColumn {
    fn from(name: &ColumnName) -> Self {
        Self {
            schema: name.schema.as_ref().map(|schema| schema.as_str().to_owned()),
            table: name.table.as_str().to_owned(),
            column: name.column.as_str().to_owned(),
        }
    }
}

impl HiddenColumn {
    fn name(&self) -> Result<ColumnName, ServerError> {
        let ident = |text: &String| Ident::new(text.clone()).map_err(ServerError::unexpected);
        Ok(ColumnName {
            schema: self.schema.as_ref().map(ident).transpose()?,
            table: ident(&self.table)?,
            column: ident(&self.column)?,
        })
    }
}

impl PatternOptions {
    /// These options after `track` was called with others: what was so stays so unless it is said
    /// otherwise.
    fn and(self, options: &TrackOptions, guards: &GuardOptions) -> Result<Self, ServerError> {
        let columns =
            |names: &[ColumnName]| names.iter().map(HiddenColumn::from).collect::<Vec<_>>();
        let (excluded, hashed, included) =
            (columns(&options.excluded), columns(&options.hashed), columns(&options.included));
        let merged = |before: Vec<HiddenColumn>,
                      now: &[HiddenColumn],
                      elsewhere: &[HiddenColumn]| {
            let stays = |column: &HiddenColumn| {
                !now.contains(column) && !elsewhere.contains(column) && !included.contains(column)
            };
            before.into_iter().filter(stays).chain(now.iter().cloned()).collect()
        };
        let guards = guards.applied_to(&self.guards()?);
        Ok(Self {
            excluded: merged(self.excluded, &excluded, &hashed),
            hashed: merged(self.hashed, &hashed, &excluded),
            allow_from: guards.allow_from.iter().map(ToString::to_string).collect(),
            max_changes: guards.max_changes,
            protect: guards.protect,
            guard_drop: guards.guard_drop,
            only_roles: options
                .selectivity
                .only_roles
                .applied_to(Some(self.only_roles))
                .unwrap_or_default(),
            condition: options.selectivity.condition.applied_to(self.condition),
            on_failure: options.on_failure.map(|wish| wish.to_string()).or(self.on_failure),
            after_image: options.after_image.map(|wish| wish.to_string()).or(self.after_image),
            for_each: options.for_each.map(|wish| wish.to_string()).or(self.for_each),
        })
    }

    fn guards(&self) -> Result<Guards, ServerError> {
        let origins = self.allow_from.iter().map(|origin| origin.parse());
        Ok(Guards {
            allow_from: origins.collect::<Result<_, _>>().map_err(ServerError::unexpected)?,
            max_changes: self.max_changes,
            protect: self.protect,
            guard_drop: self.guard_drop,
        })
    }

    /// The same for `track`.
    pub(crate) fn track_options(&self) -> Result<TrackOptions, ServerError> {
        let names = |columns: &[HiddenColumn]| -> Result<Vec<ColumnName>, ServerError> {
            columns.iter().map(HiddenColumn::name).collect()
        };
        Ok(TrackOptions {
            excluded: names(&self.excluded)?,
            hashed: names(&self.hashed)?,
            included: Vec::new(),
            selectivity: SelectivityOptions {
                only_roles: Wish::for_value(
                    Some(self.only_roles.clone()).filter(|roles| !roles.is_empty()),
                ),
                condition: Wish::for_value(self.condition.clone()),
            },
            on_failure: self
                .on_failure
                .as_deref()
                .map(str::parse::<OnFailure>)
                .transpose()
                .map_err(ServerError::unexpected)?,
            after_image: self
                .after_image
                .as_deref()
                .map(str::parse::<AfterImage>)
                .transpose()
                .map_err(ServerError::unexpected)?,
            for_each: self
                .for_each
                .as_deref()
                .map(str::parse::<ForEach>)
                .transpose()
                .map_err(ServerError::unexpected)?,
        })
    }

    /// The same for the guards.
    pub(crate) fn guard_options(&self) -> Result<GuardOptions, ServerError> {
        let guards = self.guards()?;
        let set = |wanted| if wanted { Wish::Set(()) } else { Wish::Keep };
        Ok(GuardOptions {
            allow_from: match guards.allow_from {
                origins if origins.is_empty() => Wish::Keep,
                origins => Wish::Set(origins),
            },
            max_changes: guards.max_changes.map_or(Wish::Keep, Wish::Set),
            protect: set(guards.protect),
            guard_drop: set(guards.guard_drop),
        })
    }
}

/// A table that is not recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncovered {
    /// The table.
    pub name: RelationName,
    /// Why it is not.
    pub reason: String,
    /// Whether it is lost in a crash of the server.
    pub unlogged: bool,
    /// Whether it is a partition of another table.
    pub partition: bool,
    /// The columns that identify a row; empty if none do.
    pub key: Vec<Ident>,
    /// About how many rows it has; none if nobody has counted.
    pub rows: Option<i64>,
    /// How large it is with its indexes.
    pub bytes: i64,
    /// How many rows were written since the server's statistics were reset.
    pub writes: i64,
}

impl Journal {
    /// Every table of the database that is not recorded, those that are written most first.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn uncovered(&self) -> Result<Vec<Uncovered>, JournalError> {
        let rows = self.client().query(include_str!("../sql/coverage/untracked.sql"), &[]).await?;
        rows.iter()
            .map(|row| {
                Ok(Uncovered {
                    name: catalogue::relation_name(row, "nspname", "relname")?,
                    reason: row.try_get("reason")?,
                    unlogged: row.try_get("unlogged")?,
                    partition: row.try_get("partition")?,
                    key: catalogue::idents(row, "key_columns")?,
                    rows: row.try_get("row_estimate")?,
                    bytes: row.try_get("bytes")?,
                    writes: row.try_get("writes")?,
                })
            })
            .collect()
    }

    /// What is to be tracked, in the order in which it was said.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn patterns(&self) -> Result<Vec<SavedPattern>, JournalError> {
        let rows = self.client().query(include_str!("../sql/pattern/read.sql"), &[]).await?;
        Ok(rows.iter().map(saved).collect::<Result<_, _>>()?)
    }

    /// Remembers that what fits `patterns` and none of `excluded` is to be tracked, also what is
    /// made later. An exact name is remembered with the schema of the table among `tables`.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn remember(
        &mut self,
        patterns: &[Pattern],
        excluded: &[Pattern],
        options: (&TrackOptions, &GuardOptions),
        tables: &[Table],
    ) -> Result<(), JournalError> {
        let before = self.patterns().await?;
        let transaction = self.begin().await?;
        for pattern in patterns {
            let pattern = qualified(pattern, tables.iter().map(|table| &table.name));
            let old = before.iter().find(|old| old.tracked && old.text == pattern.to_string());
            let old = old.map(|old| old.options.clone()).unwrap_or_default();
            write(&transaction, &pattern, Some(&old.and(options.0, options.1)?)).await?;
        }
        for pattern in excluded {
            write(&transaction, pattern, None).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Forgets patterns; a table that another pattern still covers becomes an exception from it.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn forget(
        &mut self,
        patterns: &[Pattern],
        tables: &[(RelationName, Option<u32>)],
    ) -> Result<(), JournalError> {
        let transaction = self.begin().await?;
        for pattern in patterns {
            let pattern = qualified(pattern, tables.iter().map(|(name, _)| name));
            forget(&transaction, &pattern).await?;
        }
        for (name, oid) in tables {
            let Some(oid) = oid else { continue };
            let covering = include_str!("../sql/pattern/covering.sql");
            let covered = transaction.query_opt(covering, &[oid]).await?;
            if covered.map(|row| row.try_get("tracked")).transpose()? == Some(true) {
                let exact = name.to_string().parse().map_err(ServerError::unexpected)?;
                write(&transaction, &exact, None).await?;
            }
        }
        Ok(transaction.commit().await?)
    }

    /// The pattern that decides about a table that is there.
    pub(crate) async fn pattern_for(&self, oid: u32) -> Result<Option<SavedPattern>, JournalError> {
        let covering = include_str!("../sql/pattern/covering.sql");
        let row = self.client().query_opt(covering, &[&oid]).await?;
        Ok(row.as_ref().map(saved).transpose()?)
    }
}

fn saved(row: &tokio_postgres::Row) -> Result<SavedPattern, ServerError> {
    let options = row.try_get::<_, serde_json::Value>("options")?;
    Ok(SavedPattern {
        text: row.try_get("text")?,
        tracked: row.try_get("tracked")?,
        options: serde_json::from_value(options).map_err(ServerError::unexpected)?,
    })
}

/// An exact name with its schema, so that it goes on meaning the table that it means now.
fn qualified<'n>(pattern: &Pattern, names: impl Iterator<Item = &'n RelationName>) -> Pattern {
    if !pattern.is_exact() {
        return pattern.clone();
    }
    let mut names = names.filter(|name| pattern.matches(name));
    let exact = names.next().and_then(|name| name.to_string().parse().ok());
    exact.unwrap_or_else(|| pattern.clone())
}

async fn forget(transaction: &Transaction<'_>, pattern: &Pattern) -> Result<(), ServerError> {
    let forget = include_str!("../sql/pattern/forget.sql");
    transaction.execute(forget, &[&pattern.to_string()]).await?;
    Ok(())
}

/// Writes a pattern with its options, or an exception.
async fn write(
    transaction: &Transaction<'_>,
    pattern: &Pattern,
    options: Option<&PatternOptions>,
) -> Result<(), ServerError> {
    forget(transaction, pattern).await?;
    let given = options.cloned().unwrap_or_default();
    let given = serde_json::to_value(given).map_err(ServerError::unexpected)?;
    let (schema, table) = (pattern.schema_like(), pattern.table_like());
    let insert = include_str!("../sql/pattern/write.sql");
    transaction
        .execute(insert, &[&pattern.to_string(), &schema, &table, &options.is_some(), &given])
        .await?;
    Ok(())
}
