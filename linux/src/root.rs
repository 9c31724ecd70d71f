//! Files below a root directory, read whole and within a limit.
//!
//! Every file that describes the machine is read through [`Root`], so a directory can stand for a machine. A path never
//! leaves it, not even by a symbolic link. Only regular files are read: a FIFO would wait for ever.

use core::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use haos_analytics_home_assistant::files;
use nix::fcntl::{OFlag, ResolveFlag};

use crate::beneath;
use crate::crash;
use crate::log::Log;
use crate::openat2::openat2;
use crate::shown;

/// `O_NONBLOCK`: opening a FIFO returns at once. `O_NOCTTY`: a terminal does not become ours.
/// `O_LARGEFILE`: on 32 bits too a file, such as the database, may have more than 2 GiB.
pub(crate) const FLAGS: OFlag =
    OFlag::O_RDONLY.union(OFlag::O_NONBLOCK).union(OFlag::O_NOCTTY).union(OFlag::O_CLOEXEC).union(OFlag::O_LARGEFILE);

/// A directory that stands for a machine; `/` for the one that we run on.
pub struct Root {
    path: PathBuf,
    /// The directory itself where it is not `/`.
    directory: Option<File>,
}

/// A regular file, opened for reading.
pub struct Regular {
    /// The file.
    pub file: File,
    /// How many bytes it says it has; the kernel's own files say 0 or too many.
    pub size: u64,
}

/// Why a file was not read.
#[derive(Debug)]
pub struct ReadError {
    /// The file, as a person on this machine would open it.
    pub path: PathBuf,
    /// What is wrong with it.
    pub cause: Cause,
}

/// What is wrong with a file.
#[derive(Debug)]
pub enum Cause {
    /// There is none.
    Missing,
    /// It is a directory, a FIFO, a device or a socket.
    NotAFile,
    /// It is larger than what is ever read.
    TooLarge {
        /// The most bytes that are read.
        limit: usize,
    },
    /// It is a directory with more entries than are ever read.
    TooMany {
        /// The most entries that are read.
        limit: usize,
    },
    /// It is one of Home Assistant's and not opened.
    HomeAssistant(files::Cause),
    /// The system refused.
    Io(io::Error),
}

impl Root {
    /// Opens the directory.
    ///
    /// # Errors
    ///
    /// There is no such directory, or it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let directory = if path == Path::new("/") {
            None
        } else {
            let opened = OpenOptions::new().read(true).custom_flags(OFlag::O_DIRECTORY.bits()).open(path);
            Some(opened.map_err(|error| ReadError { path: path.to_owned(), cause: Cause::from(error) })?)
        };
        Ok(Root { path: path.to_owned(), directory })
    }

    /// The path of a file of this root as a person on this machine would write it.
    pub fn path(&self, file: impl AsRef<Path>) -> PathBuf {
        let file = file.as_ref();
        self.path.join(file.strip_prefix("/").unwrap_or(file))
    }

    /// Reads a regular file of at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// [`ReadError`]; no part of the file is returned then.
    pub fn read(&self, file: impl AsRef<Path>, limit: usize) -> Result<Vec<u8>, ReadError> {
        let file = file.as_ref();
        self.open_file(file)
            .and_then(|Regular { mut file, size }| contents(&mut file, size, limit))
            .map_err(|cause| ReadError { path: self.path(file), cause })
    }

    /// Reads a file that need not be there: what is wrong with one that is there is told, and it counts as absent.
    pub fn read_optional(&self, file: impl AsRef<Path>, limit: usize, log: &mut Log<'_>) -> Option<Vec<u8>> {
        self.read(file, limit)
            .map_err(|error| {
                if !error.is_missing() {
                    log.warning(format_args!("{error}; treated as absent"));
                }
            })
            .ok()
    }

    /// Whether there is nothing of this name. What cannot be looked at is something, and so is a link that leads nowhere.
    pub fn lacks(&self, file: impl AsRef<Path>) -> bool {
        let opened = self.open_path(file.as_ref(), OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC);
        opened.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    }

    /// Whether there is something of this name.
    pub fn exists(&self, file: impl AsRef<Path>) -> bool {
        self.open_path(file.as_ref(), OFlag::O_PATH | OFlag::O_CLOEXEC).is_ok()
    }

    /// Opens a regular file for reading.
    ///
    /// # Errors
    ///
    /// It is missing, no regular file, or cannot be opened.
    pub fn open_file(&self, file: &Path) -> Result<Regular, Cause> {
        regular(self.open_path(file, FLAGS)?)
    }

    /// Opens whatever the path leads to.
    pub(crate) fn open_path(&self, file: &Path, flags: OFlag) -> io::Result<File> {
        crash::opened(file);
        let inside = file.strip_prefix("/").unwrap_or(file);
        if let Some(directory) = &self.directory {
            let opened = openat2(directory.as_fd(), inside, flags, ResolveFlag::RESOLVE_IN_ROOT)
                .unwrap_or_else(|| beneath::open(directory.as_fd(), inside, flags));
            return Ok(File::from(opened?));
        }
        open(&self.path.join(inside), flags)
    }
}

/// Opens a regular file that was named on the command line, wherever it is.
///
/// # Errors
///
/// It is missing, no regular file, or cannot be opened.
pub fn open_outside(path: &Path) -> Result<Regular, ReadError> {
    open(path, FLAGS).map_err(Cause::from).and_then(regular).map_err(|cause| ReadError { path: path.to_owned(), cause })
}

fn open(path: &Path, flags: OFlag) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(flags.bits()).open(path)
}

fn regular(file: File) -> Result<Regular, Cause> {
    let metadata = file.metadata()?;
    if metadata.is_file() {
        Ok(Regular { file, size: metadata.len() })
    } else {
        Err(Cause::NotAFile)
    }
}

/// Reads all of a file that says it has `size` bytes.
///
/// # Errors
///
/// It has more than `limit` bytes, or cannot be read.
pub fn contents(file: &mut dyn Read, size: u64, limit: usize) -> Result<Vec<u8>, Cause> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    // One byte more than there should be tells a file of just that size from one that grew.
    let mut bytes = vec![0; size.clamp(SMALL, limit.max(SMALL)) + 1];
    let mut length = 0;
    while let Some(free) = bytes.get_mut(length..).filter(|free| !free.is_empty()) {
        match file.read(free) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        }
        // The kernel's own files do not tell their size, or a larger one.
        if length == size {
            break;
        }
        if length == bytes.len() && length <= limit {
            bytes.resize(length * 2, 0);
        }
    }
    if length > limit {
        return Err(Cause::TooLarge { limit });
    }
    bytes.truncate(length);
    Ok(bytes)
}

/// Room for a file that does not tell its size.
const SMALL: usize = 1024;

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Cause::Missing,
            _ => Cause::Io(error),
        }
    }
}

impl From<files::Cause> for Cause {
    fn from(cause: files::Cause) -> Self {
        match cause {
            files::Cause::Missing => Cause::Missing,
            files::Cause::NotAFile => Cause::NotAFile,
            files::Cause::Io(error) => Cause::Io(error),
            other => Cause::HomeAssistant(other),
        }
    }
}

impl ReadError {
    /// There is no such file, which for most files is no fault.
    pub fn is_missing(&self) -> bool {
        matches!(self.cause, Cause::Missing)
    }

    /// It is there, and this user may not read it.
    pub fn is_denied(&self) -> bool {
        matches!(&self.cause, Cause::Io(error) if error.kind() == io::ErrorKind::PermissionDenied)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Missing => f.write_str("there is no such file"),
            Cause::NotAFile => f.write_str("not a regular file"),
            Cause::TooLarge { limit } => write!(f, "larger than {limit} bytes"),
            Cause::TooMany { limit } => write!(f, "more than {limit} entries"),
            Cause::HomeAssistant(cause) => cause.fmt(f),
            Cause::Io(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", shown::path(&self.path), self.cause)
    }
}

impl std::error::Error for ReadError {}
