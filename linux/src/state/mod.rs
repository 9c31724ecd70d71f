//! The state directory: what is kept from one run to the next, for [`crate::diagnostics`] and [`crate::history`].
//!
//! A crash report is a file whose name tells its place in the order and which it is; it appears there
//! whole, by a new name that is then changed. What else is to be remembered is a name without
//! content, so that writing it is one step as well. The directory is never made: systemd does that,
//! or whoever wants reports.

mod kept;
mod name;

pub use kept::Kept;
pub use name::{Name, Origin};

use core::fmt::Write as _;
use core::str;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use haos_analytics_core::crash::CAPACITY;
use nix::errno::Errno;
use nix::fcntl::{openat, renameat, AtFlags, Flock, FlockArg, OFlag};
use nix::sys::stat::Mode;
use nix::unistd::{faccessat, unlinkat, AccessFlags, UnlinkatFlags};

use self::name::{Filled, LENGTH};
use crate::directory;
use crate::options::Options;
use crate::root::{Root, FLAGS};
use crate::shown;

/// Below the root, if nothing else is said.
const USUAL: &str = "/var/lib/haos-analytics";
/// More than there ever are.
const MOST: usize = 1000;

/// The open directory.
pub struct State {
    directory: OwnedFd,
    /// Its path, for a person.
    pub path: PathBuf,
}

/// What is there.
#[derive(Default)]
pub struct Listing {
    /// The reports, the oldest first.
    pub reports: Vec<Name>,
    /// What was begun and never came to an end.
    pub halves: Vec<String>,
    /// Names without content: see [`State::remember`].
    pub marks: Vec<String>,
    /// What [`crate::history`] keeps.
    pub earlier: Earlier,
}

/// What is there of earlier runs' reports.
#[derive(Default)]
pub struct Earlier {
    /// The reports, the oldest first.
    pub reports: Vec<Kept>,
    /// What was begun and never came to an end.
    pub halves: Vec<String>,
    /// Whether there is a record of the last attempt.
    pub record: bool,
}

impl Listing {
    /// Whether there is nothing of crash reports.
    pub fn is_empty(&self) -> bool {
        self.reports.is_empty() && self.halves.is_empty() && self.marks.is_empty()
    }

    /// The number of the next report.
    pub fn next_number(&self) -> u64 {
        self.reports.last().map_or(0, |last| last.number().saturating_add(1))
    }
}

/// So a report begins that is being written; a name with a dot in front is nobody's report.
const NEW: &str = ".new-";

/// Writes a file: all of it under another name first, onto the disk, and then under its own. Nothing is allocated.
///
/// # Errors
///
/// Nothing of it is there then; a name of more bytes than a crash report's is none.
pub fn write(directory: BorrowedFd<'_>, name: &str, report: &[u8]) -> Result<(), Errno> {
    let mut new = [0; NEW.len() + LENGTH];
    write!(Filled(&mut new), "{NEW}{name}").map_err(|_| Errno::ENAMETOOLONG)?;
    let new = str::from_utf8(&new).unwrap_or(NEW).trim_end_matches('\0');
    let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let mut file = File::from(openat(directory, new, flags, Mode::S_IRUSR | Mode::S_IWUSR)?);
    // For [`State::forget_half`]. On a file system that knows no locks that may come too early:
    // then the new name fails.
    let _held = file.try_clone().map(|file| Flock::lock(file, FlockArg::LockExclusiveNonblock));
    let whole = file.write_all(report).and_then(|()| file.sync_data());
    let done = whole
        .map_err(|error| Errno::try_from(error).unwrap_or(Errno::EIO))
        .and_then(|()| renameat(directory, new, directory, name));
    if done.is_err() {
        let _ = unlinkat(directory, new, UnlinkatFlags::NoRemoveDir);
    }
    done
}

/// Removes a report.
///
/// # Errors
///
/// It may still be there.
pub fn remove(directory: BorrowedFd<'_>, name: &Name) -> Result<(), Errno> {
    unlinkat(directory, name.as_str(), UnlinkatFlags::NoRemoveDir)
}

impl State {
    /// Opens the directory that the options name, else the usual one below the root.
    ///
    /// # Errors
    ///
    /// The one that is named cannot be opened, with what to say of it. The usual one need not be there.
    pub fn open(options: &Options, root: &Root) -> Result<Option<Self>, String> {
        let flags = FLAGS | OFlag::O_DIRECTORY;
        let (path, opened) = match &options.state {
            Some(path) => (path.clone(), nix::fcntl::open(path, flags, Mode::empty()).map_err(io::Error::from)),
            None => (root.path(USUAL), root.open_path(Path::new(USUAL), flags).map(OwnedFd::from)),
        };
        match opened {
            Ok(directory) => Ok(Some(State { directory, path })),
            Err(error) if options.state.is_none() && error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{}: {error}", shown::path(&path))),
        }
    }

    /// The directory, once more.
    pub fn directory(&self) -> Option<OwnedFd> {
        self.directory.try_clone().ok()
    }

    /// Its descriptor.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.directory.as_fd()
    }

    /// Whether names in it can be changed: what cannot be removed is not sent either, or it would be sent again and again.
    pub fn is_writable(&self) -> Result<(), Errno> {
        faccessat(&self.directory, ".", AccessFlags::W_OK, AtFlags::empty())
    }

    /// What is there.
    ///
    /// # Errors
    ///
    /// It cannot be listed.
    pub fn list(&self) -> io::Result<Listing> {
        let mut listing = Listing::default();
        for entry in directory::list(self.as_fd())?.take(MOST) {
            let name = entry?.file_name();
            let Some(name) = name.to_str() else { continue };
            if let Some(report) = Name::parse(name) {
                directory::insert(&mut listing.reports, report);
            } else if let Some(report) = Kept::parse(name) {
                directory::insert(&mut listing.earlier.reports, report);
            } else if name == RECORD {
                listing.earlier.record = true;
            } else if let Some(whole) = name.strip_prefix(NEW) {
                let of_earlier = whole == RECORD || Kept::parse(whole).is_some();
                let halves = if of_earlier { &mut listing.earlier.halves } else { &mut listing.halves };
                halves.push(name.to_owned());
            } else if name.starts_with(UNTIL) || name.starts_with(TOLD) {
                listing.marks.push(name.to_owned());
            }
        }
        Ok(listing)
    }

    /// The bytes of a crash report; more than any has if there are more.
    ///
    /// # Errors
    ///
    /// It is no regular file, or cannot be read.
    pub fn read(&self, name: &Name) -> io::Result<Vec<u8>> {
        self.read_file(name.as_str(), CAPACITY)
    }

    /// The bytes of a file; one more than the limit if there are more.
    ///
    /// # Errors
    ///
    /// It is no regular file, or cannot be read.
    pub fn read_file(&self, name: &str, limit: usize) -> io::Result<Vec<u8>> {
        use std::io::Read;
        let file = File::from(openat(&self.directory, name, FLAGS | OFlag::O_NOFOLLOW, Mode::empty())?);
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "not a regular file"));
        }
        let mut bytes = Vec::with_capacity(limit + 1);
        file.take(limit as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Keeps a name: an empty file.
    ///
    /// # Errors
    ///
    /// It could not be made.
    pub fn remember(&self, mark: &str) -> Result<(), Errno> {
        let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        openat(&self.directory, mark, flags, Mode::S_IRUSR | Mode::S_IWUSR).map(drop)
    }

    /// Removes what was begun, unless somebody is still writing it.
    pub fn forget_half(&self, name: &str) {
        if let Ok(half) = openat(&self.directory, name, FLAGS | OFlag::O_NOFOLLOW, Mode::empty()) {
            if let Err((_, Errno::EWOULDBLOCK)) = Flock::lock(File::from(half), FlockArg::LockExclusiveNonblock) {
                return;
            }
        }
        self.forget(name);
    }

    /// Removes a name that is no report's.
    pub fn forget(&self, name: impl AsRef<OsStr>) {
        // If it stays, the next run tries again.
        let _ = unlinkat(&self.directory, name.as_ref(), UnlinkatFlags::NoRemoveDir);
    }
}

/// A mark that tells until when nothing may be sent, in seconds since 1970.
pub const UNTIL: &str = "until-";
/// A mark that tells what has been told of the board.
pub const TOLD: &str = "told-";
/// The file that tells how the last attempt ended.
pub const RECORD: &str = "last-attempt";
