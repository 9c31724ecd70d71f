//! What was published earlier.
//!
//! Every hour of the last 30 days is kept, and of what is older the first hour of each day: some
//! 200 kB a year. An entry is what was published in that hour, so there is none of an hour in which
//! nothing was.

use super::threshold::Threshold;
use super::{Aggregate, Counts, InstallationTypes};
use crate::store::Error;
use crate::time::Time;
use core::time::Duration;
use rusqlite::{params, Connection};
use serde::{Deserialize, Serialize};

/// Releases are kept only if more installations than this have them.
const MORE_THAN: u64 = 100;
const HOUR: i64 = 3600 * 1000;
const DAY: i64 = 24 * HOUR;
/// How long every hour is kept.
const HOURLY: Duration = Duration::from_secs(30 * 24 * 3600);

/// One hour.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Entry {
    /// Milliseconds since 1970, as text: so the original has it.
    pub timestamp: String,
    /// Installations in all.
    pub active_installations: u64,
    /// How they are installed.
    pub installation_types: InstallationTypes,
    /// Releases.
    pub versions: Counts,
}

impl Entry {
    /// Without what is over fewer installations than k: an earlier version kept that too, and k may
    /// have been smaller.
    fn within(mut self, threshold: Threshold) -> Self {
        let all = self.active_installations;
        if !threshold.allows(all) {
            return Self { timestamp: self.timestamp, ..Self::default() };
        }
        let types = &mut self.installation_types;
        let mut types = [
            &mut types.os,
            &mut types.container,
            &mut types.core,
            &mut types.supervised,
            &mut types.unsupported_container,
            &mut types.unknown,
        ];
        let rows: Vec<(usize, u64)> = types.iter().map(|count| **count).enumerate().collect();
        types.iter_mut().for_each(|count| **count = 0);
        threshold.rows(&rows, &[all], rows.len()).into_iter().for_each(|(at, count)| *types[at] = count);
        self.versions = threshold.names(&self.versions, &[all], usize::MAX);
        self
    }

    fn of(aggregate: &Aggregate) -> Self {
        let frequent = aggregate.releases.iter().filter(|(_, count)| **count > MORE_THAN);
        Self {
            timestamp: aggregate.last_updated.to_string(),
            active_installations: aggregate.active_installations,
            installation_types: aggregate.installation_types,
            versions: frequent.map(|(name, count)| (name.clone(), *count)).collect(),
        }
    }
}

/// Adds an entry if the last one is of an earlier hour; gives whether it did.
///
/// # Errors
///
/// SQLite's.
pub fn record(db: &Connection, aggregate: &Aggregate) -> Result<bool, Error> {
    let now = aggregate.last_updated;
    let last: Option<i64> = db.query_row("SELECT max(time) FROM history", [], |row| row.get(0))?;
    if last.is_some_and(|last| last.div_euclid(HOUR) >= now.0.div_euclid(HOUR)) {
        return Ok(false);
    }
    let entry = serde_json::to_string(&Entry::of(aggregate)).map_err(|error| Error::Broken(error.to_string()))?;
    db.execute("INSERT INTO history VALUES (?, ?)", params![now.0, entry])?;
    db.execute(
        "DELETE FROM history WHERE time < ?1
         AND EXISTS (SELECT 1 FROM history AS earlier WHERE earlier.time < history.time AND earlier.time / ?2 = history.time / ?2)",
        params![now.minus(HOURLY).0, DAY],
    )?;
    Ok(true)
}

/// All entries, from the oldest on, for this threshold k.
///
/// # Errors
///
/// SQLite's.
pub fn read(db: &Connection, least: u64) -> Result<Vec<Entry>, Error> {
    let mut select = db.prepare("SELECT entry FROM history ORDER BY time")?;
    let entries = select.query_map([], |row| row.get::<_, String>(0))?;
    let parse = |text: String| {
        let entry: Entry = serde_json::from_str(&text).map_err(|error| Error::Broken(format!("history: {error}")))?;
        Ok(entry.within(Threshold(least)))
    };
    entries.map(|text| parse(text?)).collect()
}

/// Whether the hour has no entry yet.
pub fn due(history: &[Entry], now: Time) -> bool {
    let last = history.last().and_then(|entry| entry.timestamp.parse::<i64>().ok());
    last.is_none_or(|last| last.div_euclid(HOUR) < now.0.div_euclid(HOUR))
}
