//! Things that have versions: add-ons, custom integrations, databases. Only those are made anew that have changed.

use super::threshold::NAMES;
use super::{Addon, Counts, CustomIntegration, Engine, Things};
use std::collections::HashMap;
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

/// Those of one kind that reach the threshold, by the number of the fact.
pub(super) struct Groups<T>(HashMap<u32, Group<T>>);

struct Group<T> {
    name: Arc<str>,
    total: u64,
    thing: Arc<T>,
}

impl<T> Default for Groups<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Thing> Groups<T> {
    /// It is like this now.
    pub(super) fn insert(&mut self, number: u32, name: &str, total: u64, thing: T) {
        self.0.insert(number, Group { name: Arc::from(name), total, thing: Arc::new(thing) });
    }

    /// It is not there any more, or not to be seen at all.
    pub(super) fn remove(&mut self, number: u32) {
        self.0.remove(&number);
    }

    /// The numbers and totals.
    pub(super) fn totals(&self) -> Vec<(u32, u64)> {
        self.0.iter().map(|(number, group)| (*number, group.total)).collect()
    }

    /// Those of which this is true of number and total, at most [`NAMES`] of them.
    pub(super) fn only(&self, are: impl Fn(u32, u64) -> bool) -> Things<T> {
        let mut groups: Vec<_> = self.0.iter().filter(|(number, group)| are(**number, group.total)).collect();
        if groups.len() > NAMES {
            groups.sort_unstable_by_key(|(number, group)| (core::cmp::Reverse(group.total), **number));
            groups.truncate(NAMES);
        }
        groups.into_iter().map(|(_, group)| (Arc::clone(&group.name), Arc::clone(&group.thing))).collect()
    }
}
