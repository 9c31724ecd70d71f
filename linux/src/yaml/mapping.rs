//! Mappings: keys, merge keys, and what need not be read.

use std::rc::Rc;

use haos_analytics_files::lines::{After, Items};
use saphyr_parser::{Event, ScalarStyle};

use super::error::Failure;
use super::include::Include;
use super::node::{Key, Map, Node};
use super::role::Role;
use super::scalar::Scalar;
use super::tree::Reader;
use super::Care;

/// Keys are counted as one value for so many bytes.
pub(super) const KEY_UNIT: usize = 64;
const NO_MAPPING: &str = "a merge key without a mapping";

enum AnyKey {
    Merge,
    Key(Key),
}

impl<'t> Reader<'_, '_, 't> {
    /// The entries up to the end of the mapping.
    pub(super) fn map(&mut self, role: Role) -> Result<Rc<Node>, Failure> {
        let role = role.as_mapping();
        let (mut merged, mut own, mut is_empty) = (Vec::new(), Vec::new(), true);
        loop {
            let event = match self.event()? {
                Event::MappingEnd => break,
                other => other,
            };
            is_empty = false;
            let after = self.after(&event);
            match self.key(event, role)? {
                AnyKey::Merge => {
                    let event = self.event()?;
                    // Not even what `!include` brings in: merging comes before including.
                    if matches!(event, Event::Scalar(..)) {
                        return Err(self.refused(NO_MAPPING));
                    }
                    let node = self.node(event, Role::Any, None)?;
                    self.merge(&node, role, &mut merged)?;
                }
                AnyKey::Key(key) => {
                    let value = role.value(&key.text);
                    let mut items = None;
                    if !role.looks_at(&key.text) {
                        after.into_iter().for_each(|after| self.pass_over(&after, role));
                    } else if value == Role::Items {
                        items = after.and_then(|after| self.items(&after));
                    }
                    // Of what was passed over, the parser finds nothing.
                    let event = self.event()?;
                    let node = match items {
                        Some(items) => self.loader.items(&items)?,
                        None => self.node(event, value, Some(&key.text))?,
                    };
                    if role.keeps(&key.text) {
                        self.loader.spend(1 + key.text.len() / KEY_UNIT)?;
                        own.push((key, node));
                    }
                }
            }
        }
        // What is brought in comes first, so that the mapping's own entries count.
        merged.append(&mut own);
        Ok(self.loader.keep(Node::Map(Map::new(merged, is_empty)))?)
    }

    /// Where the value of a key in a block begins.
    fn after(&self, key: &Event<'t>) -> Option<After<'t>> {
        match key {
            Event::Scalar(name, ScalarStyle::Plain, 0, None)
                if !self.in_flow && self.loader.care == Care::WhatMatters =>
            {
                After::key(self.source.text, self.source.at(), name, self.span.start.col())
            }
            _ => None,
        }
    }

    /// Moves on to the end of a value that does not matter. The parser then finds none.
    fn pass_over(&self, after: &After<'_>, role: Role) {
        // What a package is made of has to be a list or a mapping.
        if role == Role::Package && !after.is_collection() {
            return;
        }
        let mut budget = self.source.budget.get();
        let end = after.end(role.passes(), &mut budget);
        self.source.budget.set(budget);
        if let Some(end) = end {
            self.source.pass(end);
        }
    }

    /// Moves on to the end of a list that needs no parser.
    fn items(&self, after: &After<'t>) -> Option<Items<'t>> {
        let mut budget = self.source.budget.get();
        let items = Items::of_value(after, &mut budget).filter(|items| self.loader.has_room_for_items(items))?;
        self.source.budget.set(budget);
        self.source.pass(items.end);
        Some(items)
    }

    fn key(&mut self, event: Event<'t>, role: Role) -> Result<AnyKey, Failure> {
        match event {
            Event::Scalar(text, style, anchor, tag) if tag.as_deref().and_then(Include::of).is_none() => {
                let scalar = Scalar { text: &text, style, tag: tag.as_deref() };
                if scalar.is_merge_key() {
                    return Ok(AnyKey::Merge);
                }
                if anchor == 0 && role == Role::Nothing && scalar.text != "platform" && scalar.text != "db_url" {
                    return Ok(AnyKey::Key(Key::default()));
                }
                let key = scalar.key();
                if anchor > 0 {
                    let name = Node::Name(key.text.clone());
                    self.remembered(anchor, |reader, _| Ok(reader.loader.keep(name)?))?;
                }
                Ok(AnyKey::Key(key))
            }
            Event::Alias(id) => match &*self.alias(id)? {
                Node::Name(name) => Ok(AnyKey::Key(Key { text: name.clone(), is_text: true })),
                Node::List(_) | Node::Map(_) => Err(self.refused("a key that is no single value")),
                _ => Ok(AnyKey::Key(Key::default())),
            },
            _ => Err(self.refused("a key that is no single value")),
        }
    }

    /// Takes in the entries of a mapping, or of a list of mappings of which the first counts most.
    fn merge(&mut self, node: &Node, role: Role, into: &mut Vec<(Key, Rc<Node>)>) -> Result<(), Failure> {
        match node {
            Node::Map(map) => self.merge_map(map, role, into),
            Node::List(maps) => maps.iter().rev().try_for_each(|map| match &**map {
                Node::Map(map) => self.merge_map(map, role, into),
                _ => Err(self.refused(NO_MAPPING)),
            }),
            _ => Err(self.refused(NO_MAPPING)),
        }
    }

    fn merge_map(&mut self, map: &Map, role: Role, into: &mut Vec<(Key, Rc<Node>)>) -> Result<(), Failure> {
        self.loader.spend(map.entries.len())?;
        into.extend(map.entries.iter().filter(|(key, _)| role.keeps(&key.text)).cloned());
        Ok(())
    }
}
