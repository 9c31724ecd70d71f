//! Who may bring what is new: so many installations, and so many facts, of each network and hour.
//!
//! In memory only, and nothing of it is an address: a network is a place in a table of counters, by
//! a hash whose key is random and new each hour. Networks that share a place share the limit; with
//! 65,536 places that is rare. What is known already is never limited.

use core::fmt;
use core::hash::BuildHasher as _;
use core::net::IpAddr;
use core::time::Duration;
use std::hash::RandomState;
use std::time::Instant;

/// What is counted is forgotten after this time.
pub const WINDOW: Duration = Duration::from_secs(3600);
/// Facts that one report may be the first to have. What is beyond that has no name: see
/// [`crate::fact`].
pub const FACTS_PER_REPORT: usize = 1000;
/// Facts that a network may be the first to have, for each of its new installations. A report that
/// is the first one of a store has some hundred.
const FACTS: u32 = 200;
const PLACES: usize = 1 << 16;

/// The network of a client: /24 of IPv4, /48 of IPv6. It is held as long as a report waits, and
/// never shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Network(u64);

impl Network {
    /// That of an address; none of this machine's own, which is limited by nothing.
    pub fn of(address: IpAddr) -> Option<Self> {
        match address.to_canonical() {
            own if own.is_loopback() => None,
            IpAddr::V4(four) => Some(Self(u64::from(four.to_bits() >> 8))),
            // The highest bit keeps them apart from those of IPv4.
            IpAddr::V6(six) => u64::try_from(six.to_bits() >> 80).ok().map(|network| Self(network | 1 << 63)),
        }
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Network")
    }
}

/// Counts what is new.
pub struct Admission {
    /// New installations for each network and window; 0: any number.
    limit: u32,
    began: Instant,
    keys: RandomState,
    counters: Vec<Counter>,
}

#[derive(Clone, Copy, Default)]
struct Counter {
    installations: u32,
    facts: u32,
}

impl Admission {
    /// So many new installations for each network and window; 0: any number.
    pub fn new(limit: u32) -> Self {
        Self { limit, began: Instant::now(), keys: RandomState::new(), counters: Vec::new() }
    }

    /// Everybody may bring whatever he likes.
    pub fn unlimited() -> Self {
        Self::new(0)
    }

    /// Whether one more new installation may come.
    pub fn admits(&mut self, network: Option<Network>) -> bool {
        let limit = self.limit;
        self.counter(network).is_none_or(|counter| counter.installations < limit)
    }

    /// How many facts a report may be the first to have.
    pub fn facts(&mut self, network: Option<Network>) -> usize {
        let limit = self.limit.saturating_mul(FACTS);
        match self.counter(network) {
            Some(counter) if counter.facts >= limit => 0,
            _ => FACTS_PER_REPORT,
        }
    }

    /// A report was taken: of a new installation or not, and the first one to have so many facts.
    pub fn count(&mut self, network: Option<Network>, is_new: bool, facts: usize) {
        if let Some(counter) = self.counter(network) {
            counter.installations = counter.installations.saturating_add(u32::from(is_new));
            counter.facts = counter.facts.saturating_add(u32::try_from(facts).unwrap_or(u32::MAX));
        }
    }

    fn counter(&mut self, network: Option<Network>) -> Option<&mut Counter> {
        let network = network.filter(|_| self.limit > 0)?;
        if self.counters.is_empty() || self.began.elapsed() >= WINDOW {
            self.begin();
        }
        let place = usize::try_from(self.keys.hash_one(network.0) % PLACES as u64).ok()?;
        self.counters.get_mut(place)
    }

    fn begin(&mut self) {
        *self = Self { counters: core::mem::take(&mut self.counters), ..Self::new(self.limit) };
        self.counters.clear();
        self.counters.resize(PLACES, Counter::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> Option<Network> {
        Network::of(address.parse().unwrap())
    }

    #[test]
    fn networks() {
        for (one, other, same) in [
            ("192.0.2.1", "192.0.2.255", true),
            ("192.0.2.1", "192.0.3.1", false),
            ("192.0.2.1", "::ffff:192.0.2.9", true),
            ("2001:db8:1::1", "2001:db8:1:ffff::1", true),
            ("2001:db8:1::1", "2001:db8:2::1", false),
            ("0.0.1.0", "::1:0:0:0:0:0", false),
        ] {
            assert_eq!(network(one) == network(other), same, "{one} {other}");
        }
        for own in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(network(own), None, "{own}");
        }
        assert_eq!(format!("{:?}", network("192.0.2.1")), "Some(Network)");
    }

    /// A new installation comes, without anything new; gives whether it was admitted.
    fn comes(admission: &mut Admission, network: Option<Network>) -> bool {
        let admitted = admission.admits(network);
        if admitted {
            admission.count(network, true, 0);
        }
        admitted
    }

    #[test]
    fn each_network_has_its_own_limit() {
        let mut admission = Admission::new(3);
        let (one, other) = (network("192.0.2.1"), network("198.51.100.1"));
        assert_eq!([0; 5].map(|_| comes(&mut admission, one)), [true, true, true, false, false]);
        assert!(admission.admits(other) && !admission.admits(network("192.0.2.77")));
        assert!((0..100).all(|_| comes(&mut admission, None)));
        admission.count(one, false, 599);
        assert_eq!(admission.facts(one), FACTS_PER_REPORT);
        admission.count(one, false, 1);
        assert_eq!((admission.facts(one), admission.facts(other)), (0, FACTS_PER_REPORT));
        // The next hour begins.
        admission.begin();
        assert!(admission.admits(one) && admission.facts(one) > 0);
        let mut unlimited = Admission::unlimited();
        assert!((0..100).all(|_| comes(&mut unlimited, one)) && unlimited.counters.is_empty());
    }

    #[test]
    fn any_number_of_networks() {
        let mut admission = Admission::new(1);
        let admitted = (0..1_000_000).filter(|number| comes(&mut admission, Some(Network(*number)))).count();
        // Each place has one, and no more memory is used.
        assert_eq!((admitted, admission.counters.len()), (PLACES, PLACES));
    }
}
