//! Makes the aggregate anew and publishes it.

use crate::aggregate::{history, Builder, Published, Rules};
use crate::clock::Moment;
use crate::store::sqlite::Sqlite;
use crate::store::Error;
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

    /// Removes what has expired, and publishes if anything has changed or an hour has begun.
    ///
    /// # Errors
    ///
    /// The file's.
    pub fn refresh(&mut self, sqlite: &mut Sqlite, changed: bool, moment: &Moment) -> Result<Expired, Error> {
        // Once read as a whole, the file need not be looked through for what has expired.
        sqlite.counts()?;
        let expired = Self::expire(sqlite, moment)?;
        sqlite.vacuum(moment.elapsed)?;
        sqlite.erase();
        let (tally, db) = sqlite.counts()?;
        let changed = changed || expired.gone > 0 || !self.builder.knows(tally);
        let is_due = |last: &Arc<Published>| moment.steady && history::due(&last.history, moment.now);
        if !changed && self.publish.borrow().as_ref().is_some_and(|last| !is_due(last)) {
            return Ok(expired);
        }
        let aggregate = self.builder.build(tally, db, moment.now)?;
        if moment.steady {
            history::record(db, &aggregate)?;
        }
        let history = history::read(db)?;
        self.publish.send_replace(Some(Arc::new(Published::new(aggregate, history))));
        Ok(expired)
    }

    fn expire(sqlite: &mut Sqlite, moment: &Moment) -> Result<Expired, Error> {
        if !moment.settled {
            return Ok(Expired::default());
        }
        sqlite.put_days_right(moment.now)?;
        let (gone, is_all) = sqlite.expire(moment.now, moment.elapsed)?;
        Ok(Expired { gone, waiting: !is_all })
    }
}

/// What a refresh has removed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expired {
    /// So many installations.
    pub gone: usize,
    /// More have expired, and are removed in the next hours.
    pub waiting: bool,
}
