//! `show --explain`: each field with its value, its source and the consent that allows it. A line
//! each, or on a terminal a table.

use core::fmt::Display;
use std::path::Path;

use haos_analytics_core::{BoardInfo, CustomIntegration, Escaped, HomeAssistant, InstallationType};

use crate::evidence::{Evidence, Found};
use crate::gather::{Gathered, Home};
use crate::log::Log;
use crate::root::Root;
use crate::shown;
use crate::terminal::{lines, list, row};

/// Explains every field of the payload, and what was left out.
/// `table`: as a table, with lists in full or not.
pub fn explain(gathered: &Gathered, home: &Home<'_>, root: &Root, table: Option<bool>, log: &mut Log<'_>) {
    let config = gathered.detection.data_directory.join("homeassistant");
    let mut page = Page { log, root, config: &config, table };
    page.heading("Home Assistant's files", &shown::path(&root.path(&config)));
    page.heading("basic", &"agreed to");
    page.basic(gathered, home);
    page.level("usage", gathered.base.usage, |page| page.usage(gathered, home));
    page.level("statistics", gathered.base.statistics, |page| page.statistics(gathered, home));
}

struct Page<'a, 'w> {
    log: &'a mut Log<'w>,
    root: &'a Root,
    /// Home Assistant's configuration directory.
    config: &'a Path,
    /// Whether it is a table, and then whether its lists are in full.
    table: Option<bool>,
}

impl Page<'_, '_> {
    fn line(&mut self, field: &str, value: &dyn Display, source: &dyn Display, consent: &str) {
        if self.table.is_none() {
            return self.log.plain(format_args!("{field}: {value} ({source}; {consent})"));
        }
        self.row(field, value, source);
    }

    /// A field that may be unknown.
    fn optional(&mut self, field: &str, value: Option<impl Display>, source: &dyn Display, consent: &str) {
        match value {
            Some(value) => self.line(field, &value, source, consent),
            None if self.table.is_some() => self.row(field, &"left out, not known", source),
            None => self.log.plain(format_args!("{field}: left out, not known ({source}; {consent})")),
        }
    }

    /// A field that is left out for a reason.
    fn absent(&mut self, field: &str, why: &dyn Display) {
        if self.table.is_none() {
            return self.log.plain(format_args!("{field}: left out ({why})"));
        }
        self.row(field, &"left out", why);
    }

    /// Foreign text is made passive before it is divided into lines.
    fn row(&mut self, field: &str, value: &dyn Display, source: &dyn Display) {
        for line in row(field, &Escaped(value).to_string(), &Escaped(source).to_string()) {
            self.log.plain(line);
        }
    }

    /// What a list holds, or how much.
    fn items(&self, items: Option<impl Iterator<Item = String>>) -> Option<String> {
        let items: Vec<String> = items?.collect();
        Some(match (self.table, items.len()) {
            (Some(all), _) => list(&items, all),
            (None, 1) => "1 item".to_owned(),
            (None, count) => format!("{count} items"),
        })
    }

    fn level(&mut self, level: &str, opted_in: bool, explain: impl FnOnce(&mut Self)) {
        if !opted_in {
            return self.absent(level, &"not opted in");
        }
        self.heading(level, &"agreed to");
        explain(self);
    }

    fn heading(&mut self, level: &str, consent: &dyn Display) {
        if self.table.is_some() {
            for line in lines(&format!("{level}: {}", Escaped(consent))) {
                self.log.plain(line);
            }
        }
    }

    /// A file; in a table those of Home Assistant below its directory, which is told above.
    fn file(&self, path: &Path) -> String {
        let below = path.strip_prefix(self.root.path(self.config)).ok().filter(|_| self.table.is_some());
        shown::path(below.unwrap_or(path)).to_string()
    }

    /// Several files of the configuration directory: those that are there.
    fn files(&self, names: &[&str]) -> String {
        let paths: Vec<_> = names.iter().map(|name| self.config.join(name)).collect();
        let mut shown: Vec<_> = paths.iter().filter(|path| !self.root.lacks(path)).collect();
        if shown.is_empty() {
            shown = paths.iter().collect();
        }
        shown.into_iter().map(|path| self.file(&self.root.path(path))).collect::<Vec<_>>().join(", ")
    }

    fn basic(&mut self, gathered: &Gathered, home: &Home<'_>) {
        let Gathered { detection, consent, version_path, .. } = gathered;
        let installation = home.installation();
        self.line("uuid", &installation.uuid.as_str(), &self.file(&consent.path), "base");
        self.line("version", &installation.version.as_str(), &self.file(version_path), "base");
        let installation_type = installation.installation_type.as_str();
        self.line("installation_type", &installation_type, &detection.installation_evidence, "base");
        self.supervisor(gathered, home);
        if detection.board().is_none() {
            let why = match installation.installation_type {
                InstallationType::Os => "its board is not known",
                InstallationType::Supervised => "not Home Assistant OS",
                _ => "not known to be Home Assistant OS",
            };
            self.absent("operating_system", &format_args!("{why}; {}", detection.system_evidence));
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
            self.absent("supervisor", &"the Supervisor's API did not tell");
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
        let in_use = self.files(&IN_USE);
        let integrations = self.items(home.integrations().map(|all| all.map(|domain| domain.as_str().to_owned())));
        self.optional("integrations", integrations, &in_use, "usage");
        let custom = self.items(home.custom_integrations().map(|all| {
            all.map(|CustomIntegration { domain, version }| match version {
                Some(version) => format!("{} {}", domain.as_str(), version.as_str()),
                None => domain.as_str().to_owned(),
            })
        }));
        self.optional("custom_integrations", custom, &in_use, "usage");
        let from = self.addons(gathered);
        let addons = self.items(home.addons().map(|all| all.map(|addon| addon.slug.as_str().to_owned())));
        self.optional("addons", addons, &from, "usage");
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
        format!(
            "{api}{}",
            gathered.addons.path.as_deref().map_or_else(|| "no file".to_owned(), |path| shown::path(path).to_string())
        )
    }
}

/// What tells which integrations are in use.
const IN_USE: [&str; 4] =
    ["configuration.yaml", ".storage/core.entity_registry", ".storage/core.config_entries", "custom_components"];
