//! What a platform knows about its board.

use crate::Label;

/// What the machine is. The core never asks how a platform came to know.
pub trait BoardInfo {
    /// The board id of Home Assistant OS, such as `odroid-n2`; `None` where no rule knows.
    fn board(&self) -> Option<Label<'_>>;

    /// The version of Home Assistant OS, such as `17.1`.
    fn os_version(&self) -> Option<Label<'_>> {
        None
    }

    /// The user space's CPU architecture in Home Assistant's words: `aarch64`, `armv7`, `armhf`, `amd64`, `i386`.
    fn arch(&self) -> Option<Label<'_>> {
        None
    }
}
