//! Home Assistant's directories, as its container sees them and as the Supervisor keeps them.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

/// The configuration.
pub const CONFIG: &str = "/config";
/// The name of the file that is never opened.
pub const SECRETS: &str = "secrets.yaml";
/// As many symlinks as the kernel follows for one path.
pub const MOST_LINKS: usize = 40;

/// A directory at the root of the container, and its name in the Supervisor's data directory.
///
/// The container has others (`/run/audio`, `/dev`, D-Bus, udev, its own system), which are never
/// looked at.
pub const MOUNTS: [(&str, &str); 4] =
    [("config", "homeassistant"), ("media", "media"), ("share", "share"), ("ssl", "ssl")];

/// The name in the Supervisor's data directory of a directory at the root of the container.
#[must_use]
pub fn kept_as(name: &OsStr) -> Option<&'static str> {
    MOUNTS.iter().find(|(mount, _)| name == *mount).map(|(_, kept)| *kept)
}

/// The names in a path; what stands for the root or for "here" is none.
#[must_use]
pub fn steps(path: &Path) -> VecDeque<OsString> {
    let is_step = |component: &Component<'_>| matches!(component, Component::Normal(_) | Component::ParentDir);
    path.components().filter(is_step).map(|component| component.as_os_str().to_owned()).collect()
}

/// A path of the container, written as one of the Supervisor's data directory; without following
/// symlinks.
///
/// What is in none of [`MOUNTS`] stays as it is: it is only shown.
#[must_use]
pub fn in_data_directory(path: &Path) -> PathBuf {
    let mut components = path.components().filter(|component| !matches!(component, Component::RootDir));
    let kept = match components.next() {
        Some(Component::Normal(name)) => kept_as(name),
        _ => None,
    };
    match kept {
        Some(kept) => Path::new(kept).join(components.collect::<PathBuf>()),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_has_another_name_outside() {
        for (path, expected) in [
            ("/config/.storage/auth", "homeassistant/.storage/auth"),
            ("/config", "homeassistant"),
            ("/share/a/../b", "share/a/../b"),
            ("/etc/passwd", "/etc/passwd"),
            ("/", "/"),
        ] {
            assert_eq!(in_data_directory(Path::new(path)), Path::new(expected), "{path}");
        }
    }
}
