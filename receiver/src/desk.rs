//! The one thread that uses the store: it collects what waits and hands it over in one go (group commit).
//!
//! An answer is given when the transaction that the report is part of is on disk. While one is being written the next
//! reports gather, so the more come, the more share a transaction. Between batches the aggregate is made anew.

use crate::admission::Admission;
use crate::log::{self, Level};
use crate::publisher::Publisher;
use crate::store::redis::Mirror;
use crate::store::sqlite::Sqlite;
use crate::store::{Error, Outcome, Store, Write};
use crate::time::Time;
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use core::time::Duration;
use serde_json::json;
use std::sync::mpsc::{sync_channel, Receiver, RecvTimeoutError, SyncSender, TrySendError};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;
use tokio::sync::oneshot;

/// Reports that may wait; one more is turned away.
const WAITING: usize = 1024;
/// Bytes of what waits; more is turned away.
const WAITING_BYTES: usize = 8 * 1024 * 1024;
/// Reports in one transaction.
const BATCH: usize = 512;

/// Reads the time: a clock, or what a test says.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// The books that the thread keeps.
pub enum Books {
    /// A file that is the store, and has the counts that are published.
    File(Box<Sqlite>, Publisher),
    /// Another store; this thread publishes nothing.
    Elsewhere(Box<dyn Store>),
    /// A copy of another store, from which is published; it takes no reports.
    Mirror(Box<Mirror>, Publisher),
}

struct Job {
    write: Write,
    answer: oneshot::Sender<Result<Outcome, Refused>>,
    room: Room,
}

/// Bytes of something that waits; given back when this is dropped.
struct Room {
    all: Arc<AtomicUsize>,
    bytes: usize,
}

impl Room {
    fn take(all: &Arc<AtomicUsize>, bytes: usize) -> Option<Self> {
        let room = Self { all: Arc::clone(all), bytes };
        (all.fetch_add(bytes, Ordering::Relaxed) + bytes <= WAITING_BYTES).then_some(room)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.all.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Too many wait already.
    Busy,
    /// The store failed; the log says how.
    Failed,
}

/// Counts of what was done, for the metrics.
#[derive(Debug, Default)]
pub struct Done {
    /// By outcome: new, changed, refreshed, unchanged, deleted, absent, limited.
    pub outcomes: [AtomicU64; 7],
    /// Transactions.
    pub batches: AtomicU64,
    /// Batches that failed.
    pub failures: AtomicU64,
    /// Reports that expired.
    pub expired: AtomicU64,
    /// How long the last refresh of the aggregate took, in microseconds.
    pub refresh: AtomicU64,
    /// The store answers.
    pub healthy: AtomicBool,
}

/// A place at the desk.
#[derive(Clone)]
pub struct Handle {
    jobs: SyncSender<Job>,
    waiting: Arc<AtomicUsize>,
    /// What was done.
    pub done: Arc<Done>,
}

impl Handle {
    /// Has something done, and waits until it is on disk.
    ///
    /// # Errors
    ///
    /// It was not done.
    pub async fn write(&self, write: Write) -> Result<Outcome, Refused> {
        let (answer, answered) = oneshot::channel();
        let Some(room) = Room::take(&self.waiting, write.bytes()) else { return Err(Refused::Busy) };
        match self.jobs.try_send(Job { write, answer, room }) {
            Ok(()) => answered.await.unwrap_or(Err(Refused::Failed)),
            Err(TrySendError::Full(_)) => Err(Refused::Busy),
            Err(TrySendError::Disconnected(_)) => Err(Refused::Failed),
        }
    }
}

/// Opens the desk: it is closed, and the thread ends, when the last handle is gone.
///
/// # Errors
///
/// The thread cannot be started.
pub fn open(
    books: Books,
    every: Duration,
    clock: Clock,
    admission: Admission,
) -> std::io::Result<(Handle, JoinHandle<()>)> {
    let (jobs, waiting) = sync_channel(WAITING);
    let done = Arc::new(Done::default());
    let desk = Desk { books, clock, done: Arc::clone(&done), changed: true, admission };
    let thread = std::thread::Builder::new().name("desk".to_owned()).spawn(move || desk.work(&waiting, every))?;
    Ok((Handle { jobs, waiting: Arc::default(), done }, thread))
}

struct Desk {
    books: Books,
    clock: Clock,
    done: Arc<Done>,
    /// Something has changed since the last refresh.
    changed: bool,
    admission: Admission,
}

impl Desk {
    fn work(mut self, waiting: &Receiver<Job>, every: Duration) {
        let mut due = Instant::now();
        loop {
            if Instant::now() >= due {
                self.refresh();
                due = Instant::now() + every;
            }
            match waiting.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Ok(first) => {
                    let more = waiting.try_iter().take(BATCH - 1);
                    let jobs: Vec<Job> = core::iter::once(first).chain(more).collect();
                    self.serve(jobs);
                }
                Err(RecvTimeoutError::Timeout) => (),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn serve(&mut self, jobs: Vec<Job>) {
        let (writes, answers): (Vec<_>, Vec<_>) =
            jobs.into_iter().map(|job| (job.write, (job.answer, job.room))).unzip();
        let now = (self.clock)();
        self.done.batches.fetch_add(1, Ordering::Relaxed);
        match self.books.store().write_within(&writes, now, &mut self.admission) {
            Ok(outcomes) => {
                self.done.healthy.store(true, Ordering::Relaxed);
                for (outcome, (answer, _)) in outcomes.into_iter().zip(answers) {
                    // What has expired and is deleted was counted until now; what is refreshed may count from now on.
                    self.changed |= !matches!(outcome, Outcome::Unchanged | Outcome::Limited);
                    self.done.outcomes[outcome as usize].fetch_add(1, Ordering::Relaxed);
                    // The sender may be gone.
                    let _ = answer.send(Ok(outcome));
                }
            }
            Err(error) => {
                self.failed("write", &error);
                for (answer, _) in answers {
                    let _ = answer.send(Err(Refused::Failed));
                }
            }
        }
    }

    fn refresh(&mut self) {
        let began = Instant::now();
        match self.try_refresh() {
            Ok(()) => {
                self.done.healthy.store(true, Ordering::Relaxed);
                let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
                self.done.refresh.store(micros, Ordering::Relaxed);
            }
            Err(error) => self.failed("refresh", &error),
        }
    }

    fn try_refresh(&mut self) -> Result<(), Error> {
        let now = (self.clock)();
        let expired = match &mut self.books {
            Books::File(file, publisher) => publisher.refresh(file, self.changed, now)?,
            Books::Elsewhere(store) => store.sweep(now)?,
            Books::Mirror(mirror, publisher) => {
                self.changed |= mirror.follow(now)?;
                publisher.refresh(&mut mirror.copy, self.changed, now)?
            }
        };
        self.done.expired.fetch_add(expired as u64, Ordering::Relaxed);
        self.changed = false;
        Ok(())
    }

    fn failed(&self, what: &str, error: &Error) {
        self.done.failures.fetch_add(1, Ordering::Relaxed);
        self.done.healthy.store(false, Ordering::Relaxed);
        log::event(Level::Error, "store failed", &json!({"during": what, "error": error.to_string()}));
    }
}

impl Books {
    fn store(&mut self) -> &mut dyn Store {
        match self {
            Self::File(file, _) => &mut **file,
            Self::Elsewhere(store) => &mut **store,
            Self::Mirror(mirror, _) => &mut mirror.copy,
        }
    }
}
