//! What is forgotten stands in no file any more, and nobody can tell whether it ever did.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::program::Program;
use common::run::run;
use common::{facts, full, put, smallest, wait_until, NOON};
use core::time::Duration;
use haos_analytics_receiver::sample::Population;
use haos_analytics_receiver::store::sqlite::{Sqlite, LOG_LIMIT};
use haos_analytics_receiver::store::{Outcome, Store as _, Write};
use haos_analytics_receiver::time::Time;
use rusqlite::Connection;
use serde_json::json;
use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const UUID: &str = "5eb63bbbe01eeed093cb22bb8f5acdc3";

/// Names that nobody else has, in each kind of fact that has names.
const NAMES: [&str; 6] = ["tulpenfeld", "nebelhorn_x", "a0b1c2d3_kranich", "2031.7.19", "zwieback-64", "2031.7.20b4"];

fn payload(uuid: &str) -> String {
    let mut payload = full();
    payload["uuid"] = json!(uuid);
    payload["integrations"] = json!(["mqtt", NAMES[0]]);
    payload["custom_integrations"] = json!([{"domain": NAMES[1], "version": NAMES[3]}]);
    payload["addons"] = json!([{"slug": NAMES[2], "protected": true, "version": "1", "auto_update": false}]);
    payload["operating_system"] = json!({"board": NAMES[4], "version": "17.1"});
    payload["version"] = json!(NAMES[5]);
    payload.to_string()
}

/// An installation id as text and as the bytes that it stands for, and the names.
fn wanted(uuid: &str) -> Vec<Vec<u8>> {
    let bytes = (0..32).step_by(2).map(|at| u8::from_str_radix(&uuid[at..at + 2], 16).unwrap()).collect();
    let names = NAMES.iter().map(|name| name.as_bytes().to_vec());
    [uuid.as_bytes().to_vec(), bytes].into_iter().chain(names).collect()
}

/// Which of these stand in which file of a directory.
fn found(directory: &Path, wanted: &[Vec<u8>]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        for word in wanted.iter().filter(|word| bytes.windows(word.len()).any(|part| part == **word)) {
            found.push(format!("{}: {}", path.file_name().unwrap().display(), String::from_utf8_lossy(word)));
        }
    }
    found
}

#[test]
fn deleted_and_expired() {
    let directory = TempDir::new().unwrap();
    let url = format!("sqlite:{}", directory.path().join("store").display());
    run(&["import", "--store", &url], &run(&["sample", "--count", "40"], ""));
    let program = Program::serve(&url, &["--refresh", "1", "--least", "1"]);
    let wanted = wanted(UUID);
    let is_there = |names: usize| {
        let found = found(directory.path(), &wanted);
        assert!(found.len() > names, "{found:?}");
    };
    let is_gone = || {
        let left = (0..300).map_while(|_| {
            std::thread::sleep(Duration::from_millis(50));
            Some(found(directory.path(), &wanted)).filter(|found| !found.is_empty())
        });
        assert!(left.count() < 300, "{:?}", found(directory.path(), &wanted));
    };
    for _ in 0..2 {
        assert!(program.post(&payload(UUID)).starts_with("HTTP/1.1 200 "));
        is_there(NAMES.len());
        assert!(program.request("DELETE", &format!("/v1/{UUID}"), "", b"").starts_with("HTTP/1.1 200 "));
        is_gone();
    }
    // One that expires in a moment.
    let updated = Time::now().0 - 60 * 86_400_000 + 3_000;
    let value = payload(UUID);
    let line = format!(r#"{{"key":"uuid:{UUID}","added":{updated},"updated":{updated},"value":{value}}}"#);
    run(&["import", "--store", &url], &line);
    is_there(NAMES.len());
    is_gone();
    assert!(program.get("/metrics").contains("expired_total 1\n"));
    assert_eq!(program.stop(), Some(0));
    assert_eq!(found(directory.path(), &wanted), [""; 0]);
}

/// Rows that were moved between pages leave copies behind, which SQLite does not overwrite.
#[test]
fn nothing_is_left_in_unused_parts_of_pages() {
    let directory = TempDir::new().unwrap();
    let mut store = Sqlite::open(&directory.path().join("store")).unwrap();
    let population = Population::new(9);
    let name = |uuid: &str| format!("n{}", &uuid[..20]);
    let ids: Vec<_> = (0..12_000).map(|number| population.uuid(number)).collect();
    let write = |uuid: &String| {
        let payload = json!({"uuid": uuid, "version": "2026.2.1", "installation_type": "Unknown",
                             "integrations": [name(uuid)]});
        Write::put(uuid, facts(&payload.to_string(), None))
    };
    for some in ids.chunks(100) {
        store.write(&some.iter().map(write).collect::<Vec<_>>(), NOON).unwrap();
    }
    store.counts().unwrap();
    let gone: Vec<_> = ids.iter().step_by(4).collect();
    for some in gone.chunks(50) {
        store.write(&some.iter().map(|uuid| Write::delete(uuid)).collect::<Vec<_>>(), NOON).unwrap();
    }
    store.sweep(NOON).unwrap();
    store.vacuum(Duration::ZERO).unwrap();
    wait_until("empty", || {
        store.erase();
        store.log_bytes() == 0
    });
    let bytes = std::fs::read(directory.path().join("store")).unwrap();
    // All are of hexadecimal digits: words of 20 of them, wherever they begin.
    let parts: HashSet<&[u8]> = bytes.windows(20).filter(|part| part.iter().all(u8::is_ascii_hexdigit)).collect();
    assert!(parts.contains(&ids[1].as_bytes()[..20]));
    let left = gone.iter().filter(|uuid| parts.contains(&uuid.as_bytes()[..20])).count();
    assert_eq!(left, 0, "of {}", gone.len());
    let (tally, _) = store.counts().unwrap();
    assert!(tally.take_unused().is_empty());
    let check = store.connection().query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    assert_eq!(check.unwrap(), "ok");
}

/// What takes time is to wait for the disk; what is written is the same.
#[test]
fn whether_it_was_there_costs_the_same() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let mut store = Sqlite::open(&file).unwrap();
    let population = Population::new(5);
    let batch: Vec<_> = (0..40).map(|number| put(&population, number, 0)).collect();
    store.write(&batch, NOON).unwrap();
    let observer = Connection::open(&file).unwrap();
    let version = || observer.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0)).unwrap();
    for number in [7, 21, 33] {
        let mut costs = |uuid: &str, expected| {
            let (bytes, before) = (store.log_bytes(), version());
            assert_eq!(store.write(&[Write::delete(uuid)], NOON).unwrap(), [expected]);
            (store.log_bytes() - bytes, version() - before)
        };
        let unknown = costs(&population.uuid(1_000 + number), Outcome::Absent);
        let known = costs(&population.uuid(number), Outcome::Deleted);
        assert!(unknown.0 > 0 && unknown.1 > 0, "{unknown:?}");
        assert_eq!(unknown, known);
    }
}

/// As a pipe into a program that has stopped reading.
#[test]
fn a_stalled_export_keeps_no_log() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let mut store = Sqlite::open(&file).unwrap();
    let population = Population::new(6);
    let batch: Vec<_> = (0..2000).map(|number| put(&population, number, 0)).collect();
    let now = Time::now();
    batch.chunks(500).for_each(|batch| drop(store.write(batch, now).unwrap()));
    let mut export = Command::new(env!("CARGO_BIN_EXE_haos-analytics-receiver"))
        .args(["export", "--store", &format!("sqlite:{}", file.display())])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // It is in the midst of it: all is some 4 MB, and a pipe takes 64 KiB.
    let mut pipe = BufReader::new(export.stdout.take().unwrap());
    assert!(pipe.read_line(&mut String::new()).unwrap() > 100);
    store.write(&[Write::delete(batch[0].uuid()), put(&population, 1, 1)], now).unwrap();
    assert!(store.log_bytes() > 0);
    wait_until("empty", || {
        store.erase();
        store.log_bytes() == 0
    });
    export.kill().unwrap();
    export.wait().unwrap();
}

#[test]
fn a_reader_without_end_stops_writing_at_the_limit() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let mut store = Sqlite::open(&file).unwrap();
    let uuid = |number: u32| format!("{:032}", number.wrapping_mul(0x9e37_79b1));
    let write = |number: u32| Write::put(&uuid(number), facts(&smallest(&uuid(number), "2026.2.1"), None));
    let batch: Vec<_> = (0..12_000).map(write).collect();
    store.write(&batch, NOON).unwrap();
    let reader = Connection::open(&file).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM report;").unwrap();
    // Each time all of it is written again.
    let mut now = NOON;
    let refused = (0..1000).find_map(|_| {
        now = now.plus(common::days(31));
        store.write(&batch, now).err()
    });
    assert!(refused.unwrap().to_string().contains("another program keeps a transaction open"));
    assert!(store.log_bytes() < LOG_LIMIT + LOG_LIMIT / 8, "{}", store.log_bytes());
    // What is there already is acknowledged all the same.
    let same: Vec<_> = batch.iter().take(9).cloned().collect();
    let before = now.minus(common::days(31));
    assert_eq!(store.write(&same, before).unwrap(), [Outcome::Unchanged; 9]);
    reader.execute_batch("COMMIT").unwrap();
    wait_until("writes again", || store.write(&batch, now).is_ok());
    wait_until("short", || store.log_bytes() < LOG_LIMIT);
}
