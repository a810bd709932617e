use std::path::{Path, PathBuf};
use std::sync::Arc;

use pgrecall_model::{Code, Explain};
use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::config::TlsFiles;

/// Why the server cannot speak TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsSetupError {
    /// A file that cannot be read.
    #[error("{} cannot be read as a PEM file", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: pem::Error,
    },
    /// Something that the TLS library refuses.
    #[error("TLS cannot be set up with the given certificate and key")]
    Refused(#[source] rustls::Error),
}

impl Explain for TlsSetupError {
    fn code(&self) -> Code {
        "serve/certificates"
    }

    fn hint(&self) -> Option<String> {
        Some(
            "check `server.tls.certificate` and `server.tls.key`, and that they belong together"
                .to_owned(),
        )
    }
}

pub(crate) fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, TlsSetupError> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_file_iter(&files.certificate)
        .map_err(unreadable(&files.certificate))?
        .collect();
    let certificates = certificates.map_err(unreadable(&files.certificate))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(unreadable(&files.key))?;
    // Explicit, because a default for the whole process belongs to the application.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TlsSetupError::Refused)?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(TlsSetupError::Refused)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn unreadable(file: &Path) -> impl Fn(pem::Error) -> TlsSetupError {
    move |source| TlsSetupError::Unreadable { file: file.to_owned(), source }
}
