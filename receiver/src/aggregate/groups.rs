//! Things that have versions: add-ons, custom integrations, databases. Only those are made anew that have changed.

use super::fold::NAMES;
use super::{Addon, Counts, CustomIntegration, Engine, OTHER};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What is published of one.
pub(super) trait Thing {
    /// Its total, its versions, and its two switches if it has any.
    fn of(total: u64, versions: Counts, switches: (u64, u64)) -> Self;
}

impl Thing for Addon {
    fn of(total: u64, versions: Counts, (protected, auto_update): (u64, u64)) -> Self {
        Self { total, versions, protected, auto_update }
    }
}

impl Thing for CustomIntegration {
    fn of(total: u64, versions: Counts, _: (u64, u64)) -> Self {
        Self { total, versions }
    }
}

impl Thing for Engine {
    fn of(total: u64, versions: Counts, _: (u64, u64)) -> Self {
        Self { count_configured: total, versions }
    }
}

/// All of one kind, by the number of the fact.
pub(super) struct Groups<T> {
    published: HashMap<u32, Published<T>>,
    /// What is folded together: totals and switches.
    folded: HashMap<u32, Sums>,
}

type Sums = (u64, (u64, u64));

struct Published<T> {
    name: Arc<str>,
    sums: Sums,
    thing: Arc<T>,
}

impl<T> Default for Groups<T> {
    fn default() -> Self {
        Self { published: HashMap::new(), folded: HashMap::new() }
    }
}

impl<T: Thing> Groups<T> {
    /// It is published like this.
    pub(super) fn publish(&mut self, number: u32, name: &str, sums: Sums, versions: Counts) {
        self.folded.remove(&number);
        let thing = Arc::new(T::of(sums.0, versions, sums.1));
        self.published.insert(number, Published { name: Arc::from(name), sums, thing });
    }

    /// It is folded.
    pub(super) fn fold(&mut self, number: u32, sums: Sums) {
        self.published.remove(&number);
        self.folded.insert(number, sums);
    }

    /// It is not there any more, or not to be seen at all.
    pub(super) fn remove(&mut self, number: u32) {
        self.published.remove(&number);
        self.folded.remove(&number);
    }

    /// What is published, at most [`NAMES`] of them, and the sum of the rest.
    pub(super) fn all(&self) -> BTreeMap<Arc<str>, Arc<T>> {
        let mut published: Vec<_> = self.published.values().collect();
        let mut beyond = Vec::new();
        if published.len() > NAMES {
            published.sort_unstable_by(|a, b| b.sums.0.cmp(&a.sums.0).then_with(|| a.name.cmp(&b.name)));
            beyond = published.split_off(NAMES);
        }
        let rest = self.folded.values().chain(beyond.iter().map(|one| &one.sums));
        let (total, switches) =
            rest.fold((0, (0, 0)), |sum: Sums, one| (sum.0 + one.0, (sum.1 .0 + one.1 .0, sum.1 .1 + one.1 .1)));
        let mut all: BTreeMap<_, _> =
            published.iter().map(|one| (Arc::clone(&one.name), Arc::clone(&one.thing))).collect();
        if total > 0 {
            all.insert(Arc::from(OTHER), Arc::new(T::of(total, Counts::new(), switches)));
        }
        all
    }
}
