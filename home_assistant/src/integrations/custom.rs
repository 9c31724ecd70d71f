//! `custom_components`: the custom integrations that Home Assistant would load.

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use haos_analytics_core::form::{OwnedDomain, OwnedIntegrationVersion};

use super::built_in::{self, Blocked};
use super::manifest::{self, Manifest};
use crate::files::container::CONFIG;
use crate::files::{Cause, Files, Kind};
use crate::{ReadError, Why};

/// The most names in the directory. The community store has 2,000 integrations.
const MOST: usize = 4096;
/// A manifest has some 500 bytes.
const LIMIT: u64 = 1024 * 1024;

/// What Home Assistant would load.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customs {
    /// In ascending order of their names.
    all: Vec<(OwnedDomain, Found)>,
    /// The names of those that Home Assistant refuses to load: without a usable version, or one
    /// that is blocked. Also those of folders without a manifest that can be read, or with that of
    /// another name: what has such a name is somebody's own.
    refused: Vec<OwnedDomain>,
}

/// A custom integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The version in its manifest.
    pub version: OwnedIntegrationVersion,
    /// It can be set up in the user interface.
    pub config_flow: bool,
    /// The integrations that are loaded with it. `None`: there is something among them that can be
    /// none.
    pub dependencies: Option<Vec<OwnedDomain>>,
    /// Its folder has its name. Where two have the same name, the other folder is a copy, such as
    /// `name.bak`.
    folder_is_name: bool,
}

impl Customs {
    /// One of them, by its name.
    #[must_use]
    pub fn get(&self, domain: &str) -> Option<(&OwnedDomain, &Found)> {
        let (domain, found) = self.all.get(self.find(domain).ok()?)?;
        Some((domain, found))
    }

    /// All of them, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = (&OwnedDomain, &Found)> {
        self.all.iter().map(|(domain, found)| (domain, found))
    }

    /// Whether Home Assistant refuses to load an integration of this name.
    #[must_use]
    pub fn is_refused(&self, domain: &str) -> bool {
        self.refused.iter().any(|refused| refused.as_str() == domain)
    }

    /// A folder that is no integration.
    fn refuse(&mut self, folder: &OsStr) {
        self.refused.extend(OwnedDomain::parse_bytes(folder.as_bytes()).ok());
    }

    fn add(&mut self, folder: &str, Manifest { domain, version, config_flow, dependencies }: Manifest) {
        if domain.as_str() != folder {
            self.refuse(OsStr::new(folder));
        }
        let usable = version.filter(|version| !is_blocked(domain.as_str(), version.as_str()));
        let Some(version) = usable else {
            self.refused.push(domain);
            return;
        };
        let folder_is_name = domain.as_str() == folder;
        let found = Found { version, config_flow, dependencies, folder_is_name };
        match self.find(domain.as_str()) {
            Err(place) => self.all.insert(place, (domain, found)),
            Ok(place) => {
                if let Some((_, other)) = self.all.get_mut(place).filter(|(_, other)| !other.folder_is_name) {
                    *other = found;
                }
            }
        }
    }

    /// Where it is, or belongs.
    fn find(&self, domain: &str) -> Result<usize, usize> {
        self.all.binary_search_by(|(known, _)| known.as_str().cmp(domain))
    }
}

/// Every integration below `custom_components` that Home Assistant would load.
///
/// A folder without a manifest is none, and neither is a symlink that leads to nothing, a FIFO or a
/// socket: Home Assistant passes over them.
///
/// # Errors
///
/// It is not known which there are: a directory or manifest cannot be read, or a symlink leads out
/// of Home Assistant's directories.
pub fn read(files: &dyn Files) -> Result<Customs, ReadError> {
    let directory = Path::new(CONFIG).join("custom_components");
    let fail = |path: &Path, cause: Cause| ReadError::new(files, path, cause);
    let mut customs = Customs::default();
    let entries = match files.list(&directory, MOST) {
        Ok(entries) => entries,
        Err(Cause::Missing) => return Ok(customs),
        Err(cause) => return Err(fail(&directory, cause)),
    };
    for entry in entries {
        if matches!(entry.kind, Kind::File | Kind::Other) {
            continue;
        }
        let path: PathBuf = directory.join(&entry.name).join("manifest.json");
        let opened = match files.open(&path) {
            Ok(opened) => opened,
            Err(cause) if cause.leads_nowhere() || matches!(cause, Cause::NotAFile) => {
                customs.refuse(&entry.name);
                continue;
            }
            Err(cause) => return Err(fail(&path, cause)),
        };
        if opened.size > LIMIT {
            return Err(ReadError::new(files, &path, Why::TooLarge { limit: LIMIT }));
        }
        let mut content = Vec::new();
        let read = opened.content.take(LIMIT).read_to_end(&mut content);
        read.map_err(|error| fail(&path, Cause::Io(error)))?;
        match manifest::read(&mut content.as_slice()) {
            Ok(manifest) if is_strict(&content) => customs.add(&entry.name.to_string_lossy(), manifest),
            // Home Assistant passes over what is no manifest.
            _ => customs.refuse(&entry.name),
        }
    }
    Ok(customs)
}

/// Whether all of it is UTF-8, without a control character in a text. Home Assistant's parser
/// refuses the whole otherwise; ours does not look into what is skipped.
fn is_strict(manifest: &[u8]) -> bool {
    let (mut in_text, mut is_escaped) = (false, false);
    let is_plain = |byte: &u8| {
        match byte {
            0..=0x1f if in_text => return false,
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_text,
            b'"' => in_text = !in_text,
            _ => {}
        }
        true
    };
    core::str::from_utf8(manifest).is_ok() && manifest.iter().all(is_plain)
}

/// Whether Home Assistant refuses an integration of this name in this version, for it does harm.
fn is_blocked(domain: &str, version: &str) -> bool {
    match built_in::blocked(domain) {
        None => false,
        Some(Blocked::Below(good)) => is_below(version, good),
        Some(Blocked::Always) => true,
    }
}

/// Compares versions by their numbers, from the first on. What is no number counts as 0: such a
/// version comes before.
fn is_below(version: &str, other: &str) -> bool {
    let numbers = |text: &str| -> Vec<u64> {
        text.trim_start_matches(['v', 'V']).split('.').map(|part| part.parse().unwrap_or(0)).collect()
    };
    let (mut ours, mut theirs) = (numbers(version), numbers(other));
    let length = ours.len().max(theirs.len());
    ours.resize(length, 0);
    theirs.resize(length, 0);
    ours < theirs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Memory;

    fn versions(files: &Memory) -> Result<Vec<String>, String> {
        let customs = read(files).map_err(|error| error.to_string())?;
        Ok(customs.all.iter().map(|(domain, found)| format!("{domain} {}", found.version)).collect())
    }

    fn manifest(domain: &str, version: &str) -> String {
        format!(r#"{{"domain":"{domain}","version":{version}}}"#)
    }

    #[test]
    fn only_what_home_assistant_loads() {
        let mut files = Memory::new();
        for (folder, domain, version) in [
            ("hacs", "hacs", r#""2.0.5""#),
            ("dir_other_domain", "real_domain", r#""3.0""#),
            ("version_int", "version_int", "2"),
            ("vee", "vee", r#""v1.2.3""#),
            ("latest", "latest", r#""latest""#),
            ("empty", "empty", r#""""#),
            ("null", "null", "null"),
            ("bak_comp.bak", "bak_comp", r#""0.1""#),
            ("bak_comp", "bak_comp", r#""1.0""#),
            ("Caps", "Anna@example.com", r#""1.0""#),
            ("places", "places", r#""2.7.0""#),
            ("variable", "variable", r#""3.4.4""#),
        ] {
            files.file(format!("custom_components/{folder}/manifest.json"), manifest(domain, version));
        }
        files.file("custom_components/comma/manifest.json", r#"{"domain":"comma","version":"1",}"#);
        files.file(
            "custom_components/latin/manifest.json",
            b"{\"domain\":\"latin\",\"version\":\"1\",\"name\":\"M\xfcller\"}",
        );
        files.file("custom_components/tab/manifest.json", "{\"domain\":\"tab\",\"version\":\"1\",\"name\":\"a\tb\"}");
        files.file(
            "custom_components/fair/manifest.json",
            "{\t\"domain\":\"fair\",\n\"version\":\"1\",\"name\":\"\\\"ü\\\\\"\n}",
        );
        files.file("custom_components/readme.md", "no integration").directory("custom_components/nothing");
        files.link("custom_components/dangling", "/config/git/nothing");
        files.file("/share/dev/linked/manifest.json", manifest("linked", r#""7.0""#));
        files.link("custom_components/linked", "/share/dev/linked");
        let expected = [
            "bak_comp 1.0",
            "fair 1",
            "hacs 2.0.5",
            "linked 7.0",
            "real_domain 3.0",
            "variable 3.4.4",
            "vee v1.2.3",
            "version_int 2",
        ];
        assert_eq!(versions(&files).unwrap(), expected);
        let customs = read(&files).unwrap();
        assert!(customs.is_refused("latest") && !customs.is_refused("hacs"));
        assert!(!customs.is_refused("real_domain"));
        for folder in ["comma", "nothing", "dangling", "latin", "tab", "dir_other_domain"] {
            assert!(customs.is_refused(folder), "{folder}");
        }
    }

    #[test]
    fn what_cannot_be_read_leaves_it_open_which_there_are() {
        for (plant, expected) in [
            (
                (|files| files.unreadable("custom_components")) as fn(&mut Memory) -> &mut Memory,
                "/config/custom_components: permission denied",
            ),
            (
                |files| files.unreadable("custom_components/a/manifest.json"),
                "/config/custom_components/a/manifest.json: permission denied",
            ),
            (
                |files| files.file("custom_components/a/manifest.json", vec![b' '; 1024 * 1024 + 1]),
                "/config/custom_components/a/manifest.json: larger than 1048576 bytes",
            ),
            (
                |files| files.link("custom_components/a", "/opt/a"),
                "/config/custom_components/a/manifest.json: it leads out of Home Assistant's directories",
            ),
            (
                |files| files.link("custom_components", "/config/gone"),
                "/config/custom_components: a symlink that leads to nothing",
            ),
            (|files| files.file("custom_components", ""), "/config/custom_components: not a directory"),
        ] {
            let mut files = Memory::new();
            plant(&mut files);
            assert_eq!(versions(&files), Err(expected.to_owned()));
        }
        assert_eq!(versions(&Memory::new()), Ok(vec![]));
    }

    #[test]
    fn the_blocked_are_compared_by_number() {
        for (version, good, expected) in
            [("1.1.6", "1.1.7", true), ("1.1.7", "1.1.7", false), ("1.1.10", "1.1.7", false), ("v3.0", "3.0.5.3", true)]
        {
            assert_eq!(is_below(version, good), expected, "{version}");
        }
    }
}
