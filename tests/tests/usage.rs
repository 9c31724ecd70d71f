//! Usage and statistics: what the files tell, how near that is to what Home Assistant itself sends, and whose word counts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/payload.rs"]
mod payload;
#[path = "common/world.rs"]
mod world;

use haos_analytics_home_assistant::integrations::built_in::{self, BuiltIn, Kind};
use haos_analytics_tests::fixture::Fixture;
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
    // Built-in ones that have code, and can so be loaded; of `random` the fixture has a custom one.
    let has_code = |known: &BuiltIn| !known.is_disabled() && known.kind() != Kind::Virtual;
    let loadable = built_in::all().filter(|known| has_code(known) && known.domain() != "random");
    let domains: Vec<_> = loadable.map(|known| known.domain()).take(count).collect();
    assert_eq!(domains.len(), count);
    let entity =
        |domain: &&str| json!({"entity_id": format!("sensor.{domain}"), "platform": domain, "disabled_by": null});
    let entities: Vec<_> = domains.iter().map(entity).collect();
    let entry = |domain: &&str| json!({"entry_id": domain, "domain": domain, "source": "user", "disabled_by": null});
    let entries: Vec<_> = domains.iter().map(entry).collect();
    let stored =
        |key: &str, data: &Value| json!({"version": 1, "minor_version": 1, "key": key, "data": data}).to_string();
    write(
        &world.fixture,
        REGISTRY,
        stored("core.entity_registry", &json!({"entities": entities, "deleted_entities": []})),
    );
    write(&world.fixture, ENTRIES, stored("core.config_entries", &json!({"entries": entries})));
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
    // core_new is installed, though the file does not say how it is set: the list would be too
    // short.
    assert!(!found.contains_key("addons") && found["addon_count"] == 3, "{found:?}");
    assert!(stderr.contains("left out: addons") && stderr.lines().count() == 1, "{stderr}");

    options = Options::default().of(&world.fixture);
    options.info["addons"] = json!([
        {"slug": "core_mosquitto", "name": "CANARY", "version": "7.0.0", "state": "started"},
        {"slug": "local_wind_logger", "name": "CANARY", "version": null, "state": "started"},
    ]);
    let world = World::with(Fixture::copy("odroid-n2"), options);
    let (found, stderr) = shown(&world, "the Supervisor");
    let versions: Vec<_> =
        found["addons"].as_array().unwrap().iter().map(|addon| (&addon["slug"], addon.get("version"))).collect();
    let (mosquitto, logger) = (json!("core_mosquitto"), json!("local_wind_logger"));
    assert_eq!(versions, [(&mosquitto, Some(&json!("7.0.0"))), (&logger, None)]);
    assert_eq!((&found["addon_count"], stderr.as_str()), (&json!(2), ""));

    // Without it the file is all there is.
    let world = World::with(Fixture::copy("odroid-n2"), Options::in_state("setup"));
    let (found, stderr) = shown(&world, "no Supervisor");
    let mut expected = report("odroid-n2");
    expected.remove("supervisor");
    assert_eq!(found, expected);
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}
