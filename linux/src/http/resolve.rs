//! Addresses of a host. One that is an address already needs no look-up, and so no thread that could be left waiting.

use core::net::{IpAddr, SocketAddr};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver as Resolve};
use ureq::unversioned::transport::NextTimeout;
use ureq::Error;

use super::without_brackets;

/// Addresses as they are, names by the system.
#[derive(Debug, Default)]
pub(super) struct Resolver {
    /// The endpoint's name is the proxy's business.
    leaves_it_to_proxy: bool,
    system: DefaultResolver,
}

impl Resolver {
    pub(super) fn new(leaves_it_to_proxy: bool) -> Self {
        Resolver { leaves_it_to_proxy, ..Resolver::default() }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let mut resolved = self.empty();
        if self.leaves_it_to_proxy {
            return Ok(resolved);
        }
        let Some(address) = literal(uri) else {
            return self.system.resolve(uri, config, timeout);
        };
        resolved.push(address);
        Ok(resolved)
    }
}

fn literal(uri: &Uri) -> Option<SocketAddr> {
    let address: IpAddr = without_brackets(uri.host()?).parse().ok()?;
    let port = uri.port_u16().or_else(|| match uri.scheme_str()? {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    })?;
    Some(SocketAddr::new(address, port))
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn literals() {
        for (uri, expected) in [
            ("http://127.0.0.1", Some("127.0.0.1:80")),
            ("https://127.0.0.1/v1", Some("127.0.0.1:443")),
            ("https://[::1]:8443/v1", Some("[::1]:8443")),
            ("https://localhost/v1", None),
            ("https://127.1/v1", None),
        ] {
            assert_eq!(literal(&uri.parse().unwrap()), expected.map(|text| text.parse().unwrap()), "{uri}");
        }
    }
}
