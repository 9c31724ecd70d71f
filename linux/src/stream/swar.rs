//! Eight bytes at a time, in plain arithmetic: strings are too short for a call to pay off, and `unsafe` is forbidden.

const ONES: u64 = u64::MAX / 0xff;
const HIGH: u64 = ONES * 0x80;

/// The place of the first quote or backslash.
#[inline(always)]
pub fn quote_or_backslash(bytes: &[u8]) -> Option<usize> {
    let mut words = bytes.chunks_exact(8);
    let mut at = 0;
    for word in &mut words {
        let word = load(word);
        let found = zeros(word ^ (ONES * b'"' as u64)) | zeros(word ^ (ONES * b'\\' as u64));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    words.remainder().iter().position(|byte| matches!(byte, b'"' | b'\\')).map(|place| at + place)
}

/// How many spaces come first. Whole words only: what is left is for the caller's own loop.
#[inline(always)]
pub fn spaces(bytes: &[u8]) -> usize {
    bytes.chunks_exact(8).take_while(|word| load(word) == ONES * b' ' as u64).count() * 8
}

#[inline(always)]
fn load(word: &[u8]) -> u64 {
    word.try_into().map_or(0, u64::from_le_bytes)
}

/// Marks the high bit of each byte that is zero. A mark above the lowest may be false.
#[inline(always)]
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_of_either_at_every_place_and_beside_look_alikes() {
        for length in 0..40 {
            for other in [b' ', b'!', b'#', b'[', b']', 0, 0x80, 0xa2, 0xdc, 0xff] {
                let mut bytes = vec![other; length];
                assert_eq!(quote_or_backslash(&bytes), None);
                for place in (0..length).rev() {
                    bytes[place] = if place % 3 == 0 { b'\\' } else { b'"' };
                    assert_eq!(quote_or_backslash(&bytes), Some(place), "{length} {other}");
                }
            }
        }
    }

    #[test]
    fn spaces_by_the_word() {
        for (text, expected) in [("", 0), ("       ", 0), ("        ", 8), ("         x", 8), ("\n               ", 0)]
        {
            assert_eq!(spaces(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(spaces(&[b' '; 23]), 16);
    }
}
