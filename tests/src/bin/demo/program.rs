//! The program to show: the one that the environment names, else one built now. `cargo demo --release` builds it as an
//! image would have it, which takes minutes.

use haos_analytics_tests::{collector, program};
use std::env;
use std::path::PathBuf;

/// Its path, or why there is none.
pub(crate) fn find_or_build() -> Result<PathBuf, String> {
    if let Some(program) = env::var_os(collector::BIN) {
        return Ok(program.into());
    }
    let mut options = vec!["--package", "haos-analytics", "--bin", "haos-analytics"];
    let how = if cfg!(debug_assertions) {
        "quickly; as images have it with `cargo demo --release`"
    } else {
        options.push("--release");
        "as images have it"
    };
    program::build(".", &options, || eprintln!("Building haos-analytics, the program to show ({how})."))
}
