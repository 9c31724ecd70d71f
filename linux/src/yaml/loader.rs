//! Loads files into nodes, and counts what that costs.
//!
//! The bounds are far above any installation. They keep a file that was made to hurt from doing so.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::error::{Cause, Failure, YamlError};
use super::files::Files;
use super::include::{self, Include};
use super::node::{Key, Map, Node};
use super::role::Role;
use super::source::Source;
use super::tree::Reader;
use super::Care;
use crate::root;

/// The most bytes of all files together.
const BYTES: usize = 16 * 1024 * 1024;
/// The most files.
const FILES: usize = 2000;
/// The most files that include one another.
const INCLUDES: usize = 50;
/// The most values inside one another, includes and aliases counted. Every level of it takes some stack.
const NESTING: usize = 200;
/// The most values that are kept.
const KEPT: usize = 100_000;

/// Loads files into nodes.
pub struct Loader<'f> {
    files: &'f dyn Files,
    /// How much of a file the parser sees.
    pub care: Care,
    bytes: usize,
    count: usize,
    includes: usize,
    /// How many names of directories may still be read.
    names: usize,
    kept: usize,
    depth: usize,
    /// The greatest depth since it was last set.
    pub deepest: usize,
    null: Rc<Node>,
    scalar: Rc<Node>,
    list: Rc<Node>,
    map: Rc<Node>,
    empty_map: Rc<Node>,
    item_with_id: Rc<Node>,
}

impl<'f> Loader<'f> {
    /// With nothing read yet.
    pub fn new(files: &'f dyn Files, care: Care) -> Self {
        let scalar = Rc::new(Node::Scalar);
        let id = (Key { text: "id".into(), is_text: true }, Rc::clone(&scalar));
        Loader {
            files,
            care,
            bytes: 0,
            count: 0,
            includes: 0,
            names: include::NAMES,
            kept: 0,
            depth: 0,
            deepest: 0,
            null: Rc::new(Node::Null),
            scalar,
            list: Rc::new(Node::List(Vec::new())),
            map: Rc::new(Node::Map(Map { entries: Vec::new(), is_empty: false })),
            empty_map: Rc::new(Node::Map(Map { entries: Vec::new(), is_empty: true })),
            item_with_id: Rc::new(Node::Map(Map { entries: vec![id], is_empty: false })),
        }
    }

    /// The content of a file.
    pub fn file(&mut self, path: &Path, role: Role) -> Result<Rc<Node>, YamlError> {
        let files = self.files;
        let fail = |line, cause| YamlError { file: files.shown(path), line, cause };
        let bytes = self.read(path).map_err(|cause| fail(None, cause))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            fail(Some(line), Cause::Refused("not UTF-8"))
        })?;
        let source = Source::new(&text);
        if let Some(node) = self.plain(source.text, role, source.budget.get()) {
            return node.map_err(|cause| fail(None, cause));
        }
        Reader::new(self, path, &source).document(role).map_err(|error| error.within(fail))
    }

    fn read(&mut self, path: &Path) -> Result<Vec<u8>, Cause> {
        self.count += 1;
        if self.count > FILES {
            return Err(Cause::TooMuch { what: "files", most: FILES });
        }
        let bytes = self.files.read(path, BYTES - self.bytes).map_err(|cause| match cause {
            root::Cause::TooLarge { .. } => Cause::TooMuch { what: "bytes of YAML", most: BYTES },
            other => Cause::Read(other),
        })?;
        self.bytes += bytes.len();
        Ok(bytes)
    }

    /// What a tag in the file `from` brings in.
    pub fn include(&mut self, include: Include, from: &Path, argument: &str, role: Role) -> Result<Rc<Node>, Failure> {
        if argument.is_empty() {
            return Err(Cause::Refused("includes nothing").into());
        }
        let path = include::resolve(from, argument)?;
        if self.includes == INCLUDES {
            return Err(Cause::TooMuch { what: "files that include one another", most: INCLUDES }.into());
        }
        self.includes += 1;
        let node = match include {
            Include::File => self.one(&path, role),
            _ => self.directory(include, path, role),
        };
        self.includes -= 1;
        node
    }

    fn one(&mut self, path: &Path, role: Role) -> Result<Rc<Node>, Failure> {
        if include::is_secret(path) {
            return Ok(Rc::clone(&self.scalar));
        }
        let shown = self.files.shown(path);
        let node = self.file(path, role).map_err(|error| match error.cause {
            // The path stands in the including file, and so is not repeated.
            Cause::Read(cause) if error.file == shown => Failure::Here(Cause::Included(cause)),
            _ => Failure::There(error),
        })?;
        Ok(self.or_empty(node))
    }

    fn directory(&mut self, include: Include, path: PathBuf, role: Role) -> Result<Rc<Node>, Failure> {
        let files = self.files;
        let paths =
            include::yaml_files(files, &path, FILES, &mut self.names).map_err(|(directory, cause)| match cause {
                Cause::Read(cause) if directory == path => Failure::Here(Cause::Included(cause)),
                cause => Failure::There(YamlError { file: files.shown(&directory), line: None, cause }),
            })?;
        let (mut elements, mut entries, mut is_empty) = (Vec::new(), Vec::new(), true);
        for path in paths {
            match include {
                Include::Named => {
                    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
                    let key = Key { text: stem.into(), is_text: true };
                    let node = self.file(&path, role.as_mapping().value(&key.text))?;
                    is_empty = false;
                    if role.as_mapping().keeps(&key.text) {
                        entries.push((key, self.or_empty(node)));
                    }
                }
                Include::MergeNamed => {
                    if let Node::Map(map) = &*self.file(&path, role)? {
                        is_empty &= map.is_empty;
                        entries.extend(map.entries.iter().cloned());
                    }
                }
                Include::MergeList => {
                    if let Node::List(more) = &*self.file(&path, role)? {
                        elements.extend(more.iter().cloned());
                    }
                }
                Include::List | Include::File => {
                    let node = self.file(&path, role.element())?;
                    if role.element() != Role::Nothing && !matches!(*node, Node::Null) {
                        elements.push(node);
                    }
                }
            }
        }
        match include {
            Include::Named | Include::MergeNamed => self.keep(Node::Map(Map::new(entries, is_empty))),
            _ => self.keep(Node::List(elements)),
        }
        .map_err(Failure::Here)
    }

    /// Home Assistant takes an empty file for an empty mapping.
    fn or_empty(&self, node: Rc<Node>) -> Rc<Node> {
        match *node {
            Node::Null => Rc::clone(&self.empty_map),
            _ => node,
        }
    }

    /// Puts a node aside. Of those that hold nothing there is one for all.
    pub fn keep(&mut self, node: Node) -> Result<Rc<Node>, Cause> {
        let shared = match &node {
            Node::Null => &self.null,
            Node::Scalar => &self.scalar,
            Node::List(elements) if elements.is_empty() => &self.list,
            Node::Map(map) if map.is_empty => &self.empty_map,
            Node::Map(map) if map.entries.is_empty() => &self.map,
            _ => {
                self.spend(1)?;
                return Ok(Rc::new(node));
            }
        };
        Ok(Rc::clone(shared))
    }

    /// What nothing is known of but that it has an `id`. Most items are automations, and this is what is kept of them.
    pub fn item_with_id(&self) -> Rc<Node> {
        Rc::clone(&self.item_with_id)
    }

    /// Whether so many values more may be kept, so many levels further down.
    pub fn has_room_for(&self, values: usize, levels: usize) -> bool {
        self.depth + levels <= NESTING && self.kept + values <= KEPT
    }

    /// Counts what is kept besides nodes: keys, by their length, and entries that are there once more.
    pub fn spend(&mut self, units: usize) -> Result<(), Cause> {
        self.kept = self.kept.saturating_add(units);
        if self.kept > KEPT {
            return Err(Cause::TooMuch { what: "values to keep", most: KEPT });
        }
        Ok(())
    }

    /// One level down, by `levels` for something that has so many itself.
    pub fn enter(&mut self, levels: usize) -> Result<(), Cause> {
        self.depth += levels;
        self.deepest = self.deepest.max(self.depth);
        if self.depth > NESTING {
            return Err(Cause::TooMuch { what: "values inside one another", most: NESTING });
        }
        Ok(())
    }

    /// Up again.
    pub fn leave(&mut self, levels: usize) {
        self.depth -= levels;
    }

    /// How deep it is here.
    pub fn depth(&self) -> usize {
        self.depth
    }
}
