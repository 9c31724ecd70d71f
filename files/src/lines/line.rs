//! What the beginning of a text says, as far as its first line goes.

/// How many spaces it begins with.
pub fn indent(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut count = 0;
    while bytes.get(count) == Some(&b' ') {
        count += 1;
    }
    count
}

/// How many bytes it is to behind the first line break, or to the end.
pub fn length(text: &str) -> usize {
    text.bytes().position(|byte| byte == b'\n').map_or(text.len(), |place| place + 1)
}

/// Nothing but white space and a comment.
pub fn is_blank(text: &str) -> bool {
    let solid = text.bytes().find(|byte| !matches!(byte, b' ' | b'\t'));
    matches!(solid, None | Some(b'\n' | b'\r' | b'#'))
}

/// An element of a list.
pub fn is_item(text: &str) -> bool {
    text.as_bytes().split_first().is_some_and(|(first, rest)| *first == b'-' && is_space(rest))
}

/// The key, and what follows its colon, to the end of the text.
pub fn entry(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let mut length = 0;
    while bytes.get(length).is_some_and(|byte| is_simple_byte(*byte)) {
        length += 1;
    }
    let (colon, value) = bytes.get(length..)?.split_first()?;
    (length > 0 && *colon == b':' && is_space(value)).then_some((text.get(..length)?, text.get(length + 1..)?))
}

/// Letters, digits and underscores.
pub fn is_simple(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(is_simple_byte)
}

/// Begins with white space, or is over.
fn is_space(rest: &[u8]) -> bool {
    matches!(rest.first(), None | Some(b' ' | b'\n' | b'\r'))
}

fn is_simple_byte(byte: u8) -> bool {
    SIMPLE[usize::from(byte)]
}

const SIMPLE: [bool; 256] = {
    let mut simple = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        simple[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    simple
};

/// A text, line by line.
#[derive(Clone, Copy)]
pub struct Lines<'t> {
    /// All of it.
    pub text: &'t str,
    /// Where in it this is.
    pub at: usize,
}

impl<'t> Lines<'t> {
    /// What is left.
    pub fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// To behind the next line break.
    pub fn next_line(&mut self) {
        self.at += length(self.rest());
    }

    /// To behind the next line break, if there is nothing before it.
    pub fn finish_line(&mut self) -> Option<()> {
        let solid = self.rest().bytes().find(|byte| !matches!(byte, b' ' | b'\r'));
        if !matches!(solid, None | Some(b'\n')) {
            return None;
        }
        self.next_line();
        Some(())
    }

    /// Goes to the next line with something in it: its indentation, and the text from there on. The outer `None` is a line
    /// that only a parser understands.
    pub fn filled(&mut self) -> Option<Option<(usize, &'t str)>> {
        loop {
            let rest = self.rest();
            let indent = indent(rest);
            let inside = rest.get(indent..)?;
            match inside.as_bytes() {
                [] => {
                    self.at = self.text.len();
                    return Some(None);
                }
                [b'\n', ..] | [b'\r', b'\n', ..] => {}
                [b'#', ..] if is_plain_comment(inside) => {}
                [b'#' | b'\t' | b'\r', ..] => return None,
                _ => return Some(Some((indent, inside))),
            }
            self.next_line();
        }
    }
}

fn is_plain_comment(text: &str) -> bool {
    let odd = text.bytes().find(|byte| !matches!(byte, b' '..=b'~'));
    matches!(odd, None | Some(b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_line_is() {
        let table = [
            ("", true, false, None),
            (" \t# c\nx: 1", true, false, None),
            ("\r\nx", true, false, None),
            ("- 1", false, true, None),
            ("-", false, true, None),
            ("-1", false, false, None),
            ("a: 1\nb", false, false, Some(("a", " 1\nb"))),
            ("a_9:", false, false, Some(("a_9", ""))),
            ("a:\r\n", false, false, Some(("a", "\r\n"))),
            ("a:1", false, false, None),
            (": 1", false, false, None),
            ("a b: 1", false, false, None),
            ("é: 1", false, false, None),
        ];
        for (text, blank, item, key) in table {
            assert_eq!((is_blank(text), is_item(text), entry(text)), (blank, item, key), "{text:?}");
        }
        assert_eq!((indent("   x"), indent(""), length("ab\nc"), length("ab")), (3, 0, 3, 2));
    }

    #[test]
    fn on_to_what_is_not_empty() {
        let table = [
            ("\n  \n\r\n# c\n  x: 1\n", Some(Some((2, "x: 1\n")))),
            (" # c", Some(None)),
            ("  ", Some(None)),
            ("\tx", None),
            ("# \u{85}\n", None),
            ("\rx", None),
        ];
        for (text, expected) in table {
            assert_eq!(Lines { text, at: 0 }.filled(), expected, "{text:?}");
        }
    }
}
