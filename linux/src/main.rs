//! The program: arguments in, exit code out.
#![allow(clippy::std_instead_of_core, reason = "this is the crate that has std")]

use std::io::{stderr, stdout, IsTerminal};
use std::process::ExitCode;

use haos_analytics::Terminals;

/// musl's gives every page back at once and takes it anew, 77 times in a run with all levels.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    haos_analytics::report_faults();
    let environment: Vec<_> = std::env::vars_os().collect();
    let terminals = Terminals::of(&environment, stdout().is_terminal(), stderr().is_terminal());
    ExitCode::from(haos_analytics::run(std::env::args_os(), &environment, &mut stdout(), &mut stderr(), terminals))
}
