use serde::Serialize;

/// Something that is measured of every system in every round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Measure {
    InsertOne,
    UpdateOne,
    DeleteOne,
    UpdateWithin,
    FirstTransactions,
    LastTransactions,
    LastToFirst,
    BulkInsert,
    BulkUpdate,
    BulkUpdateAfterOne,
    BulkDelete,
    InsertBytes,
    UpdateBytes,
    DeleteBytes,
    PgbenchCpu,
    PgbenchRate,
}

/// Which values are the good ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Better {
    Lower,
    Higher,
}

impl Measure {
    pub(crate) const ALL: [Self; 16] = [
        Self::InsertOne,
        Self::UpdateOne,
        Self::DeleteOne,
        Self::UpdateWithin,
        Self::FirstTransactions,
        Self::LastTransactions,
        Self::LastToFirst,
        Self::BulkInsert,
        Self::BulkUpdate,
        Self::BulkUpdateAfterOne,
        Self::BulkDelete,
        Self::InsertBytes,
        Self::UpdateBytes,
        Self::DeleteBytes,
        Self::PgbenchCpu,
        Self::PgbenchRate,
    ];

    /// What is measured, in words.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::InsertOne => "INSERT of one row, with its commit",
            Self::UpdateOne => "UPDATE of one row, with its commit",
            Self::DeleteOne => "DELETE of one row, with its commit",
            Self::UpdateWithin => "UPDATE of one row, within a transaction of many",
            Self::FirstTransactions => "UPDATE of one row, first transactions of a session",
            Self::LastTransactions => "UPDATE of one row, last transactions of a long session",
            Self::LastToFirst => "last transactions of a long session to its first",
            Self::BulkInsert => "INSERT of many rows in one statement",
            Self::BulkUpdate => "UPDATE of many rows in one statement",
            Self::BulkUpdateAfterOne => "the same after an UPDATE of one row in the session",
            Self::BulkDelete => "DELETE of many rows in one statement",
            Self::InsertBytes => "size of an inserted row's record, with indexes",
            Self::UpdateBytes => "size of an updated row's record, with indexes",
            Self::DeleteBytes => "size of a deleted row's record, with indexes",
            Self::PgbenchCpu => "TPC-B-like transaction of pgbench, CPU",
            Self::PgbenchRate => "TPC-B-like transactions of pgbench, rate",
        }
    }

    /// What its values are in.
    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::InsertOne
            | Self::UpdateOne
            | Self::DeleteOne
            | Self::UpdateWithin
            | Self::FirstTransactions
            | Self::LastTransactions
            | Self::BulkInsert
            | Self::BulkUpdate
            | Self::BulkUpdateAfterOne
            | Self::BulkDelete => "µs of CPU per row",
            Self::LastToFirst => "ratio",
            Self::InsertBytes | Self::UpdateBytes | Self::DeleteBytes => "bytes per row",
            Self::PgbenchCpu => "µs of CPU per transaction",
            Self::PgbenchRate => "transactions per second",
        }
    }

    pub(crate) fn better(self) -> Better {
        if self == Self::PgbenchRate { Better::Higher } else { Better::Lower }
    }

    /// Whether a value of zero is what no capture has by nature, so that there is no ratio to it.
    pub(crate) fn is_of_the_record(self) -> bool {
        matches!(self, Self::InsertBytes | Self::UpdateBytes | Self::DeleteBytes)
    }
}
