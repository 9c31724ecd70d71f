//! Crash reports to Sentry: what waits in the directory of [`crate::state`], by consent.
//!
//! None of this changes the analytics: whatever goes wrong here is a remark, and the run ends as it would have.
//!
//! A report is deleted when the server has confirmed it. There is no way to do both in one step. If the program ends between
//! them, the report is sent once more, as the same event: its id is in the file, and Sentry keeps one event of an id.

pub mod consent;
pub mod dsn;
pub mod limits;
pub mod pstore;
pub mod units;

mod board;
pub mod post;

use std::ffi::OsString;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use haos_analytics_core::crash::check;
use haos_analytics_core::Foreign;
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

use self::consent::Consent;
use self::dsn::Dsn;
use crate::crash;
use crate::error::{Error, Exit};
use crate::log::Log;
use crate::options::{Command, Options};
use crate::root::Root;
use crate::send::{agent, print};
use crate::shown;
use crate::state::{self, Listing, Name, Origin, State, UNTIL};

/// The newest reports, which are kept.
const MOST: usize = 10;
/// A server that wants to be left alone for longer than this is asked again nevertheless; so is one whose time was told by a
/// clock that was wrong.
const LONGEST_PAUSE: u64 = 7 * 24 * 60 * 60;

/// What is known of reports at the beginning of a run.
pub struct Diagnostics<'a> {
    options: &'a Options,
    root: &'a Root,
    kept: Result<Option<(State, Listing)>, String>,
}

impl<'a> Diagnostics<'a> {
    /// Looks what is there, and lets faults of this run be kept there.
    pub fn open(options: &'a Options, root: &'a Root, log: &mut Log<'_>) -> Self {
        let kept = State::open(options, root).and_then(|state| {
            let Some(state) = state else { return Ok(None) };
            let listing = state.list().map_err(|error| format!("{}: {error}", shown::path(&state.path)))?;
            Ok(Some((state, listing)))
        });
        if let Err(why) = &kept {
            log.warning(format_args!("no crash reports are kept or sent: {why}"));
        }
        if let (Ok(Some((state, listing))), Some(_)) = (&kept, &options.dsn) {
            let room = listing.reports.len() < MOST;
            if let Some(directory) = state.directory() {
                let oldest = if room { None } else { listing.reports.first().copied() };
                crash::arm(directory, oldest, listing.next_number());
            }
        }
        Diagnostics { options, root, kept }
    }

    /// Whether the last fault happened in here: then the analytics go first.
    pub fn crashed_itself(&self) -> bool {
        let mut own = self.reports().iter().rev().map(Name::origin).filter(|origin| *origin != Origin::Board);
        own.next() == Some(Origin::Sending)
    }

    /// The state directory, if there is one, and what was in it at the beginning.
    ///
    /// # Errors
    ///
    /// It cannot be opened or listed, with what to say of it.
    pub fn kept(&self) -> Result<Option<&(State, Listing)>, &str> {
        self.kept.as_ref().map(Option::as_ref).map_err(String::as_str)
    }

    fn usable(&self) -> Option<&(State, Listing)> {
        self.kept().ok().flatten()
    }

    fn reports(&self) -> &[Name] {
        self.usable().map_or(&[], |(_, listing)| &listing.reports)
    }

    /// Sends what waits, or deletes it if the owner does not want that.
    pub fn send(&self, variable: &dyn Fn(&str) -> Option<OsString>, log: &mut Log<'_>) {
        let Some((state, listing)) = self.usable() else { return };
        if !listing.is_empty() {
            self.run(state, listing, false, variable, log);
        }
    }

    /// Looks for crashes of the board, if that is switched on, and sends what it finds.
    pub fn send_board(&self, variable: &dyn Fn(&str) -> Option<OsString>, log: &mut Log<'_>) {
        let Some((state, _)) = self.usable().filter(|_| self.options.board_crashes) else { return };
        match state.list() {
            Ok(listing) => self.run(state, &listing, true, variable, log),
            Err(error) => log.notice(format_args!("{}: {error}", shown::path(&state.path))),
        }
    }

    fn run(
        &self,
        state: &State,
        listing: &Listing,
        collects: bool,
        variable: &dyn Fn(&str) -> Option<OsString>,
        log: &mut Log<'_>,
    ) {
        crash::command(crash::SENDING);
        let run = Run { options: self.options, root: self.root, state, now: SystemTime::now() };
        if let Err(why) = run.all(listing, collects, variable, log) {
            log.notice(format_args!("crash reports in {}: {why}", shown::path(&state.path)));
        }
        crash::command(Command::Send.name());
    }

    /// Prints what [`send`](Self::send) would post now, a line end after each.
    ///
    /// # Errors
    ///
    /// The owner has not opted in to diagnostics.
    pub fn show(&self, stdout: &mut dyn Write, log: &mut Log<'_>) -> Result<(), Error> {
        if let Consent::No(why) | Consent::Unknown(why) = consent::ask(self.root) {
            return Err(Error::new(Exit::NotOptedIn, format_args!("not opted in to diagnostics: {why}")));
        }
        let Some((state, listing)) = self.usable() else { return Ok(()) };
        for name in newest(&listing.reports) {
            match whole(state, name) {
                Ok(envelope) => print(stdout, &envelope)?,
                Err(why) => log.warning(format_args!("{}: {why}", shown::path(&state.path.join(name.as_str())))),
            }
        }
        Ok(())
    }

    /// A line for `show --explain`.
    pub fn explain(&self, log: &mut Log<'_>) {
        let Some(Dsn { endpoint, .. }) = &self.options.dsn else {
            return log.plain("diagnostics: off (no DSN is set)");
        };
        if let Consent::No(why) | Consent::Unknown(why) = consent::ask(self.root) {
            return log.plain(format_args!("diagnostics: off (not opted in: {why})"));
        }
        match self.usable() {
            None => log.plain("diagnostics: off (there is no directory to keep crash reports in)"),
            Some((state, listing)) => log.plain(format_args!(
                "diagnostics: {} crash reports wait ({}; diagnostics), to: {}",
                newest(&listing.reports).len(),
                shown::path(&state.path),
                shown::url(endpoint)
            )),
        }
    }
}

/// Those that are kept, the newest last.
fn newest(reports: &[Name]) -> &[Name] {
    reports.get(reports.len().saturating_sub(MOST)..).unwrap_or(reports)
}

/// The bytes of a report that this program has written, all of them.
fn whole(state: &State, name: &Name) -> Result<Vec<u8>, String> {
    let bytes = state.read(name).map_err(|error| error.to_string())?;
    match check(&bytes) {
        Ok(id) if id == name.id() => Ok(bytes),
        _ => Err("no report of this program".to_owned()),
    }
}

/// One run that may send.
struct Run<'a> {
    options: &'a Options,
    root: &'a Root,
    state: &'a State,
    now: SystemTime,
}

impl Run<'_> {
    /// Everything, in order. What ends it early is worth one remark.
    fn all(
        &self,
        listing: &Listing,
        collects: bool,
        variable: &dyn Fn(&str) -> Option<OsString>,
        log: &mut Log<'_>,
    ) -> Result<(), String> {
        self.state.is_writable().map_err(told)?;
        let directory = self.state.directory().ok_or("it cannot be locked")?;
        // Another run is at it, or has just been: it is not for this one.
        let Ok(_lock) = Flock::lock(directory, FlockArg::LockExclusiveNonblock) else { return Ok(()) };
        match consent::ask(self.root) {
            Consent::Yes => {}
            Consent::Unknown(why) => return Err(unknown(&why)),
            Consent::No(why) => {
                listing.halves.iter().chain(&listing.marks).for_each(|name| self.state.forget(name));
                return self.delete_unsent(&listing.reports, &why);
            }
        }
        self.tidy(listing)?;
        let Some(dsn) = &self.options.dsn else {
            return if listing.reports.is_empty() { Ok(()) } else { Err("not sent: no DSN is set".to_owned()) };
        };
        let with_board;
        let listing = if collects {
            let room = MOST.saturating_sub(listing.reports.len());
            board::collect(self.root, self.state, listing, self.seconds(), room, log)?;
            with_board = self.state.list().map_err(|error| error.to_string())?;
            &with_board
        } else {
            listing
        };
        if self.is_held_back(listing) {
            return Ok(());
        }
        let waiting = newest(&listing.reports);
        if waiting.is_empty() {
            return Ok(());
        }
        let agent = agent(self.options, self.root, &dsn.endpoint, post::TIMEOUT, variable, log)
            .map_err(|error| format!("not sent: {error}"))?;
        for (index, name) in waiting.iter().enumerate() {
            match consent::ask(self.root) {
                Consent::Yes => {}
                Consent::Unknown(why) => return Err(unknown(&why)),
                Consent::No(why) => return self.delete_unsent(waiting.get(index..).unwrap_or_default(), &why),
            }
            let envelope = match whole(self.state, name) {
                Ok(envelope) => envelope,
                Err(why) => {
                    log.warning(format_args!("{}: {why}; deleted", shown::path(&self.state.path.join(name.as_str()))));
                    state::remove(self.state.as_fd(), name).map_err(told)?;
                    continue;
                }
            };
            let answer = post::post(&agent, dsn, &envelope, self.now);
            if answer.result.is_ok() {
                // First of all: every call between the answer and this is one after which it might be sent again.
                state::remove(self.state.as_fd(), name).map_err(told)?;
                log.notice(format_args!("crash report {} sent", name.id()));
            }
            if let Some(pause) = answer.pause {
                self.hold_back(pause.as_secs()).map_err(told)?;
            }
            match answer.result {
                Ok(()) if answer.pause.is_none() => {}
                Ok(()) => return Ok(()),
                Err(refusal) if refusal.is_of_this_one() => {
                    log.notice(format_args!("POST {}: {}", shown::url(&dsn.endpoint), Foreign(&refusal)));
                }
                Err(refusal) => {
                    return Err(format!("not sent: POST {}: {}", shown::url(&dsn.endpoint), Foreign(&refusal)))
                }
            }
        }
        Ok(())
    }

    /// The owner does not want them, or does not any more.
    fn delete_unsent(&self, reports: &[Name], why: &str) -> Result<(), String> {
        crash::disarm();
        for name in reports {
            state::remove(self.state.as_fd(), name).map_err(told)?;
        }
        match reports.len() {
            0 => Ok(()),
            count => Err(format!("{count} deleted unsent, not opted in: {why}")),
        }
    }

    /// Removes what is more than is kept, what never came to an end, and pauses that are over.
    fn tidy(&self, listing: &Listing) -> Result<(), String> {
        let more = listing.reports.len().saturating_sub(MOST);
        for name in listing.reports.iter().take(more) {
            state::remove(self.state.as_fd(), name).map_err(told)?;
        }
        listing.halves.iter().for_each(|half| self.state.forget_half(half));
        for mark in &listing.marks {
            if until(mark).is_some_and(|until| !self.is_ahead(until)) {
                self.state.forget(mark);
            }
        }
        Ok(())
    }

    fn seconds(&self) -> u64 {
        self.now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }

    fn is_ahead(&self, until: u64) -> bool {
        until.checked_sub(self.seconds()).is_some_and(|left| (1..=LONGEST_PAUSE).contains(&left))
    }

    fn is_held_back(&self, listing: &Listing) -> bool {
        listing.marks.iter().filter_map(|mark| until(mark)).any(|until| self.is_ahead(until))
    }

    /// Remembers for later runs that the server wants to be left alone.
    fn hold_back(&self, seconds: u64) -> Result<(), Errno> {
        let until = self.seconds().saturating_add(seconds.min(LONGEST_PAUSE));
        self.state.remember(&format!("{UNTIL}{until}"))
    }
}

fn told(errno: Errno) -> String {
    errno.desc().to_owned()
}

fn unknown(why: &str) -> String {
    format!("not sent, for it is not known whether they may be: {why}")
}

/// The time that a mark tells.
fn until(mark: &str) -> Option<u64> {
    mark.strip_prefix(UNTIL)?.parse().ok()
}
