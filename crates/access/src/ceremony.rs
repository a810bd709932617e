//! What keys are asked to do, and whether they did it: the ceremonies of Web Authentication, with what
//! is kept meanwhile. Nothing is read or written here.

use std::error::Error;

use pgrecall_postgres::ServerError;
use serde_json::Value;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::{AllowedCredentials, AuthenticationVerificationOptions};
use webauthn_rp::request::register::{
    Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions, UserHandle16,
    Username,
};
use webauthn_rp::request::{AsciiDomain, Credentials as _, PublicKeyCredentialDescriptor, RpId};
use webauthn_rp::response::register::{DynamicState, StaticState};
use webauthn_rp::response::{AuthTransports, CredentialId};
use webauthn_rp::{
    AuthenticatedCredential, NonDiscoverableAuthentication,
    NonDiscoverableAuthenticationServerState, NonDiscoverableCredentialRequestOptions,
    PublicKeyCredentialCreationOptions, Registration, RegistrationServerState,
};

use crate::AccessError;

/// The length of what keys call a user.
pub(crate) const HANDLE_BYTES: usize = 16;

/// Where keys are good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySite {
    /// The domain for which they are made (the RP ID of Web Authentication).
    pub domain: String,
    /// The only origin whose pages may have them asked.
    pub origin: String,
}

/// What is asked of a key.
pub(crate) struct Asked {
    /// What browsers are told.
    pub(crate) options: Value,
    /// What is kept to check the answer.
    pub(crate) state: Vec<u8>,
}

/// A key by which browsers find it.
pub(crate) struct KnownKey {
    pub(crate) credential_id: Vec<u8>,
    pub(crate) transports: i16,
}

/// A key as it is kept.
pub(crate) struct KeptKey {
    pub(crate) credential_id: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
    pub(crate) state: Vec<u8>,
}

/// A key that was added just now.
pub(crate) struct AddedKey {
    pub(crate) kept: KeptKey,
    pub(crate) transports: i16,
}

/// Asks for a new key, of a user who has others.
pub(crate) fn ask_for_new(
    site: &KeySite,
    (name, handle): (&str, [u8; HANDLE_BYTES]),
    others: Vec<KnownKey>,
) -> Result<Asked, AccessError> {
    let domain = domain(site)?;
    let id = UserHandle16::decode(handle).map_err(broken)?;
    let name = Username::try_from(name).map_err(broken)?;
    let user = PublicKeyCredentialUserEntity {
        display_name: Nickname::try_from(name.as_ref()).ok().map(Nickname::into_owned),
        name,
        id: &id,
    };
    let others = others.into_iter().map(KnownKey::described).collect::<Result<_, _>>()?;
    let asking = PublicKeyCredentialCreationOptions::second_factor(&domain, user, others);
    let (state, options) = asking.start_ceremony().map_err(broken)?;
    Ok(Asked {
        options: serde_json::to_value(&options).map_err(broken)?,
        state: state.encode().map_err(broken)?,
    })
}

/// The key that was added, if the answer is right.
pub(crate) fn added(site: &KeySite, state: &[u8], answer: &Value) -> Result<AddedKey, AccessError> {
    let asked = RegistrationServerState::<HANDLE_BYTES>::decode(state).map_err(broken)?;
    let answer = Registration::from_json_relaxed(answer.to_string().as_bytes()).map_err(wrong)?;
    let options = RegistrationVerificationOptions::<&str, &str> {
        allowed_origins: &[&site.origin],
        // What somebody did not ask for is to be passed over (Web Authentication, 9.3).
        error_on_unsolicited_extensions: false,
        ..RegistrationVerificationOptions::default()
    };
    let key = asked.verify(&domain(site)?, &answer, &options).map_err(wrong)?;
    let kept = KeptKey {
        credential_id: key.id().as_ref().to_vec(),
        public_key: key.static_state().encode().map_err(broken)?,
        state: key.dynamic_state().encode().map_err(broken)?.to_vec(),
    };
    let transports = i16::from(key.transports().encode().map_err(broken)?);
    Ok(AddedKey { kept, transports })
}

/// Asks one of a user's keys to sign.
pub(crate) fn ask_to_sign(site: &KeySite, keys: Vec<KnownKey>) -> Result<Asked, AccessError> {
    let domain = domain(site)?;
    let mut allowed = AllowedCredentials::with_capacity(keys.len());
    for key in keys {
        allowed.push(key.described()?.into());
    }
    let asking = NonDiscoverableCredentialRequestOptions::second_factor(&domain, allowed);
    let (state, options) = asking.map_err(broken)?.start_ceremony().map_err(broken)?;
    Ok(Asked {
        options: serde_json::to_value(&options).map_err(broken)?,
        state: state.encode().map_err(broken)?,
    })
}

/// An answer of which it is to be seen whether it is right.
pub(crate) struct Signed(NonDiscoverableAuthentication<HANDLE_BYTES>);

impl Signed {
    pub(crate) fn read(answer: &Value) -> Result<Self, AccessError> {
        let json = answer.to_string();
        NonDiscoverableAuthentication::from_json_relaxed(json.as_bytes()).map(Self).map_err(wrong)
    }

    /// Which key is said to have signed.
    pub(crate) fn credential_id(&self) -> Vec<u8> {
        self.0.raw_id().as_ref().to_vec()
    }

    /// Whether this key signed what it was asked to; gives what is kept of it from now on. One that
    /// has counted further before was copied, and is refused.
    pub(crate) fn check(
        &self,
        site: &KeySite,
        asked: &[u8],
        (key, handle): (&KeptKey, [u8; HANDLE_BYTES]),
    ) -> Result<Vec<u8>, AccessError> {
        let asked = NonDiscoverableAuthenticationServerState::decode(asked).map_err(broken)?;
        let handle = UserHandle16::decode(handle).map_err(broken)?;
        let state = key.state.as_slice().try_into().map_err(broken)?;
        let mut credential = AuthenticatedCredential::new(
            CredentialId::<&[u8]>::decode(&key.credential_id).map_err(broken)?,
            &handle,
            StaticState::decode(&key.public_key).map_err(broken)?,
            DynamicState::decode(state).map_err(broken)?,
        )
        .map_err(broken)?;
        let options = AuthenticationVerificationOptions::<&str, &str> {
            allowed_origins: &[&site.origin],
            error_on_unsolicited_extensions: false,
            ..AuthenticationVerificationOptions::default()
        };
        asked.verify(&domain(site)?, &self.0, &mut credential, &options).map_err(wrong)?;
        Ok(credential.dynamic_state().encode().map_err(broken)?.to_vec())
    }
}

impl KnownKey {
    fn described(self) -> Result<PublicKeyCredentialDescriptor<Vec<u8>>, AccessError> {
        let transports = u8::try_from(self.transports).map_err(broken)?;
        Ok(PublicKeyCredentialDescriptor {
            id: CredentialId::<Vec<u8>>::decode(self.credential_id).map_err(broken)?,
            transports: AuthTransports::decode(transports).map_err(broken)?,
        })
    }
}

fn domain(site: &KeySite) -> Result<RpId, AccessError> {
    Ok(RpId::Domain(AsciiDomain::try_from(site.domain.clone()).map_err(broken)?))
}

/// The answer is not right.
fn wrong(why: impl Error + Send + Sync + 'static) -> AccessError {
    AccessError::WrongKey(Some(Box::new(why)))
}

/// What we made ourselves, or kept, is not what it should be.
fn broken(why: impl Error + Send + Sync + 'static) -> AccessError {
    ServerError::unexpected(why).into()
}
