//! What may stand in a file: UTF-8, and of the control characters only those that YAML knows.

/// What was found in some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Checked {
    /// How many of them may be used. A character whose end is not there yet is not among them.
    pub(super) good: usize,
    /// Why those that follow may not be used.
    pub(super) fault: Option<&'static str>,
    /// There is an exclamation mark.
    pub(super) has_mark: bool,
}

/// Looks at all bytes; `is_end` says that none follow.
pub(super) fn check(bytes: &[u8], is_end: bool) -> Checked {
    let (mut odd, mut has_mark) = (false, false);
    for byte in bytes {
        odd |= (*byte < b' ' && !matches!(byte, b'\n' | b'\t' | b'\r')) | (*byte > b'~');
        has_mark |= *byte == b'!';
    }
    if !odd {
        return Checked { good: bytes.len(), fault: None, has_mark };
    }
    let (text, mut fault) = match core::str::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let is_cut = error.error_len().is_none() && !is_end;
            (core::str::from_utf8(good).unwrap_or_default(), (!is_cut).then_some("not UTF-8"))
        }
    };
    let mut good = text.len();
    if let Some((at, _)) = text.char_indices().find(|(_, character)| !is_allowed(*character)) {
        good = at;
        fault = Some("a control character");
    }
    Checked { good, fault, has_mark }
}

/// What YAML 1.1 allows in a file.
fn is_allowed(character: char) -> bool {
    matches!(character,
        ' '..='~' | '\n' | '\t' | '\r' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn only_text_is_good() {
        for (bytes, good, fault) in [
            (b"a: b\t!\r\n".as_slice(), 8, None),
            ("ä°\u{85}\u{2028}\u{feff}\u{1f600}".as_bytes(), 16, None),
            (b"a\x00b", 1, Some("a control character")),
            ("ab\u{9b}".as_bytes(), 2, Some("a control character")),
            ("\u{ffff}".as_bytes(), 0, Some("a control character")),
            (b"ab\xc3", 2, None),
            (b"ab\xc3(", 2, Some("not UTF-8")),
            (b"\xed\xa0\x80", 0, Some("not UTF-8")),
        ] {
            let checked = check(bytes, false);
            assert_eq!((checked.good, checked.fault), (good, fault), "{bytes:?}");
        }
        assert_eq!(check(b"ab\xc3", true).fault, Some("not UTF-8"));
    }
}
