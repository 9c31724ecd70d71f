//! The real program on a machine whose clock is wrong: nothing that lasts rests on one reading.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::program::Program;
use common::run::run;
use common::{skipped, smallest, wait_until};
use core::time::Duration;
use haos_analytics_receiver::time::Time;
use rusqlite::Connection;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

const DAY: i64 = 86_400_000;

/// A machine whose clock the test sets.
struct Machine {
    directory: TempDir,
    library: PathBuf,
}

impl Machine {
    /// With so many installations in its store; none where libfaketime is missing.
    fn new(installations: u32) -> Option<Self> {
        let directories = std::fs::read_dir("/usr/lib").ok()?.flatten().map(|entry| entry.path());
        let library =
            directories.map(|path| path.join("faketime/libfaketimeMT.so.1")).find(|library| library.exists())?;
        let machine = Self { directory: TempDir::new().unwrap(), library };
        let sample = run(&["sample", "--count", &installations.to_string()], "");
        run(&["import", "--store", &machine.store()], &sample);
        machine.set("+0");
        Some(machine)
    }

    fn file(&self) -> PathBuf {
        self.directory.path().join("store")
    }

    fn store(&self) -> String {
        format!("sqlite:{}", self.file().display())
    }

    /// As libfaketime writes it: an offset, or `@` and where the clock begins.
    fn set(&self, clock: &str) {
        let (new, file) = (self.directory.path().join("new"), self.directory.path().join("clock"));
        std::fs::write(&new, clock).unwrap();
        std::fs::rename(new, file).unwrap();
    }

    fn serve(&self) -> Program {
        let mut command = Command::new(env!("CARGO_BIN_EXE_haos-analytics-receiver"));
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", self.directory.path().join("clock"))
            .env("FAKETIME_NO_CACHE", "1")
            .env("DONT_FAKE_MONOTONIC", "1");
        let program = Program::start(&mut command, &self.store(), &["--refresh", "1", "--publish", "1"]);
        wait_until("counted", || program.request("GET", "/data.json", "", b"").starts_with("HTTP/1.1 200 "));
        program
    }

    fn ask(&self, question: &str) -> i64 {
        Connection::open(self.file()).unwrap().query_row(question, [], |row| row.get(0)).unwrap()
    }
}

fn metric(program: &Program, name: &str) -> u64 {
    let metrics = program.get("/metrics");
    let line = metrics.lines().find_map(|line| line.strip_prefix(&format!("haos_analytics_receiver_{name} ")));
    line.unwrap_or_else(|| panic!("{name}: {metrics}")).parse().unwrap()
}

fn post(program: &Program, number: u32) -> String {
    let answer = program.post(&smallest(&format!("{number:032}"), "2026.2.1"));
    answer.get(9..12).unwrap_or_default().to_owned()
}

/// Some refreshes more than one.
fn a_while() {
    std::thread::sleep(Duration::from_secs(3));
}

fn is_now(time: i64) -> bool {
    (time - Time::now().0).abs() < 3_600_000
}

#[test]
fn ahead_for_a_moment() {
    for offset in ["+61d", "+59d", "-400d"] {
        let Some(machine) = Machine::new(30) else { return skipped("libfaketime is missing") };
        let program = machine.serve();
        assert_eq!((metric(&program, "clock_jumps_total"), metric(&program, "clock_settled")), (0, 1));
        machine.set(offset);
        wait_until("noticed", || metric(&program, "clock_jumps_total") == 1);
        assert_eq!(post(&program, 1), "200");
        a_while();
        machine.set("+0");
        a_while();
        assert_eq!(post(&program, 2), "200");
        assert_eq!((metric(&program, "expired_total"), metric(&program, "clock_settled")), (0, 0), "{offset}");
        assert_eq!(program.stop(), Some(0));
        assert_eq!(machine.ask("SELECT count(*) FROM report"), 32, "{offset}");
        for time in [
            "max(updated) FROM report",
            "min(first_seen) FROM report WHERE uuid GLOB '000000*'",
            "max(time) FROM history",
        ] {
            assert!(is_now(machine.ask(&format!("SELECT {time}"))), "{offset}: {time}");
        }
        // Restarted with a clock that is right, all goes on.
        let program = machine.serve();
        assert_eq!((post(&program, 3), metric(&program, "clock_jumps_total")), ("200".to_owned(), 0));
    }
}

#[test]
fn off_for_70_days() {
    let Some(machine) = Machine::new(30) else { return skipped("libfaketime is missing") };
    // It has served until today.
    assert_eq!(machine.serve().stop(), Some(0));
    machine.set("+70d");
    let program = machine.serve();
    a_while();
    assert_eq!(post(&program, 1), "200");
    assert_eq!((metric(&program, "expired_total"), metric(&program, "clock_settled")), (0, 0));
    assert_eq!(program.stop(), Some(0));
    assert!(is_now(machine.ask("SELECT max(updated) FROM report") - 70 * DAY));
    // After two days of that it is settled, and ten go in an hour.
    let db = Connection::open(machine.file()).unwrap();
    db.execute("UPDATE clock SET steady = ?", [48 * 3_600_000]).unwrap();
    drop(db);
    let program = machine.serve();
    assert_eq!(metric(&program, "clock_settled"), 1);
    wait_until("slowly", || metric(&program, "expired_waiting") == 1);
    a_while();
    assert_eq!(metric(&program, "expired_total"), 10);
    assert_eq!(program.stop(), Some(0));
    assert_eq!(machine.ask("SELECT count(*) FROM report"), 21);
}

#[test]
fn dated_in_the_future() {
    let Some(machine) = Machine::new(30) else { return skipped("libfaketime is missing") };
    let program = machine.serve();
    wait_until("an entry", || machine.ask("SELECT count(*) FROM history") == 1);
    assert_eq!(program.stop(), Some(0));
    // As a version wrote it that believed every clock.
    let db = Connection::open(machine.file()).unwrap();
    let later = Time::now().0 + 59 * DAY;
    db.execute("UPDATE report SET updated = ?1, first_seen = ?1 WHERE id % 2 = 0", [later]).unwrap();
    db.execute("UPDATE history SET time = ?1", [later]).unwrap();
    drop(db);
    let program = machine.serve();
    let entries = format!("SELECT count(*) FROM history WHERE time < {later}");
    wait_until("an entry", || machine.ask(&entries) == 1);
    for time in ["max(updated) FROM report", "max(first_seen) FROM report", "max(time) FROM history"] {
        assert!(is_now(machine.ask(&format!("SELECT {time}"))), "{time}");
    }
    assert_eq!(program.stop(), Some(0));
    assert_eq!(machine.ask("SELECT count(*) FROM report"), 30);
}

#[test]
fn nobody_has_set_it() {
    let Some(machine) = Machine::new(0) else { return skipped("libfaketime is missing") };
    machine.set("@1970-01-01 00:00:10");
    let mut command = Command::new(env!("CARGO_BIN_EXE_haos-analytics-receiver"));
    let clock = machine.directory.path().join("clock");
    command.env("LD_PRELOAD", &machine.library).env("FAKETIME_TIMESTAMP_FILE", clock);
    command.env("FAKETIME_NO_CACHE", "1").env("DONT_FAKE_MONOTONIC", "1");
    let program = Program::start(&mut command, &machine.store(), &["--refresh", "1"]);
    assert_eq!(post(&program, 1), "500");
    assert!(program.request("GET", "/healthz", "", b"").starts_with("HTTP/1.1 503 "));
    machine.set("+0");
    assert_eq!(post(&program, 1), "200");
    assert_eq!(program.stop(), Some(0));
    // With a store, it is at least as late as that.
    machine.set("@1970-01-01 00:00:10");
    let program = machine.serve();
    assert_eq!(post(&program, 2), "200");
    assert_eq!(program.stop(), Some(0));
    assert!(is_now(machine.ask("SELECT min(updated) FROM report")));
}
