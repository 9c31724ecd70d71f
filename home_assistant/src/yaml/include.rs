//! The tags that bring in other files, and where they lead.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::Cause;
use crate::files::container::SECRETS;
use crate::files::{Files, Kind};

/// The most entries of one directory, and the most directories below one tag.
const MOST: usize = 10_000;
/// The most names in all directories together.
pub(super) const NAMES: usize = 100_000;

/// What a tag brings in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Include {
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
    /// The tag of this name, without its `!`.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "include" => Include::File,
            "include_dir_list" => Include::List,
            "include_dir_named" => Include::Named,
            "include_dir_merge_list" => Include::MergeList,
            "include_dir_merge_named" => Include::MergeNamed,
            _ => return None,
        })
    }
}

/// The path that a tag in the file `from` means. Nothing is resolved: the same file may be reached
/// by another name.
pub(super) fn resolve(from: &Path, argument: &str) -> PathBuf {
    from.parent().unwrap_or(Path::new("/")).join(argument)
}

/// The YAML files below a directory, the files of a directory before those of its directories.
///
/// As Home Assistant does it: what is hidden is passed over, links to directories are not followed,
/// and a directory that is not there is empty.
///
/// # Errors
///
/// There are too many, or a directory cannot be read.
pub(super) fn yaml_files(
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
            Err(cause) if cause.leads_nowhere() => continue,
            Err(cause) => return Err((directory, Cause::Read(cause))),
        };
        spent(budget, entries.len())?;
        // From last to first, since the last one put on the pile is the first to be taken.
        for entry in entries.iter().rev().filter(|entry| !is_hidden(&entry.name)) {
            if entry.kind == Kind::Directory {
                directories.push(directory.join(&entry.name));
            }
        }
        let is_file = |kind| !matches!(kind, Kind::Directory | Kind::LinkToDirectory);
        for entry in entries.iter().filter(|entry| is_file(entry.kind) && is_yaml(&entry.name)) {
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
    fn a_path_is_joined() {
        for (from, argument, expected) in [
            ("/config/configuration.yaml", "a.yaml", "/config/a.yaml"),
            ("/config/packages/one.yaml", "../two.yaml", "/config/packages/../two.yaml"),
            ("/config/packages/one.yaml", "/share/two.yaml", "/share/two.yaml"),
        ] {
            assert_eq!(resolve(Path::new(from), argument), Path::new(expected), "{argument}");
        }
    }
}
