//! Mappings: keys and merge keys.

use std::rc::Rc;

use libyaml_safer::EventData;

use super::budget::{size, ENTRY};
use super::error::{Cause, Failure};
use super::node::{Key, Map, Node};
use super::role::Role;
use super::scalar::Scalar;
use super::tag::Tag;
use super::tree::{misfit, Reader};

const NO_MAPPING: &str = "a merge key without a mapping";
/// The longest key, in bytes. One of more than 1,024 characters takes a question mark before it.
const KEY: usize = 4096;
const NO_SINGLE_VALUE: &str = "a key that is no single value";

/// With so many entries, it is looked whether they replace one another.
const ENOUGH: usize = 1000;

type Entries = Vec<(Key, Rc<Node>)>;

enum AnyKey {
    Merge,
    Key(Key),
    /// One that is not kept.
    Passed,
}

impl Reader<'_, '_, '_> {
    /// The mapping after its first event.
    pub(super) fn mapping(&mut self, tag: Tag, role: Role, is_block: bool) -> Result<Rc<Node>, Failure> {
        match tag {
            Tag::None | Tag::Map => self.map(role.as_mapping(), is_block),
            // What is not a mapping once it is loaded.
            Tag::Set | Tag::Input => {
                self.map(Role::Nothing, false)?;
                Ok(self.loader.keep(Node::Scalar)?)
            }
            _ => Err(Cause::Refused(misfit(tag)).into()),
        }
    }

    /// The entries up to the end of the mapping.
    fn map(&mut self, role: Role, is_block: bool) -> Result<Rc<Node>, Failure> {
        let (mut merged, mut own, mut is_empty) = (Vec::new(), Vec::new(), true);
        let is_quiet = is_block && role.is_quiet();
        let mut enough = ENOUGH;
        if is_quiet {
            self.place.begin_quiet();
        }
        loop {
            let event = match self.event()? {
                EventData::MappingEnd => break,
                other => other,
            };
            is_empty = false;
            if is_quiet {
                self.place.at_key();
            }
            let line = self.line;
            match self.key(event, role).map_err(|failure| failure.at(line))? {
                AnyKey::Merge => self.merged(role, &mut merged)?,
                AnyKey::Key(key) => {
                    let event = self.event()?;
                    let node = self.node(event, role.value(&key.text), Some(&key.text))?;
                    self.loader.budget.spend(ENTRY + key.text.len())?;
                    own.push((key, node));
                    if own.len() == enough {
                        own = self.without_replaced(own);
                        enough = own.len() * 2 + ENOUGH;
                    }
                }
                AnyKey::Passed => {
                    let event = self.event()?;
                    self.node(event, Role::Nothing, None)?;
                }
            }
        }
        // What is brought in comes first, so that the mapping's own entries count.
        if !merged.is_empty() {
            merged.append(&mut own);
            own = merged;
        }
        Ok(self.loader.keep(Node::Map(Map::new(own, is_empty)))?)
    }

    /// Without entries that later ones replace.
    fn without_replaced(&mut self, entries: Entries) -> Entries {
        let before = size(&entries);
        let entries = Map::new(entries, false).entries;
        self.loader.budget.kept -= before - size(&entries);
        entries
    }

    fn key(&mut self, event: EventData, role: Role) -> Result<AnyKey, Failure> {
        let key = match event {
            EventData::Scalar { anchor, tag, value, plain_implicit, .. } => {
                let tag = Tag::of(tag.as_deref())?;
                if let Tag::Include(include) = tag {
                    let node = self.include(include, &value, Role::Nothing, None)?;
                    return if is_collection(&node) { Err(self.refused(NO_SINGLE_VALUE)) } else { Ok(AnyKey::Passed) };
                }
                if value.len() > KEY {
                    return Err(Cause::TooMuch { what: "bytes of a key", most: KEY }.into());
                }
                let scalar = Scalar { text: &value, tag, is_implicit: plain_implicit };
                let Some((text, kind)) = scalar.key()? else {
                    return Ok(AnyKey::Merge);
                };
                if let Some(anchor) = &anchor {
                    let node = scalar.value(None, true)?;
                    self.remembered(anchor, |reader, _| Ok(reader.loader.keep(node)?))?;
                }
                if !role.keeps(&text, kind) {
                    return Ok(AnyKey::Passed);
                }
                Key { text: text.into(), kind }
            }
            EventData::Alias { anchor } => match &*self.alias(&anchor)? {
                Node::Text(text) => Key::text(text.clone()),
                node if is_collection(node) => return Err(self.refused(NO_SINGLE_VALUE)),
                _ => return Ok(AnyKey::Passed),
            },
            _ => return Err(self.refused(NO_SINGLE_VALUE)),
        };
        Ok(if role.keeps(&key.text, key.kind) { AnyKey::Key(key) } else { AnyKey::Passed })
    }

    /// The value of a merge key.
    fn merged(&mut self, role: Role, into: &mut Entries) -> Result<(), Failure> {
        let mut event = self.event()?;
        match &mut event {
            // Not even what `!include` brings in: merging comes before including.
            EventData::Scalar { .. } => return Err(self.refused(NO_MAPPING)),
            EventData::Alias { anchor } if self.is_included(anchor) => return Err(self.refused(NO_MAPPING)),
            // The tag of a mapping that is merged is never asked.
            EventData::MappingStart { tag, .. } => *tag = None,
            _ => {}
        }
        let node = self.node(event, Role::Any, None)?;
        self.merge(&node, role, into)
    }

    /// Takes in the entries of a mapping, or of a list of mappings of which the first counts most.
    fn merge(&mut self, node: &Node, role: Role, into: &mut Entries) -> Result<(), Failure> {
        match node {
            Node::Map(map) => self.merge_map(map, role, into),
            Node::List(maps) => {
                self.loader.budget.step(maps.len())?;
                maps.iter().rev().try_for_each(|map| match &**map {
                    Node::Map(map) => self.merge_map(map, role, into),
                    _ => Err(self.refused(NO_MAPPING)),
                })
            }
            _ => Err(self.refused(NO_MAPPING)),
        }
    }

    fn merge_map(&mut self, map: &Map, role: Role, into: &mut Entries) -> Result<(), Failure> {
        self.loader.budget.step(map.entries.len())?;
        for (key, node) in map.entries.iter().filter(|(key, _)| role.keeps(&key.text, key.kind)) {
            self.loader.budget.spend(ENTRY + key.text.len())?;
            into.push((key.clone(), Rc::clone(node)));
        }
        Ok(())
    }
}

fn is_collection(node: &Node) -> bool {
    matches!(node, Node::List(_) | Node::Items(_) | Node::Map(_) | Node::Unknown)
}
