//! How a fact is known.

use core::fmt;
use std::path::PathBuf;

use haos_analytics_core::Text;

/// A fact and how it is known.
#[derive(Clone, Debug)]
pub struct Found {
    /// The fact.
    pub text: Text,
    /// How it is known.
    pub evidence: Evidence,
}

impl Found {
    /// A fact of ours: `None` only if it breaks the bounds of [`Text`].
    pub fn new(text: &str, evidence: Evidence) -> Option<Self> {
        Text::parse(text.as_bytes()).ok().map(|text| Found { text, evidence })
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
        value: Text,
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
        board: Text,
    },
    /// What this program was compiled for.
    Build,
    /// The Supervisor's API.
    Supervisor,
    /// Neither place for an os-release has one.
    NoOsRelease,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Evidence::Key { path, key } => write!(f, "{} {key}", path.display()),
            Evidence::Value { path, key, value } => write!(f, "{} {key}={value}", path.display()),
            Evidence::File { path } => write!(f, "{}", path.display()),
            Evidence::Compatible { path, entry } => write!(f, "{} {entry}", path.display()),
            Evidence::Dmi { path, vendor } => write!(f, "{} a virtual machine of {vendor}", path.display()),
            Evidence::Hypervisor { path } => write!(f, "{} has the flag hypervisor, a virtual machine", path.display()),
            Evidence::Metal { dmi, cpuinfo } => {
                write!(f, "{} names a maker, {} has no flag hypervisor", dmi.display(), cpuinfo.display())
            }
            Evidence::Unread { path, why } => write!(f, "{}: {why}", path.display()),
            Evidence::Exists { path } => write!(f, "{} exists", path.display()),
            Evidence::Table { board } => write!(f, "the table of boards, {board}"),
            Evidence::Supervisor => f.write_str("the Supervisor's API"),
            Evidence::Build => f.write_str("what this program was built for"),
            Evidence::NoOsRelease => f.write_str("there is no os-release"),
        }
    }
}
