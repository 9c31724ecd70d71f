//! The tags that bring in other files, and where they lead.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use nix::errno::Errno;
use saphyr_parser::Tag;

use super::error::Cause;
use super::files::Files;
use crate::directory::Kind;
use crate::root;

/// The configuration directory as Home Assistant sees it.
const CONTAINER_DIRECTORY: &str = "/config";
/// Never opened, and passed over by Home Assistant too where it reads whole directories.
const SECRETS: &str = "secrets.yaml";
/// The most entries of one directory, and the most directories below one tag.
const MOST: usize = 10_000;
/// The most names in all directories together.
pub const NAMES: usize = 100_000;

/// What a tag brings in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Include {
    /// A file.
    File,
    /// A list with the content of each file.
    List,
    /// A mapping of each file's name to its content.
    Named,
    /// The lists of all files, joined.
    MergeList,
    /// The mappings of all files, joined.
    MergeNamed,
}

impl Include {
    /// Whether a tag is one of them.
    pub fn of(tag: &Tag) -> Option<Self> {
        Some(match own_name(tag)? {
            "include" => Include::File,
            "include_dir_list" => Include::List,
            "include_dir_named" => Include::Named,
            "include_dir_merge_list" => Include::MergeList,
            "include_dir_merge_named" => Include::MergeNamed,
            _ => return None,
        })
    }
}

/// The name of a tag that is not one of YAML's: `include` of `!include`.
pub fn own_name(tag: &Tag) -> Option<&str> {
    match tag.handle.as_str() {
        "!" => Some(&tag.suffix),
        // `!<!include>`; a lone `!` is YAML's.
        "" => tag.suffix.strip_prefix('!').filter(|name| !name.is_empty()),
        _ => None,
    }
}

/// The path that a tag in the file `from` means.
///
/// # Errors
///
/// It leads out of the configuration directory.
pub fn resolve(from: &Path, argument: &str) -> Result<PathBuf, Cause> {
    let argument = Path::new(argument);
    let path = match argument.strip_prefix(CONTAINER_DIRECTORY) {
        Ok(inside) => inside.to_owned(),
        Err(_) => from.parent().unwrap_or(Path::new("")).join(argument),
    };
    let mut depth = 0_usize;
    for component in path.components() {
        let left = match component {
            Component::Normal(_) => depth.checked_add(1),
            Component::CurDir => Some(depth),
            Component::ParentDir => depth.checked_sub(1),
            Component::RootDir | Component::Prefix(_) => None,
        };
        depth = left.ok_or(Cause::Refused("includes something outside of the configuration directory"))?;
    }
    Ok(if path.as_os_str().is_empty() { PathBuf::from(".") } else { path })
}

/// Whether this is the file that is never opened.
pub fn is_secret(path: &Path) -> bool {
    path.file_name() == Some(OsStr::new(SECRETS))
}

/// The YAML files below a directory, the files of a directory before those of its directories.
///
/// As Home Assistant does it: what is hidden is passed over, links to directories are not followed, and a directory that
/// is not there is empty.
///
/// # Errors
///
/// There are too many, or a directory cannot be read.
pub fn yaml_files(
    files: &dyn Files,
    directory: &Path,
    most: usize,
    budget: &mut usize,
) -> Result<Vec<PathBuf>, (PathBuf, Cause)> {
    let mut found = Vec::new();
    let mut directories = vec![directory.to_owned()];
    let mut seen = 0;
    while let Some(directory) = directories.pop() {
        seen += 1;
        let spent = |budget: &mut usize, names: usize| match budget.checked_sub(names) {
            Some(left) => {
                *budget = left;
                Ok(())
            }
            None => Err((directory.clone(), Cause::TooMuch { what: "names in directories", most: NAMES })),
        };
        spent(budget, 1)?;
        let entries = match files.list(&directory, MOST) {
            Ok(entries) => entries,
            Err(root::Cause::Missing) => continue,
            Err(root::Cause::Io(error)) if error.raw_os_error() == Some(Errno::ENOTDIR as i32) => continue,
            Err(cause) => return Err((directory, Cause::Read(cause))),
        };
        spent(budget, entries.len())?;
        // From last to first, since the last one put on the pile is the first to be taken.
        for entry in entries.iter().rev().filter(|entry| !is_hidden(&entry.name)) {
            if entry.kind == Kind::Directory {
                directories.push(directory.join(&entry.name));
            }
        }
        for entry in entries.iter().filter(|entry| entry.kind == Kind::Other && is_yaml(&entry.name)) {
            found.push(directory.join(&entry.name));
        }
        if found.len() > most || seen + directories.len() > MOST {
            return Err((directory, Cause::TooMuch { what: "files", most }));
        }
    }
    Ok(found)
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_bytes().starts_with(b".")
}

fn is_yaml(name: &OsStr) -> bool {
    name.as_bytes().ends_with(b".yaml") && !is_hidden(name) && name != SECRETS
}

#[cfg(test)]
mod tests {
    use super::resolve;
    use std::path::Path;

    #[test]
    fn a_path_stays_inside() {
        let table = [
            ("configuration.yaml", "a.yaml", Some("a.yaml")),
            ("configuration.yaml", "./a/b.yaml", Some("./a/b.yaml")),
            ("packages/one.yaml", "two.yaml", Some("packages/two.yaml")),
            ("packages/one.yaml", "../two.yaml", Some("packages/../two.yaml")),
            ("packages/one.yaml", "/config/two.yaml", Some("two.yaml")),
            ("packages/one.yaml", "/config", Some(".")),
            ("configuration.yaml", "../two.yaml", None),
            ("packages/one.yaml", "../../two.yaml", None),
            ("packages/one.yaml", "a/../../../config/two.yaml", None),
            ("configuration.yaml", "/config/../two.yaml", None),
            ("configuration.yaml", "/configuration.yaml", None),
            ("configuration.yaml", "/etc/passwd", None),
        ];
        for (from, argument, expected) in table {
            assert_eq!(resolve(Path::new(from), argument).ok().as_deref(), expected.map(Path::new), "{argument}");
        }
    }
}
