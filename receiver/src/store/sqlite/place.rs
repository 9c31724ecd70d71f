//! Whether the open files are still those that stand at their path, and what room there is for them.
//!
//! A file that was moved away or replaced can still be written, but what is written is gone with the process.

use super::super::Error;
use nix::sys::statvfs::statvfs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The file and its write-ahead log, as they were when they were opened.
pub(super) struct Place {
    files: [(PathBuf, Option<Identity>); 2],
}

/// Device and inode.
type Identity = (u64, u64);

impl Place {
    /// Of a file that is open, and of its log.
    pub(super) fn of(file: &Path) -> Self {
        Self { files: [file.to_owned(), log(file)].map(|path| (path.clone(), identity(&path))) }
    }

    /// What is not there any more, or another file.
    pub(super) fn moved(&self) -> Option<&Path> {
        self.files.iter().find(|(path, then)| then.is_some() && identity(path) != *then).map(|(path, _)| &**path)
    }

    /// # Errors
    ///
    /// One of the files is not in its place.
    pub(super) fn check(&self) -> Result<(), Error> {
        let Some(path) = self.moved() else { return Ok(()) };
        Err(Error::Broken(format!("{} was moved away or replaced: nothing is written", path.display())))
    }

    /// Bytes of the log.
    pub(super) fn log_bytes(&self) -> u64 {
        std::fs::metadata(&self.files[1].0).map_or(0, |log| log.len())
    }

    /// Bytes that are left on the disk for who is not root.
    #[allow(clippy::useless_conversion, reason = "numbers of 32 bits on some machines")]
    pub(super) fn room(&self) -> Option<u64> {
        let directory = self.files[0].0.parent().filter(|parent| *parent != Path::new(""));
        let disk = statvfs(directory.unwrap_or(Path::new("."))).ok()?;
        Some(u64::from(disk.blocks_available()).saturating_mul(u64::from(disk.fragment_size())))
    }
}

fn identity(path: &Path) -> Option<Identity> {
    std::fs::metadata(path).map(|file| (file.dev(), file.ino())).ok()
}

fn log(file: &Path) -> PathBuf {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    PathBuf::from(log)
}
