//! A machine and the services that it talks to; and the machine's files, to be compared before and after.
#![allow(dead_code, reason = "each test program uses a part of it")]

use core::time::Duration;
use haos_analytics_tests::collector::{Collector, Run};
use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::supervisor::{Options, Supervisor};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

#[path = "schema.rs"]
pub mod schema;

/// Far more than a run takes in which every server answers.
const LIMIT: Duration = Duration::from_secs(60);

/// A machine, a Supervisor that knows its token, and a receiver.
pub struct World {
    pub fixture: Fixture,
    pub supervisor: Supervisor,
    pub receiver: Receiver,
}

impl World {
    /// With a Supervisor in order.
    pub fn of(fixture: &str) -> Self {
        let fixture = Fixture::copy(fixture);
        let supervisor = Options::default().of(&fixture);
        Self::with(fixture, supervisor)
    }

    pub fn with(fixture: Fixture, supervisor: Options) -> Self {
        let receiver = Receiver::start(Listen::plain(), Behaviour::Contract);
        Self { fixture, supervisor: Supervisor::start(supervisor), receiver }
    }

    /// `command` with the addresses of the services.
    pub fn collector(&self, command: &str) -> Collector {
        let (supervisor, endpoint) = (self.supervisor.url(), self.receiver.url());
        collector(self.fixture.root()).args([command, "--supervisor", &supervisor, "--endpoint", &endpoint])
    }

    pub fn run(&self, command: &str) -> Run {
        run(&self.collector(command))
    }

    /// Connections to the receiver and to the Supervisor.
    pub fn connections(&self) -> (usize, usize) {
        (self.receiver.connections(), self.supervisor.connections())
    }
}

/// The program over a root.
pub fn collector(root: impl AsRef<Path>) -> Collector {
    program().root(root)
}

/// The program without arguments.
pub fn program() -> Collector {
    Collector::new(env!("CARGO_BIN_EXE_collector")).limit(LIMIT)
}

/// A run that came to its own end, and that printed no payload but one in which every text has its
/// form.
pub fn run(collector: &Collector) -> Run {
    let run = collector.run();
    assert!(run.code.is_some(), "signal {:?}, too late: {}, {}", run.signal, run.timed_out, run.stderr);
    for payload in run.stdout.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"{\"uuid\"")) {
        assert_eq!(schema::check(payload), Ok(()), "{}", String::from_utf8_lossy(payload));
    }
    run
}

/// What `detect --json` says of a root, and its remarks.
pub fn detect(root: impl AsRef<Path>) -> (Value, String) {
    let run = run(&collector(root).args(["detect", "--json"]));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    (serde_json::from_slice(run.payload()).expect("detect prints JSON"), run.stderr)
}

/// A root with nothing in it.
pub fn empty_root() -> Fixture {
    Fixture::copy_of(TempDir::new().expect("there is a temporary directory").path())
}

/// The names of all fixtures.
pub fn fixtures() -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = fs::read_dir(directory).expect("there are fixtures").map(|entry| entry.expect("a listed entry"));
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<_> = folders.map(|entry| entry.file_name().into_string().expect("a plain name")).collect();
    names.sort();
    assert!(names.len() >= 26, "{names:?}");
    names
}

/// Whether a fixture's owner has opted in.
pub fn reports(fixture: &str) -> bool {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("golden/{fixture}.json")).exists()
}

/// Every file and directory below a root: mode, time of the last change, and content.
pub fn snapshot(root: &Path) -> BTreeMap<PathBuf, (u32, i64, i64, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(path) = waiting.pop() {
        let metadata = fs::symlink_metadata(&path).expect("an entry has metadata");
        let content = if metadata.is_symlink() {
            fs::read_link(&path).expect("a link can be read").into_os_string().into_encoded_bytes()
        } else if metadata.is_dir() {
            let entries = fs::read_dir(&path).expect("a directory can be listed");
            waiting.extend(entries.map(|entry| entry.expect("a listed entry").path()));
            Vec::new()
        } else {
            fs::read(&path).expect("a file can be read")
        };
        found.insert(path, (metadata.mode(), metadata.mtime(), metadata.mtime_nsec(), content));
    }
    found
}

/// Where a system program is.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(usual).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Says that something was not tried, past the test harness, which keeps the output of what passes to itself. Where
/// everything has to be tried, that is a failure.
pub fn skipped(why: &str) {
    assert!(std::env::var_os("HAOS_ANALYTICS_SKIP_NOTHING").is_none(), "skipped: {why}");
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}
