//! Where a report comes from: the country, and for the US the state. Never taken from the client, and all that is kept
//! of its address.

mod geoip;
mod networks;

pub use geoip::Geoip;
pub use networks::Networks;

use crate::admission::Network;
use core::net::IpAddr;
use hyper::header::{HeaderMap, HeaderName};

/// A country, `DE`, or for the US a state, `US CA`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    text: [u8; 5],
    length: u8,
}

impl Place {
    /// Two capital letters (or a letter and a digit: some networks have no country, and a code all the same), and a
    /// region, which only counts in the US. What is not such a code is no place.
    pub fn of(country: &str, region: Option<&str>) -> Option<Self> {
        let country = code(country).filter(|country| country[0].is_ascii_uppercase() && country != b"XX")?;
        match region.and_then(code).filter(|_| &country == b"US") {
            Some([a, b]) => Some(Self { text: [country[0], country[1], b' ', a, b], length: 5 }),
            None => Some(Self { text: [country[0], country[1], 0, 0, 0], length: 2 }),
        }
    }

    /// `DE`, `US CA`
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.text[..usize::from(self.length)]).unwrap_or_default()
    }
}

fn code(text: &str) -> Option<[u8; 2]> {
    let code: [u8; 2] = text.as_bytes().try_into().ok()?;
    code.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()).then_some(code)
}

/// How places are found out.
#[derive(Default)]
pub struct Origin {
    /// The proxies whose headers count.
    pub trusted: Networks,
    /// The proxy says the country in this one.
    pub country: Option<HeaderName>,
    /// And the region in this.
    pub region: Option<HeaderName>,
    /// The client's address, last in the list that proxies pass on.
    pub address: Option<HeaderName>,
    /// A database of addresses.
    pub geoip: Option<Geoip>,
}

impl Origin {
    /// The place of the one who sent these headers from this address.
    pub fn place(&self, peer: IpAddr, headers: &HeaderMap) -> Option<Place> {
        let trusted = self.trusted.contain(peer);
        let header = |name: &Option<HeaderName>| headers.get(name.as_ref()?)?.to_str().ok();
        if trusted {
            if let Some(country) = header(&self.country) {
                return Place::of(country, header(&self.region));
            }
        }
        let geoip = self.geoip.as_ref()?;
        if !trusted {
            return geoip.place(peer);
        }
        geoip.place(self.client(headers)?)
    }

    /// The network of the one who sent these headers from this address; none if a trusted proxy
    /// does not say where from.
    pub fn network(&self, peer: IpAddr, headers: &HeaderMap) -> Option<Network> {
        Network::of(if self.trusted.contain(peer) { self.client(headers)? } else { peer })
    }

    /// The last address that no trusted proxy has: what stands before it, a client may have written.
    fn client(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let all = headers.get_all(self.address.as_ref()?);
        let mut addresses: Vec<&str> = Vec::new();
        for line in all {
            addresses.extend(line.to_str().ok()?.split(',').map(str::trim));
        }
        let parsed = addresses.iter().rev().map(|text| text.parse::<IpAddr>());
        parsed.take_while(Result::is_ok).flatten().find(|address| !self.trusted.contain(*address))
    }
}

#[cfg(test)]
mod flat;
#[cfg(test)]
mod tests;
