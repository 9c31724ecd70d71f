//! A report's facts as the store keeps them: a JSON list of numbers, `[7,1,12,-40]`.
//!
//! A minus means: part of the report, but not counted, because an earlier one of the list is of the same add-on or
//! integration. One installation counts once, however often it says so; else it could lift a name over the threshold
//! under which nothing is published.

/// Hands over each number, and what it adds to the count of its fact: 1, or with a minus 0.
pub fn each(list: &str, mut take: impl FnMut(u32, i32)) {
    let (mut number, mut by) = (0_u32, 1);
    for byte in list.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            number = number.wrapping_mul(10).wrapping_add(u32::from(digit));
        } else if byte == b'-' {
            by = 0;
        } else {
            // Facts are numbered from 1 on.
            if number != 0 {
                take(number, by);
            }
            (number, by) = (0, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lists() {
        let read = |list| {
            let mut all = Vec::new();
            each(list, |number, by| all.push((number, by)));
            all
        };
        assert_eq!(read("[]"), []);
        assert_eq!(read("[7]"), [(7, 1)]);
        assert_eq!(read("[7,1,-12,4000000000]"), [(7, 1), (1, 1), (12, 0), (4_000_000_000, 1)]);
        assert_eq!(read("[1, -2 ,3]"), [(1, 1), (2, 0), (3, 1)]);
    }
}
