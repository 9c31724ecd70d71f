//! `show` prints exactly what `send` would post, and says where it comes from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::collector::Run;
use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::supervisor::Options;
use serde_json::Value;
use std::collections::BTreeSet;
use world::{fixtures, reports, run, World};

fn machine(name: &str) -> World {
    let fixture = Fixture::copy(name);
    let fixture = if name == "debian-supervised" { fixture.with_data("var/lib/homeassistant") } else { fixture };
    let options = if reports(name) { Options::default().of(&fixture) } else { Options::default() };
    World::with(fixture, options)
}

/// The leaves of a JSON value: `supervisor.healthy` and its value as it is read.
fn leaves(path: &str, value: &Value) -> Vec<(String, String)> {
    let within = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(object) => object.iter().flat_map(|(key, value)| leaves(&within(key), value)).collect(),
        Value::String(text) => vec![(path.to_owned(), text.clone())],
        other => vec![(path.to_owned(), other.to_string())],
    }
}

#[test]
fn it_prints_what_send_posts_and_sends_nothing() {
    for name in fixtures().iter().filter(|name| reports(name)) {
        let world = machine(name);
        let shown = world.run("show");
        assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""), "{name}");
        assert_eq!(world.connections(), (0, 1), "{name}");
        let sent = world.run("send");
        assert_eq!((sent.code, &sent.stdout), (Some(0), &shown.stdout), "{name}");
        assert_eq!(world.receiver.bodies(), [shown.payload()], "{name}");
    }
}

#[test]
fn without_the_supervisor_it_prints_what_send_posts_too() {
    let world = World::with(Fixture::copy("odroid-n2"), Options::in_state("setup"));
    let (shown, sent) = (world.run("show"), world.run("send"));
    assert_eq!((&shown.stdout, &shown.stderr), (&sent.stdout, &sent.stderr));
    assert_eq!(world.receiver.bodies(), [shown.payload()]);
}

/// What *basic* alone brings.
const BASIC: [&str; 5] = ["uuid", "version", "installation_type", "supervisor", "operating_system"];

/// Every leaf field of the payload has one line: value, source, consent.
fn explained(world: &World, case: &str) -> String {
    let plain = world.run("show");
    let run = run(&world.collector("show").arg("--explain"));
    assert_eq!((run.code, &run.stdout), (Some(0), &plain.stdout), "{case}: stdout is the same");
    let mut payload: Value = serde_json::from_slice(run.payload()).unwrap();
    let root = world.fixture.root().to_str().unwrap();
    let beyond_basic = payload.as_object_mut().unwrap();
    let beyond_basic: Vec<_> = beyond_basic.keys().filter(|key| !BASIC.contains(&key.as_str())).cloned().collect();
    for key in beyond_basic {
        payload.as_object_mut().unwrap().remove(&key);
        let of_key = |line: &&str| line.starts_with(&format!("{key}: ")) || line.starts_with(&format!("{key}."));
        let lines: Vec<_> = run.stderr.lines().filter(of_key).collect();
        let level = if key.ends_with("_count") { "statistics" } else { "usage" };
        assert!(!lines.is_empty() && lines.iter().all(|line| line.contains(level)), "{case}: {key}: {lines:?}");
    }
    for (field, value) in leaves("", &payload) {
        let lines: Vec<_> = run.stderr.lines().filter(|line| line.starts_with(&format!("{field}: "))).collect();
        let [line] = lines.as_slice() else { panic!("{case}: {field}: {lines:?}") };
        assert!(line.starts_with(&format!("{field}: {value} (")) && line.ends_with("; base)"), "{case}: {line}");
        assert!(line.contains(root) || line.contains("the Supervisor's API"), "{case}: {line}");
    }
    run.stderr
}

#[test]
fn it_explains_every_field() {
    for name in fixtures().iter().filter(|name| reports(name)) {
        let world = machine(name);
        let stderr = explained(&world, name);
        let root = world.fixture.root();
        for (field, file) in [
            ("uuid", world.fixture.analytics_path()),
            ("version", world.fixture.data_path("homeassistant/.HA_VERSION")),
        ] {
            let line = stderr.lines().find(|line| line.starts_with(&format!("{field}: "))).unwrap();
            assert!(line.contains(root.join(file).to_str().unwrap()), "{name}: {line}");
        }
        assert!(stderr.contains(&world.receiver.url()), "{name}: where it would go: {stderr}");
        assert_eq!(world.receiver.connections(), 0, "{name}");
    }
}

#[test]
fn it_explains_what_is_left_out_or_comes_from_elsewhere() {
    let refused = World::with(Fixture::copy("odroid-n2"), Options::in_state("setup"));
    let stderr = explained(&refused, "no state");
    assert!(stderr.lines().any(|line| line.starts_with("supervisor: left out")), "{stderr}");

    let mut options = Options::default();
    options.info.as_object_mut().unwrap().remove("arch");
    let fixture = Fixture::copy("odroid-n2");
    let world = World::with(Fixture::copy("odroid-n2"), options.of(&fixture));
    let stderr = explained(&world, "no arch");
    let line = stderr.lines().find(|line| line.starts_with("supervisor.arch: ")).unwrap();
    assert!(line.contains("os-release SUPERVISOR_ARCH"), "{line}");

    let world = machine("odroid-n2");
    world.fixture.write("usr/lib/os-release", "ID=haos\n");
    let stderr = explained(&world, "no version");
    assert!(stderr.contains("devicetree") && !stderr.contains("operating_system.version:"), "{stderr}");

    let world = machine("odroid-n2");
    world.fixture.write("usr/lib/os-release", "ID=haos\n").remove("sys").remove("proc/device-tree");
    let stderr = explained(&world, "no board");
    assert!(stderr.lines().any(|line| line.starts_with("operating_system: left out")), "{stderr}");

    let world = machine("debian-supervised");
    let stderr = explained(&world, "no system of ours");
    assert!(stderr.lines().any(|line| line.starts_with("operating_system: left out")), "{stderr}");
}

#[test]
fn who_has_not_opted_in_is_shown_nothing() {
    for name in fixtures() {
        let world = machine(&name);
        if reports(&name) {
            world.fixture.preferences(false, true, true, true);
        }
        for explain in [None, Some("--explain")] {
            let run = run(&world.collector("show").args(explain));
            assert_eq!((run.code, run.text()), (Some(77), ""), "{name}");
            let says_why =
                ["not opted in: ", "no Home Assistant on this machine: "].iter().any(|why| run.stderr.contains(why));
            assert!(says_why && run.stderr.lines().count() == 1, "{name}: {}", run.stderr);
        }
        assert_eq!(world.connections(), (0, 0), "{name}");
    }
}

/// Before anybody has agreed: what each level would send, headed by what it is, without a word to
/// the Supervisor.
#[test]
fn what_would_be_sent() {
    let keys = |run: &Run| -> BTreeSet<String> {
        let payload: Value = serde_json::from_slice(run.payload()).unwrap();
        payload.as_object().unwrap().keys().cloned().collect()
    };
    for (level, usage, statistics, words) in [
        ("basic", false, false, "basic"),
        ("usage", true, false, "basic and usage"),
        ("statistics", false, true, "basic and statistics"),
        ("all", true, true, "basic, usage and statistics"),
    ] {
        let world = machine("odroid-n2");
        world.fixture.preferences(true, usage, statistics, false);
        let mut agreed = keys(&world.run("show"));
        let asked = world.connections();
        let shown = run(&world.collector("show").args(["--as", level]));
        assert_eq!((shown.code, keys(&shown)), (Some(0), agreed.clone()), "{level}");
        let head = format!("NOT SENT: this is what {words} analytics would send.\n");
        assert_eq!(shown.stderr, head, "{level}");
        world.fixture.preferences(false, false, false, false);
        let shown = run(&world.collector("show").args(["--as", level]));
        agreed.remove("supervisor");
        assert_eq!((shown.code, keys(&shown)), (Some(0), agreed), "{level}");
        assert!(shown.stderr.starts_with(&head) && shown.stderr.lines().count() == 2, "{level}: {}", shown.stderr);
        assert_eq!(world.connections(), (asked.0, asked.1 + 1), "{level}");
        // `send` goes by what was agreed to alone.
        let sent = run(&world.collector("send").env("HAOS_ANALYTICS_AS", level));
        assert_eq!((sent.code, sent.text()), (Some(77), ""), "{level}: {}", sent.stderr);
    }
}

#[test]
fn what_would_be_sent_where_nobody_was_asked() {
    let world = machine("odroid-n2");
    for content in [Some("{"), None] {
        match content {
            Some(content) => world.fixture.write(world.fixture.analytics_path(), content),
            None => world.fixture.remove(world.fixture.analytics_path()),
        };
        let shown = run(&world.collector("show").args(["--as", "all"]));
        let payload: Value = serde_json::from_slice(shown.payload()).unwrap();
        assert_eq!((shown.code, &payload["uuid"]), (Some(0), &Value::from("0".repeat(32))), "{content:?}");
        assert!(shown.stderr.contains("chooses the installation id later"), "{}", shown.stderr);
    }
    world.fixture.remove("mnt/data/supervisor/homeassistant");
    let shown = run(&world.collector("show").args(["--as", "all"]));
    assert_eq!((shown.code, shown.text()), (Some(77), ""), "{}", shown.stderr);
    assert_eq!(world.connections(), (0, 0));
}
