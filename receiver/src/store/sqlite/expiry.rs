//! Removes what has expired, slowly; and what is known of the time, see [`crate::clock`].

use super::super::{Error, KEPT};
use super::reports::Reports;
use super::{remove, Sqlite};
use crate::clock::Known;
use crate::time::Time;
use core::ops::RangeInclusive;
use core::time::Duration;
use rusqlite::{params, Connection, OptionalExtension as _, Row};

/// Blocks of rows that are looked through in one transaction.
const BLOCKS_AT_ONCE: usize = 100;
/// Rows of one transaction that puts days right.
const ROWS_AT_ONCE: i64 = 5000;
/// What is dated later than this after now was dated by a clock that was wrong.
const AHEAD: Duration = Duration::from_secs(3600);

/// How many installations may expire: in an hour 1 in [`SHARE`] of all, and at least [`LEAST`].
///
/// Day by day some 1 in 60 expires, so this is reached only if much has expired at once: after a long time without
/// reports, or because the clock is wrong. Then it takes 100 hours to remove everything, and an operator can stop it.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When the hour began, by the monotonic clock.
    began: Option<Duration>,
    /// How many may still expire in it.
    left: usize,
}

const SHARE: usize = 100;
const LEAST: usize = 10;
const HOUR: Duration = Duration::from_secs(3600);

impl Pace {
    /// How many may expire now; `count` counts all there are, once an hour.
    fn allowed(&mut self, elapsed: Duration, count: impl FnOnce() -> Result<usize, Error>) -> Result<usize, Error> {
        if self.began.is_none_or(|began| elapsed.saturating_sub(began) >= HOUR) {
            self.left = (count()? / SHARE).max(LEAST);
            self.began = Some(elapsed);
        }
        Ok(self.left)
    }
}

impl Sqlite {
    /// Removes what has expired, as much of it as may be now; gives how many, and whether that was all.
    ///
    /// # Errors
    ///
    /// SQLite's.
    pub fn expire(&mut self, now: Time, elapsed: Duration) -> Result<(usize, bool), Error> {
        if self.ages.due(now.minus(KEPT)).is_empty() {
            return Ok((self.remove_expired(now, 0)?, true));
        }
        let db = &self.db;
        let count = || {
            let count = db.query_row("SELECT count(*) FROM report", [], |row| row.get::<_, i64>(0))?;
            Ok(usize::try_from(count).unwrap_or(0))
        };
        let allowed = self.pace.allowed(elapsed, count)?;
        let gone = self.remove_expired(now, allowed)?;
        self.pace.left -= gone.min(allowed);
        Ok((gone, self.ages.due(now.minus(KEPT)).is_empty()))
    }

    /// Removes what has expired, but not more than so many, and the facts that nobody has any more.
    pub(super) fn remove_expired(&mut self, now: Time, at_most: usize) -> Result<usize, Error> {
        let (mut gone, limit) = (0, now.minus(KEPT));
        for blocks in self.ages.due(limit).chunks(BLOCKS_AT_ONCE) {
            if gone == at_most {
                break;
            }
            let known = self.transact(|db, _, changes| {
                let mut reports = Reports::of(db)?;
                let mut known = Vec::with_capacity(blocks.len());
                for block in blocks {
                    let (mut old, mut left): (Vec<_>, Vec<_>) =
                        rows(db, block)?.into_iter().partition(|(_, _, updated)| *updated <= limit);
                    left.extend(old.split_off(old.len().min(at_most - gone)));
                    for (id, first_seen, updated) in &old {
                        let counted = changes.quarantine.is_over(*first_seen, *updated);
                        remove(&mut reports, changes, *id, counted)?;
                    }
                    gone += old.len();
                    known.push((block, left.into_iter().map(|(_, _, updated)| updated).min()));
                }
                Ok(known)
            })?;
            known.into_iter().for_each(|(block, oldest)| self.ages.know(block, oldest));
        }
        self.tidy()?;
        Ok(gone)
    }

    /// Puts right what a clock that was wrong has dated in the future: it would be kept too long, and would keep history
    /// entries from being made.
    ///
    /// # Errors
    ///
    /// SQLite's.
    pub fn put_days_right(&mut self, now: Time) -> Result<usize, Error> {
        let limit = now.plus(AHEAD);
        self.db.execute("DELETE FROM history WHERE time > ?", [limit.0])?;
        if self.ages.newest() <= limit {
            return Ok(0);
        }
        let last: i64 = self.db.query_row("SELECT ifnull(max(id), 0) FROM report", [], |row| row.get(0))?;
        let (mut right, mut from) = (0, 0);
        while from <= last {
            right += self.transact(|db, _, _| {
                let mut update = db.prepare_cached(
                    "UPDATE report SET updated = ?1, first_seen = min(first_seen, ?1)
                     WHERE id BETWEEN ?2 AND ?3 AND updated > ?4",
                )?;
                Ok(update.execute(params![now.0, from, from + ROWS_AT_ONCE - 1, limit.0])?)
            })?;
            from += ROWS_AT_ONCE;
        }
        self.ages.none_is_newer(now);
        if right > 0 {
            // Which installations count depends on these times.
            self.tally = None;
        }
        Ok(right)
    }

    /// What the file knows of the time; a file of which nobody has noted it knows when its newest report came.
    ///
    /// # Errors
    ///
    /// SQLite's.
    pub fn known_time(&self) -> Result<Option<Known>, Error> {
        let noted = self.db.query_row("SELECT last, steady FROM clock", [], |row| Ok((row.get(0)?, row.get(1)?)));
        let noted: Option<(i64, i64)> = noted.optional()?;
        if let Some((last, steady)) = noted {
            let steady = Duration::from_millis(u64::try_from(steady).unwrap_or(0));
            return Ok(Some(Known { last: Time(last), steady }));
        }
        let newest: Option<i64> = self.db.query_row("SELECT max(updated) FROM report", [], |row| row.get(0))?;
        Ok(newest.map(|newest| Known { last: Time(newest), steady: crate::clock::SETTLED }))
    }

    /// Notes what is known of the time.
    ///
    /// # Errors
    ///
    /// SQLite's.
    pub fn note_time(&self, known: Known) -> Result<(), Error> {
        let steady = i64::try_from(known.steady.as_millis()).unwrap_or(i64::MAX);
        self.db.execute("INSERT OR REPLACE INTO clock VALUES (1, ?, ?)", params![known.last.0, steady])?;
        Ok(())
    }
}

/// Numbers of the rows of a block, when they were first seen, and when they were updated.
fn rows(db: &Connection, block: &RangeInclusive<i64>) -> Result<Vec<(i64, Time, Time)>, Error> {
    let mut select = db.prepare_cached("SELECT id, first_seen, updated FROM report WHERE id BETWEEN ? AND ?")?;
    let row = |row: &Row<'_>| Ok((row.get(0)?, Time(row.get(1)?), Time(row.get(2)?)));
    let rows = select.query_map([block.start(), block.end()], row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_in_an_hour() {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        let mut pace = Pace::default();
        for (elapsed, all, expected) in [
            (minutes(5), 205, 10),
            (minutes(64), 205, 7),
            (minutes(65), 202, 10),
            (minutes(125), 1_000_000, 10_000),
            (minutes(126), 1_000_000, 9_997),
        ] {
            assert_eq!(pace.allowed(elapsed, || Ok(all)).unwrap(), expected, "{elapsed:?}");
            pace.left -= 3;
        }
    }
}
