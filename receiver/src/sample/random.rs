//! Chance that can be repeated: SplitMix64.

use std::collections::BTreeSet;

/// One stream of numbers.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The stream of one purpose of one installation.
    pub fn new(seed: u64, number: u64, purpose: u64) -> Self {
        let mut random =
            Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number.rotate_left(24) ^ purpose.rotate_left(56));
        random.next();
        random
    }

    /// The next number.
    #[allow(clippy::should_implement_trait, reason = "it never ends")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Less than the limit.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// From 0 on, each about as rare as its number is high (1/n).
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
    pub(super) fn skewed(&mut self, limit: usize) -> usize {
        let chance = self.below(1 << 53) as f64 / (1_u64 << 53) as f64;
        let number = (limit as f64 + 1.0).powf(chance) - 1.0;
        (number as usize).min(limit.saturating_sub(1))
    }

    /// Some number around this one: two thirds of it, or up to twice as much.
    pub(super) fn around(&mut self, middle: u64) -> usize {
        let number = middle / 3 + self.below(middle) / 2 + self.below(middle) / 2 + self.below(middle / 3 + 1);
        usize::try_from(number).unwrap_or(0)
    }

    /// So many different numbers, the low ones more often.
    pub(super) fn distinct(&mut self, count: usize, of: usize) -> impl Iterator<Item = usize> {
        let mut chosen = BTreeSet::new();
        for _ in 0..count * 20 {
            if chosen.len() == count {
                break;
            }
            chosen.insert(self.skewed(of));
        }
        chosen.into_iter()
    }
}
