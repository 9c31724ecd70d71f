//! The files of Home Assistant, as its container sees them.
//!
//! A path is absolute and begins with one of the directories of [`container::MOUNTS`], such as
//! `/config/configuration.yaml`. It may hold `..`, which means the parent of where the path before
//! it leads, links included, as for the kernel. What leads anywhere else is [`Cause::Outside`]: it
//! is not opened.

pub mod container;
mod memory;

use core::fmt;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

pub use self::memory::Memory;

/// Lends files and directories of Home Assistant's directories.
pub trait Files {
    /// Opens a regular file for reading. Anything else is looked at, but never opened.
    ///
    /// # Errors
    ///
    /// [`Cause`]; `secrets.yaml` is [`Cause::Secret`], whatever name leads to it.
    fn open(&self, file: &Path) -> Result<Opened<'_>, Cause>;

    /// The names in a directory, at most `most`, in ascending order of bytes.
    ///
    /// # Errors
    ///
    /// [`Cause`]
    fn list(&self, directory: &Path, most: usize) -> Result<Vec<Entry>, Cause>;

    /// The path as a person on this machine would write it.
    fn shown(&self, path: &Path) -> PathBuf;
}

/// A regular file, opened for reading.
pub struct Opened<'f> {
    /// Its content, not buffered.
    pub content: Box<dyn Read + 'f>,
    /// Its size in bytes when it was opened.
    pub size: u64,
}

/// A name in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name alone.
    pub name: OsString,
    /// What it stands for.
    pub kind: Kind,
}

/// What a name in a directory stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A directory.
    Directory,
    /// A symlink to a directory.
    LinkToDirectory,
    /// A regular file, or a symlink to one.
    File,
    /// A symlink that leads to nothing, or to nothing that may be looked at.
    BrokenLink,
    /// A FIFO, a socket, a device, or what could not be looked at.
    Other,
}

/// Why a file was not opened, or a directory not listed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Cause {
    /// There is nothing of this name, and no symlink led there.
    Missing,
    /// A symlink on the way leads to nothing.
    BrokenLink,
    /// The path or a symlink on the way leads out of Home Assistant's directories.
    Outside,
    /// It is `secrets.yaml`, which is never opened.
    Secret,
    /// It is no regular file.
    NotAFile,
    /// It is no directory.
    NotADirectory,
    /// The directory has more entries than are ever read.
    TooMany {
        /// The most entries that are read.
        limit: usize,
    },
    /// The system refused.
    Io(io::Error),
}

/// A path goes on behind what is no directory. std names it since 1.83.
const ENOTDIR: i32 = 20;

impl Cause {
    /// Whether the path leads to nothing that Home Assistant could have loaded either, however it
    /// was meant.
    #[must_use]
    pub fn leads_nowhere(&self) -> bool {
        match self {
            Cause::Missing | Cause::BrokenLink | Cause::NotADirectory => true,
            Cause::Io(error) => error.raw_os_error() == Some(ENOTDIR),
            _ => false,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Missing => f.write_str("there is no such file"),
            Cause::BrokenLink => f.write_str("a symlink that leads to nothing"),
            Cause::Outside => f.write_str("it leads out of Home Assistant's directories"),
            Cause::Secret => f.write_str("it is secrets.yaml, which is never opened"),
            Cause::NotAFile => f.write_str("not a regular file"),
            Cause::NotADirectory => f.write_str("not a directory"),
            Cause::TooMany { limit } => write!(f, "more than {limit} entries"),
            Cause::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Cause::Io(error) => Some(error),
            _ => None,
        }
    }
}
