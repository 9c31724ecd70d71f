//! A file of an earlier version is brought to this one, with all that is in it; one of a later version is refused.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::run::{refused, run};
use core::fmt::Write as _;
use haos_analytics_receiver::fact::to_json;
use haos_analytics_receiver::store::sqlite::Sqlite;
use haos_analytics_receiver::store::Store as _;
use haos_analytics_receiver::time::Time;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// When the file of version 1 was made.
const THEN: Time = Time(1_795_859_000_000);
const STORE: &str = include_str!("stores/version-1.sql");
/// What the program that made it exported.
const EXPORTED: &str = include_str!("stores/version-1.jsonl");

fn version_1(directory: &TempDir) -> PathBuf {
    let file = directory.path().join("store");
    Connection::open(&file).unwrap().execute_batch(STORE).unwrap();
    file
}

fn exported(store: &mut Sqlite) -> String {
    let mut lines = String::new();
    store
        .scan(THEN, &mut |stored| {
            let (uuid, added, updated) = (&stored.uuid, stored.first_seen, stored.updated);
            let value = to_json(uuid, &stored.facts);
            let _ = writeln!(lines, r#"{{"key":"uuid:{uuid}","added":{added},"updated":{updated},"value":{value}}}"#);
            Ok(())
        })
        .unwrap();
    lines
}

fn schema(file: &Path) -> (i64, Vec<String>) {
    let db = Connection::open(file).unwrap();
    let mut select = db.prepare("SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM sqlite_schema ORDER BY 1");
    let tables = select.as_mut().unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    (db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap(), tables)
}

#[test]
fn a_store_of_version_1() {
    let directory = TempDir::new().unwrap();
    let file = version_1(&directory);
    assert_eq!(schema(&file).0, 1);
    let mut store = Sqlite::open(&file).unwrap();
    assert_eq!(exported(&mut store), EXPORTED);
    store.counts().unwrap();
    let history: i64 = store.connection().query_row("SELECT count(*) FROM history", [], |row| row.get(0)).unwrap();
    assert_eq!(history, 1);
    drop(store);
    // It is as if it had been made by this version, and opened a second time it stays so.
    let new = directory.path().join("new");
    drop(Sqlite::open(&new).unwrap());
    drop(Sqlite::open(&file).unwrap());
    assert_eq!(schema(&file), schema(&new));
}

#[test]
fn eight_programs_at_once() {
    let directory = TempDir::new().unwrap();
    let file = version_1(&directory);
    std::thread::scope(|scope| {
        let opened: Vec<_> = (0..8).map(|_| scope.spawn(|| exported(&mut Sqlite::open(&file).unwrap()))).collect();
        opened.into_iter().for_each(|opened| assert_eq!(opened.join().unwrap(), EXPORTED));
    });
}

#[test]
fn a_later_version_and_other_files() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let url = format!("sqlite:{}", file.display());
    run(&["import", "--store", &url], EXPORTED);
    let (current, tables) = schema(&file);
    let set = |pragma: &str, value: i64| {
        Connection::open(&file).unwrap().pragma_update(None, pragma, value).unwrap();
    };
    for wrong in [current + 1, 0, -1] {
        set("user_version", wrong);
        for command in ["serve", "export", "import", "aggregate"] {
            let said = refused(1, &[command, "--store", &url]);
            let expected = format!("the file is of version {wrong}, this program knows versions 1 to {current}");
            assert!(said.contains(&expected), "{command}: {said}");
        }
        assert_eq!(schema(&file), (wrong, tables.clone()));
    }
    set("user_version", current);
    set("application_id", 7);
    assert!(refused(1, &["export", "--store", &url]).contains("another program's"));
}

/// As README has it: a backup under the running program, and back to it.
#[test]
fn backed_up_and_restored() {
    let directory = TempDir::new().unwrap();
    let file = version_1(&directory);
    let backup = directory.path().join("backup");
    let source = Connection::open(&file).unwrap();
    source.execute("VACUUM INTO ?", [backup.to_str().unwrap()]).unwrap();
    drop(source);
    drop(Sqlite::open(&file).unwrap());
    assert_eq!(schema(&backup).0, 1, "the version before can still read it");
    std::fs::rename(&backup, &file).unwrap();
    assert_eq!(exported(&mut Sqlite::open(&file).unwrap()), EXPORTED);
}
