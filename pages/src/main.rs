//! Writes the manual page and the shell completions of `haos-analytics` into `linux/`, or into the directory given.
//!
//! They are made of what `--help` is made of, and of the tables of PLATFORM.md, so that nothing is told twice. The
//! files are committed: an image has no use for the generator. `.ci/pages` fails when they are not what it writes.

mod completions;
#[allow(dead_code, reason = "the program prints its --help itself")]
#[path = "../../linux/src/help.rs"]
mod help;
mod manual;
mod only;
mod platform;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let directory = env::args_os().nth(1).map_or_else(|| project.join("linux"), PathBuf::from);
    let version = version(&fs::read_to_string(project.join("Cargo.toml"))?)?;
    let platform = fs::read_to_string(project.join("PLATFORM.md"))?;

    fs::create_dir_all(directory.join("man"))?;
    fs::write(directory.join("man/haos-analytics.8"), manual::page(&version, &platform)?)?;
    completions::write(&directory.join("completions"))
}

/// The version in the workspace's manifest.
fn version(manifest: &str) -> io::Result<String> {
    let line = manifest.lines().find_map(|line| line.strip_prefix("version = "));
    line.map(|value| value.trim_matches('"').to_owned()).ok_or_else(|| io::Error::other("Cargo.toml: no version"))
}
