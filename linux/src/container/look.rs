//! What a path leads to, without opening it: `O_PATH`.

use std::fs::{File, Metadata};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use haos_analytics_home_assistant::files::container::steps;
use haos_analytics_home_assistant::files::Cause;
use nix::errno::Errno;
use nix::fcntl::{OFlag, ResolveFlag};

use super::Container;
use crate::openat2::openat2;
use crate::walk::{walk, End, Mounts, Stop, Top};

/// Never of a link: [`STRAIGHT`] refuses it, and by hand each has been followed.
const LOOK: OFlag = OFlag::O_PATH.union(OFlag::O_CLOEXEC);
/// No link is followed, so none leads out, and none is magic. Other file systems below a mount are
/// entered.
const STRAIGHT: ResolveFlag =
    ResolveFlag::RESOLVE_BENEATH.union(ResolveFlag::RESOLVE_NO_SYMLINKS).union(ResolveFlag::RESOLVE_NO_MAGICLINKS);

/// A file by its device and its number there.
pub type Identity = (u64, u64);

/// What is there.
pub struct Seen<'c> {
    /// Holds it, so that its identity becomes nobody else's.
    pub file: File,
    /// What the kernel says of it.
    pub metadata: Metadata,
    /// Its path in the container, without links.
    pub path: PathBuf,
    way: Way<'c>,
}

/// How to come there once more.
enum Way<'c> {
    Straight(BorrowedFd<'c>, PathBuf),
    ByHand(End<'c>),
}

impl Container<'_> {
    /// Looks at what a path leads to.
    ///
    /// # Errors
    ///
    /// There is nothing, or it is outside of Home Assistant's directories.
    pub(super) fn look(&self, path: &Path) -> Result<Seen<'_>, Cause> {
        self.straight(path).unwrap_or_else(|| self.by_hand(path)).map_err(cause)
    }

    /// `None` if there is a link or `..` from one mount to another, or no `openat2`.
    fn straight(&self, path: &Path) -> Option<Result<Seen<'_>, Stop>> {
        if self.by_hand.get() {
            return None;
        }
        let mut names = steps(path);
        let first = names.pop_front().filter(|name| name != "..")?;
        let mount = match self.mount(&first) {
            Ok(mount) => mount,
            Err(stop) => return Some(Err(stop)),
        };
        let way = Way::Straight(mount, if names.is_empty() { ".".into() } else { names.iter().collect() });
        match way.open(LOOK) {
            Err(Stop::Errno { errno: Errno::ELOOP | Errno::EXDEV, .. }) => None,
            Err(Stop::Errno { errno: Errno::EPERM, .. }) => {
                self.by_hand.set(true);
                None
            }
            Err(stop) => Some(Err(stop)),
            Ok(opened) => {
                let mut real = Path::new("/").join(first);
                for name in names {
                    if name == ".." {
                        real.pop();
                    } else {
                        real.push(name);
                    }
                }
                Some(Seen::new(opened, real, way))
            }
        }
    }

    fn by_hand(&self, path: &Path) -> Result<Seen<'_>, Stop> {
        let end = walk(Top::Mounts(self), path, true)?;
        let opened = end.open(LOOK)?;
        Seen::new(opened, end.path(), Way::ByHand(end))
    }
}

impl<'c> Seen<'c> {
    fn new(opened: OwnedFd, path: PathBuf, way: Way<'c>) -> Result<Self, Stop> {
        let file = File::from(opened);
        let metadata = file.metadata()?;
        Ok(Seen { file, metadata, path, way })
    }

    /// Opens it, or what has taken its place; but never a link.
    ///
    /// # Errors
    ///
    /// What the kernel says.
    pub fn open(&self, flags: OFlag) -> Result<File, Errno> {
        Ok(File::from(self.way.open(flags)?))
    }

    /// Whether it has this name, or a link of this name led to it.
    pub fn is_named(&self, name: &str) -> bool {
        let by_link = matches!(&self.way, Way::ByHand(end) if end.by_link_named(name));
        by_link || self.path.file_name().is_some_and(|own| own == name)
    }

    /// Which file it is.
    pub fn identity(&self) -> Identity {
        identity(&self.metadata)
    }

    /// Whether this is the same.
    pub fn is(&self, other: &Metadata) -> bool {
        self.identity() == identity(other)
    }
}

impl Way<'_> {
    fn open(&self, flags: OFlag) -> Result<OwnedFd, Stop> {
        match self {
            Way::Straight(mount, path) => openat2(*mount, path, flags, STRAIGHT)
                .unwrap_or(Err(Errno::EPERM))
                .map_err(|errno| Stop::Errno { errno, by_link: false }),
            Way::ByHand(end) => end.open(flags),
        }
    }
}

fn identity(metadata: &Metadata) -> Identity {
    (metadata.dev(), metadata.ino())
}

fn cause(stop: Stop) -> Cause {
    match stop {
        Stop::Outside => Cause::Outside,
        Stop::Loop | Stop::Errno { errno: Errno::ENOENT, by_link: true } => Cause::BrokenLink,
        Stop::Errno { errno: Errno::ENOENT, by_link: false } => Cause::Missing,
        Stop::Errno { errno, .. } => Cause::Io(errno.into()),
    }
}
