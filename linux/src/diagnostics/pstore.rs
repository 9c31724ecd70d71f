//! A crash of the kernel, as it has left it in its persistent store: what kind it was, and in which functions.
//!
//! A record is the end of the kernel's log, which may hold anything: names of networks, serial numbers, what programs wrote
//! there. So nothing of it is kept but words that are known here, and names of the kernel's own functions.

use haos_analytics_core::form::OwnedFunctionName;

/// How the line begins, after the time, that tells what happened; each is a text of the kernel's source.
const KINDS: [&str; 14] = [
    "Kernel panic - not syncing",
    "Internal error: Oops",
    "Internal error",
    "Unable to handle kernel NULL pointer dereference",
    "Unable to handle kernel paging request",
    "Unable to handle kernel read from unreadable memory",
    "BUG: kernel NULL pointer dereference",
    "BUG: unable to handle page fault",
    "BUG: soft lockup",
    "kernel BUG at",
    "general protection fault",
    "Oops",
    "rcu: INFO: rcu_preempt self-detected stall",
    "rcu: INFO: rcu_sched self-detected stall",
];

/// What may follow "Kernel panic - not syncing: ".
const PANICS: [(&str, &str); 11] = [
    ("Attempted to kill init!", "Kernel panic: Attempted to kill init!"),
    ("Fatal exception in interrupt", "Kernel panic: Fatal exception in interrupt"),
    ("Fatal exception", "Kernel panic: Fatal exception"),
    ("VFS: Unable to mount root fs", "Kernel panic: VFS: Unable to mount root fs"),
    ("No working init found", "Kernel panic: No working init found"),
    ("Out of memory", "Kernel panic: Out of memory"),
    ("hung_task: blocked tasks", "Kernel panic: hung_task: blocked tasks"),
    ("softlockup: hung tasks", "Kernel panic: softlockup: hung tasks"),
    ("Asynchronous SError Interrupt", "Kernel panic: Asynchronous SError Interrupt"),
    ("stack-protector", "Kernel panic: stack-protector"),
    ("sysrq triggered crash", "Kernel panic: sysrq triggered crash"),
];

/// Names of functions that are kept.
const FUNCTIONS: usize = 32;

/// What is kept of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelCrash {
    /// What happened.
    pub kind: &'static str,
    /// The functions, the innermost first.
    pub functions: Vec<OwnedFunctionName>,
}

/// Reads a record; `None` if no crash that is known here is in it.
pub fn read(record: &[u8]) -> Option<KernelCrash> {
    let text = String::from_utf8_lossy(record);
    let kinds = text.lines().filter_map(|line| kind(without_time(line)));
    // The first is the cause, unless a panic tells more.
    let (mut first, mut panic) = (None, None);
    for kind in kinds {
        first = first.or(Some(kind));
        panic = panic.or(Some(kind).filter(|kind| kind.starts_with("Kernel panic: ")));
    }
    let mut functions = Vec::new();
    let mut within = false;
    for line in text.lines().map(without_time) {
        let begins = line.trim().eq_ignore_ascii_case("call trace:") || line.trim() == "Backtrace:";
        if begins && functions.is_empty() {
            within = true;
        } else if line.contains("---[ end") {
            within = false;
        } else if within && functions.len() < FUNCTIONS {
            functions.extend(line.split([' ', '(', ')', '\t']).filter_map(function).next());
        }
    }
    Some(KernelCrash { kind: first.filter(|kind| kind.starts_with("Internal error")).or(panic).or(first)?, functions })
}

/// A line begins with its level and the time: `<4>[   12.345678] `, or with the time alone.
fn without_time(line: &str) -> &str {
    let line = line.strip_prefix('<').and_then(|rest| rest.split_once('>')).map_or(line, |(_, rest)| rest);
    line.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map_or(line, |(_, rest)| rest)
}

fn kind(line: &str) -> Option<&'static str> {
    let line = line.trim_start().trim_start_matches("watchdog: ");
    let known = KINDS.into_iter().find(|kind| line.starts_with(kind))?;
    let reason = line.strip_prefix("Kernel panic - not syncing: ");
    let panic = reason.and_then(|reason| PANICS.into_iter().find(|(begin, _)| reason.starts_with(begin)));
    Some(panic.map_or(known, |(_, told)| told))
}

/// `do_exit+0x1c/0x20` is a place in a function. Programs that users load into the kernel have names of the users' choice.
fn function(word: &str) -> Option<OwnedFunctionName> {
    let (name, place) = word.split_once('+')?;
    let (offset, size) = place.split_once('/')?;
    let hex = |text: &str| {
        let digits = text.strip_prefix("0x").unwrap_or_default();
        (1..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let named = !name.starts_with("bpf_prog_") && hex(offset) && hex(size);
    OwnedFunctionName::parse(name).ok().filter(|_| named)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARM64: &str = "Panic#1 Part1\n\
        <6>[   11.100000] usb 1-1: SerialNumber: S3CR3T\n\
        <6>[   12.000000] wlan0: associated with S3CR3T+0x1/0x2\n\
        <1>[   12.345678] Unable to handle kernel NULL pointer dereference at virtual address 0000000000000008\n\
        <0>[   12.345700] Internal error: Oops: 0000000096000004 [#1] PREEMPT SMP\n\
        <4>[   12.345710] CPU: 2 PID: 771 Comm: S3CR3T Not tainted 6.12.67-haos #1\n\
        <4>[   12.345720] pc : meson_mmc_irq+0x38/0x1a0\n\
        <4>[   12.345730] Call trace:\n\
        <4>[   12.345731]  meson_mmc_irq+0x38/0x1a0 (P)\n\
        <4>[   12.345732]  __handle_irq_event_percpu+0x5c/0x1d0\n\
        <4>[   12.345733]  bpf_prog_6deef7357e7b4530_S3CR3T+0x10/0x20\n\
        <4>[   12.345734]  S3CR3T S3CR3T/0x1 S3CR3T+1/2\n\
        <4>[   12.345735]  el1h_64_irq+0x64/0x68 [S3CR3T]\n\
        <4>[   12.345740] ---[ end trace 0000000000000000 ]---\n\
        <0>[   12.345800]  S3CR3T+0x64/0x68\n\
        <0>[   12.345800] Kernel panic - not syncing: Oops: S3CR3T\n";

    fn names(crash: &KernelCrash) -> Vec<&str> {
        crash.functions.iter().map(OwnedFunctionName::as_str).collect()
    }

    #[test]
    fn only_known_words_and_functions_are_kept() {
        let crash = read(ARM64.as_bytes()).unwrap();
        assert_eq!(crash.kind, "Unable to handle kernel NULL pointer dereference");
        assert_eq!(names(&crash), ["meson_mmc_irq", "__handle_irq_event_percpu", "el1h_64_irq"]);
        assert!(!format!("{crash:?}").contains("S3CR3T"));
    }

    #[test]
    fn other_forms() {
        for (record, kind, functions) in [
            (
                "[    3.1] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\n\
                 [    3.2] Call Trace:\n[    3.2]  <TASK>\n[    3.2]  dump_stack_lvl+0x36/0x50\n[    3.2]  ? panic+0x33f/0x350",
                "Kernel panic: VFS: Unable to mount root fs",
                ["dump_stack_lvl", "panic"].as_slice(),
            ),
            (
                "====1700000000.1-D\n<0>[ 9.0] Internal error: Oops: 5 [#1] SMP ARM\n<4>[ 9.1] Call trace: \n\
                 <4>[ 9.1]  show_stack from dump_stack+0x1/0x2\n\
                 <0>[ 9.2] Kernel panic - not syncing: Fatal exception in interrupt",
                "Internal error: Oops",
                &["dump_stack"],
            ),
            ("<0>[ 9.2] Kernel panic - not syncing: S3CR3T", "Kernel panic - not syncing", &[]),
            ("<0>[ 9.2] watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [S3CR3T:1]", "BUG: soft lockup", &[]),
            ("<0>[ 9.2] kernel BUG at S3CR3T:1!", "kernel BUG at", &[]),
        ] {
            let crash = read(record.as_bytes()).unwrap();
            assert_eq!((crash.kind, names(&crash).as_slice()), (kind, functions));
        }
        for none in ["", "<6>[ 1.0] all is well", "S3CR3T Oops", "\u{fffd}"] {
            assert_eq!(read(none.as_bytes()), None, "{none}");
        }
    }
}
