//! What a report of a fault will want to know, noted while all is well.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Mutex;

use haos_analytics_core::crash::Machine;
use haos_analytics_core::form::OwnedLabel;

use crate::state::Name;

/// The notes.
pub struct Note {
    /// The command that runs.
    pub command: &'static str,
    /// Each line on stderr begins with a level.
    pub levels: bool,
    /// Where a report is kept; `None`: it is not.
    pub directory: Option<OwnedFd>,
    /// The report that has to make room for one more.
    pub oldest: Option<Name>,
    /// The number of the next report.
    pub number: u64,
    board: Option<OwnedLabel>,
    os_version: Option<OwnedLabel>,
    arch: Option<OwnedLabel>,
}

pub static NOTE: Mutex<Note> = Mutex::new(Note {
    command: "none",
    levels: false,
    directory: None,
    oldest: None,
    number: 0,
    board: None,
    os_version: None,
    arch: None,
});

impl Note {
    /// What is known of the machine.
    pub fn machine(&self) -> Machine<'_> {
        Machine {
            board: self.board.as_ref().map(OwnedLabel::lend),
            os_version: self.os_version.as_ref().map(OwnedLabel::lend),
            arch: self.arch.as_ref().map(OwnedLabel::lend),
        }
    }
}

/// Changes the notes. Nothing panics while it holds them, so nobody ever waits or finds them spoiled.
fn change(change: impl FnOnce(&mut Note)) {
    if let Ok(mut note) = NOTE.lock() {
        change(&mut note);
    }
}

/// Whether lines on stderr begin with a level.
pub fn levels(levels: bool) {
    change(|note| note.levels = levels);
}

/// Reports are kept from here on, the next one under this number. There may be one that has to make
/// room.
pub fn arm(directory: OwnedFd, oldest: Option<Name>, number: u64) {
    change(|note| {
        note.directory = Some(directory);
        note.oldest = oldest;
        note.number = number;
    });
}

/// The number of the next report, after others have been written.
pub fn number(number: u64) {
    change(|note| note.number = number);
}

/// The owner does not want reports: none is kept.
pub fn disarm() {
    change(|note| note.directory = None);
}

/// What the program is doing.
pub fn command(command: &'static str) {
    change(|note| note.command = command);
}

/// What machine this is.
pub fn machine(board: Option<OwnedLabel>, os_version: Option<OwnedLabel>, arch: Option<OwnedLabel>) {
    change(|note| {
        note.board = board;
        note.os_version = os_version;
        note.arch = arch;
    });
}

/// The names that a report may say: those that this program knows by itself. A name that the owner chose may tell who that is.
const FILES: [&str; 26] = [
    "none",
    "another file",
    "os-release",
    "compatible",
    "sys_vendor",
    "product_name",
    "arch",
    "hassio.json",
    "core.analytics",
    ".HA_VERSION",
    "observer.json",
    "config.json",
    "core.entity_registry",
    "core.config_entries",
    "configuration.yaml",
    "automations.yaml",
    "scripts.yaml",
    "scenes.yaml",
    "manifest.json",
    "apps.json",
    "addons.json",
    "energy",
    "http",
    "auth",
    "home-assistant_v2.db",
    "ca-certificates.crt",
];
const ANOTHER: usize = 1;
static FILE: AtomicUsize = AtomicUsize::new(0);

/// A file is opened.
pub fn opened(path: &Path) {
    let name = path.file_name().unwrap_or_default();
    let known = FILES.iter().skip(ANOTHER + 1).position(|file| OsStr::new(file) == name);
    FILE.store(known.map_or(ANOTHER, |index| index + ANOTHER + 1), Ordering::Relaxed);
}

/// The name of the file that was opened last.
pub fn last_opened() -> Option<&'static str> {
    FILES.get(FILE.load(Ordering::Relaxed)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_are_kept() {
        for (path, expected) in [
            ("/mnt/data/supervisor/homeassistant/.storage/core.config_entries", "core.config_entries"),
            ("custom_components/S3CR3T/manifest.json", "manifest.json"),
            ("packages/S3CR3T.yaml", "another file"),
            ("none", "another file"),
            ("", "another file"),
        ] {
            opened(Path::new(path));
            assert_eq!(last_opened(), Some(expected), "{path}");
        }
    }
}
