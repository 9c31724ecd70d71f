//! How a fact is known.

use core::fmt;
use std::path::{Path, PathBuf};

use haos_analytics_core::form::OwnedLabel;

use crate::shown;

/// A fact and how it is known.
#[derive(Clone, Debug)]
pub struct Found {
    /// The fact.
    pub text: OwnedLabel,
    /// How it is known.
    pub evidence: Evidence,
}

impl Found {
    /// A fact of ours: `None` only if it is no label.
    pub fn new(text: &str, evidence: Evidence) -> Option<Self> {
        OwnedLabel::parse(text).ok().map(|text| Found { text, evidence })
    }
}

/// Where a fact comes from. Paths are those that were opened.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// A key of os-release.
    Key {
        /// The file.
        path: PathBuf,
        /// The key.
        key: &'static str,
    },
    /// A key of os-release, and what it says.
    Value {
        /// The file.
        path: PathBuf,
        /// The key.
        key: &'static str,
        /// The value.
        value: OwnedLabel,
    },
    /// The file as a whole.
    File {
        /// The file.
        path: PathBuf,
    },
    /// An entry of the device tree's `compatible`.
    Compatible {
        /// The file.
        path: PathBuf,
        /// The entry that the table has.
        entry: &'static str,
    },
    /// What the firmware of a PC says of it.
    Dmi {
        /// The directory.
        path: PathBuf,
        /// The maker of virtual machines that it names.
        vendor: &'static str,
    },
    /// The processor says that it is a guest's.
    Hypervisor {
        /// The file.
        path: PathBuf,
    },
    /// The firmware of a PC names a maker, and the processor does not say that it is a guest's.
    Metal {
        /// The directory of the former.
        dmi: PathBuf,
        /// The file of the latter.
        cpuinfo: PathBuf,
    },
    /// The file is there and was not read.
    Unread {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Something of this name is there.
    Exists {
        /// Its name.
        path: PathBuf,
    },
    /// The table of boards.
    Table {
        /// The board.
        board: OwnedLabel,
    },
    /// What this program was compiled for.
    Build,
    /// The Supervisor's API.
    Supervisor,
    /// Neither place for an os-release has one.
    NoOsRelease,
}

/// Paths as a person sees them; with `{:#}` whole and as they are, for JSON.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_whole = f.alternate();
        let shown = |path: &Path| if is_whole { path.display().to_string() } else { shown::path(path).to_string() };
        match self {
            Evidence::Key { path, key } => write!(f, "{} {key}", shown(path)),
            Evidence::Value { path, key, value } => write!(f, "{} {key}={value}", shown(path)),
            Evidence::File { path } => f.write_str(&shown(path)),
            Evidence::Compatible { path, entry } => write!(f, "{} {entry}", shown(path)),
            Evidence::Dmi { path, vendor } => write!(f, "{} a virtual machine of {vendor}", shown(path)),
            Evidence::Hypervisor { path } => write!(f, "{} has the flag hypervisor, a virtual machine", shown(path)),
            Evidence::Metal { dmi, cpuinfo } => {
                write!(f, "{} names a maker, {} has no flag hypervisor", shown(dmi), shown(cpuinfo))
            }
            Evidence::Unread { path, why } => write!(f, "{}: {why}", shown(path)),
            Evidence::Exists { path } => write!(f, "{} exists", shown(path)),
            Evidence::Table { board } => write!(f, "the table of boards, {board}"),
            Evidence::Supervisor => f.write_str("the Supervisor's API"),
            Evidence::Build => f.write_str("what this program was built for"),
            Evidence::NoOsRelease => f.write_str("there is no os-release"),
        }
    }
}
