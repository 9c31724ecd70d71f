//! Rare values become "other".

use super::{Counts, OTHER};

/// A list has at most so many names: a public page is no place for more, and memory has an end.
pub(super) const NAMES: usize = 10_000;
/// And a name so many versions.
pub(super) const VERSIONS: usize = 100;

/// Splits values into those that are published and the sum of the others: of fewer than `least`, without a name, or
/// beyond the `most` frequent.
pub(super) fn fold(values: impl Iterator<Item = (u32, u64)>, least: u64, most: usize) -> (Vec<(u32, u64)>, u64) {
    let (mut kept, rare): (Vec<_>, Vec<_>) = values.partition(|(_, count)| *count >= least);
    // Of equals the earlier number, so that a refresh without changes changes nothing.
    kept.sort_unstable_by_key(|(number, count)| (core::cmp::Reverse(*count), *number));
    let beyond = kept.split_off(most.min(kept.len()));
    (kept, rare.into_iter().chain(beyond).map(|(_, count)| count).sum())
}

/// Adds what was folded together, if it is anything.
pub(super) fn add_other(counts: &mut Counts, other: u64) {
    if other > 0 {
        *counts.entry(OTHER.to_owned()).or_default() += other;
    }
}
