//! `openat2`, which opens a path without leaving a directory in one call.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag};

/// A rename takes microseconds.
const TRIES: usize = 1000;

/// Opens a path below a directory; `None` where the kernel (before 5.6), a sandbox or valgrind does
/// not know the call.
pub fn openat2(
    directory: BorrowedFd<'_>,
    path: &Path,
    flags: OFlag,
    resolve: ResolveFlag,
) -> Option<Result<OwnedFd, Errno>> {
    let how = OpenHow::new().flags(flags).resolve(resolve);
    // The kernel does not follow ".." while anything on the system is being renamed, and asks to
    // try again.
    let mut tries = (0..TRIES).map(|_| nix::fcntl::openat2(directory, path, how));
    match tries.find(|tried| !matches!(tried, Err(Errno::EAGAIN))).unwrap_or(Err(Errno::EAGAIN)) {
        Err(Errno::ENOSYS | Errno::EPERM) => None,
        other => Some(other),
    }
}
