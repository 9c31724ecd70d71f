//! Lines that may go unseen: entries of a mapping of which nothing matters.
//!
//! After an entry that is whole on its line, another one that is whole changes nothing, if it is
//! one of the same mapping or of one around it, and what follows is no deeper. That the line before
//! is an entry, and no line of a text that looks like one, is known from the parser's own event for
//! its key; so are the columns of the mappings around it.

/// Keys that may matter.
const KEPT: [&[u8]; 4] = [b"id", b"platform", b"db_url", b"ssl_certificate"];
/// The longest key that is looked at: a key of more than 1,024 characters is none.
const KEY: usize = 100;

/// Whether what begins with a key is an entry with a value, all of it on this line.
pub(super) fn is_entry(line: &[u8]) -> bool {
    split(line).is_some_and(|(_, value)| is_whole(value))
}

/// Whether a line may go unseen that is an entry of a block at this column, with `next` after it.
pub(super) fn may_go(line: &[u8], column: usize, next: &[u8]) -> bool {
    // What is deeper would go on with the value.
    let indent = blanks(next);
    let is_fit = match next.get(indent) {
        // A dash as deep as the keys would go on with the list before.
        Some(b'-') => indent < column,
        Some(byte) => indent <= column && byte.is_ascii_alphabetic(),
        None => false,
    };
    if !is_fit {
        return false;
    }
    match line.get(column..).and_then(split) {
        Some((key, value)) => !KEPT.contains(&key) && is_whole(value),
        None => false,
    }
}

/// The blanks before a line.
pub(super) fn blanks(line: &[u8]) -> usize {
    line.iter().take_while(|byte| **byte == b' ').count()
}

/// The key and the value of `key: value`, for plain keys.
fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = line.iter().take(KEY).position(|byte| !matches!(byte, b'a'..=b'z' | b'_'))?;
    let value = line.get(length..)?.strip_prefix(b": ")?;
    let value = value.strip_suffix(b"\n")?;
    (length > 0).then(|| (line.get(..length).unwrap_or_default(), value.strip_suffix(b"\r").unwrap_or(value)))
}

/// A word, some words, a small number, quotes without escapes, or words and numbers in braces.
fn is_whole(value: &[u8]) -> bool {
    match value {
        [quote @ (b'\'' | b'"'), text @ .., last] if quote == last => {
            text.iter().all(|byte| byte != quote && *byte != b'\\' && is_harmless(*byte))
        }
        [b'{', pairs @ .., b'}'] => pairs.split(|byte| *byte == b',').all(is_pair),
        [.., b':'] => false,
        [b'0'..=b'9', ..] => value.len() <= 9 && value.iter().all(|byte| matches!(byte, b'0'..=b':')),
        _ => is_words(value),
    }
}

/// ` name: value` in braces.
fn is_pair(pair: &[u8]) -> bool {
    let pair = pair.strip_prefix(b" ").unwrap_or(pair);
    let length = pair.iter().take(KEY).take_while(|byte| matches!(byte, b'a'..=b'z' | b'_')).count();
    let value = pair.get(length..).and_then(|rest| rest.strip_prefix(b": ")).unwrap_or_default();
    length > 0 && (is_words(value) || (matches!(value.len(), 1..=9) && value.iter().all(u8::is_ascii_digit)))
}

fn is_words(words: &[u8]) -> bool {
    words.first().is_some_and(u8::is_ascii_alphabetic) && words.iter().all(|byte| WORDS[usize::from(*byte)])
}

/// What words are made of, and what may stand between them.
const WORDS: [bool; 256] = {
    let mut words = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        words[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'.' | b'/' | b'-' | b' ');
        byte += 1;
    }
    words
};

/// No line end, which U+0085, U+2028 and U+2029 are as well.
fn is_harmless(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | 0x80..=0xc1 | 0xc3..=0xe1 | 0xe3..)
}

#[cfg(test)]
mod tests {
    use super::{is_entry, may_go};

    #[test]
    fn entries() {
        for (line, expected) in [
            ("alias: A lamp\n", true),
            ("to: 'on'\r\n", true),
            ("to: \"%\"\n", true),
            ("to: \"a\\n\"\n", false),
            ("to: 'it''s'\n", false),
            ("to: '\n", false),
            ("to: 5\n", true),
            ("to: 00:05:00\n", true),
            ("to: 5:\n", false),
            ("to: 2026-13-45\n", false),
            ("to: &a b\n", false),
            ("to: a: b\n", false),
            ("to: a # b\n", false),
            ("to: {a: 5, b_c: on}\n", true),
            ("to: {a: 5,}\n", false),
            ("to: {a: [5]}\n", false),
            ("to: {}\n", false),
            ("to:\n", false),
            ("to: a", false),
            ("'to': a\n", false),
            ("to: 'a\u{2028}b'\n", false),
            ("to: 'ä'\n", true),
        ] {
            assert_eq!(is_entry(line.as_bytes()), expected, "{line:?}");
        }
    }

    #[test]
    fn what_follows_counts() {
        for (line, next, expected) in [
            ("  mode: single\n", "  alias: x\n", true),
            ("  mode: single\n", "- alias: x\n", true),
            ("  mode: single\n", "  - x\n", false),
            ("  mode: single\n", "    more\n", false),
            ("  mode: single\n", "  # x\n", false),
            ("  mode: single\n", "\n", false),
            ("  mode: single\n", "", false),
            ("  platform: single\n", "  alias: x\n", false),
            ("  id: single\n", "  alias: x\n", false),
            ("  <<: single\n", "  alias: x\n", false),
        ] {
            assert_eq!(may_go(line.as_bytes(), 2, next.as_bytes()), expected, "{line:?} {next:?}");
        }
    }
}
