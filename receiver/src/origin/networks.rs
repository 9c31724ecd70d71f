//! Networks, as `10.0.0.0/8`, `::1`.

use core::net::IpAddr;
use core::str::FromStr;
use ipnetwork::{IpNetwork, Ipv4Network};

/// A list of networks.
#[derive(Clone, Debug, Default)]
pub struct Networks(Vec<IpNetwork>);

impl Networks {
    /// One more.
    ///
    /// # Errors
    ///
    /// It is not a network.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let network = IpNetwork::from_str(text).map_err(|error| error.to_string())?;
        self.0.push(canonical(network));
        Ok(())
    }

    /// Whether an address is in one of them. An IPv4 address that came over IPv6 is one of IPv4.
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(address))
    }
}

/// IPv4 as it looks to who listens on IPv6 too is IPv4: `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
fn canonical(network: IpNetwork) -> IpNetwork {
    let (IpAddr::V4(four), IpNetwork::V6(six)) = (network.ip().to_canonical(), network) else { return network };
    let canonical = six.prefix().checked_sub(96).and_then(|prefix| Ipv4Network::new(four, prefix).ok());
    canonical.map_or(network, IpNetwork::V4)
}
