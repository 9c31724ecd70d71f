//! One try of each exchange with a peer, over real sockets: for the fuzz target that plays the
//! peer.

use core::time::Duration;
use std::ffi::OsString;
use std::time::SystemTime;

use rustls::RootCertStore;
use ureq::http::{HeaderValue, Uri};
use ureq::Agent;

use crate::delivery;
use crate::diagnostics::dsn::Dsn;
use crate::diagnostics::post::post;
use crate::http::{self, proxy, tls, Way};
use crate::supervisor;

/// Longer than any peer on loopback takes.
const WITHIN: Duration = Duration::from_secs(5);

/// A client for an endpoint, through a proxy if that is given; it trusts nobody.
fn agent(endpoint: &str, proxy: Option<&str>) -> Result<Agent, String> {
    let uri: Uri = endpoint.parse().map_err(|_| "no endpoint")?;
    let variable = |name: &str| proxy.filter(|_| name == "all_proxy").map(OsString::from);
    let proxy = proxy::for_endpoint(&uri, &variable).map_err(|error| error.to_string())?;
    let tls = tls::config(RootCertStore::empty()).map_err(|error| error.to_string())?;
    Ok(http::agent(WITHIN, proxy.map_or(Way::Direct, Way::Proxy), Some(tls)))
}

/// Posts to a receiver.
///
/// # Errors
///
/// What the log would say.
pub fn receiver(endpoint: &str, proxy: Option<&str>) -> Result<(), String> {
    let agent = agent(endpoint, proxy)?;
    delivery::attempt(|| agent.post(endpoint).send("{}")).map_err(|failure| failure.to_string())
}

/// Asks a Supervisor on a loopback address.
///
/// # Errors
///
/// What the log would say.
pub fn supervisor(url: &str) -> Result<(), String> {
    let token = HeaderValue::from_static("Bearer x");
    supervisor::ask(url, &token, WITHIN).map(|_| ()).map_err(|trouble| trouble.to_string())
}

/// Posts to Sentry; how long that wants to be left alone.
///
/// # Errors
///
/// What the log would say.
pub fn sentry(endpoint: &str) -> Result<Option<Duration>, String> {
    let dsn = Dsn { endpoint: endpoint.to_owned(), key: "x".to_owned() };
    let answer = post(&agent(endpoint, None)?, &dsn, b"{}", SystemTime::UNIX_EPOCH);
    answer.result.map(|()| answer.pause).map_err(|refusal| refusal.to_string())
}
