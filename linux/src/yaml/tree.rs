//! From the parser's events to nodes.
//!
//! What is inside is read by recursion, so the depth is bounded. The parser itself uses no stack for it.

use std::path::Path;
use std::rc::Rc;

use saphyr_parser::{Event, Parser, Span, Tag};

use super::error::{Cause, Failure};
use super::include::Include;
use super::loader::Loader;
use super::node::Node;
use super::role::Role;
use super::scalar::Scalar;
use super::source::{Place, Source};

/// The most anchors in one file.
const ANCHORS: usize = 10_000;

/// Reads one file.
pub struct Reader<'l, 'f, 't> {
    pub(super) loader: &'l mut Loader<'f>,
    file: &'t Path,
    parser: Parser<'t, &'t Source<'t>>,
    pub(super) source: &'t Source<'t>,
    /// The values with an anchor and their height. One that has none yet is just being read.
    anchors: Vec<Option<(Rc<Node>, usize)>>,
    /// Where the last event was found.
    pub(super) span: Span,
    place: Place,
    /// Inside of brackets.
    pub(super) in_flow: bool,
}

impl<'l, 'f, 't> Reader<'l, 'f, 't> {
    /// Of the file at this path.
    pub fn new(loader: &'l mut Loader<'f>, file: &'t Path, source: &'t Source<'t>) -> Self {
        let parser = Parser::new(source);
        let (span, place) = (Span::default(), Place::default());
        Reader { loader, file, parser, source, anchors: Vec::new(), span, place, in_flow: false }
    }

    /// The only document of the file.
    pub fn document(mut self, role: Role) -> Result<Rc<Node>, Failure> {
        let mut content = None;
        loop {
            match self.event()? {
                Event::StreamEnd => break,
                Event::DocumentStart(_) if content.is_some() => return Err(self.refused("a second document")),
                Event::DocumentStart(_) => {
                    let event = self.event()?;
                    content = Some(self.node(event, role, None)?);
                }
                _ => {}
            }
        }
        match content {
            Some(node) => Ok(node),
            None => Ok(self.loader.keep(Node::Null)?),
        }
    }

    pub(super) fn event(&mut self) -> Result<Event<'t>, Failure> {
        let next = self.parser.next_event();
        self.source.check().map_err(|(line, cause)| Failure::Line(line, cause))?;
        match next {
            Some(Ok((event, span))) => {
                self.span = span;
                self.place = self.source.place(span.start.line());
                Ok(event)
            }
            Some(Err(error)) => {
                let line = self.source.line(self.source.place(error.marker().line()));
                // The only one of its texts that repeats what stands in the file.
                let info = if error.info().starts_with("unexpected character") {
                    "unexpected character"
                } else {
                    error.info()
                };
                Err(Failure::Line(line, Cause::Syntax(info.to_owned())))
            }
            None => Ok(Event::StreamEnd),
        }
    }

    pub(super) fn refused(&self, why: &'static str) -> Failure {
        Failure::Line(self.source.line(self.place), Cause::Refused(why))
    }

    /// The value that begins with this event; `key` is what it is the value of.
    pub(super) fn node(&mut self, event: Event<'t>, role: Role, key: Option<&str>) -> Result<Rc<Node>, Failure> {
        let place = self.place;
        self.any_node(event, role, key).map_err(|failure| failure.at(|| self.source.line(place)))
    }

    fn any_node(&mut self, event: Event<'t>, role: Role, key: Option<&str>) -> Result<Rc<Node>, Failure> {
        match event {
            Event::Alias(id) => self.alias(id),
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.as_deref();
                self.anchored(anchor, role, |reader, role| match tag.and_then(Include::of) {
                    Some(include) => reader.loader.include(include, reader.file, &text, role),
                    None => Ok(reader.loader.keep(Scalar { text: &text, style, tag }.value(key))?),
                })
            }
            Event::SequenceStart(anchor, tag) => {
                refuse_include(tag.as_deref())?;
                self.collection(anchor, role, Self::list)
            }
            Event::MappingStart(anchor, tag) => {
                refuse_include(tag.as_deref())?;
                self.collection(anchor, role, Self::map)
            }
            _ => Err(self.refused("a value is missing")),
        }
    }

    pub(super) fn alias(&mut self, id: usize) -> Result<Rc<Node>, Failure> {
        let anchor = id.checked_sub(1).and_then(|index| self.anchors.get(index));
        let Some((node, height)) = anchor.and_then(Option::as_ref) else {
            return Err(self.refused("a value that contains itself"));
        };
        let (node, height) = (Rc::clone(node), *height);
        self.loader.enter(height)?;
        self.loader.leave(height);
        Ok(node)
    }

    fn collection(
        &mut self,
        anchor: usize,
        role: Role,
        read: fn(&mut Self, Role) -> Result<Rc<Node>, Failure>,
    ) -> Result<Rc<Node>, Failure> {
        // A bracket has a length; where a block begins there is nothing.
        let in_flow = self.in_flow || !self.span.is_empty();
        let before = core::mem::replace(&mut self.in_flow, in_flow);
        let node = self.anchored(anchor, role, read);
        self.in_flow = before;
        node
    }

    /// Reads a value one level down, and remembers it if it has an anchor.
    fn anchored(
        &mut self,
        anchor: usize,
        role: Role,
        read: impl FnOnce(&mut Self, Role) -> Result<Rc<Node>, Failure>,
    ) -> Result<Rc<Node>, Failure> {
        self.loader.enter(1)?;
        let node = if anchor == 0 { read(self, role) } else { self.remembered(anchor, read) };
        self.loader.leave(1);
        node
    }

    pub(super) fn remembered(
        &mut self,
        anchor: usize,
        read: impl FnOnce(&mut Self, Role) -> Result<Rc<Node>, Failure>,
    ) -> Result<Rc<Node>, Failure> {
        if anchor > ANCHORS {
            return Err(Cause::TooMuch { what: "anchors", most: ANCHORS }.into());
        }
        self.anchors.resize(self.anchors.len().max(anchor), None);
        let start = self.loader.depth();
        let before = core::mem::replace(&mut self.loader.deepest, start);
        let node = read(self, Role::Any)?;
        let height = self.loader.deepest + 1 - start;
        self.loader.deepest = self.loader.deepest.max(before);
        if let Some(place) = self.anchors.get_mut(anchor - 1) {
            *place = Some((Rc::clone(&node), height));
        }
        Ok(node)
    }

    fn list(&mut self, role: Role) -> Result<Rc<Node>, Failure> {
        let role = role.element();
        let mut elements = Vec::new();
        loop {
            let event = match self.event()? {
                Event::SequenceEnd => break,
                other => other,
            };
            let node = self.node(event, role, None)?;
            if role != Role::Nothing {
                self.loader.spend(1)?;
                elements.push(node);
            }
        }
        Ok(self.loader.keep(Node::List(elements))?)
    }
}

fn refuse_include(tag: Option<&Tag>) -> Result<(), Failure> {
    match tag.and_then(Include::of) {
        Some(_) => Err(Cause::Refused("includes something that is no path").into()),
        None => Ok(()),
    }
}
