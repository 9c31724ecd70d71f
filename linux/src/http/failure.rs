//! Why a request got no answer: in words that name the cause, and whether another try may end
//! differently.

use core::fmt;
use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::{AlertDescription, CertificateError, Error as Tls, PeerIncompatible};
use ureq::Error;

use super::answer::BadAnswer;
use super::tunnel::{NoTunnel, ProxyFailed};
use crate::clock;

/// A request without an answer.
#[derive(Debug)]
pub struct NoAnswer {
    error: Error,
    within: Duration,
}

impl NoAnswer {
    /// What became of a request that had so much time.
    pub fn new(error: impl Into<Error>, within: Duration) -> Self {
        NoAnswer { error: error.into(), within }
    }

    /// Whether another try may end differently.
    pub fn may_pass(&self) -> bool {
        may_pass(&self.error)
    }

    /// What is wrong with the certificate of the other side, if that is it and not said already.
    pub fn certificate(&self) -> Option<&Tls> {
        tls(innermost(&self.error))
            .filter(|error| matches!(error, Tls::InvalidCertificate(why) if !is_of_authority(why)))
    }
}

/// The error that a proxy ran into, or the error itself.
fn innermost(error: &Error) -> &Error {
    match proxy_failed(error) {
        Some(failed) => &failed.error,
        None => error,
    }
}

fn proxy_failed(error: &Error) -> Option<&ProxyFailed> {
    match error {
        Error::Other(other) => other.downcast_ref(),
        _ => None,
    }
}

fn tls(error: &Error) -> Option<&Tls> {
    match error {
        Error::Io(error) => error.get_ref()?.downcast_ref(),
        _ => None,
    }
}

/// A certificate that may only sign others. `rustls` has no word of its own for it.
fn is_of_authority(error: &CertificateError) -> bool {
    matches!(error, CertificateError::Other(other) if other.0.to_string() == "CaUsedAsEndEntity")
}

/// What the other side is does not change in a minute: only what happened on the way may.
fn may_pass(error: &Error) -> bool {
    let error = innermost(error);
    match (tls(error), error) {
        (Some(Tls::AlertReceived(alert)), _) => !is_refusal(*alert),
        (Some(error), _) => !matches!(
            error,
            Tls::InvalidCertificate(_)
                | Tls::InvalidMessage(_)
                | Tls::InappropriateMessage { .. }
                | Tls::InappropriateHandshakeMessage { .. }
                | Tls::PeerIncompatible(_)
                | Tls::PeerMisbehaved(_)
        ),
        (None, Error::Other(other)) => match other.downcast_ref::<NoTunnel>() {
            Some(NoTunnel(status)) => status.is_server_error() || status.as_u16() == 429,
            None => !other.is::<BadAnswer>(),
        },
        (None, Error::Protocol(_)) => false,
        (None, _) => true,
    }
}

/// Alerts of a server that has nothing in common with this client.
fn is_refusal(alert: AlertDescription) -> bool {
    use AlertDescription::{HandshakeFailure, InsufficientSecurity, ProtocolVersion, UnrecognisedName};
    matches!(alert, HandshakeFailure | InsufficientSecurity | ProtocolVersion | UnrecognisedName)
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(ProxyFailed { proxy, .. }) = proxy_failed(&self.error) {
            write!(f, "the proxy {proxy}: ")?;
        }
        let error = innermost(&self.error);
        match (tls(error), error) {
            (Some(error), _) => tell_tls(error, f),
            (None, Error::Timeout(_)) => write!(f, "no answer within {} s", self.within.as_secs()),
            (None, Error::Io(error)) => error.fmt(f),
            (None, Error::Other(error)) => error.fmt(f),
            (None, Error::Protocol(error)) => write!(f, "the answer is broken HTTP: {error}"),
            (None, error) => error.fmt(f),
        }
    }
}

fn tell_tls(error: &Tls, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    use CertificateError::{Expired, ExpiredContext, NotValidYet, NotValidYetContext};
    match error {
        Tls::InvalidCertificate(NotValidYet) => {
            write!(f, "the server's certificate is not valid yet{}", Clock)
        }
        Tls::InvalidCertificate(NotValidYetContext { not_before, .. }) => {
            write!(f, "the server's certificate is not valid before {}{}", day(not_before.as_secs()), Clock)
        }
        Tls::InvalidCertificate(Expired) => write!(f, "the server's certificate has expired{}", Clock),
        Tls::InvalidCertificate(ExpiredContext { not_after, .. }) => {
            write!(f, "the server's certificate has expired on {}{}", day(not_after.as_secs()), Clock)
        }
        Tls::InvalidCertificate(why) if is_of_authority(why) => {
            f.write_str("this certificate is an authority's, not a server's")
        }
        Tls::InvalidCertificate(_) => f.write_str("the server's certificate does not hold"),
        Tls::InvalidMessage(_) | Tls::InappropriateMessage { .. } | Tls::InappropriateHandshakeMessage { .. } => {
            f.write_str("the server does not speak TLS; http:// instead?")
        }
        Tls::AlertReceived(AlertDescription::ProtocolVersion)
        | Tls::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13 | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => f.write_str("the server does not speak TLS 1.3"),
        Tls::AlertReceived(alert) if is_refusal(*alert) => {
            write!(f, "the server refuses TLS 1.3 as this program speaks it: {alert:?}")
        }
        error => write!(f, "TLS: {error}"),
    }
}

/// The question that a certificate of another time raises. A board without a battery begins each
/// time at the same day.
struct Clock;

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, ": is the clock right? It says {}", clock::day(SystemTime::now()))
    }
}

fn day(seconds: u64) -> String {
    // Later than any calendar of the library goes there is no day.
    const YEAR_10000: u64 = 253_402_300_800;
    clock::day(UNIX_EPOCH + Duration::from_secs(seconds.min(YEAR_10000 - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use ureq::http::StatusCode;
    use ureq::Timeout;

    fn no_answer(error: Error) -> (String, bool) {
        let failure = NoAnswer::new(error, Duration::from_secs(30));
        (failure.to_string(), failure.may_pass())
    }

    #[test]
    fn causes() {
        let tls = |error: Tls| Error::Io(io::Error::new(io::ErrorKind::InvalidData, error));
        let tunnel = |status| Error::Other(Box::new(NoTunnel(StatusCode::from_u16(status).unwrap())));
        let refused = || Error::Io(io::ErrorKind::ConnectionRefused.into());
        for (error, words, passes) in [
            (Error::Timeout(Timeout::Global), "no answer within 30 s", true),
            (refused(), "connection refused", true),
            (Error::HostNotFound, "host not found", true),
            (BadAnswer::NoHttp.into(), "the answer is not HTTP", false),
            (tls(Tls::AlertReceived(AlertDescription::ProtocolVersion)), "the server does not speak TLS 1.3", false),
            (
                tls(Tls::AlertReceived(AlertDescription::HandshakeFailure)),
                "the server refuses TLS 1.3 as this program speaks it: HandshakeFailure",
                false,
            ),
            (
                tls(Tls::AlertReceived(AlertDescription::InternalError)),
                "TLS: received fatal alert: InternalError",
                true,
            ),
            (
                tls(Tls::InvalidMessage(rustls::InvalidMessage::InvalidContentType)),
                "does not speak TLS; http:// instead?",
                false,
            ),
            (tls(Tls::InvalidCertificate(CertificateError::NotValidYet)), "yet: is the clock right? It says ", false),
            (tunnel(502), "502 Bad Gateway", true),
            (tunnel(429), "429 Too Many Requests", true),
            (tunnel(407), "407 Proxy Authentication Required", false),
            (tunnel(405), "405 Method Not Allowed", false),
        ] {
            let (told, passing) = no_answer(error);
            assert!(told.contains(words) && passing == passes, "{words}: {told}, {passing}");
        }
        assert_eq!(day(u64::MAX), "31 Dec 9999");
    }
}
