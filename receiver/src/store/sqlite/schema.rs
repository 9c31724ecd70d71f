//! The tables, and how a file of an earlier version becomes one of this version.
//!
//! To change the tables, append to [`MIGRATIONS`]; what stands there already is never changed.

use super::super::Error;
use crate::fact::Kind;
use rusqlite::{Connection, Transaction, TransactionBehavior};

/// Marks the file as ours: "haos".
const APPLICATION: i32 = 0x6861_6f73;
/// So long a connection waits for another one.
pub(super) const BUSY: core::time::Duration = core::time::Duration::from_secs(10);
/// Pages of the write-ahead log, 48 MB: rarely reached, see [`super::checkpoint`].
pub(super) const LOG: u32 = 12_000;

/// The migration at index *n* makes a file of version *n* one of version *n* + 1. A file's version is its
/// `user_version`; a new file is of version 0.
const MIGRATIONS: [&str; 2] = [
    "
CREATE TABLE kind (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE fact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL,
    part_of INTEGER,
    text TEXT NOT NULL,
    UNIQUE (kind, text)
);
CREATE TABLE report (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    first_seen INTEGER NOT NULL, -- milliseconds since 1970
    updated INTEGER NOT NULL,
    digest BLOB NOT NULL,
    facts TEXT NOT NULL -- JSON list of fact.id, in order; with a minus: not counted
);
CREATE TABLE history (time INTEGER PRIMARY KEY, entry TEXT NOT NULL);
CREATE TABLE position (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE VIEW installation AS
    SELECT uuid, datetime(first_seen / 1000, 'unixepoch') AS first_seen,
           datetime(updated / 1000, 'unixepoch') AS updated, json_array_length(facts) AS facts
    FROM report;
CREATE VIEW reported AS
    SELECT report.uuid, kind.name AS kind, fact.text
    FROM report, json_each(report.facts) AS each
    JOIN fact ON fact.id = abs(each.value) JOIN kind ON kind.id = fact.kind;
",
    // The last time that the clock told, and for how long it had been steady; see `crate::clock`.
    "
CREATE TABLE clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last INTEGER NOT NULL, -- milliseconds since 1970
    steady INTEGER NOT NULL -- milliseconds
);
",
];
/// The version that this program writes.
const VERSION: usize = MIGRATIONS.len();

/// Sets up a connection, and a file that is new.
pub(super) fn prepare(db: &Connection) -> Result<(), Error> {
    db.busy_timeout(BUSY)?;
    migrate(db)?;
    // FULL: a commit has returned when it is on disk. What is deleted is overwritten.
    db.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
         PRAGMA cache_size = -5000; PRAGMA wal_autocheckpoint = {LOG};
         PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY;",
    ))?;
    db.set_prepared_statement_cache_capacity(32);
    Ok(())
}

/// Brings a file to this version, in one transaction; refuses other programs' files and later versions.
fn migrate(db: &Connection) -> Result<(), Error> {
    if version(db)? == VERSION {
        return Ok(());
    }
    let transaction = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
    // Another process may have done it in the meantime.
    let from = version(&transaction)?;
    for migration in &MIGRATIONS[from..] {
        transaction.execute_batch(migration)?;
    }
    let kinds = Kind::ALL.map(|(kind, name)| format!("({}, '{name}')", kind as u8)).join(", ");
    transaction.execute_batch(&format!(
        "INSERT INTO kind VALUES {kinds} ON CONFLICT (id) DO UPDATE SET name = excluded.name;
         PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};"
    ))?;
    transaction.commit()?;
    Ok(())
}

/// The version of a file that this program can open.
fn version(db: &Connection) -> Result<usize, Error> {
    let (application, version): (i32, i32) = (pragma(db, "application_id")?, pragma(db, "user_version")?);
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, usize::try_from(version)) {
        (0, Ok(0)) if tables == 0 => Ok(0),
        (APPLICATION, Ok(known)) if (1..=VERSION).contains(&known) => Ok(known),
        (APPLICATION, _) => Err(Error::Broken(format!(
            "the file is of version {version}, this program knows versions 1 to {VERSION}; \
             use the program that wrote it, or a backup that was made before"
        ))),
        _ => Err(Error::Broken("the file is another program's".to_owned())),
    }
}

fn pragma(db: &Connection, name: &str) -> Result<i32, Error> {
    Ok(db.pragma_query_value(None, name, |row| row.get(0))?)
}
