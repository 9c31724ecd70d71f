//! Past a value that does not matter.
//!
//! It ends with the next line that is not further in. That holds only if it could not mean anything elsewhere: it includes
//! nothing, has no anchor, and its quotes and brackets are in pairs, so that none of them reaches beyond. A mistake inside
//! of what is passed over goes unnoticed.

use super::line::{self, entry, indent, is_blank, is_item, is_simple};
use super::pairs::{Pairs, INCLUDE};

/// Which entries after the first one do not matter either.
#[derive(Clone, Copy)]
pub enum Passes<'p> {
    /// None of them, so that each is looked at.
    None,
    /// All but those with these keys.
    AllBut(&'p [&'p str]),
}

impl Passes<'_> {
    fn includes(self, key: &str) -> bool {
        match self {
            Passes::None => false,
            Passes::AllBut(keys) => keys.iter().all(|kept| kept.as_bytes() != key.as_bytes()),
        }
    }
}

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
    /// It goes on past the entries behind it that do not matter either. `budget` is how many bytes may still be looked
    /// at, so that it stays a small part of the work whatever the text is.
    pub fn end(&self, passes: Passes<'_>, budget: &mut usize) -> Option<usize> {
        let rest = self.text.get(self.colon..)?;
        let (mut pairs, mut end, mut length) = (Pairs::default(), None, 0);
        let mut may_be_list = false;
        while length < rest.len() {
            let line = rest.get(length..)?;
            if length == 0 {
                may_be_list = is_blank(line);
            } else {
                let indent = indent(line);
                if indent <= self.column {
                    let inside = line.get(indent..)?;
                    let belongs = is_blank(inside) || (indent == self.column && may_be_list && is_item(inside));
                    if !belongs {
                        end = if pairs.are_whole() { Some(length) } else { end };
                        let next = entry(inside).filter(|(key, _)| indent == self.column && passes.includes(key));
                        match next {
                            Some((_, value)) => may_be_list = is_blank(value),
                            None => return self.before_line_break(end?),
                        }
                    }
                }
            }
            let taken = pairs.take(line);
            let line_length = taken.unwrap_or_else(|| line::length(line));
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
        is_blank(first) && is_collection(rest) == Some(true)
    }
}

/// Whether a whole file can be passed over: it is a list, a mapping or nothing, and includes nothing. An anchor in it is
/// not known outside.
pub fn is_harmless_file(text: &str) -> bool {
    !text.contains(INCLUDE) && is_collection(text) != Some(false)
}

/// Whether a text is a list or a mapping, as far as its first line tells; `None` if it has none.
fn is_collection(text: &str) -> Option<bool> {
    let line = text.lines().find(|line| !is_blank(line))?.trim_start_matches(' ');
    Some(is_item(line) || entry(line).is_some())
}

#[cfg(test)]
mod tests {
    use super::{is_harmless_file, After, Passes};

    /// What is left of a text if the value of its first key is passed over, and that of the keys `x` and `y` after it.
    fn left(text: &str) -> Option<&str> {
        let colon = text.find(':').unwrap() + 1;
        let name = text.get(..colon - 1).unwrap().trim_start_matches([' ', '-', '\n']);
        let start = text.find(name).unwrap();
        let column = start - text.get(..start).unwrap().rfind('\n').map_or(0, |at| at + 1);
        let end = After::key(text, colon, name, column)?.end(Passes::AllBut(&["a", "b", "z"]), &mut 10_000)?;
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
        for (text, harmless) in [
            ("a: !secret b", true),
            ("# c\n\n  - a", true),
            ("# c\n", true),
            ("", true),
            ("a: !<!include> b", false),
            ("a b", false),
            ("'a': 1", false),
            ("---\na: 1", false),
        ] {
            assert_eq!(is_harmless_file(text), harmless, "{text:?}");
        }
    }

    #[test]
    fn only_a_plain_key_right_before_its_colon_counts() {
        let text = "  a: 1";
        assert!(After::key(text, 4, "a", 2).is_some());
        for (at, name, column) in [(3, "a", 2), (4, "a", 1), (4, "b", 2), (4, "", 2), (5, "a", 2), (40, "a", 2)] {
            assert!(After::key(text, at, name, column).is_none(), "{at} {name} {column}");
        }
        assert!(After::key("é a: 1", 5, "a", 3).is_some_and(|after| after.end(Passes::AllBut(&[]), &mut 100).is_some()));
    }

    #[test]
    fn it_ends_with_the_budget() {
        let text = format!("a: 1\n{}", "x: 2\n".repeat(1000));
        let after = After::key(&text, 2, "a", 0).unwrap();
        let end = after.end(Passes::AllBut(&[]), &mut 100).unwrap();
        assert!(end > 50 && end < 150, "{end}");
        assert_eq!(after.end(Passes::AllBut(&[]), &mut 0), None);
        assert_eq!(after.end(Passes::AllBut(&[]), &mut 1_000_000), Some(text.len()));
    }
}
