//! TLS over whatever connection there is.

use core::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use rustls::version::TLS13;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, NextTimeout, Transport, TransportAdapter,
};
use ureq::Error;

use super::answer::AnswerBuffers;
use super::provider::provider;
use super::without_brackets;

/// What every TLS connection of this program is held to: TLS 1.3, which the receiver speaks. Version 1.2 would add 100 kB
/// to every image.
///
/// # Errors
///
/// The library was built without what TLS needs, which no run can mend.
pub fn config(roots: RootCertStore) -> Result<Arc<ClientConfig>, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider()))
        .with_protocol_versions(&[&TLS13])?
        .with_root_certificates(roots)
        .with_no_client_auth();
    // One connection a day has nothing to resume.
    config.resumption = Resumption::disabled();
    Ok(Arc::new(config))
}

/// The link of the chain that turns a connection for `https` into a secure one.
pub(super) struct TlsConnector(Option<Arc<ClientConfig>>);

impl TlsConnector {
    pub(super) fn new(config: Option<Arc<ClientConfig>>) -> Self {
        TlsConnector(config)
    }
}

impl<In: Transport> Connector<In> for TlsConnector {
    type Out = Either<In, TlsTransport>;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let Some(transport) = chained else { return Ok(None) };
        if !details.needs_tls() {
            return Ok(Some(Either::A(transport)));
        }
        let host = details.uri.host().unwrap_or_default();
        TlsTransport::new(self.0.as_ref(), host, transport.boxed(), details).map(|secure| Some(Either::B(secure)))
    }
}

/// A secure connection.
pub(super) struct TlsTransport {
    stream: StreamOwned<ClientConnection, TransportAdapter>,
    buffers: AnswerBuffers,
}

impl TlsTransport {
    /// TLS over a connection; the handshake is made with the first byte that is written.
    ///
    /// # Errors
    ///
    /// No certificate can be for this host.
    pub(super) fn new(
        config: Option<&Arc<ClientConfig>>,
        host: &str,
        transport: Box<dyn Transport>,
        details: &ConnectionDetails<'_>,
    ) -> Result<Self, Error> {
        let config = config.ok_or(Error::Tls("no TLS for this address"))?;
        let name = ServerName::try_from(without_brackets(host).to_owned())
            .map_err(|_| Error::Tls("the host has no valid name"))?;
        let connection = ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
        let stream = StreamOwned::new(connection, TransportAdapter::new(transport));
        Ok(TlsTransport { stream, buffers: AnswerBuffers::new(details, true) })
    }

    /// From here on the input is another answer.
    pub(super) fn expect_head(&mut self) {
        self.buffers.expect_head();
    }
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.sock.set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let TlsTransport { stream, buffers } = self;
        buffers.fill(timeout, |buffer, timeout| {
            stream.sock.set_timeout(timeout);
            Ok(stream.read(buffer)?)
        })
    }

    fn is_open(&mut self) -> bool {
        false
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for TlsConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsConnector")
    }
}

impl fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsTransport")
    }
}
