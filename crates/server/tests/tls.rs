use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use pgrecall_testkit::block_on;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::stage::{Stage, start};

/// A certificate for `localhost` that signs itself; nothing where there is no `openssl`.
pub(crate) fn certificate(folder: &Path) -> Option<()> {
    let made = Command::new("openssl")
        .args(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split(' '),
        )
        .args("-subj /CN=localhost -addext subjectAltName=DNS:localhost".split(' '))
        .args("-addext basicConstraints=critical,CA:FALSE -keyout key.pem -out cert.pem".split(' '))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    made.ok().filter(std::process::ExitStatus::success).map(drop)
}

#[test]
fn it_speaks_tls_and_hangs_up_on_those_who_do_not() {
    block_on(async {
        let folder = tempfile::tempdir().expect("folder");
        if certificate(folder.path()).is_none() {
            eprintln!("skipped: the certificate is made by `openssl`, which is not installed");
            return;
        }
        let stage = Stage::new().await;
        let file = |name: &str| folder.path().join(name).display().to_string();
        let (cert, key) = (file("cert.pem"), file("key.pem"));
        let tls = format!("[server.tls]\ncertificate = \"{cert}\"\nkey = \"{key}\"\n");
        let server = start(&format!("{tls}{}", stage.file)).await;

        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(&cert).expect("PEM")).expect("certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").expect("name");
        let stream = TcpStream::connect(server.address()).await.expect("connects");
        let connector = TlsConnector::from(Arc::new(config));
        let mut stream = connector.connect(name, stream).await.expect("agrees");
        let request = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(request).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("strict-transport-security"), "{answer}");

        let mut plain = TcpStream::connect(server.address()).await.expect("connects");
        plain.write_all(request).await.expect("sent");
        let mut bytes = Vec::new();
        // An alert, or nothing at all.
        let _ = plain.read_to_end(&mut bytes).await;
        assert!(!bytes.starts_with(b"HTTP"), "{bytes:?}");
    });
}
