//! Quotes and brackets.

/// Quotes and brackets, wherever they stand, in comments too. Where they come in pairs, none of them is left open.
#[derive(Default)]
pub struct Pairs {
    double: bool,
    single: bool,
    square: isize,
    curly: isize,
}

/// How all tags begin that bring in files.
pub const INCLUDE: &str = "!include";

impl Pairs {
    /// Takes in the first line, and gives its length. `None` if there is something in it that may mean something
    /// elsewhere.
    pub fn take(&mut self, text: &str) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut at = 0;
        loop {
            at += meaningless(bytes.get(at..)?);
            let Some(byte) = bytes.get(at) else { return Some(at) };
            match byte {
                b'\n' => return Some(at + 1),
                b'"' => self.double = !self.double,
                b'\'' => self.single = !self.single,
                b'[' => self.square += 1,
                b']' => self.square -= 1,
                b'{' => self.curly += 1,
                b'}' => self.curly -= 1,
                b'!' if !bytes[at..].starts_with(INCLUDE.as_bytes()) => {}
                // An anchor has something before it; in `R&D` there is none.
                b'&' if at > 0 && bytes[at - 1].is_ascii_alphanumeric() => {}
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => {}
                _ => return None,
            }
            if self.square < 0 || self.curly < 0 {
                return None;
            }
            at += 1;
        }
    }

    /// None of them is left open.
    pub fn are_whole(&self) -> bool {
        !self.double && !self.single && self.square == 0 && self.curly == 0
    }
}

/// How many bytes there are before the first that is looked at. By fours, for most bytes are not.
fn meaningless(bytes: &[u8]) -> usize {
    let is_special = |byte: u8| SPECIAL[usize::from(byte)];
    let mut at = 0;
    while let Some(&[a, b, c, d]) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        if is_special(a) | is_special(b) | is_special(c) | is_special(d) {
            break;
        }
        at += 4;
    }
    while bytes.get(at).is_some_and(|byte| !is_special(*byte)) {
        at += 1;
    }
    at
}

/// The bytes that are looked at.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        special[byte] = match byte as u8 {
            b'\t' => false,
            0..=0x1f | 0x7f | b'!' | b'&' | b'"' | b'\'' | b'[' | b']' | b'{' | b'}' => true,
            _ => false,
        };
        byte += 1;
    }
    special
};

#[cfg(test)]
mod tests {
    use super::Pairs;

    #[test]
    fn a_line_at_a_time() {
        let table = [
            ("", Some(0), true),
            ("plain text\nmore", Some(11), true),
            ("\"'\n'\"", Some(3), false),
            ("[{a: 1}]", Some(8), true),
            ("{[a]\n", Some(5), false),
            ("]", None, false),
            ("a: !secret b\r\n", Some(14), true),
            ("a: !include b", None, true),
            ("R&D", Some(3), true),
            ("a: &b", None, true),
            ("&b", None, true),
            ("a\rb", None, true),
            ("a\tb\0", None, true),
            ("ä\u{7f}", None, true),
        ];
        for (text, length, whole) in table {
            let mut pairs = Pairs::default();
            assert_eq!(pairs.take(text), length, "{text:?}");
            assert_eq!(pairs.are_whole(), whole, "{text:?}");
        }
    }
}
