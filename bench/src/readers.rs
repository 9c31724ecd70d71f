//! Our reader of the entity registry beside `serde_json` with types, from a reader and from the whole file in memory.

use crate::comparison::median;
use crate::installation::Installation;
use crate::levels::LARGE;
use crate::process;
use crate::registry::{entry_id, Holds, INTEGRATIONS};
use crate::style::Style;
use core::fmt;
use haos_analytics_home_assistant::storage::config_entries::ConfigEntries;
use haos_analytics_home_assistant::storage::entity_registry;
use haos_analytics_home_assistant::storage::exposed_entities::Unregistered;
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

/// In turns; what is printed is the median.
const ROUNDS: usize = 7;
/// As large a window as ours.
const WINDOW: usize = 16 * 1024;

type Read = fn(&Path) -> Result<Holds, String>;

const READERS: [(&str, Read); 3] = [
    ("haos_analytics_home_assistant::storage::entity_registry", ours),
    ("serde_json, typed, from a BufReader", from_reader),
    ("serde_json, typed, whole file in memory", from_memory),
];

/// Prints a row per layout and reader. All must find what the registry holds. `more` is a size beyond the usual one.
pub(crate) fn compare(more: Option<u64>) -> Result<(), String> {
    println!("\nReading an entity registry alone\n");
    println!("| entities | layout | reader | CPU ms | MB/s | times as fast as from a BufReader |");
    println!("|--:|---|---|--:|--:|--:|");
    for style in Style::ALL {
        rows(LARGE, style)?;
    }
    more.map_or(Ok(()), |entities| rows(entities, Style::Fragment))
}

fn rows(entities: u64, style: Style) -> Result<(), String> {
    let installation = Installation::of(entities, style)?;
    let fixture = &installation.fixture;
    let path = fixture.path(fixture.data_path("homeassistant/.storage/core.entity_registry"));
    let bytes = fs::metadata(&path).map_err(|error| error.to_string())?.len();
    let mut times = READERS.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for ((name, read), times) in READERS.iter().zip(&mut times) {
            let start = process::cpu_of_thread();
            let found = read(&path)?;
            times.push(process::cpu_of_thread() - start);
            if found != installation.entities {
                return Err(format!("{name} does not find what the registry holds"));
            }
        }
    }
    let base = times[1].clone();
    for ((name, _), own) in READERS.iter().zip(&times) {
        let faster = median(own.iter().zip(&base).map(|(own, base)| base / own).collect()).unwrap_or_default();
        let milliseconds = median(own.clone()).unwrap_or_default();
        let (layout, speed) = (style.name(), bytes as f64 / 1e3 / milliseconds);
        println!("| {entities} | {layout:8} | {name:39} | {milliseconds:.1} | {speed:.0} | {faster:.2} |");
    }
    Ok(())
}

fn ours(path: &Path) -> Result<Holds, String> {
    let mut entries = ConfigEntries::default();
    for platform in INTEGRATIONS {
        entries.ids.insert(entry_id(platform).as_bytes()).map_err(|error| error.to_string())?;
    }
    let found = entity_registry::read(&mut open(path)?, &entries, &mut Unregistered::default());
    let found = found.map_err(|error| error.to_string())?;
    let platforms = found.with_entry.iter().chain(found.without_entry.iter()).map(str::to_owned).collect();
    Ok(Holds { enabled: found.enabled, automations: found.automations, platforms })
}

fn from_reader(path: &Path) -> Result<Holds, String> {
    let found = serde_json::from_reader(BufReader::with_capacity(WINDOW, open(path)?));
    found.map(|Registry { data }| data.entities.0).map_err(|error| error.to_string())
}

fn from_memory(path: &Path) -> Result<Holds, String> {
    let found = serde_json::from_slice(&fs::read(path).map_err(|error| error.to_string())?);
    found.map(|Registry { data }| data.entities.0).map_err(|error| error.to_string())
}

fn open(path: &Path) -> Result<File, String> {
    File::open(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[derive(Deserialize)]
struct Registry {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    entities: Entities,
}

#[derive(Deserialize)]
struct Entity {
    disabled_by: Option<IgnoredAny>,
    entity_id: String,
    platform: String,
}

/// Counted while they go by: a list of all would not be a fair reader.
struct Entities(Holds);

impl<'de> Deserialize<'de> for Entities {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Counter)
    }
}

struct Counter;

impl<'de> Visitor<'de> for Counter {
    type Value = Entities;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("entities")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entities: A) -> Result<Entities, A::Error> {
        let mut holds = Holds { enabled: 0, automations: 0, platforms: BTreeSet::new() };
        while let Some(entity) = entities.next_element::<Entity>()? {
            if entity.disabled_by.is_none() {
                holds.enabled += 1;
                holds.automations += u64::from(entity.entity_id.starts_with("automation."));
                if !holds.platforms.contains(&entity.platform) {
                    holds.platforms.insert(entity.platform);
                }
            }
        }
        Ok(Entities(holds))
    }
}
