//! Tells the program when its source was committed: a clock that is behind that day is wrong. And has the linker name it.
#![allow(clippy::std_instead_of_core, reason = "a build script")]

use std::path::Path;
use std::process::{exit, Command};
use std::{env, fs};

/// Of this, `git archive` makes the commit's time.
const ARCHIVED: &str = "commit-time";

fn main() {
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    println!("cargo::rerun-if-changed={ARCHIVED}");
    // A commit changes the branch's file and the log of HEAD.
    for file in ["../.git/HEAD", "../.git/logs/HEAD"] {
        if Path::new(file).exists() {
            println!("cargo::rerun-if-changed={file}");
        }
    }
    let built = env::var("SOURCE_DATE_EPOCH").ok().or_else(archived_time).or_else(commit_time);
    let built = built.unwrap_or_else(|| "0".to_owned());
    let Ok(built) = built.trim().parse::<u64>() else {
        eprintln!("SOURCE_DATE_EPOCH: {built:?} is no number of seconds");
        exit(1);
    };
    println!("cargo::rustc-env=SOURCE_DAY={built}");
    // Addresses in a crash report belong to the program that this names. Not every compiler asks its linker for it.
    println!("cargo::rustc-link-arg-bins=-Wl,--build-id=sha1");
}

/// Seconds since 1970 of the commit that the archive was made of; in a checkout there is no number in the file.
fn archived_time() -> Option<String> {
    let time = fs::read_to_string(ARCHIVED).ok()?;
    time.trim().parse::<u64>().ok().map(|time| time.to_string())
}

/// The same of a checkout. Where neither is known the clock is not checked.
fn commit_time() -> Option<String> {
    // An archive that was unpacked below somebody else's repository is not that repository.
    if !Path::new("../.git").exists() {
        return None;
    }
    let output = Command::new("git").args(["log", "-1", "--format=%ct"]).output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).ok())?
}
