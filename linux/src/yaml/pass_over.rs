//! What the parser need not see.
//!
//! Nine tenths of a configuration are the insides of automations, scripts and templates, and nothing in there matters.
//! Reading it all takes several times as long as everything else that this program does. So where the value of a key does
//! not matter, the parser goes on after it: with the next line that is not further in.
//!
//! That is done only if the value could not mean anything elsewhere: it includes nothing, has no anchor, and its quotes
//! and brackets are in pairs, so that none of them reaches beyond. A mistake inside of what is passed over goes unnoticed.

/// What follows a key of which the value does not matter.
pub struct After<'t> {
    /// The whole text.
    pub text: &'t str,
    /// Where the key's colon ends.
    pub colon: usize,
    /// The column of the key.
    pub column: usize,
}

impl<'t> After<'t> {
    /// After the key `name`, if the text before `at` is just this key and its colon, at this column of its line.
    pub fn key(text: &'t str, at: usize, name: &str, column: usize) -> Option<Self> {
        let before = text.get(..at)?;
        let key = before.strip_suffix(':')?.strip_suffix(name)?;
        let start = key.rfind('\n').map_or(0, |line_break| line_break + 1);
        (is_simple(name) && key.len() - start == column).then_some(After { text, colon: at, column })
    }

    /// Where the value ends, at a line break or at the end of the text. `None` if the parser has to see it.
    ///
    /// `passes` tells by their names of the entries after this one whether they do not matter either. `budget` is how
    /// many bytes may still be looked at, so that it stays a small part of the work whatever the text is.
    pub fn end(&self, passes: impl Fn(&str) -> bool, budget: &mut usize) -> Option<usize> {
        let rest = self.text.get(self.colon..)?;
        let (mut pairs, mut end, mut length) = (Pairs::default(), None, 0);
        let mut may_be_list = false;
        while length < rest.len() {
            let line = rest.get(length..)?;
            if length == 0 {
                may_be_list = is_blank(line);
            } else {
                let indent = line.bytes().take_while(|byte| *byte == b' ').count();
                if indent <= self.column {
                    let inside = line.get(indent..)?;
                    let belongs = is_blank(inside) || (indent == self.column && may_be_list && is_item(inside));
                    if !belongs {
                        end = if pairs.are_whole() { Some(length) } else { end };
                        let next = sibling(inside).filter(|(name, _)| indent == self.column && passes(name));
                        match next {
                            Some((_, value)) => may_be_list = is_blank(value),
                            None => return self.before_line_break(end?),
                        }
                    }
                }
            }
            let taken = pairs.take(line);
            let line_length = taken.unwrap_or_else(|| line.find('\n').map_or(line.len(), |place| place + 1));
            *budget = budget.checked_sub(line_length).unwrap_or_default();
            if *budget == 0 || taken.is_none() {
                return self.before_line_break(end?);
            }
            length += line_length;
        }
        if pairs.are_whole() {
            return Some(self.text.len());
        }
        self.before_line_break(end?)
    }

    /// The line break belongs to what comes next, so that the parser sees where a line begins.
    fn before_line_break(&self, length: usize) -> Option<usize> {
        let passed = self.text.get(..self.colon + length)?;
        Some(passed.trim_end_matches(['\r', '\n']).len())
    }

    /// Whether the value is a list or a mapping, as far as its first line tells.
    pub fn is_collection(&self) -> bool {
        let rest = self.text.get(self.colon..).unwrap_or_default();
        let (first, rest) = rest.split_once('\n').unwrap_or((rest, ""));
        let line = rest.lines().find(|line| !is_blank(line)).unwrap_or_default().trim_start_matches(' ');
        is_blank(first) && (is_item(line) || sibling(line).is_some())
    }
}

/// Whether a whole file can be passed over. An anchor in it is not known outside.
pub fn is_harmless_file(text: &str) -> bool {
    !text.contains(INCLUDE)
}

/// How all tags begin that bring in files.
const INCLUDE: &str = "!include";

/// Quotes and brackets, wherever they stand, in comments too. Where they come in pairs, none of them is left open.
#[derive(Default)]
struct Pairs {
    double: bool,
    single: bool,
    square: isize,
    curly: isize,
}

impl Pairs {
    /// Takes in the first line, and gives its length. `None` if there is something in it that may mean something
    /// elsewhere.
    fn take(&mut self, lines: &str) -> Option<usize> {
        let bytes = lines.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            if !SPECIAL[usize::from(*byte)] {
                continue;
            }
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
        }
        Some(bytes.len())
    }

    fn are_whole(&self) -> bool {
        !self.double && !self.single && self.square == 0 && self.curly == 0
    }
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

/// Nothing but spaces and a comment.
fn is_blank(line: &str) -> bool {
    matches!(line.trim_start_matches([' ', '\t']).bytes().next(), None | Some(b'\n' | b'\r' | b'#'))
}

/// An element of a list.
pub fn is_item(line: &str) -> bool {
    line.strip_prefix('-').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n', '\r']))
}

/// The key in a line, and what follows its colon.
pub fn sibling(line: &str) -> Option<(&str, &str)> {
    let length = line.bytes().take_while(|byte| is_simple_byte(*byte)).count();
    let (name, value) = (line.get(..length)?, line.get(length..)?.strip_prefix(':')?);
    (length > 0 && (value.is_empty() || value.starts_with([' ', '\n', '\r']))).then_some((name, value))
}

/// Letters, digits and underscores.
pub fn is_simple(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(is_simple_byte)
}

const fn is_simple_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::{is_harmless_file, After};

    /// What is left of a text if the value of its first key is passed over, and that of the keys `x` and `y` after it.
    fn left(text: &str) -> Option<&str> {
        let colon = text.find(':').unwrap() + 1;
        let name = text.get(..colon - 1).unwrap().trim_start_matches([' ', '-', '\n']);
        let start = text.find(name).unwrap();
        let column = start - text.get(..start).unwrap().rfind('\n').map_or(0, |at| at + 1);
        let end = After::key(text, colon, name, column)?.end(|name| matches!(name, "x" | "y"), &mut 10_000)?;
        text.get(end..)
    }

    #[test]
    fn a_value_ends_where_the_next_entry_begins() {
        let table = [
            ("a: 1\nb: 2\n", "\nb: 2\n"),
            ("a: 1\r\nb: 2", "\r\nb: 2"),
            ("a: 1", ""),
            ("a:\n", ""),
            ("a:\n  c: 1\n\n# d\n  e: 2\n\n\nb: 2", "\n\n\nb: 2"),
            ("a:\n- 1\n-\n  - 2\nb: 2", "\nb: 2"),
            ("a: 1\n- 2\n", "\n- 2\n"),
            ("- a: 1\n  b: 2", "\n  b: 2"),
            ("- a:\n  - 1\n- b: 2", "\n- b: 2"),
            ("- a: 1\n- b: 2", "\n- b: 2"),
            ("a: |\n  b: '\n  c: '\nb: 2", "\nb: 2"),
            ("a: 1\nx: 2\ny:\n- 3\nb: 4\nx: 5", "\nb: 4\nx: 5"),
            ("a: '\nx: '\nb: 2", "\nb: 2"),
            ("a: 1\nx: !include c\ny: 2", "\nx: !include c\ny: 2"),
            ("a: 1\nx: !secret c\ny: R&D\nz: 1", "\nz: 1"),
            ("a: 1\n---\nb: 2", "\n---\nb: 2"),
            ("a: 1\n  \t\n\tb: 2", "\n  \t\n\tb: 2"),
        ];
        for (text, expected) in table {
            let trimmed = left(text).map(|left| left.trim_start_matches(['\r', '\n', ' ', '\t']));
            assert_eq!(trimmed, Some(expected.trim_start_matches(['\r', '\n', ' ', '\t'])), "{text:?}");
        }
    }

    #[test]
    fn what_may_reach_further_is_left_to_the_parser() {
        let table = [
            "a: !include b",
            "a:\n  - !include_dir_list b",
            "a: &b 1",
            "a: [&b 1]",
            "a: \"1\nb: 2",
            "a: '1\nb: 2",
            "a: [1\nb: 2",
            "a: {1\nb: 2",
            "a: ]\nb: [",
            "a: \0",
            "a: 1\rb: 2",
        ];
        for text in table {
            assert_eq!(left(text), None, "{text:?}");
        }
        assert!(is_harmless_file("a: !secret b") && !is_harmless_file("a: !<!include> b"));
    }

    #[test]
    fn only_a_plain_key_right_before_its_colon_counts() {
        let text = "  a: 1";
        assert!(After::key(text, 4, "a", 2).is_some());
        for (at, name, column) in [(3, "a", 2), (4, "a", 1), (4, "b", 2), (4, "", 2), (5, "a", 2), (40, "a", 2)] {
            assert!(After::key(text, at, name, column).is_none(), "{at} {name} {column}");
        }
        assert!(After::key("é a: 1", 5, "a", 3).is_some_and(|after| after.end(|_| true, &mut 100).is_some()));
    }

    #[test]
    fn it_ends_with_the_budget() {
        let text = format!("a: 1\n{}", "x: 2\n".repeat(1000));
        let after = After::key(&text, 2, "a", 0).unwrap();
        let end = after.end(|_| true, &mut 100).unwrap();
        assert!(end > 50 && end < 150, "{end}");
        assert_eq!(after.end(|_| true, &mut 0), None);
        assert_eq!(after.end(|_| true, &mut 1_000_000), Some(text.len()));
    }
}
