//! Lists of items in their plainest form, without the parser.
//!
//! Most of a configuration is lists of automations and sensors, and of each item only two values matter. Where all lines
//! that the parser would have to see are as plain as Home Assistant's own editor writes them, they tell all there is:
//!
//! ```yaml
//! - id: '1700000000000'
//!   alias: Whatever is passed over
//! - platform: statistics
//! ```
//!
//! Anything else, a tab, a tag, an odd column, a value over several lines, is no such list, and the parser reads it.

use saphyr_parser::ScalarStyle;

use super::pass_over::{is_item, is_simple, sibling, After};
use super::role::Role;
use super::scalar::Scalar;

/// A list that was recognised.
#[derive(Debug, PartialEq, Eq)]
pub struct Items<'t> {
    /// What is kept of each: its keys and their values.
    pub entries: Vec<Vec<(&'t str, Plain<'t>)>>,
    /// Where the list ends: at a line break, or at the end of the text.
    pub end: usize,
}

/// A value of a single line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plain<'t> {
    text: &'t str,
    style: ScalarStyle,
}

impl<'t> Plain<'t> {
    /// What the parser would have made of it.
    pub fn scalar(&self) -> Scalar<'t> {
        Scalar { text: self.text, style: self.style, tag: None }
    }

    /// The rest of a line, from behind the colon.
    fn read(rest: &'t str) -> Option<Self> {
        let value = rest.trim_end_matches(['\n', '\r']).strip_prefix(' ')?.trim_matches(' ');
        let quoted = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
        let (text, style) = match value.as_bytes().first()? {
            b'\'' => (quoted('\'')?, ScalarStyle::SingleQuoted),
            b'"' => (quoted('"')?, ScalarStyle::DoubleQuoted),
            _ => (value, ScalarStyle::Plain),
        };
        let is_plain = match style {
            ScalarStyle::Plain => is_simple(text),
            _ => text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'\'' | b'"' | b'\\')),
        };
        (is_plain && text.len() <= LONGEST).then_some(Plain { text, style })
    }
}

/// What the parser is bound to is far more.
const LONGEST: usize = 1024;

/// The list that is the whole text.
pub fn of_file<'t>(text: &'t str, budget: &mut usize) -> Option<Items<'t>> {
    let items = Lines { text, at: 0 }.items(0, budget)?;
    let behind = Lines { text, at: items.end }.next_filled()?;
    behind.is_none().then_some(items)
}

/// The list that is the value of a key. It ends with the text or with another such key of the same mapping.
pub fn of_value<'t>(after: &After<'t>, budget: &mut usize) -> Option<Items<'t>> {
    let text = after.text;
    let before = text.get(..after.colon)?;
    let line = before.rfind('\n').map_or(0, |line_break| line_break + 1);
    let indent = before.get(line..)?.bytes().take_while(|byte| *byte == b' ').count();
    let mut lines = Lines { text, at: after.colon };
    if indent != after.column || lines.line().contains(|character| !matches!(character, ' ' | '\r' | '\n')) {
        return None;
    }
    lines.next_line();
    let items = lines.items(after.column, budget)?;
    let behind = Lines { text, at: items.end }.next_filled()?;
    behind.is_none_or(|(indent, inside)| indent == after.column && sibling(inside).is_some()).then_some(items)
}

/// A text, line by line.
struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lines<'t> {
    /// The items from here on, in a column from `least` on.
    fn items(mut self, least: usize, budget: &mut usize) -> Option<Items<'t>> {
        let (mut entries, mut end) = (Vec::new(), self.at);
        let (list, _) = self.filled()?.filter(|(column, _)| *column >= least)?;
        while let Some((_, item)) = self.filled()?.filter(|(column, inside)| *column == list && is_item(inside)) {
            let key = item.get(1..)?.trim_start_matches(' ');
            let column = list + item.len() - key.len();
            self.at += column;
            let mut kept = Vec::new();
            end = self.entry(key, column, budget, &mut kept)?;
            while let Some((_, key)) = self.filled()?.filter(|(indent, _)| *indent == column) {
                self.at += column;
                end = self.entry(key, column, budget, &mut kept)?;
            }
            entries.push(kept);
        }
        let is_over = self.filled()?.is_none_or(|(column, inside)| column <= least && !inside.starts_with('-'));
        (is_over && !entries.is_empty()).then_some(Items { entries, end })
    }

    /// An entry of an item; gives where it ends, and goes on to the next line.
    fn entry(
        &mut self,
        line: &'t str,
        column: usize,
        budget: &mut usize,
        kept: &mut Vec<(&'t str, Plain<'t>)>,
    ) -> Option<usize> {
        let (name, value) = sibling(line)?;
        let end = if Role::Item.keeps(name) {
            kept.push((name, Plain::read(value)?));
            self.at + line.trim_end_matches(['\r', '\n']).len()
        } else {
            let after = After { text: self.text, colon: self.at + name.len() + 1, column };
            after.end(|name| !Role::Item.keeps(name), budget)?
        };
        self.at = end;
        self.next_line();
        Some(end)
    }

    /// From here to behind the line break.
    fn line(&self) -> &'t str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        rest.split_inclusive('\n').next().unwrap_or_default()
    }

    fn next_line(&mut self) {
        self.at += self.line().len();
    }

    /// Goes to the next line with something in it: its indentation, and the rest. The outer `None` is a line that only
    /// the parser understands.
    fn filled(&mut self) -> Option<Option<(usize, &'t str)>> {
        loop {
            let line = self.line();
            let inside = line.trim_start_matches(' ');
            match inside.as_bytes().first() {
                None if self.at >= self.text.len() => return Some(None),
                None | Some(b'\n') => {}
                Some(b'\r') if inside.get(1..) == Some("\n") => {}
                Some(b'#') if inside.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) => {}
                Some(b'#' | b'\t' | b'\r') => return None,
                Some(_) => return Some(Some((line.len() - inside.len(), inside))),
            }
            self.next_line();
        }
    }

    /// The same from the end of a line on.
    fn next_filled(mut self) -> Option<Option<(usize, &'t str)>> {
        self.next_line();
        self.filled()
    }
}

#[cfg(test)]
mod tests {
    use super::{of_file, of_value, After, Items};

    fn shown(items: &Items<'_>) -> Vec<String> {
        let entry = |(key, value): &(&str, super::Plain<'_>)| format!("{key}={}", value.text);
        items.entries.iter().map(|kept| kept.iter().map(entry).collect::<Vec<_>>().join(",")).collect()
    }

    #[test]
    fn the_whole_text() {
        let table: [(&str, Option<&[&str]>); 24] = [
            ("- id: '1'\n  alias: x\n- platform: hue\n  id: \"a b\"\n", Some(&["id=1", "platform=hue,id=a b"])),
            ("# c\n\n  -   id: 1\n      x:\n      - y\n  - z:\r\n\r\n# d", Some(&["id=1", ""])),
            ("- x: |\n    id: 2\n  id: 3", Some(&["id=3"])),
            ("", None),
            ("id: 1", None),
            ("- 1", None),
            ("-\n  id: 1", None),
            ("- - id: 1", None),
            ("- id:", None),
            ("- id: 1 # c", None),
            ("- id: a b", None),
            ("- id: 'it''s'", None),
            ("- id: \"a\\n\"", None),
            ("- id: &a 1", None),
            ("- id: !secret a", None),
            ("- id: 1\n   x: 2", None),
            ("- id: 1\n    more", None),
            ("- id: 1\n x: 2", None),
            ("- id: 1\n- x: [\n", None),
            ("- id: 1\n\t\n", None),
            ("- id: 1\n# \u{85}\n", None),
            ("- id: 1\n---\n- id: 2", None),
            ("- x: !include y", None),
            ("- <<: *a", None),
        ];
        for (text, expected) in table {
            let found = of_file(text, &mut 10_000).map(|items| shown(&items));
            let expected = expected.map(|items| items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>());
            assert_eq!(found, expected, "{text:?}");
        }
        assert_eq!(of_file(&format!("- id: '{}'", "a".repeat(2000)), &mut 10_000), None);
    }

    #[test]
    fn the_value_of_a_key_up_to_the_next() {
        let table = [
            ("a:\n- id: 1\nb: 2", Some("\nb: 2")),
            ("a:\n  - id: 1\n  - x: 2\n\nb: 2", Some("\n\nb: 2")),
            ("a: \n  - id: 1\n# c\n", Some("\n# c\n")),
            ("a:\n  - x: 1", Some("")),
            ("a: 1\n- id: 1", None),
            ("a: # c\n- id: 1", None),
            ("a:\n  - id: 1\n- id: 2", None),
            ("a:\n  - id: 1\n b: 2", None),
            ("a:\n  - id: 1\n\"b\": 2", None),
            ("a:\n  - id: 1\n---", None),
            ("a:\n  id: 1", None),
        ];
        for (text, expected) in table {
            let after = After { text, colon: 2, column: 0 };
            let left = of_value(&after, &mut 10_000).and_then(|items| text.get(items.end..));
            assert_eq!(left, expected, "{text:?}");
        }
        let inside = After { text: "- a:\n  - id: 1", colon: 4, column: 2 };
        assert_eq!(of_value(&inside, &mut 10_000), None, "what stands before the key is no indentation");
    }
}
