//! From counts to what is published.

use super::groups::{Groups, Thing};
use super::index::Index;
use super::making::Making;
use super::names::Names;
use super::tally::{Id, Tally};
use super::threshold::{Threshold, VERSIONS};
use super::{Addon, Aggregate, CustomIntegration, Engine};
use crate::fact::Kind;
use crate::time::Time;
use rusqlite::{Connection, Error};
use std::collections::{BTreeSet, HashSet};

/// What an operator may decide.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The threshold k: nothing is published over fewer installations.
    pub least: u64,
    /// If given, other custom integrations are not published at all: the domains of a public list.
    pub domains: Option<HashSet<String>>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { least: 10, domains: None }
    }
}

/// Makes aggregates, and remembers from one to the next what has not changed in the tally.
pub struct Builder {
    rules: Rules,
    /// The tally that the rest belongs to.
    tally: Option<Id>,
    names: Names,
    index: Index,
    addons: Groups<Addon>,
    custom_integrations: Groups<CustomIntegration>,
    engines: Groups<Engine>,
}

impl Builder {
    /// By these rules.
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            tally: None,
            names: Names::default(),
            index: Index::default(),
            addons: Groups::default(),
            custom_integrations: Groups::default(),
            engines: Groups::default(),
        }
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Whether the last aggregate was of this tally.
    pub fn knows(&self, tally: &Tally) -> bool {
        self.tally == Some(tally.id())
    }

    /// The aggregate of these counts; `db` has the texts.
    ///
    /// # Errors
    ///
    /// SQLite's.
    pub fn build(&mut self, tally: &mut Tally, db: &Connection, now: Time) -> Result<Aggregate, Error> {
        if !self.knows(tally) {
            *self = Self { tally: Some(tally.id()), ..Self::new(self.rules.clone()) };
        }
        for (kind, number) in self.index.update(tally) {
            self.group(tally, db, kind, number)?;
        }
        let threshold = Threshold(self.rules.least);
        let mut making = Making { threshold, names: &mut self.names, index: &self.index, tally, db };
        let mut aggregate = making.aggregate()?;
        if aggregate.active_installations > 0 {
            let (all, usage) = (aggregate.active_installations, making.reports("integrations")?);
            let addons = making.reports("addons")?;
            aggregate.addons = self.addons.only(|_, total| threshold.count(total, &[all, usage, addons]) > 0);
            aggregate.custom_integrations =
                self.custom_integrations.only(|_, total| threshold.count(total, &[all, usage]) > 0);
            // An installation has one database, so they share out all that have any.
            let having = making.sum(Kind::Engine);
            let engines = threshold.rows(&self.engines.totals(), &[all, usage, having], usize::MAX);
            let engines: BTreeSet<u32> = engines.into_iter().map(|(number, _)| number).collect();
            aggregate.recorder_engines = self.engines.only(|number, _| engines.contains(&number));
        }
        self.names.clear();
        Ok(Aggregate { last_updated: now, least: self.rules.least, ..aggregate })
    }

    /// Makes one group anew.
    fn group(&mut self, tally: &Tally, db: &Connection, kind: Option<Kind>, number: u32) -> Result<(), Error> {
        let (threshold, domains) = (Threshold(self.rules.least), self.rules.domains.as_ref());
        let mut making = Making { threshold, names: &mut self.names, index: &self.index, tally, db };
        match kind {
            Some(kind @ Kind::AddonSlug) => making.group(&mut self.addons, kind, Kind::AddonVersion, number, |_| true),
            Some(kind @ Kind::CustomDomain) => {
                let is_listed = |name: &str| domains.is_none_or(|domains| domains.contains(name));
                making.group(&mut self.custom_integrations, kind, Kind::CustomIntegration, number, is_listed)
            }
            Some(kind @ Kind::Engine) => making.group(&mut self.engines, kind, Kind::Recorder, number, |_| true),
            Some(_) => Ok(()),
            None => {
                self.addons.remove(number);
                self.custom_integrations.remove(number);
                self.engines.remove(number);
                Ok(())
            }
        }
    }
}

impl Making<'_> {
    fn group<T: Thing>(
        &mut self,
        groups: &mut Groups<T>,
        kind: Kind,
        member: Kind,
        number: u32,
        is_listed: impl Fn(&str) -> bool,
    ) -> Result<(), Error> {
        let total = self.tally.slot(number).map_or(0, |slot| u64::from(slot.count));
        groups.remove(number);
        if total == 0 || !self.threshold.allows(total) {
            return Ok(());
        }
        let name = self.names.name(self.db, kind, number)?.to_owned();
        // Local add-ons (`local_…`) are private. What has no name has none of the form of names.
        if name.is_empty() || (kind == Kind::AddonSlug && name.starts_with("local_")) || !is_listed(&name) {
            return Ok(());
        }
        let members = self.index.members(self.tally, member, number);
        let versions = self.partition(member, &members, &[total], VERSIONS)?;
        let switches = if kind == Kind::AddonSlug { self.index.switches(self.tally, number) } else { (0, 0) };
        let switches = (self.threshold.count(switches.0, &[total]), self.threshold.count(switches.1, &[total]));
        groups.insert(number, &name, total, T::of(total, versions, switches));
        Ok(())
    }
}
