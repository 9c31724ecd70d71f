//! What is kept of a value.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::database::Database;

/// What is kept of a value. The same node may stand in several places.
#[derive(Debug)]
pub enum Node {
    /// Nothing, `null` or `~`.
    Null,
    /// A text, number or date that is not kept.
    Scalar,
    /// The name of an integration.
    Name(Box<str>),
    /// What a `db_url` says.
    Database(Database),
    /// A list; it holds nothing where its elements do not matter.
    List(Vec<Rc<Node>>),
    /// A mapping.
    Map(Map),
}

/// A mapping's entries, as far as they matter.
#[derive(Debug)]
pub struct Map {
    /// The entries. No key is there twice.
    pub entries: Vec<(Key, Rc<Node>)>,
    /// Whether there are none, not even such as do not matter.
    pub is_empty: bool,
}

/// A key; the default stands for one that does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// As it is written.
    pub text: Box<str>,
    /// It is a text, and no number, truth value or nothing.
    pub is_text: bool,
}

impl Map {
    /// A mapping of entries in the order of the file: where a key is there twice, the last one counts.
    pub fn new(mut entries: Vec<(Key, Rc<Node>)>, is_empty: bool) -> Self {
        if entries.len() > 1 {
            let mut seen = BTreeSet::new();
            let last: Vec<bool> = entries.iter().rev().map(|(key, _)| seen.insert(key)).collect();
            let mut last = last.into_iter().rev();
            entries.retain(|_| last.next() == Some(true));
        }
        Map { entries, is_empty }
    }

    /// The value of a key.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entries.iter().find(|(key, _)| &*key.text == name).map(|(_, node)| &**node)
    }
}
