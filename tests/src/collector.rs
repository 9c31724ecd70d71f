//! Running the real program: in a clean environment, within a hard limit of time, measured.

use core::str;
use core::time::Duration;
use nix::sys::signal::{killpg, Signal};
use nix::unistd::Pid;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::Read;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Instant;

/// Names the program to run in the place of the one that the test was built with: an installed or a static one.
pub const BIN: &str = "HAOS_ANALYTICS_BIN";
/// Names what to run it with, words separated by spaces: `qemu-aarch64-static`.
pub const RUNNER: &str = "HAOS_ANALYTICS_RUNNER";

/// More than a run ever takes that keeps its own limits: three tries of 30 seconds and the pauses between them.
const LIMIT: Duration = Duration::from_secs(180);
/// Bytes of each output that are kept.
const OUTPUT: u64 = 16 * 1024 * 1024;
/// The pause between two looks at the process.
const LOOK: Duration = Duration::from_millis(1);

/// A run to be made.
#[derive(Clone, Debug)]
pub struct Collector {
    words: Vec<OsString>,
    envs: Vec<(OsString, OsString)>,
    limit: Duration,
    stdout: Option<PathBuf>,
}

/// A run that was made.
#[derive(Clone, Debug)]
pub struct Run {
    /// The exit code; `None` if a signal ended it, ours for being too late included.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Whether it was ended for taking too long.
    pub timed_out: bool,
    /// Exactly what it wrote; empty if that went elsewhere.
    pub stdout: Vec<u8>,
    /// The remarks that it wrote.
    pub stderr: String,
    /// The line that a report has arrived, which is not among them: `delivered to URL: 200, …`.
    pub delivered: Option<String>,
    /// From start to end.
    pub elapsed: Duration,
    /// The most memory that it was seen to have resident, in bytes: a lower bound, for it is looked at every
    /// millisecond. (The system's own account of an ended process includes the one that started it.) With a runner,
    /// the runner's. `None` if it was over before the first look.
    pub peak_rss: Option<u64>,
}

impl Collector {
    /// The program at `bin`, which a test knows as `env!("CARGO_BIN_EXE_collector")`, unless the environment names
    /// another one.
    pub fn new(bin: impl AsRef<Path>) -> Self {
        let runner = env::var(RUNNER).unwrap_or_default();
        let program = env::var_os(BIN).unwrap_or_else(|| bin.as_ref().into());
        let words = runner.split_whitespace().map(OsString::from).chain([program]).collect();
        Self { words, envs: Vec::new(), limit: LIMIT, stdout: None }
    }

    /// Runs it with another program: `under(["strace", "-f"])`.
    #[must_use]
    pub fn under<S: AsRef<OsStr>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
        self.words.splice(0..0, words.into_iter().map(|word| word.as_ref().to_owned()));
        self
    }

    /// Adds `--root`.
    #[must_use]
    pub fn root(self, root: impl AsRef<Path>) -> Self {
        self.arg("--root").arg(root.as_ref())
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.words.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(self, args: impl IntoIterator<Item = S>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    /// Sets a variable. It sees no others: a proxy of the machine must not get into a test.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.envs.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Ends it after this time; without it, after three minutes.
    #[must_use]
    pub fn limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Sends its stdout there: `/dev/full`.
    #[must_use]
    pub fn stdout_to(self, file: impl AsRef<Path>) -> Self {
        Self { stdout: Some(file.as_ref().to_owned()), ..self }
    }

    /// Runs it.
    pub fn run(&self) -> Run {
        let mut child = self.start();
        let start = Instant::now();
        let stdout = child.stdout.take().map(collect);
        let stderr = child.stderr.take().map(collect);
        let (status, timed_out, peak_rss) = watch(&mut child, start + self.limit);
        let elapsed = start.elapsed();
        let output = |reader: Option<JoinHandle<Vec<u8>>>| reader.map_or_else(Vec::new, |it| it.join().unwrap());
        let stdout = output(stdout);
        let (stderr, delivered) = without_delivery(&String::from_utf8_lossy(&output(stderr)));
        Run { code: status.code(), signal: status.signal(), timed_out, stdout, stderr, delivered, elapsed, peak_rss }
    }

    fn start(&self) -> Child {
        let stdout = self.stdout.as_ref().map_or_else(Stdio::piped, |file| {
            let file = OpenOptions::new().append(true).open(file);
            file.expect("the file for stdout is writable").into()
        });
        let program = &self.words[0];
        let mut command = Command::new(program);
        command.args(&self.words[1..]).env_clear().envs(self.envs.iter().map(|(name, value)| (name, value)));
        // A group of its own, so that ending it also ends what a runner may have started.
        command.stdin(Stdio::null()).stdout(stdout).stderr(Stdio::piped()).process_group(0);
        command.spawn().unwrap_or_else(|error| panic!("{}: {error}", program.to_string_lossy()))
    }
}

impl Run {
    /// What it wrote to stdout, which must be text.
    pub fn text(&self) -> &str {
        str::from_utf8(&self.stdout).expect("stdout is text")
    }

    /// The payload that it printed: stdout without the line end, which must be there.
    pub fn payload(&self) -> &[u8] {
        self.stdout.strip_suffix(b"\n").expect("a payload ends with a line end")
    }
}

/// The remarks, and the one line that a report has arrived; a second such line stays a remark.
fn without_delivery(stderr: &str) -> (String, Option<String>) {
    let mut delivered = None;
    let mut remarks = String::new();
    for line in stderr.split_inclusive('\n') {
        let told = line.strip_prefix("<6>").unwrap_or(line).strip_prefix("haos-analytics: ");
        match told.filter(|told| told.starts_with("delivered to ") && delivered.is_none()) {
            Some(told) => delivered = Some(told.trim_end().to_owned()),
            None => remarks.push_str(line),
        }
    }
    (remarks, delivered)
}

/// Waits for the end, and brings it about at the deadline.
fn watch(child: &mut Child, deadline: Instant) -> (ExitStatus, bool, Option<u64>) {
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak = None;
    loop {
        // It only grows, so the last look counts; the first may still see the memory of this process.
        peak = resident_peak(&status_file).or(peak);
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return (status, false, peak);
        }
        if Instant::now() >= deadline {
            let group = i32::try_from(child.id()).expect("a process id is an i32");
            let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
            return (child.wait().expect("a killed child ends"), true, peak);
        }
        thread::sleep(LOOK);
    }
}

fn resident_peak(status_file: &str) -> Option<u64> {
    let status = fs::read_to_string(status_file).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// Reads an output to its end, in a thread of its own so that no pipe runs full.
fn collect(mut output: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut kept = Vec::new();
        let _ = output.by_ref().take(OUTPUT).read_to_end(&mut kept);
        let _ = std::io::copy(&mut output, &mut std::io::sink());
        kept
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shell in the place of the program; with [`BIN`] set there is nothing to try here.
    fn shell(script: &str) -> Option<Collector> {
        let replaced = env::var_os(BIN).is_some() || env::var_os(RUNNER).is_some();
        (!replaced).then(|| Collector::new("/bin/sh").arg("-c").arg(script))
    }

    #[test]
    fn tells_what_became_of_it() {
        let Some(collector) = shell("printf '%s\\n' \"$WORD$HOME\"; echo remark >&2; exit 77") else { return };
        let run = collector.env("WORD", "payload").run();
        assert_eq!((run.code, run.signal, run.timed_out), (Some(77), None, false));
        assert_eq!((run.payload(), run.text()), (b"payload".as_slice(), "payload\n"));
        assert_eq!(run.stderr, "remark\n");
    }

    #[test]
    fn the_line_of_a_delivery_is_no_remark() {
        let told = "haos-analytics: delivered to x: 200\n";
        let expected = |remarks: &str, delivered: Option<&str>| (remarks.to_owned(), delivered.map(str::to_owned));
        let delivered = Some("delivered to x: 200");
        assert_eq!(without_delivery(&format!("a\n{told}b\n")), expected("a\nb\n", delivered));
        assert_eq!(without_delivery(&format!("<6>{told}{told}")), expected(told, delivered));
        assert_eq!(without_delivery("delivered to x\nb"), expected("delivered to x\nb", None));
    }

    #[test]
    fn ends_what_takes_too_long_and_its_children() {
        let Some(collector) = shell("sleep 3600 & sleep 3600") else { return };
        let run = collector.limit(Duration::from_millis(200)).run();
        assert_eq!((run.code, run.signal, run.timed_out), (None, Some(9), true));
        assert!(run.elapsed < Duration::from_secs(60));
        assert!(run.peak_rss.is_some_and(|bytes| bytes > 100 * 1024 && bytes < 64 << 20), "{:?}", run.peak_rss);
    }

    #[test]
    fn an_output_larger_than_a_pipe() {
        let Some(collector) = shell("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2") else { return };
        let run = collector.run();
        assert_eq!((run.stdout.len(), run.stderr.len(), run.code), (300_000, 300_000, Some(0)));
    }

    #[test]
    fn stdout_can_go_elsewhere() {
        let Some(collector) = shell("echo x") else { return };
        let run = collector.stdout_to("/dev/full").run();
        assert!(run.code != Some(0) && run.stdout.is_empty());
    }

    #[test]
    fn runs_under_another_program() {
        let Some(collector) = shell("echo \"$A\"") else { return };
        assert_eq!(collector.under(["/usr/bin/env", "A=b"]).run().text(), "b\n");
    }
}
