//! The user space's architecture, in Home Assistant's words.

use std::env::consts;

use crate::detect::label_or_remark;
use crate::evidence::{Evidence, Found};
use crate::log::Log;
use crate::root::Root;

const KERNEL_ARCH: &str = "/proc/sys/kernel/arch";
const LIMIT: usize = 256;

/// What os-release told, else the kernel, else what this program was built for.
pub fn find(root: &Root, told: Option<Found>, log: &mut Log<'_>) -> Option<Found> {
    told.or_else(|| kernel(root, log)).or_else(|| Found::new(word(consts::ARCH), Evidence::Build))
}

fn kernel(root: &Root, log: &mut Log<'_>) -> Option<Found> {
    // Linux before 6.1 has no such file.
    let bytes = root.read_optional(KERNEL_ARCH, LIMIT, log)?;
    let evidence = Evidence::File { path: root.path(KERNEL_ARCH) };
    let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let text = label_or_remark(line, &evidence, log)?;
    Found::new(word(text.as_str()), evidence)
}

/// Home Assistant's word for what Linux or Rust call an architecture; one that it has no word for stays as it is.
fn word(machine: &str) -> &str {
    match machine {
        "x86_64" => "amd64",
        "x86" | "i386" | "i486" | "i586" | "i686" => "i386",
        // The user space of an ARMv8 kernel in 32-bit mode; Rust's "arm" is built for ARMv7 here.
        "armv7l" | "armv8l" | "arm" => "armv7",
        "armv6l" => "armhf",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn words() {
        for (machine, expected) in [
            ("x86_64", "amd64"),
            ("i686", "i386"),
            ("aarch64", "aarch64"),
            ("armv7l", "armv7"),
            ("armv8l", "armv7"),
            ("armv6l", "armhf"),
            ("riscv64", "riscv64"),
        ] {
            assert_eq!(word(machine), expected);
        }
    }
}
