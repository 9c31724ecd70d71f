//! The files of the configuration directory.

use std::path::{Path, PathBuf};

use crate::directory::Entry;
use crate::root::{Cause, Root};

/// Something that holds files. Every path is relative to the configuration directory and must not lead out of it.
pub trait Files {
    /// A regular file, whole.
    ///
    /// # Errors
    ///
    /// It is missing, larger than `limit` bytes, or cannot be read.
    fn read(&self, file: &Path, limit: usize) -> Result<Vec<u8>, Cause>;

    /// The names in a directory, in ascending order.
    ///
    /// # Errors
    ///
    /// It is missing, no directory, has more than `most` entries, or cannot be read.
    fn list(&self, directory: &Path, most: usize) -> Result<Vec<Entry>, Cause>;

    /// How a person would write the path.
    fn shown(&self, file: &Path) -> PathBuf;
}

impl Files for Root {
    fn read(&self, file: &Path, limit: usize) -> Result<Vec<u8>, Cause> {
        Root::read(self, file, limit).map_err(|error| error.cause)
    }

    fn list(&self, directory: &Path, most: usize) -> Result<Vec<Entry>, Cause> {
        Root::list(self, directory, most).map_err(|error| error.cause)
    }

    fn shown(&self, file: &Path) -> PathBuf {
        self.path(file)
    }
}
