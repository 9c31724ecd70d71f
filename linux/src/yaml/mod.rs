//! What Home Assistant's YAML says about the integrations in use.
//!
//! `configuration.yaml` is read as Home Assistant reads it, with everything that it includes, and at once reduced to the
//! few facts of [`Yaml`]. Whatever else stands in it is dropped while it goes by, and `secrets.yaml` is never opened.
//!
//! * `files`, `include`: which files, and what their tags and paths mean;
//! * `loader`, `source`, `tree`, `mapping`: from files to characters to nodes, within bounds;
//! * `plain`: what the parser need not see (it is read with [`haos_analytics_files::lines`]);
//! * `role`, `node`, `scalar`: what is kept of a value, by where it stands;
//! * `packages`, `rules`, `database`: what Home Assistant makes of it.
//!
//! Why not a tree of everything: an installation has more automations than anything else, and of an automation all that
//! matters is whether it has an `id`. Why a tree at all: a later key replaces an earlier one, an alias or a merge key
//! brings back what stood elsewhere, so nothing can be counted before the end.

mod base_platforms;
mod database;
mod error;
mod files;
mod include;
mod loader;
mod mapping;
mod node;
mod packages;
mod plain;
mod role;
mod rules;
mod scalar;
mod source;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeSet;
use std::path::Path;

pub use self::database::Database;
pub use self::error::{Cause, YamlError};
pub use self::files::Files;
use self::loader::Loader;
use self::role::Role;
use crate::root::Root;

/// Where it begins.
const CONFIGURATION: &str = "configuration.yaml";

/// What the configuration says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Yaml {
    /// The integrations that it names: keys of the top level, after the packages are merged, and every `platform:` below
    /// a base platform. Keys with a label, such as `sensor kitchen`, name none.
    pub domains: BTreeSet<String>,
    /// Automations without an `id`, which the entity registry does not know.
    pub automations_without_id: u64,
    /// Where the history is kept.
    pub recorder: Database,
    /// `http:` names a certificate; `None` if there is no `http:`.
    pub http_certificate: Option<bool>,
}

/// How much of a file the parser sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// All of it, so that every mistake is found.
    Everything,
    /// What matters, which is quicker by far. A mistake elsewhere goes unnoticed.
    WhatMatters,
}

impl Yaml {
    /// The energy dashboard is loaded.
    pub fn loads_energy(&self) -> bool {
        self.domains.contains("default_config") || self.domains.contains("energy")
    }
}

/// Reads the configuration in a directory of the root.
///
/// # Errors
///
/// Home Assistant could not load it either, or it is larger than anything that is read here.
pub fn read(root: &Root, config_directory: &Path) -> Result<Yaml, YamlError> {
    read_files(&root.below(config_directory)?, Care::WhatMatters)
}

/// The same from any [`Files`].
///
/// # Errors
///
/// As `read`.
pub fn read_files(files: &dyn Files, care: Care) -> Result<Yaml, YamlError> {
    let configuration = Loader::new(files, care).file(Path::new(CONFIGURATION), Role::Root)?;
    rules::interpret(&configuration).map_err(|cause| YamlError {
        file: files.shown(Path::new(CONFIGURATION)),
        line: None,
        cause,
    })
}
