//! The system calls of a run, as `strace` sees them, or as it makes them fail.
#![allow(dead_code, reason = "each test program uses a part of it")]

use crate::world::{find_program, run, skipped};
use haos_analytics_tests::collector::{Collector, Run};
use std::path::PathBuf;
use std::process::Command;

/// The system calls of one run, in order: each a line such as `openat(AT_FDCWD, "/x", O_RDONLY) = 3`.
pub struct Trace {
    calls: Vec<String>,
    /// Which process or thread made each.
    processes: Vec<String>,
}

/// Runs it under strace; `None`, and a notice, where that is missing or not allowed.
pub fn traced(collector: &Collector) -> Option<(Run, Trace)> {
    traced_with(collector, &[]).map(|(collector, trace)| (run(&collector), trace)).map(|(run, file)| (run, file.read()))
}

/// The same with more arguments of strace's, for one run: what has been traced can be read after it.
pub fn traced_with(collector: &Collector, arguments: &[&str]) -> Option<(Collector, TraceFile)> {
    let works = |strace: &PathBuf| {
        let probe = Command::new(strace).args(["-qq", "-o", "/dev/null", "true"]).status();
        probe.is_ok_and(|status| status.success())
    };
    let Some(strace) = find_program("strace").filter(works) else {
        skipped("strace is missing or may not trace");
        return None;
    };
    let file = tempfile::NamedTempFile::new().expect("there is a temporary directory");
    let (strace, output) = (strace.to_str().expect("a plain path"), file.path().to_str().expect("a plain path"));
    let words = [strace, "-f", "-qq", "-s", "4096", "-o", output].into_iter().chain(arguments.iter().copied());
    Some((collector.clone().under(words), TraceFile(file)))
}

/// Where strace writes.
pub struct TraceFile(tempfile::NamedTempFile);

impl TraceFile {
    /// What it has written.
    pub fn read(&self) -> Trace {
        let text = std::fs::read(self.0.path()).expect("strace has written");
        // Each line begins with the process; those of signals and exits tell nothing here.
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().filter_map(|line| line.split_once(' '));
        let (processes, calls) = lines.map(|(id, call)| (id.to_owned(), call.trim_start().to_owned())).unzip();
        Trace { calls, processes }
    }
}

impl Trace {
    /// The calls of one of these names.
    pub fn of(&self, names: &[&str]) -> Vec<&str> {
        let named = |call: &&String| names.contains(&call.split('(').next().unwrap_or_default());
        self.calls.iter().filter(named).map(String::as_str).collect()
    }

    /// Every path that a call names. Those relative to a directory are told from the root by the missing slash.
    pub fn paths(&self, names: &[&str]) -> Vec<&str> {
        self.paths_but(names, |_| false)
    }

    /// The same without those of some calls.
    pub fn paths_but(&self, names: &[&str], but: impl Fn(&str) -> bool) -> Vec<&str> {
        let calls = self.of(names).into_iter().filter(|call| !but(call));
        calls.filter_map(|call| call.split('"').nth(1)).collect()
    }

    /// Whether a text occurs in any call at all.
    pub fn mentions(&self, text: &str) -> Option<&String> {
        self.calls.iter().find(|call| call.contains(text))
    }

    /// All of them.
    pub fn calls(&self) -> &[String] {
        &self.calls
    }

    /// The same, each with the process or thread that made it.
    pub fn calls_of_processes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.processes.iter().map(String::as_str).zip(self.calls.iter().map(String::as_str))
    }

    /// How many calls there were.
    pub fn len(&self) -> usize {
        self.calls.len()
    }
}
