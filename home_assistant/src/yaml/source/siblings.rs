//! Lines that may go unseen: entries of a mapping of which nothing matters.
//!
//! After an entry that is whole on its line, another one changes nothing, if it is one of the same
//! mapping or of one around it, and what follows is no deeper. That the line before is an entry, and
//! no line of a text that looks like one, is known from the parser's own event for its key; so are
//! the columns of the mappings around it.
//!
//! What such an entry holds goes with it, as far as it is plain: keys, lists, words, numbers, quotes
//! without escapes, texts after `|` and `>`. Whatever else there is stays, with all around it.

use super::inside::{Inside, Step};

/// Keys that may matter.
const KEPT: [&[u8]; 4] = [b"id", b"platform", b"db_url", b"ssl_certificate"];
/// The longest key that is looked at: a key of more than 1,024 characters is none.
const KEY: usize = 100;

/// Lines that may go unseen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Needless {
    pub(super) bytes: usize,
    pub(super) lines: usize,
}

/// Whether what begins with a key is an entry with a value, all of it on this line.
pub(super) fn is_entry(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\n").map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    match line.and_then(key) {
        Some((_, value)) => value.strip_prefix(b" ").is_some_and(is_whole),
        None => false,
    }
}

/// What may go of lines of which the first has an entry of a block at this column, as far as it is
/// seen what follows.
pub(super) fn needless(text: &[u8], column: usize) -> Needless {
    let (mut found, mut ahead) = (Needless::default(), Needless::default());
    let mut inside = Inside::of(column);
    while let Some(rest) = text.get(ahead.bytes..) {
        let Some(length) = rest.iter().position(|byte| *byte == b'\n') else {
            break;
        };
        let line = rest.get(..length).unwrap_or_default();
        match inside.line(line.strip_suffix(b"\r").unwrap_or(line)) {
            Step::Inside => {}
            Step::Entry => found = ahead,
            Step::After => return ahead,
            Step::Unknown => break,
        }
        ahead.bytes += length + 1;
        ahead.lines += 1;
    }
    found
}

/// The blanks before a line.
pub(super) fn blanks(line: &[u8]) -> usize {
    line.iter().take_while(|byte| **byte == b' ').count()
}

/// A plain key, and what follows on its colon.
pub(super) fn key(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = line.iter().take(KEY).position(|byte| *byte == b':')?;
    let (key, value) = line.split_at_checked(length)?;
    let is_plain = is_words(key) && !key.contains(&b' ');
    is_plain.then(|| (key, value.get(1..).unwrap_or_default()))
}

/// Whether a key of a mapping of which most says nothing may matter.
pub(super) fn is_kept(key: &[u8]) -> bool {
    KEPT.contains(&key)
}

/// A word, some words, a small number, quotes without escapes, or words and numbers in braces.
pub(super) fn is_whole(value: &[u8]) -> bool {
    match value {
        [quote @ (b'\'' | b'"'), text @ .., last] if quote == last => {
            text.iter().all(|byte| byte != quote && *byte != b'\\' && is_harmless(*byte))
        }
        [b'{', pairs @ .., b'}'] => pairs.split(|byte| *byte == b',').all(is_pair),
        [.., b':'] => false,
        [b'0'..=b'9', ..] => value.len() <= 9 && value.iter().all(|byte| matches!(byte, b'0'..=b':' | b'.')),
        _ => is_words(value),
    }
}

/// ` name: value` in braces.
fn is_pair(pair: &[u8]) -> bool {
    let pair = pair.strip_prefix(b" ").unwrap_or(pair);
    let value = key(pair).and_then(|(_, value)| value.strip_prefix(b" ")).unwrap_or_default();
    is_words(value) || (matches!(value.len(), 1..=9) && value.iter().all(u8::is_ascii_digit))
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
pub(super) fn is_harmless(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | 0x80..=0xc1 | 0xc3..=0xe1 | 0xe3..)
}

#[cfg(test)]
mod tests {
    use super::{is_entry, needless, Needless};

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
            ("to: 0.5\n", true),
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
            ("to:a\n", false),
            ("to: a", false),
            ("'to': a\n", false),
            ("light.a-b/c: a\n", true),
            ("a b: a\n", false),
            ("<<: a\n", false),
            ("5: a\n", false),
            ("to: 'a\u{2028}b'\n", false),
            ("to: 'ä'\n", true),
        ] {
            assert_eq!(is_entry(line.as_bytes()), expected, "{line:?}");
        }
    }

    /// An at sign stands where nothing may go any more.
    #[test]
    fn what_may_go() {
        for text in [
            "  mode: single\n@  id: x\n",
            "  mode: single\n@- alias: x\n",
            "  mode: single\n@x: y\n",
            "  mode: single\n\n  # x\n@x: y\n",
            "  mode: single\n  mode: a\n@  mode: !b\n",
            "@  mode: single\n  <<: x\n",
            "@  mode: single\n  - x\n",
            "@  mode: single\n    more\n",
            "@  mode: single\n",
            "@  mode: single\n  # x\n",
            "@  mode: single\n # \u{2028}x\na:\n",
            "@  platform: single\n  alias: x\n",
            "@  id: single\n  alias: x\n",
            "@  <<: single\n  alias: x\n",
            "@  mode:\n  'alias': x\n",
            "  mode:\r\n    id: x\r\n    platform: y\r\n@a: b\r\n",
            "  a:\n  - b: c\n    d: e\n  -   f\n@g:\n",
            "  a:\n    - b:\n      - c\n      d:\n      - - e\n        - f\n    - g\n@h:\n",
            "  a:\n    b:\n      c: d\n  e: f\n@g:\n",
            // A dash by itself, one too deep, one not deep enough, one after a value.
            "@  a:\n  -\n  b: c\n  d: e\n",
            "@  a:\n    - b\n      - c\n  d: e\n",
            "@  a:\n    - b\n   - c\n  d: e\n",
            "@  a: b\n  - c\n  d: e\n",
            "@  a:\n    b:\n  - c\n  d: e\n",
            "@  a:\n    b: c\n    - d\n  e: f\n",
            // What goes on with a text, and what does not.
            "@  a:\n    b: c\n     d\n  e: f\n",
            "@  a:\n    b: c\n      d: e\n  e: f\n",
            "@  a:\n    b\n  c: d\n",
            "@  a:\n    - b\n    c: d\n  e: f\n",
            // Texts after a bar or an angle.
            "  a: >-\n      b: {\n\n     \n        c\n      # d\n  e: |\n  f: g\n@h:\n",
            "@  a: |\n      b\n    c\n  d: e\n",
            "@  a: |\n     \n    b\n  d: e\n",
            "@  a: |\n    \tb\n  d: e\n",
            "@  a: |2\n    b\n  d: e\n",
            "@  a: |\n    b\u{85}c\n  d: e\n",
        ] {
            let (gone, rest) = text.split_once('@').unwrap();
            let expected = Needless { bytes: gone.len(), lines: gone.matches('\n').count() };
            assert_eq!(needless([gone, rest].concat().as_bytes(), 2), expected, "{text:?}");
        }
        let deep = |depth: usize| format!("  a:\n    {}x\nb:\n", "- ".repeat(depth));
        assert_eq!([15, 16].map(|depth| needless(deep(depth).as_bytes(), 2).lines), [2, 0]);
    }
}
