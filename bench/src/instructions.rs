//! How many instructions a program takes. Other than its time, that is the same on a machine that is busy.

use std::ffi::OsString;
use std::process::{Command, Stdio};

/// Those of one run; `None` if there is no valgrind.
pub(crate) fn of(words: &[OsString]) -> Option<u64> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).args(words).stdin(Stdio::null());
    let output = command.output().ok().filter(|output| output.status.success())?;
    let told = String::from_utf8_lossy(&output.stderr);
    told.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
}
