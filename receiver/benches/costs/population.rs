//! A store full of installations that do not exist.

use crate::book::Book;
use haos_analytics_receiver::fact::Facts;
use haos_analytics_receiver::origin::Place;
use haos_analytics_receiver::payload;
use haos_analytics_receiver::sample::Population;
use haos_analytics_receiver::store::sqlite::Sqlite;
use haos_analytics_receiver::store::{Store as _, Write};
use haos_analytics_receiver::time::Time;
use std::path::Path;

/// Written in one go.
const BATCH: u64 = 5000;

pub fn population() -> Population {
    // As `sample` has it by default.
    Population::new(1)
}

/// Every number once, in an order that jumps about the store.
pub fn scattered(at: u64, count: u64) -> u64 {
    // A prime, so it meets all numbers of a count that it does not divide.
    at * 999_983 % count
}

/// What one of them reports, after so many changes.
pub fn put(number: u64, changes: u64) -> Write {
    let report = population().report(number, changes);
    let payload = payload::read(report.as_bytes()).unwrap();
    let (country, region) = population().place(number);
    Write::put(&payload.uuid.0, Facts::of(&payload, Place::of(country, region)))
}

/// Fills a file, unless it is there.
pub fn fill(file: &Path, count: u64) {
    if file.exists() {
        let store = Sqlite::open(file).unwrap();
        let there: i64 = store.connection().query_row("SELECT count(*) FROM report", [], |row| row.get(0)).unwrap();
        assert_eq!(u64::try_from(there), Ok(count), "{}: another number of installations", file.display());
        return;
    }
    let mut store = Sqlite::open(file).unwrap();
    for first in (0..count).step_by(BATCH.try_into().unwrap()) {
        let batch: Vec<_> = (first..count.min(first + BATCH)).map(|number| put(number, 0)).collect();
        store.write(&batch, Time::now()).unwrap();
    }
}

/// How big the store is.
#[allow(clippy::cast_precision_loss, reason = "small")]
pub fn size(file: &Path, count: u64, book: &mut Book) {
    let bytes = std::fs::metadata(file).unwrap().len();
    book.at_most("bytes of store for each installation", bytes as f64 / count as f64, 1536.0);
}
