//! Opening a path without leaving a directory, where the kernel cannot do it in one call.
//!
//! Linux has `openat2` since 5.6; older ones, some sandboxes and valgrind do not know it. Then every link is resolved here,
//! step by step, as if the directory were `/`.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Component, Path};

use nix::errno::Errno;
use nix::fcntl::{openat, readlinkat, OFlag};
use nix::sys::stat::Mode;

/// As many links as the kernel follows.
const MOST_LINKS: usize = 40;

const STEP: OFlag = OFlag::O_PATH.union(OFlag::O_DIRECTORY).union(OFlag::O_NOFOLLOW).union(OFlag::O_CLOEXEC);

/// Opens `path` below `root`; an absolute link starts at `root` again, and `..` does not lead out of it.
///
/// # Errors
///
/// What the kernel says of the step that failed.
pub fn open(root: BorrowedFd<'_>, path: &Path, flags: OFlag) -> Result<OwnedFd, Errno> {
    let mut ahead = steps(path);
    let mut behind: Vec<OwnedFd> = Vec::new();
    let mut links = 0;
    while let Some(step) = ahead.pop_front() {
        if step == ".." {
            behind.pop();
            continue;
        }
        let here = behind.last().map_or(root, AsFd::as_fd);
        if ahead.is_empty() && flags.contains(OFlag::O_NOFOLLOW) {
            return openat(here, step.as_os_str(), flags, Mode::empty());
        }
        match readlinkat(here, step.as_os_str()) {
            Ok(target) => {
                links += 1;
                if links > MOST_LINKS {
                    return Err(Errno::ELOOP);
                }
                let target = Path::new(&target);
                if target.is_absolute() {
                    behind.clear();
                }
                for step in steps(target).into_iter().rev() {
                    ahead.push_front(step);
                }
            }
            // No link. One that takes its place by now is not followed.
            Err(Errno::EINVAL) if ahead.is_empty() => {
                return openat(here, step.as_os_str(), flags | OFlag::O_NOFOLLOW, Mode::empty());
            }
            Err(Errno::EINVAL) => {
                let next = openat(here, step.as_os_str(), STEP, Mode::empty())?;
                behind.push(next);
            }
            Err(errno) => return Err(errno),
        }
    }
    let here = behind.last().map_or(root, AsFd::as_fd);
    openat(here, ".", flags, Mode::empty())
}

/// The names in a path; what stands for the root or for "here" is none.
fn steps(path: &Path) -> VecDeque<OsString> {
    let is_step = |component: &Component<'_>| matches!(component, Component::Normal(_) | Component::ParentDir);
    path.components().filter(is_step).map(|component| component.as_os_str().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};
    use std::io::Read;
    use std::os::unix::fs::symlink;

    #[test]
    fn no_link_leads_out() {
        let outside = std::env::temp_dir().join(format!("haos-analytics-beneath-{}", std::process::id()));
        let root = outside.join("root");
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(outside.join("secret"), "outside").unwrap();
        fs::write(root.join("a/file"), "inside").unwrap();
        fs::write(root.join("secret"), "root's own").unwrap();
        symlink("/a/file", root.join("absolute")).unwrap();
        symlink("../file", root.join("a/b/up")).unwrap();
        symlink("../../../../secret", root.join("a/b/out")).unwrap();
        symlink(outside.join("secret"), root.join("away")).unwrap();
        symlink("/a/b", root.join("directory")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        let directory = File::open(&root).unwrap();
        for (path, expected) in [
            ("a/file", Ok("inside")),
            ("/a/./b/../file", Ok("inside")),
            ("absolute", Ok("inside")),
            ("a/b/up", Ok("inside")),
            ("directory/up", Ok("inside")),
            ("a/b/out", Ok("root's own")),
            ("../../secret", Ok("root's own")),
            ("away", Err(Errno::ENOENT)),
            ("nothing", Err(Errno::ENOENT)),
            ("a/file/x", Err(Errno::ENOTDIR)),
            ("loop", Err(Errno::ELOOP)),
        ] {
            let read = open(directory.as_fd(), Path::new(path), OFlag::O_RDONLY).map(|opened| {
                let mut text = String::new();
                File::from(opened).read_to_string(&mut text).unwrap();
                text
            });
            assert_eq!(read.as_deref().map_err(|errno| *errno), expected, "{path}");
        }
        assert!(open(directory.as_fd(), Path::new("/"), STEP).is_ok());
        fs::remove_dir_all(outside).unwrap();
    }
}
