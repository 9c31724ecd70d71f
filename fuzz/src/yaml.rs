//! Home Assistant's YAML, several files in one input.

use haos_analytics::parse::{read_yaml, Care, Entry, Files, Kind, ReadCause};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// A line that begins like this names the file that follows.
const HEADING: &str = "#### ";

/// `configuration.yaml` and what it includes. What is passed over changes nothing about what is found.
pub fn yaml(input: &[u8]) {
    let files = Memory::of(input);
    let what_matters = read_yaml(&files, Care::WhatMatters);
    if let Ok(everything) = read_yaml(&files, Care::Everything) {
        assert_eq!(what_matters.expect("no mistake where all of it has none"), everything);
    }
}

/// Files that are not on a disk.
struct Memory(BTreeMap<PathBuf, Vec<u8>>);

impl Memory {
    fn of(input: &[u8]) -> Self {
        let mut files = BTreeMap::new();
        let mut name = PathBuf::from("configuration.yaml");
        let mut content = Vec::new();
        for line in input.split_inclusive(|byte| *byte == b'\n') {
            let heading = line.strip_prefix(HEADING.as_bytes()).and_then(|name| std::str::from_utf8(name).ok());
            if let Some(next) = heading {
                files.insert(name, std::mem::take(&mut content));
                name = next.trim_end().into();
            } else {
                content.extend(line);
            }
        }
        files.insert(name, content);
        Self(files)
    }
}

/// The path without detours. The reader never leaves the directory.
fn straight(path: &Path) -> PathBuf {
    let mut straight = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => assert!(straight.pop(), "{} leads out", path.display()),
            Component::Normal(name) => straight.push(name),
            Component::CurDir => {}
            _ => panic!("{} is absolute", path.display()),
        }
    }
    straight
}

impl Files for Memory {
    fn read(&self, file: &Path, limit: usize) -> Result<Vec<u8>, ReadCause> {
        assert!(!file.ends_with("secrets.yaml"), "the secrets are read");
        let content = self.0.get(&straight(file)).ok_or(ReadCause::Missing)?;
        if content.len() > limit {
            return Err(ReadCause::TooLarge { limit });
        }
        Ok(content.clone())
    }

    fn list(&self, directory: &Path, most: usize) -> Result<Vec<Entry>, ReadCause> {
        let directory = straight(directory);
        let mut entries = BTreeMap::new();
        for path in self.0.keys() {
            let Ok(inside) = path.strip_prefix(&directory) else { continue };
            let mut components = inside.components();
            let Some(Component::Normal(name)) = components.next() else { continue };
            let kind = if components.next().is_some() { Kind::Directory } else { Kind::Other };
            entries.insert(name.to_owned(), kind);
        }
        match entries.len() {
            0 => Err(ReadCause::Missing),
            count if count > most => Err(ReadCause::TooMany { limit: most }),
            _ => Ok(entries.into_iter().map(|(name, kind)| Entry { name, kind }).collect()),
        }
    }

    fn shown(&self, file: &Path) -> PathBuf {
        file.to_owned()
    }
}
