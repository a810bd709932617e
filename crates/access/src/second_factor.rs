use pgrecall_postgres::ServerError;
use serde_json::Value;
use tokio_postgres::Transaction;
use totp_rs::{Builder, Totp};

use crate::ceremony::HANDLE_BYTES;
use crate::secret::{Secret, random, random_hex};
use crate::{AccessError, Control, Lockout, key};

/// RFC 4226 recommends 160 bits.
const SECRET_BYTES: usize = 20;
/// How many codes stand in for a device that was lost.
const RECOVERY_CODES: usize = 10;

/// A second factor that the user has still to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSecondFactor {
    /// The secret, as people type it.
    pub secret: String,
    /// The same as a URI that devices read.
    pub uri: String,
}

/// Codes that stand in for the device, each once. They are told once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryCodes(pub Vec<String>);

/// What somebody shows of a second factor: at the sign-in after the password, or in the midst of a
/// session. Other second factors become other variants.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// A code of the device, or one that stands in for it.
    Code(String),
    /// What a key answered to the challenge of the session, as browsers give it.
    Key(Value),
}

/// Who shows what, and when guessing ends.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The number of the user.
    pub user: i64,
    /// What is shown, if anything.
    pub proof: Option<&'a Proof>,
    /// The session, open or half the way in, where there is one: what a key signs is good in it only.
    pub session: Option<&'a Secret>,
    /// After how many wrong codes the user is locked out.
    pub lockout: Lockout,
}

/// What there is of a second factor. It is not changed by others until the transaction ends.
pub(crate) struct Standing {
    pub(crate) has_second_factor: bool,
    /// Whether there is a device that shows codes.
    pub(crate) device: bool,
    /// What keys call the user.
    pub(crate) handle: [u8; HANDLE_BYTES],
    totp_secret: Option<Vec<u8>>,
    locked: bool,
    epoch: i64,
}

impl Control {
    /// Makes a new secret for a user, who confirms with a code that the device knows it. Who has keys
    /// shows one of them first.
    ///
    /// # Errors
    /// When the user has a device already, or does not show what there is.
    pub async fn begin_second_factor(
        &self,
        shown: Shown<'_>,
        name: &str,
    ) -> Result<NewSecondFactor, AccessError> {
        let bytes = random::<SECRET_BYTES>()?;
        let done = self.begin_device(shown, &bytes).await;
        self.counted(shown, done).await?;
        let secret = totp(&bytes)?.secret().to_base32();
        // A name of a user needs no more escaping than this.
        let account = name.replace('@', "%40").replace('+', "%2B");
        let uri = format!("otpauth://totp/pgRecall:{account}?secret={secret}&issuer=pgRecall");
        Ok(NewSecondFactor { secret, uri })
    }

    async fn begin_device(&self, shown: Shown<'_>, secret: &[u8]) -> Result<(), AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        if standing(&transaction, shown.user).await?.device {
            return Err(AccessError::NothingToConfirm);
        }
        shown.demand_if_there(&transaction).await?;
        let begin = include_str!("../sql/second_factor/begin.sql");
        transaction.execute(begin, &[&shown.user, &secret]).await?;
        Ok(transaction.commit().await?)
    }

    /// Whether a user has a device that shows codes.
    ///
    /// # Errors
    /// When the home database refuses or is gone.
    pub async fn has_device(&self, user: i64) -> Result<bool, AccessError> {
        let device = include_str!("../sql/second_factor/device.sql");
        Ok(self.database().await?.client().query_one(device, &[&user]).await?.try_get("device")?)
    }

    /// Lets only those pass who show their second factor. What is shown counts once; failures count as
    /// those of a sign-in do.
    ///
    /// # Errors
    /// When the user has none, is locked out, or shows something else.
    pub async fn prove_second_factor(&self, shown: Shown<'_>) -> Result<(), AccessError> {
        let proved = self.prove(shown).await;
        self.counted(shown, proved).await
    }

    async fn prove(&self, shown: Shown<'_>) -> Result<(), AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        shown.demand(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Whatever demands a second factor ends here: what was wrong counts as a failure to sign in, so
    /// that nobody guesses for long, and what a key was asked is used up.
    pub(crate) async fn counted<T>(
        &self,
        shown: Shown<'_>,
        done: Result<T, AccessError>,
    ) -> Result<T, AccessError> {
        if let Err(error) = &done
            && error.is_wrong_proof()
        {
            self.forget_asked(shown.user).await?;
            self.count_failure(shown.user, shown.lockout).await?;
        }
        done
    }
}

impl Shown<'_> {
    /// Demands a second factor; a code, or the challenge of a key, is used up if the transaction is
    /// committed. Gives what it was.
    pub(crate) async fn demand(
        self,
        transaction: &Transaction<'_>,
    ) -> Result<&'static str, AccessError> {
        let standing = standing(transaction, self.user).await?;
        if !standing.has_second_factor {
            return Err(AccessError::NoSecondFactor);
        }
        let proof = self.proof.ok_or(AccessError::SecondFactorNeeded)?;
        if standing.locked {
            return Err(AccessError::LockedOut);
        }
        match proof {
            Proof::Code(code) => use_code(transaction, self.user, &standing, code).await,
            Proof::Key(answer) => {
                key::check(transaction, self, (answer, standing.handle)).await?;
                Ok("security key")
            }
        }
    }

    /// Demands a second factor of who has one.
    pub(crate) async fn demand_if_there(
        self,
        transaction: &Transaction<'_>,
    ) -> Result<Standing, AccessError> {
        let standing = standing(transaction, self.user).await?;
        if standing.has_second_factor {
            self.demand(transaction).await?;
        }
        Ok(standing)
    }
}

/// What there is of a second factor.
pub(crate) async fn standing(
    transaction: &Transaction<'_>,
    user: i64,
) -> Result<Standing, AccessError> {
    let demand = include_str!("../sql/second_factor/demand.sql");
    let row = transaction.query_opt(demand, &[&user]).await?.ok_or(AccessError::Refused)?;
    let handle: Vec<u8> = row.try_get("key_handle")?;
    let handle = handle.try_into().map_err(|_| ServerError::unexpected("a handle of a user"))?;
    Ok(Standing {
        has_second_factor: row.try_get("has_second_factor")?,
        device: row.try_get("totp_confirmed")?,
        handle,
        totp_secret: row.try_get("totp_secret")?,
        locked: row.try_get("locked")?,
        epoch: row.try_get("epoch")?,
    })
}

/// Uses a code up; gives what it was.
async fn use_code(
    transaction: &Transaction<'_>,
    user: i64,
    standing: &Standing,
    code: &str,
) -> Result<&'static str, AccessError> {
    let step = match &standing.totp_secret {
        Some(secret) => step(secret, code, standing.epoch)?,
        None => None,
    };
    let (kind, counted) = if let Some(step) = step {
        let use_step = include_str!("../sql/second_factor/use_step.sql");
        ("totp", transaction.execute(use_step, &[&user, &step]).await?)
    } else {
        let use_code = include_str!("../sql/second_factor/use_code.sql");
        let hash = Secret::shown(code.trim()).hash();
        ("recovery code", transaction.execute(use_code, &[&user, &hash]).await?)
    };
    if counted == 1 { Ok(kind) } else { Err(AccessError::WrongCode) }
}

/// Not what is shown.
impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(_) => f.write_str("Code(***)"),
            Self::Key(_) => f.write_str("Key(***)"),
        }
    }
}

/// Confirms a new secret with a code of it. Gives codes in its place if it is the first second factor.
pub(crate) async fn confirm(
    transaction: &Transaction<'_>,
    user: i64,
    code: &str,
) -> Result<Option<RecoveryCodes>, AccessError> {
    let standing = standing(transaction, user).await?;
    let pending = include_str!("../sql/second_factor/pending.sql");
    let row = transaction.query_opt(pending, &[&user]).await?;
    let row = row.ok_or(AccessError::NothingToConfirm)?;
    let secret: Vec<u8> = row.try_get("totp_secret")?;
    let step = step(&secret, code, row.try_get("epoch")?)?.ok_or(AccessError::WrongCode)?;
    let confirm = include_str!("../sql/second_factor/confirm.sql");
    match transaction.execute(confirm, &[&user, &secret, &step]).await? {
        0 => Err(AccessError::NothingToConfirm),
        _ => come_to_be(transaction, user, &standing).await,
    }
}

/// A user has a second factor more: what was begun without it is over, and the first one brings codes
/// in its place.
pub(crate) async fn come_to_be(
    transaction: &Transaction<'_>,
    user: i64,
    before: &Standing,
) -> Result<Option<RecoveryCodes>, AccessError> {
    key::forget_asked(transaction, user).await?;
    if before.has_second_factor { Ok(None) } else { renew_codes(transaction, user).await.map(Some) }
}

/// New codes; the earlier ones are not good any more.
pub(crate) async fn renew_codes(
    transaction: &Transaction<'_>,
    user: i64,
) -> Result<RecoveryCodes, AccessError> {
    let (codes, hashes) = recovery_codes()?;
    let renew = include_str!("../sql/second_factor/renew_codes.sql");
    transaction.execute(renew, &[&user, &hashes]).await?;
    Ok(codes)
}

/// Codes that stand in for a device, and what is kept of them.
fn recovery_codes() -> Result<(RecoveryCodes, Vec<Vec<u8>>), AccessError> {
    let codes: Vec<String> =
        (0..RECOVERY_CODES).map(|_| random_hex::<8>()).collect::<Result<_, _>>()?;
    let hashes = codes.iter().map(|code| Secret::shown(code).hash()).collect();
    Ok((RecoveryCodes(codes), hashes))
}

/// The time step of a code, if it is right.
fn step(secret: &[u8], code: &str, epoch: i64) -> Result<Option<i64>, AccessError> {
    let code = code.trim();
    if code.len() != 6 || !code.bytes().all(|digit| digit.is_ascii_digit()) {
        return Ok(None);
    }
    let step = totp(secret)?.check(code, u64::try_from(epoch).unwrap_or_default());
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

fn totp(secret: &[u8]) -> Result<Totp, AccessError> {
    let built = Builder::new().with_secret(secret.to_vec()).build();
    built.map_err(|error| ServerError::unexpected(error.to_string()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = b"12345678901234567890";
        for (epoch, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")]
        {
            assert_eq!(step(secret, code, epoch).unwrap(), Some(epoch / 30), "{epoch}");
            assert_eq!(step(secret, code, epoch + 90).unwrap(), None, "{epoch}");
        }
        assert_eq!(step(secret, "28708x", 59).unwrap(), None);
    }
}
