//! Home Assistant's files are opened below its own directories and nowhere else, wherever a link
//! leads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/trace.rs"]
mod trace;
#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::collector::Run;
use haos_analytics_tests::fixture::Damage;
use std::fs;
use trace::{traced_with, Trace};
use world::{run, World};

const OPEN: [&str; 4] = ["open", "openat", "openat2", "creat"];
const OLD_KERNEL: &str = "inject=openat2:error=ENOSYS";
const MAC: &str = "sys/class/net/eth0/address";
const VERSION: &str = ".HA_VERSION";
const ANALYTICS: &str = ".storage/core.analytics";
const OUTSIDE: &str = "it leads out of Home Assistant's directories";
const BROKEN: &str = "a symlink that leads to nothing";
const SECRET: &str = "it is secrets.yaml, which is never opened";
const NO_FILE: &str = "not a regular file";

/// With and without `openat2`; once and without a trace where there is no strace.
fn runs(world: &World) -> Vec<(Run, Option<Trace>)> {
    let mut runs = Vec::new();
    for arguments in [["-e", "trace=all"], ["-e", OLD_KERNEL]] {
        let Some((collector, file)) = traced_with(&world.collector("send"), &arguments) else {
            return vec![(run(&world.collector("send")), None)];
        };
        let run = run(&collector);
        let trace = file.read();
        assert_eq!(trace.mentions("(INJECTED)").is_some(), arguments[1] == OLD_KERNEL);
        runs.push((run, Some(trace)));
    }
    runs
}

/// A file below Home Assistant's configuration, as the fixture has it.
fn config(world: &World, file: &str) -> std::path::PathBuf {
    world.fixture.data_path("homeassistant").join(file)
}

/// The run ends with one line that names the file and the cause, and neither is anything of `never`
/// said nor a file of a name in it opened, but with `O_PATH`.
fn refused(world: &World, file: &str, cause: &str, never: &[&str], case: &str) {
    for (run, trace) in runs(world) {
        let code = if file == VERSION { 65 } else { 66 };
        assert_eq!((run.code, run.stdout.is_empty()), (Some(code), true), "{case}: {}", run.stderr);
        let named = format!("/{file}: {cause}\n");
        assert!(run.stderr.ends_with(&named) && run.stderr.lines().count() == 1, "{case}: {}", run.stderr);
        for word in never {
            assert!(!run.stderr.contains(word), "{case}: {word}: {}", run.stderr);
        }
        for call in trace.iter().flat_map(|trace| trace.of(&OPEN)).filter(|call| !call.contains("O_PATH")) {
            // Only what is relative: the root is named at the start.
            let path = call.split('"').nth(1).unwrap_or_default();
            if path == "usr/lib/haos-analytics/environment" {
                continue;
            }
            assert!(!never.iter().any(|word| path.contains(word)) && path != file, "{case}: {call}");
        }
    }
    assert_eq!(world.connections(), (0, 0), "{case}");
}

#[test]
fn a_version_from_outside_is_not_read() {
    // The second is as good as a version: what was read would be sent.
    for address in ["02:00:5e:c0:ff:ee\n", "2026.9.9"] {
        let world = World::of("odroid-n2");
        world.fixture.write(MAC, address).write("mnt/data/supervisor/address", address);
        let whole = world.fixture.path(MAC).display().to_string();
        for (target, cause) in [
            ("/sys/class/net/eth0/address", OUTSIDE),
            ("../../../../sys/class/net/eth0/address", OUTSIDE),
            (&whole, OUTSIDE),
            ("../address", OUTSIDE),
            ("/mnt/data/supervisor/address", OUTSIDE),
            ("/proc/self/environ", OUTSIDE),
            ("/", OUTSIDE),
            ("/share/address", BROKEN),
            (".HA_VERSION", BROKEN),
        ] {
            world.fixture.link(config(&world, VERSION), target);
            refused(&world, VERSION, cause, &["address", "environ", "02:00", "2026.9"], target);
        }
        // Links from one to the next, the last of which leads out.
        world.fixture.link(config(&world, "inner"), "/sys/class/net");
        world.fixture.link(config(&world, VERSION), "/config/inner/eth0/address");
        refused(&world, VERSION, OUTSIDE, &["address", "02:00", "2026.9"], "by a directory");
    }
}

#[test]
fn a_link_within_is_as_good_as_the_file() {
    let world = World::of("odroid-n2");
    world.fixture.preferences(true, false, false, false);
    let expected = run(&world.collector("show")).stdout;
    assert!(expected.starts_with(b"{\"uuid\":"));
    for file in [VERSION, ANALYTICS] {
        let content = fs::read(world.fixture.path(config(&world, file))).unwrap();
        world.fixture.write(config(&world, "git/kept"), &content);
        world.fixture.write(world.fixture.data_path("share/kept"), &content);
        for target in ["/config/git/kept", "/share/kept", "/config/../share/kept", "/config/git/../../share/kept"] {
            world.fixture.link(config(&world, file), target);
            for (run, trace) in runs(&world) {
                // A file can be opened also where there is no /proc.
                assert_eq!(trace.as_ref().and_then(|trace| trace.mentions("/proc/self/fd")), None);
                assert_eq!((run.code, run.stdout == expected), (Some(0), true), "{file} {target}: {}", run.stderr);
            }
        }
        world.fixture.write(config(&world, file), content);
    }
}

#[test]
fn consent_from_outside_is_none() {
    let world = World::of("odroid-n2");
    let content = fs::read(world.fixture.path(config(&world, ANALYTICS))).unwrap();
    world.fixture.write("mnt/outside/kept", &content).write("mnt/data/supervisor/kept", content);
    for target in ["/mnt/outside/kept", "../../../../outside/kept", "../../kept", "/config/../kept"] {
        world.fixture.link(config(&world, ANALYTICS), target);
        refused(&world, ANALYTICS, OUTSIDE, &["kept"], target);
    }
}

#[test]
fn what_is_no_file_is_only_looked_at() {
    for file in [VERSION, ANALYTICS] {
        let world = World::of("odroid-n2");
        world.fixture.damage(config(&world, "pipe"), Damage::Fifo);
        for damage in [Damage::Fifo, Damage::Directory] {
            world.fixture.damage(config(&world, file), damage);
            refused(&world, file, NO_FILE, &[], &format!("{file} {damage:?}"));
        }
        world.fixture.link(config(&world, file), "/config/pipe");
        refused(&world, file, NO_FILE, &["pipe"], file);
    }
}

#[test]
fn secrets_are_only_looked_at() {
    for file in [VERSION, ANALYTICS] {
        let world = World::of("odroid-n2");
        let content = fs::read(world.fixture.path(config(&world, file))).unwrap();
        let secrets = world.fixture.write(config(&world, "secrets.yaml"), content).path(config(&world, "secrets.yaml"));
        for name in ["/config/secrets.yaml", "hard"] {
            world.fixture.remove(config(&world, file));
            if name == "hard" {
                fs::hard_link(&secrets, world.fixture.path(config(&world, file))).unwrap();
            } else {
                world.fixture.link(config(&world, file), name);
            }
            // The line says its name; nothing is said of what is in it.
            let never: &[&str] = if name == "hard" { &["2026.2"] } else { &["secrets.yaml\"", "2026.2"] };
            refused(&world, file, SECRET, never, &format!("{file} {name}"));
        }
    }
}
