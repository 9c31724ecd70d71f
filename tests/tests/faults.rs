//! A real fault of the real program, and what becomes of its report whatever happens at any moment.
//!
//! The fault: the look-up of a name starts a thread, and where the system allows no more of them the library panics.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/crashes.rs"]
mod crashes;
#[path = "common/trace.rs"]
mod trace;
#[path = "common/world.rs"]
mod world;

use crashes::Crashes;
use haos_analytics_core::crash::check;
use haos_analytics_tests::collector::{Collector, Run};
use haos_analytics_tests::sentry::event;
use serde_json::Value;
use std::collections::BTreeMap;
use trace::{traced_with, Trace};

const NO_THREADS: &str = "inject=clone3,clone:error=EAGAIN";
/// What changes the state directory.
const WRITING: [&str; 6] = ["openat", "write", "fdatasync", "renameat", "unlinkat", "close"];

/// A run that ends by the fault.
fn faulty(crashes: &Crashes) -> Collector {
    let supervisor = crashes.world.supervisor.url();
    world::collector(crashes.world.fixture.root())
        .args([
            "send",
            "--supervisor",
            &supervisor,
            "--endpoint",
            "http://localhost:9/v1",
            "--dsn",
            &crashes.sentry.dsn(),
        ])
        .arg("--state")
        .arg(crashes.state())
}

/// Runs under strace with these faults; `None` where there is none.
fn with_faults(collector: &Collector, faults: &[&str]) -> Option<(Run, Trace)> {
    let arguments: Vec<&str> = faults.iter().flat_map(|fault| ["-e", *fault]).collect();
    let (collector, file) = traced_with(collector, &arguments)?;
    let run = collector.run();
    assert!(!run.timed_out, "{}", run.stderr);
    Some((run, file.read()))
}

/// Each call from the first one on that has `begin` in it: its name, and which one of that name it is.
fn calls_from(trace: &Trace, begin: &str) -> Vec<(String, usize)> {
    let mut counts = BTreeMap::<String, usize>::new();
    let mut found = Vec::new();
    let mut begun = false;
    for call in trace.calls() {
        let Some((name, _)) = call.split_once('(') else { continue };
        let count = counts.entry(name.to_owned()).or_default();
        *count += 1;
        begun = begun || call.contains(begin);
        if begun && !name.starts_with("exit") {
            found.push((name.to_owned(), *count));
        }
    }
    found
}

/// Reports that are there, all of them whole.
fn whole_reports(crashes: &Crashes, case: &str) -> Vec<String> {
    let names: Vec<_> =
        crashes.names().into_iter().filter(|name| name.ends_with(".envelope") && !name.starts_with('.')).collect();
    for name in &names {
        assert_eq!(check(&crashes.read(name)), Ok(&name[11..43]), "{case}: {name}");
    }
    names
}

#[test]
fn a_fault_is_told_kept_and_sent_by_the_next_run() {
    let crashes = Crashes::new();
    let Some((run, trace)) = with_faults(&faulty(&crashes), &[NO_THREADS]) else { return };
    assert_eq!((run.code, run.stderr.lines().count()), (Some(70), 1), "{}", run.stderr);
    assert!(
        run.stderr.contains("a fault of this program") && run.stderr.ends_with("; a report is kept\n"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains(" at std/src/thread/"), "{}", run.stderr);
    let names = whole_reports(&crashes, "first");
    let [name] = names.as_slice() else { panic!("{names:?}") };
    let mode = std::os::unix::fs::PermissionsExt::mode(&crashes.state().join(name).metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);

    let report = crashes.read(name);
    let event = event(&report).unwrap();
    assert_eq!(event["release"], concat!("haos-analytics@", env!("CARGO_PKG_VERSION")));
    assert_eq!(
        event["tags"],
        serde_json::json!({"board": "odroid-n2", "command": "send", "file": "core.analytics", "shortened": "no"}),
        "before each try the consent is read again"
    );
    assert_eq!(event["contexts"]["os"], serde_json::json!({"name": "Home Assistant OS", "version": "17.1"}));
    assert_eq!(event["contexts"]["device"]["arch"], "aarch64");
    let exception = &event["exception"]["values"][0];
    assert_eq!(exception["value"], "failed to spawn thread");
    let frames = exception["stacktrace"]["frames"].as_array().unwrap();
    let [frame] = frames.as_slice() else { panic!("file, line and column, and nothing that is guessed: {frames:?}") };
    assert_eq!(frame["filename"], "std/src/thread/functions.rs");
    assert!(frame["lineno"].as_u64() > Some(0) && frame["colno"].as_u64() > Some(0), "{frame}");
    nothing_else_is_said(&event);
    // glibc looks once, at the start, where the stack is.
    let maps = trace.of(&["open", "openat"]).iter().filter(|call| call.contains("/proc/self/maps")).count();
    assert!(maps <= 1 && trace.mentions("/proc/self/mem").is_none(), "{maps}");

    // The hook takes no memory from the system, and nothing from the C library that would.
    let calls: Vec<_> = calls_from(&trace, "(INJECTED)").into_iter().map(|(name, _)| name).collect();
    assert!(
        !calls.is_empty() && !calls.iter().any(|name| ["brk", "mmap", "mremap"].contains(&name.as_str())),
        "{calls:?}"
    );

    let next = crashes.run("send");
    assert_eq!((next.code, crashes.sentry.bodies()), (Some(0), vec![report]), "{}", next.stderr);
    assert_eq!((crashes.names(), crashes.world.receiver.requests().len()), (Vec::new(), 1));
}

/// The keys of the report.
fn nothing_else_is_said(event: &Value) {
    let keys: Vec<_> = event.as_object().unwrap().keys().map(String::as_str).collect();
    let expected =
        ["contexts", "event_id", "exception", "level", "logger", "platform", "release", "sdk", "tags", "timestamp"];
    assert_eq!(keys, expected);
}

#[test]
fn without_consent_or_dsn_no_report_is_kept() {
    let crashes = Crashes::new();
    crashes.world.fixture.preferences(true, true, true, false);
    let Some((run, _)) = with_faults(&faulty(&crashes), &[NO_THREADS]) else { return };
    assert_eq!((run.code, crashes.names()), (Some(70), Vec::new()), "{}", run.stderr);
    assert!(!run.stderr.contains("report is kept"), "{}", run.stderr);
    crashes.world.fixture.preferences(true, true, true, true);
    let supervisor = crashes.world.supervisor.url();
    let collector = world::collector(crashes.world.fixture.root())
        .args(["send", "--supervisor", &supervisor, "--endpoint", "http://localhost:9/v1", "--state"])
        .arg(crashes.state());
    let Some((run, _)) = with_faults(&collector, &[NO_THREADS]) else { return };
    assert_eq!((run.code, crashes.names()), (Some(70), Vec::new()), "{}", run.stderr);
}

#[test]
fn a_report_makes_room_for_a_newer_one() {
    let crashes = Crashes::new();
    let names: Vec<_> = (1..=10).map(|second| crashes.waits(second).0).collect();
    // Else they would be sent first.
    std::fs::write(crashes.state().join(format!("until-{}", in_an_hour())), "").unwrap();
    let Some((run, _)) = with_faults(&faulty(&crashes), &[NO_THREADS]) else { return };
    assert_eq!(run.code, Some(70), "{}", run.stderr);
    let left = whole_reports(&crashes, "ten");
    assert_eq!((left.len(), &left[..9]), (10, &names[1..]));
}

fn in_an_hour() -> u64 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() + 3600
}

/// Killed at any call from the fault on: a report is there whole or not at all, and what is there is sent, once.
#[test]
fn killed_while_writing() {
    let crashes = Crashes::new();
    let Some((_, trace)) = with_faults(&faulty(&crashes), &[NO_THREADS]) else { return };
    let calls = calls_from(&trace, ".new-");
    assert!(calls.iter().filter(|(name, _)| WRITING.contains(&name.as_str())).count() >= 5, "{calls:?}");
    for (name, count) in calls {
        let case = format!("killed at {name} {count}");
        let crashes = Crashes::new();
        let kill = format!("inject={name}:signal=KILL:when={count}");
        let Some((run, _)) = with_faults(&faulty(&crashes), &[NO_THREADS, &kill]) else { return };
        assert_eq!(run.signal, Some(9), "{case}: {}", run.stderr);
        let reports = whole_reports(&crashes, &case);
        let next = crashes.run("send");
        assert_eq!(next.code, Some(0), "{case}: {}", next.stderr);
        assert_eq!(
            (crashes.sentry.bodies().len(), crashes.sentry.events().len()),
            (reports.len(), reports.len()),
            "{case}"
        );
        assert_eq!(whole_reports(&crashes, &case).len(), 0, "{case}");
    }
}

/// A full or read-only directory: nothing of the report is left, it is told once, and the program ends as it would have.
#[test]
fn where_nothing_can_be_written() {
    let crashes = Crashes::new();
    let Some((_, trace)) = with_faults(&faulty(&crashes), &[NO_THREADS]) else { return };
    let written = calls_from(&trace, ".new-");
    let (name, count) = &written[0];
    let opening = format!("{name}:when={count}");
    let writing = format!("write:when={}", written.iter().find(|(name, _)| name == "write").unwrap().1);
    for (call, errors) in [
        (opening.as_str(), ["ENOSPC", "EROFS", "EACCES"].as_slice()),
        (&writing, &["ENOSPC", "EIO", "EDQUOT"]),
        ("fdatasync:when=1", &["EIO", "ENOSPC"]),
        ("renameat:when=1", &["EROFS", "ENOSPC", "EIO"]),
    ] {
        for error in errors {
            let (name, when) = call.split_once(':').unwrap();
            let crashes = Crashes::new();
            let fault = format!("inject={name}:error={error}:{when}");
            let Some((run, _)) = with_faults(&faulty(&crashes), &[NO_THREADS, &fault]) else { return };
            assert_eq!((run.code, run.stderr.lines().count()), (Some(70), 1), "{fault}: {}", run.stderr);
            assert!(run.stderr.contains("; no report is kept: "), "{fault}: {}", run.stderr);
            assert_eq!(crashes.names(), Vec::<String>::new(), "{fault}");
        }
    }
}

/// Killed at any call of a run that sends: the report arrives in the end, as one event; and only a death between the
/// server's answer and the next call makes it be sent again.
#[test]
fn killed_while_sending() {
    let crashes = Crashes::new();
    crashes.waits(100);
    let Some((run, trace)) = with_faults(&crashes.collector("send"), &[]) else { return };
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let calls = calls_from(&trace, "faccessat");
    let place = |wanted: &str| calls.iter().position(|(name, _)| name == wanted).unwrap();
    let (connected, removed) = (place("connect"), place("unlinkat"));
    assert!(connected > 5 && removed > connected, "{calls:?}");
    for (index, (name, count)) in calls.iter().enumerate().take(removed + 12) {
        let case = format!("killed at {name} {count}, the call {index} of {removed}");
        let crashes = Crashes::new();
        let (_, report) = crashes.waits(100);
        let kill = format!("inject={name}:signal=KILL:when={count}");
        let Some((run, _)) = with_faults(&crashes.collector("send"), &[&kill]) else { return };
        assert_eq!(run.signal, Some(9), "{case}: {}", run.stderr);
        let first = crashes.sentry.bodies().len();
        whole_reports(&crashes, &case);
        let next = crashes.run("send");
        assert_eq!(next.code, Some(0), "{case}: {}", next.stderr);
        let bodies = crashes.sentry.bodies();
        assert!(bodies.iter().all(|body| *body == report), "{case}");
        assert_eq!(
            (crashes.sentry.events().len(), crashes.names().len()),
            (1, 0),
            "{case}: one event, and nothing is left"
        );
        // What the server had not yet seen of the first by then, it may have seen since.
        let again = match (index > removed, first) {
            (true, _) => 1..=1,
            (false, 0) => 1..=2,
            (false, _) => 2..=2,
        };
        assert!(again.contains(&bodies.len()), "{case}: {} of {again:?}", bodies.len());
    }
}

/// What cannot be deleted is not sent, or it would be sent every day.
#[test]
fn in_a_directory_that_cannot_be_changed_nothing_is_sent() {
    let crashes = Crashes::new();
    let (name, _) = crashes.waits(100);
    let fault = "inject=faccessat,faccessat2:error=EROFS";
    let Some((run, _)) = with_faults(&crashes.collector("send"), &[fault]) else { return };
    assert_eq!((run.code, run.stderr.lines().count()), (Some(0), 1), "{}", run.stderr);
    assert!(run.stderr.contains("Read-only file system"), "{}", run.stderr);
    assert_eq!((crashes.names(), crashes.sentry.connections()), (vec![name], 0));
}

/// A fault that happens at every run is told nevertheless; one in the sending of reports does not keep the analytics away.
#[test]
fn which_comes_first() {
    for (origin, reports_first) in [("-p.", true), ("-s.", false), ("-b.", true)] {
        let crashes = Crashes::new();
        let (name, _) = crashes.waits(100);
        std::fs::rename(crashes.state().join(&name), crashes.state().join(name.replace("-p.", origin))).unwrap();
        let Some((run, trace)) = with_faults(&crashes.collector("send"), &[]) else { return };
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let port = |at: core::net::SocketAddr| format!("htons({})", at.port());
        let connects = trace.of(&["connect"]);
        let place = |port: String| connects.iter().position(|call| call.contains(&port)).unwrap();
        let sentry = crashes.sentry.dsn();
        let sentry = sentry.rsplit_once(':').unwrap().1.split_once('/').unwrap().0;
        let first = place(format!("htons({sentry})")) < place(port(crashes.world.receiver.address()));
        assert_eq!(first, reports_first, "{origin}: {connects:?}");
    }
}

/// More than the program's own buffer holds is the input's fault: the run says why, and nothing is
/// reported.
#[test]
fn a_payload_that_does_not_fit_is_no_fault() {
    let crashes = Crashes::new();
    let entry = |number: usize| serde_json::json!({"domain": format!("{number:0>64}"), "source": "user"});
    let entries: Vec<Value> = (0..990).map(entry).collect();
    let file = serde_json::json!({"version": 1, "minor_version": 5, "key": "core.config_entries", "data": {"entries": entries}});
    let fixture = &crashes.world.fixture;
    fixture.write(fixture.data_path("homeassistant/.storage/core.config_entries"), file.to_string());
    // Newer than the table of integrations: names that it does not have may be its own.
    fixture.write(fixture.data_path("homeassistant/.HA_VERSION"), "2027.1.0\n");
    for command in ["send", "show"] {
        let run = crashes.run(command);
        assert_eq!((run.code, run.text(), crashes.world.receiver.connections()), (Some(65), "", 0), "{}", run.stderr);
        let why = "haos-analytics: error: integrations: the payload does not fit into 65536 bytes";
        assert_eq!(run.stderr.lines().last(), Some(why), "{command}: {}", run.stderr);
        assert_eq!(crashes.names(), Vec::<String>::new(), "{command}");
    }
}

/// The order is that in which they were written, whatever the clock says: a board without a battery
/// begins at 1970.
#[test]
fn a_report_comes_after_those_that_wait() {
    let crashes = Crashes::new();
    let (waiting, first) = crashes.waits(4_000_000_000);
    // Else it would be sent first.
    let pause = crashes.state().join(format!("until-{}", in_an_hour()));
    std::fs::write(&pause, "").unwrap();
    for number in [4_000_000_001_u64, 4_000_000_002] {
        let Some((run, _)) = with_faults(&faulty(&crashes), &[NO_THREADS]) else { return };
        assert_eq!(run.code, Some(70), "{}", run.stderr);
        let last = whole_reports(&crashes, "later").pop().unwrap();
        assert!(last.starts_with(&format!("{number}-")), "{last}");
    }
    std::fs::remove_file(pause).unwrap();
    let expected = whole_reports(&crashes, "all").iter().map(|name| crashes.read(name)).collect::<Vec<_>>();
    assert_eq!((crashes.names()[0].as_str(), &expected[0]), (waiting.as_str(), &first));
    crashes.run("send");
    assert_eq!(crashes.sentry.bodies(), expected);
}

/// What was begun is removed by the next run, unless somebody is still at it.
#[test]
fn a_half_that_nobody_writes_goes() {
    let crashes = Crashes::new();
    let (name, _) = crashes.waits(100);
    let half = crashes.state().join(format!(".new-{}", crashes::report(200).0));
    let written = std::fs::File::create(&half).unwrap();
    let held = nix::fcntl::Flock::lock(written, nix::fcntl::FlockArg::LockExclusiveNonblock).unwrap();
    crashes.run("send");
    assert!(half.exists() && !crashes.state().join(name).exists());
    drop(held);
    crashes.run("send");
    assert_eq!(crashes.names(), Vec::<String>::new());
}

/// Broken input and networks that fail are no faults.
#[test]
fn what_is_expected_is_not_reported() {
    let crashes = Crashes::new();
    let fixture = &crashes.world.fixture;
    let unreachable = ["--endpoint", "http://127.0.0.1:9/v1"];
    let refused = crashes.collector("send").env("https_proxy", "").env("http_proxy", "socks5://127.0.0.1:9");
    assert_eq!(refused.run().code, Some(78));
    fixture.uuid(Some("short"));
    assert_eq!(crashes.run("send").code, Some(65));
    fixture.uuid(None);
    assert_eq!(crashes.run("send").code, Some(75));
    fixture.preferences(false, false, false, true);
    assert_eq!(crashes.collector("send").args(unreachable).run().code, Some(77));
    assert_eq!(crashes.names(), Vec::<String>::new());
}
