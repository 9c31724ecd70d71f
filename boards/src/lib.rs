#![no_std]
//! The boards of Home Assistant OS, and the device trees that they are recognised by.
//!
//! [`BOARDS`] is the whole knowledge; [`find`] reads a device tree's root, [`by_id`] an id that os-release gave.
//!
//! Why not the model, a SoC or a part of a string: the firmware rewrites the model, one SoC serves many boards,
//! and `hardkernel,odroid-m1` is the beginning of `hardkernel,odroid-m1s`. Only a whole string names a board.

mod table;

pub use table::BOARDS;

/// A board that Home Assistant OS has, or had, an image for.
#[derive(Debug, PartialEq, Eq)]
pub struct Board {
    /// `VARIANT_ID` in os-release, and the board that analytics counts.
    pub id: &'static str,
    /// `SUPERVISOR_MACHINE` of the last release. Not always the id; releases before 4.5 had none.
    pub machine: Option<&'static str>,
    /// `SUPERVISOR_ARCH` of the last release. Releases before 4.5 had none; there it is what the image was built for.
    pub arch: &'static str,
    /// No release carries it any more.
    pub retired: bool,
    /// The strings of the root property `compatible` that name this board. None on x86.
    pub compatible: &'static [&'static str],
}

/// A board, and the string of the device tree that named it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// The board.
    pub board: &'static Board,
    /// The string that named it.
    pub compatible: &'static str,
}

/// Finds the board of a device tree.
///
/// `compatible` is the root property as the kernel shows it: strings, most specific first, each ended by a NUL.
/// The first one that the table knows decides. A string without its NUL may have been cut, and names nothing.
///
/// `arch` is the user space's, in Home Assistant's words. The tree does not tell 32 from 64 bit, so without
/// an arch a board that has an image for each stays unknown, and so does one that has no image for this arch.
pub fn find(compatible: &[u8], arch: Option<&str>) -> Option<Match> {
    let mut entries = compatible.split(|byte| *byte == 0);
    entries.next_back(); // what follows the last NUL: nothing, or a string that was cut
    let known = entries.find_map(known)?;
    let mut boards = BOARDS.iter().filter(|board| board.compatible.contains(&known));
    let board = match arch {
        Some(arch) => boards.find(|board| same_width(board.arch, arch))?,
        None => boards.next().filter(|_| boards.next().is_none())?,
    };
    Some(Match { board, compatible: known })
}

/// The board with this id.
pub fn by_id(id: &str) -> Option<&'static Board> {
    BOARDS.iter().find(|board| board.id == id)
}

/// The table's own copy of a string of the device tree.
fn known(entry: &[u8]) -> Option<&'static str> {
    let mut strings = BOARDS.iter().flat_map(|board| board.compatible);
    strings.find(|known| known.as_bytes() == entry).copied()
}

/// Whether one image can be both: armhf and armv7 are, `rpi2` has been called either.
fn same_width(one: &str, other: &str) -> bool {
    let arm32 = ["armhf", "armv7"];
    one == other || (arm32.contains(&one) && arm32.contains(&other))
}
