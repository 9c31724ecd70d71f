//! From counts to what is published.

use super::fold::{add_other, fold, NAMES, VERSIONS};
use super::groups::{Groups, Thing};
use super::index::Index;
use super::median::median;
use super::names::Names;
use super::nature::{FIRST, SECOND};
use super::tally::{Id, Tally};
use super::{Addon, Aggregate, Counts, CustomIntegration, Engine, InstallationTypes, Medians, BOARDS, OTHER};
use crate::fact::Kind;
use crate::time::Time;
use rusqlite::{Connection, Error};
use std::collections::{BTreeMap, HashSet};

/// What an operator may decide.
#[derive(Clone, Debug)]
pub struct Rules {
    /// A value that fewer installations have is folded into "other".
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
    /// Of which tally the rest is.
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
        let changed = self.index.update(tally);
        let mut making = Making { rules: &self.rules, names: &mut self.names, index: &self.index, tally, db };
        for (kind, number) in changed {
            match kind {
                Some(kind @ Kind::AddonSlug) => making.group(&mut self.addons, kind, Kind::AddonVersion, number)?,
                Some(kind @ Kind::CustomDomain) => {
                    making.group(&mut self.custom_integrations, kind, Kind::CustomIntegration, number)?;
                }
                Some(kind @ Kind::Engine) => making.group(&mut self.engines, kind, Kind::Recorder, number)?,
                Some(_) => (),
                None => {
                    self.addons.remove(number);
                    self.custom_integrations.remove(number);
                    self.engines.remove(number);
                }
            }
        }
        let mut aggregate = making.aggregate(now)?;
        aggregate.addons = self.addons.all();
        aggregate.custom_integrations = self.custom_integrations.all();
        aggregate.recorder_engines = self.engines.all();
        self.names.clear();
        Ok(aggregate)
    }
}

/// All that is at hand while an aggregate is made.
struct Making<'a> {
    rules: &'a Rules,
    names: &'a mut Names,
    index: &'a Index,
    tally: &'a Tally,
    db: &'a Connection,
}

impl Making<'_> {
    fn aggregate(&mut self, now: Time) -> Result<Aggregate, Error> {
        let mut aggregate = Aggregate {
            last_updated: now,
            least: self.rules.least,
            installation_types: self.installation_types()?,
            countries: self.kind(Kind::Country)?,
            regions: self.regions()?,
            versions: self.kind(Kind::Version)?,
            releases: self.kind(Kind::Release)?,
            medians: self.medians(),
            integrations: self.kind(Kind::Integration)?,
            certificate_count_configured: self.index.on(self.tally, Kind::Certificate, FIRST),
            energy_count_configured: self.index.on(self.tally, Kind::Energy, FIRST),
            ..Aggregate::default()
        };
        let types = self.index.of(self.tally, Kind::InstallationType);
        aggregate.active_installations = types.iter().map(|(_, count)| count).sum();
        self.operating_system(&mut aggregate)?;
        aggregate.supervisor.arch = self.kind(Kind::Arch)?;
        aggregate.supervisor.unhealthy = self.index.on(self.tally, Kind::Supervisor, FIRST);
        aggregate.supervisor.unsupported = self.index.on(self.tally, Kind::Supervisor, SECOND);
        for (number, count) in self.index.of(self.tally, Kind::Reports) {
            match self.names.name(self.db, Kind::Reports, number)? {
                "integrations" => aggregate.reports_integrations = count,
                "addons" => aggregate.reports_addons = count,
                _ => (),
            }
        }
        let states = self.index.of(self.tally, Kind::States).into_iter();
        let some = states.filter(|(number, _)| self.tally.value(*number).is_some_and(|value| value > 0.0));
        aggregate.reports_statistics = some.map(|(_, count)| count).sum();
        Ok(aggregate)
    }

    fn kind(&mut self, kind: Kind) -> Result<Counts, Error> {
        let values = self.index.of(self.tally, kind);
        self.counts(kind, &values, NAMES)
    }

    /// Names and counts, the rare ones folded.
    fn counts(&mut self, kind: Kind, values: &[(u32, u64)], most: usize) -> Result<Counts, Error> {
        let (kept, mut other) = fold(values.iter().copied(), self.rules.least, most);
        let mut counts = Counts::new();
        for (number, count) in kept {
            match self.names.name(self.db, kind, number)? {
                "" => other += count,
                name => *counts.entry(name.to_owned()).or_default() += count,
            }
        }
        add_other(&mut counts, other);
        Ok(counts)
    }

    /// Makes one group anew.
    fn group<T: Thing>(&mut self, groups: &mut Groups<T>, kind: Kind, member: Kind, number: u32) -> Result<(), Error> {
        let slot = self.tally.slot(number).copied().unwrap_or_default();
        // An add-on of one's own has a name of one's own.
        let of_ones_own = kind == Kind::AddonSlug && slot.switches & FIRST != 0;
        if slot.count == 0 || of_ones_own || (kind == Kind::CustomDomain && !self.is_listed(number)?) {
            groups.remove(number);
            return Ok(());
        }
        let total = u64::from(slot.count);
        let switches = if kind == Kind::AddonSlug { self.index.switches(self.tally, number) } else { (0, 0) };
        if total < self.rules.least {
            groups.fold(number, (total, switches));
            return Ok(());
        }
        let members = self.index.members(self.tally, member, number);
        let versions = self.counts(member, &members, VERSIONS)?;
        groups.publish(number, self.names.name(self.db, kind, number)?, (total, switches), versions);
        Ok(())
    }

    fn is_listed(&mut self, number: u32) -> Result<bool, Error> {
        let Some(domains) = &self.rules.domains else { return Ok(true) };
        Ok(domains.contains(self.names.name(self.db, Kind::CustomDomain, number)?))
    }

    fn installation_types(&mut self) -> Result<InstallationTypes, Error> {
        let mut types = InstallationTypes::default();
        for (number, count) in self.index.of(self.tally, Kind::InstallationType) {
            let place = match self.names.name(self.db, Kind::InstallationType, number)? {
                _ if count < self.rules.least => &mut types.unknown,
                "Home Assistant OS" => &mut types.os,
                "Home Assistant Container" => &mut types.container,
                "Home Assistant Core" => &mut types.core,
                "Home Assistant Supervised" => &mut types.supervised,
                "Unsupported Third Party Container" => &mut types.unsupported_container,
                _ => &mut types.unknown,
            };
            *place += count;
        }
        Ok(types)
    }

    fn regions(&mut self) -> Result<Counts, Error> {
        let mut regions = Counts::new();
        for (number, count) in self.index.of(self.tally, Kind::Place) {
            let name = self.names.name(self.db, Kind::Place, number)?;
            if name.contains(' ') {
                let name = if count < self.rules.least { OTHER } else { name };
                *regions.entry(name.to_owned()).or_default() += count;
            }
        }
        Ok(regions)
    }

    /// Boards that are no longer made for count nowhere, their versions included.
    fn operating_system(&mut self, aggregate: &mut Aggregate) -> Result<(), Error> {
        let mut versions: BTreeMap<String, u64> = BTreeMap::new();
        let mut boards = Vec::new();
        for (board, count) in self.index.of(self.tally, Kind::Board) {
            let name = self.names.name(self.db, Kind::Board, board)?.to_owned();
            if !BOARDS.contains(&&*name) {
                continue;
            }
            boards.push((board, count));
            let members = self.index.members(self.tally, Kind::OperatingSystem, board);
            for (number, count) in &members {
                let version = self.names.name(self.db, Kind::OperatingSystem, *number)?;
                *versions.entry(version.to_owned()).or_default() += count;
            }
            if count >= self.rules.least {
                let counts = self.counts(Kind::OperatingSystem, &members, VERSIONS)?;
                aggregate.operating_system.board_versions.insert(name, counts);
            }
        }
        aggregate.operating_system.boards = self.counts(Kind::Board, &boards, NAMES)?;
        for (version, count) in versions {
            let rare = count < self.rules.least || version.is_empty();
            let version = if rare { OTHER.to_owned() } else { version };
            *aggregate.operating_system.versions.entry(version).or_default() += count;
        }
        Ok(())
    }

    /// 0 does not enter.
    fn medians(&mut self) -> Medians {
        let tally = self.tally;
        let of = |kind| {
            let values = self.index.of(tally, kind).into_iter();
            let values = values.filter_map(|(number, count)| Some((tally.value(number)?, count)));
            median(values.filter(|(value, _)| *value != 0.0).collect())
        };
        Medians {
            avg_users: of(Kind::Users),
            avg_automations: of(Kind::Automations),
            avg_integrations: of(Kind::Integrations),
            avg_addons: of(Kind::Addons),
            avg_states: of(Kind::States),
        }
    }
}
