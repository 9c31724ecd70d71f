//! The program: arguments in, exit code out.
#![allow(clippy::std_instead_of_core, reason = "this is the crate that has std")]

use std::io::{stderr, stdout};
use std::process::ExitCode;

/// musl's gives every page back at once and takes it anew, 77 times in a run with all levels.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    haos_analytics::report_faults();
    let variable = |name: &str| std::env::var_os(name);
    ExitCode::from(haos_analytics::run(std::env::args_os(), &variable, &mut stdout(), &mut stderr()))
}
