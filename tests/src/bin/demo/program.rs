//! The program to show: the one that the environment names, else one built now, as an image would have it.

use haos_analytics_tests::collector;
use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The folder of the workspace.
const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Its path, or why there is none.
pub(crate) fn find_or_build() -> Result<PathBuf, String> {
    if let Some(program) = env::var_os(collector::BIN) {
        return Ok(program.into());
    }
    eprintln!("Building haos-analytics in release, which takes a minute the first time.\n");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--package", "haos-analytics", "--bin", "haos-analytics"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(REPOSITORY)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err("the program does not build".to_owned());
    }
    // Cargo alone knows where it put the file: one line of JSON per thing built says so.
    let lines = output.stdout.split(|byte| *byte == b'\n');
    let artifacts = lines.filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok());
    let mut executables = artifacts.filter_map(|artifact| Some(PathBuf::from(artifact["executable"].as_str()?)));
    executables.next().ok_or_else(|| "cargo built no program".to_owned())
}
