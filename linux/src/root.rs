//! Files below a root directory, read whole and within a limit.
//!
//! Every file that describes the machine is read through [`Root`], so a directory can stand for a machine. A path never
//! leaves it, not even by a symbolic link. Only regular files are read: a FIFO would wait for ever.

use core::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{openat2, OFlag, OpenHow, ResolveFlag};

use crate::log::Log;

/// `O_NONBLOCK`: opening a FIFO returns at once. `O_NOCTTY`: a terminal does not become ours.
const FLAGS: OFlag = OFlag::O_RDONLY.union(OFlag::O_NONBLOCK).union(OFlag::O_NOCTTY).union(OFlag::O_CLOEXEC);

/// A directory that stands for a machine; `/` for the one that we run on.
pub struct Root {
    path: PathBuf,
    /// The directory itself where it is not `/`.
    directory: Option<File>,
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
            .and_then(|opened| contents(opened, limit))
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

    /// Whether there is something of this name.
    pub fn exists(&self, file: impl AsRef<Path>) -> bool {
        self.open_path(file.as_ref(), OFlag::O_PATH | OFlag::O_CLOEXEC).is_ok()
    }

    /// Opens a regular file for reading.
    ///
    /// # Errors
    ///
    /// It is missing, no regular file, or cannot be opened.
    pub fn open_file(&self, file: &Path) -> Result<File, Cause> {
        regular(self.open_path(file, FLAGS)?)
    }

    fn open_path(&self, file: &Path, flags: OFlag) -> io::Result<File> {
        let inside = file.strip_prefix("/").unwrap_or(file);
        if let Some(directory) = &self.directory {
            let how = OpenHow::new().flags(flags).resolve(ResolveFlag::RESOLVE_IN_ROOT);
            match openat2(directory, inside, how) {
                // Linux before 5.6, or a sandbox that does not know the call: the links of the root are then trusted.
                Err(Errno::ENOSYS | Errno::EPERM) => {}
                Ok(opened) => return Ok(File::from(opened)),
                Err(errno) => return Err(errno.into()),
            }
        }
        open(&self.path.join(inside), flags)
    }
}

/// Opens a regular file that was named on the command line, wherever it is.
///
/// # Errors
///
/// It is missing, no regular file, or cannot be opened.
pub fn open_outside(path: &Path) -> Result<File, ReadError> {
    open(path, FLAGS).map_err(Cause::from).and_then(regular).map_err(|cause| ReadError { path: path.to_owned(), cause })
}

fn open(path: &Path, flags: OFlag) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(flags.bits()).open(path)
}

fn regular(file: File) -> Result<File, Cause> {
    if file.metadata()?.file_type().is_file() {
        Ok(file)
    } else {
        Err(Cause::NotAFile)
    }
}

fn contents(file: File, limit: usize) -> Result<Vec<u8>, Cause> {
    let mut bytes = Vec::with_capacity(limit.min(1024));
    // One byte more than the limit tells a file of just that size from a larger one.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    file.take(most).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        return Err(Cause::TooLarge { limit });
    }
    Ok(bytes)
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Cause::Missing,
            _ => Cause::Io(error),
        }
    }
}

impl ReadError {
    /// There is no such file, which for most files is no fault.
    pub fn is_missing(&self) -> bool {
        matches!(self.cause, Cause::Missing)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        match &self.cause {
            Cause::Missing => f.write_str("there is no such file"),
            Cause::NotAFile => f.write_str("not a regular file"),
            Cause::TooLarge { limit } => write!(f, "larger than {limit} bytes"),
            Cause::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {}
