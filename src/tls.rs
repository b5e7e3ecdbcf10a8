//! Whom we believe to be the server that we meant: those that the system's trust store vouches for, or the operator's own
//! file. One place, for whoever connects to anything.

use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Nobody can be believed: the file can't be read or holds no certificate, or the system has no trust store. The text is for
/// the operator.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoTrust(String);

/// Reads the trust store: the certificates in `ca_file` (PEM), or the system's.
pub fn connector(ca_file: Option<&Path>) -> Result<TlsConnector, NoTrust> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    // aws-lc (0.47, 2026) gathers entropy for 45 ms when it is first asked: now, not while somebody waits for a page
    provider.secure_random.fill(&mut [0]).map_err(|_| NoTrust("no randomness".to_owned()))?;
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(why)?;
    let config = match ca_file {
        None => builder.with_platform_verifier().map_err(why)?.with_no_client_auth(),
        Some(path) => builder.with_root_certificates(roots(path)?).with_no_client_auth(),
    };
    Ok(TlsConnector::from(Arc::new(config)))
}

fn roots(path: &Path) -> Result<RootCertStore, NoTrust> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(why)? {
        roots.add(certificate.map_err(why)?).map_err(why)?;
    }
    if roots.is_empty() {
        return Err(NoTrust("no certificate in the CA file".to_owned()));
    }
    Ok(roots)
}

fn why(error: impl Display) -> NoTrust {
    NoTrust(error.to_string())
}
