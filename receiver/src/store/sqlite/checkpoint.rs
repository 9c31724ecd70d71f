//! Carries what is in the write-ahead log over to its place in the file, beside the thread that writes.
//!
//! A commit is on disk when it is in the log. To carry it over takes longer than to write it, for the pages are all over
//! the file: the writer need not wait for that. Should it not keep up, SQLite does it at a commit, when the log has
//! [`super::schema::LOG`] pages.
//!
//! The log also has pages as they were before something was removed, so it is emptied after that.

use super::schema::BUSY;
use core::sync::atomic::{AtomicU64, Ordering};
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::mpsc::{sync_channel, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// So many rows are written before it is worth the while.
const ROWS: usize = 500;
/// Who wants to write waits for the emptying at most this long, and the emptying for who reads.
const PATIENCE: core::time::Duration = core::time::Duration::from_millis(100);

/// A thread with a connection of its own, from when it is first needed.
pub(super) struct Checkpoint {
    rows: usize,
    /// Transactions that removed something. What an earlier process removed may be in the log too: one at the start.
    removed: u64,
    /// So many of them are in the log no longer.
    emptied: Arc<AtomicU64>,
    /// Held by who carries: two at once SQLite does not allow.
    carrying: Arc<Mutex<()>>,
    running: Option<(SyncSender<Task>, JoinHandle<()>)>,
}

enum Task {
    Carry,
    /// Leave nothing in the log; so many transactions had removed something when this was asked for.
    Empty(u64),
}

impl Default for Checkpoint {
    fn default() -> Self {
        Self { rows: 0, removed: 1, emptied: Arc::default(), carrying: Arc::default(), running: None }
    }
}

impl Checkpoint {
    /// So many rows more are in the log of this file.
    pub(super) fn written(&mut self, rows: usize, db: &Connection) {
        self.rows += rows;
        if self.rows >= ROWS {
            self.rows = 0;
            self.ask(Task::Carry, db);
        }
    }

    /// A transaction has removed something.
    pub(super) fn removed(&mut self) {
        self.removed += 1;
    }

    /// How many have.
    pub(super) fn removals(&self) -> u64 {
        self.removed
    }

    /// Empties the log if what was removed is in it and nobody reads from it; else the next time. By the writer's own
    /// connection: if another one does it, that looks like a change of the file, and all would be counted anew.
    pub(super) fn erase(&mut self, db: &Connection) {
        if self.emptied.load(Ordering::Relaxed) >= self.removed {
            return;
        }
        let _carrying = self.carrying.lock();
        if db.busy_timeout(PATIENCE).is_ok() && carry(db, "TRUNCATE") == Ok(true) {
            self.emptied.fetch_max(self.removed, Ordering::Relaxed);
        }
        let _ = db.busy_timeout(BUSY);
    }

    /// Has the log emptied, as soon as nobody reads from it.
    pub(super) fn empty(&mut self, db: &Connection) {
        self.ask(Task::Empty(self.removed), db);
    }

    fn ask(&mut self, task: Task, db: &Connection) {
        if self.running.is_none() {
            self.running = db
                .path()
                .map(PathBuf::from)
                .and_then(|file| start(file, Arc::clone(&self.emptied), Arc::clone(&self.carrying)));
        }
        if let Some((tasks, _)) = &self.running {
            // One that is at work and has more to do is asked again later.
            let _ = tasks.try_send(task);
        }
    }
}

impl Drop for Checkpoint {
    fn drop(&mut self) {
        if let Some((tasks, thread)) = self.running.take() {
            drop(tasks);
            let _ = thread.join();
        }
    }
}

fn start(
    file: PathBuf,
    emptied: Arc<AtomicU64>,
    carrying: Arc<Mutex<()>>,
) -> Option<(SyncSender<Task>, JoinHandle<()>)> {
    let (tasks, asked) = sync_channel(1);
    let work = move || {
        let Ok(db) = Connection::open(file) else { return };
        let _ = db.busy_timeout(PATIENCE);
        for task in asked {
            let _carrying = carrying.lock();
            // What fails here fails again at a commit, where somebody is told. First all that nobody has to wait for.
            let _ = carry(&db, "PASSIVE");
            if let Task::Empty(removed) = task {
                if carry(&db, "TRUNCATE") == Ok(true) {
                    emptied.fetch_max(removed, Ordering::Relaxed);
                }
            }
        }
    };
    Some((tasks, std::thread::Builder::new().name("checkpoint".to_owned()).spawn(work).ok()?))
}

/// Gives whether all was carried over.
fn carry(db: &Connection, mode: &str) -> rusqlite::Result<bool> {
    db.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| Ok(row.get::<_, i64>(0)? == 0))
}
