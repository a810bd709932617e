use pgrecall_postgres::ServerError;
use tokio_postgres::{GenericClient, Transaction};
use totp_rs::{Builder, Totp};

use crate::secret::{Secret, random, random_hex};
use crate::{AccessError, Control, Lockout};

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

/// What somebody shows in the midst of a session, besides being signed in. Other second factors
/// become other variants.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// A code of the device, or one that stands in for it.
    Code(String),
}

/// Who shows what, and when guessing ends.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The number of the user.
    pub user: i64,
    /// What is shown, if anything.
    pub proof: Option<&'a Proof>,
    /// After how many wrong codes the user is locked out.
    pub lockout: Lockout,
}

impl Control {
    /// Makes a new secret for a user, who confirms with a code that the device knows it.
    ///
    /// # Errors
    /// When the user has a second factor already.
    pub async fn begin_second_factor(
        &self,
        user: i64,
        name: &str,
    ) -> Result<NewSecondFactor, AccessError> {
        let bytes = random::<SECRET_BYTES>()?;
        let begin = include_str!("../sql/second_factor/begin.sql");
        let database = self.database().await?;
        if database.client().execute(begin, &[&user, &bytes.as_slice()]).await? == 0 {
            return Err(AccessError::NothingToConfirm);
        }
        let secret = totp(&bytes)?.secret().to_base32();
        // A name of a user needs no more escaping than this.
        let account = name.replace('@', "%40").replace('+', "%2B");
        let uri = format!("otpauth://totp/pgRecall:{account}?secret={secret}&issuer=pgRecall");
        Ok(NewSecondFactor { secret, uri })
    }

    /// Lets only those pass who show their second factor. What is shown counts once; failures count as
    /// those of a sign-in do.
    ///
    /// # Errors
    /// When the user has none, is locked out, or shows something else.
    pub async fn prove_second_factor(&self, shown: Shown<'_>) -> Result<(), AccessError> {
        let proved = self.prove(shown).await;
        if let Err(AccessError::WrongCode) = proved {
            self.count_wrong(shown).await?;
        }
        proved
    }

    async fn prove(&self, shown: Shown<'_>) -> Result<(), AccessError> {
        let mut database = self.turn().await?;
        let transaction = database.client_mut().transaction().await?;
        shown.demand(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Whether a code is right: one of the device, or one of those that stand in for it. It is used
    /// up then.
    pub(crate) async fn use_code(
        &self,
        user: i64,
        secret: &[u8],
        (code, epoch): (&str, i64),
    ) -> Result<bool, AccessError> {
        let database = self.database().await?;
        Ok(use_code(database.client(), user, secret, (code, epoch)).await?.is_some())
    }

    /// Counts a wrong code as a failure to sign in, so that nobody guesses for long.
    pub(crate) async fn count_wrong(&self, shown: Shown<'_>) -> Result<(), AccessError> {
        self.count_failure(shown.user, shown.lockout).await
    }
}

impl Shown<'_> {
    /// Demands a second factor; a code is used up if the transaction is committed. Gives what it was.
    pub(crate) async fn demand(
        self,
        transaction: &Transaction<'_>,
    ) -> Result<&'static str, AccessError> {
        let demand = include_str!("../sql/second_factor/demand.sql");
        let row = transaction.query_opt(demand, &[&self.user]).await?;
        let row = row.ok_or(AccessError::Refused)?;
        let secret: Option<Vec<u8>> = row.try_get("totp_secret")?;
        let secret = secret.ok_or(AccessError::NoSecondFactor)?;
        let Some(Proof::Code(code)) = self.proof else {
            return Err(AccessError::SecondFactorNeeded);
        };
        if row.try_get("locked")? {
            return Err(AccessError::LockedOut);
        }
        let epoch = row.try_get("epoch")?;
        let used = use_code(transaction, self.user, &secret, (code, epoch)).await?;
        used.ok_or(AccessError::WrongCode)
    }
}

/// Uses a code up; gives what it was, if it is right.
async fn use_code(
    client: &(impl GenericClient + Sync),
    user: i64,
    secret: &[u8],
    (code, epoch): (&str, i64),
) -> Result<Option<&'static str>, AccessError> {
    let (kind, counted) = if let Some(step) = step(secret, code, epoch)? {
        let use_step = include_str!("../sql/second_factor/use_step.sql");
        ("totp", client.execute(use_step, &[&user, &step]).await?)
    } else {
        let use_code = include_str!("../sql/second_factor/use_code.sql");
        let hash = Secret::shown(code.trim()).hash();
        ("recovery code", client.execute(use_code, &[&user, &hash]).await?)
    };
    Ok((counted == 1).then_some(kind))
}

/// Not the code.
impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(_) => f.write_str("Code(***)"),
        }
    }
}

/// Confirms a new secret with a code of it.
pub(crate) async fn confirm(
    transaction: &Transaction<'_>,
    user: i64,
    code: &str,
) -> Result<RecoveryCodes, AccessError> {
    let pending = include_str!("../sql/second_factor/pending.sql");
    let row = transaction.query_opt(pending, &[&user]).await?;
    let row = row.ok_or(AccessError::NothingToConfirm)?;
    let secret: Vec<u8> = row.try_get("totp_secret")?;
    let step = step(&secret, code, row.try_get("epoch")?)?.ok_or(AccessError::WrongCode)?;
    let (codes, hashes) = recovery_codes()?;
    let confirm = include_str!("../sql/second_factor/confirm.sql");
    let done = transaction.execute(confirm, &[&user, &secret, &step, &hashes]).await?;
    if done == 0 { Err(AccessError::NothingToConfirm) } else { Ok(codes) }
}

/// Codes that stand in for a device, and what is kept of them.
pub(crate) fn recovery_codes() -> Result<(RecoveryCodes, Vec<Vec<u8>>), AccessError> {
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
