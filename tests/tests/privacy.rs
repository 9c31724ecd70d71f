//! What the program never reads, never says, and whom it never calls.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/trace.rs"]
mod trace;
#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::supervisor::Options;
use std::collections::BTreeSet;
use std::path::Path;
use trace::{traced, Trace};
use world::{find_program, fixtures, run, skipped, World};

const OPEN: [&str; 4] = ["open", "openat", "openat2", "creat"];
const NAMED: [&str; 13] = [
    "open",
    "openat",
    "openat2",
    "creat",
    "stat",
    "lstat",
    "newfstatat",
    "statx",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
];
const NETWORK: [&str; 8] = ["socket", "socketpair", "connect", "bind", "sendto", "sendmsg", "sendmmsg", "recvfrom"];
const PROCESS: [&str; 5] = ["clone", "clone3", "fork", "vfork", "execve"];

/// What identifies a machine or its owner, wherever it is, and what looking up a name would read.
const NEVER: [&str; 13] = [
    "secrets.yaml",
    "machine-id",
    "hostname",
    "serial",
    "/address",
    "uuid",
    "boot_id",
    "resolv.conf",
    "/hosts",
    "nsswitch",
    "passwd",
    "nscd",
    "CANARY",
];

/// A machine as it is, and ones whose os-release tells nothing, so that every other source is tried.
fn machines() -> Vec<(String, World)> {
    let names = ["odroid-n2", "ova", "generic-aarch64", "generic-x86-64", "rpi3-64", "debian-supervised"];
    let machine = |name: &str| {
        let fixture = Fixture::copy(name);
        let data = if name == "debian-supervised" { "var/lib/homeassistant" } else { "mnt/data/supervisor" };
        let fixture = fixture.with_data(data);
        let options = Options::default().of(&fixture);
        World::with(fixture, options)
    };
    let mut machines: Vec<_> = names.iter().map(|name| ((*name).to_owned(), machine(name))).collect();
    for name in &names[..5] {
        let world = machine(name);
        world.fixture.write("usr/lib/os-release", "ID=haos\n");
        machines.push((format!("{name}, nameless"), world));
    }
    machines
}

/// Nothing was asked for by a name that tells whose machine it is, and no other program was started. Which files are
/// opened: `contacts.rs`.
fn asks_for_nothing_that_identifies(trace: &Trace, root: &Path, case: &str) {
    let root = root.to_str().unwrap();
    let pc = ["ova, nameless", "generic-x86-64, nameless"].iter().any(|pc| case.starts_with(pc));
    for path in trace.paths_but(&NAMED, looks_for_secrets) {
        let path = path.strip_prefix(root).unwrap_or(path);
        assert!(!NEVER.iter().any(|never| path.contains(never)), "{case}: {path}");
        // On a Raspberry Pi it has the serial number.
        assert!(pc || !path.contains("cpuinfo"), "{case}: {path}");
    }
    let (children, threads) = (trace.of(&["execve"]).len(), trace.of(&PROCESS).len() - 1);
    assert_eq!((children, threads), (1, 0), "{case}: {:?}", trace.of(&PROCESS));
}

/// Which file `secrets.yaml` is has to be known: it is looked at, and not opened.
fn looks_for_secrets(call: &str) -> bool {
    let looks = call.contains("O_PATH") && !call.contains("O_CREAT");
    looks && ["/secrets.yaml\"", "\"secrets.yaml\""].iter().any(|end| call.contains(end))
}

#[test]
fn without_consent_nothing_is_opened_to_the_network() {
    for (name, world) in machines() {
        world.fixture.preferences(false, true, true, true);
        for command in ["send", "show", "detect"] {
            let supervisor = world.supervisor.url();
            // A name that does not exist: looking it up would show.
            let addresses = ["--endpoint", "https://receiver.invalid/v1", "--supervisor", &supervisor];
            let collector = world::collector(world.fixture.root()).arg(command).args(addresses);
            let Some((run, trace)) = traced(&collector) else { return };
            let expected = if command == "detect" { 0 } else { 77 };
            assert_eq!(run.code, Some(expected), "{name} {command}: {}", run.stderr);
            assert!(trace.len() > 20, "strace has seen the run");
            assert_eq!(trace.of(&NETWORK), Vec::<&str>::new(), "{name} {command}");
            assert_eq!(trace.mentions("observer.json"), None, "{name} {command}: the token is not needed");
            assert_eq!(trace.mentions("/proc/net"), None, "{name} {command}");
            asks_for_nothing_that_identifies(&trace, world.fixture.root(), &format!("{name} {command}"));
        }
        assert_eq!(world.connections(), (0, 0), "{name}");
    }
}

#[test]
fn with_consent_the_two_servers_are_connected_to_and_nobody_else() {
    for (name, world) in machines() {
        let Some((run, trace)) = traced(&world.collector("send")) else { return };
        assert_eq!(run.code, Some(0), "{name}: {}", run.stderr);
        let (receiver, supervisor) = (world.receiver.address(), world.supervisor.address());
        let expected =
            [receiver, supervisor].map(|at| format!("htons({}), sin_addr=inet_addr(\"127.0.0.1\")", at.port()));
        let connects = trace.of(&["connect"]);
        let matched = |wanted: &String| connects.iter().filter(|call| call.contains(wanted.as_str())).count();
        assert_eq!((connects.len(), expected.map(|wanted| matched(&wanted))), (2, [1, 1]), "{name}: {connects:?}");
        assert_eq!(trace.of(&["bind", "socketpair", "sendmmsg"]), Vec::<&str>::new(), "{name}");
        asks_for_nothing_that_identifies(&trace, world.fixture.root(), &name);
    }
}

#[test]
fn no_file_is_opened_for_writing() {
    let world = World::of("odroid-n2");
    let Some((_, trace)) = traced(&world.collector("send")) else { return };
    let writing = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"];
    let opened = trace.of(&OPEN).into_iter().filter(|call| writing.iter().any(|flag| call.contains(flag)));
    // /dev/null is what the language opens in the place of an output that is closed.
    assert_eq!(opened.filter(|call| !call.contains("\"/dev/null\"")).collect::<Vec<_>>(), Vec::<&str>::new());
    let changing = [
        "rename",
        "renameat",
        "renameat2",
        "unlink",
        "unlinkat",
        "mkdir",
        "mkdirat",
        "symlink",
        "symlinkat",
        "utimensat",
        "fchmod",
        "fchmodat",
    ];
    assert_eq!(trace.of(&changing), Vec::<&str>::new());
}

#[test]
fn neither_a_canary_nor_the_token_ever_comes_out() {
    for name in fixtures() {
        let fixture = Fixture::copy(&name);
        let fixture = if name == "debian-supervised" { fixture.with_data("var/lib/homeassistant") } else { fixture };
        let token = world::reports(&name).then(|| fixture.observer_token());
        let options = if token.is_some() { Options::default().of(&fixture) } else { Options::default() };
        let world = World::with(fixture, options);
        let secret =
            |text: &str| text.contains("CANARY") || token.as_ref().is_some_and(|token| text.contains(token.as_str()));
        for arguments in [["detect"].as_slice(), &["detect", "--json"], &["show", "--explain"], &["send"]] {
            let collector = world.collector(arguments[0]).args(&arguments[1..]).env("JOURNAL_STREAM", "8:1");
            let run = run(&collector);
            assert!(!secret(run.text()) && !secret(&run.stderr), "{name} {arguments:?}: {} {}", run.text(), run.stderr);
        }
        for request in world.receiver.requests() {
            assert!(
                !secret(&format!("{request:?}")) && !secret(&String::from_utf8_lossy(&request.body)),
                "{name}: {request:?}"
            );
            let headers: BTreeSet<_> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
            let plain =
                ["accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent"];
            assert!(headers.iter().all(|header| plain.contains(&header.as_str())), "{name}: {headers:?}");
            let program = concat!("haos-analytics/", env!("CARGO_PKG_VERSION"));
            assert_eq!(request.header("user-agent"), Some(program), "{name}: nothing of the machine");
        }
        let uuid = world::reports(&name).then(|| run(&world.collector("show")).text()[9..41].to_owned());
        for request in world.supervisor.requests() {
            let text = format!("{request:?}");
            assert!(!text.contains("CANARY") && !text.contains(uuid.as_ref().unwrap()), "{name}: {text}");
        }
    }
}

#[test]
fn without_the_bridge_the_default_address_is_not_called() {
    if Path::new("/sys/class/net/hassio").exists() {
        return skipped("this machine has a bridge of that name");
    }
    let world = World::of("odroid-n2");
    let endpoint = world.receiver.url();
    let collector = world::collector(world.fixture.root()).args(["send", "--endpoint", &endpoint]);
    let untraced = run(&collector);
    assert_eq!(untraced.code, Some(0), "{}", untraced.stderr);
    assert!(!untraced.text().contains("\"supervisor\""), "{}", untraced.text());
    assert!(untraced.stderr.contains("hassio") && untraced.stderr.lines().count() == 1, "{}", untraced.stderr);

    let Some((_, trace)) = traced(&collector) else { return };
    assert_eq!(trace.of(&["connect"]).len(), 1, "the receiver");
    assert_eq!(trace.mentions("172.30.32.2\""), None);
    assert_eq!(trace.mentions("observer.json"), None, "the token is not even read");
}

#[test]
fn what_cannot_be_printed_is_not_sent() {
    let world = World::of("odroid-n2");
    let fifo = tempfile::tempdir().unwrap();
    let fifo = fifo.path().join("fifo");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    // A pipe whose reader has gone: the third descriptor is the reader that lets the fourth be opened.
    let script = "exec 3<>\"$1\" 4>\"$1\" 3<&-; shift; exec \"$@\" >&4";
    let shell = find_program("sh").unwrap();
    let words = [shell.to_str().unwrap(), "-c", script, "sh", fifo.to_str().unwrap()];
    let (full, gone) = (world.collector("send").stdout_to("/dev/full"), world.collector("send").under(words));
    for (case, collector) in [("full", full), ("no reader", gone)] {
        let run = run(&collector);
        assert_eq!((run.code, run.signal), (Some(75), None), "{case}: {}", run.stderr);
        assert!(run.stderr.lines().next().unwrap().contains("stdout"), "{case}: {}", run.stderr);
        assert_eq!(world.receiver.connections(), 0, "{case}");
    }
}
