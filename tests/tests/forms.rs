//! A value of another form, in every place where somebody can write one: it is neither sent nor
//! told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::collector::Run;
use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::supervisor::Options;
use serde_json::{json, Value};
use std::fs;
use world::{run, World};

/// What is planted holds one of these, and nothing that is read besides does.
const PLANTED: [&str; 4] = ["hunter2", "wifi-password", "my board", "\u{9b}"];
const OS_RELEASE: &str = "usr/lib/os-release";
const ADDON: &str = "a0d7b954_nodered";
const LABEL: &str = "it must be 1 to 64 of A-Z, a-z, 0-9, ., _, + and -; treated as absent";
const SLUG: &str = "the name of an add-on: it must be 1 to 128 of A-Z, a-z, 0-9, -, _ and .";

/// Runs every command that reads all of it, and gives what `send` did.
fn told_nowhere(world: &World, case: &str) -> Run {
    let all =
        [["detect"].as_slice(), &["detect", "--json"], &["show"], &["show", "--explain"], &["send"]].map(|words| {
            let run = run(&world.collector(words[0]).args(&words[1..]));
            for planted in PLANTED {
                assert!(!run.text().contains(planted), "{case}: {words:?}: {}", run.text());
                assert!(!run.stderr.contains(planted), "{case}: {words:?}: {}", run.stderr);
            }
            run
        });
    for request in world.receiver.requests() {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        assert!(PLANTED.iter().all(|planted| !body.contains(planted)), "{case}: {body}");
    }
    let [.., sent] = all;
    sent
}

/// The payload that was sent, and the one line of the log.
fn sent(world: &World, case: &str) -> (Value, String) {
    let run = told_nowhere(world, case);
    assert_eq!((run.code, world.receiver.stored().len()), (Some(0), 1), "{case}: {}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{case}: {}", run.stderr);
    (serde_json::from_slice(run.payload()).unwrap(), run.stderr)
}

/// Replaces in a file what must be there.
fn replace(fixture: &Fixture, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(fixture.path(file)).unwrap();
    assert!(text.contains(from), "{file}: {from}");
    fixture.write(file, text.replace(from, to));
}

#[test]
fn without_an_id_or_a_version_nothing_is_sent() {
    let id = "0123456789abcdef0123456789hunter2";
    for uuid in [id, "hunter2", "0123456789abcdef0123456789abcd\u{9b}", "fa25ba87885d483b9f37b62defde517\u{9b}"] {
        let world = World::of("odroid-n2");
        world.fixture.uuid(Some(uuid));
        let run = told_nowhere(&world, uuid);
        assert_eq!((run.code, world.receiver.connections()), (Some(65), 0), "{}", run.stderr);
        assert!(run.stderr.contains("core.analytics: uuid: it must be 32 of a-z and 0-9"), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    }
    for version in ["wifi-password-123", "hunter2", "2026.2.3-hunter2", "2026.2.3\u{9b}", "2026.2.3\nhunter2\n"] {
        let world = World::of("odroid-n2");
        world.fixture.write(world.fixture.data_path("homeassistant/.HA_VERSION"), version);
        let run = told_nowhere(&world, version);
        assert_eq!((run.code, world.receiver.connections()), (Some(65), 0), "{}", run.stderr);
        assert!(run.stderr.contains(".HA_VERSION: it must be a version of Home Assistant"), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    }
}

#[test]
fn facts_of_the_machine() {
    for bad in ["'my board'", "'hunter2 '", "hunter2/", "\u{9b}", "hunter2é", "hunter２"] {
        for (key, good, pointer, expected) in [
            // Another source tells the board.
            ("VARIANT_ID", "VARIANT_ID=odroid-n2", "/operating_system/board", json!("odroid-n2")),
            ("VERSION_ID", "VERSION_ID=17.1", "/operating_system/version", json!("17.1")),
            ("SUPERVISOR_MACHINE", "SUPERVISOR_MACHINE=odroid-n2", "/operating_system/board", json!("odroid-n2")),
            ("SUPERVISOR_ARCH", "SUPERVISOR_ARCH=aarch64", "/supervisor/arch", json!("aarch64")),
        ] {
            let world = World::of("odroid-n2");
            replace(&world.fixture, OS_RELEASE, good, &format!("{key}={bad}"));
            let (payload, log) = sent(&world, key);
            assert_eq!(payload.pointer(pointer), Some(&expected), "{key}={bad}");
            assert!(log.contains(key) && log.contains(LABEL), "{key}={bad}: {log}");
        }
    }
    for (part, remains) in [(":17.1:", "/operating_system/version"), (":odroid-n2:", "/operating_system/board")] {
        let world = World::of("odroid-n2");
        replace(&world.fixture, OS_RELEASE, part, ":hunter2 hunter2:");
        replace(&world.fixture, OS_RELEASE, "CPE_NAME=", "CPE_NAME='");
        replace(&world.fixture, OS_RELEASE, ":*\n", ":*'\n");
        let (payload, log) = sent(&world, part);
        assert!(payload.pointer(remains).is_some() && log.contains("CPE_NAME") && log.contains(LABEL), "{log}");
    }
}

#[test]
fn a_board_that_nothing_else_tells() {
    let world = World::of("odroid-n2");
    replace(&world.fixture, OS_RELEASE, "CPE_NAME=", "#");
    replace(&world.fixture, OS_RELEASE, "VARIANT_ID=odroid-n2", "VARIANT_ID='my board'");
    world.fixture.remove("sys/firmware/devicetree");
    let (payload, log) = sent(&world, "my board");
    assert!(payload.get("operating_system").is_none() && log.contains(LABEL), "{payload} {log}");
}

/// Neither the system's own name nor the kernel's word for the processor.
#[test]
fn names_that_are_never_sent() {
    let world = World::of("odroid-n2");
    replace(&world.fixture, OS_RELEASE, "ID=haos", "ID='hunter2 haos'");
    let run = told_nowhere(&world, "ID");
    assert!(run.code == Some(0) && run.text().contains("\"installation_type\":\"Unknown\""), "{}", run.stderr);
    let world = World::of("odroid-n2");
    replace(&world.fixture, OS_RELEASE, "SUPERVISOR_ARCH=aarch64", "");
    world.fixture.write("proc/sys/kernel/arch", "hunter2 64\n");
    let (payload, log) = sent(&world, "arch");
    assert_eq!(payload["supervisor"]["arch"], "aarch64", "the Supervisor's");
    assert!(log.contains("proc/sys/kernel/arch") && log.contains(LABEL), "{log}");
}

/// What the Supervisor answers: all of it, or one line.
#[test]
fn the_supervisors_answer() {
    let with = |change: &dyn Fn(&mut Value)| {
        let fixture = Fixture::copy("odroid-n2");
        let mut options = Options::default().of(&fixture);
        change(&mut options.info);
        World::with(fixture, options)
    };
    let addon = |info: &mut Value, key: &str, value: &str| {
        let addons = info["addons"].as_array_mut().unwrap();
        addons.iter_mut().find(|addon| addon["slug"] == ADDON).unwrap()[key] = json!(value);
    };
    let versions = |payload: &Value| -> Vec<Value> {
        payload["addons"].as_array().unwrap().iter().map(|addon| addon["version"].clone()).collect()
    };

    let world = with(&|info| info["arch"] = json!("hunter2\u{9b}"));
    let (payload, log) = sent(&world, "arch");
    assert_eq!(payload["supervisor"]["arch"], "aarch64", "the detected one");
    assert!(log.contains("the Supervisor's API") && log.contains(LABEL), "{log}");

    let world = with(&|info| addon(info, "version", "hunter2 1"));
    let (payload, log) = sent(&world, "version");
    assert_eq!(versions(&payload), [Value::Null, json!("6.5.2"), json!("0.1.0-dev+3")]);
    assert!(log.contains("the versions of 1 add-ons are left out: it must be 1 to 64 of"), "{log}");

    let world = with(&|info| addon(info, "slug", "hunter2 addon"));
    let (payload, log) = sent(&world, "slug");
    assert_eq!(payload["addons"].as_array().unwrap().len(), 3, "its file counts");
    assert!(log.contains("list of add-ons") && log.contains(SLUG), "{log}");
}

/// The Supervisor's file: a list with a name of another form would be too short, so there is none.
#[test]
fn the_supervisors_file() {
    let world = || {
        let fixture = Fixture::copy("odroid-n2");
        let mut options = Options::default().of(&fixture);
        options.info.as_object_mut().unwrap().remove("addons");
        World::with(fixture, options)
    };
    let told =
        |run: &Run| run.stderr.lines().filter(|line| !line.contains("its file counts")).collect::<Vec<_>>().join("\n");
    let file = |world: &World| world.fixture.data_path("addons.json").to_str().unwrap().to_owned();

    let world_of_slug = world();
    replace(&world_of_slug.fixture, &file(&world_of_slug), ADDON, "hunter2 addon");
    let run = told_nowhere(&world_of_slug, "slug");
    let payload: Value = serde_json::from_slice(run.payload()).unwrap();
    assert!(payload.get("addons").is_none() && payload.get("addon_count").is_none(), "{payload}");
    assert!(payload.get("user_count").is_some() && told(&run).contains("addons.json"), "{}", run.stderr);
    assert!(told(&run).contains(SLUG) && told(&run).lines().count() == 1, "{}", run.stderr);

    let world_of_version = world();
    replace(&world_of_version.fixture, &file(&world_of_version), "6.5.2", "hunter2\\u009b");
    let run = told_nowhere(&world_of_version, "version");
    let payload: Value = serde_json::from_slice(run.payload()).unwrap();
    assert_eq!(payload["addons"][1], json!({"slug": "core_mosquitto", "protected": true, "auto_update": true}));
    assert!(told(&run).contains("the versions of 1 add-ons are left out"), "{}", run.stderr);
}

/// Home Assistant does not load a custom integration without a version, and does not report it.
#[test]
fn the_version_of_a_custom_integration() {
    for version in ["wifi-password-123", "hunter2", "1.2.3 hunter2", "1.2.3/hunter2"] {
        let world = World::of("odroid-n2");
        let file = world.fixture.data_path("homeassistant/custom_components/acme_hub/manifest.json");
        replace(&world.fixture, file.to_str().unwrap(), "v3.0.1-rc.2", version);
        let (payload, log) = sent(&world, version);
        let custom = payload["custom_integrations"].as_array().unwrap();
        assert!(custom.iter().all(|custom| custom["domain"] != "acme_hub") && custom.len() == 4, "{payload}");
        let integrations = payload["integrations"].as_array().unwrap();
        assert!(!integrations.contains(&json!("acme_hub")), "nor does it pass for one of Home Assistant's");
        assert!(log.contains(" 1 stand for no integration that Home Assistant could have loaded"), "{log}");
    }
}
