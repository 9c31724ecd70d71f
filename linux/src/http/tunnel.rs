//! A tunnel through a proxy: `CONNECT`, whatever the scheme of the endpoint.

use core::fmt;
use std::io::Write;
use std::sync::Arc;

use rustls::ClientConfig;
use ureq::http::StatusCode;
use ureq::unversioned::transport::time::{Duration, Instant};
use ureq::unversioned::transport::{ConnectionDetails, Connector, Either, NextTimeout, Transport, TransportAdapter};
use ureq::Error;

use super::answer::{BadAnswer, Head};
use super::proxy::Proxy;
use super::stream::TcpTransport;
use super::tls::TlsTransport;
use super::USER_AGENT;

/// A proxy without which nothing is reached, and what is wrong with it.
#[derive(Debug)]
pub(super) struct ProxyFailed {
    pub(super) proxy: Arc<Proxy>,
    pub(super) error: Error,
}

impl ProxyFailed {
    /// Says of an error that it is about the proxy.
    pub(super) fn of(proxy: &Arc<Proxy>, error: Error) -> Error {
        Error::Other(Box::new(ProxyFailed { proxy: Arc::clone(proxy), error }))
    }
}

impl fmt::Display for ProxyFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy {}: {}", self.proxy, self.error)
    }
}

impl core::error::Error for ProxyFailed {}

/// A proxy that answers and makes no tunnel.
#[derive(Debug)]
pub(super) struct NoTunnel(pub(super) StatusCode);

impl fmt::Display for NoTunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for NoTunnel {}

/// The link of the chain that makes a tunnel of a connection to a proxy.
pub(super) struct TunnelConnector {
    pub(super) proxy: Option<Arc<Proxy>>,
    pub(super) tls: Option<Arc<ClientConfig>>,
}

type ToProxy = Either<TcpTransport, TlsTransport>;

impl Connector<TcpTransport> for TunnelConnector {
    type Out = ToProxy;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<TcpTransport>,
    ) -> Result<Option<Self::Out>, Error> {
        let Some(tcp) = chained else { return Ok(None) };
        let Some(proxy) = &self.proxy else { return Ok(Some(Either::A(tcp))) };
        self.tunnel(proxy, details, tcp).map(Some).map_err(|error| ProxyFailed::of(proxy, error))
    }
}

impl TunnelConnector {
    fn tunnel(&self, proxy: &Proxy, details: &ConnectionDetails<'_>, tcp: TcpTransport) -> Result<ToProxy, Error> {
        let transport = if proxy.is_secure {
            Either::B(TlsTransport::new(self.tls.as_ref(), proxy.host(), tcp.boxed(), details)?)
        } else {
            Either::A(tcp)
        };
        let mut adapter = TransportAdapter::new(transport);
        adapter.set_timeout(time_left(details));
        adapter.write_all(request(proxy, details).as_bytes())?;
        let mut transport = adapter.into_inner();
        transport.await_input(time_left(details))?;
        let head = Head::read(transport.buffers().input())?.ok_or(BadAnswer::NoHttp)?;
        transport.buffers().input_consume(head.length);
        let status = StatusCode::from_u16(head.status).map_err(|_| BadAnswer::NoHttp)?;
        if !status.is_success() {
            return Err(Error::Other(Box::new(NoTunnel(status))));
        }
        if !details.needs_tls() {
            match &mut transport {
                Either::A(tcp) => tcp.expect_head(),
                Either::B(tls) => tls.expect_head(),
            }
        }
        Ok(transport)
    }
}

fn request(proxy: &Proxy, details: &ConnectionDetails<'_>) -> String {
    let host = details.uri.host().unwrap_or_default();
    let port = details.uri.port_u16().unwrap_or(if details.needs_tls() { 443 } else { 80 });
    let credentials = proxy.authorization.as_deref().map_or_else(String::new, |value| {
        format!("Proxy-Authorization: {value}\r\n") //
    });
    format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: {USER_AGENT}\r\n{credentials}\r\n")
}

/// What is left of the time that there was when the connecting began.
pub(super) fn time_left(details: &ConnectionDetails<'_>) -> NextTimeout {
    let after = match (details.now, details.timeout.after) {
        (Instant::Exact(began), Duration::Exact(whole)) => whole.saturating_sub(began.elapsed()).into(),
        (_, whole) => whole,
    };
    NextTimeout { after, ..details.timeout }
}

impl fmt::Debug for TunnelConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TunnelConnector")
    }
}
