//! Home Assistant's own files, compared with what a plain reader of JSON makes of them.

use haos_analytics_core::Text;
use haos_analytics_files as files;
use haos_analytics_files::domains::Domains;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

/// The most bytes of a string that is read at all.
const LONGEST: usize = 255;
/// See `config_entries`.
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

type Object = Map<String, Value>;

/// `core.entity_registry`.
pub fn entity_registry(file: &[u8]) {
    let read = files::entity_registry::read(&mut &file[..]).map(|found| {
        let platforms: BTreeSet<String> = found.platforms.iter().map(str::to_owned).collect();
        (found.enabled, found.automations, (found.unusable_platforms, found.unusable_names), platforms)
    });
    let Some(value) = plain(file) else { return };
    let expected = || {
        let (mut enabled, mut automations, mut platforms) = (0, 0, BTreeSet::new());
        let (mut no_platform, mut no_name) = (0, 0);
        for entity in data(&value)?.get("entities")?.as_array()? {
            let entity = entity.as_object()?;
            if entity.get("disabled_by").is_some_and(|by| !by.is_null()) {
                continue;
            }
            enabled += 1;
            let id = entity.get("entity_id").and_then(Value::as_str).filter(|id| id.len() <= LONGEST);
            automations += u64::from(id.is_some_and(|id| id.starts_with("automation.")));
            let platform = short(entity, "platform");
            no_platform += u64::from(platform.is_none());
            no_name += u64::from(id.is_none());
            platforms.extend(platform);
        }
        (platforms.len() <= Domains::LIMIT).then_some((enabled, automations, (no_platform, no_name), platforms))
    };
    assert_eq!(read.ok(), expected());
}

/// `core.config_entries`.
pub fn config_entries(file: &[u8]) {
    let read = files::config_entries::read(&mut &file[..])
        .map(|found| (found.unusable, found.domains.iter().map(str::to_owned).collect::<BTreeSet<_>>()));
    let Some(value) = plain(file) else { return };
    let expected = || {
        let (mut unusable, mut domains) = (0, BTreeSet::new());
        for entry in data(&value)?.get("entries")?.as_array()? {
            let entry = entry.as_object()?;
            let disabled = entry.get("disabled_by").is_some_and(|by| !by.is_null());
            if disabled || entry.get("source").is_some_and(|source| source == "ignore") {
                continue;
            }
            match short(entry, "domain") {
                Some(domain) if SYSTEM_ONLY.contains(&domain.as_str()) => {}
                Some(domain) => drop(domains.insert(domain)),
                None => unusable += 1,
            }
        }
        (domains.len() <= Domains::LIMIT).then_some((unusable, domains))
    };
    assert_eq!(read.ok(), expected());
}

/// `auth`.
pub fn users(file: &[u8]) {
    let read = files::users::read(&mut &file[..]);
    let Some(value) = plain(file) else { return };
    let expected = || {
        let mut people = 0;
        for user in data(&value)?.get("users")?.as_array()? {
            people += u64::from(!user.as_object()?.get("system_generated")?.as_bool()?);
        }
        Some(people)
    };
    assert_eq!(read.ok(), expected());
}

/// `energy`.
pub fn energy(file: &[u8]) {
    let read = files::energy::read(&mut &file[..]);
    let Some(value) = plain(file) else { return };
    let expected = || {
        let mut something = false;
        let is_there = |list| data(&value).is_some_and(|data| data.contains_key(list));
        if !is_there("energy_sources") && !is_there("device_consumption") {
            return None;
        }
        for list in ["energy_sources", "device_consumption", "device_consumption_water"] {
            something |= data(&value)?.get(list).map_or(Some(false), |list| Some(!list.as_array()?.is_empty()))?;
        }
        Some(something)
    };
    assert_eq!(read.ok(), expected());
}

/// `http`.
pub fn http_config(file: &[u8]) {
    let read = files::http_config::read(&mut &file[..]);
    let Some(value) = plain(file) else { return };
    let expected = data(&value).map(|data| data.get("ssl_certificate").is_some_and(|file| !file.is_null()));
    assert_eq!(read.ok(), expected);
}

/// `apps.json`.
pub fn apps(file: &[u8]) {
    let read = files::apps::read(&mut &file[..]).map(|apps| {
        apps.into_iter()
            .map(|app| (app.slug.to_string(), (app.version.map(|v| v.to_string()), app.protected, app.auto_update)))
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
            let app = (short(settings, "version"), flag("protected", true)?, flag("auto_update", false)?);
            apps.insert(usable(slug)?, app);
        }
        for slug in system.keys() {
            usable(slug)?;
        }
        apps.retain(|slug, _| system.contains_key(slug));
        (user.len() <= Domains::LIMIT && system.len() <= Domains::LIMIT).then(|| apps.into_iter().collect::<Vec<_>>())
    };
    assert_eq!(read.ok(), expected());
}

/// The Supervisor's list of what is installed.
pub fn installed(answer: &[u8]) {
    let read = files::installed::read(&mut &answer[..]).map(|versions| {
        let texts = |(slug, version): (Text, Option<Text>)| (slug.to_string(), version.map(|v| v.to_string()));
        versions.into_iter().map(texts).collect::<BTreeMap<_, _>>()
    });
    let Some(value) = plain(answer) else { return };
    let expected = || {
        let mut versions = BTreeMap::new();
        for app in value.as_object()?.get("data")?.as_object()?.get("addons")?.as_array()? {
            let app = app.as_object()?;
            let version = match app.get("version") {
                None | Some(Value::Null) => None,
                Some(_) => Some(short(app, "version")?),
            };
            versions.insert(short(app, "slug")?, version);
        }
        Some(versions)
    };
    assert_eq!(read.ok(), expected());
}

/// A custom integration's `manifest.json`.
pub fn manifest(file: &[u8]) {
    let read = files::manifest::read(&mut &file[..])
        .map(|found| (found.domain.to_string(), found.version.map(|v| v.to_string())));
    let Some(value) = plain(file) else { return };
    let expected = || Some((short(value.as_object()?, "domain")?, short(value.as_object()?, "version")));
    assert_eq!(read.ok(), expected());
}

/// The header of an SQLite database.
pub fn sqlite(file: &[u8]) {
    let expected = || {
        let header = file.get(..100).filter(|header| header.starts_with(b"SQLite format 3\0"))?;
        let number = header[96..].iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        let version = format!("{}.{}.{}", number / 1_000_000, number / 1000 % 1000, number % 1000);
        (number != 0).then_some(version)
    };
    assert_eq!(files::sqlite::read(&mut &file[..]).ok(), expected());
}

/// `data` of a file of version 1.
fn data(file: &Value) -> Option<&Object> {
    let file = file.as_object()?;
    file.get("version").filter(|version| **version == 1)?;
    file.get("data")?.as_object()
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
