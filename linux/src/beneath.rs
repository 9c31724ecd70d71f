//! Opening a path without leaving a directory, where the kernel cannot do it in one call.
//!
//! Linux has `openat2` since 5.6; older ones, some sandboxes and valgrind do not know it. Then every link is resolved here,
//! step by step, as if the directory were `/`.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::OFlag;

use crate::walk::{walk, Top};

/// Opens `path` below `root`; an absolute link starts at `root` again, and `..` does not lead out of it.
///
/// # Errors
///
/// What the kernel says of the step that failed.
pub fn open(root: BorrowedFd<'_>, path: &Path, flags: OFlag) -> Result<OwnedFd, Errno> {
    let follow = !flags.contains(OFlag::O_NOFOLLOW);
    Ok(walk(Top::Directory(root), path, follow)?.open(flags)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};
    use std::io::Read;
    use std::os::fd::AsFd;
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
        assert!(open(directory.as_fd(), Path::new("/"), OFlag::O_PATH | OFlag::O_DIRECTORY).is_ok());
        fs::remove_dir_all(outside).unwrap();
    }
}
