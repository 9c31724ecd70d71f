//! From the parser's events to nodes.
//!
//! What is inside is read by recursion, so the depth is bounded. The parser itself uses no stack
//! for it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::rc::Rc;

use libyaml_safer::{Event, EventData, MappingStyle, Parser, SequenceStyle};

use super::budget::NODE;
use super::error::{Cause, Failure};
use super::include::Include;
use super::list::List;
use super::loader::Loader;
use super::node::Node;
use super::role::Role;
use super::scalar::Scalar;
use super::source::{Place, Source};
use super::tag::Tag;

/// The most anchors in one file.
const ANCHORS: usize = 10_000;

/// Reads one file.
pub(super) struct Reader<'l, 'f, 't> {
    pub(super) loader: &'l mut Loader<'f>,
    file: &'t Path,
    parser: Parser<Source<'f>>,
    pub(super) place: Rc<Place>,
    /// The scalars with an anchor that bring in files: they may not be merged.
    included: BTreeSet<Box<str>>,
    /// The values with an anchor and their height. One that has none yet is just being read.
    anchors: BTreeMap<Box<str>, Option<(Rc<Node>, usize)>>,
    /// The line of the last event.
    pub(super) line: usize,
}

impl<'l, 'f, 't> Reader<'l, 'f, 't> {
    /// Of the file at this path, of which at most `most` bytes are read.
    pub(super) fn new(loader: &'l mut Loader<'f>, file: &'t Path, content: Box<dyn Read + 'f>, most: u64) -> Self {
        let place = Rc::new(Place::default());
        let mut parser = Parser::new();
        parser.set_encoding(libyaml_safer::Encoding::Utf8);
        parser.set_input(Source::new(content, most, loader.shortened, Rc::clone(&place)));
        Reader { loader, file, parser, place, included: BTreeSet::new(), anchors: BTreeMap::new(), line: 0 }
    }

    /// The only document of the file, and how many bytes were read.
    pub(super) fn document(mut self, role: Role, key: Option<&str>) -> (Result<Rc<Node>, Failure>, u64) {
        let node = self.only_document(role, key);
        (node, self.place.read())
    }

    fn only_document(&mut self, role: Role, key: Option<&str>) -> Result<Rc<Node>, Failure> {
        let mut content = None;
        loop {
            match self.event()? {
                EventData::StreamEnd => break,
                EventData::DocumentStart { .. } if content.is_some() => return Err(self.refused("a second document")),
                EventData::DocumentStart { .. } => {
                    let event = self.event()?;
                    content = Some(self.node(event, role, key)?);
                }
                _ => {}
            }
        }
        match content {
            Some(node) => Ok(node),
            None => Ok(self.loader.keep(Node::Null)?),
        }
    }

    pub(super) fn event(&mut self) -> Result<EventData, Failure> {
        match self.parser.parse() {
            Ok(Event { data, start_mark, end_mark, .. }) => {
                self.line = self.place.reached(&start_mark, &end_mark);
                Ok(data)
            }
            Err(error) => Err(self.place.failure(&error)),
        }
    }

    pub(super) fn refused(&self, why: &'static str) -> Failure {
        Failure::Line(self.line, Cause::Refused(why))
    }

    /// The value that begins with this event; `key` is what it is the value of.
    pub(super) fn node(&mut self, event: EventData, role: Role, key: Option<&str>) -> Result<Rc<Node>, Failure> {
        let line = self.line;
        self.any_node(event, role, key).map_err(|failure| failure.at(line))
    }

    fn any_node(&mut self, event: EventData, role: Role, key: Option<&str>) -> Result<Rc<Node>, Failure> {
        match event {
            EventData::Alias { anchor } => self.alias(&anchor),
            EventData::Scalar { anchor, tag, value, plain_implicit, .. } => {
                let tag = Tag::of(tag.as_deref())?;
                let is_anchored = anchor.is_some();
                if let (Some(anchor), Tag::Include(_)) = (&anchor, tag) {
                    self.included.insert(anchor.as_str().into());
                }
                self.anchored(anchor.as_deref(), role, |reader, role| match tag {
                    Tag::Include(include) => reader.include(include, &value, role, key),
                    _ => {
                        let scalar = Scalar { text: &value, tag, is_implicit: plain_implicit };
                        Ok(reader.loader.keep(scalar.value(key, is_anchored)?)?)
                    }
                })
            }
            EventData::SequenceStart { anchor, tag, style, .. } => {
                let tag = Tag::of(tag.as_deref())?;
                let bracket = self.place.open(style == SequenceStyle::Flow);
                let node = self.anchored(anchor.as_deref(), role, |reader, role| reader.list(tag, role));
                self.place.close(bracket);
                node
            }
            EventData::MappingStart { anchor, tag, style, .. } => {
                let tag = Tag::of(tag.as_deref())?;
                let is_block = style == MappingStyle::Block;
                let bracket = self.place.open(!is_block);
                let node = self.anchored(anchor.as_deref(), role, |reader, role| reader.mapping(tag, role, is_block));
                self.place.close(bracket);
                node
            }
            _ => Err(self.refused("a value is missing")),
        }
    }

    pub(super) fn include(
        &mut self,
        include: Include,
        argument: &str,
        role: Role,
        key: Option<&str>,
    ) -> Result<Rc<Node>, Failure> {
        self.loader.include(include, self.file, argument, role, key)
    }

    pub(super) fn alias(&mut self, anchor: &str) -> Result<Rc<Node>, Failure> {
        let (node, height) = match self.anchors.get(anchor) {
            None => return Err(self.refused("an alias without its anchor")),
            Some(None) => return Err(self.refused("a value that contains itself")),
            Some(Some((node, height))) => (Rc::clone(node), *height),
        };
        self.loader.budget.enter(height)?;
        self.loader.budget.leave(height);
        Ok(node)
    }

    /// Whether an anchor stands at a scalar that brings in files.
    pub(super) fn is_included(&self, anchor: &str) -> bool {
        self.included.contains(anchor)
    }

    /// Reads a value one level down, and remembers it if it has an anchor.
    fn anchored(
        &mut self,
        anchor: Option<&str>,
        role: Role,
        read: impl FnOnce(&mut Self, Role) -> Result<Rc<Node>, Failure>,
    ) -> Result<Rc<Node>, Failure> {
        self.loader.budget.enter(1)?;
        let node = match anchor {
            None => read(self, role),
            Some(anchor) => self.remembered(anchor, read),
        };
        self.loader.budget.leave(1);
        node
    }

    pub(super) fn remembered(
        &mut self,
        anchor: &str,
        read: impl FnOnce(&mut Self, Role) -> Result<Rc<Node>, Failure>,
    ) -> Result<Rc<Node>, Failure> {
        if self.anchors.len() == ANCHORS {
            return Err(Cause::TooMuch { what: "anchors", most: ANCHORS }.into());
        }
        self.loader.budget.spend(2 * NODE + anchor.len())?;
        if self.anchors.insert(anchor.into(), None).is_some() {
            return Err(self.refused("an anchor that is there twice"));
        }
        let start = self.loader.budget.depth;
        let before = core::mem::replace(&mut self.loader.budget.deepest, start);
        let node = read(self, Role::Any)?;
        let height = self.loader.budget.deepest + 1 - start;
        self.loader.budget.deepest = self.loader.budget.deepest.max(before);
        if let Some(place) = self.anchors.get_mut(anchor) {
            *place = Some((Rc::clone(&node), height));
        }
        Ok(node)
    }

    fn list(&mut self, tag: Tag, role: Role) -> Result<Rc<Node>, Failure> {
        if !matches!(tag, Tag::None | Tag::List | Tag::Pairs | Tag::Input) {
            return Err(Cause::Refused(misfit(tag)).into());
        }
        // Of pairs, Python makes a list that holds no mapping.
        let role = if matches!(tag, Tag::Pairs | Tag::Input) { Role::Nothing } else { role };
        let (mut list, mut is_empty) = (List::new(role), true);
        loop {
            let event = match self.event()? {
                EventData::SequenceEnd => break,
                other => other,
            };
            is_empty = false;
            if tag == Tag::Pairs && matches!(event, EventData::Scalar { .. } | EventData::SequenceStart { .. }) {
                return Err(Cause::Refused(misfit(tag)).into());
            }
            let before = (self.loader.budget.kept, self.anchors.len());
            let node = self.node(event, list.role, None)?;
            // An item is not kept, but what it adds to the list is.
            if list.role == Role::Item && before.1 == self.anchors.len() {
                self.loader.budget.kept = before.0;
            }
            list.add(&mut self.loader.budget, node)?;
        }
        let node = match tag {
            Tag::Input => Node::Scalar,
            _ if is_empty && role == Role::Core => Node::Falsy,
            _ => list.done(),
        };
        Ok(self.loader.keep(node)?)
    }
}

/// Why a list or a mapping does not go with a tag.
pub(super) fn misfit(tag: Tag) -> &'static str {
    match tag {
        Tag::Include(_) => "includes something that is no path",
        _ => "a tag that does not fit its value",
    }
}
