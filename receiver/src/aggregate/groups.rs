//! Things that have versions: add-ons, custom integrations, databases. Only those are made anew
//! that have changed.

use super::threshold::NAMES;
use super::{Addon, Counts, CustomIntegration, Engine, Things};
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

/// Those of one kind that reach the threshold, in the order in which they are published.
pub(super) struct Groups<T> {
    names: HashMap<u32, Arc<str>>,
    groups: BTreeMap<Arc<str>, Group<T>>,
}

struct Group<T> {
    /// Of the fact.
    number: u32,
    total: u64,
    thing: Arc<T>,
}

impl<T> Default for Groups<T> {
    fn default() -> Self {
        Self { names: HashMap::new(), groups: BTreeMap::new() }
    }
}

impl<T: Thing> Groups<T> {
    /// It is like this now.
    pub(super) fn insert(&mut self, number: u32, name: &str, total: u64, thing: T) {
        let name: Arc<str> = Arc::from(name);
        self.names.insert(number, Arc::clone(&name));
        self.groups.insert(name, Group { number, total, thing: Arc::new(thing) });
    }

    /// It is not there any more, or not to be seen at all.
    pub(super) fn remove(&mut self, number: u32) {
        if let Some(name) = self.names.remove(&number) {
            self.groups.remove(&name);
        }
    }

    /// The numbers and totals.
    pub(super) fn totals(&self) -> Vec<(u32, u64)> {
        self.groups.values().map(|group| (group.number, group.total)).collect()
    }

    /// Those of which this is true of number and total, at most [`NAMES`] of them.
    pub(super) fn only(&self, are: impl Fn(u32, u64) -> bool) -> Things<T> {
        let mut groups: Vec<_> = self.groups.iter().filter(|(_, group)| are(group.number, group.total)).collect();
        if groups.len() > NAMES {
            groups.sort_unstable_by_key(|(_, group)| (core::cmp::Reverse(group.total), group.number));
            groups.truncate(NAMES);
        }
        groups.into_iter().map(|(name, group)| (Arc::clone(name), Arc::clone(&group.thing))).collect()
    }
}
