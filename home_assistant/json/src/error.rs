//! Why a file could not be read as the JSON that is expected. Never says what is in it: places and lengths only.

use core::fmt;
use std::io;

use haos_analytics_core::Misfit;

/// What is wrong with a file.
#[derive(Debug)]
pub enum Error {
    /// The system refused.
    Io(io::Error),
    /// No JSON.
    Syntax {
        /// How many bytes come before the mistake.
        offset: u64,
    },
    /// It ends too early.
    Truncated,
    /// JSON, but not of the form that is known here.
    Unexpected {
        /// How many bytes come before the value.
        offset: u64,
        /// What belongs there.
        expected: &'static str,
    },
    /// Something without which the rest means nothing is not there.
    Missing {
        /// Its name.
        what: &'static str,
    },
    /// Something without which the rest means nothing has another form than it must have.
    Misfit {
        /// Its name.
        what: &'static str,
        /// The form.
        why: Misfit,
    },
    /// The file is of a version that is not known here.
    UnknownVersion,
    /// More entries than are ever kept.
    TooMany {
        /// What they are.
        what: &'static str,
        /// The most that are kept.
        limit: usize,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io(error) => write!(f, "cannot be read: {error}"),
            Error::Syntax { offset } => write!(f, "no JSON at byte {offset}"),
            Error::Truncated => f.write_str("it ends too early"),
            Error::Unexpected { offset, expected } => write!(f, "{expected} is missing at byte {offset}"),
            Error::Missing { what } => write!(f, "{what} is missing"),
            Error::Misfit { what, why } => write!(f, "{what}: {why}"),
            Error::UnknownVersion => f.write_str("of a version that is not known here"),
            Error::TooMany { what, limit } => write!(f, "more than {limit} {what}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io(error) => Some(error),
            _ => None,
        }
    }
}
