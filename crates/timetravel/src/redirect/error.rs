use std::fmt;

use pgrecall_model::{Code, Explain, Ident};

/// Where in the user's text something stands, counted from 1 as editors and psql do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character within the line.
    pub column: usize,
}

impl Position {
    /// The position of byte `offset` of `text`.
    pub(super) fn of(text: &str, offset: usize) -> Self {
        let end = (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at));
        let before = &text[..end.unwrap_or(0)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a statement cannot be run as of a moment.
#[derive(Debug, thiserror::Error)]
pub enum RedirectError {
    /// The text holds no statement.
    #[error("there is no statement to run")]
    Empty,
    /// The text is not SQL, or not SQL that the parser knows.
    #[error("syntax error at {at}: {message}")]
    Syntax {
        /// What the parser expected or met.
        message: String,
        /// Where.
        at: Position,
    },
    /// More than one statement.
    #[error("a second statement begins at {at}")]
    Several {
        /// Where the second one begins.
        at: Position,
    },
    /// A statement that is no query.
    #[error("the statement at {at} is {found}, not a SELECT")]
    NotASelect {
        /// The key word it begins with.
        found: String,
        /// Where.
        at: Position,
    },
    /// A query that changes data in a WITH clause.
    #[error("the query changes data by {found} at {at}")]
    Writes {
        /// The key word of the change.
        found: String,
        /// Where.
        at: Position,
    },
    /// SELECT INTO.
    #[error("the query creates a table by INTO at {at}")]
    Into {
        /// Where.
        at: Position,
    },
    /// FOR UPDATE, FOR SHARE and their kin.
    #[error("the query locks rows at {at}")]
    Locks {
        /// Where.
        at: Position,
    },
    /// TABLESAMPLE on a relation that is replaced.
    #[error("TABLESAMPLE at {at} cannot be applied to the past of {relation}")]
    Sampled {
        /// The relation as the user names it.
        relation: String,
        /// Where.
        at: Position,
    },
    /// Something that may or may not be a reference to a relation.
    #[error("it is not clear which relation `{text}` at {at} is")]
    Unclear {
        /// The text in question.
        text: String,
        /// Where.
        at: Position,
    },
    /// Relations of one name and different schemas that only the schema tells apart.
    #[error("more than one relation is called {name} where {name} is used at {at}")]
    SameName {
        /// The name without its schema.
        name: Ident,
        /// Where it is used.
        at: Position,
    },
    /// A system column such as `ctid`, which a row of the past does not have.
    #[error("the system column {column} at {at} does not exist in the past")]
    SystemColumn {
        /// The column.
        column: Ident,
        /// Where.
        at: Position,
    },
    /// A whole row of a relation whose alias gives its columns other names.
    #[error("the row {alias} at {at} would have the columns of its alias in the past")]
    RenamedRow {
        /// The alias.
        alias: Ident,
        /// Where the row is used.
        at: Position,
    },
    /// Nested so deeply that the parser would run out of stack.
    #[error("the statement is nested too deeply at {at}")]
    TooDeep {
        /// Where the limit was reached.
        at: Position,
    },
    /// The parser itself failed.
    #[error("the statement could not be analysed")]
    Parser,
    /// No thread to parse in.
    #[error("the statement could not be analysed")]
    Thread(#[source] std::io::Error),
}

impl Explain for RedirectError {
    fn code(&self) -> Code {
        match self {
            Self::Empty => "at/empty",
            Self::Syntax { .. } => "at/syntax",
            Self::Several { .. } => "at/several-statements",
            Self::NotASelect { .. } => "at/not-a-select",
            Self::Writes { .. } => "at/writes",
            Self::Into { .. } => "at/into",
            Self::Locks { .. } => "at/locks",
            Self::Sampled { .. } => "at/tablesample",
            Self::Unclear { .. } => "at/unclear-reference",
            Self::SameName { .. } => "at/same-name",
            Self::SystemColumn { .. } => "at/system-column",
            Self::RenamedRow { .. } => "at/renamed-row",
            Self::TooDeep { .. } => "at/too-deep",
            Self::Parser | Self::Thread(_) => "at/parser",
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Empty | Self::NotASelect { .. } => {
                "`at` runs one SELECT, WITH, VALUES or TABLE statement"
            }
            Self::Several { .. } => "`at` runs one SELECT; run the statements one by one",
            Self::Writes { .. } | Self::Into { .. } => "the past is read-only; use a plain SELECT",
            Self::Locks { .. } => "rows of the past cannot be locked; leave the clause out",
            Self::Sampled { .. } => "use `WHERE random() < 0.01` instead",
            Self::Unclear { .. } => "name it as `schema.table`, or in double quotes",
            Self::SameName { .. } => "give the relations aliases and use these for the columns",
            Self::SystemColumn { .. } => {
                "qualify it with its table if it is a column of another one"
            }
            Self::RenamedRow { .. } => "leave the column names out of the alias",
            Self::TooDeep { .. } => "replace long chains of conditions by `IN (…)` or `= ANY (…)`",
            Self::Syntax { .. } => {
                "if PostgreSQL itself accepts the statement, leave out parentheses that are not \
                 needed, or select from the subquery in question in a FROM clause"
            }
            Self::Parser | Self::Thread(_) => return None,
        };
        Some(hint.to_owned())
    }
}
