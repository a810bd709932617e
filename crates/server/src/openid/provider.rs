use std::time::Duration;

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse as _, UserInfoClaims,
};
use pgrecall_access::{Identity, OpenIdAttempt, OpenIdTicket};
use pgrecall_model::{Code, Explain};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::claims::{Claims, Said};
use crate::config::{OpenId, Secret};

/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long what it says about itself is believed: its addresses and its keys.
const FRESH: Duration = Duration::from_mins(15);
/// How often it is asked for that before somebody is told that it does not answer.
const ATTEMPTS: u32 = 2;

type Error = Box<dyn std::error::Error + Send + Sync>;

type Tokens = StandardTokenResponse<
    IdTokenFields<
        Claims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type OurClient = Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why somebody does not come in by the provider.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenIdError {
    /// It does not answer, or makes no sense.
    #[error("the provider of OpenID Connect cannot be asked")]
    Unreachable(#[source] Error),
    /// It does not let the user in.
    #[error("the provider of OpenID Connect refused: {}", .0.escape_debug())]
    Refused(String),
    /// What it says is not what was asked for, or is not of it.
    #[error("what the provider of OpenID Connect says cannot be believed")]
    Answer(#[source] Error),
    /// The user is of a domain that may not come in.
    #[error("the account has no verified address of mail in a domain that may sign in")]
    Domain,
}

impl Explain for OpenIdError {
    fn code(&self) -> Code {
        match self {
            Self::Unreachable(_) => "openid/unreachable",
            Self::Refused(_) => "openid/refused",
            Self::Answer(_) => "openid/answer",
            Self::Domain => "openid/domain",
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unreachable(_) => {
                "try again in a while, or sign in with a password; an administrator checks \
                 `openid.issuer`, and what the log says"
            }
            Self::Refused(_) => "begin again; if it stays so, ask whoever keeps the provider",
            Self::Answer(_) => {
                "begin again; if it stays so, an administrator checks `openid.client_id` and \
                 `openid.client_secret`"
            }
            Self::Domain => "sign in with another account, or ask an administrator",
        };
        Some(hint.to_owned())
    }
}

/// The provider, as it is known by now.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) config: OpenId,
    redirect: String,
    http: reqwest::Client,
    known: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

impl Provider {
    /// Nobody is asked before somebody signs in: a provider that is down stops no server.
    pub(crate) fn new(config: OpenId, public_url: &str) -> Result<Self, reqwest::Error> {
        // Who is led elsewhere by the provider could be led to what only this server reaches.
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()?;
        let redirect = format!("{public_url}/v1/session/openid/callback");
        Ok(Self { config, redirect, http, known: Mutex::new(None) })
    }

    /// Where somebody is sent.
    pub(crate) async fn address(&self, ticket: &OpenIdTicket) -> Result<String, OpenIdError> {
        let client = self.client().await?;
        let (state, nonce) = (ticket.state.expose().to_owned(), nonce(&ticket.attempt));
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier(&ticket.attempt));
        let scopes = self.config.scopes.iter().filter(|scope| *scope != "openid");
        let (address, _, _) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || nonce,
            )
            .add_scopes(scopes.cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .url();
        Ok(address.to_string())
    }

    /// Who somebody is who comes back with a code.
    pub(crate) async fn identity(
        &self,
        code: &str,
        attempt: &OpenIdAttempt,
    ) -> Result<Identity, OpenIdError> {
        let client = self.client().await?;
        let tokens: Tokens = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| OpenIdError::Unreachable(error.into()))?
            .set_pkce_verifier(verifier(attempt))
            .request_async(&self.http)
            .await
            .map_err(exchange_failed)?;
        let token = tokens.id_token().ok_or_else(|| answer("there is no ID token"))?;
        // Only keys that the provider shows count; its secret with us is for us alone.
        let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
        let claims = match token.claims(&verifier, &nonce(attempt)) {
            Ok(claims) => claims,
            Err(error) => {
                // Its keys may have changed since.
                *self.known.lock().await = None;
                return Err(OpenIdError::Answer(error.into()));
            }
        };
        let mut said = Said::from(claims);
        if client.user_info_url().is_some() {
            let subject = Some(claims.subject().clone());
            let request = client
                .user_info(tokens.access_token().clone(), subject)
                .map_err(|error| OpenIdError::Unreachable(error.into()))?;
            let more: UserInfoClaims<Claims, CoreGenderClaim> = request
                .request_async(&self.http)
                .await
                .map_err(|error| OpenIdError::Answer(error.into()))?;
            said.add(&more);
        }
        said.identity(&self.config)
    }

    async fn client(&self) -> Result<OurClient, OpenIdError> {
        let metadata = self.metadata().await?;
        let redirect = RedirectUrl::new(self.redirect.clone())
            .map_err(|error| OpenIdError::Unreachable(error.into()))?;
        let id = ClientId::new(self.config.client_id.clone());
        let secret = self.config.client_secret.as_ref().map(Secret::expose);
        let secret = secret.map(|secret| ClientSecret::new(secret.to_owned()));
        Ok(OurClient::from_provider_metadata(metadata, id, secret).set_redirect_uri(redirect))
    }

    /// What the provider says about itself. Those who ask at once wait for one answer.
    async fn metadata(&self) -> Result<CoreProviderMetadata, OpenIdError> {
        let mut known = self.known.lock().await;
        if let Some((at, metadata)) = &*known
            && at.elapsed() < FRESH
        {
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(self.config.issuer.clone())
            .map_err(|error| OpenIdError::Unreachable(error.into()))?;
        let mut attempt = 1;
        loop {
            match CoreProviderMetadata::discover_async(issuer.clone(), &self.http).await {
                Ok(metadata) => {
                    *known = Some((Instant::now(), metadata.clone()));
                    return Ok(metadata);
                }
                Err(_) if attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(OpenIdError::Unreachable(error.into())),
            }
        }
    }
}

/// What nobody but the provider can have signed.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

fn nonce(attempt: &OpenIdAttempt) -> Nonce {
    Nonce::new(attempt.nonce.expose().to_owned())
}

fn verifier(attempt: &OpenIdAttempt) -> PkceCodeVerifier {
    PkceCodeVerifier::new(attempt.verifier.expose().to_owned())
}

fn answer(what: &str) -> OpenIdError {
    OpenIdError::Answer(what.into())
}

/// A provider that says no is another thing than one that says nothing.
fn exchange_failed<E: std::error::Error + Send + Sync + 'static>(
    error: openidconnect::RequestTokenError<E, StandardErrorResponse<CoreErrorResponseType>>,
) -> OpenIdError {
    match error {
        openidconnect::RequestTokenError::ServerResponse(said) => {
            OpenIdError::Refused(said.error().to_string())
        }
        openidconnect::RequestTokenError::Request(error) => OpenIdError::Unreachable(error.into()),
        other => OpenIdError::Answer(other.to_string().into()),
    }
}
