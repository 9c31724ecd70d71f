//! A copy of the cluster's installations in a file, from which the aggregate is published.
//!
//! It follows the feed. At first, once a day, and when the feed has been cut off in the meantime it reads everything and
//! compares, so nothing that the feed has missed stays wrong for long. What expires in the cluster expires here by
//! itself. If the file is lost, it is made anew.

use super::super::sqlite::Sqlite;
use super::super::{Error, Quarantine, Store, Write};
use super::{feed, key, Redis};
use crate::time::Time;
use ::redis::cluster::cluster_pipe;
use core::time::Duration;
use rusqlite::{params, Connection, OptionalExtension as _};
use std::path::Path;

const COMPARED: Duration = Duration::from_secs(24 * 3600);
const STEP: i64 = 500;

/// The copy and its original.
pub struct Mirror {
    redis: Redis,
    /// The copy.
    pub copy: Sqlite,
}

impl Mirror {
    /// Opens both.
    ///
    /// # Errors
    ///
    /// Theirs.
    pub fn open(nodes: &[String], file: &Path) -> Result<Self, Error> {
        Ok(Self { redis: Redis::open(nodes)?, copy: Sqlite::open(file)? })
    }

    /// With this quarantine; without, an installation counts at once.
    #[must_use]
    pub fn with_quarantine(self, quarantine: Quarantine) -> Self {
        Self { copy: self.copy.with_quarantine(quarantine), ..self }
    }

    /// Takes over what has changed; gives whether anything has.
    ///
    /// # Errors
    ///
    /// Those of either side. What was taken over so far stays, and the rest comes next time.
    pub fn follow(&mut self, now: Time) -> Result<bool, Error> {
        let mut changed = false;
        let compared = get(self.copy.connection(), "compared")?.and_then(|text| text.parse().ok()).map(Time);
        if compared.is_none_or(|compared| now.since(compared) >= COMPARED) || self.is_cut_off()? {
            self.compare(now)?;
            changed = true;
        }
        for stream in 0..feed::STREAMS {
            loop {
                let after = self.position(stream)?;
                let (mut uuids, last) = feed::read(&mut self.redis, stream, &after)?;
                let Some(last) = last else { break };
                uuids.sort_unstable();
                uuids.dedup();
                self.copy_of(&uuids, now)?;
                set(self.copy.connection(), &feed::name(stream), &last)?;
                changed = true;
            }
        }
        Ok(changed)
    }

    /// Reads everything, and removes what is not there.
    fn compare(&mut self, now: Time) -> Result<(), Error> {
        let ends: Vec<_> =
            (0..feed::STREAMS).map(|stream| feed::ends(&mut self.redis, stream)).collect::<Result<_, _>>()?;
        let copy = &mut self.copy;
        self.redis.ids(|redis, ids| {
            let found: Vec<_> = redis.entries(&ids)?.into_iter().flatten().collect();
            copy.restore(&found, now).map(drop)
        })?;
        let mut after = 0;
        loop {
            let rows = uuids_after(self.copy.connection(), after)?;
            let Some((last, _)) = rows.last() else { break };
            after = *last;
            let mut pipe = cluster_pipe();
            for (_, uuid) in &rows {
                pipe.cmd("EXISTS").arg(key(uuid));
            }
            let there: Vec<bool> = pipe.query(&mut self.redis.connection)?;
            let gone = rows.iter().zip(there).filter(|(_, there)| !there);
            let writes: Vec<_> = gone.map(|((_, uuid), _)| Write::delete(uuid)).collect();
            self.copy.write(&writes, now)?;
        }
        for (stream, (_, last)) in (0..feed::STREAMS).zip(ends) {
            set(self.copy.connection(), &feed::name(stream), &last)?;
        }
        set(self.copy.connection(), "compared", &now.to_string())
    }

    fn copy_of(&mut self, uuids: &[String], now: Time) -> Result<(), Error> {
        let entries = self.redis.entries(uuids)?;
        let gone = uuids.iter().zip(&entries).filter(|(_, entry)| entry.is_none());
        let writes: Vec<_> = gone.map(|(uuid, _)| Write::delete(uuid)).collect();
        self.copy.write(&writes, now)?;
        let found: Vec<_> = entries.into_iter().flatten().collect();
        self.copy.restore(&found, now).map(drop)
    }

    /// Entries of the feed that were not read are no longer there.
    fn is_cut_off(&mut self) -> Result<bool, Error> {
        for stream in 0..feed::STREAMS {
            let position = self.position(stream)?;
            let (first, _) = feed::ends(&mut self.redis, stream)?;
            if position != feed::BEGIN && feed::before(&position, &first) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn position(&self, stream: u8) -> Result<String, Error> {
        Ok(get(self.copy.connection(), &feed::name(stream))?.unwrap_or_else(|| feed::BEGIN.to_owned()))
    }
}

fn uuids_after(db: &Connection, id: i64) -> Result<Vec<(i64, String)>, Error> {
    let mut select = db.prepare_cached("SELECT id, uuid FROM report WHERE id > ? ORDER BY id LIMIT ?")?;
    let rows = select.query_map(params![id, STEP], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn get(db: &Connection, name: &str) -> Result<Option<String>, Error> {
    let mut select = db.prepare_cached("SELECT value FROM position WHERE name = ?")?;
    Ok(select.query_row([name], |row| row.get(0)).optional()?)
}

fn set(db: &Connection, name: &str, value: &str) -> Result<(), Error> {
    db.execute("INSERT INTO position VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2", [name, value])?;
    Ok(())
}
