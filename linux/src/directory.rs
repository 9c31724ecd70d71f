//! What is in a directory of a root.

use std::ffi::OsString;
use std::fs::{self, ReadDir};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::path::Path;

use nix::fcntl::OFlag;

use crate::root::{Cause, ReadError, Root, FLAGS};

/// What this process has open. A directory is listed by its entry here, for which std has a call that takes numbers of
/// 64 bits also where the C library's usual one has 32 and gives up.
const OPEN: &str = "/proc/self/fd";

/// A name in a directory.
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
    /// A link to a directory.
    LinkToDirectory,
    /// Anything else, a link that leads nowhere too: reading it tells.
    Other,
}

/// Begins to list an open directory.
///
/// # Errors
///
/// It cannot be read, or `/proc` is not there.
pub fn list(directory: BorrowedFd<'_>) -> io::Result<ReadDir> {
    fs::read_dir(Path::new(OPEN).join(directory.as_raw_fd().to_string()))
}

impl Root {
    /// The names in a directory, at most `most`, in ascending order.
    ///
    /// # Errors
    ///
    /// It is missing, no directory, has more entries, or cannot be read.
    pub fn list(&self, directory: impl AsRef<Path>, most: usize) -> Result<Vec<Entry>, ReadError> {
        let directory = directory.as_ref();
        self.entries(directory, most).map_err(|cause| ReadError { path: self.path(directory), cause })
    }

    fn entries(&self, directory: &Path, most: usize) -> Result<Vec<Entry>, Cause> {
        let opened = self.open_path(directory, FLAGS | OFlag::O_DIRECTORY)?;
        let mut entries = Vec::new();
        for entry in list(opened.as_fd())? {
            let entry = entry?;
            let name = entry.file_name();
            if entries.len() == most {
                return Err(Cause::TooMany { limit: most });
            }
            let kind = match entry.file_type() {
                Ok(kind) if kind.is_dir() => Kind::Directory,
                Ok(kind) if !kind.is_symlink() => Kind::Other,
                _ => self.kind(&directory.join(&name)),
            };
            entries.push(Entry { name, kind });
        }
        entries.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    /// What a link leads to, or what stands under a name where the file system does not tell.
    fn kind(&self, path: &Path) -> Kind {
        let is = |flags| {
            Some(self.open_path(path, OFlag::O_PATH | OFlag::O_CLOEXEC | flags).ok()?.metadata().ok()?.is_dir())
        };
        match (is(OFlag::O_NOFOLLOW), is(OFlag::empty())) {
            (Some(true), _) => Kind::Directory,
            (_, Some(true)) => Kind::LinkToDirectory,
            _ => Kind::Other,
        }
    }
}
