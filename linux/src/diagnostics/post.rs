//! One report to the server.

use core::fmt;
use core::time::Duration;
use std::time::SystemTime;

use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

use super::dsn::Dsn;
use super::limits;
use crate::delivery::{confirmation, Unconfirmed};
use crate::http::NoAnswer;

/// For one report. There is one try at each run, and what is not sent then waits: the analytics must not be late for it.
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// What became of a report.
pub struct Answer {
    /// Whether the server has it.
    pub result: Result<(), Refusal>,
    /// How long it wants to be left alone.
    pub pause: Option<Duration>,
}

/// Why the server does not have it.
pub enum Refusal {
    /// It was not reached, or did not answer.
    Network(NoAnswer),
    /// It said no.
    Status(StatusCode),
    /// 200, but not from a server for reports.
    Unconfirmed(Unconfirmed),
}

/// Posts an envelope, once.
pub fn post(agent: &Agent, dsn: &Dsn, envelope: &[u8], now: SystemTime) -> Answer {
    const CLIENT: &str = concat!("haos-analytics/", env!("CARGO_PKG_VERSION"));
    let sent = agent
        .post(&dsn.endpoint)
        .header("content-type", "application/x-sentry-envelope")
        .header("x-sentry-auth", format!("Sentry sentry_version=7, sentry_client={CLIENT}, sentry_key={}", dsn.key))
        .send(envelope);
    match sent {
        Ok(answer) => Answer { pause: asked(&answer, now), result: read(answer) },
        Err(error) => Answer { pause: None, result: Err(Refusal::Network(NoAnswer::new(error, TIMEOUT))) },
    }
}

fn read(answer: Response<Body>) -> Result<(), Refusal> {
    let status = answer.status();
    if status != StatusCode::OK {
        return Err(Refusal::Status(status));
    }
    let confirmed = confirmation(answer).map_err(|error| Refusal::Network(NoAnswer::new(error, TIMEOUT)))?;
    confirmed.map_err(Refusal::Unconfirmed)
}

fn asked(answer: &Response<Body>, now: SystemTime) -> Option<Duration> {
    let header = |name| answer.headers().get(name)?.to_str().ok();
    limits::pause(answer.status().as_u16(), header("x-sentry-rate-limits"), header("retry-after"), now)
}

impl Refusal {
    /// Whether it is about this one report, so that the next one may fare better.
    pub fn is_of_this_one(&self) -> bool {
        matches!(self, Refusal::Status(StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Network(error) => match error.certificate() {
                Some(cause) => write!(f, "{error}: {cause}"),
                None => error.fmt(f),
            },
            Refusal::Status(status) => status.fmt(f),
            Refusal::Unconfirmed(why) => why.fmt(f),
        }
    }
}
