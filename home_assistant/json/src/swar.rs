//! Eight bytes at a time, in plain arithmetic: strings are too short for a call to pay off, and `unsafe` is forbidden.

const ONES: u64 = u64::MAX / 0xff;
const HIGH: u64 = ONES * 0x80;

/// The place of the first quote or backslash from `at` on.
#[inline(always)]
pub fn quote_or_backslash(bytes: &[u8], at: usize) -> Option<usize> {
    place(bytes, at, |word| quotes(word) | zeros(word ^ (ONES * b'\\' as u64)), |byte| matches!(byte, b'"' | b'\\'))
}

/// The place of the first quote from `at` on.
#[inline(always)]
pub fn quote(bytes: &[u8], at: usize) -> Option<usize> {
    place(bytes, at, quotes, |byte| byte == b'"')
}

/// The place of the first quote, if all before it is ASCII without a backslash, and in whole words.
#[inline(always)]
pub fn plain(bytes: &[u8]) -> Option<usize> {
    let (mut rest, mut at) = (bytes, 0);
    while let Some((word, behind)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*word);
        let quote = quotes(word);
        // The bits of the bytes before the quote.
        let before = quote.wrapping_sub(1) & !quote;
        if (word & HIGH | zeros(word ^ (ONES * b'\\' as u64))) & before != 0 {
            return None;
        }
        if quote != 0 {
            return Some(at + quote.trailing_zeros() as usize / 8);
        }
        at += 8;
        rest = behind;
    }
    None
}

/// The place of the first byte that is meant, by the word as long as there are whole ones.
#[inline(always)]
fn place(bytes: &[u8], mut at: usize, marks: impl Fn(u64) -> u64, is_meant: impl Fn(u8) -> bool) -> Option<usize> {
    let mut rest = bytes.get(at..)?;
    while let Some((word, behind)) = rest.split_first_chunk() {
        let found = marks(u64::from_le_bytes(*word));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
        rest = behind;
    }
    rest.iter().position(|byte| is_meant(*byte)).map(|place| at + place)
}

#[inline(always)]
const fn quotes(word: u64) -> u64 {
    zeros(word ^ (ONES * b'"' as u64))
}

/// How many spaces there are from `at` on. Whole words only: what is left is for the caller's own loop.
#[inline(always)]
pub fn spaces(bytes: &[u8], at: usize) -> usize {
    let mut rest = bytes.get(at..).unwrap_or_default();
    let mut count = 0;
    while let Some((word, behind)) = rest.split_first_chunk() {
        if u64::from_le_bytes(*word) != ONES * b' ' as u64 {
            break;
        }
        count += 8;
        rest = behind;
    }
    count
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
                assert_eq!(quote_or_backslash(&bytes, 0), None);
                for place in (0..length).rev() {
                    bytes[place] = if place % 3 == 0 { b'\\' } else { b'"' };
                    assert_eq!(quote_or_backslash(&bytes, 0), Some(place), "{length} {other}");
                    assert_eq!(quote_or_backslash(&bytes, place), Some(place), "{length} {other}");
                }
            }
        }
        assert_eq!(quote_or_backslash(b"\"", 2), None);
        assert_eq!(quote(br#"\"""#, 0), Some(1));
        assert_eq!(quote(br#"01234567\"""#, 3), Some(9));
    }

    #[test]
    fn plain_up_to_the_quote() {
        for length in 0..30 {
            let mut bytes = vec![0x7f; length];
            assert_eq!(plain(&bytes), None);
            bytes.extend_from_slice(b"\"\\\x80 and more");
            assert_eq!(plain(&bytes), Some(length));
            for place in 0..length {
                for odd in [b'\\', 0x80, 0xa2, 0xff] {
                    bytes[place] = odd;
                    assert_eq!(plain(&bytes), None, "{odd} at {place} of {length}");
                }
                bytes[place] = b'#';
            }
        }
        assert_eq!(plain(b"short\""), None, "less than a word");
    }

    #[test]
    fn spaces_by_the_word() {
        for (text, expected) in [("", 0), ("       ", 0), ("        ", 8), ("         x", 8), ("\n               ", 0)]
        {
            assert_eq!(spaces(text.as_bytes(), 0), expected, "{text:?}");
        }
        assert_eq!(spaces(&[b' '; 23], 0), 16);
        assert_eq!(spaces(&[b' '; 23], 16), 0);
    }
}
