//! The usual case, at a glance: what is all in the window and has nothing odd in it.
//!
//! Works on the window's bytes alone and takes nothing. `None` means that the usual case ends here, because of the
//! window's end, an escape in a key or no JSON: then [`Reader`](super::Reader) goes on byte by byte and finds out.

use core::ops::Range;

use super::swar::{quote, quote_or_backslash, spaces};

/// A member of an object, by places.
pub struct Member {
    /// Its key, without the quotes.
    pub key: Range<usize>,
    /// Where its value begins.
    pub value: usize,
}

/// The member that begins with the comma before it, or with the quote of its key if it is the first.
#[inline(always)]
pub fn member(bytes: &[u8], at: usize, is_first: bool) -> Option<Member> {
    let start = match two(bytes, at) {
        Some(b",\"") if !is_first => at + 2,
        _ => behind_comma_and_quote(bytes, at, is_first)?,
    };
    let end = quote_or_backslash(bytes, start)?;
    let value = match two(bytes, end) {
        Some(b"\":") => end + 2,
        _ => behind_quote_and_colon(bytes, end)?,
    };
    Some(Member { key: start..end, value: solid(bytes, value)? })
}

/// The same with white space, and without a comma before the first.
fn behind_comma_and_quote(bytes: &[u8], at: usize, is_first: bool) -> Option<usize> {
    let mut at = solid(bytes, at)?;
    if !is_first {
        at = solid(bytes, behind(bytes, at, b',')?)?;
    }
    behind(bytes, at, b'"')
}

fn behind_quote_and_colon(bytes: &[u8], at: usize) -> Option<usize> {
    let colon = solid(bytes, behind(bytes, at, b'"')?)?;
    behind(bytes, colon, b':')
}

#[inline(always)]
fn two(bytes: &[u8], at: usize) -> Option<&[u8; 2]> {
    bytes.get(at..)?.first_chunk()
}

/// Where a value ends that begins here. Most are strings or `null`.
#[inline(always)]
pub fn behind_value(bytes: &[u8], at: usize) -> Option<usize> {
    let ahead = bytes.get(at..)?;
    match ahead.first()? {
        b'"' => behind_string(bytes, at + 1),
        b'n' => behind_word(bytes, at, *b"null"),
        _ => behind_other_value(bytes, at),
    }
}

/// The same for a value that is as short as can be, whatever comes behind it.
pub fn behind_short_value(bytes: &[u8], at: usize) -> Option<usize> {
    let ahead = bytes.get(at..)?;
    [&b"null"[..], b"true", b"false", b"[]", b"{}"]
        .into_iter()
        .find(|word| ahead.starts_with(word))
        .map(|word| at + word.len())
}

#[inline(never)]
fn behind_other_value(bytes: &[u8], at: usize) -> Option<usize> {
    match *bytes.get(at)? {
        b'{' | b'[' => match bytes.get(at + 1)? {
            b'}' | b']' => Some(at + 2),
            _ => behind_container(bytes, at),
        },
        b't' => behind_word(bytes, at, *b"true"),
        b'f' => behind_word(bytes, at + 1, *b"alse"),
        b'-' | b'0'..=b'9' => behind_number(bytes, at),
        _ => None,
    }
}

/// Behind the quote that closes a string; `at` is behind the one that opens it.
#[inline(always)]
pub fn behind_string(bytes: &[u8], at: usize) -> Option<usize> {
    let place = quote(bytes, at)?;
    // Right behind the opening quote there is none of the string's before.
    if bytes.get(place - 1) != Some(&b'\\') {
        return Some(place + 1);
    }
    behind_escapes(bytes, at)
}

/// The same, where there is a backslash before a quote.
#[cold]
fn behind_escapes(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let place = quote_or_backslash(bytes, at)?;
        if bytes.get(place) == Some(&b'"') {
            return Some(place + 1);
        }
        at = place + 2;
    }
}

/// Brackets are counted, not paired: only its end matters.
fn behind_container(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        let byte = *bytes.get(at)?;
        at += 1;
        if byte == b'"' {
            at = behind_string(bytes, at)?;
            continue;
        }
        // `[` and `{` differ in one bit, and so do `]` and `}`.
        let bracket = byte | 0x20;
        if bracket == b'{' {
            depth += 1;
        } else if bracket == b'}' {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        } else if byte == b'\n' {
            at += spaces(bytes, at);
        }
    }
}

#[inline(always)]
fn behind_word(bytes: &[u8], at: usize, word: [u8; 4]) -> Option<usize> {
    (bytes.get(at..)?.first_chunk() == Some(&word)).then_some(at + word.len())
}

/// A number has no end of its own: the byte after it has to be there.
#[inline(always)]
fn behind_number(bytes: &[u8], mut at: usize) -> Option<usize> {
    while in_number(*bytes.get(at)?) {
        at += 1;
    }
    Some(at)
}

/// Whatever a number is made of.
#[inline(always)]
pub const fn in_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}

#[inline(always)]
fn behind(bytes: &[u8], at: usize, expected: u8) -> Option<usize> {
    (*bytes.get(at)? == expected).then_some(at + 1)
}

/// The next byte that is no white space.
#[inline(always)]
pub fn solid(bytes: &[u8], at: usize) -> Option<usize> {
    if *bytes.get(at)? > b' ' {
        return Some(at);
    }
    behind_space(bytes, at)
}

fn behind_space(bytes: &[u8], mut at: usize) -> Option<usize> {
    while matches!(bytes.get(at)?, b' ' | b'\n' | b'\r' | b'\t') {
        at += 1;
        at += spaces(bytes, at);
    }
    Some(at)
}
