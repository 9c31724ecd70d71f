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

/// Begins to list an open directory.
///
/// # Errors
///
/// It cannot be read, or `/proc` is not there.
pub fn list(directory: BorrowedFd<'_>) -> io::Result<ReadDir> {
    list_at(Path::new(OPEN), directory)
}

/// What is open cannot be missing: if it seems so, `/proc` is.
fn list_at(open: &Path, directory: BorrowedFd<'_>) -> io::Result<ReadDir> {
    fs::read_dir(open.join(directory.as_raw_fd().to_string())).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => io::Error::other(format!("cannot be listed without {}", open.display())),
        _ => error,
    })
}

impl Root {
    /// The names in a directory, at most `most`, in ascending order.
    ///
    /// # Errors
    ///
    /// It is missing, no directory, has more entries, or cannot be read.
    pub fn list(&self, directory: impl AsRef<Path>, most: usize) -> Result<Vec<OsString>, ReadError> {
        let directory = directory.as_ref();
        self.names(directory, most).map_err(|cause| ReadError { path: self.path(directory), cause })
    }

    fn names(&self, directory: &Path, most: usize) -> Result<Vec<OsString>, Cause> {
        let opened = self.open_path(directory, FLAGS | OFlag::O_DIRECTORY)?;
        let mut names = Vec::new();
        for entry in list(opened.as_fd())? {
            if names.len() == most {
                return Err(Cause::TooMany { limit: most });
            }
            insert(&mut names, entry?.file_name());
        }
        Ok(names)
    }
}

/// Puts a value where it belongs in a short sorted list: less code than sorting.
pub fn insert<T: Ord>(list: &mut Vec<T>, value: T) {
    let place = list.binary_search(&value).unwrap_or_else(|place| place);
    list.insert(place, value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn without_proc_a_directory_is_not_empty() {
        let directory = File::open(std::env::temp_dir()).unwrap();
        assert!(list(directory.as_fd()).is_ok());
        let without = list_at(Path::new("/proc/nothing/fd"), directory.as_fd()).unwrap_err();
        assert_eq!(without.to_string(), "cannot be listed without /proc/nothing/fd");
        assert!(matches!(Cause::from(without), Cause::Io(_)));
    }
}
