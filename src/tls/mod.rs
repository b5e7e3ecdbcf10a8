//! Whom we believe to be the server that we meant: those that the system's trust store vouches for, or the operator's own
//! file; and how such a server is reached. One place, for whoever connects to anything. And the other way round: what an
//! operator's certificate vouches for.

mod certificate;
mod server;
mod signer;
mod witness;

use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::ServerCertVerifier;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

pub use certificate::Certificate;
pub use server::{Connect, Connecting, Server, Tls};
pub use signer::{NoSigner, Signer};
pub use witness::{Doubt, Seen, Witness};

/// Nobody can be believed: the file can't be read or holds no certificate, or the system has no trust store. The text is for
/// the operator.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoTrust(String);

/// Reads the trust store: the certificates in `ca_file` (PEM), or the system's.
pub fn connector(ca_file: Option<&Path>) -> Result<TlsConnector, NoTrust> {
    let provider = provider()?;
    let judge = judge(ca_file, provider.clone())?;
    connector_of(judge, provider)
}

/// The same, for one connection of which somebody wants to know whom it met. It trusts nobody more than [`connector`] does.
pub fn witnessed(ca_file: Option<&Path>) -> Result<(TlsConnector, Witness), NoTrust> {
    let provider = provider()?;
    let witness = Witness::default();
    let judge = witness.beside(judge(ca_file, provider.clone())?);
    Ok((connector_of(judge, provider)?, witness))
}

fn connector_of(judge: Arc<dyn ServerCertVerifier>, provider: Arc<CryptoProvider>) -> Result<TlsConnector, NoTrust> {
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(why)?;
    // "dangerous" are judges of one's own making: ours are the platform's and webpki's, and one who listens to them
    let config = builder.dangerous().with_custom_certificate_verifier(judge).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn provider() -> Result<Arc<CryptoProvider>, NoTrust> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    // aws-lc (0.47, 2026) gathers entropy for 45 ms when it is first asked: now, not while somebody waits for a page
    provider.secure_random.fill(&mut [0]).map_err(|_| NoTrust("no randomness".to_owned()))?;
    Ok(provider)
}

fn judge(ca_file: Option<&Path>, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, NoTrust> {
    Ok(match ca_file {
        None => Arc::new(Verifier::new(provider).map_err(why)?),
        Some(path) => {
            let roots = Arc::new(roots(path)?);
            WebPkiServerVerifier::builder_with_provider(roots, provider).build().map_err(why)?
        }
    })
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
