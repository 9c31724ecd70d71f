//! The threshold k: no number is published that is over fewer installations.
//!
//! A count is over a set of installations. It is published if the set has none or at least k, and
//! if the same is true of what is left of every larger set whose size is published: who subtracts
//! one from the other has no number over fewer either. What is not published is 0, or not in its
//! list: as when nobody has reported it.

use super::Counts;

/// A list has at most so many names: a public page is no place for more, and memory has an end.
pub(super) const NAMES: usize = 10_000;
/// And a name so many versions.
pub(super) const VERSIONS: usize = 100;

/// The threshold.
#[derive(Clone, Copy)]
pub(super) struct Threshold(pub(super) u64);

impl Threshold {
    /// Whether a number over so many installations may be published.
    pub(super) fn allows(self, count: u64) -> bool {
        count == 0 || count >= self.0
    }

    /// The count of a set, or 0 if it is not to be published; `wholes` are the sizes of larger
    /// sets. One that is smaller than the count is none.
    pub(super) fn count(self, count: u64, wholes: &[u64]) -> u64 {
        let is_allowed = |whole: &u64| self.allows(whole.saturating_sub(count));
        if self.allows(count) && wholes.iter().all(is_allowed) {
            count
        } else {
            0
        }
    }

    /// The rows to be published of those that share out the wholes among them, an installation in
    /// one row only: at most so many, the largest first. The rest of each whole is none or at least
    /// k.
    pub(super) fn rows<T: Copy + Ord>(self, rows: &[(T, u64)], wholes: &[u64], most: usize) -> Vec<(T, u64)> {
        let frequent = rows.iter().filter(|(_, count)| *count > 0 && self.allows(*count));
        let mut kept: Vec<_> = frequent.copied().collect();
        // Of equals the earlier one, so that a refresh without changes changes nothing.
        kept.sort_unstable_by_key(|(name, count)| (core::cmp::Reverse(*count), *name));
        kept.truncate(most);
        let mut sum: u64 = kept.iter().map(|(_, count)| count).sum();
        while wholes.iter().any(|whole| !self.allows(whole.saturating_sub(sum))) {
            let Some((_, smallest)) = kept.pop() else { break };
            sum -= smallest;
        }
        kept
    }

    /// As [`Self::rows`], of names.
    pub(super) fn names(self, counts: &Counts, wholes: &[u64], most: usize) -> Counts {
        let rows: Vec<_> = counts.iter().map(|(name, count)| (name, *count)).collect();
        self.rows(&rows, wholes, most).into_iter().map(|(name, count)| (name.clone(), count)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Threshold = Threshold(10);

    #[test]
    fn a_count_and_its_complement() {
        for (count, wholes, expected) in [
            (0, &[][..], 0),
            (9, &[], 0),
            (10, &[], 10),
            (10, &[20], 10),
            (10, &[19], 0),
            (91, &[100], 0),
            (90, &[100], 90),
            (100, &[100], 100),
            (100, &[100, 105], 0),
            // What is smaller is no whole.
            (100, &[95], 100),
        ] {
            assert_eq!(TEN.count(count, wholes), expected, "{count} of {wholes:?}");
        }
        assert_eq!(Threshold(1).count(1, &[2]), 1);
    }

    #[test]
    fn rows_and_their_rest() {
        let rows = |counts: &[u64], wholes: &[u64]| {
            let rows: Vec<_> = (0..).zip(counts.iter().copied()).collect::<Vec<(u32, u64)>>();
            TEN.rows(&rows, wholes, 3).into_iter().map(|(_, count)| count).collect::<Vec<_>>()
        };
        assert_eq!(rows(&[50, 30], &[80]), [50, 30]);
        // The 3 would be known from the others: the smallest of these goes too.
        assert_eq!(rows(&[50, 30, 3], &[83]), [50]);
        assert_eq!(rows(&[50, 30, 8, 7], &[95]), [50, 30]);
        assert!(rows(&[95, 5], &[100]).is_empty());
        // 5 have none of them.
        assert_eq!(rows(&[50, 30], &[85]), [50]);
        assert_eq!(rows(&[50, 30], &[80, 85]), [50]);
        assert_eq!(rows(&[50, 40, 30, 20], &[140]), [50, 40, 30]);
        assert!(rows(&[], &[5]).is_empty());
    }
}
