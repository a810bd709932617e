use std::fmt;

use sha2::{Digest, Sha256};

use crate::AccessError;

/// A text that only one party holds; of it, a hash is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Makes a new one of 256 bits, with a beginning that tells what it is for.
    pub(crate) fn new(prefix: &str) -> Result<Self, AccessError> {
        Ok(Self(format!("{prefix}{}", random_hex::<32>()?)))
    }

    /// Takes one that somebody shows.
    #[must_use]
    pub fn shown(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the party that holds it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it. There is nothing to guess in 256 bits, so no salt is needed.
    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// A text that only who holds this secret, or was told, can know.
    #[must_use]
    pub fn derived(&self, purpose: &str) -> String {
        hex(&Sha256::digest(format!("{purpose}\0{}", self.0).as_bytes()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// So many random bytes.
pub(crate) fn random<const COUNT: usize>() -> Result<[u8; COUNT], AccessError> {
    let mut bytes = [0; COUNT];
    getrandom::fill(&mut bytes).map_err(AccessError::Random)?;
    Ok(bytes)
}

pub(crate) fn random_hex<const COUNT: usize>() -> Result<String, AccessError> {
    Ok(hex(&random::<COUNT>()?))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// A number that nobody has used before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// Makes one of 128 bits.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn new() -> Result<Self, AccessError> {
        Ok(Self(random_hex::<16>()?))
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
