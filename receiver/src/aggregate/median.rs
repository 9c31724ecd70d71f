//! The median of values that come with counts.

use serde::Serializer;

/// Of an even number of values, the mean of the two in the middle; of none, 0.
pub(super) fn median(mut values: Vec<(f64, u64)>) -> f64 {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: u64 = values.iter().map(|(_, count)| count).sum();
    if all == 0 {
        return 0.0;
    }
    let at = |position: u64| {
        let mut passed = 0;
        let found = values.iter().find(|(_, count)| {
            passed += count;
            passed > position
        });
        found.map_or(0.0, |(value, _)| *value)
    };
    (at((all - 1) / 2) + at(all / 2)) / 2.0
}

/// As the original writes it: 7, not 7.0.
#[allow(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
pub(super) fn serialize<S: Serializer>(median: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if median.fract() == 0.0 && median.abs() <= crate::payload::shape::Count::MAX {
        serializer.serialize_i64(*median as i64)
    } else {
        serializer.serialize_f64(*median)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::float_cmp, reason = "exact in binary")]
    fn medians() {
        for (values, expected) in [
            (vec![], 0.0),
            (vec![(7.0, 1)], 7.0),
            (vec![(3.0, 1), (1.0, 1)], 2.0),
            (vec![(9.0, 1), (1.0, 1), (2.0, 1)], 2.0),
            (vec![(1.0, 3), (100.0, 2)], 1.0),
            (vec![(1.0, 2), (100.0, 2)], 50.5),
            (vec![(-1.5, 1), (0.5, 1)], -0.5),
        ] {
            assert_eq!(median(values.clone()), expected, "{values:?}");
        }
    }
}
