//! A machine whose state directory keeps what was sent.
#![allow(dead_code, reason = "each test program uses a part of it")]

use crate::world::{run, World};
use haos_analytics_tests::collector::{Collector, Run};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The record of the last attempt.
pub const RECORD: &str = "last-attempt";

/// A machine, its services and a state directory.
pub struct Kept {
    pub world: World,
    state: TempDir,
}

impl Kept {
    pub fn new() -> Self {
        Self { world: World::of("odroid-n2"), state: TempDir::new().unwrap() }
    }

    pub fn state(&self) -> &Path {
        self.state.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.state.path().join(name)
    }

    /// Words such as `show --last`, with the addresses of the services and the state directory.
    pub fn collector(&self, words: &str) -> Collector {
        let words: Vec<_> = words.split_whitespace().collect();
        self.world.collector(words[0]).args(&words[1..]).arg("--state").arg(self.state.path())
    }

    pub fn run(&self, words: &str) -> Run {
        run(&self.collector(words))
    }

    /// Sends a report that must arrive, and returns its bytes.
    pub fn send(&self) -> Vec<u8> {
        let run = self.run("send");
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        run.payload().to_vec()
    }

    /// The names of what is there, in ascending order.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.state.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The names of the kept reports.
    pub fn reports(&self) -> Vec<String> {
        let mut names = self.names();
        names.retain(|name| name.ends_with(".report") && !name.starts_with('.'));
        names
    }
}
