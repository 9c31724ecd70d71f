//! A request to the receiver, with proof that it was done.

use core::fmt;
use core::time::Duration;
use std::io::Read;
use std::thread;
use std::time::SystemTime;

use backon::{BackoffBuilder, ExponentialBuilder};
use serde::de::IgnoredAny;
use ureq::http::{Response, StatusCode};
use ureq::Body;

use crate::error::{Error, Exit};
use crate::http::certificate_error;
use crate::log::Log;

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
enum Failure {
    /// The receiver was not reached, or did not answer in time.
    Network(ureq::Error),
    /// The receiver is not who it should be.
    Certificate(rustls::Error),
    /// The receiver does not take it, now or ever.
    Status { status: StatusCode, retry_after: Option<Duration> },
    /// Status 200, but not from a receiver.
    NoReceiver,
}

/// Makes a request until the receiver confirms it.
///
/// # Errors
///
/// It was not delivered, or there is no proof that it was.
pub fn deliver(
    method: &str,
    endpoint: &str,
    log: &mut Log<'_>,
    request: impl Fn() -> Result<Response<Body>, ureq::Error>,
) -> Result<(), Error> {
    let mut pauses =
        ExponentialBuilder::new().with_min_delay(PAUSE).with_factor(4.0).with_max_times(RETRIES).with_jitter().build();
    loop {
        let failure = match attempt(&request) {
            Ok(()) => return Ok(()),
            Err(failure) => failure,
        };
        let pause = failure.may_pass().then(|| pauses.next()).flatten().map(|pause| pause.max(failure.asked_pause()));
        match pause {
            Some(pause) if pause <= LONGEST_PAUSE => {
                log.notice(format_args!(
                    "{method} {endpoint}: {failure}; next try in {} s",
                    pause.as_millis().div_ceil(1000)
                ));
                thread::sleep(pause);
            }
            _ => return Err(failure.told(method, endpoint)),
        }
    }
}

fn attempt(request: impl Fn() -> Result<Response<Body>, ureq::Error>) -> Result<(), Failure> {
    let answer = request().map_err(Failure::of)?;
    let status = answer.status();
    if status != StatusCode::OK {
        return Err(Failure::Status { status, retry_after: retry_after(&answer, SystemTime::now()) });
    }
    if is_confirmed(answer).map_err(Failure::of)? {
        Ok(())
    } else {
        Err(Failure::NoReceiver)
    }
}

/// Reads the body of an answer; whether it is one that [`confirms`].
///
/// # Errors
///
/// It did not come to its end.
pub fn is_confirmed(answer: Response<Body>) -> Result<bool, ureq::Error> {
    let mut body = Vec::new();
    answer.into_body().into_reader().take(ANSWER_LIMIT + 1).read_to_end(&mut body)?;
    Ok(confirms(&body))
}

/// Nothing, or JSON. A captive portal answers "200" to everything, with a page.
pub fn confirms(body: &[u8]) -> bool {
    let whole = u64::try_from(body.len()).is_ok_and(|length| length <= ANSWER_LIMIT);
    let body = body.trim_ascii();
    whole && (body.is_empty() || serde_json::from_slice::<IgnoredAny>(body).is_ok())
}

fn retry_after(answer: &Response<Body>, now: SystemTime) -> Option<Duration> {
    let value = answer.headers().get("retry-after")?.to_str().ok()?.trim();
    pause_of(value, now)
}

/// `Retry-After` is a number of seconds, or a date.
pub fn pause_of(value: &str, now: SystemTime) -> Option<Duration> {
    let seconds = || value.parse().ok().map(Duration::from_secs);
    let date = || httpdate::parse_http_date(value).ok().map(|date| date.duration_since(now).unwrap_or_default());
    seconds().or_else(date)
}

impl Failure {
    fn of(error: ureq::Error) -> Self {
        match certificate_error(&error) {
            Some(error) => Failure::Certificate(error.clone()),
            None => Failure::Network(error),
        }
    }

    /// Whether another try may end differently.
    fn may_pass(&self) -> bool {
        match self {
            Failure::Network(_) => true,
            // An interim answer is none: the real one would have followed.
            Failure::Status { status, .. } => {
                status.is_server_error() || status.is_informational() || *status == StatusCode::TOO_MANY_REQUESTS
            }
            Failure::Certificate(_) | Failure::NoReceiver => false,
        }
    }

    /// The end of the tries, with what led to it.
    fn told(self, method: &str, endpoint: &str) -> Error {
        let error = Error::new(Exit::NotDelivered, format_args!("not delivered: {method} {endpoint}: {self}"));
        match self {
            Failure::Certificate(cause) => error.because(cause),
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
            Failure::Network(ureq::Error::Timeout(_)) => write!(f, "no answer within {} s", TIMEOUT.as_secs()),
            Failure::Network(error) => error.fmt(f),
            Failure::Certificate(_) => f.write_str("the receiver's certificate does not hold"),
            Failure::Status { status, retry_after: Some(pause) } if *pause > LONGEST_PAUSE => {
                write!(f, "{status}, and a pause of {} s is asked for", pause.as_secs())
            }
            Failure::Status { status, .. } => match status.as_u16() {
                301 | 302 | 303 | 307 | 308 => write!(f, "{status}: redirects are not followed"),
                _ => status.fmt(f),
            },
            Failure::NoReceiver => {
                f.write_str("200, but neither empty nor JSON: no receiver, perhaps a captive portal")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

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

    #[test]
    fn pauses_that_a_receiver_asks_for() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, expected) in [
            ("7", Some(7)),
            ("0", Some(0)),
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
