//! Where reports are kept: one trait, two stores.
//!
//! The rules are here and the same for both; `tests/conformance.rs` is run against both. A store is used by one thread,
//! in batches: what `write` has returned for is durable.

mod error;
pub mod redis;
pub mod sqlite;
mod url;

pub use error::Error;
pub use url::Url;

use crate::admission::{Admission, Network};
use crate::fact::{Digest, Facts};
use crate::time::Time;
use core::time::Duration;

/// A report is kept for this long after its last update.
pub const KEPT: Duration = Duration::from_secs(60 * 24 * 3600);
/// A report that says nothing new is written again when the last writing is longer ago than this.
pub const REFRESHED: Duration = Duration::from_secs(30 * 24 * 3600);
/// What comes before the installation id in a key.
pub const PREFIX: &str = "uuid:";

/// How long after its first report an installation begins to count: from the first report on that
/// comes so much later, and on another day (UTC). Until then its reports are kept, and nothing of
/// them is published. Zero: it counts at once.
///
/// When the first report came and when the last one was written says all that has to be known for
/// that, so a report that says nothing new is written if it is the one by which the installation
/// begins to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quarantine(pub Duration);

impl Quarantine {
    /// Whether it is over for who came first at one time and was last written at the other.
    pub fn is_over(self, first_seen: Time, updated: Time) -> bool {
        const DAY: i64 = 24 * 3600 * 1000;
        let day = |time: Time| time.0.div_euclid(DAY);
        self.0.is_zero() || (updated.since(first_seen) >= self.0 && day(updated) != day(first_seen))
    }
}

/// Something to do.
#[derive(Clone, Debug)]
pub enum Write {
    /// Take a report.
    Put {
        /// The installation id.
        uuid: String,
        /// What it says.
        facts: Facts,
        /// Of these facts.
        digest: Digest,
        /// Where it comes from, as long as it waits; it is not kept.
        network: Option<Network>,
    },
    /// Forget an installation.
    Delete {
        /// The installation id.
        uuid: String,
    },
}

impl Write {
    /// To take a report.
    pub fn put(uuid: &str, facts: Facts) -> Self {
        let digest = facts.digest();
        Self::Put { uuid: uuid.to_owned(), facts, digest, network: None }
    }

    /// From this network, whose limits hold for it.
    #[must_use]
    pub fn from(mut self, from: Option<Network>) -> Self {
        if let Self::Put { network, .. } = &mut self {
            *network = from;
        }
        self
    }

    /// To forget an installation.
    pub fn delete(uuid: &str) -> Self {
        Self::Delete { uuid: uuid.to_owned() }
    }

    /// How much memory it needs, about.
    pub fn bytes(&self) -> usize {
        let facts = if let Self::Put { facts, .. } = self { facts.bytes() } else { 0 };
        size_of::<Self>() + self.uuid().len() + facts
    }

    /// Whose it is.
    pub fn uuid(&self) -> &str {
        match self {
            Self::Put { uuid, .. } | Self::Delete { uuid } => uuid,
        }
    }
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The first report, or the first after the last one expired.
    New,
    /// It says something else than the last one.
    Changed,
    /// It says the same, and was written again so as not to expire, or because it ends the
    /// quarantine.
    Refreshed,
    /// It says the same: nothing was written.
    Unchanged,
    /// The installation is forgotten.
    Deleted,
    /// There was nothing to forget.
    Absent,
    /// Too much that is new comes from its network: nothing was written.
    Limited,
}

/// One installation, as it is moved from store to store.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The installation id.
    pub uuid: String,
    /// When its first report came.
    pub first_seen: Time,
    /// When its last report was written.
    pub updated: Time,
    /// What that says.
    pub facts: Facts,
}

/// Keeps reports. Times come from the caller and never go back.
pub trait Store: Send {
    /// Does all of it that is admitted, in order and durably, or nothing.
    ///
    /// # Errors
    ///
    /// The store's own.
    fn write_within(&mut self, batch: &[Write], now: Time, admission: &mut Admission) -> Result<Vec<Outcome>, Error>;

    /// As [`Self::write_within`], without limits.
    ///
    /// # Errors
    ///
    /// The store's own.
    fn write(&mut self, batch: &[Write], now: Time) -> Result<Vec<Outcome>, Error> {
        self.write_within(batch, now, &mut Admission::unlimited())
    }

    /// One installation, unless it has expired.
    ///
    /// # Errors
    ///
    /// The store's own.
    fn read(&mut self, uuid: &str, now: Time) -> Result<Option<Stored>, Error>;

    /// All that have not expired, in no order.
    ///
    /// # Errors
    ///
    /// The store's own, and those of `each`, which end it.
    fn scan(&mut self, now: Time, each: &mut dyn FnMut(Stored) -> Result<(), Error>) -> Result<(), Error>;

    /// Takes over what another store had, times included. What is there already and newer stays.
    /// Gives how many of the batch were written; the others were there, have expired, or an older state.
    ///
    /// # Errors
    ///
    /// The store's own.
    fn restore(&mut self, batch: &[Stored], now: Time) -> Result<usize, Error>;

    /// Removes what has expired, where the store does not do so by itself; gives how many.
    ///
    /// # Errors
    ///
    /// The store's own.
    fn sweep(&mut self, now: Time) -> Result<usize, Error>;

    /// Whether what it promises with a write still holds, where that rests on others; gives whether
    /// writing was tried for that.
    ///
    /// # Errors
    ///
    /// It does not hold.
    fn check(&mut self) -> Result<bool, Error> {
        Ok(false)
    }
}

/// Opens the store that the URL names.
///
/// # Errors
///
/// It cannot be opened or reached.
pub fn open(url: &Url) -> Result<Box<dyn Store>, Error> {
    Ok(match url {
        Url::Sqlite(path) => Box::new(sqlite::Sqlite::open(path)?),
        Url::Redis(nodes) => Box::new(redis::Redis::open(nodes)?),
    })
}

/// Whether what was last updated then has expired.
pub fn expired(updated: Time, now: Time) -> bool {
    now.since(updated) >= KEPT
}

/// What a store knows of an installation, without the facts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) first_seen: Time,
    pub(crate) updated: Time,
    pub(crate) digest: Digest,
}

/// What a report means to a store that has `old`, or nothing.
pub(crate) fn decide(old: Option<Known>, new: Digest, now: Time, quarantine: Quarantine) -> Outcome {
    let Some(Known { first_seen, updated, digest }) = old.filter(|old| !expired(old.updated, now)) else {
        return Outcome::New;
    };
    let begins_to_count = !quarantine.is_over(first_seen, updated) && quarantine.is_over(first_seen, now);
    if digest != new {
        Outcome::Changed
    } else if now.since(updated) > REFRESHED || begins_to_count {
        Outcome::Refreshed
    } else {
        Outcome::Unchanged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules() {
        let (same, other) = ([1; 16], [2; 16]);
        let day = |days: u64| Time::default().plus(Duration::from_secs(days * 86_400));
        let moment = Duration::from_millis(1);
        for (now, new, expected) in [
            (day(0), same, Outcome::Unchanged),
            (day(0), other, Outcome::Changed),
            (day(30), same, Outcome::Unchanged),
            (day(30).plus(moment), same, Outcome::Refreshed),
            (day(60).minus(moment), same, Outcome::Refreshed),
            (day(60).minus(moment), other, Outcome::Changed),
            (day(60), same, Outcome::New),
            (day(60), other, Outcome::New),
        ] {
            let old = Known { first_seen: day(0), updated: day(0), digest: same };
            assert_eq!(decide(Some(old), new, now, Quarantine::default()), expected, "{now}");
        }
        assert_eq!(decide(None, same, day(0), Quarantine::default()), Outcome::New);
        // A clock that was set back.
        let old = Known { first_seen: day(9), updated: day(9), digest: same };
        assert_eq!(decide(Some(old), same, day(0), Quarantine::default()), Outcome::Unchanged);
    }

    #[test]
    fn the_quarantine() {
        let hour = |hours: u64| Time::default().plus(Duration::from_secs(hours * 3600));
        let hours = |hours: u64| Quarantine(Duration::from_secs(hours * 3600));
        for (quarantine, first, last, over) in [
            (0, 5, 5, true),
            (24, 5, 28, false),
            (24, 5, 29, true),
            // On the same day it does not count, however short the time is.
            (1, 5, 23, false),
            (1, 5, 24, true),
            (3, 23, 25, false),
            // A clock that was set back.
            (24, 50, 5, false),
        ] {
            assert_eq!(hours(quarantine).is_over(hour(first), hour(last)), over, "{quarantine} {first} {last}");
        }
        let old = |updated| Some(Known { first_seen: hour(5), updated, digest: [1; 16] });
        for (updated, now, expected) in [
            (5, 28, Outcome::Unchanged),
            (5, 29, Outcome::Refreshed),
            (28, 29, Outcome::Refreshed),
            (29, 99, Outcome::Unchanged),
        ] {
            assert_eq!(decide(old(hour(updated)), [1; 16], hour(now), hours(24)), expected, "{updated} {now}");
        }
    }
}
