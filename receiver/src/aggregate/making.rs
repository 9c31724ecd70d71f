//! All that is at hand while an aggregate is made, and what an installation has one of.

use super::index::Index;
use super::matrix::{self, Cells};
use super::median::median;
use super::names::Names;
use super::nature::{FIRST, SECOND};
use super::tally::Tally;
use super::threshold::{Threshold, NAMES, VERSIONS};
use super::{Aggregate, Counts, InstallationTypes, Medians, OperatingSystem, Supervisor, BOARDS};
use crate::fact::Kind;
use rusqlite::{Connection, Error};
use std::collections::BTreeMap;

/// A count above this, or below 0, is taken and kept, and enters no median: the largest installations
/// that are known have some 10,000 states.
const MOST_OF_ANYTHING: f64 = 1_000_000.0;

pub(super) struct Making<'a> {
    pub(super) threshold: Threshold,
    pub(super) names: &'a mut Names,
    pub(super) index: &'a Index,
    pub(super) tally: &'a Tally,
    pub(super) db: &'a Connection,
}

impl Making<'_> {
    /// All but the things that have versions; of fewer installations than k, nothing.
    pub(super) fn aggregate(&mut self) -> Result<Aggregate, Error> {
        let all = self.sum(Kind::InstallationType);
        if !self.threshold.allows(all) {
            return Ok(Aggregate::default());
        }
        let (usage, addons) = (self.reports("integrations")?, self.reports("addons")?);
        let installation_types = self.installation_types(all)?;
        let releases = self.index.of(self.tally, Kind::Release);
        let releases = self.threshold.rows(&releases, &[all], NAMES);
        let countries = self.index.of(self.tally, Kind::Country);
        let countries = self.threshold.rows(&countries, &[all], NAMES);
        let on = |kind| {
            let sent = self.sum(kind);
            self.threshold.count(self.index.on(self.tally, kind, FIRST), &[all, usage, sent])
        };
        Ok(Aggregate {
            active_installations: all,
            certificate_count_configured: on(Kind::Certificate),
            energy_count_configured: on(Kind::Energy),
            medians: self.medians(),
            reports_integrations: self.threshold.count(usage, &[all]),
            reports_addons: self.threshold.count(addons, &[all, usage]),
            reports_statistics: self.threshold.count(self.statistics(), &[all]),
            versions: self.parts(Kind::Version, &releases)?,
            regions: self.parts(Kind::Place, &countries)?,
            releases: self.named(Kind::Release, &releases)?,
            countries: self.named(Kind::Country, &countries)?,
            integrations: self.integrations(&[all, usage])?,
            operating_system: self.operating_system(all, installation_types)?,
            supervisor: self.supervisor(all, installation_types)?,
            installation_types,
            ..Aggregate::default()
        })
    }

    /// How many installations have a fact of a kind of which each has one at most.
    pub(super) fn sum(&self, kind: Kind) -> u64 {
        self.index.sum(self.tally, kind)
    }

    /// How many report a list that has something in it.
    pub(super) fn reports(&mut self, list: &str) -> Result<u64, Error> {
        for (number, count) in self.index.of(self.tally, Kind::Reports) {
            if self.names.name(self.db, Kind::Reports, number)? == list {
                return Ok(count);
            }
        }
        Ok(0)
    }

    /// Rows that share out the wholes, with their names.
    pub(super) fn partition(
        &mut self,
        kind: Kind,
        rows: &[(u32, u64)],
        wholes: &[u64],
        most: usize,
    ) -> Result<Counts, Error> {
        let rows = self.threshold.rows(rows, wholes, most);
        self.named(kind, &rows)
    }

    /// The names of rows. What has none is left to the rest, which only grows by that.
    fn named(&mut self, kind: Kind, rows: &[(u32, u64)]) -> Result<Counts, Error> {
        let mut counts = Counts::new();
        for (number, count) in rows {
            match self.names.name(self.db, kind, *number)? {
                "" => (),
                name => *counts.entry(name.to_owned()).or_default() += count,
            }
        }
        Ok(counts)
    }

    /// The facts of a kind that are part of published ones: the exact versions of a release, the
    /// states of a country.
    fn parts(&mut self, kind: Kind, wholes: &[(u32, u64)]) -> Result<Counts, Error> {
        let mut parts: BTreeMap<u32, Vec<(u32, u64)>> = BTreeMap::new();
        for (number, count) in self.index.of(self.tally, kind) {
            let whole = self.tally.slot(number).map_or(0, |slot| slot.part_of);
            // A country without a state is a place too, and the rest of the states.
            let is_part = kind != Kind::Place || self.names.name(self.db, kind, number)?.contains(' ');
            if is_part {
                parts.entry(whole).or_default().push((number, count));
            }
        }
        let mut all = Counts::new();
        for (number, whole) in wholes {
            if let Some(parts) = parts.get(number) {
                all.append(&mut self.partition(kind, parts, &[*whole], NAMES)?);
            }
        }
        Ok(all)
    }

    /// An installation has many of them: each one is a set of its own.
    fn integrations(&mut self, wholes: &[u64]) -> Result<Counts, Error> {
        let mut rows = self.index.of(self.tally, Kind::Integration);
        rows.retain(|(_, count)| self.threshold.count(*count, wholes) > 0);
        rows.sort_unstable_by_key(|(number, count)| (core::cmp::Reverse(*count), *number));
        rows.truncate(NAMES);
        self.named(Kind::Integration, &rows)
    }

    fn installation_types(&mut self, all: u64) -> Result<InstallationTypes, Error> {
        let mut types = InstallationTypes::default();
        let rows = self.index.of(self.tally, Kind::InstallationType);
        for (number, count) in self.threshold.rows(&rows, &[all], NAMES) {
            *match self.names.name(self.db, Kind::InstallationType, number)? {
                "Home Assistant OS" => &mut types.os,
                "Home Assistant Container" => &mut types.container,
                "Home Assistant Core" => &mut types.core,
                "Home Assistant Supervised" => &mut types.supervised,
                "Unsupported Third Party Container" => &mut types.unsupported_container,
                _ => &mut types.unknown,
            } += count;
        }
        Ok(types)
    }

    fn supervisor(&mut self, all: u64, types: InstallationTypes) -> Result<Supervisor, Error> {
        // These two ways to install have a Supervisor.
        let with_one = if types.os > 0 && types.supervised > 0 { types.os + types.supervised } else { 0 };
        let wholes = [all, with_one, self.sum(Kind::Supervisor), self.sum(Kind::Arch)];
        let on = |switch| self.threshold.count(self.index.on(self.tally, Kind::Supervisor, switch), &wholes);
        let (unhealthy, unsupported) = (on(FIRST), on(SECOND));
        let rows = self.index.of(self.tally, Kind::Arch);
        Ok(Supervisor { arch: self.partition(Kind::Arch, &rows, &wholes, NAMES)?, unhealthy, unsupported })
    }

    /// Boards that are no longer made for count nowhere, their versions included.
    fn operating_system(&mut self, all: u64, types: InstallationTypes) -> Result<OperatingSystem, Error> {
        let (mut boards, mut versions, mut cells) = (Counts::new(), Counts::new(), Cells::new());
        for (board, count) in self.index.of(self.tally, Kind::Board) {
            let name = self.names.name(self.db, Kind::Board, board)?.to_owned();
            if !BOARDS.contains(&&*name) {
                continue;
            }
            let row = cells.entry(name.clone()).or_default();
            for (number, count) in self.index.members(self.tally, Kind::OperatingSystem, board) {
                let version = self.names.name(self.db, Kind::OperatingSystem, number)?;
                if !version.is_empty() {
                    *row.entry(version.to_owned()).or_default() += count;
                    *versions.entry(version.to_owned()).or_default() += count;
                }
            }
            boards.insert(name, count);
        }
        let wholes = [all, types.os, boards.values().sum()];
        let boards = self.threshold.names(&boards, &wholes, NAMES);
        let versions = self.threshold.names(&versions, &wholes, VERSIONS);
        let board_versions = matrix::published(self.threshold, &boards, &versions, &cells, &wholes);
        Ok(OperatingSystem { boards, versions, board_versions })
    }

    /// Installations that report more than no state.
    fn statistics(&self) -> u64 {
        let states = self.index.of(self.tally, Kind::States).into_iter();
        let some = states.filter(|(number, _)| self.tally.value(*number).is_some_and(|value| value > 0.0));
        some.map(|(_, count)| count).sum()
    }

    /// 0 does not enter, and nothing that no installation can have.
    fn medians(&self) -> Medians {
        let of = |kind| {
            let values = self.index.of(self.tally, kind).into_iter();
            let values = values.filter_map(|(number, count)| Some((self.tally.value(number)?, count)));
            let values: Vec<_> = values.filter(|(value, _)| *value > 0.0 && *value <= MOST_OF_ANYTHING).collect();
            let count = values.iter().map(|(_, count)| count).sum();
            if self.threshold.allows(count) {
                median(values)
            } else {
                0.0
            }
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
