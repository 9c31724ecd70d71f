//! Who made a PC, as its firmware says: two of its strings, and never a serial number.

use crate::log::Log;
use crate::root::Root;

pub const DIRECTORY: &str = "/sys/class/dmi/id";
const LIMIT: usize = 256;

/// What the firmware says of the maker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// One that makes this of software.
    OfGuests(&'static str),
    /// Another one, by name. Most clouds are among these: that it is none of the above proves
    /// nothing.
    Named,
    /// It names nobody.
    Unknown,
}

/// Makers of virtual machines: what `sys_vendor` is, and how `product_name` has to begin where the maker also makes
/// machines of metal.
const OF_GUESTS: [(&str, &str); 9] = [
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

/// What a maker of boards leaves in the place of a name, in lower case. systemd's hardware database
/// has most of them.
const NO_NAME: [&str; 12] = [
    "default string",
    "system manufacturer",
    "manufacturer",
    "o.e.m.",
    "oem",
    "n/a",
    "none",
    "not specified",
    "not available",
    "not applicable",
    "unknown",
    "undefined",
];
/// `To Be Filled By O.E.M.`, with more behind it or less.
const TO_BE_FILLED: &str = "to be filled by";

/// Finds out who made it.
pub fn maker(root: &Root, log: &mut Log<'_>) -> Maker {
    let Some(vendor) = attribute(root, "sys_vendor", log) else { return Maker::Unknown };
    judge(&vendor, &attribute(root, "product_name", log).unwrap_or_default())
}

fn judge(vendor: &str, product: &str) -> Maker {
    let known = OF_GUESTS.iter().find(|(maker, begins)| *maker == vendor && product.starts_with(begins));
    match known {
        Some((maker, _)) => Maker::OfGuests(maker),
        None if is_name(vendor) => Maker::Named,
        None => Maker::Unknown,
    }
}

/// Whether somebody wrote a name there.
fn is_name(vendor: &str) -> bool {
    let vendor = vendor.trim().to_ascii_lowercase();
    let filled_in = !vendor.starts_with(TO_BE_FILLED) && !NO_NAME.contains(&vendor.as_str());
    filled_in && vendor.chars().any(|character| !character.is_ascii() || character.is_ascii_alphabetic())
}

/// One string, without the line's end; `None` if it is missing, empty or not text.
fn attribute(root: &Root, name: &str, log: &mut Log<'_>) -> Option<String> {
    let file = format!("{DIRECTORY}/{name}");
    let bytes = root.read_optional(&file, LIMIT, log)?;
    let text = String::from_utf8(bytes).ok()?;
    let text = text.trim_end();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makers() {
        for (vendor, product, expected) in [
            ("QEMU", "Standard PC (Q35 + ICH9, 2009)", Maker::OfGuests("QEMU")),
            ("Red Hat", "KVM", Maker::OfGuests("Red Hat")),
            ("Microsoft Corporation", "Virtual Machine", Maker::OfGuests("Microsoft Corporation")),
            ("Microsoft Corporation", "Surface Laptop", Maker::Named),
            ("Oracle Corporation", "", Maker::Named),
            ("Apple Inc.", "Apple Virtualization Generic Platform", Maker::Named),
            ("Amazon EC2", "t3.small", Maker::Named),
            ("QEMU, not", "Tower", Maker::Named),
            ("AZW", "Default string", Maker::Named),
            ("研華", "x", Maker::Named),
            ("To Be Filled By O.E.M.", "To Be Filled By O.E.M.", Maker::Unknown),
            ("To be filled by O.E.M", "NUC8i3BEH", Maker::Unknown),
            ("System manufacturer", "System Product Name", Maker::Unknown),
            ("System Manufacturer", "System Product Name", Maker::Unknown),
            ("Default string", "Default string", Maker::Unknown),
            ("  OEM", "x", Maker::Unknown),
            ("O.E.M.", "x", Maker::Unknown),
            ("N/A", "x", Maker::Unknown),
            ("None", "x", Maker::Unknown),
            ("Not Specified", "x", Maker::Unknown),
            ("Unknown", "x", Maker::Unknown),
            ("........", "x", Maker::Unknown),
            ("0123456789", "x", Maker::Unknown),
            ("", "x", Maker::Unknown),
        ] {
            assert_eq!(judge(vendor, product), expected, "{vendor:?} {product:?}");
        }
    }
}
