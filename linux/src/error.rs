//! What ends the program early, and the exit code that tells systemd which kind of end it is.

use core::fmt;
use std::error::Error as StdError;

use haos_analytics_core::payload;

/// Why the program ended, as its exit code says it. The numbers are those of `sysexits.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The command line makes no sense.
    Usage = 64,
    /// An input is broken, so nothing may be sent.
    Data = 65,
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
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An end without a deeper cause.
    pub fn new(exit: Exit, what: impl fmt::Display) -> Self {
        Error { exit, what: what.to_string(), cause: None }
    }

    /// A payload that could not be written. That more is installed than the receiver takes may be; that it does not fit into
    /// our own buffer must not.
    pub fn of_payload(error: payload::Error) -> Self {
        let exit = match error {
            payload::Error::TooLong { .. } => Exit::Internal,
            payload::Error::TooMany { .. } => Exit::Data,
        };
        Error::new(exit, error)
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
