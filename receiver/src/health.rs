//! Whether a writer thread does what it should: a state, not what happened last.
//!
//! What has failed once counts as failing until it has worked at two refreshes in succession: a disk that is full takes
//! a small write now and then, and whoever watches would be told twice a minute that all is well.

use core::time::Duration;
use serde_json::{json, Map, Value};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// So many refreshes in succession.
const CALM: u8 = 2;
/// A disk with fewer bytes left is nearly full; the write-ahead log alone usually takes 48 MB.
pub const DISK_LEAST: u64 = 64 << 20;
/// And it is so until there are so many.
const DISK_ENOUGH: u64 = 96 << 20;

/// What a writer thread is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It takes reports.
    Store,
    /// It keeps a copy of a store, from which is published.
    Mirror,
}

/// What it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// To write a batch.
    Write,
    /// To refresh the aggregate, or the copy.
    Refresh,
}

/// The state of a writer thread, as that thread sees it, for all others.
#[derive(Debug)]
pub struct Health {
    role: Role,
    /// A refresh is late if the last one is longer ago.
    late: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    write: Condition,
    refresh: Condition,
    /// When a refresh came to its end, and before the first one when the thread was started.
    refreshed: Instant,
    ready: bool,
    disk: Disk,
    moved: Option<String>,
}

/// Something that works or fails.
#[derive(Debug, Default)]
struct Condition {
    failing: Option<String>,
    worked: bool,
    calm: u8,
}

impl Condition {
    /// Gives whether this has not been said yet.
    fn failed(&mut self, error: &str) -> bool {
        (self.worked, self.calm) = (false, 0);
        let is_news = self.failing.as_deref() != Some(error);
        self.failing = Some(error.to_owned());
        is_news
    }

    /// At the end of a refresh; gives whether it has just become well.
    fn look(&mut self) -> bool {
        self.calm = if core::mem::take(&mut self.worked) { self.calm + 1 } else { 0 };
        if self.calm < CALM {
            return false;
        }
        self.calm = 0;
        self.failing.take().is_some()
    }
}

/// How much room there is, if that is known.
#[derive(Debug, Default)]
struct Disk {
    left: Option<u64>,
    nearly_full: bool,
}

impl Disk {
    fn has(&mut self, left: Option<u64>) {
        let limit = if self.nearly_full { DISK_ENOUGH } else { DISK_LEAST };
        self.nearly_full = left.is_some_and(|left| left < limit);
        self.left = left;
    }
}

impl Health {
    /// Of a thread that refreshes so often.
    pub fn new(role: Role, every: Duration) -> Self {
        let state = State {
            write: Condition::default(),
            refresh: Condition::default(),
            refreshed: Instant::now(),
            ready: false,
            disk: Disk::default(),
            moved: None,
        };
        Self { role, late: every * 5 + Duration::from_secs(60), state: Mutex::new(state) }
    }

    /// It failed; gives whether this is news.
    pub fn failed(&self, task: Task, error: &str) -> bool {
        let mut state = self.state();
        match task {
            Task::Write => state.write.failed(error),
            Task::Refresh => state.refresh.failed(error),
        }
    }

    /// It worked. A batch that needed no writing says nothing about writing.
    pub fn worked(&self, task: Task) {
        let mut state = self.state();
        match task {
            Task::Write => state.write.worked = true,
            Task::Refresh => {
                state.refresh.worked = true;
                state.refreshed = Instant::now();
                state.ready = true;
            }
        }
    }

    /// Writing fails: somebody should try whether it still does.
    pub fn cannot_write(&self) -> bool {
        self.state().write.failing.is_some()
    }

    /// A refresh is over, well or not; gives whether something has become well.
    pub fn look(&self, left: Option<u64>, moved: Option<String>) -> bool {
        let mut state = self.state();
        state.disk.has(left);
        state.moved = moved;
        let (write, refresh) = (state.write.look(), state.refresh.look());
        write || refresh
    }

    /// What is wrong, each as an object; nothing if all is well.
    pub fn problems(&self) -> Vec<Value> {
        let state = self.state();
        let mut problems = Problems(Vec::new());
        if let Some(what) = &state.moved {
            problems.add("the file was moved away or replaced", json!({"file": what}));
        }
        if let Some(error) = &state.write.failing {
            problems.add("cannot write", json!({"error": error}));
        }
        if let Some(error) = &state.refresh.failing {
            let what = if self.role == Role::Mirror { "the mirror cannot follow" } else { "cannot publish" };
            problems.add(what, json!({"error": error}));
        }
        let age = state.refreshed.elapsed();
        if !state.ready {
            problems.add("the store is not counted yet", json!({"seconds": age.as_secs()}));
        } else if age > self.late {
            let what = if self.role == Role::Mirror { "the mirror lags" } else { "the aggregate is too old" };
            problems.add(what, json!({"seconds": age.as_secs(), "limit": self.late.as_secs()}));
        }
        if state.disk.nearly_full {
            problems.add("the disk is nearly full", json!({"bytes": state.disk.left, "least": DISK_LEAST}));
        }
        problems.0
    }

    /// Whoever had it before has left it whole: nothing in here panics.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Problems(Vec<Value>);

impl Problems {
    fn add(&mut self, problem: &str, fields: Value) {
        let mut object = Map::from_iter([("problem".to_owned(), json!(problem))]);
        if let Value::Object(fields) = fields {
            object.extend(fields);
        }
        self.0.push(Value::Object(object));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(health: &Health) -> Vec<String> {
        health.problems().iter().map(|problem| problem["problem"].as_str().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn it_does_not_flap() {
        let health = Health::new(Role::Store, Duration::from_secs(60));
        assert_eq!(names(&health), ["the store is not counted yet"]);
        health.worked(Task::Refresh);
        health.look(None, None);
        assert_eq!(names(&health), [""; 0]);
        assert!(health.failed(Task::Write, "full"));
        assert!(!health.failed(Task::Write, "full"), "no news");
        // Now and then a write goes in: f fails, w works, . is the end of a refresh.
        for (events, expected) in [("w.", 1), ("fw.", 1), ("w.f", 1), (".w.", 1), ("w.", 0), ("f", 1), (".", 1)] {
            for event in events.chars() {
                match event {
                    'f' => drop(health.failed(Task::Write, "full")),
                    'w' => health.worked(Task::Write),
                    _ => drop(health.look(None, None)),
                }
            }
            assert_eq!(names(&health).len(), expected, "{events}: {:?}", health.problems());
        }
    }

    #[test]
    fn a_disk_that_fills() {
        let health = Health::new(Role::Store, Duration::from_secs(60));
        health.worked(Task::Refresh);
        for (left, full) in [(1 << 30, false), (65 << 20, false), (63 << 20, true), (65 << 20, true), (97 << 20, false)]
        {
            health.look(Some(left), None);
            assert_eq!(names(&health) == ["the disk is nearly full"], full, "{left}");
        }
    }

    #[test]
    fn a_thread_that_is_late() {
        let health = Health::new(Role::Mirror, Duration::ZERO);
        health.worked(Task::Refresh);
        let ago = Instant::now().checked_sub(Duration::from_secs(61));
        health.state().refreshed = ago.unwrap_or_else(|| panic!("this machine was started a moment ago"));
        assert_eq!(names(&health), ["the mirror lags"]);
    }
}
