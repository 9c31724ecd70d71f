//! What is printed about what is in use.
#![allow(dead_code, reason = "each test program uses a part of it")]

use crate::world::World;
use haos_analytics_tests::fixture::{golden, Fixture};
use serde_json::{Map, Value};

pub const REGISTRY: &str = "homeassistant/.storage/core.entity_registry";
pub const ENTRIES: &str = "homeassistant/.storage/core.config_entries";
pub const YAML: &str = "homeassistant/configuration.yaml";

/// What a fixture's machine reports with everything in order.
pub fn report(name: &str) -> Map<String, Value> {
    serde_json::from_slice(&golden(name)).unwrap()
}

/// The payload that `show` prints, and the remarks.
pub fn shown(world: &World, case: &str) -> (Map<String, Value>, String) {
    let run = world.run("show");
    assert_eq!(run.code, Some(0), "{case}: {}", run.stderr);
    assert!(!run.text().contains("CANARY") && !run.stderr.contains("CANARY"), "{case}: {}", run.stderr);
    (serde_json::from_slice(run.payload()).unwrap(), run.stderr)
}

/// Writes a file of the data directory.
pub fn write(fixture: &Fixture, file: &str, content: impl AsRef<[u8]>) {
    fixture.write(fixture.data_path(file), content);
}
