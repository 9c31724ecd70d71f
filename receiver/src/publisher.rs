//! Makes the aggregate anew and publishes it, all of it at the same time.
//!
//! Between two publications nothing that is published changes, so that nobody who reads before and
//! after a report came sees what that report changed. What was published last is kept in the file:
//! a restart is no new publication.

use crate::aggregate::{history, Aggregate, Builder, Published, Rules};
use crate::clock::Moment;
use crate::store::sqlite::Sqlite;
use crate::store::Error;
use crate::time::Time;
use core::str::FromStr;
use core::time::Duration;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};
use std::sync::Arc;
use tokio::sync::watch;

/// What is published; nothing until the first counting is over.
pub type Current = watch::Receiver<Option<Arc<Published>>>;

/// Where the last publication is kept, in the table of positions.
const KEPT_AS: &str = "published";

/// How often is published. Zero: as soon as something has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period(pub Duration);

impl Period {
    /// At midnight, UTC.
    pub const DAILY: Self = Self(Duration::from_secs(24 * 3600));
    /// When an hour begins.
    pub const HOURLY: Self = Self(Duration::from_secs(3600));

    /// Whether one has begun since the last publication. Of a last one that is yet to come the time
    /// was wrong.
    fn has_begun(self, last: Time, now: Time) -> bool {
        let millis = i64::try_from(self.0.as_millis()).unwrap_or(i64::MAX).max(1);
        now.0.div_euclid(millis) > last.0.div_euclid(millis) || last > now.plus(self.0)
    }
}

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "daily" => Ok(Self::DAILY),
            "hourly" => Ok(Self::HOURLY),
            _ => match text.parse() {
                Ok(seconds) if seconds > 0 => Ok(Self(Duration::from_secs(seconds))),
                _ => Err("is neither daily, hourly, nor a number of seconds".to_owned()),
            },
        }
    }
}

/// Publishes one file's counts.
pub struct Publisher {
    builder: Builder,
    period: Period,
    /// Something has changed since the last publication.
    changed: bool,
    publish: watch::Sender<Option<Arc<Published>>>,
}

impl Publisher {
    /// By these rules, as soon as something has changed; what it publishes is found in the other
    /// one.
    pub fn new(rules: Rules) -> (Self, Current) {
        let (publish, current) = watch::channel(None);
        let period = Period::default();
        (Self { builder: Builder::new(rules), period, changed: false, publish }, current)
    }

    /// With this period.
    #[must_use]
    pub fn every(self, period: Period) -> Self {
        Self { period, ..self }
    }

    /// Removes what has expired, and publishes if it is time and anything has changed or an hour
    /// has begun.
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
        self.changed |= changed || expired.gone > 0 || !self.builder.knows(tally);
        if self.publish.borrow().is_none() {
            self.resume(db)?;
        }
        if self.is_due(moment) {
            let aggregate = self.builder.build(tally, db, moment.now)?;
            let both = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
            let is_recorded = moment.steady && history::record(&both, &aggregate)?;
            if !self.period.0.is_zero() {
                keep(&both, &aggregate)?;
            }
            both.commit()?;
            self.publish(db, aggregate, is_recorded)?;
            self.changed = false;
        }
        Ok(expired)
    }

    /// A clock that is not steady begins no period.
    fn is_due(&self, moment: &Moment) -> bool {
        let last = self.publish.borrow();
        let Some(last) = last.as_ref() else { return true };
        let hour = moment.steady && history::due(&last.history, moment.now);
        let begun = || moment.steady && self.period.has_begun(last.aggregate.last_updated, moment.now);
        (self.changed || hour) && (self.period.0.is_zero() || begun())
    }

    /// Publishes again what an earlier process has published last, if it was made for the same
    /// threshold.
    fn resume(&self, db: &Connection) -> Result<(), Error> {
        if self.period.0.is_zero() {
            return Ok(());
        }
        let Some(mut last) = kept(db)?.filter(|last| last.least == self.builder.rules().least) else { return Ok(()) };
        if let Some(domains) = &self.builder.rules().domains {
            last.custom_integrations.retain(|name, _| domains.contains(&**name));
        }
        self.publish(db, last, true)
    }

    /// Publishes it with the history, which is read if it is another one than before.
    fn publish(&self, db: &Connection, aggregate: Aggregate, is_recorded: bool) -> Result<(), Error> {
        let before = self.publish.borrow().clone().filter(|_| !is_recorded);
        let history = match before {
            Some(before) => before.history.clone(),
            None => history::read(db, self.builder.rules().least)?,
        };
        self.publish.send_replace(Some(Arc::new(Published::new(aggregate, history))));
        Ok(())
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

fn keep(db: &Connection, aggregate: &Aggregate) -> Result<(), Error> {
    let text = serde_json::to_string(aggregate).map_err(|error| Error::Broken(error.to_string()))?;
    db.execute("INSERT INTO position VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2", [KEPT_AS, &*text])?;
    Ok(())
}

/// None too if another version wrote it in another form.
fn kept(db: &Connection) -> Result<Option<Aggregate>, Error> {
    let mut select = db.prepare("SELECT value FROM position WHERE name = ?")?;
    let text: Option<String> = select.query_row([KEPT_AS], |row| row.get(0)).optional()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}
