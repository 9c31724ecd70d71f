//! Which integrations are reported, by Home Assistant's own rule.

use haos_analytics_core::form::{OwnedDomain, OwnedIntegrationVersion};
use haos_analytics_core::CustomIntegration;

use super::built_in;
use super::custom::Customs;
use super::loaded::Loaded;
use crate::sorted;
use crate::storage::config_entries::ConfigEntries;
use crate::storage::entity_registry::Entities;
use crate::yaml::Yaml;

/// Built-in integrations that have a config entry although they cannot be set up in the user
/// interface. Home Assistant does not report them for having one. (2026.2.3: entries of the source
/// `system`, and no `config_flow` in the manifest.)
const SYSTEM_ONLY: [&str; 8] = [
    "backup",
    "cloud",
    "go2rtc",
    "hardkernel",
    "hassio",
    "homeassistant_green",
    "homeassistant_yellow",
    "raspberry_pi",
];

/// What the installation says of the integrations in use.
#[derive(Clone, Copy)]
pub struct InUse<'a> {
    /// The configuration.
    pub yaml: &'a Yaml,
    /// The entity registry.
    pub entities: &'a Entities,
    /// The config entries.
    pub entries: &'a ConfigEntries,
    /// The custom integrations.
    pub customs: &'a Customs,
    /// What is loaded.
    pub loaded: &'a Loaded,
    /// The installed Home Assistant is newer than the table of built-in integrations.
    pub is_newer: bool,
}

/// What is reported, in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Integrations {
    /// Those that are part of Home Assistant.
    pub built_in: Vec<OwnedDomain>,
    /// Those that are not, with their versions.
    pub custom: Vec<Custom>,
    /// How many names are of nothing that Home Assistant could have loaded. They are not reported.
    pub left_out: u64,
}

/// A custom integration that Home Assistant loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Custom {
    /// Its name.
    pub domain: OwnedDomain,
    /// The version in its manifest.
    pub version: OwnedIntegrationVersion,
}

impl Custom {
    /// For the payload.
    pub fn as_reported(&self) -> CustomIntegration<'_> {
        CustomIntegration { domain: self.domain.lend(), version: Some(self.version.lend()) }
    }
}

/// Tells which integrations Home Assistant would report.
///
/// It reports what is loaded and is named in the YAML, has an enabled entity, or has a config entry
/// that counts and can be set up in the user interface. A name that the table does not have counts
/// only if Home Assistant is newer than the table and something in the registries belongs to a
/// config entry of its own.
#[must_use]
pub fn reported(in_use: InUse<'_>) -> Integrations {
    let InUse { yaml, entities, entries, .. } = in_use;
    let keys = yaml.keys.iter().map(|key| &**key);
    let platforms = yaml.platforms.iter().map(|(_, platform)| &**platform);
    let in_yaml = sorted::of(keys.chain(platforms));
    let others = [&entities.with_entry, &entities.without_entry, &entries.domains];
    let others = others.into_iter().flat_map(|names| names.iter());
    let mut integrations = Integrations::default();
    for name in sorted::of(in_yaml.iter().copied().chain(others)) {
        let named = in_yaml.binary_search(&name).is_ok();
        match Standing::of(name, named, &in_use) {
            Standing::BuiltIn(domain) => integrations.built_in.push(domain),
            Standing::Custom(custom) => integrations.custom.push(custom),
            Standing::NotSetUp => {}
            Standing::NotLoaded => integrations.left_out += 1,
        }
    }
    integrations
}

/// What a name stands for.
enum Standing {
    /// An integration that is reported.
    BuiltIn(OwnedDomain),
    /// The same, a custom one.
    Custom(Custom),
    /// An integration that is loaded, and that nobody set up.
    NotSetUp,
    /// Nothing that Home Assistant could have loaded.
    NotLoaded,
}

impl Standing {
    fn of(name: &str, named: bool, in_use: &InUse<'_>) -> Self {
        let bytes = name.as_bytes();
        let has_entity = in_use.entities.with_entry.contains(bytes) || in_use.entities.without_entry.contains(bytes);
        let has_entry = in_use.entries.domains.contains(bytes);
        let is_loaded = in_use.loaded.contains(name);
        if let Some((domain, found)) = in_use.customs.get(name) {
            return match named || has_entity || (has_entry && found.config_flow) {
                _ if !is_loaded => Standing::NotLoaded,
                true => Standing::Custom(Custom { domain: domain.clone(), version: found.version.clone() }),
                false => Standing::NotSetUp,
            };
        }
        let reported = match built_in::find(name) {
            Some(_) if !is_loaded => return Standing::NotLoaded,
            Some(known) => {
                let by_entry = known.has_config_flow() || (in_use.is_newer && !SYSTEM_ONLY.contains(&name));
                named || has_entity || (has_entry && by_entry)
            }
            None => {
                let has_own_entry = has_entry || in_use.entities.with_entry.contains(bytes);
                if !(in_use.is_newer && has_own_entry && !in_use.customs.is_refused(name)) {
                    return Standing::NotLoaded;
                }
                true
            }
        };
        match OwnedDomain::parse(name) {
            Ok(domain) if reported => Standing::BuiltIn(domain),
            Ok(_) => Standing::NotSetUp,
            Err(_) => Standing::NotLoaded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{custom, loaded};
    use super::*;
    use crate::files::Memory;
    use crate::names::Names;

    /// An installation in a few words; a custom integration is `name=version` or, with a config
    /// flow, `name=version+`.
    #[derive(Default)]
    struct Home<'a> {
        keys: &'a [&'a str],
        platforms: &'a [(&'a str, &'a str)],
        with_entry: &'a [&'a str],
        orphans: &'a [&'a str],
        entries: &'a [&'a str],
        customs: &'a [&'a str],
        is_newer: bool,
    }

    fn names(names: &[&str]) -> Names {
        let mut all = Names::default();
        names.iter().for_each(|name| assert!(all.insert(name.as_bytes()).unwrap()));
        all
    }

    impl Home<'_> {
        /// What is reported: built-in ones, custom ones, and how many are left out.
        fn reported(&self) -> (Vec<String>, Vec<String>, u64) {
            let mut files = Memory::new();
            for custom in self.customs {
                let (name, version) = custom.split_once('=').unwrap();
                let flow = version.ends_with('+');
                let version = version.trim_end_matches('+');
                let manifest = format!(r#"{{"domain":"{name}","version":"{version}","config_flow":{flow}}}"#);
                files.file(format!("custom_components/{name}/manifest.json"), manifest);
            }
            let customs = custom::read(&files).unwrap();
            let yaml = Yaml {
                keys: self.keys.iter().copied().map(Box::from).collect(),
                platforms: self.platforms.iter().map(|(base, name)| (Box::from(*base), Box::from(*name))).collect(),
                ..Yaml::default()
            };
            let entities = Entities {
                with_entry: names(self.with_entry),
                without_entry: names(self.orphans),
                ..Entities::default()
            };
            let entries = ConfigEntries { domains: names(self.entries), ..ConfigEntries::default() };
            let loaded = loaded::loaded(&yaml, &entries, &customs, self.is_newer);
            let in_use = InUse {
                yaml: &yaml,
                entities: &entities,
                entries: &entries,
                customs: &customs,
                loaded: &loaded,
                is_newer: self.is_newer,
            };
            let Integrations { built_in, custom, left_out } = reported(in_use);
            let custom = custom.iter().map(|custom| format!("{}={}", custom.domain, custom.version)).collect();
            (built_in.iter().map(ToString::to_string).collect(), custom, left_out)
        }
    }

    #[test]
    fn only_what_home_assistant_could_report() {
        type Expected<'a> = (&'a [&'a str], &'a [&'a str], u64);
        let cases: [(Home<'_>, Expected<'_>); 14] = [
            (Home::default(), (&[], &[], 0)),
            (Home { keys: &["hue", "wlan_passwort_hunter2", "acomax"], ..Home::default() }, (&["hue"], &[], 2)),
            (
                Home { platforms: &[("sensor", "time_date"), ("sensor", "privater_name_42")], ..Home::default() },
                (&["time_date"], &[], 1),
            ),
            // A platform that cannot be set up by YAML, of an integration that is loaded all the
            // same.
            (
                Home { platforms: &[("sensor", "uptime")], entries: &["uptime"], ..Home::default() },
                (&["uptime"], &[], 0),
            ),
            (Home { platforms: &[("sensor", "uptime")], ..Home::default() }, (&[], &[], 1)),
            // Entities of helpers that are always loaded have no entry; others without one are left
            // over.
            (Home { orphans: &["counter", "mqtt", "dark_sky"], ..Home::default() }, (&["counter"], &[], 2)),
            (Home { orphans: &["group"], keys: &["group"], ..Home::default() }, (&["group"], &[], 0)),
            // The Supervisor's entry is the system's own; its entities count.
            (Home { entries: &["hassio", "met"], ..Home::default() }, (&["met"], &[], 0)),
            (Home { entries: &["hassio"], with_entry: &["hassio"], ..Home::default() }, (&["hassio"], &[], 0)),
            (
                Home { entries: &["anna@example.com"], with_entry: &["anna@example.com"], ..Home::default() },
                (&[], &[], 1),
            ),
            (
                Home {
                    entries: &["anna@example.com", "brand_new", "hassio"],
                    with_entry: &["brand_new"],
                    orphans: &["old_thing"],
                    keys: &["wlan_passwort_hunter2"],
                    is_newer: true,
                    ..Home::default()
                },
                (&["brand_new"], &[], 3),
            ),
            // One that is refused is none of Home Assistant's, even if that is newer.
            (Home { customs: &["mine=latest"], entries: &["mine"], is_newer: true, ..Home::default() }, (&[], &[], 1)),
            (
                Home {
                    customs: &["hacs=2.0.5+", "idle=1.0", "by_name=v1", "by_entity=1.0", "timer=9.9"],
                    entries: &["hacs", "idle"],
                    keys: &["by_name", "timer"],
                    orphans: &["by_entity"],
                    ..Home::default()
                },
                (&[], &["by_name=v1", "hacs=2.0.5", "timer=9.9"], 1),
            ),
            // Without a usable version the built-in one is used.
            (Home { customs: &["timer=main"], keys: &["timer"], ..Home::default() }, (&["timer"], &[], 0)),
        ];
        for (number, (home, (built_in, custom, left_out))) in cases.iter().enumerate() {
            let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
            assert_eq!(home.reported(), (owned(built_in), owned(custom), *left_out), "case {number}");
        }
    }
}
