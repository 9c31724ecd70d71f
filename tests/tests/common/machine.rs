//! A machine with a real systemd: a container over the root directory that `.ci/systemd` makes. As on Home Assistant OS
//! the root is read-only and `/var` is new at each start.

use crate::world::{skipped, snapshot, World};
use haos_analytics_tests::fixture::{Fixture, DATA};
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::supervisor::{Options, Supervisor};
use serde_json::Value;
use std::env;
use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use tempfile::TempDir;

/// The root directory of the container.
const ROOT: &str = "HAOS_ANALYTICS_SYSTEMD_ROOT";
/// The words that start systemd-nspawn.
const NSPAWN: &str = "HAOS_ANALYTICS_SYSTEMD_NSPAWN";
/// Two would share a control group.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Where the installer for Debian puts the Supervisor's data, in that fixture.
const DEBIAN_DATA: &str = "var/lib/homeassistant";

pub const SERVICE: &str = "haos-analytics.service";
/// Shorter times, as an owner would set them; the first line takes back those of the unit.
pub const SOON: &str =
    "[Timer]\nOnBootSec=\nOnBootSec=1s\nOnUnitActiveSec=3s\nRandomizedDelaySec=0\nAccuracySec=50ms\n";

/// A machine to be started.
pub struct Machine {
    pub world: World,
    /// Lines of the owner's settings, which are mounted over the image's file of that name.
    pub settings: String,
    /// Lines of the image's settings.
    pub image: String,
    /// A drop-in for the timer, and one for the service.
    pub timer: String,
    pub service: String,
    /// What runs in it, in bash, before it is looked at and turned off.
    pub script: String,
    pub machine_id: String,
    /// More files, to be seen below `/test`.
    pub files: Vec<(&'static str, String)>,
    /// Whether the container leaves the fixture's files writable, so that only the sandbox keeps them.
    pub writable: bool,
    /// The program, if it is not the static one that `.ci/systemd` has put there.
    pub program: Option<&'static str>,
    /// What of the fixture is seen in the machine.
    mounts: Vec<&'static str>,
}

/// A machine as it was just before it was turned off.
#[derive(Debug)]
pub struct Seen {
    pub journal: Vec<Entry>,
    /// The names of failed units.
    pub failed: Vec<String>,
    /// What the script wrote.
    pub output: String,
    properties: Vec<(String, String)>,
}

/// A line of the journal.
#[derive(Debug)]
pub struct Entry {
    /// Since the start of the machine's kernel, in microseconds.
    pub at: u64,
    /// 3 is an error, 5 a notice, 6 plain output.
    pub priority: u64,
    pub message: String,
    /// Whether the program wrote it.
    pub own: bool,
    id: String,
    unit: String,
}

/// Waits for `runs N` runs to be over, well or not.
const WAIT: &str = r#"
over=(UNIT=haos-analytics.service MESSAGE_ID=39f53479d3a045ac8e11786248231fbf MESSAGE_ID=be02cf6855d2428ba40df7e9d022f03d)
runs() { until [ "$(journalctl -q -o cat "${over[@]}" | wc -l)" -ge "$1" ]; do sleep 0.1; done; }
"#;

/// No run begins or goes on while it looks.
const LOOK: &str = r#"
systemctl show haos-analytics.timer | sed 's/^/timer /' >>/test/properties
systemctl stop haos-analytics.timer
while [ "$(systemctl show -P ActiveState haos-analytics.service)" = activating ]; do sleep 0.1; done
systemctl show haos-analytics.service | sed 's/^/service /' >>/test/properties
systemctl show | sed 's/^/manager /' >>/test/properties
systemctl list-units --state=failed --plain --no-legend >/test/failed
journalctl --sync
journalctl -q --all -o json >/test/journal
"#;

impl Machine {
    /// One with the files of a fixture, which belong to root alone, and to which the container cannot write. Its timer
    /// fires soon and often.
    pub fn of(fixture: &str, behaviour: Behaviour) -> Self {
        let fixture = Fixture::copy(fixture);
        let data = [DATA, DEBIAN_DATA].into_iter().find(|path| fixture.path(path).exists()).expect("a Supervisor");
        let fixture = fixture.with_data(data);
        let arch = if data == DATA { "aarch64" } else { "amd64" };
        let mounts = ["mnt/data", DEBIAN_DATA, "usr/lib/os-release", "etc/hassio.json"];
        let mounts: Vec<_> = mounts.into_iter().filter(|path| fixture.path(path).exists()).collect();
        mounts.iter().filter(|path| !path.ends_with("os-release")).for_each(|path| close(&fixture.path(path)));
        let supervisor = Supervisor::start(Options::health(true, true, arch).of(&fixture));
        let world = World { fixture, supervisor, receiver: Receiver::start(Listen::plain(), behaviour) };
        let settings = format!(
            "HAOS_ANALYTICS_ENDPOINT={}\nHAOS_ANALYTICS_SUPERVISOR={}\n",
            world.receiver.url(),
            world.supervisor.url()
        );
        let machine_id = "0123456789abcdef0123456789abcdef".to_owned();
        let (timer, service, script) = (SOON.to_owned(), String::new(), "runs 2\n".to_owned());
        Self {
            world,
            settings,
            image: String::new(),
            timer,
            service,
            script,
            machine_id,
            files: Vec::new(),
            writable: false,
            program: None,
            mounts,
        }
    }

    /// Starts it, lets the script run, and looks; `None`, and a notice, where no machine can be had.
    pub fn boot(&self) -> Option<Seen> {
        let (Some(root), Some(nspawn)) = (env::var_os(ROOT), env::var(NSPAWN).ok()) else {
            skipped("a machine with systemd is what .ci/systemd makes");
            return None;
        };
        let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let test = TempDir::new().unwrap();
        let own = [
            ("settings", self.settings.clone()),
            ("image", self.image.clone()),
            ("timer.d/test.conf", self.timer.clone()),
            ("service.d/test.conf", self.service.clone()),
            ("script", [WAIT, &self.script, "\n>/test/done\n"].concat()),
            ("look", LOOK.to_owned()),
        ];
        for (name, content) in own.iter().chain(&self.files) {
            let file = test.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
        let before = snapshot(self.world.fixture.root());
        let mut words = nspawn.split_whitespace();
        let mut command = Command::new(words.next().expect("a program's name"));
        command.args(words).arg("--directory").arg(root).arg(format!("--uuid={}", self.machine_id));
        command.args([
            "--boot",
            "--quiet",
            "--register=no",
            "--keep-unit",
            "--volatile=state",
            "--console=read-only",
            "--timezone=off",
            "--resolv-conf=off",
            // For IPAddressDeny=, which a container may not set otherwise.
            "--system-call-filter=bpf",
        ]);
        command.args(self.binds(test.path()));
        let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().unwrap();
        drop(alone);
        let console = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "the container did not start: {}\n{console}", output.status);
        assert_eq!(snapshot(self.world.fixture.root()), before, "a file of the machine has changed");
        let seen = Seen::read(test.path(), &console);
        assert!(seen.journal.iter().all(|entry| !entry.message.contains("ordering cycle")), "{seen:#?}");
        assert!(test.path().join("done").exists(), "the script did not come to its end: {seen:#?}");
        Some(seen)
    }

    /// What is mounted into the root directory: the fixture's files, and the files of this test.
    fn binds(&self, test: &Path) -> Vec<OsString> {
        let bind = |option: &str, from: &Path, to: &str| format!("--{option}={}:/{to}", from.display()).into();
        let fixture = if self.writable { "bind" } else { "bind-ro" };
        let mounts = self.mounts.iter().map(|path| bind(fixture, &self.world.fixture.path(path), path));
        let units = "etc/systemd/system/haos-analytics";
        let own = [
            bind("bind", test, "test"),
            bind("bind-ro", &test.join("settings"), "etc/default/haos-analytics"),
            bind("bind-ro", &test.join("image"), "usr/lib/haos-analytics/environment"),
            bind("bind-ro", &test.join("timer.d"), &format!("{units}.timer.d")),
            bind("bind-ro", &test.join("service.d"), &format!("{units}.service.d")),
        ];
        let program = self.program.map(|program| bind("bind-ro", Path::new(program), "usr/bin/haos-analytics"));
        mounts.chain(own).chain(program).collect()
    }
}

impl Seen {
    fn read(test: &Path, console: &str) -> Self {
        let read = |name: &str| {
            let text = fs::read_to_string(test.join(name));
            text.unwrap_or_else(|error| panic!("the machine was not looked at: {name}: {error}\n{console}"))
        };
        let pair = |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
        Self {
            journal: read("journal").lines().map(Entry::read).collect(),
            failed: read("failed").lines().filter_map(first).collect(),
            output: read("output"),
            properties: read("properties").lines().filter_map(pair).collect(),
        }
    }

    /// A property as systemctl shows it: `timer NextElapseUSecMonotonic`.
    pub fn property(&self, name: &str) -> &str {
        self.properties(name).first().unwrap_or_else(|| panic!("no property {name}"))
    }

    /// One that may be there more than once.
    pub fn properties(&self, name: &str) -> Vec<&str> {
        self.properties.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }

    /// When the runs began, in microseconds since the start of the kernel.
    pub fn begun(&self) -> Vec<u64> {
        self.of_systemd("7d4958e842da4a758f6c1cdc7b36dcc5")
    }

    /// When runs were over, in the eyes of systemd with success.
    pub fn succeeded(&self) -> Vec<u64> {
        self.of_systemd("39f53479d3a045ac8e11786248231fbf")
    }

    fn of_systemd(&self, id: &str) -> Vec<u64> {
        self.journal.iter().filter(|entry| entry.id == id && entry.unit == SERVICE).map(|entry| entry.at).collect()
    }

    /// What the program wrote, at this priority.
    pub fn own(&self, priority: u64) -> Vec<&str> {
        let own = self.journal.iter().filter(|entry| entry.own && entry.priority == priority);
        own.map(|entry| entry.message.as_str()).collect()
    }
}

impl Entry {
    fn read(line: &str) -> Self {
        let entry: Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
        let number = |field: &str| text(field).parse().unwrap_or_default();
        Self {
            at: number("__MONOTONIC_TIMESTAMP"),
            priority: number("PRIORITY"),
            message: text("MESSAGE"),
            own: text("SYSLOG_IDENTIFIER") == "haos-analytics",
            id: text("MESSAGE_ID"),
            unit: text("UNIT"),
        }
    }
}

/// Takes everything from everybody but its owner.
fn close(path: &Path) {
    let directory = path.is_dir();
    fs::set_permissions(path, Permissions::from_mode(if directory { 0o700 } else { 0o600 })).unwrap();
    if directory {
        fs::read_dir(path).unwrap().for_each(|entry| close(&entry.unwrap().path()));
    }
}
