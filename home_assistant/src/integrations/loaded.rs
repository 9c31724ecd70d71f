//! What Home Assistant has loaded, as far as it can be inferred from what is set up.

use haos_analytics_core::form::OwnedDomain;

use super::built_in::{self, BuiltIn, Kind};
use super::custom::{Customs, Found};
use crate::sorted;
use crate::storage::config_entries::ConfigEntries;
use crate::yaml::Yaml;

/// The integrations that are loaded if nothing fails while it is set up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    built_in: Vec<&'static str>,
    custom: Vec<OwnedDomain>,
}

impl Loaded {
    /// Whether an integration is loaded.
    #[must_use]
    pub fn contains(&self, domain: &str) -> bool {
        self.built_in.binary_search(&domain).is_ok()
            || self.custom.binary_search_by(|custom| custom.as_str().cmp(domain)).is_ok()
    }

    /// Follows the dependencies. A custom integration stands for a built-in one of the same name.
    fn load(&mut self, domain: &str, customs: &Customs, resolved: &[&OwnedDomain]) {
        let mut ahead = vec![domain];
        while let Some(domain) = ahead.pop() {
            if self.contains(domain) {
                continue;
            }
            if let Some((name, found)) = customs.get(domain) {
                if resolved.binary_search(&name).is_ok() && sorted::insert(&mut self.custom, name.clone()) {
                    ahead.extend(dependencies(found));
                }
            } else if let Some(known) = built_in::find(domain) {
                if has_code(known) && sorted::insert(&mut self.built_in, known.domain()) {
                    known.dependencies().for_each(|dependency| ahead.push(dependency));
                }
            }
        }
    }
}

fn has_code(known: BuiltIn) -> bool {
    !known.is_disabled() && known.kind() != Kind::Virtual
}

fn dependencies(found: &Found) -> impl Iterator<Item = &str> {
    found.dependencies.iter().flatten().map(|dependency| dependency.as_str())
}

/// The custom integrations whose dependencies, and theirs, are all there, in ascending order. Home
/// Assistant loads no other, nor one that depends on itself.
///
/// A built-in one that is not in the table may be there where `is_newer` says that Home Assistant
/// is newer than that.
fn resolved(customs: &Customs, is_newer: bool) -> Vec<&OwnedDomain> {
    let is_built_in = |name: &str| built_in::find(name).map_or(is_newer && !customs.is_refused(name), has_code);
    let all: Vec<(&OwnedDomain, &Found)> = customs.iter().collect();
    let place = |name: &str| all.binary_search_by(|(custom, _)| custom.as_str().cmp(name)).ok();
    let is_there = |name: &str| customs.get(name).is_some() || is_built_in(name);
    // For how many custom ones each still waits, and by whom each is waited for.
    let mut waiting = vec![0_usize; all.len()];
    let mut waited_for: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    let mut ready = Vec::new();
    for (own, (count, (_, found))) in waiting.iter_mut().zip(&all).enumerate() {
        if found.dependencies.is_none() || !dependencies(found).all(is_there) {
            continue;
        }
        for other in dependencies(found).filter_map(place) {
            if let Some(waiters) = waited_for.get_mut(other) {
                waiters.push(own);
                *count += 1;
            }
        }
        if *count == 0 {
            ready.push(own);
        }
    }
    let mut resolved = Vec::new();
    while let Some(done) = ready.pop() {
        if let Some((name, _)) = all.get(done) {
            sorted::insert(&mut resolved, *name);
        }
        for own in waited_for.get_mut(done).map(core::mem::take).unwrap_or_default() {
            if let Some(count) = waiting.get_mut(own) {
                *count -= 1;
                if *count == 0 {
                    ready.push(own);
                }
            }
        }
    }
    resolved
}

/// Begins with what Home Assistant loads by itself, what the YAML sets up and what has a config
/// entry that counts.
///
/// A key of the YAML loads an integration also if that can only be set up in the user interface.
/// Home Assistant then tells its owner that the key configures nothing, and reports the integration
/// all the same.
///
/// `is_newer`: Home Assistant is newer than the table of built-in integrations.
#[must_use]
pub fn loaded(yaml: &Yaml, entries: &ConfigEntries, customs: &Customs, is_newer: bool) -> Loaded {
    let mut loaded = Loaded::default();
    let resolved = resolved(customs, is_newer);
    for domain in built_in::defaults() {
        loaded.load(domain, customs, &resolved);
    }
    let is_custom = |domain: &str| customs.get(domain).is_some();
    for key in yaml.keys.iter().chain(&yaml.labelled) {
        let loads = built_in::find(key).is_some_and(|known| known.has_setup() || known.has_entry_setup());
        if loads || is_custom(key) {
            loaded.load(key, customs, &resolved);
        }
    }
    for (base, platform) in &yaml.platforms {
        if is_custom(platform) || built_in::find(platform).is_some_and(|known| known.loads(base)) {
            loaded.load(platform, customs, &resolved);
        }
    }
    for domain in entries.domains.iter() {
        loaded.load(domain, customs, &resolved);
    }
    loaded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Memory;
    use crate::integrations::custom;

    fn of(keys: &[&str], platforms: &[(&str, &str)], entries: &[&str]) -> Loaded {
        let yaml = Yaml {
            keys: keys.iter().copied().map(Box::from).collect(),
            platforms: platforms.iter().map(|(base, name)| (Box::from(*base), Box::from(*name))).collect(),
            ..Yaml::default()
        };
        let mut found = ConfigEntries::default();
        for domain in entries {
            found.domains.insert(domain.as_bytes()).unwrap();
        }
        loaded(&yaml, &found, &Customs::default(), false)
    }

    #[test]
    fn by_itself_by_yaml_by_entry_and_by_dependency() {
        let nothing = of(&[], &[], &[]);
        for domain in ["homeassistant", "counter", "hassio", "http", "zone"] {
            assert!(nothing.contains(domain), "{domain}");
        }
        for domain in ["recorder", "energy", "sun", "hue", "default_config", "wlan_passwort_hunter2", ""] {
            assert!(!nothing.contains(domain), "{domain}");
        }
        let usual = of(&["default_config"], &[], &[]);
        for domain in ["energy", "recorder", "sun", "conversation", "default_config"] {
            assert!(usual.contains(domain), "{domain}");
        }
        assert!(of(&["history"], &[], &[]).contains("recorder"));
        assert!(of(&[], &[("sensor", "history_stats")], &[]).contains("recorder"), "a platform depends on it");
        assert!(!of(&[], &[("light", "history_stats")], &[]).contains("history_stats"), "it has no such platform");
        assert!(of(&[], &[("sensor", "mqtt")], &[]).contains("mqtt"), "the platform sets nothing up, mqtt itself does");
        assert!(of(&[], &[], &["hue"]).contains("hue"));
        assert!(of(&["systemmonitor"], &[], &[]).contains("systemmonitor"), "only the user interface sets it up");
        assert!(!of(&["acomax"], &[], &["acomax"]).contains("acomax"), "virtual");
    }

    #[test]
    fn a_labelled_key_loads_its_integration() {
        let labelled = ["template", "nothing"].map(Box::from).into();
        let yaml = Yaml { labelled, ..Yaml::default() };
        let loaded = loaded(&yaml, &ConfigEntries::default(), &Customs::default(), false);
        assert!(loaded.contains("template") && !loaded.contains("nothing"));
    }
    #[test]
    fn a_custom_integration_needs_its_dependencies() {
        let mut files = Memory::new();
        let all = [
            ("fine", r#""http","recorder","http""#),
            ("on_custom", r#""fine","fine""#),
            ("gone", r#""http","not_there""#),
            ("on_gone", r#""http","on_custom","gone""#),
            ("virtual_one", r#""acomax""#),
            ("odd", r#""Http""#),
            ("itself", r#""itself""#),
            ("circle_a", r#""circle_b""#),
            ("circle_b", r#""circle_a""#),
            ("on_circle", r#""circle_a""#),
        ];
        for (name, dependencies) in all {
            let manifest = format!(r#"{{"domain":"{name}","version":"1","dependencies":[{dependencies}]}}"#);
            files.file(format!("custom_components/{name}/manifest.json"), manifest);
        }
        let customs = custom::read(&files).unwrap();
        let yaml = Yaml { keys: all.map(|(name, _)| Box::from(name)).into(), ..Yaml::default() };
        for (is_newer, expected) in
            [(false, &["fine", "on_custom"] as &[&str]), (true, &["fine", "gone", "on_custom", "on_gone"])]
        {
            let loaded = loaded(&yaml, &ConfigEntries::default(), &customs, is_newer);
            assert_eq!(loaded.custom.iter().map(|name| name.as_str()).collect::<Vec<_>>(), expected);
            assert!(loaded.contains("recorder"));
        }
    }
}
