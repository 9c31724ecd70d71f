//! A private certificate authority and the server certificates, good and bad, that it signs. All are made at run time.

use core::sync::atomic::{AtomicUsize, Ordering};
use rcgen::{date_time_ymd, BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

static MADE: AtomicUsize = AtomicUsize::new(1);

/// An authority that nobody trusts but who is given [`Authority::ca_file`].
pub struct Authority {
    certificate: rcgen::Certificate,
    key: KeyPair,
    directory: TempDir,
}

/// A server certificate. Signed by another [`Authority`] it serves as one of an unknown CA.
#[derive(Clone, Copy, Debug)]
pub enum Leaf<'a> {
    /// For 127.0.0.1, `[::1]` and localhost, today.
    Good,
    /// In order, but for this name alone.
    Named(&'a str),
    /// For loopback, but its time is over.
    Expired,
    /// For loopback, but its time has not come.
    NotYetValid,
}

/// What the server speaks.
#[derive(Clone, Copy, Debug)]
pub enum Versions {
    /// TLS 1.3 and 1.2.
    All,
    /// TLS 1.2 alone.
    OnlyTls12,
}

impl Authority {
    /// A new one, unlike every other.
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Each has a name of its own: of two with one name, a client would find a bad signature, not an unknown CA.
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        params.distinguished_name.push(DnType::CommonName, format!("haos-analytics test authority {number}"));
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = params.self_signed(&key).expect("an authority signs itself");
        let directory = TempDir::new().expect("there is a temporary directory");
        fs::write(directory.path().join("ca.pem"), certificate.pem()).expect("the temporary directory is writable");
        Self { certificate, key, directory }
    }

    /// The authority's certificate in PEM, for `--ca`. It lives as long as the authority.
    pub fn ca_file(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    /// A directory of the authority's own, beside the PEM file.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The authority's certificate in PEM.
    pub fn ca_pem(&self) -> String {
        self.certificate.pem()
    }

    /// A server with a certificate of this authority.
    pub fn server(&self, leaf: Leaf<'_>, versions: Versions) -> Arc<ServerConfig> {
        let (certificate, key) = self.sign(leaf);
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&versions.list())
            .expect("ring knows both versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("the key is that of the certificate");
        Arc::new(config)
    }
}

impl Authority {
    /// A certificate and its key as PEM files, for a server that is a program. They live as long as
    /// the authority.
    pub fn server_files(&self, leaf: Leaf<'_>) -> (PathBuf, PathBuf) {
        let (certificate, key) = self.sign(leaf);
        let files = ["server.pem", "server.key"].map(|name| self.directory.path().join(name));
        for (path, pem) in files.iter().zip([certificate.pem(), key.serialize_pem()]) {
            fs::write(path, pem).expect("the temporary directory is writable");
        }
        files.into()
    }

    fn sign(&self, leaf: Leaf<'_>) -> (rcgen::Certificate, KeyPair) {
        let (params, key) = (leaf.params(), KeyPair::generate().expect("a key can be made"));
        (params.signed_by(&key, &self.certificate, &self.key).expect("an authority signs"), key)
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl Leaf<'_> {
    fn params(self) -> CertificateParams {
        let loopback = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        let names = if let Self::Named(name) = self { vec![name.to_owned()] } else { loopback };
        let mut params = CertificateParams::new(names).expect("these are names");
        match self {
            Self::Good | Self::Named(_) => {}
            Self::Expired => {
                params.not_before = date_time_ymd(2001, 1, 1);
                params.not_after = date_time_ymd(2002, 1, 1);
            }
            Self::NotYetValid => params.not_before = date_time_ymd(3000, 1, 1),
        }
        params
    }
}

impl Versions {
    fn list(self) -> Vec<&'static SupportedProtocolVersion> {
        match self {
            Self::All => vec![&TLS13, &TLS12],
            Self::OnlyTls12 => vec![&TLS12],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_server::Listen;
    use crate::receiver::{Behaviour, Receiver};
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, ServerName};
    use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    /// What a client that trusts `ca` gets from a POST to `localhost`.
    fn ask(receiver: &Receiver, ca: &Authority) -> Result<String, String> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(ca.ca_file()).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let session = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap();
        let mut stream = StreamOwned::new(session, TcpStream::connect(receiver.address()).unwrap());
        let mut answer = String::new();
        stream.write_all(b"POST /v1 HTTP/1.0\r\ncontent-length: 2\r\n\r\n{}").map_err(|error| error.to_string())?;
        stream.read_to_string(&mut answer).map_err(|error| error.to_string())?;
        Ok(answer)
    }

    #[test]
    fn a_good_certificate_in_both_versions() {
        let authority = Authority::new();
        for (versions, spoken) in [(Versions::All, "TLSv1_3"), (Versions::OnlyTls12, "TLSv1_2")] {
            let listen = Listen::tls(authority.server(Leaf::Good, versions));
            let receiver = Receiver::start(listen, Behaviour::Accept);
            assert!(ask(&receiver, &authority).unwrap().starts_with("HTTP/1.1 200 OK"));
            assert_eq!(receiver.server().tls_versions(), [spoken]);
            assert_eq!(receiver.bodies(), [b"{}"]);
            assert!(receiver.url().starts_with("https://127.0.0.1:"));
        }
    }

    #[test]
    fn a_bad_certificate_is_bad_in_its_own_way() {
        let authority = Authority::new();
        let refused = |leaf, trusted: &Authority| {
            let listen = Listen::tls(authority.server(leaf, Versions::All));
            let receiver = Receiver::start(listen, Behaviour::Accept);
            let error = ask(&receiver, trusted).unwrap_err();
            assert!(receiver.requests().is_empty() && receiver.server().failures().len() == 1);
            error
        };
        assert!(refused(Leaf::Named("example.org"), &authority).contains("not valid for name"));
        assert!(refused(Leaf::Expired, &authority).contains("expired"));
        assert!(refused(Leaf::NotYetValid, &authority).contains("not valid yet"));
        assert!(refused(Leaf::Good, &Authority::new()).contains("UnknownIssuer"));
    }
}
