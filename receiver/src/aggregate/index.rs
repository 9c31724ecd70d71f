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

/// Numbers of facts that count.
#[derive(Default)]
pub(super) struct Index {
    kinds: HashMap<Kind, Vec<u32>>,
    /// Groups and what is part of them, sorted: eight bytes for a fact, however many groups there
    /// are.
    members: Vec<(u32, u32)>,
}

impl Index {
    /// Takes in what is new, and gives the groups of which something has changed; without a kind, those that are gone.
    pub(super) fn update(&mut self, tally: &mut Tally) -> BTreeSet<(Option<Kind>, u32)> {
        let (new, touched) = tally.take_news();
        let mut more = Vec::new();
        for number in new {
            let Some((kind, slot)) = place(tally, number) else { continue };
            if is_member(kind) {
                more.push((slot.part_of, number));
            } else if !is_never_listed(kind) {
                push(self.kinds.entry(kind).or_default(), number, tally);
            }
        }
        if !more.is_empty() {
            more.sort_unstable();
            self.members.retain(|(_, number)| place(tally, *number).is_some());
            self.members.append(&mut more);
            // Two sorted runs: this sort merges them.
            self.members.sort();
        }
        let mut groups = BTreeSet::new();
        for number in touched {
            match place(tally, number) {
                Some((kind @ (Kind::AddonSlug | Kind::CustomDomain | Kind::Engine | Kind::Board), _)) => {
                    groups.insert((Some(kind), number));
                }
                Some(_) => (),
                None => {
                    groups.insert((None, number));
                }
            }
        }
        groups
    }

    /// All facts of a kind that some report has, with their counts.
    pub(super) fn of(&self, tally: &Tally, kind: Kind) -> Vec<(u32, u64)> {
        let Some(numbers) = self.kinds.get(&kind) else { return Vec::new() };
        counted(tally, numbers.iter().copied()).map(|(number, slot)| (number, u64::from(slot.count))).collect()
    }

    /// How often facts of a kind are in reports.
    pub(super) fn sum(&self, tally: &Tally, kind: Kind) -> u64 {
        let numbers = self.kinds.get(&kind).map_or(&[][..], Vec::as_slice);
        counted(tally, numbers.iter().copied()).map(|(_, slot)| u64::from(slot.count)).sum()
    }

    /// The facts of a kind that are part of another one, in order.
    pub(super) fn members(&self, tally: &Tally, kind: Kind, of: u32) -> Vec<(u32, u64)> {
        let of_kind = counted(tally, self.parts(of)).filter(|(_, slot)| slot.kind() == Some(kind));
        of_kind.map(|(number, slot)| (number, u64::from(slot.count))).collect()
    }

    /// What is part of a group.
    fn parts(&self, group: u32) -> impl Iterator<Item = u32> + '_ {
        let from = self.members.partition_point(|(each, _)| *each < group);
        let members = self.members[from..].iter().take_while(move |(each, _)| *each == group);
        members.map(|(_, number)| *number)
    }

    /// Of an add-on: in how many reports it is protected, and updates itself.
    pub(super) fn switches(&self, tally: &Tally, slug: u32) -> (u64, u64) {
        let addons = self.parts(slug).chain(self.parts(slug).flat_map(|version| self.parts(version)));
        let mut sums = (0, 0);
        for (_, slot) in counted(tally, addons) {
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
        let on = counted(tally, numbers.iter().copied()).filter(|(_, slot)| slot.switches & switch != 0);
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

fn counted<'a>(tally: &'a Tally, numbers: impl Iterator<Item = u32> + 'a) -> impl Iterator<Item = (u32, Slot)> + 'a {
    let slots = numbers.filter_map(|number| Some((number, *tally.slot(number)?)));
    slots.filter(|(_, slot)| slot.count > 0 && slot.kind().is_some())
}
