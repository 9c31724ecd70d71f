//! Crashes of the board: only where that is switched on, each once, and nothing of it that could tell whose board it is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/crashes.rs"]
mod crashes;
#[path = "common/world.rs"]
mod world;

use crashes::Crashes;
use haos_analytics_tests::collector::Collector;
use haos_analytics_tests::sentry::Behaviour;
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use tempfile::TempDir;
use world::run;

const RECORD: &str = "Panic#1 Part1\n<6>[ 1.0] usb 1-1: SerialNumber: S3CR3T\n\
    <4>[ 2.0] CPU: 0 PID: 1 Comm: S3CR3T\n<4>[ 2.1] Call trace:\n<4>[ 2.1]  dump_backtrace+0x9c/0x128\n\
    <4>[ 2.1]  do_exit+0x8f4/0x9b8\n<4>[ 2.2] ---[ end Kernel panic ]---\n\
    <0>[ 2.3] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100\n";

const FAILED: &str = "#!/bin/sh\necho asked >> \"$ASKED\"\nprintf 'Id=%s\\nResult=%s\\nActiveState=failed\\nStateChangeTimestamp=x\\n\\n' \
    haos-data.service exit-code backup@S3CR3T.service timeout\n";

/// A board whose kernel has crashed, and two of whose services have failed.
struct Board {
    crashes: Crashes,
    programs: TempDir,
}

impl Board {
    fn new(behaviour: Behaviour) -> Self {
        let board = Self { crashes: Crashes::with(behaviour), programs: TempDir::new().unwrap() };
        let systemctl = board.programs.path().join("systemctl");
        fs::write(&systemctl, FAILED).unwrap();
        fs::set_permissions(&systemctl, fs::Permissions::from_mode(0o755)).unwrap();
        board.crashes.world.fixture.write("sys/fs/pstore/dmesg-ramoops-0", RECORD);
        board.crashes.world.fixture.write("sys/fs/pstore/console-ramoops-0", "Oops: S3CR3T");
        board
    }

    fn collector(&self) -> Collector {
        let programs = self.programs.path();
        self.crashes.collector("send").env("PATH", programs).env("ASKED", programs.join("asked"))
    }

    fn has_asked(&self) -> bool {
        self.programs.path().join("asked").exists()
    }
}

#[test]
fn each_is_told_once() {
    let board = Board::new(Behaviour::Contract);
    let send = || run(&board.collector().arg("--board-crashes"));
    let first = send();
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    let events = board.crashes.sentry.events();
    let told: Vec<_> = events.iter().map(|event| &event["exception"]["values"][0]).collect();
    let mut told: Vec<_> = told.iter().map(|told| (told["type"].clone(), told["value"].clone())).collect();
    told.sort_by_key(|(kind, value)| format!("{kind}{value}"));
    let expected = [
        ("kernel", "Kernel panic: Attempted to kill init!"),
        ("service", "backup@.service: timeout"),
        ("service", "haos-data.service: exit-code"),
    ];
    assert_eq!(told, expected.map(|(kind, value)| (json!(kind), json!(value))));
    for event in &events {
        assert_eq!((&event["tags"]["board"], &event["level"]), (&json!("odroid-n2"), &json!("error")));
        assert!(!event.to_string().contains("S3CR3T"), "{event}");
    }
    let kernel = events.iter().find(|event| event["exception"]["values"][0]["type"] == "kernel").unwrap();
    let frames = &kernel["exception"]["values"][0]["stacktrace"]["frames"];
    assert_eq!(*frames, json!([{"function": "do_exit"}, {"function": "dump_backtrace"}]));
    let all = board.crashes.sentry.bodies().concat();
    assert!(!String::from_utf8_lossy(&all).contains("S3CR3T"));
    assert!(!first.stderr.contains("S3CR3T"), "{}", first.stderr);

    let marks = board.crashes.names();
    assert!(marks.len() == 3 && marks.iter().all(|mark| mark.starts_with("told-")), "{marks:?}");
    assert_eq!(send().stderr, "");
    assert_eq!(board.crashes.sentry.connections(), 3, "no more to tell");
    // What the kernel keeps no longer needs no mark.
    board.crashes.world.fixture.remove("sys/fs/pstore/dmesg-ramoops-0");
    send();
    assert_eq!(board.crashes.names().len(), 2);
}

#[test]
fn not_unless_switched_on_and_agreed_to() {
    let board = Board::new(Behaviour::Contract);
    run(&board.collector());
    board.crashes.waits(100);
    run(&board.collector());
    assert_eq!((board.crashes.sentry.events().len(), board.has_asked()), (1, false), "not switched on");
    board.crashes.world.fixture.preferences(true, true, true, false);
    let off = run(&board.collector().env("HAOS_ANALYTICS_BOARD_CRASHES", "1"));
    assert_eq!(
        (off.code, board.crashes.sentry.events().len(), board.has_asked()),
        (Some(0), 1, false),
        "{}",
        off.stderr
    );
    board.crashes.world.fixture.preferences(true, true, true, true);
    run(&board.collector().env("HAOS_ANALYTICS_BOARD_CRASHES", "1"));
    assert_eq!((board.crashes.sentry.events().len(), board.has_asked()), (4, true));
}

#[test]
fn what_cannot_be_sent_waits_and_what_cannot_be_asked_is_told() {
    let board = Board::new(Behaviour::status(503));
    let first = run(&board.collector().arg("--board-crashes"));
    assert_eq!((first.code, board.crashes.world.receiver.requests().len()), (Some(0), 1), "{}", first.stderr);
    let waiting = |names: Vec<String>| names.into_iter().filter(|name| name.ends_with("-b.envelope")).count();
    assert_eq!(waiting(board.crashes.names()), 3);
    run(&board.collector().arg("--board-crashes"));
    assert_eq!(waiting(board.crashes.names()), 3, "none is written twice");

    let board = Board::new(Behaviour::Contract);
    fs::remove_file(board.programs.path().join("systemctl")).unwrap();
    let run = run(&board.collector().arg("--board-crashes"));
    assert_eq!((run.code, board.crashes.sentry.events().len()), (Some(0), 1), "{}", run.stderr);
    assert!(run.stderr.contains("systemctl: "), "{}", run.stderr);
}
