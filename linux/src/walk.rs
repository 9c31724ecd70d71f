//! Following a path by hand: step by step, and every link is read here instead of followed by the
//! kernel.
//!
//! So it is known whether there was a link, and where the path really leads; and it works without
//! `openat2`.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use haos_analytics_home_assistant::files::container::{steps, MOST_LINKS};
use nix::errno::Errno;
use nix::fcntl::{openat, readlinkat, OFlag};
use nix::sys::stat::Mode;

const STEP: OFlag = OFlag::O_PATH.union(OFlag::O_DIRECTORY).union(OFlag::O_NOFOLLOW).union(OFlag::O_CLOEXEC);

/// Where a path and each absolute link begin, and what `..` does not lead out of.
#[derive(Clone, Copy)]
pub enum Top<'t> {
    /// An open directory.
    Directory(BorrowedFd<'t>),
    /// A root in which there is nothing but some directories.
    Mounts(&'t dyn Mounts),
}

/// Directories at the root of a container.
pub trait Mounts {
    /// The directory of this name.
    ///
    /// # Errors
    ///
    /// [`Stop::Outside`] if there is none of this name, else why it cannot be opened.
    fn mount(&self, name: &OsStr) -> Result<BorrowedFd<'_>, Stop>;
}

/// Why a path does not lead anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It leads to the root of [`Top::Mounts`], or to another name in it than those of the
    /// directories.
    Outside,
    /// There are more links than the kernel follows.
    Loop,
    /// The kernel refused a step.
    Errno {
        /// What it said.
        errno: Errno,
        /// Whether a link led there.
        by_link: bool,
    },
}

/// As the kernel would say it.
impl From<Stop> for Errno {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Outside => Errno::EXDEV,
            Stop::Loop => Errno::ELOOP,
            Stop::Errno { errno, .. } => errno,
        }
    }
}

/// Of a step that no link led to.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Errno { errno: Errno::try_from(error).unwrap_or(Errno::EIO), by_link: false }
    }
}

/// Where a path leads once every link is followed.
pub struct End<'t> {
    top: Top<'t>,
    /// The directories on the way from the top, the last of which has the name in it.
    behind: Vec<Step<'t>>,
    /// No link when it was looked at; `None` for the last directory itself.
    name: Option<OsString>,
    by_link: bool,
    /// The links that the path ended in, each of which led to the next.
    last_links: Vec<OsString>,
}

struct Step<'t> {
    directory: Directory<'t>,
    name: OsString,
}

enum Directory<'t> {
    Mount(BorrowedFd<'t>),
    Opened(OwnedFd),
}

/// Follows a path. Its last name is not followed if it is a link and `follow` is false.
///
/// # Errors
///
/// [`Stop`]
pub fn walk<'t>(top: Top<'t>, path: &Path, follow: bool) -> Result<End<'t>, Stop> {
    let mut ahead = steps(path);
    let mut end = End { top, behind: Vec::new(), name: None, by_link: false, last_links: Vec::new() };
    let mut links = 0;
    while let Some(name) = ahead.pop_front() {
        if name == ".." {
            end.behind.pop();
            continue;
        }
        let here = match (end.behind.last(), top) {
            (Some(step), _) => step.as_fd(),
            (None, Top::Directory(directory)) => directory,
            (None, Top::Mounts(mounts)) => {
                let directory = Directory::Mount(mounts.mount(&name).map_err(|stop| end.led_to(stop))?);
                end.behind.push(Step { directory, name });
                continue;
            }
        };
        if ahead.is_empty() && !follow {
            end.name = Some(name);
            return Ok(end);
        }
        match readlinkat(here, name.as_os_str()) {
            Ok(target) => {
                links += 1;
                end.by_link = true;
                if links > MOST_LINKS {
                    return Err(Stop::Loop);
                }
                if ahead.is_empty() {
                    end.last_links.push(name);
                }
                let target = Path::new(&target);
                if target.is_absolute() {
                    end.behind.clear();
                }
                steps(target).into_iter().rev().for_each(|step| ahead.push_front(step));
            }
            Err(Errno::EINVAL) if ahead.is_empty() => {
                end.name = Some(name);
                return Ok(end);
            }
            Err(Errno::EINVAL) => {
                let next = openat(here, name.as_os_str(), STEP, Mode::empty()).map_err(|errno| end.stop(errno))?;
                end.behind.push(Step { directory: Directory::Opened(next), name });
            }
            Err(errno) => return Err(end.stop(errno)),
        }
    }
    Ok(end)
}

impl End<'_> {
    /// Opens what is there. What is a link by now is not followed.
    ///
    /// # Errors
    ///
    /// [`Stop`]
    pub fn open(&self, flags: OFlag) -> Result<OwnedFd, Stop> {
        let here = match (self.behind.last(), self.top) {
            (Some(step), _) => step.as_fd(),
            (None, Top::Directory(directory)) => directory,
            (None, Top::Mounts(_)) => return Err(Stop::Outside),
        };
        let name = self.name.as_deref().unwrap_or(OsStr::new("."));
        openat(here, name, flags | OFlag::O_NOFOLLOW, Mode::empty()).map_err(|errno| self.stop(errno))
    }

    /// The path without links, from the top.
    pub fn path(&self) -> PathBuf {
        let names = self.behind.iter().map(|step| &step.name).chain(&self.name);
        core::iter::once(OsStr::new("/")).chain(names.map(OsString::as_os_str)).collect()
    }

    /// Whether the path ended in a link of this name, or a link led to one.
    pub fn by_link_named(&self, name: &str) -> bool {
        self.last_links.iter().any(|link| link == name)
    }

    fn stop(&self, errno: Errno) -> Stop {
        Stop::Errno { errno, by_link: self.by_link }
    }

    fn led_to(&self, stop: Stop) -> Stop {
        match stop {
            Stop::Errno { errno, .. } => self.stop(errno),
            other => other,
        }
    }
}

impl AsFd for Step<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match &self.directory {
            Directory::Mount(directory) => *directory,
            Directory::Opened(directory) => directory.as_fd(),
        }
    }
}
