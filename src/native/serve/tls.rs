//! The certificate and its key: from files, or made at the start and signed by itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{Error, InconsistentKeys, ServerConfig};

use crate::native::serve::config;

/// Where a certificate and its key stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The certificate, and those that it is signed with.
    pub certificate: PathBuf,
    /// The key, which may stand in the same file.
    pub key: PathBuf,
}

impl Files {
    /// What `--tls-cert` and `--tls-key` say.
    ///
    /// # Errors
    /// There is one without the other.
    pub fn given(
        certificate: Option<PathBuf>,
        key: Option<PathBuf>,
    ) -> Result<Option<Files>, String> {
        match (certificate, key) {
            (Some(certificate), Some(key)) => Ok(Some(Files { certificate, key })),
            (None, None) => Ok(None),
            (Some(_), None) => Err("--tls-cert: give the key, too, with --tls-key".into()),
            (None, Some(_)) => Err("--tls-key: give the certificate, too, with --tls-cert".into()),
        }
    }
}

/// A configuration with the certificate and the key of files.
///
/// # Errors
/// What is wrong with which file.
pub fn load(files: &Files) -> Result<Arc<ServerConfig>, String> {
    let at = |path: &Path, why: &str| format!("{}: {why}", path.display());
    let own = &files.certificate;
    let text = config::read(own)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    let chain = chain.map_err(|e| at(own, &format!("the certificate cannot be read: {e}")))?;
    if chain.is_empty() {
        return Err(at(
            own,
            "there is no certificate in it (-----BEGIN CERTIFICATE-----)",
        ));
    }
    let text = config::read(&files.key)?;
    let why = "the key has a password; write it without one (`openssl pkey -in FILE -out NEW`)";
    let is_locked = ["BEGIN ENCRYPTED PRIVATE KEY", "Proc-Type: 4,ENCRYPTED"];
    if is_locked.iter().any(|mark| text.contains(mark)) {
        return Err(at(&files.key, why));
    }
    let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| {
        at(
            &files.key,
            "there is no private key in it (-----BEGIN PRIVATE KEY-----)",
        )
    })?;
    configured(chain, key).map_err(|e| match e {
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            let why = format!("is not the key of the certificate in {}", own.display());
            at(&files.key, &why)
        }
        Error::InvalidCertificate(why) => at(own, &format!("not a good certificate: {why:?}")),
        other => at(&files.key, &other.to_string()),
    })
}

/// A configuration with a certificate for a host that is signed by itself.
///
/// # Errors
/// None can be made.
pub fn make(host: &str) -> Result<Arc<ServerConfig>, String> {
    let fail = |e: rcgen::Error| format!("no certificate can be made for {host}: {e}");
    let mut names = vec![host.to_string(), "localhost".into(), "127.0.0.1".into()];
    names.retain(|name| name.is_ascii());
    let mut params = CertificateParams::new(names).map_err(fail)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, host);
    let key = KeyPair::generate().map_err(fail)?;
    let certificate = params.self_signed(&key).map_err(fail)?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    configured(vec![certificate.der().clone()], key.into()).map_err(|e| e.to_string())
}

fn configured(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, Error> {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(Arc::new(config))
}
