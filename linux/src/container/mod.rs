//! Home Assistant's directories on this machine, as its container sees them.
//!
//! A path is opened below one of the Supervisor's directories that are mounts of the container, and
//! nowhere else. Where no link is on the way that takes one call of the kernel
//! ([`openat2`](crate::openat2)). Everything else is followed by hand ([`walk`](crate::walk)): then
//! an absolute link begins at the container's root, and not at the machine's.

mod list;
mod look;
mod secrets;
#[cfg(test)]
mod tests;

use core::cell::{Cell, OnceCell};
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};

use haos_analytics_home_assistant::files::container::{in_data_directory, MOUNTS};
use haos_analytics_home_assistant::files::{Cause, Entry, Opened};
use haos_analytics_home_assistant::Files;
use nix::errno::Errno;
use nix::fcntl::OFlag;

use self::secrets::Secrets;
use crate::crash;
use crate::root::{contents, ReadError, Root, FLAGS};
use crate::walk::{Mounts, Stop};

/// Between two looks at a file Home Assistant may put a new one in its place, by a rename that
/// takes microseconds.
const TRIES: usize = 100;

/// Home Assistant's directories below the Supervisor's data directory.
pub struct Container<'r> {
    root: &'r Root,
    data_directory: PathBuf,
    /// In the order of [`MOUNTS`], each opened when it is first needed.
    mounts: [OnceCell<File>; MOUNTS.len()],
    /// Whether `openat2` is known not to be there.
    by_hand: Cell<bool>,
    secrets: Secrets,
}

impl<'r> Container<'r> {
    /// Opens nothing yet.
    pub fn new(root: &'r Root, data_directory: &Path) -> Self {
        Container {
            root,
            data_directory: data_directory.to_owned(),
            mounts: Default::default(),
            by_hand: Cell::new(false),
            secrets: Secrets::default(),
        }
    }

    /// Whether there is a directory of Home Assistant's configuration.
    pub fn is_there(&self) -> bool {
        self.mount(OsStr::new("config")).is_ok()
    }

    /// The path below the root.
    fn below_root(&self, path: &Path) -> PathBuf {
        self.data_directory.join(in_data_directory(path))
    }

    fn open_regular(&self, path: &Path) -> Result<(File, u64), Cause> {
        for _ in 0..TRIES {
            let seen = self.look(path)?;
            if self.is_secret(&seen) {
                return Err(Cause::Secret);
            }
            // A link has just taken its place.
            if seen.metadata.is_symlink() {
                continue;
            }
            if !seen.metadata.is_file() {
                return Err(Cause::NotAFile);
            }
            crash::opened(&self.below_root(path));
            match seen.open(FLAGS) {
                Ok(file) => {
                    let metadata = file.metadata().map_err(Cause::Io)?;
                    if seen.is(&metadata) {
                        return Ok((file, metadata.len()));
                    }
                }
                // Something else is there by now: the next look tells what.
                Err(Errno::ENOENT | Errno::ELOOP | Errno::ENXIO | Errno::EXDEV) => {}
                Err(errno) => return Err(Cause::Io(errno.into())),
            }
        }
        Err(Cause::Io(io::Error::other("replaced again and again while it is opened")))
    }
}

/// Reads a whole regular file of at most `limit` bytes.
///
/// # Errors
///
/// [`ReadError`], with the path as a person on this machine would write it; no part of the file is
/// returned then.
pub fn read(files: &Container<'_>, path: &Path, limit: usize) -> Result<Vec<u8>, ReadError> {
    let opened = files.open_regular(path).map_err(crate::root::Cause::from);
    opened
        .and_then(|(mut file, size)| contents(&mut file, size, limit))
        .map_err(|cause| ReadError { path: files.shown(path), cause })
}

impl Files for Container<'_> {
    fn open(&self, file: &Path) -> Result<Opened<'_>, Cause> {
        let (file, size) = self.open_regular(file)?;
        Ok(Opened { content: Box::new(file), size })
    }

    fn list(&self, directory: &Path, most: usize) -> Result<Vec<Entry>, Cause> {
        self.entries(directory, most)
    }

    /// What is in none of [`MOUNTS`] has no path on this machine, and stays as it is.
    fn shown(&self, path: &Path) -> PathBuf {
        let inside = in_data_directory(path);
        if inside.is_absolute() {
            return inside;
        }
        self.root.path(self.data_directory.join(inside))
    }
}

impl Mounts for Container<'_> {
    fn mount(&self, name: &OsStr) -> Result<BorrowedFd<'_>, Stop> {
        let mut places = MOUNTS.iter().zip(&self.mounts);
        let ((_, kept), place) = places.find(|((mount, _), _)| name == *mount).ok_or(Stop::Outside)?;
        if let Some(directory) = place.get() {
            return Ok(directory.as_fd());
        }
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let opened = self.root.open_path(&self.data_directory.join(kept), flags)?;
        Ok(place.get_or_init(|| opened).as_fd())
    }
}
