//! What one run of a program costs.

use nix::sys::ptrace::{self, Event, Options};
use nix::sys::resource::{getrusage, UsageWho};
use nix::sys::signal::Signal;
use nix::sys::wait::{waitpid, WaitPidFlag, WaitStatus};
use nix::unistd::Pid;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

/// What is counted while the kernel stops the program at each system call.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counts {
    /// System calls of all its threads and children, the `execve` that starts it included.
    pub(crate) calls: u64,
    /// Threads, and processes beside the first.
    pub(crate) started: u64,
    /// The peak of resident memory in KiB, of the largest process.
    pub(crate) resident: u64,
}

/// Runs it undisturbed: CPU time in milliseconds, of it and its children, user and system.
pub(crate) fn time(words: &[OsString]) -> Result<(f64, Vec<u8>), String> {
    // Children count here once they were waited for, and the servers are threads of this process: they do not.
    let before = cpu_of_children();
    let mut child = command(words).spawn().map_err(|error| told(words, error))?;
    let success = child.wait().map_err(|error| told(words, error))?.success();
    let cpu = cpu_of_children() - before;
    Ok((cpu, output(child, success, words)?))
}

fn cpu_of_children() -> f64 {
    cpu(UsageWho::RUSAGE_CHILDREN)
}

/// CPU time of this thread so far, in milliseconds. Other than a clock's, it leaves out what else the machine does.
pub(crate) fn cpu_of_thread() -> f64 {
    cpu(UsageWho::RUSAGE_THREAD)
}

fn cpu(who: UsageWho) -> f64 {
    let usage = getrusage(who).expect("the system keeps accounts");
    let [user, system] = [usage.user_time(), usage.system_time()];
    let milliseconds = |seconds: i64, micros: i64| seconds as f64 * 1e3 + micros as f64 / 1e3;
    milliseconds(user.tv_sec(), user.tv_usec()) + milliseconds(system.tv_sec(), system.tv_usec())
}

/// Runs it as its debugger.
///
/// Not `strace`, for that is one program more to install; and not the system's account of an ended process, for
/// that includes the memory of the one that started it.
pub(crate) fn count(words: &[OsString]) -> Result<(Counts, Vec<u8>), String> {
    let mut command = command(words);
    // SAFETY: between fork and exec, `traceme` is one system call: it allocates nothing and takes no lock.
    #[allow(unsafe_code)]
    unsafe {
        command.pre_exec(|| ptrace::traceme().map_err(io::Error::from));
    }
    let child = command.spawn().map_err(|error| told(words, error))?;
    let first = Pid::from_raw(i32::try_from(child.id()).expect("a process id is an i32"));
    let (counts, success) = follow(first).map_err(|errno| told(words, errno.into()))?;
    Ok((counts, output(child, success, words)?))
}

fn follow(first: Pid) -> nix::Result<(Counts, bool)> {
    let options = Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_TRACECLONE
        | Options::PTRACE_O_TRACEFORK
        | Options::PTRACE_O_TRACEVFORK
        | Options::PTRACE_O_TRACEEXEC
        | Options::PTRACE_O_TRACEEXIT
        | Options::PTRACE_O_EXITKILL;
    waitpid(first, None)?;
    ptrace::setoptions(first, options)?;
    ptrace::syscall(first, None)?;
    let mut counts = Counts { calls: 1, ..Counts::default() };
    // A stop at the beginning of a call, then one at its end.
    let mut inside: HashMap<Pid, bool> = HashMap::new();
    loop {
        let mut signal = None;
        let stopped = match waitpid(None, Some(WaitPidFlag::__WALL))? {
            WaitStatus::PtraceSyscall(pid) => {
                let inside = inside.entry(pid).or_default();
                *inside = !*inside;
                counts.calls += u64::from(*inside);
                pid
            }
            WaitStatus::PtraceEvent(pid, _, event) => {
                if event == Event::PTRACE_EVENT_EXIT as i32 {
                    counts.resident = counts.resident.max(peak_of(pid));
                } else if event != Event::PTRACE_EVENT_EXEC as i32 {
                    counts.started += 1;
                }
                pid
            }
            WaitStatus::Stopped(pid, told) => {
                // What was just started stops first of all; that is no signal of its own.
                signal = (!matches!(told, Signal::SIGSTOP | Signal::SIGTRAP)).then_some(told);
                pid
            }
            WaitStatus::Exited(pid, code) if pid == first => return Ok((counts, code == 0)),
            WaitStatus::Signaled(pid, _, _) if pid == first => return Ok((counts, false)),
            _ => continue,
        };
        // It may be gone by now, killed by its parent.
        let _ = ptrace::syscall(stopped, signal);
    }
}

fn peak_of(pid: Pid) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    peak.and_then(|kibibytes| kibibytes.parse().ok()).unwrap_or(0)
}

/// With nothing of the environment but where programs are: a proxy of the machine must not get into the figures.
fn command(words: &[OsString]) -> Command {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What an ended program wrote. It is less than a pipe holds.
fn output(mut child: Child, success: bool, words: &[OsString]) -> Result<Vec<u8>, String> {
    if success {
        let mut stdout = Vec::new();
        child.stdout.take().map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut stdout)).map_err(|e| told(words, e))?;
        Ok(stdout)
    } else {
        let mut stderr = String::new();
        let _ = child.stderr.take().map(|mut pipe| pipe.read_to_string(&mut stderr));
        Err(format!("{}: {}", words[0].to_string_lossy(), stderr.trim()))
    }
}

fn told(words: &[OsString], error: io::Error) -> String {
    format!("{}: {error}", words[0].to_string_lossy())
}
