//! Names that only the owner knows, in every place where one can be written: none leaves the
//! device, and none is told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/crashes.rs"]
mod crashes;
#[path = "common/payload.rs"]
mod payload;
#[path = "common/trace.rs"]
mod trace;
#[path = "common/world.rs"]
mod world;

use crashes::Crashes;
use haos_analytics_tests::collector::Run;
use haos_analytics_tests::fixture::Fixture;
use payload::{write, ENTRIES, REGISTRY, YAML};
use serde_json::{json, Value};
use std::fs;
use trace::traced_with;

/// In every planted name, whatever the case.
const OWN: &str = "zzowner";

/// Adds what an owner can write to an installation that is in order.
fn plant(fixture: &Fixture) {
    let yaml = fs::read_to_string(fixture.path(fixture.data_path(YAML))).unwrap();
    let own = "\
wlan_zzowner_hunter2:
zzowner: zzowner_value
zzowner zzowner label:
  - platform: zzowner_platform
binary_sensor zzowner:
  - platform: template
    name: zzowner
switch:
  - platform: zzowner_switch
    password: zzowner
tts:
  platform: !env_var ZZOWNER_VARIABLE zzowner_default
script zzowner: !include zzowner_folder/zzowner_file.yaml
group: !include_dir_merge_named zzowner_folder
zone: !include_dir_list zzowner_folder
alert: !secret zzowner_secret
";
    write(fixture, YAML, yaml + own);
    write(fixture, "homeassistant/zzowner_folder/zzowner_file.yaml", "zzowner_key:\n  zzowner: [zzowner]\n");
    write(
        fixture,
        "homeassistant/packages/zzowner_package.yaml",
        "zzowner_inner:\nlight zzowner:\n  - platform: zzowner\n",
    );
    write(fixture, "homeassistant/packages/ZZOwner bad name.yaml", "zzowner_inner:\n");
    change(fixture, ENTRIES, |data| {
        let entries = data["entries"].as_array_mut().unwrap();
        for domain in ["zzowner@example.com", "zzowner_domain", "ZZowner", "zz\u{9b}zzowner"] {
            let entry = json!({"entry_id": "zzowner_id", "domain": domain, "title": "zzowner", "unique_id": "zzowner",
                "source": "user", "disabled_by": null, "data": {"password": "zzowner"}});
            entries.push(entry);
        }
    });
    change(fixture, REGISTRY, |data| {
        let entities = data["entities"].as_array_mut().unwrap();
        for platform in ["zzowner@example.com", "zzowner_platform", "zzowner\n"] {
            entities.push(json!({"entity_id": format!("light.zzowner_{}", entities.len()), "platform": platform,
                "config_entry_id": "zzowner_id", "disabled_by": null, "name": "zzowner", "unique_id": "zzowner"}));
        }
    });
    change(fixture, "homeassistant/.storage/homeassistant.exposed_entities", |data| {
        data["exposed_entities"]["sensor.zzowner"] = json!({"assistants": {"zzowner": {}}});
    });
    change(fixture, "homeassistant/.storage/auth", |data| {
        let user = json!({"id": "zzowner", "name": "zzowner", "system_generated": false, "group_ids": ["zzowner"]});
        data["users"].as_array_mut().unwrap().push(user);
    });
    for (folder, manifest) in [
        ("zzowner_folder", json!({"domain": "zzowner_custom", "version": "wifi-zzowner-123"})),
        ("zzowner_other", json!({"domain": "zzowner@example.com", "version": "1.0"})),
        ("zzowner_unused", json!({"domain": "zzowner_unused", "version": "1.0", "name": "zzowner"})),
    ] {
        write(fixture, &format!("homeassistant/custom_components/{folder}/manifest.json"), manifest.to_string());
    }
    write(fixture, "homeassistant/custom_components/zzowner_broken/manifest.json", "{zzowner");
    fixture.link(fixture.data_path("homeassistant/custom_components/zzowner_link"), "/config/zzowner_gone");
    let apps = fixture.path(fixture.data_path("addons.json"));
    let mut apps: Value = serde_json::from_slice(&fs::read(apps).unwrap()).unwrap();
    apps["user"]["my zzowner add-on"] = json!({"version": "zzowner 1", "options": {"password": "zzowner"}});
    apps["system"]["my zzowner add-on"] = json!({"name": "zzowner"});
    write(fixture, "addons.json", apps.to_string());
}

/// Changes `data` of a file of `.storage`.
fn change(fixture: &Fixture, file: &str, change: impl FnOnce(&mut Value)) {
    let mut stored: Value = serde_json::from_slice(&fs::read(fixture.path(fixture.data_path(file))).unwrap()).unwrap();
    change(&mut stored["data"]);
    write(fixture, file, stored.to_string());
}

fn nowhere(said: &[u8], case: &str) {
    let said = String::from_utf8_lossy(said).to_lowercase();
    assert!(!said.contains(OWN), "{case}: {said}");
}

fn silent(run: &Run, case: &str) {
    nowhere(run.text().as_bytes(), case);
    nowhere(run.stderr.as_bytes(), case);
}

#[test]
fn names_of_the_owner_come_out_nowhere() {
    let crashes = Crashes::new();
    let world = &crashes.world;
    plant(&world.fixture);
    let sent = crashes.run("send");
    assert_eq!(sent.code, Some(0), "{}", sent.stderr);
    silent(&sent, "send");
    nowhere(&world.receiver.bodies()[0], "what is posted");
    let explained = world::run(&crashes.collector("show").arg("--explain"));
    assert_eq!(explained.code, Some(0), "{}", explained.stderr);
    silent(&explained, "show --explain");

    // All of it was read: the names are told as a number, and the list of add-ons as one that is
    // not there.
    let lines: Vec<&str> = sent.stderr.lines().collect();
    assert!(lines.iter().any(|line| line.contains("stand for no integration")), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("addons.json")) && lines.len() == 2, "{lines:?}");
    let payload: Value = serde_json::from_slice(&world.receiver.bodies()[0]).unwrap();
    assert_eq!(payload["user_count"], 4);
    assert!(payload["integrations"].as_array().unwrap().len() > 40, "{payload}");
}

#[test]
fn nor_in_a_report_of_a_fault() {
    let crashes = Crashes::new();
    plant(&crashes.world.fixture);
    let faulty = crashes.collector("send").args(["--endpoint", "http://localhost:9/v1"]);
    // The look-up of the name starts a thread, and where the system allows none the library panics.
    let Some((collector, _file)) = traced_with(&faulty, &["-e", "inject=clone3,clone:error=EAGAIN"]) else { return };
    let run = collector.run();
    assert_eq!(run.code, Some(70), "{}", run.stderr);
    silent(&run, "a fault");
    let names = crashes.names();
    assert!(!names.is_empty(), "a report waits");
    for name in names {
        nowhere(name.as_bytes(), "the name of a report");
        nowhere(&crashes.read(&name), &name);
    }
}
