//! `send`: the report, from the files to the receiver's answer.

use core::time::Duration;
use std::ffi::OsString;
use std::io::Write;
use std::net::IpAddr;
use std::time::SystemTime;

use haos_analytics_core::{self as analytics, CoreVersion, Outcome, Transport};
use ureq::http::Uri;
use ureq::Agent;

use crate::clock;
use crate::container::Container;
use crate::delivery;
use crate::error::{Error, Exit};
use crate::gather::{gather, Gathered, BUFFER};
use crate::history::History;
use crate::http::{self, proxy, roots, Way};
use crate::log::Log;
use crate::options::Options;
use crate::root::Root;
use crate::shown;
use crate::source::Source;
use crate::storage::{self, Consent};

pub(crate) const ENDPOINT: &str = "https://analytics-api.home-assistant.io/v1";
/// For source checkouts of Home Assistant.
pub(crate) const DEVELOPMENT_ENDPOINT: &str = "https://analytics-api-dev.home-assistant.io/v1";

/// Prints the payload and posts the same bytes; then the history keeps them. Returns what is said of it.
///
/// # Errors
///
/// Nothing was sent, or it is not certain that it arrived.
pub fn send(
    options: &Options,
    root: &Root,
    history: &History<'_>,
    variable: &dyn Fn(&str) -> Option<OsString>,
    stdout: &mut dyn Write,
    log: &mut Log<'_>,
) -> Result<String, Error> {
    let gathered = gather(options, root, log)?;
    let home = gathered.home()?;
    let endpoint = endpoint(options, home.installation.version);
    let agent = agent(options, root, endpoint, delivery::TIMEOUT, variable, log)?;
    if [ENDPOINT, DEVELOPMENT_ENDPOINT].contains(&endpoint) {
        log.info(format_args!(
            "{}: Home Assistant itself reports there under the same id, and the last report counts",
            shown::url(endpoint)
        ));
    }
    let mut buffer = vec![0; BUFFER];
    let may = || still_agreed(root, &gathered);
    let source = &options.endpoint_source;
    let mut outside = Outside { agent, endpoint, source, may: &may, stdout, log, delivered: String::new() };
    let reported = analytics::report(gathered.preferences(), &gathered.detection, &home, &mut outside, &mut buffer);
    let delivered = outside.delivered;
    match reported {
        Ok(Outcome::Delivered(payload)) => {
            history.keep(gathered.base, payload, log);
            Ok(delivered)
        }
        Ok(Outcome::Declined) => Err(Error::new(Exit::NotOptedIn, "not opted in")),
        Err(analytics::Error::Payload(error)) => Err(Error::of_payload(error)),
        Err(analytics::Error::Print(error)) => Err(error),
        Err(analytics::Error::Post(error)) => {
            let remark = clock::remark(SystemTime::now(), clock::built());
            if let Some(remark) = remark.filter(|_| error.exit == Exit::NotDelivered) {
                log.warning(format_args!("{remark}"));
            }
            Err(error)
        }
    }
}

/// Whether the owner agrees to all that was gathered, by what Home Assistant's file says now.
fn still_agreed(root: &Root, gathered: &Gathered) -> Result<(), Error> {
    let files = Container::new(root, &gathered.detection.data_directory);
    let Consent { decision, path } = storage::consent(&files)?;
    let base = decision.preferences.base;
    let why = match base {
        Some(base) if base.covers(gathered.base) => return Ok(()),
        Some(_) => "less is agreed to than a moment ago",
        None => decision.why_not,
    };
    Err(Error::new(Exit::NotOptedIn, format_args!("not opted in any more: {}: {why}", shown::path(&path))))
}

/// Where to post: what the owner says, else what Home Assistant itself would choose.
pub fn endpoint<'a>(options: &'a Options, version: CoreVersion<'_>) -> &'a str {
    match &options.endpoint {
        Some(endpoint) => endpoint,
        None if version.is_development() => DEVELOPMENT_ENDPOINT,
        None => ENDPOINT,
    }
}

/// A client for an endpoint, with the proxy of the environment and the authorities of the options or the system.
///
/// # Errors
///
/// The endpoint, the proxy or the authorities are wrong.
pub fn agent(
    options: &Options,
    root: &Root,
    endpoint: &str,
    timeout: Duration,
    variable: &dyn Fn(&str) -> Option<OsString>,
    log: &mut Log<'_>,
) -> Result<Agent, Error> {
    let uri: Uri =
        endpoint.parse().map_err(|error| Error::new(Exit::Configuration, shown::url(endpoint)).because(error))?;
    let way = proxy::for_endpoint(&uri, variable)?.map_or(Way::Direct, Way::Proxy);
    if uri.scheme_str() == Some("http") && !is_here(uri.host().unwrap_or_default()) {
        log.warning(format_args!("{}: what is sent goes unencrypted", shown::url(endpoint)));
    }
    let secure = uri.scheme_str() == Some("https") || matches!(&way, Way::Proxy(proxy) if proxy.is_secure);
    // A wrong --ca is told even where it is not needed.
    let tls = if secure || options.ca.is_some() { Some(roots::tls(root, options.ca.as_deref(), log)?) } else { None };
    Ok(http::agent(timeout, way, tls))
}

/// An address of this machine itself.
fn is_here(host: &str) -> bool {
    let address = http::without_brackets(host).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// The two ways out: stdout, which is the journal, and the receiver.
struct Outside<'a, 'w> {
    agent: Agent,
    endpoint: &'a str,
    /// Who chose it.
    source: &'a Source,
    /// Whether the owner still agrees to what is posted.
    may: &'a dyn Fn() -> Result<(), Error>,
    stdout: &'a mut dyn Write,
    log: &'a mut Log<'w>,
    /// What is said when it has arrived.
    delivered: String,
}

impl Transport for Outside<'_, '_> {
    type Error = Error;

    fn print(&mut self, payload: &[u8]) -> Result<(), Error> {
        print(self.stdout, payload)
    }

    fn post(&mut self, payload: &[u8]) -> Result<(), Error> {
        let Outside { agent, endpoint, source, may, log, delivered, .. } = self;
        let shown = shown::url(endpoint);
        let took = delivery::deliver("POST", shown, source, log, *may, || {
            agent.post(*endpoint).header("content-type", "application/json").send(payload)
        })?;
        let (bytes, tenths) = (shown::number(payload.len()), (took.as_millis() + 50) / 100);
        *delivered = format!("delivered to {shown}: 200, {bytes} bytes, {}.{} s", tenths / 10, tenths % 10);
        log.info(delivered);
        Ok(())
    }
}

/// Writes a line in one piece.
///
/// # Errors
///
/// What cannot be shown is not sent either.
pub fn print(stdout: &mut dyn Write, line: &[u8]) -> Result<(), Error> {
    let whole = [line, b"\n"].concat();
    stdout
        .write_all(&whole)
        .and_then(|()| stdout.flush())
        .map_err(|error| Error::new(Exit::NotDelivered, "stdout cannot be written to").because(error))
}
