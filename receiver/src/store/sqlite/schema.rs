//! The tables.

use super::super::Error;
use crate::fact::Kind;
use rusqlite::Connection;

/// Marks the file as ours: "haos".
const APPLICATION: i32 = 0x6861_6f73;
const VERSION: i32 = 1;
/// Pages of the write-ahead log, 48 MB: rarely reached, see [`super::checkpoint`].
pub(super) const LOG: u32 = 12_000;

const TABLES: &str = "
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
";

/// Sets up a connection, and a file that is new.
pub(super) fn prepare(db: &Connection) -> Result<(), Error> {
    db.busy_timeout(core::time::Duration::from_secs(10))?;
    let (application, version): (i32, i32) = (pragma(db, "application_id")?, pragma(db, "user_version")?);
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, version) {
        (0, 0) if tables == 0 => create(db)?,
        (APPLICATION, VERSION) => (),
        (APPLICATION, _) => return Err(Error::Broken(format!("the file is of version {version}, not {VERSION}"))),
        _ => return Err(Error::Broken("the file is another program's".to_owned())),
    }
    // FULL: a commit has returned when it is on disk. What is deleted is overwritten.
    db.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
         PRAGMA cache_size = -5000; PRAGMA wal_autocheckpoint = {LOG};
         PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY;",
    ))?;
    db.set_prepared_statement_cache_capacity(32);
    Ok(())
}

fn create(db: &Connection) -> Result<(), Error> {
    let kinds = Kind::ALL.map(|(kind, name)| format!("({}, '{name}')", kind as u8)).join(", ");
    db.execute_batch(&format!(
        "BEGIN IMMEDIATE; {TABLES} INSERT INTO kind VALUES {kinds};
         PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
    ))?;
    Ok(())
}

fn pragma(db: &Connection, name: &str) -> Result<i32, Error> {
    Ok(db.pragma_query_value(None, name, |row| row.get(0))?)
}
