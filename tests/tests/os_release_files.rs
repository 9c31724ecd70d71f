//! Which os-release is read, and what is said of one that cannot be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::fixture::{Damage, Fixture};
use serde_json::{json, Value};
use std::fs;
use world::{collector, detect, run, World};

const ETC: &str = "etc/os-release";
const USR: &str = "usr/lib/os-release";
/// The most that is read.
const LIMIT: usize = 16 * 1024;

/// What `etc/os-release` says, made longer by a remark.
fn of_size(size: usize) -> Vec<u8> {
    let mut file = b"ID=haos\nVARIANT_ID=green\nVERSION_ID=17.1\n# ".to_vec();
    file.resize(size, b'x');
    file
}

/// Spoils `etc/os-release`, and what is then wrong with it.
type Case = (fn(&Fixture) -> &Fixture, &'static str);

const UNREAD: [Case; 4] = [
    (|fixture| fixture.remove(ETC).write(ETC, of_size(LIMIT + 1)), "larger than 16384 bytes"),
    (|fixture| fixture.remove(ETC).damage(ETC, Damage::Directory), "not a regular file"),
    (|fixture| fixture.remove(ETC).damage(ETC, Damage::Fifo), "not a regular file"),
    (|fixture| fixture.link(ETC, "../etc/os-release"), "Too many levels of symbolic links"),
];

/// As in systemd: another file is only looked for where there is none.
#[test]
fn one_that_cannot_be_read_is_not_absent_and_not_replaced() {
    for (spoil, cause) in UNREAD {
        let world = World::of("odroid-n2");
        let root = world.fixture.root();
        assert!(fs::read_to_string(root.join(USR)).unwrap().contains("ID=haos"), "the other one is in order");
        spoil(&world.fixture);
        let file = format!("{}: {cause}", root.join(ETC).display());

        let (found, log) = detect(root);
        assert_eq!((&found["installation_type"], &found["os_version"]), (&json!("Unknown"), &Value::Null), "{cause}");
        for fact in ["installation_type", "os_version"] {
            let evidence = found["evidence"][fact].as_str().unwrap();
            assert!(evidence.contains(&file) && !evidence.contains("there is no"), "{fact}: {evidence}");
        }
        // The device tree is another source, and is named.
        assert_eq!(found["board"], json!("odroid-n2"), "{cause}");
        assert!(found["evidence"]["board"].as_str().unwrap().contains("devicetree"), "{found}");
        assert!(log.contains(&file) && log.contains("the system is not known"), "{log}");
        assert!(log.lines().count() == 1 && !log.contains("absent"), "{log}");

        let plain = run(&collector(root).arg("detect"));
        let line = |of: &str| plain.text().lines().find(|line| line.starts_with(of)).unwrap().to_owned();
        assert!(line("installation_type: Unknown").contains(&file), "{}", plain.text());
        assert!(line("os_version: unknown").contains(&file), "{}", plain.text());

        let shown = run(&world.collector("show").arg("--explain"));
        assert_eq!(shown.code, Some(0), "{}", shown.stderr);
        for field in ["installation_type: Unknown (", "operating_system: left out ("] {
            let line = shown.stderr.lines().find(|line| line.starts_with(field)).unwrap_or_default();
            assert!(line.contains(&file), "{field}: {}", shown.stderr);
        }
        let payload: Value = serde_json::from_slice(shown.payload()).unwrap();
        assert_eq!(payload.get("operating_system"), None, "{payload}");
    }
}

#[test]
fn the_first_that_there_is_counts() {
    // how etc/os-release is changed, board, version, and what the evidence names
    type Case = (fn(&Fixture) -> &Fixture, Value, Value, &'static str);
    let n2 = || json!("odroid-n2");
    let cases: [Case; 5] = [
        (|fixture| fixture, n2(), json!("17.1"), "/etc/os-release "),
        (|fixture| fixture.remove(ETC), n2(), json!("17.1"), "/usr/lib/os-release "),
        (|fixture| fixture.link(ETC, "nowhere"), n2(), json!("17.1"), "/usr/lib/os-release "),
        (|fixture| fixture.remove(ETC).write(ETC, of_size(LIMIT)), json!("green"), json!("17.1"), "/etc/os-release "),
        (|fixture| fixture.remove(ETC).write(ETC, "# nothing\n"), n2(), Value::Null, "/etc/os-release"),
    ];
    for (change, board, version, evidence) in cases {
        let fixture = Fixture::copy("odroid-n2");
        change(&fixture);
        let (found, _) = detect(fixture.root());
        assert_eq!((&found["board"], &found["os_version"]), (&board, &version), "{found}");
        assert!(found["evidence"]["os_version"].as_str().unwrap().contains(evidence), "{found}");
    }
    let fixture = Fixture::copy("odroid-n2");
    let (found, log) = detect(fixture.remove(ETC).remove(USR).root());
    assert_eq!(found["evidence"]["installation_type"], json!("there is no os-release"));
    assert_eq!(log, "");
}

/// With the line ends of another system it is read as systemd reads it.
#[test]
fn every_line_end_gives_the_same_facts() {
    for name in ["odroid-n2", "ova", "hassos-1.13-rpi3", "debian-supervised"] {
        let fixture = Fixture::copy(name);
        let text = fs::read_to_string(fixture.path(USR)).unwrap();
        let (expected, log) = detect(fixture.root());
        assert_eq!(log, "");
        for ends in ["\r\n", "\r"] {
            let (found, log) = detect(fixture.write(USR, text.replace('\n', ends)).root());
            assert_eq!((&found, log.as_str()), (&expected, ""), "{name} {ends:?}");
        }
    }
}
