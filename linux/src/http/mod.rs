//! The HTTP client: `ureq`, with connections of our own making.
//!
//! `ureq` speaks the protocol. What it is given here is how to find an address without a thread ([`resolve`]), how not to
//! wait for a dead one ([`connect`]), which authorities to trust without holding 140 certificates twice ([`roots`],
//! [`tls`]), and which proxy to use ([`proxy`]).

use core::net::IpAddr;
use core::time::Duration;
use std::io;
use std::sync::Arc;

use rustls::ClientConfig;
use ureq::http::uri::Authority;
use ureq::unversioned::transport::{ConnectProxyConnector, Connector};
use ureq::{Agent, Proxy};

mod connect;
pub mod proxy;
mod resolve;
pub mod roots;
mod stream;
mod tls;

pub use tls::certificate_error;

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

/// Refuses addresses that must not be connected to.
pub type Guard = fn(IpAddr) -> io::Result<()>;

/// A guard for what may go wherever its URL says.
pub const ANYWHERE: Guard = |_| Ok(());

/// A client for one exchange that has to be over within `timeout`, names and handshakes included.
///
/// It follows no redirect, keeps no connection, and takes every status for an answer. `guard` is asked for each address right
/// before it is connected to, whatever the URL called it.
pub fn agent(timeout: Duration, guard: Guard, proxy: Option<Proxy>, tls: Option<Arc<ClientConfig>>) -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(timeout))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .max_idle_connections(0)
        .input_buffer_size(BUFFER)
        .output_buffer_size(BUFFER)
        .user_agent(concat!("haos-analytics/", env!("CARGO_PKG_VERSION")))
        .proxy(proxy)
        .build();
    let connector =
        ().chain(ConnectProxyConnector::default())
            .chain(connect::TcpConnector(guard))
            .chain(tls::TlsConnector::new(tls));
    Agent::with_parts(config, connector, resolve::Resolver::default())
}
