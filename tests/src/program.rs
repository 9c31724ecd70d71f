//! Programs of this repository, built by the cargo that runs the test or the demo.

use serde_json::Value;
use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the repository.
const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// What cargo sets for the programs that it runs. A build script that asks for one would run again.
const OURS: [&str; 2] = ["CARGO_MANIFEST_", "CARGO_PKG_"];

/// Builds a program with `cargo build`, in a folder of the repository. `compiles` is called once, as soon as something
/// has been compiled: not if all is as it was.
///
/// # Errors
///
/// One line that says why there is no program. Cargo has said more on stderr.
pub fn build(folder: &str, options: &[&str], compiles: impl FnOnce()) -> Result<PathBuf, String> {
    let failed = |error: &dyn core::fmt::Display| format!("cargo build in {folder}: {error}");
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--quiet", "--locked", "--message-format", "json-render-diagnostics"]).args(options);
    command.current_dir(Path::new(REPOSITORY).join(folder)).stdin(Stdio::null()).stdout(Stdio::piped());
    for (name, _) in env::vars_os() {
        if OURS.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    let mut cargo = command.spawn().map_err(|error| failed(&error))?;
    let (mut compiles, mut program) = (Some(compiles), None);
    // Cargo alone knows where it puts the file: one line of JSON per thing built says so.
    for line in cargo.stdout.take().map(BufReader::new).into_iter().flat_map(BufReader::lines) {
        let line = line.map_err(|error| failed(&error))?;
        let artifact: Value = serde_json::from_str(&line).unwrap_or_default();
        if artifact["fresh"] == false {
            compiles.take().into_iter().for_each(|compiles| compiles());
        }
        program = artifact["executable"].as_str().map(PathBuf::from).or(program);
    }
    let status = cargo.wait().map_err(|error| failed(&error))?;
    program.filter(|_| status.success()).ok_or_else(|| failed(&status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_which_build_failed() {
        let error = build("no-such-folder", &[], || panic!("nothing is compiled")).unwrap_err();
        assert!(error.starts_with("cargo build in no-such-folder: "), "{error}");
    }
}
