//! The authorities whose word is taken for who a server is.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use super::tls;
use crate::error::{Error, Exit};
use crate::log::Log;
use crate::root::{self, Root};

/// Where Home Assistant OS, and every Debian, keeps the authorities.
const SYSTEM: &str = "/etc/ssl/certs/ca-certificates.crt";
/// Today's bundle has 220 kB.
const LIMIT: u64 = 2 * 1024 * 1024;

/// TLS that trusts the authorities of `ca` alone, else those of the system, else those that are built in.
///
/// # Errors
///
/// `ca` cannot be read or holds no certificate.
pub fn tls(root: &Root, ca: Option<&Path>, log: &mut Log<'_>) -> Result<Arc<ClientConfig>, Error> {
    let roots = match ca {
        Some(path) => given(path)?,
        None => system(root, log).unwrap_or_else(built_in),
    };
    tls::config(roots).map_err(|error| Error::new(Exit::NotDelivered, "TLS cannot be set up").because(error))
}

fn given(path: &Path) -> Result<RootCertStore, Error> {
    let file = root::open_outside(path).map_err(|error| Error::new(Exit::Configuration, error))?;
    certificates(file)
        .ok_or_else(|| Error::new(Exit::Configuration, format_args!("{}: no certificate in it", path.display())))
}

fn system(root: &Root, log: &mut Log<'_>) -> Option<RootCertStore> {
    let path = root.path(SYSTEM);
    let file = root.open_file(Path::new(SYSTEM)).ok()?;
    let roots = certificates(file);
    if roots.is_none() {
        log.warning(format_args!("{}: no certificate in it; the built-in authorities are used", path.display()));
    }
    roots
}

fn built_in() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// Reads certificate by certificate, so that only what is needed of each stays. `None` if there is none.
fn certificates(file: File) -> Option<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let reader = BufReader::new(file.take(LIMIT));
    roots.add_parsable_certificates(CertificateDer::pem_reader_iter(reader).flatten());
    (!roots.is_empty()).then_some(roots)
}
