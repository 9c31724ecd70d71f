//! The authorities whose word is taken for who a server is.

use core::fmt;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use super::tls;
use crate::error::{Error, Exit};
use crate::log::Log;
use crate::root::{self, Cause, Regular, Root};
use crate::shown;

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
    tls::config(roots).map_err(|error| Error::fault("TLS cannot be set up").because(error))
}

/// Every certificate of a file that was named must do: a broken one may be the one that is meant.
fn given(path: &Path) -> Result<RootCertStore, Error> {
    let wrong = |why: &dyn fmt::Display| Error::new(Exit::Configuration, format_args!("{}: {why}", shown::path(path)));
    let file = root::open_outside(path).map_err(|error| Error::new(Exit::Configuration, error))?;
    let (roots, broken) = certificates(file).map_err(|cause| wrong(&cause))?;
    match (roots.is_empty(), broken) {
        (_, true) => Err(wrong(&"a certificate in it is broken")),
        (true, _) => Err(wrong(&"no certificate in it")),
        _ => Ok(roots),
    }
}

/// A bundle of many may hold one that is not understood here.
fn system(root: &Root, log: &mut Log<'_>) -> Option<RootCertStore> {
    let read = root.open_file(Path::new(SYSTEM)).and_then(certificates);
    let why = match read {
        Ok((roots, _)) if !roots.is_empty() => return Some(roots),
        Ok(_) => "no certificate in it".to_owned(),
        Err(Cause::Missing) => return None,
        Err(cause) => cause.to_string(),
    };
    let path = root.path(SYSTEM);
    log.warning(format_args!("{}: {why}; the built-in authorities are used", shown::path(&path)));
    None
}

fn built_in() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// The certificates of a PEM file, and whether any was broken.
fn certificates(Regular { file, size }: Regular) -> Result<(RootCertStore, bool), Cause> {
    if size > LIMIT {
        return Err(Cause::TooLarge { limit: usize::try_from(LIMIT).unwrap_or(usize::MAX) });
    }
    Ok(read(file.take(LIMIT))?)
}

/// The certificates of a text in PEM, and whether any was broken.
///
/// # Errors
///
/// The source fails.
pub fn read(source: impl Read) -> io::Result<(RootCertStore, bool)> {
    let mut broken = false;
    let mut found = Vec::new();
    for certificate in CertificateDer::pem_reader_iter(BufReader::new(source)) {
        match certificate {
            Ok(certificate) => found.push(certificate),
            Err(pem::Error::Io(error)) => return Err(error),
            Err(_) => broken = true,
        }
    }
    let mut roots = RootCertStore::empty();
    let (_, refused) = roots.add_parsable_certificates(found);
    Ok((roots, broken || refused > 0))
}
