//! What is in use: the levels *usage* and *statistics*.
//!
//! A list that would be too short is not given: without one of its sources it is left out, and one
//! line says why. A source that is not there says something only if no symlink led to it.

use core::fmt::Arguments;
use std::path::{Path, PathBuf};

use haos_analytics_core::form::OwnedDatabaseVersion;
use haos_analytics_core::Base;

use crate::error::{read as read_file, ReadError};
use crate::files::container::CONFIG;
use crate::integrations::loaded::{self, Loaded};
use crate::integrations::{self, built_in, custom, Integrations};
use crate::json::Error;
use crate::storage::config_entries::{self, ConfigEntries};
use crate::storage::entity_registry::{self, Entities};
use crate::storage::exposed_entities::{self, Unregistered};
use crate::storage::{energy, http, users};
use crate::yaml::{self, Database, Yaml};
use crate::{recorder, Files};

/// A registry of 1,000,000 entities has 900 MB; beyond this, reading would take minutes.
const REGISTRY_LIMIT: u64 = 4 * 1024 * 1024 * 1024;
/// The other files have some kilobytes. A database may be of any size: only its header is read.
const LIMIT: u64 = 256 * 1024 * 1024;

/// What is in use, as far as the consent allows to know and the files tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InUse {
    /// Integrations, built-in and custom.
    pub integrations: Option<Integrations>,
    /// The energy dashboard is set up; `None` also where it is not loaded.
    pub energy: Option<bool>,
    /// Home Assistant serves HTTPS by itself.
    pub certificate: Option<bool>,
    /// The version of SQLite that wrote the history; `None` also where no history is kept.
    pub sqlite: Option<OwnedDatabaseVersion>,
    /// Entries of the state machine.
    pub states: Option<u64>,
    /// Automations.
    pub automations: Option<u64>,
    /// Users that people made.
    pub users: Option<u64>,
}

/// Reads what `base` allows; without usage and statistics no file is opened. `version` is that of
/// Home Assistant.
///
/// What is left out is told by `remark`, a line each.
pub fn read(files: &dyn Files, base: Base, version: &str, remark: &mut dyn FnMut(Arguments<'_>)) -> InUse {
    let mut in_use = InUse::default();
    if !base.usage && !base.statistics {
        return in_use;
    }
    let mut reader = Reader { files, base, remark };
    let yaml = reader.yaml();
    let entries = reader.stored("core.config_entries", LIST, config_entries::read);
    let mut unregistered = if base.statistics { reader.unregistered() } else { Some(Unregistered::default()) };
    let entities = reader.entities(entries.as_ref(), unregistered.as_mut());
    let customs = reader.customs();

    // What is missing here can only make something else absent.
    let is_newer = built_in::is_newer(version);
    let are_all = entries.is_some() && customs.is_some();
    let (no_entries, no_customs) = Default::default();
    let loaded = yaml.as_ref().map(|yaml| {
        let (entries, customs) = (entries.as_ref().unwrap_or(&no_entries), customs.as_ref().unwrap_or(&no_customs));
        loaded::loaded(yaml, entries, customs, is_newer)
    });
    if let (Some(yaml), Some(entities), Some(entries), Some(customs), Some(loaded)) =
        (&yaml, &entities, &entries, &customs, &loaded)
    {
        let found = integrations::InUse { yaml, entities, entries, customs, loaded, is_newer };
        in_use.integrations = Some(reader.integrations(found));
    }
    if base.usage {
        in_use.energy = reader.energy(loaded.as_ref());
        in_use.certificate = reader.certificate(yaml.as_ref());
        in_use.sqlite = reader.sqlite(yaml.as_ref(), loaded.as_ref());
    }
    if base.statistics {
        if let (Some(yaml), Some(entities), Some(loaded)) = (&yaml, &entities, &loaded) {
            in_use.automations = reader.automations(yaml, entities);
            let unregistered = reader.if_loaded_is_known(are_all, loaded, unregistered);
            in_use.states = unregistered.map(|unregistered| states(yaml, entities, loaded, unregistered));
        }
        in_use.users = reader.stored("auth", "user_count", users::read);
    }
    in_use
}

/// The lists that a registry is needed for.
const LIST: &str = "integrations, custom_integrations, integration_count";

/// Enabled entities have a state, and so have some that are not registered.
///
/// Where voice assistants have seen the states, their ids tell which. Else what is known never to
/// be registered is counted: the home's zone, the sun, the conversation, and automations without an
/// id.
fn states(yaml: &Yaml, entities: &Entities, loaded: &Loaded, mut unregistered: Unregistered) -> u64 {
    let automations = if unregistered.is_empty() { yaml.automations_without_id } else { 0 };
    unregistered.insert("zone.home");
    if loaded.contains("sun") {
        unregistered.insert("sun.sun");
    }
    if loaded.contains("conversation") {
        unregistered.insert("conversation.home_assistant");
    }
    entities.enabled + unregistered.len() as u64 + automations
}

/// Home Assistant's files, and where to tell what is wrong in them.
struct Reader<'a> {
    files: &'a dyn Files,
    base: Base,
    remark: &'a mut dyn FnMut(Arguments<'_>),
}

impl Reader<'_> {
    fn yaml(&mut self) -> Option<Yaml> {
        let base = self.base;
        yaml::read(self.files)
            .map_err(|error| {
                let usage = if base.usage { ", energy, recorder" } else { "" };
                let statistics = if base.statistics { ", automation_count, state_count" } else { "" };
                let either = if error.is_home_assistants() { "; Home Assistant cannot load it either" } else { "" };
                (self.remark)(format_args!("{error}{either}; left out: {LIST}{usage}{statistics}"));
            })
            .ok()
    }

    /// The states that voice assistants have seen. The file is missing until they are used.
    fn unregistered(&mut self) -> Option<Unregistered> {
        let path = stored("homeassistant.exposed_entities");
        self.if_any(&path, "state_count", exposed_entities::read).unwrap_or_else(|| Some(Unregistered::default()))
    }

    /// The same, if it is known whether the sun and the conversation are loaded: each has a state
    /// of its own.
    fn if_loaded_is_known(
        &mut self,
        are_all: bool,
        loaded: &Loaded,
        unregistered: Option<Unregistered>,
    ) -> Option<Unregistered> {
        if unregistered.is_some() && !are_all && !(loaded.contains("sun") && loaded.contains("conversation")) {
            (self.remark)(format_args!("it is not known which integrations are loaded; left out: state_count"));
            return None;
        }
        unregistered
    }

    fn entities(
        &mut self,
        entries: Option<&ConfigEntries>,
        unregistered: Option<&mut Unregistered>,
    ) -> Option<Entities> {
        let (no_entries, mut none) = Default::default();
        let (entries, unregistered) = (entries.unwrap_or(&no_entries), unregistered.unwrap_or(&mut none));
        let what = if self.base.statistics {
            "integrations, custom_integrations, integration_count, automation_count, state_count"
        } else {
            LIST
        };
        let path = stored("core.entity_registry");
        let read =
            read_file(self.files, &path, REGISTRY_LIMIT, |source| entity_registry::read(source, entries, unregistered));
        self.told(read, what)
    }

    fn customs(&mut self) -> Option<custom::Customs> {
        let read = custom::read(self.files);
        self.told(read, LIST)
    }

    fn integrations(&mut self, found: integrations::InUse<'_>) -> Integrations {
        let integrations = integrations::reported(found);
        let left_out = integrations.left_out + found.entities.unusable_platforms + found.entries.unusable;
        if left_out > 0 {
            (self.remark)(format_args!(
                "of the names in the configuration, the entity registry and the config entries {left_out} stand for no \
                 integration that Home Assistant could have loaded; left out"
            ));
        }
        integrations
    }

    fn automations(&mut self, yaml: &Yaml, entities: &Entities) -> Option<u64> {
        let unnamed = entities.unusable_names;
        if unnamed > 0 {
            (self.remark)(format_args!("{unnamed} entities have no usable name; left out: automation_count"));
            return None;
        }
        Some(entities.automations + yaml.automations_without_id)
    }

    /// The energy dashboard has no file until somebody opens it.
    fn energy(&mut self, loaded: Option<&Loaded>) -> Option<bool> {
        if !loaded?.contains("energy") {
            return None;
        }
        self.if_any(&stored("energy"), "energy", energy::read).unwrap_or(Some(false))
    }

    /// What was set up in the user interface or last worked, else the YAML.
    fn certificate(&mut self, yaml: Option<&Yaml>) -> Option<bool> {
        let in_yaml = yaml.map(|yaml| yaml.http_certificate.unwrap_or(false));
        match self.if_any(&stored("http"), "certificate", http::read) {
            Some(found) => found.and_then(|found| if found.is_final { Some(found.is_set) } else { in_yaml }),
            None => in_yaml,
        }
    }

    /// Only SQLite tells its version in a file; the receiver takes no database without one.
    ///
    /// A path out of the YAML is not named: whatever stands in a file may be a secret.
    fn sqlite(&mut self, yaml: Option<&Yaml>, loaded: Option<&Loaded>) -> Option<OwnedDatabaseVersion> {
        let Database::Sqlite(path) = &yaml?.recorder else { return None };
        if !loaded?.contains("recorder") {
            return None;
        }
        let read = read_file(self.files, path, LIMIT, recorder::read);
        if path == Path::new(yaml::DEFAULT_DATABASE) {
            return self.told(read, "recorder");
        }
        let configuration = self.files.shown(Path::new(yaml::CONFIGURATION));
        read.map_err(|ReadError { why, .. }| {
            let file = configuration.display();
            (self.remark)(format_args!("{file}: the file that db_url of recorder names: {why}; left out: recorder"));
        })
        .ok()
    }

    fn stored<T>(
        &mut self,
        key: &str,
        what: &str,
        read: impl FnOnce(&mut dyn std::io::Read) -> Result<T, Error>,
    ) -> Option<T> {
        let read = read_file(self.files, &stored(key), LIMIT, read);
        self.told(read, what)
    }

    /// A file that need not be there; the outer `None` says that it is not.
    fn if_any<T>(
        &mut self,
        path: &Path,
        what: &str,
        read: impl FnOnce(&mut dyn std::io::Read) -> Result<T, Error>,
    ) -> Option<Option<T>> {
        match read_file(self.files, path, LIMIT, read) {
            Err(error) if error.is_missing() => None,
            read => Some(self.told(read, what)),
        }
    }

    fn told<T>(&mut self, read: Result<T, ReadError>, what: &str) -> Option<T> {
        read.map_err(|error| self.leave_out(&error, what)).ok()
    }

    #[cold]
    fn leave_out(&mut self, error: &ReadError, what: &str) {
        (self.remark)(format_args!("{error}; left out: {what}"));
    }
}

fn stored(key: &str) -> PathBuf {
    Path::new(CONFIG).join(".storage").join(key)
}
