//! Which facts there are of each kind, and which are part of which: what a refresh looks up instead of looking through
//! everything.

use super::nature::{FIRST, SECOND};
use super::tally::{Slot, Tally};
use crate::fact::Kind;
use std::collections::{BTreeSet, HashMap};

/// Kinds that are only ever looked at as members of their group.
fn is_member(kind: Kind) -> bool {
    matches!(kind, Kind::OperatingSystem | Kind::CustomIntegration | Kind::Addon | Kind::AddonVersion | Kind::Recorder)
}

/// Kinds of which only those are looked at that have changed.
fn is_never_listed(kind: Kind) -> bool {
    matches!(kind, Kind::AddonSlug | Kind::CustomDomain)
}

/// Numbers of facts.
#[derive(Default)]
pub(super) struct Index {
    kinds: HashMap<Kind, Vec<u32>>,
    members: HashMap<u32, Vec<u32>>,
}

impl Index {
    /// Takes in what is new, and gives the groups of which something has changed; without a kind, those that are gone.
    pub(super) fn update(&mut self, tally: &mut Tally) -> BTreeSet<(Option<Kind>, u32)> {
        let (described, touched) = tally.take_news();
        for number in described {
            let Some((kind, slot)) = place(tally, number) else { continue };
            if is_member(kind) {
                push(self.members.entry(slot.part_of).or_default(), number, tally);
            } else if !is_never_listed(kind) {
                push(self.kinds.entry(kind).or_default(), number, tally);
            }
            // Versions are members, and groups too.
            if kind == Kind::AddonVersion {
                self.members.entry(number).or_default();
            }
        }
        let mut groups = BTreeSet::new();
        for number in touched {
            match place(tally, number) {
                Some((kind @ (Kind::AddonSlug | Kind::CustomDomain | Kind::Engine | Kind::Board), _)) => {
                    groups.insert((Some(kind), number));
                }
                Some(_) => (),
                None => {
                    self.members.remove(&number);
                    groups.insert((None, number));
                }
            }
        }
        groups
    }

    /// All facts of a kind that some report has, with their counts.
    pub(super) fn of(&self, tally: &Tally, kind: Kind) -> Vec<(u32, u64)> {
        let Some(numbers) = self.kinds.get(&kind) else { return Vec::new() };
        counted(tally, numbers).map(|(number, slot)| (number, u64::from(slot.count))).collect()
    }

    /// How often facts of a kind are in reports.
    pub(super) fn sum(&self, tally: &Tally, kind: Kind) -> u64 {
        let numbers = self.kinds.get(&kind).map_or(&[][..], Vec::as_slice);
        counted(tally, numbers).map(|(_, slot)| u64::from(slot.count)).sum()
    }

    /// The facts of a kind that are part of another one.
    pub(super) fn members(&self, tally: &Tally, kind: Kind, of: u32) -> Vec<(u32, u64)> {
        let Some(numbers) = self.members.get(&of) else { return Vec::new() };
        let of_kind = counted(tally, numbers).filter(|(_, slot)| slot.kind() == Some(kind));
        of_kind.map(|(number, slot)| (number, u64::from(slot.count))).collect()
    }

    /// Of an add-on: in how many reports it is protected, and updates itself.
    pub(super) fn switches(&self, tally: &Tally, slug: u32) -> (u64, u64) {
        let direct = self.members.get(&slug).map_or(&[][..], Vec::as_slice);
        let versions = direct.iter().filter_map(|number| self.members.get(number)).flatten();
        let mut sums = (0, 0);
        for (_, slot) in
            counted(tally, direct).chain(versions.flat_map(|number| counted(tally, core::slice::from_ref(number))))
        {
            if slot.kind() == Some(Kind::Addon) {
                sums.0 += if slot.switches & FIRST == 0 { 0 } else { u64::from(slot.count) };
                sums.1 += if slot.switches & SECOND == 0 { 0 } else { u64::from(slot.count) };
            }
        }
        sums
    }

    /// In how many reports a switch of a kind is on.
    pub(super) fn on(&self, tally: &Tally, kind: Kind, switch: u8) -> u64 {
        let numbers = self.kinds.get(&kind).map_or(&[][..], Vec::as_slice);
        let on = counted(tally, numbers).filter(|(_, slot)| slot.switches & switch != 0);
        on.map(|(_, slot)| u64::from(slot.count)).sum()
    }
}

/// One more; before the list has to grow, those that are gone are dropped.
fn push(numbers: &mut Vec<u32>, number: u32, tally: &Tally) {
    if numbers.len() == numbers.capacity() {
        numbers.retain(|number| place(tally, *number).is_some());
    }
    numbers.push(number);
}

fn place(tally: &Tally, number: u32) -> Option<(Kind, Slot)> {
    let slot = tally.slot(number)?;
    Some((slot.kind()?, *slot))
}

fn counted<'a>(tally: &'a Tally, numbers: &'a [u32]) -> impl Iterator<Item = (u32, Slot)> + 'a {
    let slots = numbers.iter().filter_map(|number| Some((*number, *tally.slot(*number)?)));
    slots.filter(|(_, slot)| slot.count > 0 && slot.kind().is_some())
}
