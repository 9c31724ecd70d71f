//! What ends the program early, and the exit code that tells systemd which kind of end it is.

use core::fmt;
use std::error::Error as StdError;

use haos_analytics_core::payload;

/// Why the program ended, as its exit code says it. The numbers are those of `sysexits.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The command line makes no sense.
    Usage = 64,
    /// An input is broken or too large, so nothing may be sent.
    Data = 65,
    /// What the user decided, or what is asked for, cannot be read or is not there.
    NoInput = 66,
    /// A fault of this program.
    Internal = 70,
    /// Not delivered; the next run tries again.
    NotDelivered = 75,
    /// The user has not opted in.
    NotOptedIn = 77,
    /// An environment variable, or a path that is given, is wrong.
    Configuration = 78,
}

/// An end, told on one line, and the chain of what led to it.
#[derive(Debug)]
pub struct Error {
    /// Which kind of end.
    pub exit: Exit,
    what: String,
    /// The same, where it is a fault of this program.
    pub fault: Option<&'static str>,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An end without a deeper cause.
    pub fn new(exit: Exit, what: impl fmt::Display) -> Self {
        Error { exit, what: what.to_string(), fault: None, cause: None }
    }

    /// A payload that could not be written: more is installed than the receiver takes, or than the
    /// buffer holds.
    pub fn of_payload(error: payload::Error) -> Self {
        Error::new(Exit::Data, error)
    }

    /// What must not happen, whatever the input is. The text stands in our source, so a report may
    /// say it.
    pub fn fault(what: &'static str) -> Self {
        Error { fault: Some(what), ..Error::new(Exit::Internal, what) }
    }

    /// Adds what led to it.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// What led to it, the nearest cause first.
    pub fn chain(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        core::iter::successors(self.source(), |&error| error.source())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_ref().map(|cause| &**cause as &(dyn StdError + 'static))
    }
}
