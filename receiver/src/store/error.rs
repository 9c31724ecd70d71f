//! What goes wrong in a store.

use core::fmt;

/// Why a store did not do what it was told.
#[derive(Debug)]
pub enum Error {
    /// SQLite says so.
    Sqlite(rusqlite::Error),
    /// Redis says so, or cannot be reached.
    Redis(::redis::RedisError),
    /// A setting that durability rests on is missing: which one, where, and what it must be.
    Unmet(String),
    /// The store was made by something else, or holds what no version of this wrote.
    Broken(String),
    /// What was read could not be handed on.
    Io(std::io::Error),
}

impl Error {
    /// What was read was handed on to a pipe whose reader has enough.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(error) => write!(f, "SQLite: {error}"),
            Self::Redis(error) => write!(f, "Redis: {error}"),
            Self::Broken(what) | Self::Unmet(what) => f.write_str(what),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Error {}

impl Error {
    /// Somebody did not answer in time.
    pub(crate) fn is_timeout(&self) -> bool {
        matches!(self, Self::Redis(error) if error.is_timeout())
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<::redis::RedisError> for Error {
    fn from(error: ::redis::RedisError) -> Self {
        Self::Redis(error)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}
