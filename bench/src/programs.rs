//! The programs that are compared: built, found, or left out with a notice.

use serde_json::Value;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The name under which the ratios of all others are printed.
pub(crate) const REFERENCE: &str = "serde_json + ureq";
/// The name of the program whose counts are guarded.
pub(crate) const STATIC: &str = "haos-analytics, static";

const HERE: &str = env!("CARGO_MANIFEST_DIR");
/// Scripts take a hundred times as long: they run once in so many rounds.
const SLOW: usize = 5;

/// A program that sends the report.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// What starts it.
    pub(crate) words: Vec<OsString>,
    /// The size of the stripped file; scripts have none.
    pub(crate) bytes: Option<u64>,
    /// It runs once in so many rounds.
    pub(crate) every: usize,
    /// It takes no `--ca` and reads the system's bundle, as it does on a real machine. HTTPS only.
    pub(crate) system_bundle: bool,
}

impl Program {
    fn binary(name: &'static str, path: &Path) -> Result<Self, String> {
        let bytes = stripped_size(path)?;
        Ok(Self { name, words: vec![path.into()], bytes: Some(bytes), every: 1, system_bundle: false })
    }

    fn script(name: &'static str, interpreter: OsString, script: &str) -> Self {
        let script = Path::new(HERE).join("peers").join(script);
        Self { name, words: vec![interpreter, script.into()], bytes: None, every: SLOW, system_bundle: false }
    }

    fn collector(name: &'static str, path: &Path) -> Result<Self, String> {
        let mut program = Self::binary(name, path)?;
        program.words.push("send".into());
        Ok(program)
    }
}

/// Ours alone, static if there is such a one.
pub(crate) fn own(static_collector: Option<&Path>) -> Result<Program, String> {
    match static_collector {
        Some(path) => Program::collector(STATIC, path),
        None => Program::collector("haos-analytics", &build(&Path::new(HERE).join(".."), "haos-analytics")?),
    }
}

/// All that this machine can run, the reference first.
pub(crate) fn all(static_collector: Option<&Path>) -> Result<Vec<Program>, String> {
    let reference = build(Path::new(HERE), "reference")?;
    let collector = build(&Path::new(HERE).join(".."), "haos-analytics")?;
    let mut programs = vec![Program::binary(REFERENCE, &reference)?, Program::collector("haos-analytics", &collector)?];
    match static_collector {
        Some(path) => programs.push(Program::collector(STATIC, path)?),
        None => eprintln!("No static program was named (--static FILE): memory and size are those of a dynamic one."),
    }
    let path = static_collector.unwrap_or(&collector);
    programs.push(Program { system_bundle: true, ..Program::collector("  with the system's CA bundle", path)? });
    match ["bash", "jq", "curl"].iter().find(|tool| found(tool).is_none()) {
        None => programs.push(Program::script("bash + jq + curl", "bash".into(), "report.sh")),
        Some(missing) => eprintln!("{missing} is missing: no figures for bash + jq + curl"),
    }
    match found("python3").and(python()) {
        Some(python) => programs.push(Program::script("Python urllib", python, "report.py")),
        None => eprintln!("python3 is missing: no figures for Python"),
    }
    Ok(programs)
}

/// Builds a package as a person would, and gives the path of its program.
fn build(workspace: &Path, package: &str) -> Result<PathBuf, String> {
    eprintln!("Building {package} in release.");
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--locked", "--release", "--package", package, "--bin", package])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(workspace)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    let lines = output.stdout.split(|byte| *byte == b'\n');
    let artifacts = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let mut executables = artifacts.filter_map(|artifact| Some(PathBuf::from(artifact["executable"].as_str()?)));
    executables.next().ok_or_else(|| format!("{package} does not build"))
}

fn stripped_size(path: &Path) -> Result<u64, String> {
    let size = |path: &Path| fs::metadata(path).map(|file| file.len());
    let copy = env::temp_dir().join(format!("haos-analytics-bench-{}", std::process::id()));
    let stripped = Command::new("strip").arg("-o").arg(&copy).arg(path).status();
    let bytes = match stripped {
        Ok(status) if status.success() => size(&copy),
        _ => size(path),
    };
    let _ = fs::remove_file(copy);
    bytes.map_err(|error| format!("{}: {error}", path.display()))
}

fn found(tool: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|directory| directory.join(tool)).find(|path| path.is_file())
}

/// The interpreter itself: `python3` is often a script that chooses one.
fn python() -> Option<OsString> {
    let output = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().ok()?;
    let path = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| path.trim_end().into())
}
