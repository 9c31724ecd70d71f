//! The table of reports, for as long as one transaction: its statements are made ready once for all that is in it.

use super::super::{Error, Known};
use crate::time::Time;
use rusqlite::{params, CachedStatement, Connection, OptionalExtension as _};

const FIND: &str = "SELECT id, first_seen, updated, digest FROM report WHERE uuid = ?";
const FACTS: &str = "SELECT facts FROM report WHERE id = ?";
const INSERT: &str = "INSERT INTO report (uuid, first_seen, updated, digest, facts) VALUES (?, ?, ?, ?, ?)";
const REPLACE: &str = "UPDATE report SET first_seen = ?2, updated = ?3, digest = ?4, facts = ?5 WHERE id = ?1";
const REFRESH: &str = "UPDATE report SET updated = ?2 WHERE id = ?1";
const REMOVE: &str = "DELETE FROM report WHERE id = ?";

/// The statements.
pub(super) struct Reports<'a> {
    find: Find<'a>,
    facts: CachedStatement<'a>,
    insert: CachedStatement<'a>,
    replace: CachedStatement<'a>,
    refresh: CachedStatement<'a>,
    remove: CachedStatement<'a>,
}

/// A row, without its facts.
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) known: Known,
}

impl<'a> Reports<'a> {
    pub(super) fn of(db: &'a Connection) -> Result<Self, Error> {
        Ok(Self {
            find: Find::of(db)?,
            facts: db.prepare_cached(FACTS)?,
            insert: db.prepare_cached(INSERT)?,
            replace: db.prepare_cached(REPLACE)?,
            refresh: db.prepare_cached(REFRESH)?,
            remove: db.prepare_cached(REMOVE)?,
        })
    }

    pub(super) fn find(&mut self, uuid: &str) -> Result<Option<Row>, Error> {
        self.find.row(uuid)
    }

    /// The list of a row: see [`super::numbers`].
    pub(super) fn facts(&mut self, id: i64) -> Result<String, Error> {
        Ok(self.facts.query_row([id], |row| row.get(0))?)
    }

    /// Gives the number of the new row.
    pub(super) fn insert(&mut self, uuid: &str, new: &Known, facts: &str) -> Result<i64, Error> {
        Ok(self.insert.insert(params![uuid, new.first_seen.0, new.updated.0, new.digest, facts])?)
    }

    pub(super) fn replace(&mut self, id: i64, new: &Known, facts: &str) -> Result<(), Error> {
        self.replace.execute(params![id, new.first_seen.0, new.updated.0, new.digest, facts])?;
        Ok(())
    }

    pub(super) fn refresh(&mut self, id: i64, updated: Time) -> Result<(), Error> {
        self.refresh.execute(params![id, updated.0])?;
        Ok(())
    }

    pub(super) fn remove(&mut self, id: i64) -> Result<(), Error> {
        self.remove.execute([id])?;
        Ok(())
    }
}

/// The one that finds a row, for who needs no other.
pub(super) struct Find<'a>(CachedStatement<'a>);

impl<'a> Find<'a> {
    pub(super) fn of(db: &'a Connection) -> Result<Self, Error> {
        Ok(Self(db.prepare_cached(FIND)?))
    }

    pub(super) fn row(&mut self, uuid: &str) -> Result<Option<Row>, Error> {
        let row = self.0.query_row([uuid], |row| {
            let known = Known { first_seen: Time(row.get(1)?), updated: Time(row.get(2)?), digest: row.get(3)? };
            Ok(Row { id: row.get(0)?, known })
        });
        Ok(row.optional()?)
    }
}
