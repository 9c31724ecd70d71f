//! `show --explain`: a line per field: value, source, and the consent that allows it.

use core::fmt::Display;
use std::path::Path;

use haos_analytics_core::{BoardInfo, HomeAssistant, InstallationType};

use crate::evidence::{Evidence, Found};
use crate::gather::{Gathered, Home};
use crate::log::Log;
use crate::root::Root;
use crate::shown;

/// Explains every field of the payload, and what was left out.
pub fn explain(gathered: &Gathered, home: &Home<'_>, root: &Root, log: &mut Log<'_>) {
    let config = root.path(gathered.detection.data_directory.join("homeassistant"));
    let mut page = Page { log, config: &config };
    page.basic(gathered, home);
    page.level("usage", gathered.base.usage, |page| page.usage(gathered, home));
    page.level("statistics", gathered.base.statistics, |page| page.statistics(gathered, home));
}

struct Page<'a, 'w> {
    log: &'a mut Log<'w>,
    /// Home Assistant's configuration directory.
    config: &'a Path,
}

impl Page<'_, '_> {
    fn line(&mut self, field: &str, value: &dyn Display, source: &dyn Display, consent: &str) {
        self.log.plain(format_args!("{field}: {value} ({source}; {consent})"));
    }

    /// A field that may be unknown.
    fn optional(&mut self, field: &str, value: Option<impl Display>, source: &dyn Display, consent: &str) {
        match value {
            Some(value) => self.line(field, &value, source, consent),
            None => self.log.plain(format_args!("{field}: left out, not known ({source}; {consent})")),
        }
    }

    fn level(&mut self, level: &str, opted_in: bool, explain: impl FnOnce(&mut Self)) {
        if opted_in {
            explain(self);
        } else {
            self.log.plain(format_args!("{level}: left out (not opted in)"));
        }
    }

    /// A file of the configuration directory, or several.
    fn files(&self, names: &[&str]) -> String {
        let shown: Vec<String> = names.iter().map(|name| shown::path(&self.config.join(name)).to_string()).collect();
        shown.join(", ")
    }

    fn basic(&mut self, gathered: &Gathered, home: &Home<'_>) {
        let Gathered { detection, consent, version_path, .. } = gathered;
        let installation = home.installation();
        self.line("uuid", &installation.uuid.as_str(), &shown::path(&consent.path), "base");
        self.line("version", &installation.version.as_str(), &shown::path(version_path), "base");
        let installation_type = installation.installation_type.as_str();
        self.line("installation_type", &installation_type, &detection.installation_evidence, "base");
        self.supervisor(gathered, home);
        if detection.board().is_none() {
            let why = match installation.installation_type {
                InstallationType::Os => "its board is not known",
                InstallationType::Supervised => "not Home Assistant OS",
                _ => "not known to be Home Assistant OS",
            };
            self.log.plain(format_args!("operating_system: left out ({why}; {})", detection.system_evidence));
            return;
        }
        let mut found = |field: &str, found: Option<&Found>| {
            if let Some(Found { text, evidence }) = found {
                self.line(field, text, evidence, "base");
            }
        };
        found("operating_system.board", detection.board.as_ref());
        found("operating_system.version", detection.os_version.as_ref());
    }

    fn supervisor(&mut self, gathered: &Gathered, home: &Home<'_>) {
        let Some(supervisor) = home.supervisor() else {
            self.log.plain("supervisor: left out (the Supervisor's API did not tell)");
            return;
        };
        self.line("supervisor.healthy", &supervisor.healthy, &Evidence::Supervisor, "base");
        self.line("supervisor.supported", &supervisor.supported, &Evidence::Supervisor, "base");
        if let Some(arch) = supervisor.arch {
            let told = gathered.supervisor.as_ref().is_some_and(|state| state.arch.is_some());
            let detected = gathered.detection.arch.as_ref().filter(|_| !told).map(|found| &found.evidence);
            self.line("supervisor.arch", &arch, detected.unwrap_or(&Evidence::Supervisor), "base");
        }
    }

    fn usage(&mut self, gathered: &Gathered, home: &Home<'_>) {
        let items =
            |count: Option<usize>| count.map(|count| format!("{count} item{}", if count == 1 { "" } else { "s" }));
        let in_use = self.files(&IN_USE);
        self.optional("integrations", items(home.integrations().map(Iterator::count)), &in_use, "usage");
        self.optional("custom_integrations", items(home.custom_integrations().map(Iterator::count)), &in_use, "usage");
        let addons = self.addons(gathered);
        self.optional("addons", items(home.addons().map(Iterator::count)), &addons, "usage");
        let energy = self.files(&["configuration.yaml", ".storage/core.config_entries", ".storage/energy"]);
        self.optional("energy.configured", home.energy_configured(), &energy, "usage");
        let http = self.files(&[".storage/http", "configuration.yaml"]);
        self.optional("certificate", home.certificate(), &http, "usage");
        let database = format!("{}, the SQLite file that it names", self.files(&["configuration.yaml"]));
        let recorder = home.recorder();
        self.optional("recorder.engine", recorder.map(|recorder| recorder.engine), &database, "usage");
        self.optional("recorder.version", recorder.map(|recorder| recorder.version), &database, "usage");
    }

    fn statistics(&mut self, gathered: &Gathered, home: &Home<'_>) {
        let registry = ".storage/core.entity_registry";
        let states = self.files(&[registry, ".storage/homeassistant.exposed_entities", "configuration.yaml"]);
        self.optional("state_count", home.state_count(), &states, "statistics");
        let automations = self.files(&[registry, "configuration.yaml"]);
        self.optional("automation_count", home.automation_count(), &automations, "statistics");
        let in_use = self.files(&IN_USE);
        self.optional("integration_count", home.integration_count(), &in_use, "statistics");
        let addons = self.addons(gathered);
        self.optional("addon_count", home.addon_count(), &addons, "statistics");
        let users = self.files(&[".storage/auth"]);
        self.optional("user_count", home.user_count(), &users, "statistics");
    }

    fn addons(&self, gathered: &Gathered) -> String {
        let told = gathered.supervisor.as_ref().is_some_and(|state| state.addons.is_some());
        let api = if told { "the Supervisor's API and " } else { "" };
        format!("{api}its apps.json or addons.json")
    }
}

/// What tells which integrations are in use.
const IN_USE: [&str; 4] =
    ["configuration.yaml", ".storage/core.entity_registry", ".storage/core.config_entries", "custom_components"];
