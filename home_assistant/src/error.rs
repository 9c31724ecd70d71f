//! Why a file of Home Assistant could not be read. Nothing that stands in a file is repeated.

use core::fmt;
use std::path::{Path, PathBuf};

use haos_analytics_core::Foreign;

use crate::files::{Cause, Files, Opened};
use crate::json;

/// Why a file could not be read.
#[derive(Debug)]
pub struct ReadError {
    /// The file, as a person on this machine would open it.
    pub file: PathBuf,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with a file.
#[derive(Debug)]
pub enum Why {
    /// It cannot be opened.
    Files(Cause),
    /// It does not say what it should.
    Content(json::Error),
    /// It is larger than what is ever read.
    TooLarge {
        /// The most bytes that are read.
        limit: u64,
    },
}

impl ReadError {
    /// An error of the file at a path of the container.
    pub fn new(files: &dyn Files, path: &Path, why: impl Into<Why>) -> Self {
        ReadError { file: files.shown(path), why: why.into() }
    }

    /// There is no such file, and no symlink led there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self.why, Why::Files(Cause::Missing))
    }
}

impl From<Cause> for Why {
    fn from(cause: Cause) -> Self {
        Why::Files(cause)
    }
}

impl From<json::Error> for Why {
    fn from(error: json::Error) -> Self {
        Why::Content(error)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", Foreign(self.file.display()), self.why)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Files(cause) => cause.fmt(f),
            Why::Content(error) => error.fmt(f),
            Why::TooLarge { limit } => write!(f, "larger than {limit} bytes"),
        }
    }
}

impl std::error::Error for ReadError {}

/// Reads at most `limit` bytes of a file with one of the readers, in memory that does not depend on
/// its size.
///
/// # Errors
///
/// [`ReadError`]
pub fn read<T>(
    files: &dyn Files,
    path: &Path,
    limit: u64,
    read: impl FnOnce(&mut dyn std::io::Read) -> Result<T, json::Error>,
) -> Result<T, ReadError> {
    let mut opened = open(files, path)?;
    let size = opened.size;
    read(&mut std::io::Read::take(&mut opened.content, limit)).map_err(|error| failed(files, path, limit, size, error))
}

/// Not built into each of its callers.
#[inline(never)]
fn open<'f>(files: &'f dyn Files, path: &Path) -> Result<Opened<'f>, ReadError> {
    files.open(path).map_err(|cause| ReadError::new(files, path, cause))
}

#[cold]
fn failed(files: &dyn Files, path: &Path, limit: u64, size: u64, error: json::Error) -> ReadError {
    match error {
        json::Error::Truncated if size > limit => ReadError::new(files, path, Why::TooLarge { limit }),
        error => ReadError::new(files, path, error),
    }
}
