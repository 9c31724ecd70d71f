//! The board as the device tree names it.

use haos_analytics_boards as boards;

use crate::evidence::{Evidence, Found};
use crate::log::Log;
use crate::root::Root;

/// The kernel shows one tree in both places; the second is a link to the first wherever that is there.
const FILES: [&str; 2] = ["/sys/firmware/devicetree/base/compatible", "/proc/device-tree/compatible"];
/// The longest list in the Linux kernel has some 200 bytes.
const LIMIT: usize = 4096;

/// The first entry of `compatible` that the table has. Neither `model` nor the serial number is ever read.
pub fn find(root: &Root, arch: Option<&str>, log: &mut Log<'_>) -> Option<Found> {
    let (file, compatible) = FILES.iter().find_map(|file| Some((file, root.read_optional(file, LIMIT, log)?)))?;
    let found = boards::find(&compatible, arch)?;
    Found::new(found.board.id, Evidence::Compatible { path: root.path(file), entry: found.compatible })
}
