//! A private certificate authority and the server certificates, good and bad, that it signs. All are made at run time.

use crate::certificate::{self, Key, Use, ALWAYS};
use core::sync::atomic::{AtomicU64, Ordering};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use x509_cert::Certificate;

/// What a good certificate is for.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

static MADE: AtomicU64 = AtomicU64::new(1);

/// An authority that nobody trusts but who is given [`Authority::ca_file`].
pub struct Authority {
    name: String,
    certificate: Certificate,
    key: Key,
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
        // Each has a name of its own: of two with one name, a client would find a bad signature, not an unknown CA.
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let (name, key) = (format!("haos-analytics test authority {number}"), Key::generate());
        let own = (name.as_str(), &key);
        let certificate = certificate::sign(number, own, own, ALWAYS, &Use::Authority);
        let directory = TempDir::new().expect("there is a temporary directory");
        fs::write(directory.path().join("ca.pem"), certificate::pem(&certificate))
            .expect("the temporary directory is writable");
        Self { name, certificate, key, directory }
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
        certificate::pem(&self.certificate)
    }

    /// A server with a certificate of this authority.
    pub fn server(&self, leaf: Leaf<'_>, versions: Versions) -> Arc<ServerConfig> {
        let (certificate, key) = self.sign(leaf);
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.der().to_vec()));
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&versions.list())
            .expect("ring knows both versions")
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(certificate::der(&certificate))], key)
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
        for (path, pem) in files.iter().zip([certificate::pem(&certificate), key.pem()]) {
            fs::write(path, pem).expect("the temporary directory is writable");
        }
        files.into()
    }

    fn sign(&self, leaf: Leaf<'_>) -> (Certificate, Key) {
        let (number, key) = (MADE.fetch_add(1, Ordering::Relaxed), Key::generate());
        let subject = ("haos-analytics test server", &key);
        let loopback = Use::Server(&LOOPBACK);
        let certificate = |years, purpose| certificate::sign(number, subject, (&self.name, &self.key), years, purpose);
        let certificate = match leaf {
            Leaf::Good => certificate(ALWAYS, &loopback),
            Leaf::Named(name) => certificate(ALWAYS, &Use::Server(&[name])),
            Leaf::Expired => certificate((2001, 2002), &loopback),
            Leaf::NotYetValid => certificate((3000, ALWAYS.1), &loopback),
        };
        (certificate, key)
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
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
    use rustls::pki_types::ServerName;
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
