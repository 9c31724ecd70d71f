//! The program to show: the one that the environment names, else one built now, as an image would have it.

use haos_analytics_tests::{collector, program};
use std::env;
use std::path::PathBuf;

/// Its path, or why there is none.
pub(crate) fn find_or_build() -> Result<PathBuf, String> {
    if let Some(program) = env::var_os(collector::BIN) {
        return Ok(program.into());
    }
    eprintln!("Building haos-analytics in release, which takes a minute the first time.\n");
    program::build(".", &["--release", "--package", "haos-analytics", "--bin", "haos-analytics"], || ())
}
