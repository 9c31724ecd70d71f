//! What is kept of a value.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::database::Database;
use super::items::Items;

/// What is kept of a value. The same node may stand in several places.
#[derive(Debug)]
pub(super) enum Node {
    /// Nothing, `null` or `~`.
    Null,
    /// An empty text, zero or `false`, which Home Assistant takes for nothing in some places.
    Falsy,
    /// A number, a truth value or a date.
    Number,
    /// A text that is not kept, or whose kind is not known.
    Scalar,
    /// A text.
    Text(Box<str>),
    /// What a `db_url` says.
    Database(Database),
    /// A list; it holds nothing where its elements do not matter.
    List(Vec<Rc<Node>>),
    /// A list of items, of which only this is kept.
    Items(Items),
    /// A mapping.
    Map(Map),
    /// What stands in `secrets.yaml`: a mapping of which nothing is known.
    Unknown,
}

impl Node {
    /// How many entries it has, if it is a mapping.
    pub(super) fn entries(&self) -> usize {
        match self {
            Node::Map(map) => map.entries.len(),
            _ => 0,
        }
    }
}

/// A mapping's entries, as far as they matter.
#[derive(Debug, Default)]
pub(super) struct Map {
    /// The entries. No key is there twice.
    pub(super) entries: Vec<(Key, Rc<Node>)>,
    /// Whether there are none, not even such as do not matter.
    pub(super) is_empty: bool,
}

/// What a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Text,
    Integer,
    Null,
    Other,
}

/// A key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// As it is written.
    pub(super) text: Box<str>,
    /// What it is.
    pub(super) kind: Kind,
}

impl Key {
    /// One that is a text.
    pub(super) fn text(text: impl Into<Box<str>>) -> Self {
        Key { text: text.into(), kind: Kind::Text }
    }

    /// Whether it is one.
    pub(super) fn is_text(&self) -> bool {
        self.kind == Kind::Text
    }
}

impl Map {
    /// A mapping of entries in the order of the file: where a key is there twice, the last one
    /// counts.
    pub(super) fn new(mut entries: Vec<(Key, Rc<Node>)>, is_empty: bool) -> Self {
        if entries.len() > 1 {
            let mut seen = BTreeSet::new();
            let last: Vec<bool> = entries.iter().rev().map(|(key, _)| seen.insert(key)).collect();
            let mut last = last.into_iter().rev();
            entries.retain(|_| last.next() == Some(true));
        }
        entries.shrink_to_fit();
        Map { entries, is_empty }
    }

    /// The value of a key.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.entries.iter().find(|(key, _)| key.is_text() && &*key.text == name).map(|(_, node)| &**node)
    }
}
