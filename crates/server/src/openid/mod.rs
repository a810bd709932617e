//! Sign-in with a provider of OpenID Connect: authorization code, with PKCE, state and nonce.
//!
//! `provider` talks with it, and what it says is checked there; `claims` tells who that is here.

mod claims;
mod provider;

pub(crate) use provider::{OpenIdError, Provider};
