//! The embedded store: one SQLite file, one writer, the number of each fact counted along.
//!
//! `sqlite3 FILE 'SELECT * FROM reported LIMIT 20'` shows an operator what is kept; the views say the rest.

mod ages;
mod checkpoint;
mod count;
mod dictionary;
mod expiry;
pub mod numbers;
mod place;
mod reports;
mod schema;
mod vacuum;

use super::{decide, expired, Error, Known, Outcome, Quarantine, Store, Stored, Write};
use crate::admission::{Admission, FACTS_PER_REPORT};
use crate::aggregate::Tally;
use crate::fact::{Digest, Facts};
use crate::time::Time;
use ages::Ages;
use checkpoint::Checkpoint;
use dictionary::Dictionary;
use expiry::Pace;
use place::Place;
use reports::{Find, Reports, Row};
use rusqlite::{params, Connection, Transaction, TransactionBehavior};
use std::path::Path;
use vacuum::Vacuum;

/// Rows that a scan reads in one transaction: while one is open, the write-ahead log only grows.
const SCANNED_AT_ONCE: i64 = 500;
const SLICE: &str = "SELECT id, uuid, first_seen, updated, facts FROM report WHERE id > ? ORDER BY id LIMIT ?";
/// Bytes that the write-ahead log may have. Usual are up to 48 MB; more is there while another
/// program reads without end.
pub const LOG_LIMIT: u64 = 128 << 20;

/// An open file.
pub struct Sqlite {
    db: Connection,
    dictionary: Dictionary,
    tally: Option<Tally>,
    ages: Ages,
    pace: Pace,
    checkpoint: Checkpoint,
    quarantine: Quarantine,
    vacuum: Vacuum,
    place: Place,
    /// Of the file as the above know it: see [`data_version`].
    version: i64,
}

/// What a transaction changes beside the file, to be taken over once that is written.
#[derive(Default)]
struct Changes {
    /// Numbers of facts, whether they are counted, and how many reports more or fewer have them so.
    deltas: Vec<(u32, bool, i32)>,
    /// Rows, and when they were updated.
    updated: Vec<(i64, Time)>,
    /// An installation or a fact is gone.
    removed: bool,
    /// There are counts, and they are those of the file.
    are_counted: bool,
    quarantine: Quarantine,
}

/// A report's list of facts, and whether the installation counts.
type List<'a> = (&'a str, bool);

impl Changes {
    /// One list in the place of another. Most of a report stays as it was: that is no change.
    fn exchange(&mut self, (before, counted_before): List<'_>, (after, counts_after): List<'_>) {
        let same = counted_before == counts_after;
        let (before, after) = if same { numbers::differing(before, after) } else { (before, after) };
        let from = self.deltas.len();
        numbers::each(before, |number, counted| self.deltas.push((number, counted && counted_before, -1)));
        let mut gone = self.deltas.split_off(from);
        gone.sort_unstable();
        numbers::each(after, |number, counted| {
            let counted = counted && counts_after;
            match gone.binary_search(&(number, counted, -1)) {
                Ok(at) => {
                    gone.remove(at);
                }
                Err(_) => self.deltas.push((number, counted, 1)),
            }
        });
        self.deltas.append(&mut gone);
    }

    fn counts(&self, known: &Known) -> bool {
        self.quarantine.is_over(known.first_seen, known.updated)
    }
}

impl Sqlite {
    /// Opens a file, or makes it.
    ///
    /// # Errors
    ///
    /// SQLite's; or it is another program's file, or that of a later version.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let db = Connection::open(path)?;
        schema::prepare(&db)?;
        let version = data_version(&db)?;
        // It has been read by now, so its log is there.
        let (ages, place) = (unknown_ages(&db)?, Place::of(path));
        let (dictionary, pace, checkpoint) = (Dictionary::default(), Pace::default(), Checkpoint::default());
        let (quarantine, vacuum) = (Quarantine::default(), Vacuum::default());
        Ok(Self { db, dictionary, tally: None, ages, pace, checkpoint, quarantine, vacuum, place, version })
    }

    /// With this quarantine; without, an installation counts at once.
    #[must_use]
    pub fn with_quarantine(mut self, quarantine: Quarantine) -> Self {
        (self.quarantine, self.tally) = (quarantine, None);
        self
    }

    /// From now on, counts along which fact is in how many reports. Reads the whole file once.
    ///
    /// # Errors
    ///
    /// SQLite's.
    pub fn count_all(&mut self) -> Result<(), Error> {
        // At no time two of them.
        self.tally = None;
        let mut tally = Tally::default();
        self.version = data_version(&self.db)?;
        self.dictionary.forget();
        self.dictionary.describe_all(&self.db, &mut tally)?;
        self.ages = count::count_all(&self.db, &mut tally, self.quarantine)?;
        self.tally = Some(tally);
        Ok(())
    }

    /// The counts, and the file to look texts up in; counts all if that was not done yet, or if another program has
    /// written to the file.
    ///
    /// # Errors
    ///
    /// SQLite's.
    pub fn counts(&mut self) -> Result<(&mut Tally, &Connection), Error> {
        if self.tally.is_none() || self.version != data_version(&self.db)? {
            self.count_all()?;
        }
        match &mut self.tally {
            Some(tally) => Ok((tally, &self.db)),
            None => Err(Error::Broken("nothing is counted".to_owned())),
        }
    }

    /// The file, for what is beside the reports.
    pub fn connection(&self) -> &Connection {
        &self.db
    }

    /// Some rows after this one, without those that have expired, and which one was the last; none
    /// at the end.
    fn slice(&mut self, after: i64, now: Time) -> Result<(Option<i64>, Vec<Stored>), Error> {
        let (mut last, mut read) = (None, Vec::new());
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Deferred)?;
        let mut reports = transaction.prepare_cached(SLICE)?;
        let mut rows = reports.query(params![after, SCANNED_AT_ONCE])?;
        while let Some(row) = rows.next()? {
            last = Some(row.get(0)?);
            let updated = Time(row.get(3)?);
            if !expired(updated, now) {
                let facts = self.dictionary.decode(&transaction, row.get_ref(4)?.as_str().unwrap_or_default())?;
                read.push(Stored { uuid: row.get(1)?, first_seen: Time(row.get(2)?), updated, facts });
            }
        }
        Ok((last, read))
    }

    /// Empties the write-ahead log if there is in it what was removed since.
    pub fn erase(&mut self) {
        self.checkpoint.erase(&self.db);
    }

    /// Bytes of the write-ahead log.
    pub fn log_bytes(&self) -> u64 {
        self.place.log_bytes()
    }

    /// Bytes that are left for the file, if that is known.
    pub fn room(&self) -> Option<u64> {
        self.place.room()
    }

    /// What was moved away or replaced: the file, or its log.
    pub fn moved(&self) -> Option<&Path> {
        self.place.moved()
    }

    /// Refuses to write what would only make the log longer.
    fn log_is_bounded(&mut self) -> Result<(), Error> {
        let bytes = self.log_bytes();
        if bytes <= LOG_LIMIT {
            return Ok(());
        }
        self.checkpoint.empty(&self.db);
        Err(Error::Broken(format!(
            "the write-ahead log has {bytes} bytes, {LOG_LIMIT} are the limit: another program keeps a transaction open"
        )))
    }

    /// Whether all of it is there already, as for most reports: then nothing is written, and nobody kept from writing.
    fn is_known(&mut self, batch: &[Write], now: Time) -> Result<bool, Error> {
        let quarantine = self.quarantine;
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Deferred)?;
        let mut find = Find::of(&transaction)?;
        for write in batch {
            let Write::Put { uuid, digest, .. } = write else { return Ok(false) };
            let row = find.row(uuid)?;
            if decide(row.map(|row| row.known), *digest, now, quarantine) != Outcome::Unchanged {
                return Ok(false);
            }
        }
        drop(find);
        transaction.commit()?;
        Ok(true)
    }

    /// Runs a transaction; only when it is on disk its changes count.
    fn transact<T>(
        &mut self,
        act: impl FnOnce(&Transaction<'_>, &mut Dictionary, &mut Changes) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.place.check()?;
        self.log_is_bounded()?;
        let mut changes = Changes { quarantine: self.quarantine, ..Changes::default() };
        // Nobody else writes until it is over.
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version = data_version(&transaction)?;
        if self.version != version {
            self.version = version;
            self.tally = None;
            self.ages = unknown_ages(&transaction)?;
            self.dictionary.forget();
        }
        changes.are_counted = self.tally.is_some();
        let done = act(&transaction, &mut self.dictionary, &mut changes)
            .and_then(|done| transaction.commit().map(|()| done).map_err(Error::from));
        if done.is_err() {
            self.dictionary.forget();
            return done;
        }
        // What is in another file than it seems must not be acknowledged.
        if let Err(moved) = self.place.check() {
            self.dictionary.forget();
            self.version = NO_VERSION;
            return Err(moved);
        }
        self.checkpoint.written(changes.updated.len(), &self.db);
        if changes.removed {
            self.checkpoint.removed();
        }
        changes.updated.into_iter().for_each(|(id, at)| self.ages.note(id, at));
        if let Some(tally) = &mut self.tally {
            self.dictionary.describe_new(tally);
            changes.deltas.into_iter().for_each(|(number, counted, by)| tally.add(number, counted, by));
        } else {
            self.dictionary.describe_none();
        }
        done
    }

    /// Facts that are in no report any more are removed; rare, and as many as have become so.
    fn tidy(&mut self) -> Result<(), Error> {
        let Some(tally) = &mut self.tally else { return Ok(()) };
        let unused = tally.take_unused();
        if unused.is_empty() {
            return Ok(());
        }
        let removed = self.transact(|db, dictionary, changes| {
            // If the counts are not true any more they are made anew, and this with them.
            if changes.are_counted {
                changes.removed = true;
                unused.iter().try_for_each(|number| dictionary.remove(db, *number))?;
            }
            Ok(())
        });
        let Some(tally) = &mut self.tally else { return removed };
        match removed {
            Ok(()) => unused.into_iter().for_each(|number| tally.forget(number)),
            Err(_) => tally.give_back(unused),
        }
        if tally.has_missed_some() {
            self.tally = None;
        }
        removed
    }
}

/// Of no file: all that is remembered is read anew.
const NO_VERSION: i64 = i64::MIN;

/// Another one once another connection has changed the file.
fn data_version(db: &Connection) -> Result<i64, Error> {
    Ok(db.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
}

/// Of a file of which nothing else is known.
fn unknown_ages(db: &Connection) -> Result<Ages, Error> {
    let last: Option<i64> = db.query_row("SELECT max(id) FROM report", [], |row| row.get(0))?;
    Ok(last.map_or_else(Ages::none, Ages::unknown))
}

/// Writes one installation, over `old` if there is one. Gives how many facts nobody had before, or
/// none if it has more of these than it may have: then nothing is written.
fn put(
    db: &Connection,
    reports: &mut Reports<'_>,
    dictionary: &mut Dictionary,
    changes: &mut Changes,
    old: Option<&Row>,
    (uuid, new, facts): (&str, Known, &Facts),
    may_bring: usize,
) -> Result<Option<usize>, Error> {
    let Some((after, brought)) = dictionary.encode(db, facts, may_bring)? else { return Ok(None) };
    let list = (&*after, changes.counts(&new));
    let id = if let Some(row) = old {
        let counted = changes.counts(&row.known);
        changes.exchange((&reports.facts(row.id)?, counted), list);
        reports.replace(row.id, &new, &after)?;
        row.id
    } else {
        changes.exchange(("", list.1), list);
        reports.insert(uuid, &new, &after)?
    };
    changes.updated.push((id, new.updated));
    Ok(Some(brought))
}

/// Writes that an installation has said the same again, by which it may begin to count.
fn refresh(reports: &mut Reports<'_>, changes: &mut Changes, row: &Row, now: Time) -> Result<(), Error> {
    let (counted, counts) = (changes.counts(&row.known), changes.counts(&Known { updated: now, ..row.known }));
    if counted != counts {
        let facts = reports.facts(row.id)?;
        changes.exchange((&facts, counted), (&facts, counts));
    }
    reports.refresh(row.id, now)
}

/// Removes an installation, which counted or did not.
fn remove(reports: &mut Reports<'_>, changes: &mut Changes, id: i64, counted: bool) -> Result<(), Error> {
    changes.exchange((&reports.facts(id)?, counted), ("", counted));
    changes.removed = true;
    reports.remove(id)
}

/// Writes an installation that is not there and removes it, so that nobody can tell by the time
/// that an answer takes whether one was there: without anything to write, a transaction does not
/// wait for the disk.
fn stand_in(reports: &mut Reports<'_>, uuid: &str, now: Time) -> Result<(), Error> {
    let id = reports.insert(uuid, &Known { first_seen: now, updated: now, digest: Digest::default() }, "[]")?;
    reports.remove(id)
}

impl Store for Sqlite {
    fn write_within(&mut self, batch: &[Write], now: Time, admission: &mut Admission) -> Result<Vec<Outcome>, Error> {
        self.place.check()?;
        if self.is_known(batch, now)? {
            return Ok(vec![Outcome::Unchanged; batch.len()]);
        }
        self.transact(|db, dictionary, changes| {
            let mut reports = Reports::of(db)?;
            let mut outcomes = Vec::with_capacity(batch.len());
            for write in batch {
                let old = reports.find(write.uuid())?;
                outcomes.push(match write {
                    Write::Put { uuid, facts, digest, network } => {
                        let mut outcome = decide(old.as_ref().map(|row| row.known), *digest, now, changes.quarantine);
                        let first_seen = old.as_ref().filter(|_| outcome != Outcome::New);
                        let first_seen = first_seen.map_or(now, |row| row.known.first_seen);
                        match (outcome, &old) {
                            (Outcome::Unchanged, _) => (),
                            (Outcome::Refreshed, Some(row)) => refresh(&mut reports, changes, row, now)?,
                            (Outcome::New, _) if !admission.admits(*network) => outcome = Outcome::Limited,
                            _ => {
                                let new = Known { first_seen, updated: now, digest: *digest };
                                let (may_bring, new) = (admission.facts(*network), (&**uuid, new, facts));
                                match put(db, &mut reports, dictionary, changes, old.as_ref(), new, may_bring)? {
                                    Some(brought) => admission.count(*network, outcome == Outcome::New, brought),
                                    None => outcome = Outcome::Limited,
                                }
                            }
                        }
                        outcome
                    }
                    Write::Delete { uuid } => match old {
                        Some(row) => {
                            let counted = changes.counts(&row.known);
                            remove(&mut reports, changes, row.id, counted)?;
                            if expired(row.known.updated, now) {
                                Outcome::Absent
                            } else {
                                Outcome::Deleted
                            }
                        }
                        None => {
                            stand_in(&mut reports, uuid, now)?;
                            Outcome::Absent
                        }
                    },
                });
            }
            Ok(outcomes)
        })
    }

    fn read(&mut self, uuid: &str, now: Time) -> Result<Option<Stored>, Error> {
        let mut reports = Reports::of(&self.db)?;
        let Some(row) = reports.find(uuid)?.filter(|row| !expired(row.known.updated, now)) else { return Ok(None) };
        let facts = self.dictionary.decode(&self.db, &reports.facts(row.id)?)?;
        let Known { first_seen, updated, .. } = row.known;
        Ok(Some(Stored { uuid: uuid.to_owned(), first_seen, updated, facts }))
    }

    fn scan(&mut self, now: Time, each: &mut dyn FnMut(Stored) -> Result<(), Error>) -> Result<(), Error> {
        let mut after = i64::MIN;
        loop {
            let (last, read) = self.slice(after, now)?;
            // Whoever takes it may take long.
            read.into_iter().try_for_each(&mut *each)?;
            match last {
                Some(last) => after = last,
                None => return Ok(()),
            }
        }
    }

    fn restore(&mut self, batch: &[Stored], now: Time) -> Result<usize, Error> {
        self.transact(|db, dictionary, changes| {
            let (mut reports, mut written) = (Reports::of(db)?, 0);
            for stored in batch.iter().filter(|stored| !expired(stored.updated, now)) {
                let old = reports.find(&stored.uuid)?;
                if old.as_ref().is_some_and(|row| row.known.updated > stored.updated) {
                    continue;
                }
                let digest = stored.facts.digest();
                let new = Known { first_seen: stored.first_seen, updated: stored.updated, digest };
                if old.as_ref().is_some_and(|row| row.known == new) {
                    continue;
                }
                let new = (&*stored.uuid, new, &stored.facts);
                put(db, &mut reports, dictionary, changes, old.as_ref(), new, FACTS_PER_REPORT)?;
                written += 1;
            }
            Ok(written)
        })
    }

    fn sweep(&mut self, now: Time) -> Result<usize, Error> {
        self.remove_expired(now, usize::MAX)
    }
}
