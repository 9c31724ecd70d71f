//! What Home Assistant's YAML says about the integrations in use.
//!
//! `configuration.yaml` is read as Home Assistant reads it, with everything that it includes, and
//! at once reduced to the few facts of [`Yaml`]. Whatever else stands in it is dropped while it
//! goes by, and `secrets.yaml` is never opened. The grammar is libyaml's own: the parser is a port
//! of it.
//!
//! * `loader`, `include`: which files, and what their tags and paths mean;
//! * `budget`: what it may cost;
//! * `source`: from a file to the characters that the parser sees;
//! * `tree`, `mapping`, `tag`, `scalar`, `implicit`, `date`: from events to nodes, within bounds;
//! * `role`, `node`, `items`, `list`: what is kept of a value, by where it stands;
//! * `packages`, `rules`, `database`: what Home Assistant makes of it.
//!
//! Why not a tree of everything: an installation has more automations than anything else, and of an
//! automation all that matters is whether it has an `id`. Why a tree at all: a later key replaces
//! an earlier one, an alias or a merge key brings back what stood elsewhere, so nothing can be
//! counted before the end.

mod budget;
mod database;
mod date;
mod error;
mod implicit;
mod include;
mod items;
mod list;
mod loader;
mod mapping;
mod node;
mod packages;
mod role;
mod rules;
mod scalar;
mod source;
mod tag;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeSet;
use std::path::Path;

pub use self::database::{Database, DEFAULT as DEFAULT_DATABASE};
pub use self::error::{Cause, YamlError};
use self::loader::Loader;
use self::node::Node;
use self::role::Role;
#[doc(hidden)]
pub use self::source::{Place, Source};
use crate::files::{self, Files};

/// Where it begins.
pub const CONFIGURATION: &str = "/config/configuration.yaml";

/// What the configuration says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Yaml {
    /// The keys of the top level after the packages are merged, as they stand there: `sensor
    /// kitchen` is not `sensor`. Only texts of the form `[a-z0-9_]{1,64}` are kept.
    pub keys: BTreeSet<Box<str>>,
    /// The integrations of labelled keys, such as `template` of `template kitchen`. Home Assistant
    /// loads them by these keys, and does not take the keys for their names. The form is the same.
    pub labelled: BTreeSet<Box<str>>,
    /// The base platform and the name of every `platform:` below a base platform's key, labelled
    /// keys included. The name has the form `[a-z0-9_]{1,64}`.
    pub platforms: BTreeSet<(Box<str>, Box<str>)>,
    /// Automations without an `id`, which the entity registry does not know. One whose `id` is null
    /// is not loaded.
    pub automations_without_id: u64,
    /// Where the history is kept.
    pub recorder: Database,
    /// `http:` names a certificate; `None` if there is no `http:`.
    pub http_certificate: Option<bool>,
}

/// Reads `/config/configuration.yaml` with everything that it includes.
///
/// # Errors
///
/// Home Assistant could not load it either, or it is larger than anything that is read here.
pub fn read(files: &dyn Files) -> Result<Yaml, YamlError> {
    read_shortened(files, true)
}

/// The same; the parser sees lines that cannot matter only if they are not to be left out. For
/// tests.
///
/// # Errors
///
/// As [`read`].
#[doc(hidden)]
pub fn read_shortened(files: &dyn Files, shortened: bool) -> Result<Yaml, YamlError> {
    let path = Path::new(CONFIGURATION);
    let configuration = Loader::new(files, shortened).file(path, Role::Root, None)?;
    let fail = |cause| YamlError { file: files.shown(path), line: None, cause };
    if matches!(*configuration, Node::Unknown) {
        return Err(fail(Cause::Read(files::Cause::Secret)));
    }
    rules::interpret(&configuration).map_err(fail)
}
