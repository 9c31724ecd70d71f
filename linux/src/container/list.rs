//! The names in a directory, and what each stands for in the container.

use std::fs::DirEntry;
use std::os::fd::AsFd;
use std::path::Path;

use haos_analytics_home_assistant::files::{Cause, Entry, Kind};

use super::Container;
use crate::directory;

impl Container<'_> {
    pub(super) fn entries(&self, directory: &Path, most: usize) -> Result<Vec<Entry>, Cause> {
        let seen = self.look(directory)?;
        if !seen.metadata.is_dir() {
            return Err(Cause::NotADirectory);
        }
        let mut entries = Vec::new();
        for entry in directory::list(seen.file.as_fd()).map_err(Cause::Io)? {
            let entry = entry.map_err(Cause::Io)?;
            if entries.len() == most {
                return Err(Cause::TooMany { limit: most });
            }
            entries.push(Entry { kind: self.kind(&entry, &seen.path), name: entry.file_name() });
        }
        entries.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    fn kind(&self, entry: &DirEntry, directory: &Path) -> Kind {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => Kind::Directory,
            Ok(kind) if kind.is_file() => Kind::File,
            Ok(kind) if kind.is_symlink() => match self.look(&directory.join(entry.file_name())) {
                Ok(seen) if seen.metadata.is_dir() => Kind::LinkToDirectory,
                Ok(seen) if seen.metadata.is_file() => Kind::File,
                Ok(_) => Kind::Other,
                Err(_) => Kind::BrokenLink,
            },
            _ => Kind::Other,
        }
    }
}
