//! PostgreSQL as pgRecall sees it: connections, quoting, catalogue, versions, embedded cluster.
//!
//! This crate owns how a server is found and reached (`Conninfo`, `Database`), the one way in
//! which a name or a value becomes part of an SQL text (`Template`), what the catalogue says
//! about tables (`catalogue`), which server versions are served (`ServerVersion`) and the private
//! cluster for demonstrations and tests (`cluster`). It must not know the journal.
//!
//! To add a catalogue query: a `.sql` file in `sql/`, and a function in `catalogue` that gives
//! its rows as a type.

mod ask;
pub mod catalogue;
pub mod cluster;
mod conninfo;
mod database;
mod environment;
mod error;
mod template;
mod tls;
mod version;

pub use ask::Ask;
pub use conninfo::{Conninfo, ConninfoError, Endpoint, Host, Warning};
pub use database::{Canceller, ConnectError, Database, Failure, Failures, Rejection};
pub use environment::{Environment, VARIABLES, Variable};
pub use error::ServerError;
pub use template::{Literal, Quoted, Template};
pub use tls::TlsError;
pub use version::{ServerVersion, VersionError};
