//! Usage and statistics: what the files tell, how near that is to what Home Assistant itself sends, and whose word counts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/payload.rs"]
mod payload;
#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::fixture::{golden, Fixture};
use haos_analytics_tests::supervisor::{info, Options};
use payload::{report, shown, write, ENTRIES, REGISTRY, YAML};
use serde_json::{json, Map, Value};
use world::World;

/// The machines that have it all.
const MACHINES: [&str; 2] = ["odroid-n2", "ova"];

/// With a Supervisor of the same architecture.
fn machine(name: &str) -> World {
    let fixture = Fixture::copy(name);
    let info = info(true, true, report(name)["supervisor"]["arch"].as_str().unwrap());
    let supervisor = Options { info, ..Options::default() }.of(&fixture);
    World::with(fixture, supervisor)
}

/// What *basic* brings, which other tests look after.
const BASIC: [&str; 5] = ["uuid", "version", "installation_type", "supervisor", "operating_system"];

/// `golden/<name>.core.json` is what Home Assistant 2026.2.3 sent from this very configuration, its lists sorted.
///
/// Where the program says something else there is a reason, and no other difference is allowed.
#[test]
fn as_near_to_home_assistant_as_the_files_allow() {
    for name in MACHINES {
        let mut expected: Map<String, Value> = serde_json::from_slice(&golden(&format!("{name}.core"))).unwrap();

        // Named in the YAML, but no part of Home Assistant any more, and so not loaded. No file lists what is part of it.
        insert(&mut expected["integrations"], json!("this_integration_was_removed"));
        assert_eq!(expected["integration_count"], 43, "{name}");
        expected["integration_count"] = json!(44);

        // Its setup fails: only Home Assistant knows.
        insert(&mut expected["custom_integrations"], json!({"domain": "broken_thing", "version": "2024.1.0b3"}));

        // 102 enabled entities of the registry and zone.home. The others have no unique id, so they are not registered.
        assert_eq!(expected["state_count"], 154, "{name}");
        expected["state_count"] = json!(103);

        let (mut found, stderr) = shown(&machine(name), name);
        assert_eq!(stderr, "", "{name}");
        found.retain(|key, _| !BASIC.contains(&key.as_str()));
        assert_eq!(Value::Object(found), Value::Object(expected), "{name}");
    }
}

/// Puts an item where it belongs in a sorted list.
fn insert(list: &mut Value, item: Value) {
    let name = |item: &Value| item.get("domain").unwrap_or(item).as_str().unwrap().to_owned();
    let list = list.as_array_mut().unwrap();
    let place = list.partition_point(|other| name(other) < name(&item));
    list.insert(place, item);
}

#[test]
fn only_what_was_opted_in_to() {
    let statistics = ["state_count", "automation_count", "integration_count", "addon_count", "user_count"];
    let usage = ["integrations", "custom_integrations", "addons", "energy", "certificate", "recorder"];
    for name in MACHINES {
        let world = machine(name);
        for (with_usage, with_statistics) in [(true, false), (false, true), (false, false)] {
            world.fixture.preferences(true, with_usage, with_statistics, true);
            let mut expected = report(name);
            expected.retain(|key, _| with_usage || !usage.contains(&key.as_str()));
            expected.retain(|key, _| with_statistics || !statistics.contains(&key.as_str()));
            let case = format!("{name}: usage {with_usage}, statistics {with_statistics}");
            assert_eq!(shown(&world, &case), (expected, String::new()), "{case}");
        }
    }
}

/// An entity registry with so many integrations, and nothing else anywhere.
fn with_integrations(count: usize) -> World {
    let world = World::of("odroid-n2");
    let entity = |number| json!({"entity_id": format!("sensor.a{number}"), "platform": format!("platform_{number:04}"), "disabled_by": null});
    let entities: Vec<_> = (0..count).map(entity).collect();
    let stored =
        |key: &str, data: &Value| json!({"version": 1, "minor_version": 1, "key": key, "data": data}).to_string();
    write(
        &world.fixture,
        REGISTRY,
        stored("core.entity_registry", &json!({"entities": entities, "deleted_entities": []})),
    );
    write(&world.fixture, ENTRIES, stored("core.config_entries", &json!({"entries": []})));
    write(&world.fixture, YAML, "{}\n");
    world
}

#[test]
fn more_integrations_than_the_receiver_takes() {
    let most = with_integrations(999);
    let run = most.run("send");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let sent: Value = serde_json::from_slice(&most.receiver.bodies()[0]).unwrap();
    assert_eq!(sent["integrations"].as_array().unwrap().len(), 999);

    let more = with_integrations(1000);
    for command in ["send", "show"] {
        let run = more.run(command);
        assert_eq!((run.code, run.text()), (Some(65), ""), "{command}: {}", run.stderr);
        assert!(run.stderr.contains("integrations") && run.stderr.lines().count() == 1, "{command}: {}", run.stderr);
    }
    assert_eq!(more.receiver.connections(), 0);
    // A number has no such limit.
    more.fixture.preferences(true, false, true, false);
    assert_eq!(shown(&more, "statistics").0["integration_count"], 1000);
}

fn apps(list: &[(&str, &str)]) -> Value {
    let user: Map<_, _> = list
        .iter()
        .map(|(slug, version)| {
            let options = json!({"password": "CANARY-ADDON-OPTION"});
            let access_token = "CANARY-ADDON-TOKEN";
            let app = json!({"options": options, "access_token": access_token, "version": version, "protected": true, "auto_update": true});
            ((*slug).to_owned(), app)
        })
        .collect();
    let system: Map<_, _> = list.iter().map(|(slug, _)| ((*slug).to_owned(), json!({"name": "CANARY"}))).collect();
    json!({"user": user, "system": system})
}

#[test]
fn the_newer_of_two_names_counts() {
    let fixture = Fixture::copy("odroid-n2");
    write(&fixture, "apps.json", apps(&[("core_ssh", "10.1"), ("a_b", "2")]).to_string());
    let supervisor = Options::default().of(&fixture);
    let world = World::with(fixture, supervisor);
    let (found, stderr) = shown(&world, "apps.json");
    let app = |slug, version| json!({"slug": slug, "protected": true, "version": version, "auto_update": true});
    assert_eq!(
        (&found["addons"], &found["addon_count"]),
        (&json!([app("a_b", "2"), app("core_ssh", "10.1")]), &json!(2))
    );
    assert_eq!(stderr, "");

    // Broken it counts as well: the other one may be years old.
    write(&world.fixture, "apps.json", "{");
    let (found, stderr) = shown(&world, "broken");
    assert!(!found.contains_key("addons") && found["addon_count"] == 2, "{found:?}");
    assert!(stderr.contains("apps.json") && stderr.lines().count() == 1, "{stderr}");
}

#[test]
fn the_supervisor_knows_better_than_its_file() {
    let fixture = Fixture::copy("odroid-n2");
    let mut options = Options::default().of(&fixture);
    options.info["addons"] = json!([
        {"slug": "core_mosquitto", "name": "CANARY", "version": "7.0.0", "state": "started"},
        {"slug": "local_wind_logger", "name": "CANARY", "version": null, "state": "started"},
        {"slug": "core_new", "name": "CANARY", "version": "1", "state": "started"},
    ]);
    let world = World::with(fixture, options);
    let (found, stderr) = shown(&world, "the Supervisor");
    let versions: Vec<_> =
        found["addons"].as_array().unwrap().iter().map(|addon| (&addon["slug"], addon.get("version"))).collect();
    let (mosquitto, logger) = (json!("core_mosquitto"), json!("local_wind_logger"));
    assert!(
        versions.len() == 2 && versions[0] == (&mosquitto, Some(&json!("7.0.0"))) && versions[1].0 == &logger,
        "{versions:?}"
    );
    assert!(versions[1].1.is_none_or(Value::is_null), "{versions:?}");
    assert_eq!(found["addon_count"], 3, "core_new is installed, though the file does not say how it is set");
    assert!(stderr.contains("add-ons") && stderr.lines().count() == 1, "{stderr}");

    // Without it the file is all there is.
    let world = World::with(Fixture::copy("odroid-n2"), Options::in_state("setup"));
    let (found, stderr) = shown(&world, "no Supervisor");
    let mut expected = report("odroid-n2");
    expected.remove("supervisor");
    assert_eq!(found, expected);
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}
