//! The original's way of working, beside ours: a key-value store, listed in pages of 1000 keys and read entry by entry.
//!
//! It is a table of an SQLite file here, on the same machine: without the network that is between the original and its
//! store, and with no more work on an entry than to parse it and to count what is in it.

use crate::book::Book;
use crate::population::population;
use crate::sums::time;
use haos_analytics_receiver::aggregate::Rules;
use haos_analytics_receiver::clock::Moment;
use haos_analytics_receiver::publisher::Publisher;
use haos_analytics_receiver::store::sqlite::Sqlite;
use haos_analytics_receiver::time::Time;
use rusqlite::{params, Connection, OptionalExtension as _};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;

/// More take proportionally longer.
const MOST: u64 = 100_000;
const PAGE: i64 = 1000;

#[allow(clippy::cast_precision_loss, reason = "small")]
pub fn measure(ours: &Path, count: u64, directory: &Path, _: &mut Book) {
    let entries = count.min(MOST);
    let mut db = Connection::open(directory.join("entries.sqlite")).unwrap();
    fill(&mut db, entries);
    let (theirs, found) = time(&format!("{entries} entries listed, and read one by one"), || aggregate(&db));
    assert_eq!(found, entries);
    let (full, _) = time(&format!("ours, all {count}"), || {
        let (mut publisher, _current) = Publisher::new(Rules::default());
        publisher.refresh(&mut Sqlite::open(ours).unwrap(), true, &Moment::sure(Time::now())).unwrap()
    });
    let ratio = (theirs.1 / entries as f64) / (full.1 / count as f64);
    println!("  entry by entry costs {ratio:.1} times as much processor time for an installation");
}

fn fill(db: &mut Connection, count: u64) {
    db.execute_batch("PRAGMA journal_mode = OFF; CREATE TABLE entry (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        .unwrap();
    let transaction = db.transaction().unwrap();
    for number in 0..count {
        let key = format!("uuid:{}", population().uuid(number));
        transaction
            .prepare_cached("INSERT INTO entry VALUES (?, ?)")
            .unwrap()
            .execute(params![key, population().report(number, 0)])
            .unwrap();
    }
    transaction.commit().unwrap();
}

fn aggregate(db: &Connection) -> u64 {
    let mut counts: HashMap<String, u64> = HashMap::new();
    let (mut last, mut all) = (String::new(), 0);
    loop {
        let mut list = db.prepare_cached("SELECT key FROM entry WHERE key > ? ORDER BY key LIMIT ?").unwrap();
        let keys: Vec<String> =
            list.query_map(params![last, PAGE], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        for key in &keys {
            let mut get = db.prepare_cached("SELECT value FROM entry WHERE key = ?").unwrap();
            let value: Option<String> = get.query_row([key], |row| row.get(0)).optional().unwrap();
            let value: Value = serde_json::from_str(&value.unwrap()).unwrap();
            count(&mut counts, "", &value);
            all += 1;
        }
        let Some(key) = keys.last() else { return all };
        last.clone_from(key);
    }
}

/// Every text, under its path.
fn count(counts: &mut HashMap<String, u64>, path: &str, value: &Value) {
    match value {
        Value::Object(object) => object
            .iter()
            .filter(|(key, _)| *key != "uuid")
            .for_each(|(key, value)| count(counts, &format!("{path}/{key}"), value)),
        Value::Array(list) => list.iter().for_each(|value| count(counts, path, value)),
        value => *counts.entry(format!("{path} {value}")).or_default() += 1,
    }
}
