use std::path::{Path, PathBuf};
use std::sync::Arc;

use pgrecall_model::{Code, Explain};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::conninfo::{Roots, SslMode, TlsSettings};

/// Why TLS could not be made ready, before any server was asked.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file of certificates or a key that cannot be read.
    #[error("{} cannot be read as a PEM file", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: pem::Error,
    },
    /// A file without certificates.
    #[error("{} contains no certificate", .0.display())]
    Empty(PathBuf),
    /// The system has no store of trusted certificates.
    #[error("the operating system offers no trusted certificates")]
    NoSystemRoots,
    /// Something that the TLS library refuses, such as a key that does not fit its certificate.
    #[error("TLS cannot be set up with the given certificates")]
    Refused(#[source] Error),
}

impl Explain for TlsError {
    fn code(&self) -> Code {
        "connect/certificates"
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoSystemRoots => {
                "install the package `ca-certificates`, or name a PEM file with `sslrootcert=…`"
            }
            Self::Unreadable { .. } | Self::Empty(_) => {
                "`sslrootcert` names a PEM file with the certificate of the authority that signed \
                 the server's certificate; `sslcert` and `sslkey` name the client's own"
            }
            Self::Refused(_) => "check that `sslkey` is the key of `sslcert`",
        };
        Some(hint.to_owned())
    }
}

/// The way to speak TLS as the settings ask, nothing where they forbid it.
pub(crate) fn connector(settings: &TlsSettings) -> Result<Option<MakeRustlsConnect>, TlsError> {
    let verifier: Arc<dyn ServerCertVerifier> = match settings.mode {
        SslMode::Disable => return Ok(None),
        SslMode::Allow | SslMode::Prefer | SslMode::Require => Arc::new(Unverified(algorithms())),
        SslMode::VerifyCa => Arc::new(Verifier::new(&settings.roots, false)?),
        SslMode::VerifyFull => Arc::new(Verifier::new(&settings.roots, true)?),
    };
    // Explicit, because a default for the whole process belongs to the application.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Refused)?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let config = match &settings.identity {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let key_der = PrivateKeyDer::from_pem_file(key).map_err(unreadable(key))?;
            builder
                .with_client_auth_cert(certificates(certificate)?, key_der)
                .map_err(TlsError::Refused)?
        }
    };
    Ok(Some(MakeRustlsConnect::new(config)))
}

fn algorithms() -> WebPkiSupportedAlgorithms {
    rustls::crypto::ring::default_provider().signature_verification_algorithms
}

fn unreadable(path: &Path) -> impl Fn(pem::Error) -> TlsError {
    move |source| TlsError::Unreadable { path: path.to_owned(), source }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).map_err(unreadable(path))?.collect();
    let found = found.map_err(unreadable(path))?;
    if found.is_empty() { Err(TlsError::Empty(path.to_owned())) } else { Ok(found) }
}

/// Checks that a trusted authority signed the server's certificate, and its name where asked.
#[derive(Debug)]
struct Verifier {
    roots: RootCertStore,
    /// The same certificates as the user wrote them.
    trusted: Vec<CertificateDer<'static>>,
    check_name: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    fn new(roots: &Roots, check_name: bool) -> Result<Self, TlsError> {
        let trusted = match roots {
            Roots::File(path) => certificates(path)?,
            // Single unreadable files of the system's store are no reason to fail.
            Roots::System => rustls_native_certs::load_native_certs().certs,
        };
        let mut store = RootCertStore::empty();
        match roots {
            Roots::File(_) => {
                for certificate in &trusted {
                    store.add(certificate.clone()).map_err(TlsError::Refused)?;
                }
            }
            Roots::System => {
                store.add_parsable_certificates(trusted.iter().cloned());
                if store.is_empty() {
                    return Err(TlsError::NoSystemRoots);
                }
            }
        }
        Ok(Self { roots: store, trusted, check_name, algorithms: algorithms() })
    }

    fn verify_chain(
        &self,
        certificate: &ParsedCertificate<'_>,
        chain: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        verify_server_cert_signed_by_trust_anchor(
            certificate,
            &self.roots,
            chain,
            now,
            self.algorithms.all,
        )
    }
}

/// A self-signed certificate made by PostgreSQL's own recipe is an authority, which webpki refuses
/// as a server's. libpq accepts it where the very same certificate is trusted, so that is done here
/// too. webpki checks the dates before it gets that far (`check_issuer_independent_properties`).
fn may_be_pinned(error: &Error) -> bool {
    !matches!(
        error,
        Error::InvalidCertificate(
            CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. }
                | CertificateError::BadEncoding
        )
    )
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let certificate = ParsedCertificate::try_from(end_entity)?;
        match self.verify_chain(&certificate, intermediates, now) {
            Err(error) if may_be_pinned(&error) && self.trusted.contains(end_entity) => {}
            other => other?,
        }
        if self.check_name {
            verify_server_name(&certificate, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Takes any certificate, as libpq does up to `sslmode=require`: the line is encrypted, but who is
/// at its other end is not known. Checking the signature of somebody unknown would add nothing and
/// refuse certificates of version 1.
#[derive(Debug)]
struct Unverified(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
