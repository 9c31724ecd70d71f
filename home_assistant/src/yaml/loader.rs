//! Loads files into nodes, and counts what that costs.
//!
//! The bounds are far above any installation. They keep a file that was made to hurt from doing so.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::budget::{size, Budget, ENTRY, NODE};
use super::database::Database;
use super::error::{Cause, Failure, YamlError};
use super::include::{self, Include};
use super::list::List;
use super::node::{Key, Map, Node};
use super::role::Role;
use super::tree::Reader;
use crate::files::{self, Files};

/// The most bytes of all files together.
const BYTES: u64 = 16 * 1024 * 1024;
/// The most files.
const FILES: usize = 2000;
/// The most files that include one another.
const INCLUDES: usize = 50;

/// Loads files into nodes.
pub(super) struct Loader<'f> {
    files: &'f dyn Files,
    /// The parser need not see lines that cannot matter.
    pub(super) shortened: bool,
    bytes: u64,
    count: usize,
    includes: usize,
    /// How many names of directories may still be read.
    names: usize,
    /// What is kept, looked at and inside one another.
    pub(super) budget: Budget,
    null: Rc<Node>,
    falsy: Rc<Node>,
    scalar: Rc<Node>,
    unknown: Rc<Node>,
    list: Rc<Node>,
    map: Rc<Node>,
    empty_map: Rc<Node>,
}

impl<'f> Loader<'f> {
    /// With nothing read yet.
    pub(super) fn new(files: &'f dyn Files, shortened: bool) -> Self {
        Loader {
            files,
            shortened,
            bytes: 0,
            count: 0,
            includes: 0,
            names: include::NAMES,
            budget: Budget::default(),
            null: Rc::new(Node::Null),
            falsy: Rc::new(Node::Falsy),
            scalar: Rc::new(Node::Scalar),
            unknown: Rc::new(Node::Unknown),
            list: Rc::new(Node::List(Vec::new())),
            map: Rc::new(Node::Map(Map::default())),
            empty_map: Rc::new(Node::Map(Map { entries: Vec::new(), is_empty: true })),
        }
    }

    /// The content of a file; `key` is what it is the value of.
    pub(super) fn file(&mut self, path: &Path, role: Role, key: Option<&str>) -> Result<Rc<Node>, YamlError> {
        let files = self.files;
        let fail = |line, cause| YamlError { file: files.shown(path), line, cause };
        self.count += 1;
        if self.count > FILES {
            return Err(fail(None, Cause::TooMuch { what: "files", most: FILES }));
        }
        let opened = match files.open(path) {
            Ok(opened) => opened,
            Err(files::Cause::Secret) => return Ok(Rc::clone(&self.unknown)),
            Err(cause) => return Err(fail(None, Cause::Read(cause))),
        };
        let left = BYTES.saturating_sub(self.bytes);
        if opened.size > left {
            return Err(fail(None, too_many_bytes()));
        }
        let (node, read) = Reader::new(self, path, opened.content, left).document(role, key);
        self.bytes += read;
        node.map_err(|failure| failure.within(fail))
    }

    /// What a tag in the file `from` brings in.
    pub(super) fn include(
        &mut self,
        include: Include,
        from: &Path,
        argument: &str,
        role: Role,
        key: Option<&str>,
    ) -> Result<Rc<Node>, Failure> {
        if argument.is_empty() {
            return Err(Cause::Refused("includes nothing").into());
        }
        if argument.contains('\0') {
            return Err(Cause::Refused("includes something that is no path").into());
        }
        let path = include::resolve(from, argument);
        if self.includes == INCLUDES {
            return Err(Cause::TooMuch { what: "files that include one another", most: INCLUDES }.into());
        }
        self.includes += 1;
        let node = match include {
            Include::File if argument.ends_with('/') || argument.ends_with("/.") => {
                Err(Cause::Included(files::Cause::NotAFile).into())
            }
            Include::File => self.one(&path, role, key),
            _ => self.directory(include, path, role),
        };
        self.includes -= 1;
        node
    }

    fn one(&mut self, path: &Path, role: Role, key: Option<&str>) -> Result<Rc<Node>, Failure> {
        let shown = self.files.shown(path);
        let node = self.file(path, role, key).map_err(|error| match error.cause {
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
        match include {
            Include::Named => self.named(paths, role.as_mapping()),
            Include::MergeNamed => self.merge_named(paths, role),
            _ => self.listed(include, paths, role),
        }
    }

    fn named(&mut self, paths: Vec<PathBuf>, role: Role) -> Result<Rc<Node>, Failure> {
        let is_empty = paths.is_empty();
        let mut entries = Vec::new();
        for path in paths {
            let key = Key::text(path.file_stem().unwrap_or_default().to_string_lossy());
            let node = self.file(&path, role.value(&key.text), Some(&key.text))?;
            if role.keeps(&key.text, key.kind) {
                self.budget.spend(ENTRY + key.text.len())?;
                entries.push((key, self.or_empty(node)));
            }
        }
        Ok(self.keep(Node::Map(Map::new(entries, is_empty)))?)
    }

    fn merge_named(&mut self, paths: Vec<PathBuf>, role: Role) -> Result<Rc<Node>, Failure> {
        let (mut entries, mut is_empty) = (Vec::new(), true);
        for path in paths {
            match &*self.file(&path, role, None)? {
                Node::Map(map) => {
                    is_empty &= map.is_empty;
                    self.budget.spend(size(&map.entries))?;
                    entries.extend(map.entries.iter().cloned());
                }
                Node::Unknown => is_empty = false,
                _ => {}
            }
        }
        Ok(self.keep(Node::Map(Map::new(entries, is_empty)))?)
    }

    fn listed(&mut self, include: Include, paths: Vec<PathBuf>, role: Role) -> Result<Rc<Node>, Failure> {
        let mut list = List::new(role);
        for path in paths {
            let before = self.budget.kept;
            let inner = if include == Include::List { role.element() } else { role };
            let node = self.file(&path, inner, None)?;
            // What a file holds is not kept, but what it adds to the list is.
            if list.role == Role::Item {
                self.budget.kept = before;
            }
            match &*node {
                Node::Null if include == Include::List => {}
                _ if include == Include::List => list.add(&mut self.budget, node)?,
                Node::List(more) => more.iter().try_for_each(|node| list.add(&mut self.budget, Rc::clone(node)))?,
                Node::Items(more) => list.items.add_all(&mut self.budget, more)?,
                _ => {}
            }
        }
        Ok(self.keep(list.done())?)
    }

    /// Home Assistant takes an empty file for an empty mapping.
    fn or_empty(&self, node: Rc<Node>) -> Rc<Node> {
        match *node {
            Node::Null => Rc::clone(&self.empty_map),
            _ => node,
        }
    }

    /// Puts a node aside. Of those that hold nothing there is one for all.
    pub(super) fn keep(&mut self, node: Node) -> Result<Rc<Node>, Cause> {
        let shared = match &node {
            Node::Null => &self.null,
            Node::Falsy => &self.falsy,
            Node::Scalar => &self.scalar,
            Node::Unknown => &self.unknown,
            Node::List(elements) if elements.is_empty() => &self.list,
            Node::Map(map) if map.is_empty => &self.empty_map,
            Node::Map(map) if map.entries.is_empty() => &self.map,
            Node::Text(text) => {
                self.budget.spend(NODE + text.len())?;
                return Ok(Rc::new(node));
            }
            Node::Database(Database::Sqlite(path)) => {
                self.budget.spend(NODE + path.as_os_str().len())?;
                return Ok(Rc::new(node));
            }
            _ => {
                self.budget.spend(NODE)?;
                return Ok(Rc::new(node));
            }
        };
        Ok(Rc::clone(shared))
    }
}

/// The error for more than [`BYTES`].
pub(super) fn too_many_bytes() -> Cause {
    Cause::TooMuch { what: "bytes of YAML", most: usize::try_from(BYTES).unwrap_or(usize::MAX) }
}
