//! The receiver's program. It is of another workspace, so cargo is called for it.

use crate::program;
use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Names the program to run in the place of the one that is built here.
pub const BIN: &str = "HAOS_ANALYTICS_TEST_RECEIVER";

/// The program, built now unless it is up to date or the environment names one. That takes a minute, which no client
/// of the receiver waits for: it is asked for before there is one.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        // Past the test harness, which would keep it to itself.
        let say = || drop(writeln!(std::io::stderr(), "Building our receiver, which takes a minute the first time."));
        let built = || program::build("receiver", &["--bin", "haos-analytics-receiver"], say);
        env::var_os(BIN).map_or_else(|| built().expect("the receiver builds"), PathBuf::from)
    })
}
