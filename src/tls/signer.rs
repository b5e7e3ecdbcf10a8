//! Signs a document with the operator's certificate: CMS SignedData (RFC 5652) around it, as `openssl cms -sign -nodetach` makes.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use cms_format::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms_format::content_info::{CmsVersion, ContentInfo};
use cms_format::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256, Sha384};
use tokio_rustls::rustls::SignatureScheme;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::sign::CertifiedKey;
use x509_cert::attr::{Attribute, AttributeValue};
use x509_cert::der::asn1::{Null, ObjectIdentifier, OctetString, SetOfVec};
use x509_cert::der::{Any, Decode, Encode, Tag};
use x509_cert::spki::AlgorithmIdentifierOwned;

/// RFC 5652 4, 11.1, 11.2 and 5.1.
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
/// RFC 5754 2, 3.
const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ECDSA_SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");

/// Why nothing can be signed: the files can't be read, don't belong together, or the key is of a kind that is not known. The text
/// is for the operator.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoSigner(String);

/// The operator's certificate and its key, as they lie on the disk: they are read each time, since certificates are renewed while
/// the program runs.
#[derive(Debug, Clone)]
pub struct Signer {
    certificate: PathBuf,
    key: PathBuf,
}

impl Signer {
    /// `certificate` has the signer's certificate first and then those between it and the root, `key` its private key (PEM: RSA,
    /// P-256 or P-384). Nothing is read yet.
    pub fn new(certificate: &Path, key: &Path) -> Self {
        Self { certificate: certificate.to_owned(), key: key.to_owned() }
    }

    /// Whether something could be signed with them now.
    pub fn check(&self) -> Result<(), NoSigner> {
        self.sign(b"").map(drop)
    }

    /// The document inside its signature, in DER. It reads files: not for a thread that serves pages.
    pub fn sign(&self, document: &[u8]) -> Result<Vec<u8>, NoSigner> {
        let certified = self.read()?;
        let (scheme, digest, way) = [
            (SignatureScheme::RSA_PKCS1_SHA256, SHA_256, RSA),
            (SignatureScheme::ECDSA_NISTP256_SHA256, SHA_256, ECDSA_SHA_256),
            (SignatureScheme::ECDSA_NISTP384_SHA384, SHA_384, ECDSA_SHA_384),
        ]
        .into_iter()
        .find_map(|(scheme, digest, way)| Some((certified.key.choose_scheme(&[scheme])?, digest, way)))
        .ok_or_else(|| NoSigner("the key is neither RSA nor on the curve P-256 or P-384".to_owned()))?;
        let digested =
            if digest == SHA_384 { Sha384::digest(document).to_vec() } else { Sha256::digest(document).to_vec() };
        let attribute = |oid, value: Any| -> Result<Attribute, NoSigner> {
            let mut values = SetOfVec::<AttributeValue>::new();
            values.insert(value).map_err(why)?;
            Ok(Attribute { oid, values })
        };
        let attributes = SetOfVec::try_from(vec![
            attribute(CONTENT_TYPE, Any::encode_from(&DATA).map_err(why)?)?,
            attribute(MESSAGE_DIGEST, Any::new(Tag::OctetString, digested).map_err(why)?)?,
        ])
        .map_err(why)?;
        // RFC 5652 5.4: what is signed is the set of attributes as a set
        let signature = scheme.sign(&attributes.to_der().map_err(why)?).map_err(why)?;
        let digest_alg = AlgorithmIdentifierOwned { oid: digest, parameters: None };
        let parameters = if way == RSA { Some(Any::encode_from(&Null).map_err(why)?) } else { None };
        let chain = certified.cert.iter().map(|one| x509_cert::Certificate::from_der(one).map_err(why));
        let chain = chain.collect::<Result<Vec<_>, _>>()?;
        let own = chain.first().map(|own| &own.tbs_certificate).ok_or_else(no_certificate)?;
        let signer = SignerInfo {
            version: CmsVersion::V1,
            sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
                issuer: own.issuer.clone(),
                serial_number: own.serial_number.clone(),
            }),
            digest_alg: digest_alg.clone(),
            signed_attrs: Some(attributes),
            signature_algorithm: AlgorithmIdentifierOwned { oid: way, parameters },
            signature: OctetString::new(signature).map_err(why)?,
            unsigned_attrs: None,
        };
        let certificates = chain.into_iter().map(CertificateChoices::Certificate).collect::<Vec<_>>();
        let signed = SignedData {
            version: CmsVersion::V1,
            digest_algorithms: SetOfVec::try_from(vec![digest_alg]).map_err(why)?,
            encap_content_info: EncapsulatedContentInfo {
                econtent_type: DATA,
                econtent: Some(Any::new(Tag::OctetString, document).map_err(why)?),
            },
            certificates: Some(CertificateSet(SetOfVec::try_from(certificates).map_err(why)?)),
            crls: None,
            signer_infos: SignerInfos(SetOfVec::try_from(vec![signer]).map_err(why)?),
        };
        let content = Any::encode_from(&signed).map_err(why)?;
        ContentInfo { content_type: SIGNED_DATA, content }.to_der().map_err(why)
    }

    /// Certificates and key, which belong together.
    fn read(&self) -> Result<CertifiedKey, NoSigner> {
        let about = |path: &Path, error: &dyn Display| NoSigner(format!("{}: {error}", path.display()));
        let chain = CertificateDer::pem_file_iter(&self.certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let chain = chain.map_err(|error| about(&self.certificate, &error))?;
        if chain.is_empty() {
            return Err(about(&self.certificate, &no_certificate()));
        }
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|error| about(&self.key, &error))?;
        CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()).map_err(|error| about(&self.key, &error))
    }
}

fn no_certificate() -> NoSigner {
    NoSigner("there is no certificate in it".to_owned())
}

fn why(error: impl Display) -> NoSigner {
    NoSigner(error.to_string())
}
