//! In how many reports each fact is.
//!
//! The counts are kept in memory, by the number that the store gave the fact: counting a report is some dozen additions,
//! and a refresh need not look at what has not changed. Memory grows with the number of different facts, not with that of
//! installations, and has a limit: see [`LIMIT`].

use super::nature::Nature;
use crate::fact::Kind;
use core::sync::atomic::{AtomicU64, Ordering};
use std::collections::HashMap;

/// More facts than this are not told apart: those without a place here are in no list. Some
/// 100,000 are usual for a million installations; a place is 16 bytes.
pub const LIMIT: usize = PAGES * PAGE;
const PAGES: usize = 512;
const PAGE: usize = 1024;

/// The counts.
#[derive(Default)]
pub struct Tally {
    id: Id,
    pages: Vec<Option<Box<[Slot; PAGE]>>>,
    in_use: usize,
    /// Values of the facts that are numbers.
    values: HashMap<u32, f64>,
    /// Facts whose count has become zero.
    unused: Vec<u32>,
    /// Facts whose count has changed since somebody looked.
    touched: Vec<u32>,
    /// Some fact has got no place.
    incomplete: bool,
}

/// Tells tallies apart: no two of this process have the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Id(u64);

impl Default for Id {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A fact's place.
#[derive(Clone, Copy, Default)]
pub(super) struct Slot {
    pub(super) count: u32,
    /// How often it is part of a report without being counted.
    held: u32,
    pub(super) part_of: u32,
    kind: u8,
    pub(super) switches: u8,
    touched: bool,
    /// Somebody who looked has been told that it counts.
    told: bool,
}

impl Slot {
    /// What it is about; nothing if the place is free.
    pub(super) fn kind(&self) -> Option<Kind> {
        Kind::of(self.kind)
    }

    fn is_unused(&self) -> bool {
        self.kind != 0 && self.count == 0 && self.held == 0
    }
}

impl Tally {
    pub(super) fn id(&self) -> Id {
        self.id
    }

    /// Whether some fact has no place here that could have one by now.
    pub(crate) fn has_missed_some(&self) -> bool {
        self.incomplete && self.in_use < PAGES
    }

    /// Says what kind of fact a number stands for. What is not described is not counted.
    pub fn describe(&mut self, number: u32, nature: Nature) {
        let (page, at) = split(number);
        if page >= self.pages.len() {
            self.pages.resize_with(page + 1, || None);
        }
        if self.pages[page].is_none() {
            if self.in_use == PAGES {
                self.incomplete = true;
                return;
            }
            self.in_use += 1;
        }
        let slots = self.pages[page].get_or_insert_with(|| Box::new([Slot::default(); PAGE]));
        let slot = &mut slots[at];
        slot.kind = nature.kind as u8;
        slot.part_of = nature.part_of.unwrap_or(0);
        slot.switches = nature.switches;
        if let Some(value) = nature.value {
            self.values.insert(number, value);
        }
        self.unused.push(number);
    }

    /// So many reports more or fewer have it, and with it the groups that it is part of; or have it without being counted.
    pub fn add(&mut self, number: u32, counted: bool, by: i32) {
        let mut next = number;
        // Two groups at most, one in the other.
        for _ in 0..3 {
            let (page, at) = split(next);
            let Some(slots) = self.pages.get_mut(page).and_then(Option::as_deref_mut) else { return };
            let slot = &mut slots[at];
            let changed = if counted { &mut slot.count } else { &mut slot.held };
            *changed = changed.saturating_add_signed(by);
            if slot.is_unused() {
                self.unused.push(next);
            }
            if !slot.touched {
                slot.touched = true;
                self.touched.push(next);
            }
            next = slot.part_of;
        }
    }

    /// Counters for many reports at once, without groups.
    pub(crate) fn counters(&self) -> Counters {
        Counters(self.pages.iter().map(|page| page.as_ref().map(|_| Box::new([(0, 0); PAGE]))).collect())
    }

    /// Adds what was counted.
    pub(crate) fn take(&mut self, counters: &Counters) {
        for (first, page) in (0_u32..).step_by(PAGE).zip(&counters.0) {
            for (number, (count, held)) in (first..).zip(page.iter().flat_map(|page| page.iter())) {
                for (counted, by) in [(true, *count), (false, *held)].into_iter().filter(|(_, by)| *by > 0) {
                    self.add(number, counted, i32::try_from(by).unwrap_or(i32::MAX));
                }
            }
        }
    }

    /// The facts that no report has any more, as far as that is known since the last call: to be forgotten, or given
    /// back.
    pub fn take_unused(&mut self) -> Vec<u32> {
        let mut unused = core::mem::take(&mut self.unused);
        unused.sort_unstable();
        unused.dedup();
        // What has no place here may be part of a group that looks unused.
        let stays = |slot: &Slot| self.incomplete && slot.kind().is_some_and(Kind::is_group);
        unused.retain(|number| self.slot(*number).is_some_and(|slot| slot.is_unused() && !stays(slot)));
        unused
    }

    /// They could not be removed, and are still there.
    pub fn give_back(&mut self, unused: Vec<u32>) {
        self.unused.extend(unused);
    }

    /// One that is removed from the store.
    pub fn forget(&mut self, number: u32) {
        let (page, at) = split(number);
        let Some(slots) = self.pages.get_mut(page).and_then(Option::as_deref_mut) else { return };
        slots[at] = Slot::default();
        self.values.remove(&number);
        if slots.iter().all(|slot| slot.kind == 0) {
            self.pages[page] = None;
            self.in_use -= 1;
        }
    }

    /// The facts that count and did not before, and those whose count has changed, since the last
    /// call. What is only held is of no interest to who looks: see [`crate::store::Quarantine`].
    pub(super) fn take_news(&mut self) -> (Vec<u32>, Vec<u32>) {
        let touched = core::mem::take(&mut self.touched);
        let mut new = Vec::new();
        for number in &touched {
            let (page, at) = split(*number);
            let Some(slots) = self.pages.get_mut(page).and_then(Option::as_deref_mut) else { continue };
            let slot = &mut slots[at];
            slot.touched = false;
            if slot.count > 0 && !slot.told {
                slot.told = true;
                new.push(*number);
            }
        }
        (new, touched)
    }

    /// The outermost group that a fact is part of, or the fact itself.
    pub(crate) fn root(&self, number: u32) -> u32 {
        let mut root = number;
        // Two groups at most, one in the other.
        for _ in 0..2 {
            match self.slot(root) {
                Some(slot) if slot.part_of != 0 => root = slot.part_of,
                _ => break,
            }
        }
        root
    }

    /// The value of a fact that is a number.
    pub(super) fn value(&self, number: u32) -> Option<f64> {
        self.values.get(&number).copied()
    }

    /// A fact's place, if it has one.
    pub(super) fn slot(&self, number: u32) -> Option<&Slot> {
        let (page, at) = split(number);
        self.pages.get(page)?.as_deref()?.get(at)
    }
}

/// See [`Tally::counters`].
pub(crate) struct Counters(Vec<Option<CounterPage>>);

/// How many reports have a fact, and how often one has it without being counted.
type CounterPage = Box<[(u32, u32); PAGE]>;

impl Counters {
    /// As [`Tally::add`].
    pub(crate) fn add(&mut self, number: u32, counted: bool) {
        let (page, at) = split(number);
        if let Some(Some(counts)) = self.0.get_mut(page) {
            let (count, held) = &mut counts[at];
            *(if counted { count } else { held }) += 1;
        }
    }
}

fn split(number: u32) -> (usize, usize) {
    let number = number as usize;
    (number / PAGE, number % PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: Kind, part_of: Option<u32>) -> Nature {
        Nature { kind, part_of, switches: 0, value: None }
    }

    #[test]
    fn listed_and_not_counted() {
        let mut tally = Tally::default();
        tally.describe(1, of(Kind::AddonSlug, None));
        tally.describe(2, of(Kind::Addon, Some(1)));
        tally.add(2, false, 1);
        assert_eq!((tally.slot(1).unwrap().count, tally.slot(2).unwrap().count), (0, 0));
        assert!(tally.take_unused().is_empty());
        tally.add(2, false, -1);
        assert_eq!(tally.take_unused(), [1, 2]);
    }

    #[test]
    fn more_facts_than_places() {
        let mut tally = Tally::default();
        let limit = u32::try_from(LIMIT).unwrap();
        // Nothing is number 0.
        (0..PAGES).for_each(|page| tally.describe(u32::try_from(page * PAGE).unwrap() + 1, of(Kind::Version, None)));
        tally.describe(2, of(Kind::AddonSlug, None));
        assert!(!tally.has_missed_some());
        // What has no place may be part of the group.
        tally.describe(limit, of(Kind::Addon, Some(2)));
        assert!(!tally.has_missed_some());
        tally.add(limit, true, 1);
        let unused = tally.take_unused();
        assert_eq!((unused.len(), unused.contains(&2)), (PAGES, false));
        unused.into_iter().for_each(|number| tally.forget(number));
        assert!(tally.has_missed_some());
    }
}
