//! Whole configurations, most of them in memory.

mod bad_input;
mod disk;
mod includes;
mod known;
mod merging;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::{read_files, Care, Files, Yaml, YamlError};
use crate::directory::{Entry, Kind};
use crate::root::Cause;

/// Files that are not on a disk.
#[derive(Default)]
struct Memory(BTreeMap<PathBuf, Vec<u8>>);

impl Memory {
    fn new(files: &[(&str, &str)]) -> Self {
        Memory(files.iter().map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec())).collect())
    }

    fn one(text: impl Into<Vec<u8>>) -> Self {
        Memory([(PathBuf::from("configuration.yaml"), text.into())].into())
    }

    /// Everything, and once more what matters: where there is no mistake, both see the same.
    fn load(&self) -> Result<Yaml, YamlError> {
        let everything = read_files(self, Care::Everything);
        let what_matters = read_files(self, Care::WhatMatters);
        if let Ok(yaml) = &everything {
            assert_eq!(&what_matters.unwrap(), yaml);
        }
        everything
    }
}

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
    fn read(&self, file: &Path, limit: usize) -> Result<Vec<u8>, Cause> {
        assert!(!file.ends_with("secrets.yaml"), "the secrets are read");
        let bytes = self.0.get(&straight(file)).ok_or(Cause::Missing)?;
        if bytes.len() > limit {
            return Err(Cause::TooLarge { limit });
        }
        Ok(bytes.clone())
    }

    fn list(&self, directory: &Path, _most: usize) -> Result<Vec<Entry>, Cause> {
        let directory = straight(directory);
        let mut entries = BTreeMap::new();
        for path in self.0.keys() {
            let Ok(inside) = path.strip_prefix(&directory) else { continue };
            let mut components = inside.components();
            let Some(Component::Normal(name)) = components.next() else { continue };
            let kind = if components.next().is_some() { Kind::Directory } else { Kind::Other };
            entries.insert(name.to_owned(), kind);
        }
        if entries.is_empty() {
            return Err(Cause::Missing);
        }
        Ok(entries.into_iter().map(|(name, kind)| Entry { name, kind }).collect())
    }

    fn shown(&self, file: &Path) -> PathBuf {
        file.to_owned()
    }
}

/// The domains and the number of automations without `id`.
fn facts(files: &[(&str, &str)]) -> (String, u64) {
    match Memory::new(files).load() {
        Ok(yaml) => (yaml.domains.into_iter().collect::<Vec<_>>().join(" "), yaml.automations_without_id),
        Err(error) => (error.to_string(), 0),
    }
}

fn of(text: &str) -> (String, u64) {
    facts(&[("configuration.yaml", text)])
}
