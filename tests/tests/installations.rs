//! Seven real installations: what Home Assistant itself sent, and where the program says something
//! else, and why.
//!
//! `golden/<name>.core.json` is what Home Assistant 2026.2.3 sent from these very files, its lists
//! sorted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/payload.rs"]
mod payload;
#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::fixture::{golden, Fixture};
use haos_analytics_tests::supervisor::{info, Options};
use payload::{shown, write, YAML};
use serde_json::{json, Map, Value};
use std::fs;
use world::World;

/// Where the program differs from Home Assistant, and why.
struct Installation {
    name: &'static str,
    /// The architecture that its Supervisor tells.
    arch: &'static str,
    /// Integrations that are reported too many: only Home Assistant knows that they failed.
    failed: &'static [(&'static str, &'static str)],
    /// Custom integrations, likewise, with their versions.
    failed_customs: &'static [(&'static str, &'static str, &'static str)],
    /// `automation_count`, ours and Home Assistant's, and the reason.
    automations: Option<(u64, u64, &'static str)>,
    /// `state_count`, ours and Home Assistant's.
    states: Option<(u64, u64)>,
    /// How many names are told to be left out.
    left_out: u64,
}

const RAISES: &str = "it raises an error while it is set up";
const INVALID: &str = "its configuration is not valid";

const BROKEN_THING: &[(&str, &str, &str)] = &[("broken_thing", "2024.1.0b3", RAISES)];

const INSTALLATIONS: [Installation; 7] = [
    Installation {
        arch: "aarch64",
        failed_customs: BROKEN_THING,
        states: Some((153, 154)),
        left_out: 2,
        ..Installation::of("odroid-n2")
    },
    Installation {
        arch: "amd64",
        failed_customs: BROKEN_THING,
        states: Some((153, 154)),
        left_out: 2,
        ..Installation::of("ova")
    },
    Installation::of("ui-rich"),
    Installation {
        failed_customs: &[
            ("entry_import_fails", "1.1", "its code cannot be imported"),
            ("import_fails", "1.0.0", "its code cannot be imported"),
            ("setup_false", "1.0.0", "its setup says that it failed"),
        ],
        left_out: 10,
        ..Installation::of("hacs-heavy")
    },
    Installation { left_out: 1, ..Installation::of("git-links") },
    Installation { left_out: 11, ..Installation::of("orphans") },
    Installation {
        failed: &[
            ("automation", RAISES),
            ("counter", INVALID),
            ("influxdb", INVALID),
            ("input_boolean", INVALID),
            ("mqtt", INVALID),
            ("rest_command", INVALID),
            ("schedule", INVALID),
            ("time_date", INVALID),
            ("utility_meter", INVALID),
        ],
        automations: Some((4, 0, "none is loaded, because the integration failed")),
        left_out: 5,
        ..Installation::of("half-broken")
    },
];

impl Installation {
    /// One that says what Home Assistant said, on an ODROID-N2.
    const fn of(name: &'static str) -> Self {
        let (failed, failed_customs) = (&[], &[]);
        Installation { name, arch: "aarch64", failed, failed_customs, automations: None, states: None, left_out: 0 }
    }
}

/// What *basic* brings, which other tests look after.
const BASIC: [&str; 5] = ["uuid", "version", "installation_type", "supervisor", "operating_system"];

fn world(installation: &Installation) -> World {
    let fixture = match installation.name {
        name @ ("odroid-n2" | "ova") => {
            let fixture = Fixture::copy(name);
            // Names of a custom integration without a version and of one that was removed: left out
            // of the fixtures, so that a report from them needs no remark.
            let yaml = fs::read_to_string(fixture.path(fixture.data_path(YAML))).unwrap();
            write(&fixture, YAML, yaml + "legacy_nover:\nthis_integration_was_removed:\n");
            fixture
        }
        name => Fixture::installation(name),
    };
    let info = info(true, true, installation.arch);
    let supervisor = Options { info, ..Options::default() }.of(&fixture);
    World::with(fixture, supervisor)
}

#[test]
fn every_field_is_what_home_assistant_sent_but_for_what_is_named_here() {
    for installation in &INSTALLATIONS {
        let Installation { name, failed, failed_customs, automations, states, .. } = installation;
        let mut expected: Map<String, Value> = serde_json::from_slice(&golden(&format!("{name}.core"))).unwrap();
        for (domain, _) in *failed {
            insert(&mut expected["integrations"], json!(domain));
        }
        for (domain, version, _) in *failed_customs {
            insert(&mut expected["custom_integrations"], json!({"domain": domain, "version": version}));
        }
        expected["integration_count"] = json!(expected["integrations"].as_array().unwrap().len());
        if let Some((ours, theirs, _)) = automations {
            assert_eq!(expected.insert("automation_count".into(), json!(ours)), Some(json!(theirs)), "{name}");
        }
        if let Some((ours, theirs)) = states {
            assert!(ours.abs_diff(*theirs) * 100 <= theirs * 3, "{name}: {ours} for {theirs} states");
            assert_eq!(expected.insert("state_count".into(), json!(ours)), Some(json!(theirs)), "{name}");
        }
        let (mut found, stderr) = shown(&world(installation), name);
        found.retain(|key, _| !BASIC.contains(&key.as_str()));
        assert_eq!(Value::Object(found), Value::Object(expected), "{name}: {stderr}");
        assert_eq!(left_out(&stderr), installation.left_out, "{name}: {stderr}");
    }
}

/// How many names are told to be left out. There is no other remark.
fn left_out(stderr: &str) -> u64 {
    let Some(line) = stderr.lines().next() else { return 0 };
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    let (_, rest) = line.split_once("config entries ").unwrap_or_else(|| panic!("{line}"));
    rest.split_once(' ').unwrap().0.parse().unwrap()
}

/// Puts an item where it belongs in a sorted list.
fn insert(list: &mut Value, item: Value) {
    let name = |item: &Value| item.get("domain").unwrap_or(item).as_str().unwrap().to_owned();
    let list = list.as_array_mut().unwrap();
    let place = list.partition_point(|other| name(other) < name(&item));
    list.insert(place, item);
}
