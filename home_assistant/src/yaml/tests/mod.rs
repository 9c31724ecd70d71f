//! Whole configurations in memory.

mod bad_input;
mod costly;
mod differential;
mod generator;
mod includes;
mod known;
mod large;
mod merging;
mod thinned;

use std::collections::BTreeSet;

use super::{read, read_shortened, Yaml, YamlError};
use crate::files::Memory;

fn memory(files: &[(&str, &str)]) -> Memory {
    let mut memory = Memory::new();
    memory.directory("/config");
    for (path, text) in files {
        memory.file(path, *text);
    }
    memory
}

fn one(text: impl Into<Vec<u8>>) -> Memory {
    let mut memory = Memory::new();
    memory.file("configuration.yaml", text);
    memory
}

/// As the program reads it, and once more with all lines: both see the same.
fn load(files: &Memory) -> Result<Yaml, YamlError> {
    let yaml = read(files);
    match (&yaml, read_shortened(files, false)) {
        (Ok(yaml), Ok(whole)) => assert_eq!(yaml, &whole),
        (Err(error), Err(whole)) => assert_eq!(error.line, whole.line, "{error} {whole}"),
        (Ok(_), Err(error)) => panic!("{error}"),
        (Err(error), Ok(_)) => panic!("{error}"),
    }
    yaml
}

/// Keys and names of platforms, and the number of automations without `id`.
fn facts(files: &[(&str, &str)]) -> (String, u64) {
    match load(&memory(files)) {
        Ok(yaml) => (names(&yaml), yaml.automations_without_id),
        Err(error) => (error.to_string(), 0),
    }
}

fn names(yaml: &Yaml) -> String {
    let platforms = yaml.platforms.iter().map(|(_, name)| &**name);
    yaml.keys
        .iter()
        .map(|key| &**key)
        .chain(platforms)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
        .join(" ")
}

fn of(text: &str) -> (String, u64) {
    facts(&[("configuration.yaml", text)])
}
