//! Looks on while a server shows who it is, and remembers what was shown and how it was judged.

use std::sync::{Arc, Mutex, PoisonError};

use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::Certificate;

/// Whom a connection met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What was shown; `None`: it can't be read.
    pub certificate: Option<Certificate>,
    /// Why it is not believed; `None`: it is.
    pub doubt: Option<Doubt>,
}

/// Why a certificate is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It is for another host.
    OtherName,
    /// It holds no longer.
    Expired,
    /// It does not hold yet: more often a clock is wrong.
    NotYetValid,
    /// It answers for itself.
    SelfSigned,
    /// Whoever answers for it is nobody we know, or the server does not show the certificates in between.
    UnknownIssuer,
    /// It was taken back.
    Revoked,
    /// Anything else: it is none for servers, it is broken.
    Unfit,
}

/// Remembers what one connection met.
#[derive(Debug, Clone, Default)]
pub struct Witness(Arc<Mutex<Option<Seen>>>);

impl Witness {
    /// What was seen; `None`: it did not come so far.
    pub fn seen(&self) -> Option<Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same judge, with this witness beside.
    pub(super) fn beside(&self, judge: Arc<dyn ServerCertVerifier>) -> Arc<dyn ServerCertVerifier> {
        Arc::new(Beside { judge, witness: self.clone() })
    }

    fn remember(&self, seen: Seen) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
    }
}

/// The judge decides; nothing of what it says is changed.
#[derive(Debug)]
struct Beside {
    judge: Arc<dyn ServerCertVerifier>,
    witness: Witness,
}

impl ServerCertVerifier for Beside {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let judged = self.judge.verify_server_cert(own, others, name, ocsp, now);
        let certificate = Certificate::read(own);
        let is_self_signed = certificate.as_ref().is_some_and(|one| one.is_self_signed);
        let doubt = judged.as_ref().err().map(|error| doubt(error, is_self_signed));
        self.witness.remember(Seen { certificate, doubt });
        judged
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls12_signature(message, own, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls13_signature(message, own, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.supported_verify_schemes()
    }
}

fn doubt(error: &Error, is_self_signed: bool) -> Doubt {
    let Error::InvalidCertificate(error) = error else { return Doubt::Unfit };
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Doubt::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Doubt::NotYetValid,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Doubt::OtherName,
        CertificateError::Revoked => Doubt::Revoked,
        // webpki (0.103, 2026) calls most of what answers for itself an authority in the place of a server
        _ if is_self_signed => Doubt::SelfSigned,
        // an issuer of a name that we know, and not the one that we know
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Doubt::UnknownIssuer,
        _ => Doubt::Unfit,
    }
}
