use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error, PasswordHasher, PasswordVerifier};

use crate::AccessError;

/// NIST SP 800-63B asks for 8 where there is a second factor, and 15 where there is none.
const SHORTEST: usize = 12;
/// Longer ones would only cost time.
const LONGEST_BYTES: usize = 1024;

/// The hash of a new password, with the parameters that OWASP recommends (the defaults of the
/// library).
pub(crate) async fn hash(password: &str) -> Result<String, AccessError> {
    if password.chars().count() < SHORTEST || password.len() > LONGEST_BYTES {
        return Err(AccessError::Password);
    }
    let password = password.to_owned();
    worked_out(move || {
        let hash = Argon2::default().hash_password(password.as_bytes());
        hash.map(|hash| hash.to_string()).map_err(AccessError::Hash)
    })
    .await
}

/// Whether the password is right. Without a hash it takes as long, so that nobody learns from the
/// time which users there are.
pub(crate) async fn is_right(password: &str, hash: Option<String>) -> Result<bool, AccessError> {
    if password.len() > LONGEST_BYTES {
        return Ok(false);
    }
    let password = password.to_owned();
    worked_out(move || {
        let is_known = hash.is_some();
        let hash = match hash {
            Some(hash) => hash,
            None => nobodys()?,
        };
        let hash =
            PasswordHash::new(&hash).map_err(|_| AccessError::Hash(Error::PasswordInvalid))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && is_known)
    })
    .await
}

/// A hash of a password that nobody has.
fn nobodys() -> Result<String, AccessError> {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return Ok(hash.clone());
    }
    let hash = Argon2::default().hash_password(b"").map_err(AccessError::Hash)?.to_string();
    Ok(HASH.get_or_init(|| hash).clone())
}

/// Away from the threads that serve others: it takes tens of milliseconds, by intent.
async fn worked_out<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AccessError> + Send + 'static,
) -> Result<T, AccessError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        // It was aborted with the runtime.
        Err(_) => Err(AccessError::Refused),
    }
}
