//! What Home Assistant's own files tell about what is in use: the levels *usage* and *statistics*.
//!
//! * `integrations`: which are reported, out of the entity registry, the config entries, the YAML and `custom`.
//!
//! Everything is read with [`haos_analytics_files`] in fixed memory. What cannot be read is told and left out; only the YAML
//! may be missing from the list of integrations, and then that is told as well.

pub mod integrations;

mod custom;

use core::fmt;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use haos_analytics_core::Base;
use haos_analytics_files::apps::{self, App};
use haos_analytics_files::entity_registry::{self, Entities};
use haos_analytics_files::installed::Versions;
use haos_analytics_files::{config_entries, energy, http_config, sqlite, users, Error};

use self::integrations::Integrations;
use crate::log::Log;
use crate::root::{Cause, Root};
use crate::yaml::{self, Database, Yaml};

/// What is in use, as far as the consent allows to know and the files tell.
#[derive(Default)]
pub struct InUse {
    /// Integrations, built-in and custom.
    pub integrations: Option<Integrations>,
    /// The configuration could not be read: integrations that only stand there are missing.
    pub without_yaml: bool,
    /// Add-ons, in ascending order.
    pub addons: Option<Vec<App>>,
    /// How many there are, which may be known without the list.
    pub addon_count: Option<u64>,
    /// The energy dashboard is set up.
    pub energy: Option<bool>,
    /// Home Assistant serves HTTPS by itself.
    pub certificate: Option<bool>,
    /// The version of SQLite that wrote the history.
    pub sqlite: Option<String>,
    /// Entries of the state machine.
    pub states: Option<u64>,
    /// Automations.
    pub automations: Option<u64>,
    /// Users that people made.
    pub users: Option<u64>,
}

/// `zone.home` is always there and never registered.
const UNREGISTERED_STATES: u64 = 1;

/// Reads what `base` allows; without usage and statistics no file is opened.
///
/// `addons` is there where there is a Supervisor, and holds what it said when it was asked.
pub fn read(
    root: &Root,
    data_directory: &Path,
    base: Base,
    addons: Option<Option<&Versions>>,
    log: &mut Log<'_>,
) -> InUse {
    let mut in_use = InUse::default();
    if !base.usage && !base.statistics {
        return in_use;
    }
    let mut files = Files { root, config: &data_directory.join("homeassistant"), log };
    let yaml = files.yaml();
    let entities = files.stored("core.entity_registry", entity_registry::read);
    in_use.without_yaml = yaml.is_none();
    in_use.integrations = files.integrations(yaml.as_ref(), entities.as_ref());
    if let Some(told) = addons {
        in_use.addons = files.addons(data_directory, told);
        in_use.addon_count = told.map(BTreeMap::len).or(in_use.addons.as_ref().map(Vec::len)).map(count);
    }
    if base.usage {
        in_use.energy = files.energy(yaml.as_ref());
        in_use.certificate = files.certificate(yaml.as_ref());
        in_use.sqlite = files.sqlite(yaml.as_ref());
    }
    if base.statistics {
        // Without the YAML either count would be too small.
        if let (Some(yaml), Some(entities)) = (&yaml, &entities) {
            let unregistered = yaml.automations_without_id;
            in_use.states = Some(entities.enabled + UNREGISTERED_STATES + unregistered);
            in_use.automations = files.all_named(entities).then_some(entities.automations + unregistered);
        }
        in_use.users = files.stored("auth", users::read);
    }
    in_use
}

/// Home Assistant's configuration directory, and where to tell what is wrong in it.
struct Files<'a, 'w> {
    root: &'a Root,
    config: &'a Path,
    log: &'a mut Log<'w>,
}

impl Files<'_, '_> {
    fn yaml(&mut self) -> Option<Yaml> {
        yaml::read(self.root, self.config)
            .map_err(|error| {
                self.log.warning(format_args!(
                    "{error}; what only the YAML tells is left out: some integrations, energy, recorder, two counts"
                ));
            })
            .ok()
    }

    fn integrations(&mut self, yaml: Option<&Yaml>, entities: Option<&Entities>) -> Option<Integrations> {
        let entries = self.stored("core.config_entries", config_entries::read)?;
        let entities = entities?;
        let unusable = entities.unusable_platforms + entries.unusable;
        if unusable > 0 {
            self.log.warning(format_args!(
                "{unusable} entities and config entries name no integration that can be reported"
            ));
        }
        let customs = custom::read(self.root, self.config, self.log)?;
        let yaml = yaml.into_iter().flat_map(|yaml| yaml.domains.iter().map(String::as_str));
        let in_use = yaml.chain(entities.platforms.iter()).chain(entries.domains.iter());
        Some(integrations::reported(in_use, &customs))
    }

    fn all_named(&mut self, entities: &Entities) -> bool {
        if entities.unusable_names > 0 {
            let count = entities.unusable_names;
            self.log.warning(format_args!("{count} entities have no usable name; automation_count is left out"));
        }
        entities.unusable_names == 0
    }

    /// The Supervisor knows best what is installed in which version; how an add-on is set only its file tells.
    fn addons(&mut self, data_directory: &Path, told: Option<&Versions>) -> Option<Vec<App>> {
        let mut apps = self.apps(data_directory)?;
        let Some(told) = told else { return Some(apps) };
        apps.retain(|app| told.contains_key(&app.slug));
        for app in &mut apps {
            app.version = told.get(&app.slug).cloned().flatten();
        }
        let unknown = told.len().saturating_sub(apps.len());
        if unknown > 0 {
            self.log
                .warning(format_args!("{unknown} add-ons of the Supervisor are not in its file; left out of the list"));
        }
        Some(apps)
    }

    fn apps(&mut self, data_directory: &Path) -> Option<Vec<App>> {
        // The Supervisor renames the file when it starts for the first time after June 2026.
        match self.file_if_any(&data_directory.join("apps.json"), apps::read) {
            Some(found) => found,
            None => self.file(&data_directory.join("addons.json"), apps::read),
        }
    }

    /// `None` where the energy dashboard is not loaded; it has no file until somebody opens it.
    fn energy(&mut self, yaml: Option<&Yaml>) -> Option<bool> {
        if !yaml?.loads_energy() {
            return None;
        }
        self.file_if_any(&self.config.join(".storage/energy"), energy::read).unwrap_or(Some(false))
    }

    /// The last configuration that worked, else the YAML.
    fn certificate(&mut self, yaml: Option<&Yaml>) -> Option<bool> {
        match self.file_if_any(&self.config.join(".storage/http"), http_config::read) {
            Some(found) => found,
            None => Some(yaml?.http_certificate.unwrap_or(false)),
        }
    }

    /// Only SQLite tells its version in a file; the receiver takes no database without one.
    fn sqlite(&mut self, yaml: Option<&Yaml>) -> Option<String> {
        let Database::Sqlite(path) = &yaml?.recorder else { return None };
        self.file(&self.config.join(path), sqlite::read)
    }

    fn stored<T>(&mut self, key: &str, read: impl FnOnce(&mut dyn Read) -> Result<T, Error>) -> Option<T> {
        let limit = if key == "core.entity_registry" { REGISTRY_LIMIT } else { LIMIT };
        self.file_within(limit, &self.config.join(".storage").join(key), read)
    }

    /// Reads a file, or tells why what it says is left out.
    fn file<T>(&mut self, path: &Path, read: impl FnOnce(&mut dyn Read) -> Result<T, Error>) -> Option<T> {
        self.file_within(LIMIT, path, read)
    }

    fn file_within<T>(
        &mut self,
        limit: u64,
        path: &Path,
        read: impl FnOnce(&mut dyn Read) -> Result<T, Error>,
    ) -> Option<T> {
        let read = read_file(self.root, path, limit, read);
        self.told(read)
    }

    /// The same for a file that need not be there; the outer `None` says that it is not.
    fn file_if_any<T>(
        &mut self,
        path: &Path,
        read: impl FnOnce(&mut dyn Read) -> Result<T, Error>,
    ) -> Option<Option<T>> {
        match read_file(self.root, path, LIMIT, read) {
            Err(Unread::Missing(_)) if self.root.lacks(path) => None,
            read => Some(self.told(read)),
        }
    }

    fn told<T>(&mut self, read: Result<T, Unread>) -> Option<T> {
        read.map_err(|why| self.log.warning(format_args!("{why}; left out"))).ok()
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A registry of 1,000,000 entities has 900 MB; beyond this, reading would take minutes.
const REGISTRY_LIMIT: u64 = 4 * 1024 * 1024 * 1024;
/// The other files have some kilobytes. A database may be of any size: only its header is read.
const LIMIT: u64 = 256 * 1024 * 1024;

/// Why a file could not be read.
enum Unread {
    /// What a link leads to is missing, or there is no such file at all.
    Missing(PathBuf),
    /// Anything else.
    Other(String),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::Missing(path) => write!(f, "{}: {}", path.display(), Cause::Missing),
            Unread::Other(why) => f.write_str(why),
        }
    }
}

/// Reads a file with one of the readers, in memory that does not depend on its size.
fn read_file<T>(
    root: &Root,
    path: &Path,
    limit: u64,
    read: impl FnOnce(&mut dyn Read) -> Result<T, Error>,
) -> Result<T, Unread> {
    let shown = || root.path(path);
    let opened = root.open_file(path).map_err(|cause| match cause {
        Cause::Missing => Unread::Missing(shown()),
        cause => Unread::Other(format!("{}: {cause}", shown().display())),
    })?;
    read(&mut opened.file.take(limit)).map_err(|error| {
        Unread::Other(match error {
            Error::Truncated if opened.size > limit => format!("{}: larger than {limit} bytes", shown().display()),
            error => format!("{}: {error}", shown().display()),
        })
    })
}
