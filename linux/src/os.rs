//! Which operating system this is, as its os-release says.

use std::path::Path;

use crate::detect::label_or_remark;
use crate::evidence::{Evidence, Found};
use crate::log::Log;
use crate::os_release::OsRelease;
use crate::root::Root;
use crate::shown;

const FILES: [&str; 2] = ["/etc/os-release", "/usr/lib/os-release"];
/// The largest that Home Assistant OS ever wrote has 500 bytes.
const LIMIT: usize = 16 * 1024;

/// Whose system it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Home Assistant OS, or HassOS as it was called before 2021.
    HomeAssistantOs,
    /// Some other distribution.
    Other,
    /// os-release is missing, cannot be read, or names no system.
    Unknown,
}

/// What os-release says. Board and version are only taken from Home Assistant OS.
pub struct Os {
    /// Whose system it is.
    pub system: System,
    /// How that is known.
    pub evidence: Evidence,
    /// The board id.
    pub board: Option<Found>,
    /// The version.
    pub version: Option<Found>,
    /// What the Supervisor calls the machine.
    pub supervisor_machine: Option<Found>,
    /// The user space's architecture.
    pub supervisor_arch: Option<Found>,
}

/// Reads the first os-release that there is. One that cannot be read is not replaced by the other,
/// as in systemd: the two may be of different systems.
pub fn read(root: &Root, log: &mut Log<'_>) -> Os {
    for file in FILES {
        match root.read(file, LIMIT) {
            Ok(bytes) => return interpret(root, file, &bytes, log),
            Err(error) if error.is_missing() => {}
            Err(error) => {
                log.warning(format_args!("{error}, so the system is not known"));
                return unknown(Evidence::Unread { path: error.path, why: error.cause.to_string() });
            }
        }
    }
    unknown(Evidence::NoOsRelease)
}

fn unknown(evidence: Evidence) -> Os {
    Os {
        system: System::Unknown,
        evidence,
        board: None,
        version: None,
        supervisor_machine: None,
        supervisor_arch: None,
    }
}

fn interpret(root: &Root, file: &str, bytes: &[u8], log: &mut Log<'_>) -> Os {
    let path = root.path(file);
    let os_release = OsRelease::parse(bytes);
    remark_on(&os_release, &path, log);
    let evidence = |key| Evidence::Key { path: path.clone(), key };
    let mut text = |key| label_or_remark(os_release.get(key)?, &evidence(key), log);
    let Some(id) = text("ID") else {
        log.warning(format_args!("{}: no ID, so the system is not known", shown::path(&path)));
        return unknown(Evidence::File { path });
    };
    let is_ours = matches!(id.as_str(), "haos" | "hassos");
    let who = Evidence::Value { path: path.clone(), key: "ID", value: id };
    if !is_ours {
        // Another distribution's keys of the same names mean something else.
        return Os { system: System::Other, ..unknown(who) };
    }
    let mut found = |key| Some(Found { text: text(key)?, evidence: evidence(key) });
    let (variant, version_id) = (found("VARIANT_ID"), found("VERSION_ID"));
    let (supervisor_machine, supervisor_arch) = (found("SUPERVISOR_MACHINE"), found("SUPERVISOR_ARCH"));
    let name = os_release.get("CPE_NAME").and_then(|name| cpe(name, &evidence("CPE_NAME"), log));
    let (cpe_board, cpe_version) = name.unwrap_or_default();
    Os {
        system: System::HomeAssistantOs,
        evidence: who,
        board: first_of(cpe_board, variant, log),
        version: first_of(cpe_version, version_id, log),
        supervisor_machine,
        supervisor_arch,
    }
}

/// The first few lines that were passed over: a file of junk has thousands.
fn remark_on(os_release: &OsRelease, path: &Path, log: &mut Log<'_>) {
    const MOST: usize = 3;
    let path = shown::path(path);
    for malformed in os_release.passed_over.iter().take(MOST) {
        log.warning(format_args!("{path}: {malformed}; passed over"));
    }
    let more = os_release.passed_over.len().saturating_sub(MOST);
    if more > 0 {
        log.warning(format_args!("{path}: {more} more such lines"));
    }
}

/// `CPE_NAME` counts, as in the Supervisor. Both say the same, or somebody should know.
fn first_of(cpe: Option<Found>, other: Option<Found>, log: &mut Log<'_>) -> Option<Found> {
    if let (Some(cpe), Some(other)) = (&cpe, &other) {
        if cpe.text != other.text {
            log.warning(format_args!(
                "{} says {}, but {} says {}; the former counts",
                cpe.evidence, cpe.text, other.evidence, other.text
            ));
        }
    }
    cpe.or(other)
}

/// Board and version of a name such as `cpe:2.3:o:home-assistant:haos:17.1:*:production:*:*:*:odroid-n2:*`, if it is one
/// of Home Assistant OS: the product is part 4, the version part 5, the target hardware part 11.
fn cpe(name: &[u8], evidence: &Evidence, log: &mut Log<'_>) -> Option<(Option<Found>, Option<Found>)> {
    let mut parts = name.split(|byte| *byte == b':');
    let product = parts.nth(4);
    let (version, board) = (parts.next(), parts.nth(5));
    // A name that was cut short has fewer than 13 parts, and its last one may be half a board.
    let whole = parts.next().is_some() && name.starts_with(b"cpe:2.3:o:");
    if !whole || !matches!(product, Some(b"haos" | b"hassos")) {
        log.warning(format_args!("{evidence} is no name of Home Assistant OS; passed over"));
        return None;
    }
    // `*` is "any" and `-` is "none": neither tells anything.
    let mut found = |part: Option<&[u8]>| -> Option<Found> {
        let told = part.filter(|part| !matches!(*part, b"*" | b"-"))?;
        let text = label_or_remark(told, evidence, log)?;
        Some(Found { text, evidence: evidence.clone() })
    };
    Some((found(board), found(version)))
}
