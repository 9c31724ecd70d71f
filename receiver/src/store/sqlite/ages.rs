//! Where in the file the old reports are.
//!
//! An index by age would be one more page on disk for every report that changes, which doubles what a change costs. So
//! only this is remembered, and only in memory: of each block of rows, a time before which none was updated. A block is
//! looked through when that time has come, and then has a later one.

use crate::time::Time;
use core::ops::RangeInclusive;

/// Rows of one block.
const BLOCK: i64 = 64;

/// For each block a time that none of its rows is older than; the earliest of all for blocks that nobody has looked at.
pub(super) struct Ages {
    oldest: Vec<Time>,
    /// None of all rows is newer.
    newest: Time,
}

const UNKNOWN: Time = Time(i64::MIN);
/// Of a block without rows.
const NEVER: Time = Time(i64::MAX);

impl Ages {
    /// Of a file in which the highest row is this one, and of which nothing else is known.
    pub(super) fn unknown(last: i64) -> Self {
        Self { oldest: vec![UNKNOWN; block(last) + 1], newest: NEVER }
    }

    /// Of a file that is about to be read from one end to the other.
    pub(super) fn none() -> Self {
        Self { oldest: Vec::new(), newest: UNKNOWN }
    }

    /// A row was updated then.
    pub(super) fn note(&mut self, id: i64, updated: Time) {
        let block = block(id);
        if block >= self.oldest.len() {
            self.oldest.resize(block + 1, NEVER);
        }
        self.oldest[block] = self.oldest[block].min(updated);
        self.newest = self.newest.max(updated);
    }

    /// What another one knows too.
    pub(super) fn take(&mut self, other: &Self) {
        self.newest = self.newest.max(other.newest);
        self.oldest.resize(self.oldest.len().max(other.oldest.len()), NEVER);
        self.oldest.iter_mut().zip(&other.oldest).for_each(|(mine, theirs)| *mine = (*mine).min(*theirs));
    }

    /// No row was updated later than this.
    pub(super) fn newest(&self) -> Time {
        self.newest
    }

    /// As above, and known from elsewhere.
    pub(super) fn none_is_newer(&mut self, than: Time) {
        self.newest = than;
    }

    /// The rows of the blocks that may have some of this age, and older.
    pub(super) fn due(&self, at: Time) -> Vec<RangeInclusive<i64>> {
        let blocks = (0..).zip(&self.oldest).filter(|(_, oldest)| **oldest <= at);
        blocks.map(|(block, _)| block * BLOCK..=block * BLOCK + BLOCK - 1).collect()
    }

    /// In this block, nothing is older than this.
    pub(super) fn know(&mut self, rows: &RangeInclusive<i64>, oldest: Option<Time>) {
        if let Some(known) = self.oldest.get_mut(block(*rows.start())) {
            *known = oldest.unwrap_or(NEVER);
        }
    }
}

fn block(id: i64) -> usize {
    usize::try_from(id / BLOCK).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_blocks_are_due() {
        let mut ages = Ages::none();
        for (id, updated) in [(1, 50), (63, 40), (64, 90), (300, 20), (301, 95)] {
            ages.note(id, Time(updated));
        }
        assert_eq!(ages.newest(), Time(95));
        assert_eq!(ages.due(Time(19)), []);
        assert_eq!(ages.due(Time(20)), [256..=319]);
        ages.know(&(256..=319), Some(Time(95)));
        assert_eq!(ages.due(Time(89)), [0..=63]);
        ages.know(&(0..=63), None);
        assert_eq!(ages.due(Time(95)), [64..=127, 256..=319]);
        let mut other = Ages::unknown(64);
        other.take(&ages);
        assert_eq!(other.due(Time(0)), [0..=63, 64..=127]);
    }
}
