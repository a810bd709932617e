//! What a person's phone shows: the codes of a second factor.

use totp_rs::{Builder, Secret};

use crate::TestDatabase;

/// Waits for the next step of 30 s where this one is over soon: what is shown shortly before its
/// end might be too old when it is looked at.
const TO_A_BEGIN: &str = "
    SELECT pg_sleep(30 - s) FROM mod(extract(epoch FROM now())::numeric, 30) AS s WHERE s > 20";

/// The code that a device shows so many steps from now: the one before (-1) is good until this
/// step ends, the next (1) already now.
///
/// # Panics
/// Where the secret is none.
pub async fn code_shown(database: &TestDatabase, secret: &str, steps: i64) -> String {
    if steps < 0 {
        database.execute(TO_A_BEGIN).await;
    }
    let epoch = database.scalar("SELECT extract(epoch FROM clock_timestamp())::bigint").await;
    let time = epoch.parse::<i64>().ok().and_then(|now| u64::try_from(now + 30 * steps).ok());
    let device =
        Secret::try_from_base32(secret).ok().map(|secret| Builder::new().with_secret(secret));
    match (time, device.and_then(|device| device.build().ok())) {
        (Some(time), Some(device)) => device.generate(time).to_string(),
        _ => panic!("no device shows codes of this secret"),
    }
}
