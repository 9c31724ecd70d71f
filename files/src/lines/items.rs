//! Lists of items of which two values matter.
//!
//! Most of a configuration is lists of automations and sensors. In their plainest form they tell all there is to know:
//!
//! ```yaml
//! - id: '1700000000000'
//!   alias: Whatever is passed over
//! - platform: statistics
//! ```

use super::after::{After, Passes};
use super::line::{self, entry, indent, is_item, is_simple, Lines};

/// The keys of which the values matter.
pub const ITEM_KEYS: [&str; 2] = ["id", "platform"];

/// A list that was recognised.
#[derive(Debug, PartialEq, Eq)]
pub struct Items<'t> {
    /// All of them.
    pub items: Vec<Item<'t>>,
    /// How many values these have that matter.
    pub values: usize,
    /// Where the list ends: at a line break, or at the end of the text.
    pub end: usize,
}

/// What matters of an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Item<'t> {
    values: [Option<Plain<'t>>; ITEM_KEYS.len()],
}

impl<'t> Item<'t> {
    /// Its `id`, if that is all it has.
    pub fn only_id(&self) -> Option<Plain<'t>> {
        match self.values {
            [id, None] => id,
            _ => None,
        }
    }

    /// The keys that it has, and their values.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, Plain<'t>)> + '_ {
        ITEM_KEYS.into_iter().zip(self.values).filter_map(|(key, value)| Some((key, value?)))
    }
}

/// A value of a single line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plain<'t> {
    /// Without its quotes.
    pub text: &'t str,
    /// Which these are.
    pub quotes: Quotes,
}

/// How a value is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// It is not: what it is depends on how it looks.
    None,
    /// `'`
    Single,
    /// `"`
    Double,
}

/// No value that matters is longer.
const LONGEST: usize = 1024;

impl<'t> Plain<'t> {
    /// The value at the beginning of a text, from behind the colon, and how many bytes it is to the end of its line.
    fn read(text: &'t str) -> Option<(Self, usize)> {
        let line = text.get(..line::length(text))?.trim_end_matches(['\n', '\r']);
        let value = line.strip_prefix(' ')?.trim_matches(' ');
        let quoted = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
        let (text, quotes) = match value.as_bytes().first()? {
            b'\'' => (quoted('\'')?, Quotes::Single),
            b'"' => (quoted('"')?, Quotes::Double),
            _ => (value, Quotes::None),
        };
        let is_plain = match quotes {
            Quotes::None => is_simple(text),
            _ => text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'\'' | b'"' | b'\\')),
        };
        (is_plain && text.len() <= LONGEST).then_some((Plain { text, quotes }, line.len()))
    }
}

impl<'t> Items<'t> {
    /// The list that is the whole text. `budget` as in [`After::end`].
    pub fn of_file(text: &'t str, budget: &mut usize) -> Option<Self> {
        let items = read(Lines { text, at: 0 }, 0, budget)?;
        next_filled(text, items.end)?.is_none().then_some(items)
    }

    /// The list that is the value of a key. It ends with the text or with another such key of the same mapping.
    pub fn of_value(after: &After<'t>, budget: &mut usize) -> Option<Self> {
        let text = after.text;
        let before = text.get(..after.colon)?;
        let line = before.rfind('\n').map_or(0, |line_break| line_break + 1);
        if indent(before.get(line..)?) != after.column {
            return None;
        }
        let mut lines = Lines { text, at: after.colon };
        lines.finish_line()?;
        let items = read(lines, after.column, budget)?;
        let behind = next_filled(text, items.end)?;
        behind.is_none_or(|(indent, inside)| indent == after.column && entry(inside).is_some()).then_some(items)
    }
}

/// The next line with something in it behind the one that ends here.
fn next_filled(text: &str, end: usize) -> Option<Option<(usize, &str)>> {
    let mut lines = Lines { text, at: end };
    lines.next_line();
    lines.filled()
}

/// The items from here on, in a column from `least` on.
fn read<'t>(mut lines: Lines<'t>, least: usize, budget: &mut usize) -> Option<Items<'t>> {
    let (mut items, mut values, mut end) = (Vec::new(), 0, lines.at);
    let (list, _) = lines.filled()?.filter(|(column, _)| *column >= least)?;
    while let Some((_, inside)) = lines.filled()?.filter(|(column, inside)| *column == list && is_item(inside)) {
        let inside = inside.get(1..)?;
        let spaces = indent(inside);
        let column = list + 1 + spaces;
        let mut item = Item::default();
        lines.at += column;
        end = item.entry(&mut lines, inside.get(spaces..)?, column, budget)?;
        while let Some((_, inside)) = lines.filled()?.filter(|(indent, _)| *indent == column) {
            lines.at += column;
            end = item.entry(&mut lines, inside, column, budget)?;
        }
        values += item.values.iter().flatten().count();
        items.push(item);
    }
    let is_over = lines.filled()?.is_none_or(|(column, inside)| column <= least && !inside.starts_with('-'));
    (is_over && !items.is_empty()).then_some(Items { items, values, end })
}

impl<'t> Item<'t> {
    /// Takes in the entry with which the text goes on; gives where it ends, and goes to the next line.
    fn entry(&mut self, lines: &mut Lines<'t>, text: &'t str, column: usize, budget: &mut usize) -> Option<usize> {
        let (key, value) = entry(text)?;
        let colon = lines.at + key.len() + 1;
        lines.at = match ITEM_KEYS.iter().position(|kept| kept.as_bytes() == key.as_bytes()) {
            Some(index) => {
                let (plain, length) = Plain::read(value)?;
                let value = self.values.get_mut(index)?;
                // What counts where a key is there twice is for the parser to say.
                if value.replace(plain).is_some() {
                    return None;
                }
                colon + length
            }
            None => After { text: lines.text, colon, column }.end(Passes::AllBut(&ITEM_KEYS), budget)?,
        };
        let end = lines.at;
        lines.next_line();
        Some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::{After, Items, Plain};

    fn shown(items: &Items<'_>) -> Vec<String> {
        let entry = |(key, value): (&str, Plain<'_>)| format!("{key}={}", value.text);
        items.items.iter().map(|item| item.entries().map(entry).collect::<Vec<_>>().join(",")).collect()
    }

    #[test]
    fn the_whole_text() {
        let table: [(&str, Option<&[&str]>); 25] = [
            ("- id: '1'\n  alias: x\n- platform: hue\n  id: \"a b\"\n", Some(&["id=1", "id=a b,platform=hue"])),
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
            ("- id: 1\n  id: 2", None),
        ];
        for (text, expected) in table {
            let found = Items::of_file(text, &mut 10_000).map(|items| shown(&items));
            let expected = expected.map(|items| items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>());
            assert_eq!(found, expected, "{text:?}");
        }
        assert_eq!(Items::of_file(&format!("- id: '{}'", "a".repeat(2000)), &mut 10_000), None);
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
            let left = Items::of_value(&after, &mut 10_000).and_then(|items| text.get(items.end..));
            assert_eq!(left, expected, "{text:?}");
        }
        let inside = After { text: "- a:\n  - id: 1", colon: 4, column: 2 };
        assert_eq!(Items::of_value(&inside, &mut 10_000), None, "what stands before the key is no indentation");
    }
}
