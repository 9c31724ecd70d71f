//! The board of a PC, where neither os-release nor a device tree tells it: a virtual machine, or
//! metal.
//!
//! There are more makers of virtual machines than any list has, so metal is never what is left
//! over. A guest is known by the processor's flag, whoever made it, or by its maker. Metal needs
//! both: a maker that the firmware names, and flags of the processor without the one of guests.

use crate::cpuinfo;
use crate::dmi::{self, Maker};
use crate::evidence::{Evidence, Found};
use crate::log::Log;
use crate::root::Root;

/// `ova` or `generic-x86-64`; `None` where neither is proven.
pub fn find(root: &Root, log: &mut Log<'_>) -> Option<Found> {
    let (cpuinfo, dmi) = (root.path(cpuinfo::FILE), root.path(dmi::DIRECTORY));
    let flag = cpuinfo::hypervisor(root, log);
    if flag == Some(true) {
        return Found::new("ova", Evidence::Hypervisor { path: cpuinfo });
    }
    match (dmi::maker(root, log), flag) {
        // A hypervisor can hide the flag.
        (Maker::OfGuests(vendor), _) => Found::new("ova", Evidence::Dmi { path: dmi, vendor }),
        (Maker::Named, Some(false)) => Found::new("generic-x86-64", Evidence::Metal { dmi, cpuinfo }),
        _ => None,
    }
}
