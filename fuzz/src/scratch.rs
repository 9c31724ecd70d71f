//! A directory in memory for what has to be real files.

use std::path::{Path, PathBuf};
use std::{fs, process};

use haos_analytics::Terminals;

const MEMORY: &str = "/dev/shm";
const PREFIX: &str = "haos-analytics-fuzz-";

/// An empty directory of this process. Nothing runs at the end of a fuzzer, so each removes those
/// of processes that are gone.
pub fn directory(name: &str) -> PathBuf {
    let memory = Path::new(MEMORY);
    let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    for entry in fs::read_dir(&place).expect("the directory can be listed").flatten() {
        let of =
            entry.file_name().to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next().map(str::to_owned));
        if of.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let directory = place.join(format!("{PREFIX}{}-{name}", process::id()));
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir(&directory).expect("a directory can be made");
    directory
}

/// Writes a file, with the directories that it needs.
pub fn write(path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
    let path = path.as_ref();
    fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("a directory can be made");
    fs::write(path, content).expect("a file can be written");
}

/// Runs the program as it is, with these arguments and no variables: its exit code, stdout, stderr.
pub fn run(arguments: &[&str]) -> (u8, String, String) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let words = ["haos-analytics"].iter().chain(arguments).map(Into::into);
    let code = haos_analytics::run(words, &[], &mut stdout, &mut stderr, Terminals::default());
    let text = |bytes| String::from_utf8(bytes).expect("the program writes text");
    let (stdout, stderr) = (text(stdout), text(stderr));
    assert_ne!(code, 70, "a fault of the program: {stderr}");
    assert!(!stderr.chars().any(|character| character.is_control() && character != '\n'), "{stderr:?}");
    (code, stdout, stderr)
}
