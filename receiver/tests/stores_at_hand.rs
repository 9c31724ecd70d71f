//! `export`, `import` and `sample` as an operator uses them.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "common/run.rs"]
mod run;

use haos_analytics_receiver::time::Time;
use run::{output, refused, run};
use serde_json::{json, Value};
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const DAY: i64 = 24 * 3_600_000;

fn url(directory: &TempDir) -> (std::path::PathBuf, String) {
    let file = directory.path().join("store");
    let url = format!("sqlite:{}", file.display());
    (file, url)
}

fn line(number: u64, added: i64, updated: i64) -> String {
    let uuid = format!("{number:032x}");
    let value = json!({"uuid": uuid, "version": "2026.2.3", "installation_type": "Home Assistant OS"});
    format!("{}\n", json!({"key": format!("uuid:{uuid}"), "added": added, "updated": updated, "value": value}))
}

#[test]
fn an_export_of_nothing_fails_and_makes_nothing() {
    let directory = TempDir::new().unwrap();
    let (file, url) = url(&directory);
    let said = refused(1, &["export", "--store", &url]);
    assert_eq!(said, format!("haos-analytics-receiver: {}: there is no such file\n", file.display()));
    assert_eq!(directory.path().read_dir().unwrap().count(), 0);
}

/// What `import` logs.
fn imported(url: &str, text: &str) -> Value {
    let output = output(&["import", "--store", url], text);
    assert!(output.status.success());
    let log = String::from_utf8(output.stderr).unwrap();
    serde_json::from_str(log.lines().find(|line| line.contains("\"imported\"")).unwrap()).unwrap()
}

#[test]
fn an_import_tells_what_it_skipped_and_may_be_run_again() {
    let directory = TempDir::new().unwrap();
    let (_, url) = url(&directory);
    let now = Time::now().0;
    let lines = [line(1, now - DAY, now), line(2, now - 70 * DAY, now - 61 * DAY), line(3, now, now)].concat();
    let first = imported(&url, &lines);
    assert_eq!((&first["installations"], &first["skipped"]), (&json!(2), &json!(1)), "{first}");
    let again = imported(&url, &lines);
    assert_eq!((&again["installations"], &again["skipped"]), (&json!(0), &json!(3)), "{again}");
    assert_eq!(run(&["export", "--store", &url], "").lines().count(), 2);
}

#[test]
fn a_time_in_the_future_is_refused() {
    let now = Time::now().0;
    let directory = TempDir::new().unwrap();
    let (_, url) = url(&directory);
    let output = output(&["import", "--store", &url], &[line(1, now, now), line(9, now, now + DAY)].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    let expected = "stdin: line 2: updated: lies in the future; 0 installations are written";
    assert!(said.contains(expected) && output.status.code() == Some(1), "{said}");
}

#[test]
fn a_reader_that_has_enough_is_no_failure() {
    let directory = TempDir::new().unwrap();
    let (file, url) = url(&directory);
    let made = run(&["sample", "--count", "3000"], "");
    run(&["import", "--store", &url], &made);
    assert!(Path::new(&file).exists());
    for words in [&["sample", "--count", "3000"][..], &["export", "--store", &url], &["aggregate", "--store", &url]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_haos-analytics-receiver"))
            .args(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut some = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut some).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
    }
}
