//! What is in a directory of a root.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::dir::{Dir, Type};
use nix::fcntl::OFlag;

use crate::root::{Cause, ReadError, Root, FLAGS};

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
        for entry in Dir::from_fd(opened.into()).map_err(io::Error::from)?.iter() {
            let entry = entry.map_err(io::Error::from)?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name == "." || name == ".." {
                continue;
            }
            if entries.len() == most {
                return Err(Cause::TooMany { limit: most });
            }
            let kind = match entry.file_type() {
                Some(Type::Directory) => Kind::Directory,
                Some(Type::Symlink) | None => self.kind(&directory.join(name)),
                Some(_) => Kind::Other,
            };
            entries.push(Entry { name: name.to_owned(), kind });
        }
        entries.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    /// What a link leads to, or what stands under a name where the file system does not tell while listing.
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
