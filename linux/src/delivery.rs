//! A request to the receiver, with proof that it was done.

use core::fmt;
use core::time::Duration;
use std::io::Read;
use std::thread;
use std::time::{Instant, SystemTime};

use backon::{BackoffBuilder, ExponentialBuilder};
use haos_analytics_core::Foreign;
use serde::de::IgnoredAny;
use ureq::http::header::{CONTENT_ENCODING, TRANSFER_ENCODING};
use ureq::http::{Response, StatusCode};
use ureq::Body;

use crate::error::{Error, Exit};
use crate::http::NoAnswer;
use crate::json_object;
use crate::log::Log;
use crate::source::Source;

/// For one try: name, connection, handshake, request and answer.
pub const TIMEOUT: Duration = Duration::from_secs(30);
/// Tries after the first one.
pub const RETRIES: usize = 2;
/// The least pause before the second try; the third waits four times as long. Up to as much again is added by chance, so
/// that devices that failed together do not come back together.
const PAUSE: Duration = Duration::from_secs(1);
/// A receiver that asks for a longer pause than this gets it: the next run tries again.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The receiver answers with nothing; one of somebody else may answer with a little JSON.
const ANSWER_LIMIT: u64 = 64 * 1024;

/// Why a try did not deliver.
#[derive(Debug)]
pub enum Failure {
    /// The receiver was not reached, is not who it should be, or did not answer in time.
    Network(NoAnswer),
    /// The receiver does not take it, now or ever.
    Status {
        /// Not 200.
        status: StatusCode,
        /// What `Retry-After` asks for.
        retry_after: Option<Duration>,
        /// What the receiver itself says, of an answer that [`is_lasting`].
        reason: Option<String>,
    },
    /// Status 200, but no proof.
    Unconfirmed(Unconfirmed),
}

/// Why an answer of status 200 is no proof that a receiver has what was sent.
#[derive(Debug)]
pub enum Unconfirmed {
    /// It is neither empty nor JSON.
    NoReceiver,
    /// It is in a content coding that was not asked for; which one, where that can be shown.
    Coded(Option<String>),
}

/// Makes a request until the receiver confirms it. `may` is asked before each try: what was agreed
/// to may not be any more. `source` is who chose the receiver: if that was somebody, an answer that
/// [`is_lasting`] is theirs to look at. Returns how long the try took that was confirmed.
///
/// # Errors
///
/// It was not delivered, or there is no proof that it was; or the error of `may`.
pub fn deliver(
    method: &str,
    endpoint: Foreign<&str>,
    source: &Source,
    log: &mut Log<'_>,
    may: impl Fn() -> Result<(), Error>,
    request: impl Fn() -> Result<Response<Body>, ureq::Error>,
) -> Result<Duration, Error> {
    let mut pauses =
        ExponentialBuilder::new().with_min_delay(PAUSE).with_factor(4.0).with_max_times(RETRIES).with_jitter().build();
    loop {
        may()?;
        let start = Instant::now();
        let failure = match attempt(&request) {
            Ok(()) => return Ok(start.elapsed()),
            Err(failure) => failure,
        };
        let pause = failure.may_pass().then(|| pauses.next()).flatten().map(|pause| pause.max(failure.asked_pause()));
        match pause {
            Some(pause) if pause <= LONGEST_PAUSE => {
                log.notice(format_args!(
                    "{method} {endpoint}: {}; next try in {} s",
                    Foreign(&failure),
                    pause.as_millis().div_ceil(1000)
                ));
                thread::sleep(pause);
            }
            _ => return Err(failure.told(method, endpoint, source)),
        }
    }
}

/// One try.
///
/// # Errors
///
/// It was not delivered, or there is no proof that it was.
pub fn attempt(request: impl Fn() -> Result<Response<Body>, ureq::Error>) -> Result<(), Failure> {
    let network = |error| Failure::Network(NoAnswer::new(error, TIMEOUT));
    let answer = request().map_err(network)?;
    let status = answer.status();
    if status != StatusCode::OK {
        let retry_after = retry_after(&answer, SystemTime::now());
        let reason = is_lasting(status).then(|| reason(answer)).flatten();
        return Err(Failure::Status { status, retry_after, reason });
    }
    confirmation(answer).map_err(network)?.map_err(Failure::Unconfirmed)
}

/// Reads the body of an answer of status 200; whether it is one that [`confirms`].
///
/// # Errors
///
/// It did not come to its end.
pub fn confirmation(answer: Response<Body>) -> Result<Result<(), Unconfirmed>, ureq::Error> {
    let coding = coding(&answer);
    let mut body = Vec::new();
    answer.into_body().into_reader().take(ANSWER_LIMIT + 1).read_to_end(&mut body)?;
    Ok(match coding {
        Some(coded) if !body.is_empty() => Err(coded),
        _ if confirms(&body) => Ok(()),
        _ => Err(Unconfirmed::NoReceiver),
    })
}

/// Statuses that tomorrow's run would get again: this is no receiver, or not for such a report.
pub fn is_lasting(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 400 | 401 | 403 | 404 | 405 | 410)
}

/// Why a receiver refuses, if it says so as ours does: `{"error":"…"}`
fn reason(answer: Response<Body>) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Refusal {
        error: String,
    }
    let mut body = Vec::new();
    answer.into_body().into_reader().take(ANSWER_LIMIT).read_to_end(&mut body).ok()?;
    let Refusal { error } = json_object::read(&body).ok()?;
    error.lines().next().map(str::to_owned)
}

/// The first coding of an answer that was not asked for: of its content, or beside chunks of its
/// transfer.
pub fn coding(answer: &Response<Body>) -> Option<Unconfirmed> {
    /// The longest registered name is `x-compress`.
    const LONGEST: usize = 10;
    let plain = [(CONTENT_ENCODING, "identity"), (TRANSFER_ENCODING, "chunked")];
    let mut values = plain.into_iter().flat_map(|(header, plain)| {
        answer.headers().get_all(header).into_iter().map(move |value| (value.to_str().unwrap_or("?"), plain))
    });
    values.find_map(|(value, plain)| {
        let mut names = value.split(',').map(str::trim).filter(|name| !name.is_empty());
        let name = names.find(|name| !name.eq_ignore_ascii_case(plain))?;
        let is_plain = name.len() <= LONGEST && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        Some(Unconfirmed::Coded(is_plain.then(|| name.to_owned())))
    })
}

/// Nothing, or JSON. A captive portal answers "200" to everything, with a page.
pub fn confirms(body: &[u8]) -> bool {
    let whole = u64::try_from(body.len()).is_ok_and(|length| length <= ANSWER_LIMIT);
    let body = body.trim_ascii();
    whole && (body.is_empty() || is_json(body))
}

fn is_json(body: &[u8]) -> bool {
    core::str::from_utf8(body).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

fn retry_after(answer: &Response<Body>, now: SystemTime) -> Option<Duration> {
    let value = answer.headers().get("retry-after")?.to_str().ok()?.trim();
    pause_of(value, now)
}

/// `Retry-After` is a number of seconds, or a date.
pub fn pause_of(value: &str, now: SystemTime) -> Option<Duration> {
    // A number that is too large is a long pause still.
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = || is_number.then(|| Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    let date = || httpdate::parse_http_date(value).ok().map(|date| date.duration_since(now).unwrap_or_default());
    seconds().or_else(date)
}

impl Failure {
    /// Whether another try may end differently.
    fn may_pass(&self) -> bool {
        match self {
            Failure::Network(error) => error.may_pass(),
            Failure::Status { status, .. } => status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS,
            Failure::Unconfirmed(_) => false,
        }
    }

    /// The end of the tries, with what led to it.
    fn told(self, method: &str, endpoint: Foreign<&str>, source: &Source) -> Error {
        let told = format_args!("not delivered: {method} {endpoint}: {}", Foreign(&self)).to_string();
        let error = Error::new(Exit::NotDelivered, &told);
        match &self {
            Failure::Status { status, reason, .. } if is_lasting(*status) && *source != Source::BuiltIn => {
                let reason = reason.as_ref().map_or_else(String::new, |reason| format!(": {}", Foreign(reason)));
                Error::new(Exit::Configuration, format_args!("{told}{reason}"))
                    .because(format!("the endpoint comes from {source}"))
            }
            Failure::Network(cause) => match cause.certificate() {
                Some(cause) => error.because(cause.clone()),
                None => error,
            },
            _ => error,
        }
    }

    fn asked_pause(&self) -> Duration {
        match self {
            Failure::Status { retry_after, .. } => retry_after.unwrap_or_default(),
            _ => Duration::ZERO,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Network(error) => error.fmt(f),
            Failure::Status { status, retry_after: Some(pause), .. } if *pause > LONGEST_PAUSE => {
                write!(f, "{}, and a pause of {} s is asked for", told(*status), pause.as_secs())
            }
            Failure::Status { status, .. } => match status.as_u16() {
                301 | 302 | 303 | 307 | 308 => write!(f, "{status}: redirects are not followed"),
                520..=530 => write!(f, "{}: the receiver's CDN could not reach it", told(*status)),
                _ => f.write_str(&told(*status)),
            },
            Failure::Unconfirmed(why) => why.fmt(f),
        }
    }
}

/// The number, and what it is called if it has a name.
fn told(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

impl fmt::Display for Unconfirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unconfirmed::NoReceiver => f.write_str("200, but neither empty nor JSON: perhaps a captive portal"),
            Unconfirmed::Coded(Some(name)) => write!(f, "200, but in the coding {name}, which was not asked for"),
            Unconfirmed::Coded(None) => f.write_str("200, but in a coding that was not asked for"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    #[test]
    fn statuses() {
        for (status, words) in [
            (301, "301 Moved Permanently: redirects are not followed"),
            (503, "503 Service Unavailable"),
            (530, "530: the receiver's CDN could not reach it"),
            (599, "599"),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(Failure::Status { status, retry_after: None, reason: None }.to_string(), words);
        }
    }

    #[test]
    fn proofs() {
        let large = [b' '; ANSWER_LIMIT as usize + 1];
        let number = [b'1'; ANSWER_LIMIT as usize + 1];
        for (body, expected) in [
            (&b""[..], true),
            (b"\r\n", true),
            (b"{\"result\":\"ok\"}", true),
            (b"null", true),
            (b"<html>", false),
            (b"{\"result\":", false),
            (b"ok", false),
            (b"\xff", false),
            (&large, false),
            (&number, false),
        ] {
            assert_eq!(confirms(body), expected, "{} bytes", body.len());
        }
    }

    /// Home Assistant's own receiver is nobody's mistake on this machine.
    #[test]
    fn only_who_chose_an_endpoint_is_told_that_it_is_wrong() {
        for status in 100..600 {
            let status = StatusCode::from_u16(status).unwrap();
            let told = |source: &Source| {
                let failure = Failure::Status { status, retry_after: None, reason: Some("why".to_owned()) };
                failure.told("POST", Foreign("https://a.example"), source)
            };
            let built_in = told(&Source::BuiltIn);
            assert_eq!(built_in.exit, Exit::NotDelivered, "{status}");
            assert!(!built_in.to_string().contains("why") && built_in.chain().count() == 0, "{built_in}");
            for source in [Source::Variable("X"), Source::Option("--x"), Source::File { path: "/x".into(), line: 1 }] {
                let error = told(&source);
                let is_lasting = [301, 400, 401, 403, 404, 405, 410].contains(&status.as_u16());
                assert_eq!(error.exit == Exit::Configuration, is_lasting, "{status}");
                assert_eq!(error.to_string().ends_with(": why"), is_lasting, "{error}");
                assert_eq!(error.chain().count(), usize::from(is_lasting), "{error}");
            }
        }
    }

    #[test]
    fn pauses_that_a_receiver_asks_for() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, expected) in [
            ("7", Some(7)),
            ("0", Some(0)),
            ("18446744073709551616", Some(u64::MAX)),
            ("+7", None),
            ("", None),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("1.5", None),
        ] {
            assert_eq!(pause_of(value, now).map(|pause| pause.as_secs()), expected, "{value}");
        }
    }
}
