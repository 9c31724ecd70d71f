//! A whole file that is a mapping, such as a package: lists of items, and what does not matter.

use super::after::{After, Passes};
use super::items::Items;
use super::line::{entry, Lines};

/// What an entry may be, by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A list of items.
    Items,
    /// A list or a mapping in which nothing matters.
    Nothing,
    /// Something that a parser has to see.
    Other,
}

/// What an entry is.
#[derive(Debug, PartialEq, Eq)]
pub enum Value<'t> {
    /// Items.
    Items(Items<'t>),
    /// A list or a mapping that was passed over.
    Passed,
}

/// The entries of the mapping that is the whole text; `kind` tells by its key what each has to be. `budget` as in
/// [`After::end`].
pub fn mapping<'t>(
    text: &'t str,
    kind: &dyn Fn(&str) -> Kind,
    budget: &mut usize,
) -> Option<Vec<(&'t str, Value<'t>)>> {
    let mut entries = Vec::new();
    let mut lines = Lines { text, at: 0 };
    while let Some((indent, inside)) = lines.filled()? {
        let (key, _) = entry(inside).filter(|_| indent == 0)?;
        let after = After { text, colon: lines.at + key.len() + 1, column: 0 };
        let value = match kind(key) {
            Kind::Items => Value::Items(Items::of_value(&after, budget)?),
            Kind::Nothing if after.is_collection() => Value::Passed,
            _ => return None,
        };
        lines.at = match &value {
            Value::Items(items) => items.end,
            Value::Passed => after.end(Passes::None, budget)?,
        };
        entries.push((key, value));
        lines.next_line();
    }
    (!entries.is_empty()).then_some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(key: &str) -> Kind {
        match key {
            "automation" | "sensor" => Kind::Items,
            "recorder" => Kind::Other,
            _ => Kind::Nothing,
        }
    }

    #[test]
    fn all_of_it_or_nothing() {
        let table = [
            (
                "script:\n  a:\n    b: 1\nsensor:\n- platform: hue\n\n# c\ntemplate:\n- x",
                Some("script sensor=1 template"),
            ),
            ("automation:\n  - id: 1\n  - alias: x", Some("automation=2")),
            ("sensor:\n- x: 1\r\nsensor:\r\n- y: 1\r\n- z: 1", Some("sensor=1 sensor=2")),
            ("", None),
            ("# c\n", None),
            ("- a: 1", None),
            ("script: 1", None),
            ("script:", None),
            ("script:\n", None),
            ("script:\nsensor:\n- x: 1", Some("script sensor=1")),
            ("sensor: []", None),
            ("sensor:\n  platform: hue", None),
            ("recorder:\n  a: 1", None),
            (" script:\n  a: 1", None),
            ("script a:\n  b: 1", None),
            ("script:\n  a: !include b", None),
            ("---\nscript:\n  a: 1", None),
            ("script:\n  a: 1\n---\nsun:\n  b: 1", None),
            ("script:\n  a: 1\n...\n", None),
            ("script:\n  a: '\nsun:\n  b: 1", None),
        ];
        for (text, expected) in table {
            let shown = mapping(text, &kind, &mut 10_000).map(|entries| {
                let entry = |(key, value): &(&str, Value<'_>)| match value {
                    Value::Items(items) => format!("{key}={}", items.items.len()),
                    Value::Passed => (*key).to_owned(),
                };
                entries.iter().map(entry).collect::<Vec<_>>().join(" ")
            });
            assert_eq!(shown.as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn it_ends_with_the_budget() {
        let text = "script:\n  a: 1\n".repeat(100);
        assert!(mapping(&text, &kind, &mut 10_000).is_some());
        assert!(mapping(&text, &kind, &mut 100).is_none());
    }
}
