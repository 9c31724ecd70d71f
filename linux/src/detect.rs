//! Which board this is, which version of the operating system, which architecture.
//!
//! On Home Assistant OS the image knows what it was built for, so os-release decides, as in the Supervisor. The device
//! tree lies in the image's own boot partition and says the same; it decides where os-release is silent, and otherwise is a
//! check. What no rule knows is unknown: nothing here guesses.

use std::path::PathBuf;

use haos_analytics_boards as boards;
use haos_analytics_core::form::OwnedLabel;
use haos_analytics_core::{BoardInfo, InstallationType, Label};

use crate::arch;
use crate::crash;
use crate::data_directory::{self, DataDirectory};
use crate::devicetree;
use crate::evidence::{Evidence, Found};
use crate::log::Log;
use crate::os::{self, Os, System};
use crate::pc;
use crate::root::Root;

/// What is known of the machine, each fact with its evidence.
pub struct Detection {
    /// The board id of Home Assistant OS.
    pub board: Option<Found>,
    /// The version of Home Assistant OS.
    pub os_version: Option<Found>,
    /// The user space's architecture in Home Assistant's words.
    pub arch: Option<Found>,
    /// What the Supervisor calls this machine.
    pub machine: Option<Found>,
    /// How Home Assistant is installed.
    pub installation_type: InstallationType,
    /// How that is known.
    pub installation_evidence: Evidence,
    /// How it is known whose operating system this is.
    pub system_evidence: Evidence,
    /// Where the Supervisor keeps its files.
    pub data_directory: PathBuf,
    /// Whether there is a Supervisor that could be asked.
    pub supervised: bool,
}

impl BoardInfo for Detection {
    /// Only on Home Assistant OS: elsewhere the board id would claim a system that does not run.
    fn board(&self) -> Option<Label<'_>> {
        let board = self.board.as_ref()?;
        (self.installation_type == InstallationType::Os).then(|| board.text.lend())
    }

    fn os_version(&self) -> Option<Label<'_>> {
        self.os_version.as_ref().map(|found| found.text.lend())
    }

    fn arch(&self) -> Option<Label<'_>> {
        self.arch.as_ref().map(|found| found.text.lend())
    }
}

/// Finds out what can be known below `root`. Remarks on what is odd go to the log.
pub fn detect(root: &Root, log: &mut Log<'_>) -> Detection {
    let os = os::read(root, log);
    let arch = arch::find(root, os.supervisor_arch.clone(), log);
    let board = board(root, &os, arch.as_ref(), log);
    let machine = os.supervisor_machine.clone().or_else(|| machine_of(board.as_ref()?));
    let data_directory = data_directory::find(root, &os, log);
    let (installation_type, installation_evidence) = installation(&os, &data_directory);
    let text = |found: &'_ Option<Found>| found.as_ref().map(|found| found.text.clone());
    crash::machine(text(&board), text(&os.version), text(&arch));
    Detection {
        board,
        os_version: os.version,
        arch,
        machine,
        installation_type,
        installation_evidence,
        system_evidence: os.evidence,
        data_directory: data_directory.path,
        supervised: data_directory.exists,
    }
}

/// os-release, else the device tree, else the firmware.
fn board(root: &Root, os: &Os, arch: Option<&Found>, log: &mut Log<'_>) -> Option<Found> {
    if os.system == System::Other {
        return None;
    }
    let arch = arch.map(|found| found.text.as_str());
    let tree = devicetree::find(root, arch, log);
    match &os.board {
        Some(told) => {
            if let Some(tree) = tree.filter(|tree| contradicts(told.text.as_str(), tree.text.as_str())) {
                log.warning(format_args!(
                    "the board is {} by {}, but {} by {}; the former counts",
                    told.text, told.evidence, tree.text, tree.evidence
                ));
            }
            os.board.clone()
        }
        None => tree.or_else(|| firmware(root, arch, log)),
    }
}

/// Images for any machine run on boards that have a tree of their own, so that is no contradiction.
fn contradicts(told: &str, tree: &str) -> bool {
    told != tree && !matches!(told, "generic-aarch64" | "generic-x86-64" | "ova")
}

/// Machines without a device tree: a PC, or an ARM with the firmware of one.
fn firmware(root: &Root, arch: Option<&str>, log: &mut Log<'_>) -> Option<Found> {
    match arch? {
        "amd64" | "i386" => pc::find(root, log),
        "aarch64" if root.exists(EFI) => Found::new("generic-aarch64", Evidence::Exists { path: root.path(EFI) }),
        _ => None,
    }
}

const EFI: &str = "/sys/firmware/efi";

fn machine_of(board: &Found) -> Option<Found> {
    let known = boards::by_id(board.text.as_str())?;
    Found::new(known.machine?, Evidence::Table { board: board.text.clone() })
}

/// Home Assistant calls an installation "OS" on its own operating system, and "Supervised" where a Supervisor
/// runs on another one. Where the system is not known, neither is that.
fn installation(os: &Os, data: &DataDirectory) -> (InstallationType, Evidence) {
    match os.system {
        System::HomeAssistantOs => (InstallationType::Os, os.evidence.clone()),
        System::Other if data.exists => (InstallationType::Supervised, Evidence::Exists { path: data.shown.clone() }),
        _ => (InstallationType::Unknown, os.evidence.clone()),
    }
}

/// A fact that has its form, or a remark that says the form and not the fact.
pub fn label_or_remark(bytes: &[u8], of: &Evidence, log: &mut Log<'_>) -> Option<OwnedLabel> {
    OwnedLabel::parse_bytes(bytes).map_err(|why| log.warning(format_args!("{of}: {why}; treated as absent"))).ok()
}
