//! Makes the aggregate anew and publishes it.

use crate::aggregate::{history, Builder, Published, Rules};
use crate::store::sqlite::Sqlite;
use crate::store::{Error, Store as _};
use crate::time::Time;
use std::sync::Arc;
use tokio::sync::watch;

/// What is published; nothing until the first counting is over.
pub type Current = watch::Receiver<Option<Arc<Published>>>;

/// Publishes one file's counts.
pub struct Publisher {
    builder: Builder,
    publish: watch::Sender<Option<Arc<Published>>>,
}

impl Publisher {
    /// By these rules; what it publishes is found in the other one.
    pub fn new(rules: Rules) -> (Self, Current) {
        let (publish, current) = watch::channel(None);
        (Self { builder: Builder::new(rules), publish }, current)
    }

    /// Removes what has expired, and publishes if anything has changed or an hour has begun; gives how many expired.
    ///
    /// # Errors
    ///
    /// The file's.
    pub fn refresh(&mut self, sqlite: &mut Sqlite, changed: bool, now: Time) -> Result<usize, Error> {
        // Once read as a whole, the file need not be looked through for what has expired.
        sqlite.counts()?;
        let expired = sqlite.sweep(now)?;
        sqlite.erase();
        let (tally, db) = sqlite.counts()?;
        let changed = changed || expired > 0 || !self.builder.knows(tally);
        let fresh = |last: &Arc<Published>| !history::due(&last.history, now);
        if !changed && self.publish.borrow().as_ref().is_some_and(fresh) {
            return Ok(0);
        }
        let aggregate = self.builder.build(tally, db, now)?;
        history::record(db, &aggregate)?;
        let history = history::read(db)?;
        self.publish.send_replace(Some(Arc::new(Published::new(aggregate, history))));
        Ok(expired)
    }
}
