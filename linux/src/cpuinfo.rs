//! Whether the processor says that it is a guest's: one flag of `/proc/cpuinfo`, and nothing else
//! of it.
//!
//! On x86 every hypervisor sets the same bit for its guests, and the kernel shows it as the flag
//! `hypervisor`. Whether the flag is there is all that is kept. Only x86 is asked: on a Raspberry
//! Pi this file has the serial number.

use std::io::{self, BufRead, BufReader, Read};

use crate::log::Log;
use crate::root::{Cause, Root};
use crate::shown;

pub const FILE: &str = "/proc/cpuinfo";
/// In bytes. The first processor's flags end within 4 KiB, and the file goes on for every
/// processor.
const LIMIT: u64 = 16 * 1024;

/// Whether the flag is there; `None` where the file does not say, which is told unless there is no
/// such file.
pub fn hypervisor(root: &Root, log: &mut Log<'_>) -> Option<bool> {
    let file = root.open_file(FILE.as_ref()).and_then(|opened| {
        // The kernel's file does not tell its size, and most of it is never read.
        Ok(says_hypervisor(BufReader::with_capacity(4096, opened.file.take(LIMIT)))?)
    });
    let path = root.path(FILE);
    match file {
        Ok(Some(flag)) => return Some(flag),
        Ok(None) => {
            log.warning(format_args!("{}: no flags in its first {LIMIT} bytes; passed over", shown::path(&path)))
        }
        Err(Cause::Missing) => {}
        Err(cause) => log.warning(format_args!("{}: {cause}; passed over", shown::path(&path))),
    }
    None
}

/// Whether the first processor has the flag `hypervisor`; reads no further than its line `flags`.
///
/// `None` if no such line is there. One that has no end may have been cut, and says nothing.
///
/// # Errors
///
/// The source fails.
pub fn says_hypervisor(mut cpuinfo: impl BufRead) -> io::Result<Option<bool>> {
    let mut line = Vec::new();
    while cpuinfo.read_until(b'\n', &mut line)? > 0 {
        if let Some(flags) = flags(&line) {
            return Ok(Some(flags.split(u8::is_ascii_whitespace).any(|flag| flag == b"hypervisor")));
        }
        line.clear();
    }
    Ok(None)
}

/// What stands behind `flags` and a colon. `vmx flags` are another key.
fn flags(line: &[u8]) -> Option<&[u8]> {
    let whole = line.strip_suffix(b"\n")?;
    let colon = whole.iter().position(|byte| *byte == b':')?;
    let (key, value) = whole.split_at_checked(colon)?;
    (key.trim_ascii() == b"flags").then_some(value.get(1..)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_of_flags_decides() {
        let cases: [(&str, Option<bool>); 15] = [
            ("processor\t: 0\nflags\t\t: fpu vme hypervisor lahf_lm\nbugs\t\t: spectre_v1\n", Some(true)),
            ("processor\t: 0\nflags\t\t: fpu vme lahf_lm\nbugs\t\t: spectre_v1\n", Some(false)),
            ("flags: hypervisor\n", Some(true)),
            ("flags\t\t:\n", Some(false)),
            ("flags\t\t: fpu\n\nflags\t\t: hypervisor\n", Some(false)),
            ("flags\t\t: fpu hypervisor\r\n", Some(true)),
            ("flags\t\t: hypervisors x_hypervisor HYPERVISOR hypervisor:\n", Some(false)),
            ("model name\t: hypervisor\nvmx flags\t: hypervisor\n", None),
            ("model name\t: flags: hypervisor\nflags\t\t: fpu\n", Some(false)),
            // What an ARM calls them.
            ("Features\t: fp asimd hypervisor\nSerial\t\t: 0\n", None),
            ("Flags\t\t: hypervisor\n", None),
            ("flags hypervisor\n", None),
            // Cut.
            ("processor\t: 0\nflags\t\t: fpu hypervisor", None),
            ("processor\t: 0\nfla", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(says_hypervisor(text.as_bytes()).unwrap(), expected, "{text:?}");
        }
    }

    /// Fails when more is asked for.
    struct Until<'a>(&'a [u8]);

    impl Read for Until<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Err(io::ErrorKind::Other.into());
            }
            self.0.read(into)
        }
    }

    #[test]
    fn nothing_is_read_behind_the_flags() {
        let read = |text| says_hypervisor(BufReader::new(Until(text))).ok();
        assert_eq!(read(b"processor\t: 0\nflags\t\t: fpu\n"), Some(Some(false)));
        assert_eq!(read(b"processor\t: 0\nflags\t\t: fpu"), None, "an error is no answer");
    }
}
