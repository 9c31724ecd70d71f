//! Reads every report, for its facts and its age: two readers, each with half of the file.

use super::super::{Error, Quarantine};
use super::ages::Ages;
use super::numbers;
use crate::aggregate::{Counters, Tally};
use crate::time::Time;
use rusqlite::{params, Connection, OpenFlags};

/// Adds all reports of the file to the tally, in which their facts are described already; gives their ages.
pub(super) fn count_all(db: &Connection, tally: &mut Tally, quarantine: Quarantine) -> Result<Ages, Error> {
    let (first, last): (Option<i64>, Option<i64>) =
        db.query_row("SELECT min(id), max(id) FROM report", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (Some(first), Some(last)) = (first, last) else { return Ok(Ages::none()) };
    let middle = first + (last - first) / 2;
    let (mut low, mut high) = (tally.counters(), tally.counters());
    let path = db.path().unwrap_or_default();
    let (mut ages, mut other_ages) = (Ages::none(), Ages::none());
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            count(&db, (middle + 1, last), quarantine, &mut high, &mut other_ages)
        });
        count(db, (first, middle), quarantine, &mut low, &mut ages)?;
        other.join().unwrap_or_else(|_| Err(Error::Broken("the second reader failed".to_owned())))
    })?;
    tally.take(&low);
    tally.take(&high);
    ages.take(&other_ages);
    Ok(ages)
}

fn count(
    db: &Connection,
    (from, to): (i64, i64),
    quarantine: Quarantine,
    counters: &mut Counters,
    ages: &mut Ages,
) -> Result<(), Error> {
    let mut select = db.prepare("SELECT id, first_seen, updated, facts FROM report WHERE id BETWEEN ? AND ?")?;
    let mut rows = select.query(params![from, to])?;
    while let Some(row) = rows.next()? {
        let list = row.get_ref(3)?.as_str().unwrap_or_default();
        let (first_seen, updated) = (Time(row.get(1)?), Time(row.get(2)?));
        ages.note(row.get(0)?, updated);
        let counts = quarantine.is_over(first_seen, updated);
        numbers::each(list, |number, counted| counters.add(number, counted && counts));
    }
    Ok(())
}
