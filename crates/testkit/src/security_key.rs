//! What people plug in or carry with them: a key that signs challenges (Web Authentication).

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Somebody touched it (Web Authentication, 6.1).
const PRESENT: u8 = 0x01;
/// What follows is about a new key.
const ATTESTED: u8 = 0x40;

/// A security key without any hardware: it signs with a P-256 key, counts, and attests nothing.
#[derive(Debug, Clone)]
pub struct SecurityKey {
    id: [u8; 32],
    secret: SigningKey,
    /// How often it has signed. Set it back, and it is a copy of the key.
    pub count: u32,
    origin: Option<String>,
    domain: Option<String>,
}

impl SecurityKey {
    /// The key of that number, always the same.
    ///
    /// # Panics
    /// Never: every such number makes a key.
    #[must_use]
    pub fn new(number: u8) -> Self {
        let id = Sha256::digest([number, b'i', b'd']).into();
        let seed = Sha256::digest([number, b'k', b'e', b'y']);
        match SigningKey::from_slice(&seed) {
            Ok(secret) => Self { id, secret, count: 0, origin: None, domain: None },
            Err(error) => panic!("no key from these bytes: {error}"),
        }
    }

    /// The same, asked by another page than whoever asks says.
    #[must_use]
    pub fn at(mut self, origin: &str) -> Self {
        self.origin = Some(origin.to_owned());
        self
    }

    /// The same, which signs for another domain than it is asked to.
    #[must_use]
    pub fn of_domain(mut self, domain: &str) -> Self {
        self.domain = Some(domain.to_owned());
        self
    }

    /// Answers the options for a new key, for a page of this origin.
    #[must_use]
    pub fn register(&mut self, options: &Value, origin: &str) -> Value {
        let domain = text(&options["rp"]["id"]);
        let mut data = self.data(&domain, PRESENT | ATTESTED);
        data.extend([0; 16]);
        data.extend([0, 32]);
        data.extend(self.id);
        data.extend(self.public_key());
        // {"fmt": "none", "attStmt": {}, "authData": …} in CBOR.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap_or_default());
        object.extend(data);
        let client = self.client_data("webauthn.create", options, origin);
        json!({
            "id": BASE64URL_NOPAD.encode(&self.id),
            "rawId": BASE64URL_NOPAD.encode(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "cross-platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": BASE64URL_NOPAD.encode(client.as_bytes()),
                "attestationObject": BASE64URL_NOPAD.encode(&object),
                "transports": ["usb"],
            },
        })
    }

    /// Answers the options of a challenge, for a page of this origin.
    #[must_use]
    pub fn sign(&mut self, options: &Value, origin: &str) -> Value {
        self.count += 1;
        let data = self.data(&text(&options["rpId"]), PRESENT);
        let client = self.client_data("webauthn.get", options, origin);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(client.as_bytes()));
        let signature: Signature = self.secret.sign(&signed);
        json!({
            "id": BASE64URL_NOPAD.encode(&self.id),
            "rawId": BASE64URL_NOPAD.encode(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "cross-platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": BASE64URL_NOPAD.encode(client.as_bytes()),
                "authenticatorData": BASE64URL_NOPAD.encode(&data),
                "signature": BASE64URL_NOPAD.encode(signature.to_der().as_bytes()),
                "userHandle": null,
            },
        })
    }

    /// For which domain, that somebody touched it, and how often it has signed.
    fn data(&self, domain: &str, flags: u8) -> Vec<u8> {
        let domain = self.domain.as_deref().unwrap_or(domain);
        let mut data = Sha256::digest(domain.as_bytes()).to_vec();
        data.push(flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &Value, origin: &str) -> String {
        let origin = self.origin.as_deref().unwrap_or(origin);
        let challenge = &options["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false })
            .to_string()
    }

    /// As CBOR says it (RFC 9053): {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
    fn public_key(&self) -> Vec<u8> {
        let point = self.secret.verifying_key().to_encoded_point(false);
        let mut key = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".to_vec();
        key.extend(point.x().into_iter().flatten());
        key.extend(b"\x22\x58\x20");
        key.extend(point.y().into_iter().flatten());
        key
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
