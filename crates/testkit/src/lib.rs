//! Throw-away PostgreSQL servers and oracles for the tests of pgRecall.
//!
//! This crate owns how a test gets a server ([`Server`]), a fresh database in it
//! ([`TestDatabase`]) and a picture of everything that a database contains ([`Catalogue`]). It
//! must not know the journal, nor anything above the crate `postgres`, so that the tests of every
//! layer can use it; only tests may depend on it. It panics where a test should fail.
//!
//! The server is of the version that `PGRECALL_TEST_PG` names, such as `15`, else of the newest
//! one installed. It is stopped and deleted when the test process ends, however it ends.
//!
//! What people hold for a second factor is here, too: the codes of a device ([`code_shown`]), and a
//! [`SecurityKey`].
//!
//! Mail is taken by a [`mail_server`], which is installed from `PyPI` at its first use.
//!
//! To add an oracle: a module named after what it looks at, with its SQL in `sql/`.
//!
//! ```no_run
//! use pgrecall_testkit::{Server, block_on};
//!
//! block_on(async {
//!     let database = Server::shared().database().await;
//!     database.execute("CREATE TABLE public.prize (id int PRIMARY KEY)").await;
//!     assert_eq!(database.scalar("SELECT count(*) FROM public.prize").await, "0");
//! });
//! ```

#![expect(clippy::panic, reason = "a test that cannot get its server has to fail, and say why")]

mod catalogue;
mod database;
mod device;
pub mod fake_server;
mod folder;
mod installed;
pub mod mail_server;
mod openid;
mod security_key;
mod server;
mod session;

pub use catalogue::{Catalogue, catalogue, catalogue_fingerprint};
pub use database::TestDatabase;
pub use device::code_shown;
pub use folder::ServerFolder;
pub use installed::binaries;
pub use openid::OpenIdProvider;
pub use security_key::SecurityKey;
pub use server::Server;
pub use session::Session;

/// Runs a test's future to its end on a runtime of its own.
///
/// # Panics
/// When the runtime cannot be made.
pub fn block_on<F: Future>(test: F) -> F::Output {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(test),
        Err(error) => panic!("no runtime for the test: {error}"),
    }
}
