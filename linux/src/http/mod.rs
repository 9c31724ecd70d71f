//! The HTTP client: `ureq`, with connections of our own making.
//!
//! `ureq` speaks the protocol. What it is given here is how to find an address without a thread
//! ([`resolve`]), how not to wait for a dead one ([`connect`]), which authorities to trust without
//! holding 140 certificates twice ([`roots`], [`tls`]), which proxy to use ([`proxy`],
//! [`no_proxy`], [`tunnel`]), how to keep to the Supervisor's network ([`bridge`]), and an answer
//! whose head is known to be one ([`answer`]). [`failure`] says why there was none.

use core::time::Duration;
use std::sync::Arc;

use rustls::ClientConfig;
use ureq::http::uri::Authority;
use ureq::unversioned::transport::Connector;
use ureq::Agent;

use self::proxy::Proxy;

mod answer;
pub mod bridge;
mod connect;
mod failure;
mod no_proxy;
mod provider;
pub mod proxy;
mod resolve;
pub mod roots;
mod stream;
pub mod tls;
mod tunnel;

pub use failure::NoAnswer;

const USER_AGENT: &str = concat!("haos-analytics/", env!("CARGO_PKG_VERSION"));

/// A report is smaller than this, and so is every answer that counts; larger ones go through in pieces.
const BUFFER: usize = 8 * 1024;

/// Whether there is a host, and behind it a port from 1 to 65535 or none. The URL parser takes any number for a port, and the
/// client would silently use the port of the scheme instead.
pub fn names_a_server(authority: &Authority) -> bool {
    let whole = authority.as_str();
    let place = whole.rsplit_once('@').map_or(whole, |(_, place)| place);
    let port_is_valid = match place.strip_prefix(authority.host()) {
        Some("") => true,
        Some(port) => port.strip_prefix(':').is_some_and(|port| port.parse().is_ok_and(|port: u16| port > 0)),
        None => false,
    };
    !authority.host().is_empty() && port_is_valid
}

/// A host without the brackets that an IPv6 address has in a URL.
pub fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host)
}

/// The way out of the machine.
pub enum Way {
    /// As the routing tables say.
    Direct,
    /// Through a proxy, which looks up the endpoint's name.
    Proxy(Proxy),
    /// By the Supervisor's bridge, or not at all; to loopback addresses directly.
    Bridge,
}

/// A client for one exchange that has to be over within `timeout`, names and handshakes included.
///
/// It follows no redirect, keeps no connection, and takes every status for an answer.
pub fn agent(timeout: Duration, way: Way, tls: Option<Arc<ClientConfig>>) -> Agent {
    let by_bridge = matches!(way, Way::Bridge);
    let proxy = match way {
        Way::Proxy(proxy) => Some(Arc::new(proxy)),
        Way::Direct | Way::Bridge => None,
    };
    let config = Agent::config_builder()
        .timeout_global(Some(timeout))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .max_idle_connections(0)
        .input_buffer_size(BUFFER)
        .output_buffer_size(BUFFER)
        .user_agent(USER_AGENT)
        .accept_encoding("identity")
        // Else it would read the environment by itself.
        .proxy(None)
        .build();
    let resolver = resolve::Resolver::new(proxy.is_some());
    let connector = connect::TcpConnector { by_bridge, proxy: proxy.clone() }
        .chain(tunnel::TunnelConnector { proxy, tls: tls.clone() })
        .chain(tls::TlsConnector::new(tls));
    Agent::with_parts(config, connector, resolver)
}
