//! What needs no parser, as the nodes that its events would have led to.

use std::rc::Rc;

use haos_analytics_files::lines::{is_harmless_file, mapping, Item, Items, Value};

use super::error::Cause;
use super::loader::Loader;
use super::mapping::KEY_UNIT;
use super::node::{Map, Node};
use super::role::Role;
use super::scalar::Scalar;
use super::Care;

/// A list, an item and its value.
const ITEMS_NESTING: usize = 3;

impl Loader<'_> {
    /// The content of a file; `None` if the parser has to see it. `budget` is how many bytes may be looked at.
    pub fn plain(&mut self, text: &str, role: Role, mut budget: usize) -> Option<Result<Rc<Node>, Cause>> {
        if self.care == Care::Everything {
            return None;
        }
        match role {
            Role::Nothing if is_harmless_file(text) => Some(self.keep(Node::Map(Map::new(Vec::new(), false)))),
            Role::Items => {
                let items = Items::of_file(text, &mut budget)?;
                self.has_room_for_items(&items).then(|| self.items(&items))
            }
            Role::Package => {
                let entries = mapping(text, &|key| role.kind(key), &mut budget)?;
                let kept = entries.iter().map(|(key, value)| of_entry(key) + most_of(value)).sum();
                self.has_room_for(kept, 1 + ITEMS_NESTING).then(|| self.mapping(&entries))
            }
            _ => None,
        }
    }

    /// Whether these items are within all bounds. If not, the parser finds out where that is.
    pub fn has_room_for_items(&self, items: &Items<'_>) -> bool {
        self.has_room_for(most_of_items(items), ITEMS_NESTING)
    }

    /// A list of items.
    pub fn items(&mut self, items: &Items<'_>) -> Result<Rc<Node>, Cause> {
        self.enter(ITEMS_NESTING)?;
        self.leave(ITEMS_NESTING);
        let elements = items.items.iter().map(|item| self.item(item)).collect::<Result<_, _>>()?;
        self.keep(Node::List(elements))
    }

    fn item(&mut self, item: &Item<'_>) -> Result<Rc<Node>, Cause> {
        self.spend(1)?;
        if item.only_id().is_some_and(|id| matches!(Scalar::from(id).value(None), Node::Scalar)) {
            return Ok(self.item_with_id());
        }
        let mut entries = Vec::new();
        for (key, value) in item.entries() {
            self.spend(1)?;
            let node = self.keep(Scalar::from(value).value(Some(key)))?;
            entries.push((Scalar::plain(key).key(), node));
        }
        self.keep(Node::Map(Map::new(entries, false)))
    }

    fn mapping(&mut self, entries: &[(&str, Value<'_>)]) -> Result<Rc<Node>, Cause> {
        let mut kept = Vec::with_capacity(entries.len());
        self.enter(1)?;
        for (key, value) in entries {
            let node = match value {
                Value::Items(items) => self.items(items)?,
                Value::Passed => self.keep(Node::Null)?,
            };
            self.spend(of_entry(key))?;
            kept.push((Scalar::plain(key).key(), node));
        }
        self.leave(1);
        self.keep(Node::Map(Map::new(kept, false)))
    }
}

/// The most values that are kept of something.
fn most_of(value: &Value<'_>) -> usize {
    match value {
        Value::Items(items) => most_of_items(items),
        Value::Passed => 0,
    }
}

fn most_of_items(list: &Items<'_>) -> usize {
    1 + 2 * (list.items.len() + list.values)
}

fn of_entry(key: &str) -> usize {
    1 + key.len() / KEY_UNIT
}
