//! Machines whose owner wants crash reports, and reports that wait there.
#![allow(dead_code, reason = "each test program uses a part of it")]

use crate::world::{run, World};
use haos_analytics_core::crash::{write, Event, Machine, Place, CAPACITY};
use haos_analytics_tests::collector::{Collector, Run};
use haos_analytics_tests::sentry::{Behaviour, Sentry};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A machine, its services, a state directory and Sentry.
pub struct Crashes {
    pub world: World,
    pub sentry: Sentry,
    state: TempDir,
}

impl Crashes {
    /// Whose owner agrees to everything.
    pub fn with(behaviour: Behaviour) -> Self {
        let world = World::of("odroid-n2");
        world.fixture.preferences(true, true, true, true);
        world.fixture.write(world.fixture.data_path("config.json"), r#"{"version":"2026.02.3","diagnostics":true}"#);
        Self { world, sentry: Sentry::start(behaviour), state: TempDir::new().unwrap() }
    }

    pub fn new() -> Self {
        Self::with(Behaviour::Contract)
    }

    /// The state directory.
    pub fn state(&self) -> PathBuf {
        self.state.path().to_owned()
    }

    /// `command` with the addresses of all services.
    pub fn collector(&self, command: &str) -> Collector {
        self.world.collector(command).args(["--dsn", &self.sentry.dsn()]).arg("--state").arg(self.state.path())
    }

    pub fn run(&self, command: &str) -> Run {
        run(&self.collector(command))
    }

    /// Puts a report there, of a second; returns its name and its bytes.
    pub fn waits(&self, second: u64) -> (String, Vec<u8>) {
        let (name, report) = report(second);
        fs::write(self.state.path().join(&name), &report).unwrap();
        (name, report)
    }

    /// The names of what is there, in ascending order, but for what is kept of the analytics.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.state.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name != "last-attempt" && !name.ends_with(".report"));
        names.sort();
        names
    }

    /// The bytes of a file that is there.
    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.state.path().join(name)).unwrap()
    }
}

/// A report as the program writes it, and its name.
pub fn report(second: u64) -> (String, Vec<u8>) {
    let id = u128::from(second) * 0x0123_4567_89ab_cdef_0123;
    let event = Event {
        id: id.to_be_bytes(),
        time: second,
        level: "fatal",
        release: "haos-analytics@0.1.0",
        kind: "panic",
        message: "index out of bounds",
        place: Some(Place { file: "linux/src/show.rs", line: 1, column: 2 }),
        functions: &[],
        machine: Machine::default(),
        command: "show",
        file: Some("manifest.json"),
    };
    let mut buffer = [0; CAPACITY];
    let bytes = write(&event, &mut buffer).unwrap().to_vec();
    (format!("{second:010}-{id:032x}-p.envelope"), bytes)
}
