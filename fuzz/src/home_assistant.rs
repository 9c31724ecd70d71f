//! Home Assistant's own files, compared with what a plain reader of JSON makes of them.

use haos_analytics_core::form::{OwnedDomain, OwnedIntegrationVersion};
use haos_analytics_core::Text;
use haos_analytics_home_assistant as home_assistant;
use haos_analytics_home_assistant::addons::FoundVersion;
use haos_analytics_home_assistant::names::Names;
use haos_analytics_home_assistant::storage::config_entries::ConfigEntries;
use haos_analytics_home_assistant::storage::exposed_entities::Unregistered;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

/// The most bytes of a string that is read at all.
const LONGEST: usize = 255;
type Object = Map<String, Value>;

/// The ids of the config entries that are there, while a registry is read.
const ENTRIES: [&str; 2] = ["here", "01JD"];
/// The states of which no registered entity is known before.
const STATES: [&str; 3] = ["sun.sun", "light.a", "automation.x"];

/// `core.entity_registry`.
pub fn entity_registry(file: &[u8]) {
    let mut entries = ConfigEntries::default();
    for id in ENTRIES {
        entries.ids.insert(id.as_bytes()).expect("two are not too many");
    }
    let mut unregistered: Unregistered = STATES.into_iter().collect();
    let read = home_assistant::storage::entity_registry::read(&mut &file[..], &entries, &mut unregistered);
    let owned = |names: &Names| names.iter().map(str::to_owned).collect::<BTreeSet<String>>();
    let read = read.map(|found| {
        let unusable = (found.unusable_platforms, found.unusable_names);
        let platforms = (owned(&found.with_entry), owned(&found.without_entry));
        (found.enabled, found.automations, unusable, platforms, unregistered)
    });
    let Some(value) = plain(file) else { return };
    let expected = || {
        let (mut enabled, mut automations, mut with_entry, mut without_entry) =
            (0, 0, BTreeSet::new(), BTreeSet::new());
        let (mut no_platform, mut no_name, mut left) = (0, 0, BTreeSet::from(STATES));
        for entity in data(&value, 1)?.get("entities")?.as_array()? {
            let entity = entity.as_object()?;
            let text = |key: &str| entity.get(key).and_then(Value::as_str).filter(|text| text.len() <= LONGEST);
            let id = text("entity_id");
            left.retain(|state| Some(*state) != id);
            if entity.get("disabled_by").is_some_and(|by| !by.is_null()) {
                continue;
            }
            enabled += 1;
            automations += u64::from(id.is_some_and(|id| id.starts_with("automation.")));
            let platform = short(entity, "platform");
            no_platform += u64::from(platform.is_none());
            no_name += u64::from(id.is_none());
            let has_entry = text("config_entry_id").is_some_and(|id| ENTRIES.contains(&id));
            if has_entry { &mut with_entry } else { &mut without_entry }.extend(platform);
        }
        let few = with_entry.len().max(without_entry.len()) <= Names::LIMIT;
        let left = left.into_iter().collect();
        few.then_some((enabled, automations, (no_platform, no_name), (with_entry, without_entry), left))
    };
    assert_eq!(read.ok(), expected());
}

/// `core.config_entries`.
pub fn config_entries(file: &[u8]) {
    let owned = |names: &Names| names.iter().map(str::to_owned).collect::<BTreeSet<_>>();
    let read = home_assistant::storage::config_entries::read(&mut &file[..])
        .map(|found| (found.unusable, owned(&found.domains), owned(&found.ids)));
    let Some(value) = plain(file) else { return };
    let expected = || {
        let (mut unusable, mut domains, mut ids) = (0, BTreeSet::new(), BTreeSet::new());
        for entry in data(&value, 1)?.get("entries")?.as_array()? {
            let entry = entry.as_object()?;
            ids.extend(short(entry, "entry_id"));
            let disabled = entry.get("disabled_by").is_some_and(|by| !by.is_null());
            if disabled || entry.get("source").is_some_and(|source| source == "ignore") {
                continue;
            }
            match short(entry, "domain") {
                Some(domain) => drop(domains.insert(domain)),
                None => unusable += 1,
            }
        }
        (domains.len().max(ids.len()) <= Names::LIMIT).then_some((unusable, domains, ids))
    };
    assert_eq!(read.ok(), expected());
}

/// `homeassistant.exposed_entities`.
pub fn exposed_entities(file: &[u8]) {
    let read = home_assistant::storage::exposed_entities::read(&mut &file[..]);
    let Some(value) = plain(file) else { return };
    let expected = || {
        let states = data(&value, 1)?.get("exposed_entities")?.as_object()?;
        let usable = states.keys().all(|id| id.len() <= LONGEST);
        usable.then(|| states.keys().map(String::as_str).collect::<Unregistered>())
    };
    assert_eq!(read.ok(), expected());
}

/// `auth`.
pub fn users(file: &[u8]) {
    let read = home_assistant::storage::users::read(&mut &file[..]);
    let Some(value) = plain(file) else { return };
    let expected = || {
        let mut people = 0;
        for user in data(&value, 1)?.get("users")?.as_array()? {
            people += u64::from(!user.as_object()?.get("system_generated")?.as_bool()?);
        }
        Some(people)
    };
    assert_eq!(read.ok(), expected());
}

/// `energy`.
pub fn energy(file: &[u8]) {
    let read = home_assistant::storage::energy::read(&mut &file[..]);
    let Some(value) = plain(file) else { return };
    let expected = || {
        let mut something = false;
        let is_there = |list| data(&value, 1).is_some_and(|data| data.contains_key(list));
        if !is_there("energy_sources") && !is_there("device_consumption") {
            return None;
        }
        for list in ["energy_sources", "device_consumption", "device_consumption_water"] {
            something |= data(&value, 1)?.get(list).map_or(Some(false), |list| Some(!list.as_array()?.is_empty()))?;
        }
        Some(something)
    };
    assert_eq!(read.ok(), expected());
}

/// `http`.
pub fn http_config(file: &[u8]) {
    let read = home_assistant::storage::http::read(&mut &file[..]);
    let Some(value) = plain(file) else { return };
    let is_set = |object: &Object| object.get("ssl_certificate").is_some_and(|file| !file.is_null());
    // What the version does not have may be there, but has to be of its form.
    let well_formed = |data: &Object| {
        let configuration = |key| data.get(key).is_none_or(|value| value.is_null() || value.is_object());
        let flag = data.get("yaml_migration_done");
        configuration("pending") && configuration("stable") && flag.is_none_or(Value::is_boolean)
    };
    let first = || data(&value, 1).filter(|data| well_formed(data)).map(|data| (is_set(data), true));
    let second = || {
        let data = data(&value, 2).filter(|data| well_formed(data))?;
        let configuration = |key| data.get(key).and_then(Value::as_object).map(is_set);
        let counts = configuration("pending").or(configuration("stable"));
        let migrated = data.get("yaml_migration_done").and_then(Value::as_bool) == Some(true);
        Some((counts.unwrap_or(false), migrated || counts.is_some()))
    };
    assert_eq!(read.ok().map(|found| (found.is_set, found.is_final)), first().or_else(second));
}

/// `apps.json`.
pub fn apps(file: &[u8]) {
    let read = home_assistant::addons::apps::read(&mut &file[..]).map(|apps| {
        apps.into_iter()
            .map(|app| (app.slug.to_string(), (found(app.version), app.protected, app.auto_update)))
            .collect::<Vec<_>>()
    });
    let Some(value) = plain(file) else { return };
    let expected = || {
        let file = value.as_object()?;
        let part = |name| file.get(name).map_or(Some(Object::new()), |part| part.as_object().cloned());
        let (user, system) = (part("user")?, part("system")?);
        let mut apps = BTreeMap::new();
        for (slug, settings) in &user {
            let settings = settings.as_object()?;
            let flag = |name, or| settings.get(name).map_or(Some(or), Value::as_bool);
            let app = (version(settings), flag("protected", true)?, flag("auto_update", false)?);
            apps.insert(name(slug)?, app);
        }
        for slug in system.keys() {
            name(slug)?;
        }
        apps.retain(|slug, _| system.contains_key(slug));
        (user.len() <= 4096 && system.len() <= 4096).then(|| apps.into_iter().collect::<Vec<_>>())
    };
    assert_eq!(read.ok(), expected());
}

/// The Supervisor's list of what is installed.
pub fn installed(answer: &[u8]) {
    let read = home_assistant::addons::installed::read(&mut &answer[..]).map(|versions| {
        versions.into_iter().map(|(slug, version)| (slug.to_string(), found(version))).collect::<BTreeMap<_, _>>()
    });
    let Some(value) = plain(answer) else { return };
    let expected = || {
        let mut versions = BTreeMap::new();
        for app in value.as_object()?.get("data")?.as_object()?.get("addons")?.as_array()? {
            let app = app.as_object()?;
            versions.insert(name(app.get("slug")?.as_str()?)?, version(app));
        }
        Some(versions)
    };
    assert_eq!(read.ok(), expected());
}

/// A custom integration's `manifest.json`.
pub fn manifest(file: &[u8]) {
    let read = home_assistant::integrations::manifest::read(&mut &file[..]);
    let Some(value) = plain(file) else { return };
    let domain = |value: &Value| OwnedDomain::parse(value.as_str()?).ok();
    let expected = || {
        let manifest = value.as_object()?;
        let list = manifest.get("dependencies").map_or(Some(Vec::new()), |list| list.as_array().cloned())?;
        let dependencies: Vec<_> = list.iter().filter_map(domain).collect();
        let config_flow = manifest.get("config_flow") == Some(&Value::Bool(true));
        let count = dependencies.len();
        let dependencies = (count == list.len()).then_some(dependencies);
        (count <= 64).then_some((domain(manifest.get("domain")?)?, config_flow, dependencies))
    };
    // How a number is written is no question of JSON.
    let version = value.get("version").filter(|version| !version.is_number());
    let parse = |text: &str| OwnedIntegrationVersion::parse_bytes(text.as_bytes().trim_ascii()).ok();
    let version = version.map(|version| version.as_str().and_then(parse));
    if let (Ok(found), Some(version)) = (&read, version) {
        assert_eq!(found.version, version);
    }
    assert_eq!(read.ok().map(|found| (found.domain, found.config_flow, found.dependencies)), expected());
}

/// The header of an SQLite database.
pub fn sqlite(file: &[u8]) {
    let expected = || {
        let header = file.get(..100).filter(|header| header.starts_with(b"SQLite format 3\0"))?;
        let number = header[96..].iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        let version = format!("{}.{}.{}", number / 1_000_000, number / 1000 % 1000, number % 1000);
        (number != 0).then_some(version)
    };
    assert_eq!(home_assistant::recorder::read(&mut &file[..]).ok().map(|version| version.to_string()), expected());
}

/// `data` of a file of this version.
fn data(file: &Value, version: u64) -> Option<&Object> {
    let file = file.as_object()?;
    file.get("version").filter(|found| **found == version)?;
    file.get("data")?.as_object()
}

/// A version that was found: none, one, or something of another form.
fn found(version: FoundVersion) -> Option<Result<String, ()>> {
    version.map(|version| version.map(|version| version.to_string()).map_err(|_| ()))
}

/// The same of a plain reader.
fn version(app: &Object) -> Option<Result<String, ()>> {
    let value = app.get("version").filter(|value| !value.is_null())?;
    Some(value.as_str().filter(|text| formed(text, 64, b".+_~-")).map(str::to_owned).ok_or(()))
}

/// The name of an add-on.
fn name(text: &str) -> Option<String> {
    formed(text, 128, b"-_.").then(|| text.to_owned())
}

fn formed(text: &str, most: usize, more: &[u8]) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || more.contains(&byte);
    (1..=most).contains(&text.len()) && text.bytes().all(plain)
}

fn short(object: &Object, key: &str) -> Option<String> {
    usable(object.get(key)?.as_str()?)
}

fn usable(text: &str) -> Option<String> {
    Text::parse(text.as_bytes()).ok().map(|text| text.to_string())
}

/// `None` where the plain reader refuses, and where a key comes twice: which of them counts is no question of JSON.
fn plain(file: &[u8]) -> Option<Value> {
    serde_json::from_slice::<Distinct>(file).ok()?;
    serde_json::from_slice(file).ok()
}

/// Any JSON without a key that comes twice.
struct Distinct;

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Distinct)
    }
}

impl<'de> Visitor<'de> for Distinct {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Distinct>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut keys = HashSet::new();
        while let Some((key, Distinct)) = members.next_entry::<String, Distinct>()? {
            if !keys.insert(key) {
                return Err(A::Error::custom("a key comes twice"));
            }
        }
        Ok(self)
    }
}
