//! The situations in which every path of PLATFORM.md is reached.

use crate::crashes::report;
use crate::judge::{Judged, Verdict, Words};
use crate::own_network;
use crate::page::{Agreed, Page};
use crate::touched::{touched, ARGUMENTS};
use crate::trace::traced_with;
use crate::world::{collector, find_program, World};
use haos_analytics_tests::collector::BIN;
use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::proxy::{self, Proxy};
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::sentry::{Sentry, KEY};
use haos_analytics_tests::supervisor::{Options, Supervisor};
use haos_analytics_tests::tls::{Authority, Leaf, Versions};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use tempfile::TempDir;

/// What is different about a machine or a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// `/etc/os-release` is missing, and the other one does not name the board.
    Nameless,
    /// The device tree is only where older kernels have it.
    TreeInProc,
    /// The installer has left no settings.
    NoHassio,
    /// The installer was told another place.
    DataElsewhere,
    /// The Supervisor calls add-ons apps.
    Apps,
    /// The configuration includes files of all directories, some by links.
    Includes,
    /// The database is in another directory.
    Database,
    /// The kernel does not know `openat2`.
    OldKernel,
    /// The servers are asked by TLS, which the system's authorities vouch for.
    Https,
    /// An authority is given.
    Ca,
    /// There is a proxy.
    Proxy,
    /// The servers have a name, which has two addresses.
    Named,
    /// The servers have a name that a name server is asked for.
    Unknown,
    /// There is a DSN, a state directory, and a report in it.
    Report,
    /// The state directory is one of its own.
    State,
    /// The board's crashes are looked for.
    BoardCrashes,
    /// The program fails by a fault of its own.
    Fault,
    /// The standard input is closed.
    NoStdin,
    /// The image and the owner have settings, instead of the environment.
    Settings,
}

/// One machine, its servers, and how the program is run there.
pub struct Case {
    extras: &'static [Extra],
    agreed: Agreed,
    world: World,
    words: Words,
    authority: Authority,
    sentry: Sentry,
    proxy: Proxy,
    /// Another directory.
    own: TempDir,
}

/// What the configuration of the fixtures includes.
const INCLUDED: [&str; 8] = [
    "/config/automations.yaml",
    "/config/scripts.yaml",
    "/config/scenes.yaml",
    "/config/packages/heating.yaml",
    "/config/packages/time.yaml",
    "/config/sensors/stats.yaml",
    "/config/sensors/time_date.yaml",
    "/config/themes/dark.yaml",
];
const LISTED: [&str; 3] = ["/config/packages", "/config/sensors", "/config/themes"];
const YAML: &str = "homeassistant/configuration.yaml";
const BUNDLE: &str = "etc/ssl/certs/ca-certificates.crt";
const OF_IMAGE: &str = "usr/lib/haos-analytics/environment";
const OF_OWNER: &str = "etc/default/haos-analytics";
const USUAL_STATE: &str = "var/lib/haos-analytics";
const ELSEWHERE: &str = "opt/supervisor";
const ON_DEBIAN: &str = "var/lib/homeassistant";
const SYSTEMCTL: &str =
    "#!/bin/sh\nprintf 'Id=a.service\\nResult=exit-code\\nActiveState=failed\\nStateChangeTimestamp=x\\n\\n'\n";
const RECORD: &str = "Panic#1 Part1\n<4>[ 2.0] Call trace:\n<4>[ 2.1]  do_exit+0x8f4/0x9b8\n\
    <0>[ 2.3] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100\n";
impl Case {
    pub fn new(fixture: &str, extras: &'static [Extra], agreed: Agreed) -> Self {
        let fixture = Fixture::copy(fixture);
        let data = if fixture.path(ON_DEBIAN).exists() { ON_DEBIAN } else { "mnt/data/supervisor" };
        let fixture = fixture.with_data(data);
        let has = |extra| extras.contains(&extra);
        let authority = Authority::new();
        let listen =
            if has(Extra::Https) { Listen::tls(authority.server(Leaf::Good, Versions::All)) } else { Listen::plain() };
        let receiver = Receiver::start(listen, Behaviour::Accept);
        let supervisor = Supervisor::start(Options::default().of(&fixture));
        let world = World { fixture, supervisor, receiver };
        let words = Words {
            data: format!("/{data}"),
            included: INCLUDED.map(str::to_owned).to_vec(),
            listed: LISTED.map(str::to_owned).to_vec(),
            ..Words::default()
        };
        let sentry = Sentry::start(Behaviour::Accept);
        let proxy = Proxy::start(proxy::Options::default());
        let own = TempDir::new().unwrap();
        let mut case = Self { extras, agreed, world, words, authority, sentry, proxy, own };
        case.prepare();
        case
    }

    fn has(&self, extra: Extra) -> bool {
        self.extras.contains(&extra)
    }

    /// Changes the machine's files.
    fn prepare(&mut self) {
        let Self { world: World { fixture, .. }, words, agreed, .. } = self;
        fixture.preferences(agreed.base, agreed.usage, agreed.statistics, agreed.diagnostics);
        fixture.write(fixture.data_path("config.json"), r#"{"diagnostics":true}"#);
        let path = |name: &str| fixture.data_path(name);
        let yaml = fs::read_to_string(fixture.path(path(YAML))).unwrap_or_default();
        for extra in self.extras {
            match extra {
                Extra::Nameless => drop(fixture.remove("etc/os-release").write("usr/lib/os-release", "ID=haos\n")),
                Extra::TreeInProc => {
                    let tree = fs::read(fixture.path("sys/firmware/devicetree/base/compatible")).unwrap();
                    fixture.remove("sys/firmware/devicetree").remove("proc/device-tree");
                    fixture.write("proc/device-tree/compatible", tree);
                }
                Extra::NoHassio => drop(fixture.remove("etc/hassio.json")),
                Extra::DataElsewhere => {
                    fixture.write("etc/hassio.json", format!("{{\"data\":\"/{ELSEWHERE}\"}}"));
                    fs::create_dir_all(fixture.path("opt")).unwrap();
                    fs::rename(fixture.path(ON_DEBIAN), fixture.path(ELSEWHERE)).unwrap();
                    words.data = format!("/{ELSEWHERE}");
                }
                Extra::Apps => {
                    fs::rename(fixture.path(path("addons.json")), fixture.path(path("apps.json"))).unwrap();
                }
                Extra::Includes => {
                    let more = "group: !include /share/groups.yaml\nzone: !include_dir_list /media/zones\n\
                        input_text: !include linked.yaml\n";
                    fixture.write(path(YAML), yaml.clone() + more).write(path("share/groups.yaml"), "a:\n");
                    fixture.write(path("media/zones/home.yaml"), "name: a\n").write(path("ssl/texts.yaml"), "a:\n");
                    fixture.link(path("homeassistant/linked.yaml"), "/ssl/texts.yaml");
                    let files =
                        ["/share/groups.yaml", "/media/zones/home.yaml", "/config/linked.yaml", "/ssl/texts.yaml"];
                    words.included.extend(files.map(str::to_owned));
                    words.listed.push("/media/zones".to_owned());
                }
                Extra::Database => {
                    let at = "recorder:\n  db_url: sqlite:////share/ha.db\n";
                    fixture.write(path(YAML), yaml.replace("recorder:\n", at));
                    let database = fixture.path(path("homeassistant/home-assistant_v2.db"));
                    fixture.write(path("share/ha.db"), fs::read(database).unwrap());
                    words.database = Some("/share/ha.db".to_owned());
                }
                Extra::Https => drop(fixture.write(BUNDLE, self.authority.ca_pem())),
                Extra::BoardCrashes => {
                    fixture.write("sys/fs/pstore/dmesg-ramoops-0", RECORD);
                    fs::create_dir_all(fixture.path("run/systemd/system")).unwrap();
                    let systemctl = self.own.path().join("bin/systemctl");
                    fs::create_dir(systemctl.parent().unwrap()).unwrap();
                    fs::write(&systemctl, SYSTEMCTL).unwrap();
                    fs::set_permissions(&systemctl, fs::Permissions::from_mode(0o755)).unwrap();
                }
                Extra::Report => {
                    let (name, bytes) = report(7);
                    let state = if self.extras.contains(&Extra::State) {
                        words.state = Some(self.own.path().join("state"));
                        self.own.path().join("state")
                    } else {
                        fixture.path(USUAL_STATE)
                    };
                    fs::create_dir_all(&state).unwrap();
                    fs::write(state.join(name), bytes).unwrap();
                    fs::write(state.join("0000000001-b.report"), "{}").unwrap();
                    fs::write(state.join("last-attempt"), "1795444260 delivered\n").unwrap();
                }
                Extra::Ca => words.ca = Some(self.authority.ca_file()),
                _ => {}
            }
        }
        let receiver = self.world.receiver.address();
        words.peers = vec![("ENDPOINT", receiver), ("SUPERVISOR", self.world.supervisor.address())];
        if self.extras.contains(&Extra::Proxy) {
            words.peers[0] = ("PROXY", self.proxy.url(None).trim_start_matches("http://").parse().unwrap());
        } else {
            words
                .peers
                .push(("SENTRY", if self.extras.contains(&Extra::Https) { receiver } else { self.sentry.address() }));
        }
        if self.extras.contains(&Extra::Named) {
            words.peers.extend(["ENDPOINT", "SENTRY"].map(|name| (name, "127.0.0.1:9".parse().unwrap())));
            words.peers.extend(["ENDPOINT", "SENTRY"].map(|name| (name, "[::1]:9".parse().unwrap())));
            // By these ports, glibc's and musl's, the C library only asks for the source address.
            for address in ["127.0.0.1:0", "[::1]:0", "127.0.0.1:65535", "[::1]:65535"] {
                words.peers.push(("NAMES", address.parse().unwrap()));
            }
        }
        words.peers.push(("NAMES", "127.0.0.1:53".parse().unwrap()));
        if self.has(Extra::Settings) {
            let World { fixture, supervisor, receiver } = &mut self.world;
            fixture.write(OF_IMAGE, format!("HAOS_ANALYTICS_ENDPOINT={}\n", receiver.url()));
            fixture.write(OF_OWNER, format!("HAOS_ANALYTICS_SUPERVISOR={}\n", supervisor.url()));
        }
    }

    /// Runs a command, and judges what it touches; `None` where it cannot be seen.
    pub fn run(&self, page: &Page, command: &str) -> Option<Verdict> {
        let Self { world, words, agreed, .. } = self;
        let root = fs::canonicalize(world.fixture.root()).unwrap();
        let mut words_of_command = command.split(' ');
        let name = words_of_command.next().unwrap();
        let mut run = collector(&root).arg(name).args(words_of_command);
        for (variable, value) in self.variables() {
            run = run.env(variable, value);
        }
        let mut arguments = ARGUMENTS.to_vec();
        if self.has(Extra::OldKernel) {
            arguments.extend(["-e", "inject=openat2:error=ENOSYS"]);
        }
        if self.has(Extra::Fault) {
            arguments.extend(["-e", "inject=clone3,clone:error=EAGAIN"]);
        }
        // The pauses between the tries.
        let in_a_network_of_its_own = self.has(Extra::Named) || self.has(Extra::Unknown);
        if in_a_network_of_its_own {
            arguments.extend(["-e", "inject=nanosleep,clock_nanosleep:retval=0"]);
        }
        if self.has(Extra::NoStdin) {
            run = run.under([find_program("sh")?.to_str()?, "-c", "exec \"$@\" <&-", "sh"]);
        }
        let (mut run, file) = traced_with(&run, &arguments)?;
        if in_a_network_of_its_own {
            let words = own_network::words(self.own.path())?;
            run = run.under(words);
        }
        let run = run.run();
        assert!(!run.timed_out, "{command}: {}", run.stderr);
        self.ended_well(command, run.code, &run.stderr);
        let touched = touched(&file.read(), &program());
        assert!(touched.len() > 3, "{command}: {touched:?}");
        Some(Judged { page, words, root: &root, command: name, agreed: *agreed }.judge(&touched))
    }

    fn ended_well(&self, command: &str, code: Option<i32>, stderr: &str) {
        let Self { agreed, extras, .. } = self;
        let expected = match command {
            "send" | "forget" if self.has(Extra::Fault) => 70,
            "send" if agreed.base && (self.has(Extra::Named) || self.has(Extra::Unknown)) => 75,
            "forget" if self.has(Extra::Named) || self.has(Extra::Unknown) => 75,
            "detect" | "forget" | "status" | "show --last" => 0,
            "show --diagnostics" => {
                if agreed.diagnostics {
                    0
                } else {
                    77
                }
            }
            _ => {
                if agreed.base {
                    0
                } else {
                    77
                }
            }
        };
        assert_eq!(code, Some(expected), "{command} {extras:?} {agreed:?}: {stderr}");
    }

    /// Settings, as the environment has them.
    fn variables(&self) -> Vec<(&'static str, String)> {
        let Self { world, words, .. } = self;
        let is_https = self.has(Extra::Https);
        let sentry = if is_https { format!("https://{KEY}@{}/1", world.receiver.address()) } else { self.sentry.dsn() };
        let host = if self.has(Extra::Named) || self.has(Extra::Fault) { "named.test" } else { "unknown.test" };
        let named = self.has(Extra::Named) || self.has(Extra::Unknown) || self.has(Extra::Fault);
        let endpoint = if named { format!("http://{host}:9/v1") } else { world.receiver.url() };
        let dsn = if named && !self.has(Extra::Fault) { format!("http://{KEY}@{host}:9/1") } else { sentry };
        let path = |path: &PathBuf| path.to_str().unwrap().to_owned();
        let mut variables =
            vec![("HAOS_ANALYTICS_ENDPOINT", endpoint), ("HAOS_ANALYTICS_SUPERVISOR", world.supervisor.url())];
        if self.has(Extra::Settings) {
            variables.clear();
        }
        variables.extend(words.ca.iter().map(|ca| ("HAOS_ANALYTICS_CA", path(ca))));
        variables.extend(words.state.iter().map(|state| ("HAOS_ANALYTICS_STATE", path(state))));
        if self.has(Extra::Report) {
            variables.push(("HAOS_ANALYTICS_DSN", dsn));
        }
        if self.has(Extra::Proxy) {
            variables.push(("https_proxy", self.proxy.url(None)));
        }
        if self.has(Extra::BoardCrashes) {
            variables.push(("HAOS_ANALYTICS_BOARD_CRASHES", "1".to_owned()));
            variables.push(("PATH", self.own.path().join("bin").display().to_string()));
        }
        variables
    }
}

/// The program that is run.
fn program() -> PathBuf {
    std::env::var_os(BIN).map_or_else(|| env!("CARGO_BIN_EXE_collector").into(), PathBuf::from)
}
