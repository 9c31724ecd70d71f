//! The program: arguments in, exit code out.
#![allow(clippy::std_instead_of_core, reason = "this is the crate that has std")]

use std::io::{stderr, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let variable = |name: &str| std::env::var_os(name);
    ExitCode::from(haos_analytics::run(std::env::args_os(), &variable, &mut stdout(), &mut stderr()))
}
