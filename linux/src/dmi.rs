//! What the firmware of a PC says of it: two of its strings, and never a serial number.

use crate::evidence::Evidence;
use crate::log::Log;
use crate::root::Root;

const DIRECTORY: &str = "/sys/class/dmi/id";
const LIMIT: usize = 256;

/// A PC.
pub enum Machine {
    /// It is made of software.
    Virtual {
        /// How that is known.
        evidence: Evidence,
    },
    /// As far as its firmware says.
    Metal {
        /// How that is known.
        evidence: Evidence,
    },
}

/// Makers of virtual machines: what `sys_vendor` is, and how `product_name` has to begin where the maker also makes
/// machines of metal.
const VIRTUAL: [(&str, &str); 9] = [
    ("QEMU", ""),
    ("VMware, Inc.", ""),
    ("innotek GmbH", "VirtualBox"),
    ("Oracle Corporation", "VirtualBox"),
    ("Microsoft Corporation", "Virtual Machine"),
    ("Xen", ""),
    ("Parallels Software International Inc.", ""),
    ("Parallels International GmbH.", ""),
    ("Red Hat", ""),
];

/// Tells a virtual machine from metal; `None` where the firmware does not say who made it.
pub fn read(root: &Root, log: &mut Log<'_>) -> Option<Machine> {
    let vendor = attribute(root, "sys_vendor", log)?;
    let product = attribute(root, "product_name", log).unwrap_or_default();
    let path = root.path(DIRECTORY);
    let known = VIRTUAL.iter().find(|(maker, begins)| *maker == vendor && product.starts_with(begins));
    Some(match known {
        Some((maker, _)) => Machine::Virtual { evidence: Evidence::Dmi { path, vendor: Some(maker) } },
        None => Machine::Metal { evidence: Evidence::Dmi { path, vendor: None } },
    })
}

/// One string, without the line's end; `None` if it is missing, empty or not text.
fn attribute(root: &Root, name: &str, log: &mut Log<'_>) -> Option<String> {
    let file = format!("{DIRECTORY}/{name}");
    let bytes = root.read_optional(&file, LIMIT, log)?;
    let text = String::from_utf8(bytes).ok()?;
    let text = text.trim_end();
    (!text.is_empty()).then(|| text.to_owned())
}
