//! A store that fails: an error for the sender, no crash, and nothing is lost that was acknowledged.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::cluster::Cluster;
use common::program::{status, Program};
use common::{skipped, smallest, wait_until};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_haos-analytics-receiver");

fn uuid(number: u32) -> String {
    format!("{number:032}")
}

fn post(program: &Program, number: u32) -> String {
    // A version that nobody else has makes the store grow faster.
    let answer = program.post(&smallest(&uuid(number), &format!("2026.2.{number}")));
    status(&answer).to_owned()
}

/// Sends so many reports at most, until one is refused; gives those that went in.
fn until_it_fails(program: &Program, most: u32) -> Vec<u32> {
    let mut acknowledged = Vec::new();
    let failed = (0..most).find(|number| match &*post(program, *number) {
        "200" => {
            acknowledged.push(*number);
            false
        }
        status => {
            assert_eq!(status, "500");
            true
        }
    });
    assert!(failed.is_some() && acknowledged.len() > 5, "{} went in", acknowledged.len());
    acknowledged
}

/// The problems that it tells of.
fn health(program: &Program) -> Vec<String> {
    let answer = program.request("GET", "/healthz", "", b"");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    if status(&answer) == "200" {
        assert_eq!(body, "ok\n");
        return Vec::new();
    }
    assert_eq!(status(&answer), "503");
    let lines = body.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines.map(|line| line["problem"].as_str().unwrap().to_owned()).collect()
}

fn exported(store: &str) -> String {
    let output = Command::new(PROGRAM).args(["export", "--store", store]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn everything_is_there(store: &str, acknowledged: &[u32]) {
    let exported = exported(store);
    for number in acknowledged {
        assert!(exported.contains(&uuid(*number)), "{number} is lost");
    }
}

#[test]
fn no_room_left() {
    let directory = TempDir::new().unwrap();
    let store = format!("sqlite:{}", directory.path().join("store").display());
    // The largest file may have 300 KiB: the write-ahead log reaches that first.
    let limited = ["-c", "trap '' XFSZ; ulimit -f 600; exec \"$@\"", "sh", PROGRAM];
    let program = Program::start(Command::new("sh").args(limited), &store, &["--refresh", "1"]);
    let acknowledged = until_it_fails(&program, 2000);
    // It says so, and goes on.
    assert!(health(&program).contains(&"cannot write".to_owned()));
    assert_eq!(status(&program.request("GET", "/schema.json", "", b"")), "200");
    assert_eq!(post(&program, 5000), "500");
    assert_eq!(program.stop(), Some(0));
    everything_is_there(&store, &acknowledged);
    assert!(!exported(&store).contains(&uuid(5000)));
    // With room, all is as before.
    let program = Program::serve(&store, &[]);
    assert_eq!(post(&program, 5000), "200");
    assert_eq!(health(&program), [""; 0]);
}

/// A disk of its own, for root; and one who may make itself root of a namespace.
const ON_A_SMALL_DISK: &str = "mount -t tmpfs -o size=3m small \"$0\" && exec \"$@\"";

fn small_disk(directory: &Path) -> Option<Command> {
    let words: &[&str] = if std::fs::metadata("/proc/self").unwrap().uid() == 0 { &["-m"] } else { &["-m", "-r"] };
    let mut tried = Command::new("unshare");
    tried.args(words).args(["sh", "-c", ON_A_SMALL_DISK]).arg(directory).arg("true");
    if !tried.stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        return None;
    }
    let mut command = Command::new("unshare");
    command.args(words).args(["sh", "-c", ON_A_SMALL_DISK]).arg(directory).arg(PROGRAM);
    Some(command)
}

#[test]
fn a_disk_that_is_full() {
    let directory = TempDir::new().unwrap();
    let Some(mut command) = small_disk(directory.path()) else { return skipped("unshare cannot mount") };
    let store = format!("sqlite:{}", directory.path().join("store").display());
    let program = Program::start(&mut command, &store, &["--refresh", "1"]);
    wait_until("told before", || health(&program) == ["the disk is nearly full"]);
    let mut acknowledged = until_it_fails(&program, 5000);
    // It stays so, whatever small thing goes in now and then.
    let mut told = Vec::new();
    for number in 6000..6300 {
        let answer = post(&program, number);
        if answer == "200" {
            acknowledged.push(number);
        }
        told.push((answer, health(&program).contains(&"cannot write".to_owned())));
    }
    let recent = |at: usize| told[at.saturating_sub(3)..=at].iter().any(|(answer, _)| answer == "500");
    assert!((0..told.len()).all(|at| told[at].1 || !recent(at)), "{told:?}");
    // What was acknowledged is there; only in the namespace of the program one sees it.
    let root = format!("/proc/{}/root{}", program.id(), directory.path().join("store").display());
    for number in acknowledged {
        assert_eq!(post(&program, number), "200", "{number} is known");
    }
    assert!(std::fs::metadata(root).unwrap().len() > 0);
    assert_eq!(program.stop(), Some(0));
}

#[test]
fn a_file_that_was_moved_away() {
    let directory = TempDir::new().unwrap();
    let (file, away) = (directory.path().join("store"), directory.path().join("away"));
    let store = format!("sqlite:{}", file.display());
    let program = Program::serve(&store, &["--refresh", "1"]);
    (0..3).for_each(|number| assert_eq!(post(&program, number), "200"));
    wait_until("well", || health(&program).is_empty());
    for replaced in [false, true] {
        std::fs::rename(&file, &away).unwrap();
        if replaced {
            std::fs::copy(&away, &file).unwrap();
        }
        // Nothing is taken that would be lost, also not what is there already.
        assert_eq!((post(&program, 7), post(&program, 1)), ("500".to_owned(), "500".to_owned()));
        wait_until("told", || health(&program).contains(&"the file was moved away or replaced".to_owned()));
        assert!(health(&program).contains(&"cannot write".to_owned()));
        std::fs::rename(&away, &file).unwrap();
        wait_until("well again", || health(&program).is_empty());
        assert_eq!(post(&program, 7), "200");
    }
    assert_eq!(program.stop(), Some(0));
    everything_is_there(&store, &[0, 1, 2, 7]);
}

#[test]
fn a_log_that_was_removed() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let program = Program::serve(&format!("sqlite:{}", file.display()), &["--refresh", "1"]);
    assert_eq!(post(&program, 1), "200");
    std::fs::remove_file(directory.path().join("store-wal")).unwrap();
    assert_eq!(post(&program, 2), "500");
    wait_until("told", || health(&program).contains(&"the file was moved away or replaced".to_owned()));
}

#[test]
fn pages_that_are_damaged() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let store = format!("sqlite:{}", file.display());
    let program = Program::serve(&store, &[]);
    (0..400).for_each(|number| assert_eq!(post(&program, number), "200"));
    assert_eq!(program.stop(), Some(0));
    // The first pages say what the file is and where the tables are. Of the others, half are gone.
    damage(&file, |page| page >= 16 && page % 2 == 0);
    let program = Program::serve(&store, &["--refresh", "1"]);
    let answers: Vec<_> = (0..400).map(|number| post(&program, number)).collect();
    assert!(answers.iter().all(|status| ["200", "500"].contains(&&**status)), "{answers:?}");
    assert!(answers.contains(&"500".to_owned()), "{answers:?}");
    wait_until("told", || status(&program.request("GET", "/healthz", "", b"")) == "503");
    assert_eq!(status(&program.request("GET", "/data.json", "", b"")), "503");
    assert_eq!(status(&program.request("GET", "/schema.json", "", b"")), "200");
    assert_eq!(program.stop(), Some(0));
    // With its first page gone it is no database.
    damage(&file, |page| page == 0);
    for command in ["serve", "aggregate", "export"] {
        let output = Command::new(PROGRAM)
            .env("HAOS_ANALYTICS_RECEIVER_LISTEN", "127.0.0.1:0")
            .args([command, "--store", &store])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{command}: {said}");
        assert!(said.contains("not a database") && said.lines().count() == 1, "{command}: {said}");
    }
}

fn damage(file: &Path, which: impl Fn(usize) -> bool) {
    let mut bytes = std::fs::read(file).unwrap();
    // But for the last one, in which is the newest report: without it, the file is not even opened.
    let last = bytes.len() / 4096 - 1;
    let pages = bytes.chunks_mut(4096).enumerate();
    pages.filter(|(page, _)| *page != last && which(*page)).for_each(|(_, bytes)| bytes.fill(0xa5));
    std::fs::write(file, bytes).unwrap();
}

#[test]
fn a_node_that_is_lost() {
    let Some(mut cluster) = Cluster::start() else { return skipped("redis-server is missing") };
    let program = Program::serve(&cluster.url(), &["--refresh", "1", "--replicas", "0"]);
    (0..30).for_each(|number| assert_eq!(post(&program, number), "200"));
    let directory = TempDir::new().unwrap();
    let mirror = directory.path().join("mirror");
    let options = ["--refresh", "1", "--replicas", "0", "--mirror", mirror.to_str().unwrap()];
    let publishing = Program::serve(&cluster.url(), &options);
    wait_until("it follows", || health(&publishing).is_empty());
    cluster.lose(1);
    wait_until("told", || health(&publishing).contains(&"the mirror cannot follow".to_owned()));
    let mut acknowledged: Vec<u32> = (0..30).collect();
    let mut refused = 0;
    for number in 30..200 {
        match &*post(&program, number) {
            "200" => acknowledged.push(number),
            "500" => refused += 1,
            other => panic!("{other}"),
        }
        if refused == 2 {
            break;
        }
    }
    assert_eq!(refused, 2, "nothing was refused");
    assert_eq!(status(&program.request("GET", "/healthz", "", b"")), "503");
    cluster.bring_back(1);
    wait_until("taken again", || (300..312).all(|number| post(&program, number) == "200"));
    // It is well again when it has been so at two refreshes in succession.
    wait_until("well again", || {
        assert_eq!(post(&program, 312), "200");
        health(&program).is_empty()
    });
    assert_eq!(program.stop(), Some(0));
    acknowledged.extend(300..313);
    everything_is_there(&cluster.url(), &acknowledged);
}
