//! Entity registries made up from a seed, and what `serde_json` finds in them.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, dead_code, reason = "a helper of tests")]

use std::collections::BTreeSet;

use haos_analytics_home_assistant::storage::config_entries::ConfigEntries;
use haos_analytics_home_assistant::storage::entity_registry;
use haos_analytics_home_assistant::storage::exposed_entities::Unregistered;
use haos_analytics_home_assistant::Error;
use serde_json::{json, Value};

/// A small generator (SplitMix64): the same numbers for the same seed, everywhere.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ mixed >> 31) % limit as u64).unwrap()
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }
}

#[derive(Clone, Copy, Debug)]
pub enum Style {
    /// As Home Assistant writes it: indented outside, an entity to a line.
    Fragment,
    Indent,
    Compact,
}

pub const STYLES: [Style; 3] = [Style::Fragment, Style::Indent, Style::Compact];

const PLATFORMS: [&str; 12] = [
    "automation",
    "mqtt",
    "zha",
    "hue",
    "sun",
    "hassio",
    "template",
    "esphome",
    "küche",
    "x",
    "a_very_long_platform_name",
    "wled",
];
const NAMES: [&str; 10] = [
    "Wohnzimmer",
    "客厅",
    "кухня \u{1f600}",
    "\"platform\":\"fake\"",
    "\\\"disabled_by\\\": null",
    " }],{",
    "\u{0}\u{1f}\u{2028}",
    "\\",
    "C:\\dir\\",
    "",
];

fn entity(random: &mut Random, number: usize) -> Value {
    let domain = random.of(&["sensor", "light", "automation", "automation_x", "select"]);
    let name = random.of(&NAMES);
    let options = vec![json!({"platform": "nested", "o": [name, [name], {}]}); random.below(4)];
    let mut entity = json!({
        "aliases": [], "area_id": null, "categories": {}, "capabilities": {"options": options, "disabled_by": "nested"},
        "created_at": "2024-01-01T00:00:00.000000+00:00", "entity_id": format!("{domain}.{}_{number}", random.below(1000)),
        "has_entity_name": random.below(2) == 0, "name": name, "original_name": format!("{name} {name}"),
        "options": {"sensor.private": {"suggested_unit_of_measurement": "kWh"}, "p": [1.5, -2e10, true, false]},
        "platform": random.of(&PLATFORMS), "unique_id": format!("{name}-{number}"), "unit_of_measurement": "°C",
    });
    let disabled = random.of(&[Value::Null, Value::Null, Value::Null, json!("user"), json!("integration")]);
    if !disabled.is_null() || random.below(4) > 0 {
        entity["disabled_by"] = disabled;
    }
    entity
}

/// A registry of so many entities.
pub fn registry(random: &mut Random, count: usize, style: Style) -> Vec<u8> {
    let entities: Vec<_> = (0..count).map(|number| entity(random, number)).collect();
    let deleted: Vec<_> =
        (0..count / 4).map(|number| json!({"entity_id": format!("automation.{number}"), "platform": "gone"})).collect();
    let whole = |entities: &Value, deleted: &Value| {
        json!({"version": 1, "minor_version": 20, "key": "core.entity_registry",
            "data": {"entities": entities, "deleted_entities": deleted}})
    };
    let text = match style {
        Style::Compact => whole(&json!(entities), &json!(deleted)).to_string(),
        Style::Indent => serde_json::to_string_pretty(&whole(&json!(entities), &json!(deleted))).unwrap(),
        Style::Fragment => {
            let lines =
                |items: &[Value]| items.iter().map(|item| format!("\n      {item}")).collect::<Vec<_>>().join(",");
            serde_json::to_string_pretty(&whole(&json!("ENTITIES"), &json!("DELETED")))
                .unwrap()
                .replace("\"ENTITIES\"", &format!("[{}\n    ]", lines(&entities)))
                .replace("\"DELETED\"", &format!("[{}\n    ]", lines(&deleted)))
        }
    };
    text.into_bytes()
}

/// Enabled entities, automations, platforms.
pub type Answer = (u64, u64, Vec<String>);

pub fn ours(file: &[u8]) -> Result<Answer, Error> {
    let found = entity_registry::read(&mut &file[..], &ConfigEntries::default(), &mut Unregistered::default())?;
    Ok((found.enabled, found.automations, found.without_entry.iter().map(str::to_owned).collect()))
}

/// The same from the whole file in memory. `None`: it is not a registry, or holds what only one of the two can use.
pub fn by_serde_json(file: &[u8]) -> Option<Answer> {
    let file: Value = serde_json::from_slice(file).ok()?;
    if file["version"] != 1 || !file.is_object() {
        return None;
    }
    let (mut enabled, mut automations, mut platforms) = (0, 0, BTreeSet::new());
    for entity in file["data"]["entities"].as_array()? {
        if entity.as_object()?.get("disabled_by").is_none_or(Value::is_null) {
            let platform = entity["platform"].as_str()?;
            let name = entity["entity_id"].as_str()?;
            if platform.is_empty() || platform.len() > 64 || platform.chars().any(char::is_control) {
                return None;
            }
            enabled += 1;
            automations += u64::from(name.starts_with("automation."));
            platforms.insert(platform.to_owned());
        }
    }
    Some((enabled, automations, platforms.into_iter().collect()))
}
