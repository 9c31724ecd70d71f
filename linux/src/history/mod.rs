//! What was sent, for the owner of the device: the last reports and how the last attempt ended.
//!
//! Both stay in the directory of [`crate::state`] and are sent to nobody. They go when the owner
//! withdraws consent, or asks to be forgotten. None of this changes the analytics: what goes wrong
//! here is a remark.

pub mod diff;
mod record;

pub use record::Record;

use core::cell::Cell;

use haos_analytics_core::Base;
use nix::errno::Errno;
use nix::unistd::{unlinkat, UnlinkatFlags};
use serde::de::IgnoredAny;

use crate::container::Container;
use crate::data_directory;
use crate::diagnostics::Diagnostics;
use crate::error::{Error, Exit};
use crate::gather::BUFFER;
use crate::json_object;
use crate::log::Log;
use crate::os;
use crate::root::Root;
use crate::shown;
use crate::state::{self, Kept, Listing, State, RECORD};
use crate::storage;

/// The newest reports, which are kept.
const MOST: usize = 5;

/// What is kept at the beginning of a run.
pub struct History<'a> {
    kept: Result<Option<&'a (State, Listing)>, &'a str>,
    /// Whether it has been told that nothing can be written.
    told: Cell<bool>,
}

impl<'a> History<'a> {
    /// In the directory that crash reports are kept in.
    pub fn of(diagnostics: &'a Diagnostics<'_>) -> Self {
        History { kept: diagnostics.kept(), told: Cell::new(false) }
    }

    fn usable(&self) -> Option<&(State, Listing)> {
        self.kept.ok().flatten()
    }

    /// Keeps a report that has arrived, sent under these levels, and no more than the newest.
    pub fn keep(&self, base: Base, payload: &[u8], log: &mut Log<'_>) {
        let Some((state, listing)) = self.usable() else { return };
        let allowed = self.withdraw_beyond(state, listing, base);
        let number = listing.earlier.reports.last().map_or(0, |last| last.number().saturating_add(1));
        self.write(state, listing, Kept::new(number, base).as_str(), payload, log);
        let more = (allowed.len() + 1).saturating_sub(MOST);
        allowed.iter().take(more).for_each(|oldest| state.forget(oldest.as_str()));
    }

    /// Records how an attempt ended; after one that ended early, removes what the owner does not agree to any more.
    pub fn ended(&self, root: &Root, sent: &Result<String, Error>, log: &mut Log<'_>) {
        let Some((state, listing)) = self.usable() else { return };
        let what = match sent {
            Ok(delivered) => delivered.clone(),
            Err(error) => {
                match agreed(root) {
                    Some(Some(base)) => _ = self.withdraw_beyond(state, listing, base),
                    Some(None) => return self.forget(log),
                    None => {}
                }
                error.to_string()
            }
        };
        self.write(state, listing, RECORD, Record::now(&what).as_bytes(), log);
    }

    /// Removes all of it, and says so where there was something.
    pub fn forget(&self, log: &mut Log<'_>) {
        if let Err(why) = self.kept {
            log.warning(format_args!("earlier reports may still be kept: {why}; run this as root"));
        }
        let Some((state, listing)) = self.usable() else { return };
        let earlier = &listing.earlier;
        let names = earlier.reports.iter().map(Kept::as_str).chain(earlier.halves.iter().map(String::as_str));
        let mut removed = Ok(0_usize);
        for name in names.chain(earlier.record.then_some(RECORD)) {
            removed = removed.and_then(|count| match unlinkat(state.as_fd(), name, UnlinkatFlags::NoRemoveDir) {
                Ok(()) => Ok(count + 1),
                Err(Errno::ENOENT) => Ok(count),
                Err(errno) => Err(errno),
            });
        }
        let path = shown::path(&state.path);
        match removed {
            Ok(0) => {}
            Ok(_) => log.notice(format_args!("{path}: what was kept of earlier reports is deleted")),
            Err(errno) => log.warning(format_args!(
                "{path}: earlier reports are still kept there: {}; run this as root",
                errno.desc()
            )),
        }
    }

    /// Removes reports of which these levels do not cover all; returns the others.
    fn withdraw_beyond<'l>(&self, state: &State, listing: &'l Listing, base: Base) -> Vec<&'l Kept> {
        let (allowed, beyond): (Vec<_>, Vec<_>) =
            listing.earlier.reports.iter().partition(|report| base.covers(report.base()));
        beyond.into_iter().for_each(|report| state.forget(report.as_str()));
        allowed
    }

    fn write(&self, state: &State, listing: &Listing, name: &str, bytes: &[u8], log: &mut Log<'_>) {
        listing.earlier.halves.iter().for_each(|half| state.forget_half(half));
        let Err(errno) = state::write(state.as_fd(), name, bytes) else { return };
        if !self.told.replace(true) {
            log.notice(format_args!("{}: this report is not kept: {}", shown::path(&state.path), errno.desc()));
        }
    }

    /// The last report that arrived.
    ///
    /// # Errors
    ///
    /// None is kept, or what is there is none.
    pub fn last(&self) -> Result<Vec<u8>, Error> {
        let told = |why: &dyn core::fmt::Display| Error::new(Exit::NoInput, format_args!("no report is kept: {why}"));
        let Some((state, listing)) = self.kept.map_err(|why| told(&why))? else {
            return Err(told(&"there is no state directory"));
        };
        let Some(last) = listing.earlier.reports.last() else {
            return Err(told(&format_args!("none has arrived yet that is in {}", shown::path(&state.path))));
        };
        let bad = |why: &dyn core::fmt::Display| {
            Error::new(Exit::NoInput, format_args!("{}: {why}", shown::path(&state.path.join(last.as_str()))))
        };
        let report = state.read_file(last.as_str(), BUFFER).map_err(|error| bad(&error))?;
        match json_object::read::<IgnoredAny>(&report) {
            Ok(_) if report.len() <= BUFFER => Ok(report),
            Ok(_) => Err(bad(&"too large")),
            Err(why) => Err(bad(&why)),
        }
    }

    /// How many reports are kept and how the last attempt ended, if there was one; or why there is no telling.
    ///
    /// # Errors
    ///
    /// The directory or the record cannot be read.
    pub fn told(&self) -> Result<(usize, Option<Record>), String> {
        let Some((state, listing)) = self.kept.map_err(str::to_owned)? else { return Ok((0, None)) };
        let record = if listing.earlier.record { Some(Record::read(state)?) } else { None };
        Ok((listing.earlier.reports.len(), record))
    }
}

/// What the owner agrees to now: `Some(None)` is a clear no.
fn agreed(root: &Root) -> Option<Option<Base>> {
    // What is odd about the machine has been told.
    let mut nobody = std::io::sink();
    let mut silent = Log::new(&mut nobody, false);
    let system = os::read(root, &mut silent);
    let data = data_directory::find(root, &system, &mut silent).path;
    match storage::decision(&Container::new(root, &data)) {
        Ok(decision) => Some(decision.ok()?.preferences.base),
        // Home Assistant is there and has not asked: nobody has agreed to anything.
        Err(error) if error.is_missing() && root.exists(data.join("homeassistant")) => Some(None),
        Err(_) => None,
    }
}
