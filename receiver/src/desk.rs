//! The one thread that uses the store: it collects what waits and hands it over in one go (group commit).
//!
//! An answer is given when the transaction that the report is part of is on disk. While one is being written the next
//! reports gather, so the more come, the more share a transaction. Between batches the aggregate is made anew.

use crate::admission::Admission;
use crate::clock::{CheckedClock, Moment};
use crate::health::{Health, Role, Task};
use crate::log::{self, Level};
use crate::publisher::{Expired, Publisher};
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

/// The store is told of the time so often.
const NOTED: Duration = Duration::from_secs(600);

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
    /// More have expired than are removed in an hour.
    pub expired_waiting: AtomicBool,
    /// How often the clock has jumped.
    pub clock_jumps: AtomicU64,
    /// Something may expire by the clock.
    pub clock_settled: AtomicBool,
    /// How long the last refresh of the aggregate took, in microseconds.
    pub refresh: AtomicU64,
    /// What 200 means depends on how the cluster is set up.
    pub best_effort: AtomicBool,
    /// Bytes of the write-ahead log.
    pub log_bytes: AtomicU64,
}

/// A place at the desk.
#[derive(Clone)]
pub struct Handle {
    jobs: SyncSender<Job>,
    waiting: Arc<AtomicUsize>,
    /// What was done.
    pub done: Arc<Done>,
    /// Whether it is well.
    pub health: Arc<Health>,
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
    let health = Arc::new(Health::new(books.role(), every));
    let desk = Desk {
        books,
        clock,
        checked: None,
        began: Instant::now(),
        noted: None,
        done: Arc::clone(&done),
        health: Arc::clone(&health),
        changed: true,
        told: Expired::default(),
        admission,
    };
    let thread = std::thread::Builder::new().name("desk".to_owned()).spawn(move || desk.work(&waiting, every))?;
    Ok((Handle { jobs, waiting: Arc::default(), done, health }, thread))
}

struct Desk {
    books: Books,
    clock: Clock,
    /// What is relied on of it, once the store has said what it knows of the time.
    checked: Option<CheckedClock>,
    began: Instant,
    /// When the store was told of the time.
    noted: Option<Duration>,
    done: Arc<Done>,
    health: Arc<Health>,
    /// Something has changed since the last refresh.
    changed: bool,
    admission: Admission,
    /// What the log says of the expiry.
    told: Expired,
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
        self.done.batches.fetch_add(1, Ordering::Relaxed);
        let written = match self.moment() {
            Ok(moment) => self.books.store().write_within(&writes, moment.now, &mut self.admission),
            Err(error) => Err(error),
        };
        match written {
            Ok(outcomes) => {
                // A file is tried again at the next refresh, see `note`; another store only by who reports.
                let is_written = |outcome| !matches!(outcome, Outcome::Unchanged | Outcome::Limited);
                if self.books.file().is_none() || outcomes.iter().copied().any(is_written) {
                    self.health.worked(Task::Write);
                }
                for (outcome, (answer, _)) in outcomes.into_iter().zip(answers) {
                    // What has expired and is deleted was counted until now; what is refreshed may
                    // count from now on.
                    self.changed |= is_written(outcome);
                    self.done.outcomes[outcome as usize].fetch_add(1, Ordering::Relaxed);
                    // The sender may be gone.
                    let _ = answer.send(Ok(outcome));
                }
            }
            Err(error) => {
                self.failed(Task::Write, &error);
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
                self.health.worked(Task::Refresh);
                let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
                self.done.refresh.store(micros, Ordering::Relaxed);
            }
            Err(error) => self.failed(Task::Refresh, &error),
        }
        self.check();
        let file = self.books.file();
        let moved = file.and_then(Sqlite::moved).map(|path| path.display().to_string());
        if let Some(file) = file {
            self.done.log_bytes.store(file.log_bytes(), Ordering::Relaxed);
        }
        if self.health.look(file.and_then(Sqlite::room), moved) {
            log::event(Level::Info, "the store works again", &json!({}));
        }
    }

    fn try_refresh(&mut self) -> Result<(), Error> {
        let moment = self.moment()?;
        let expired = match &mut self.books {
            Books::File(file, publisher) => publisher.refresh(file, self.changed, &moment)?,
            Books::Elsewhere(store) => {
                let gone = if moment.settled { store.sweep(moment.now)? } else { 0 };
                Expired { gone, waiting: false }
            }
            Books::Mirror(mirror, publisher) => {
                self.changed |= mirror.follow(moment.now)?;
                publisher.refresh(&mut mirror.copy, self.changed, &moment)?
            }
        };
        self.done.expired.fetch_add(expired.gone as u64, Ordering::Relaxed);
        self.tell(expired);
        self.changed = false;
        self.note(&moment)
    }

    /// Whether another store still keeps what it promises.
    fn check(&mut self) {
        let Books::Elsewhere(store) = &mut self.books else { return };
        match store.check() {
            Ok(true) => self.health.worked(Task::Write),
            Ok(false) => (),
            Err(error) => self.failed(Task::Write, &error),
        }
    }

    /// The time, as far as it can be relied on.
    fn moment(&mut self) -> Result<Moment, Error> {
        let mut checked = match self.checked.take() {
            Some(checked) => checked,
            None => CheckedClock::resume(self.books.file().map_or(Ok(None), |file| file.known_time())?),
        };
        let jumps = checked.jumps();
        let wall = (self.clock)();
        let moment = checked.read(wall, self.began.elapsed());
        let settled = moment.is_some_and(|moment| moment.settled);
        if checked.jumps() > jumps {
            let now = moment.map_or(wall, |moment| moment.now);
            let fields = json!({"says": wall.0, "expected": now.0, "consequence": "nothing expires for 48 hours"});
            log::event(Level::Warning, "the clock has jumped", &fields);
        }
        if settled && !self.done.clock_settled.swap(settled, Ordering::Relaxed) {
            log::event(Level::Info, "the clock is steady", &json!({}));
        }
        self.done.clock_settled.store(settled, Ordering::Relaxed);
        self.done.clock_jumps.store(checked.jumps(), Ordering::Relaxed);
        self.checked = Some(checked);
        moment.ok_or_else(|| Error::Broken("the clock of this machine is not set".to_owned()))
    }

    /// Lets the store know of the time, so that it is known after a restart.
    fn note(&mut self, moment: &Moment) -> Result<(), Error> {
        let (Some(checked), Some(file)) = (&self.checked, self.books.file()) else { return Ok(()) };
        let is_due = self.noted.is_none_or(|noted| moment.elapsed.saturating_sub(noted) >= NOTED);
        // Where writing fails, this tries it.
        if is_due || self.health.cannot_write() {
            file.note_time(checked.known(moment))?;
            self.noted = Some(moment.elapsed);
            self.health.worked(Task::Write);
        }
        Ok(())
    }

    fn tell(&mut self, expired: Expired) {
        if expired.waiting && !self.told.waiting {
            let why = "more has expired than is removed in an hour; if that is wrong, stop this program";
            log::event(Level::Warning, why, &json!({"removed": expired.gone}));
        }
        self.told = expired;
        self.done.expired_waiting.store(expired.waiting, Ordering::Relaxed);
    }

    /// Counted each time, and logged when it is another error than before.
    fn failed(&self, task: Task, error: &Error) {
        self.done.failures.fetch_add(1, Ordering::Relaxed);
        let error = error.to_string();
        if self.health.failed(task, &error) {
            let during = if task == Task::Write { "write" } else { "refresh" };
            log::event(Level::Error, "store failed", &json!({"during": during, "error": error}));
        }
    }
}

impl Books {
    fn role(&self) -> Role {
        match self {
            Self::File(..) | Self::Elsewhere(_) => Role::Store,
            Self::Mirror(..) => Role::Mirror,
        }
    }

    /// The file that is read and written here.
    fn file(&self) -> Option<&Sqlite> {
        match self {
            Self::File(file, _) => Some(file),
            Self::Elsewhere(_) => None,
            Self::Mirror(mirror, _) => Some(&mirror.copy),
        }
    }

    fn store(&mut self) -> &mut dyn Store {
        match self {
            Self::File(file, _) => &mut **file,
            Self::Elsewhere(store) => &mut **store,
            Self::Mirror(mirror, _) => &mut mirror.copy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_has_a_limit_in_bytes() {
        let all = Arc::default();
        let half = WAITING_BYTES / 2;
        let (one, other) = (Room::take(&all, half), Room::take(&all, half));
        assert!(one.is_some() && other.is_some());
        assert!(Room::take(&all, 1).is_none());
        drop(one);
        assert!(Room::take(&all, half).is_some());
        drop(other);
        assert_eq!(all.load(Ordering::Relaxed), 0);
    }
}
