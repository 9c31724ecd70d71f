//! A report's facts as the store keeps them: a JSON list of numbers, `[7,1,12,-40]`.
//!
//! A minus means: part of the report, but not counted, because an earlier one of the list is of the same add-on or
//! integration. One installation counts once, however often it says so; else it could lift a name over the threshold
//! under which nothing is published.

/// Hands over each number, and whether it is counted.
pub fn each(list: &str, mut take: impl FnMut(u32, bool)) {
    let (mut number, mut counted) = (0_u32, true);
    for byte in list.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            number = number.wrapping_mul(10).wrapping_add(u32::from(digit));
        } else if byte == b'-' {
            counted = false;
        } else {
            // Facts are numbered from 1 on.
            if number != 0 {
                take(number, counted);
            }
            (number, counted) = (0, true);
        }
    }
}

/// The parts of two lists that are not the same: what stands before and after them, both have. Each ends as a list does,
/// so it can be read as one.
pub fn differing<'a>(before: &'a str, after: &'a str) -> (&'a str, &'a str) {
    let same = |(one, other): &(u8, u8)| one == other;
    let number = |byte: &u8| matches!(byte, b'-' | b'0'..=b'9');
    let first = before.bytes().zip(after.bytes()).take_while(same).count();
    // Back to the start of the number.
    let first = first - before.as_bytes()[..first].iter().rev().take_while(|byte| number(byte)).count();
    let (before, after) = (&before[first..], &after[first..]);
    let last = before.bytes().rev().zip(after.bytes().rev()).take_while(same).count();
    let end = &before.as_bytes()[before.len() - last..];
    // What ends the number stays.
    let last = end.len() - end.iter().take_while(|byte| number(byte)).count();
    let last = last.saturating_sub(1);
    (&before[..before.len() - last], &after[..after.len() - last])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Random;
    use std::collections::BTreeMap;

    #[test]
    fn finds_what_differs() {
        for (before, after, expected) in [
            ("[1,2,3]", "[1,2,3]", ("", "")),
            ("", "[1,2]", ("", "[1,2]")),
            ("[1,2]", "", ("[1,2]", "")),
            ("[1,2,3]", "[1,5,3]", ("2,", "5,")),
            ("[1,20,3]", "[1,25,3]", ("20,", "25,")),
            ("[1,12,3]", "[1,2,3]", ("12,", "2,")),
            ("[1,-2,3]", "[1,2,3]", ("-2,", "2,")),
            ("[1,2,3]", "[1,3]", ("2,3]", "3]")),
            ("[1,2,3]", "[1,2,3,4]", ("3]", "3,4]")),
            ("[7,1,2]", "[8,1,2]", ("7,", "8,")),
            ("[1,2,7]", "[1,2,8]", ("7]", "8]")),
            ("[1,1,1,1]", "[1,1]", ("1,1,1]", "1]")),
            ("[]", "[4]", ("]", "4]")),
        ] {
            assert_eq!(differing(before, after), expected, "{before} {after}");
        }
    }

    #[test]
    fn nothing_that_differs_is_left_out() {
        let mut random = Random::new(7, 7, 7);
        let mut list = || {
            let numbers: Vec<String> = (0..random.below(6))
                .map(|_| {
                    format!("{}{}", if random.below(4) == 0 { "-" } else { "" }, [1, 11, 12, 2][index(random.below(4))])
                })
                .collect();
            format!("[{}]", numbers.join(","))
        };
        for _ in 0..5000 {
            let (before, after) = (list(), list());
            let changes = |before: &str, after: &str| {
                let mut all = BTreeMap::new();
                each(before, |number, counted| *all.entry((number, counted)).or_insert(0) -= 1);
                each(after, |number, counted| *all.entry((number, counted)).or_insert(0) += 1);
                all.retain(|_, changes| *changes != 0);
                all
            };
            let (less, more) = differing(&before, &after);
            assert_eq!(changes(less, more), changes(&before, &after), "{before} {after}: {less} {more}");
        }
    }

    fn index(number: u64) -> usize {
        usize::try_from(number).unwrap_or(0)
    }

    #[test]
    fn reads_lists() {
        let read = |list| {
            let mut all = Vec::new();
            each(list, |number, counted| all.push((number, counted)));
            all
        };
        assert_eq!(read("[]"), []);
        assert_eq!(read("[7]"), [(7, true)]);
        assert_eq!(read("[7,1,-12,4000000000]"), [(7, true), (1, true), (12, false), (4_000_000_000, true)]);
        assert_eq!(read("[1, -2 ,3]"), [(1, true), (2, false), (3, true)]);
    }
}
