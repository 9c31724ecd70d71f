//! Carries what is in the write-ahead log over to its place in the file, beside the thread that writes.
//!
//! A commit is on disk when it is in the log. To carry it over takes longer than to write it, for the pages are all over
//! the file: the writer need not wait for that. Should it not keep up, SQLite does it at a commit, when the log has
//! [`super::schema::LOG`] pages.

use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::mpsc::{sync_channel, SyncSender};
use std::thread::JoinHandle;

/// So many rows are written before it is worth the while.
const ROWS: usize = 500;

/// A thread with a connection of its own, from when it is first needed.
#[derive(Default)]
pub(super) struct Checkpoint {
    rows: usize,
    running: Option<(SyncSender<()>, JoinHandle<()>)>,
}

impl Checkpoint {
    /// So many rows more are in the log of this file.
    pub(super) fn written(&mut self, rows: usize, db: &Connection) {
        self.rows += rows;
        if self.rows < ROWS {
            return;
        }
        self.rows = 0;
        if self.running.is_none() {
            self.running = db.path().map(PathBuf::from).and_then(start);
        }
        if let Some((wake, _)) = &self.running {
            // One that is at work has been told already.
            let _ = wake.try_send(());
        }
    }
}

impl Drop for Checkpoint {
    fn drop(&mut self) {
        if let Some((wake, thread)) = self.running.take() {
            drop(wake);
            let _ = thread.join();
        }
    }
}

fn start(file: PathBuf) -> Option<(SyncSender<()>, JoinHandle<()>)> {
    let (wake, woken) = sync_channel(1);
    let work = move || {
        let Ok(db) = Connection::open(file) else { return };
        for () in woken {
            // What fails here fails again at a commit, where somebody is told.
            let _ = db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        }
    };
    Some((wake, std::thread::Builder::new().name("checkpoint".to_owned()).spawn(work).ok()?))
}
