//! Remarks for the owner of the device: one line each, to stderr, which systemd takes into the journal.
//!
//! Foreign text in a remark is wrapped in [`Foreign`](haos_analytics_core::Foreign) by whoever
//! makes the remark.

use core::fmt::{Arguments, Display};
use std::io::Write;

use haos_analytics_core::Escaped;

/// Where remarks go.
pub struct Log<'w> {
    out: &'w mut dyn Write,
    /// The journal reads a level in front of a line; a person does not want to.
    levels: bool,
}

impl<'w> Log<'w> {
    /// Remarks to `out`; with `levels`, each line begins with the level that systemd's journal understands.
    pub fn new(out: &'w mut dyn Write, levels: bool) -> Self {
        Log { out, levels }
    }

    /// Nothing of use can be sent: somebody has to look. The causes follow, a line each.
    pub fn error_because(&mut self, remark: Arguments<'_>, causes: impl Iterator<Item = String>) {
        self.chain("<3>", remark, causes);
    }

    /// Something is not as it should be, and the report is made without it.
    pub fn warning(&mut self, remark: Arguments<'_>) {
        self.line("<4>", remark);
    }

    /// Worth knowing, and no fault of this machine.
    pub fn notice(&mut self, remark: Arguments<'_>) {
        self.line("<5>", remark);
    }

    /// All is well.
    pub fn info(&mut self, remark: impl Display) {
        self.line("<6>", format_args!("{remark}"));
    }

    /// A notice, and the causes follow, a line each.
    pub fn notice_because(&mut self, remark: Arguments<'_>, causes: impl Iterator<Item = String>) {
        self.chain("<5>", remark, causes);
    }

    /// One line of an answer that was asked for, without a name in front of it.
    pub fn plain(&mut self, line: impl Display) {
        self.write("", format_args!("{line}"));
    }

    fn chain(&mut self, level: &str, remark: Arguments<'_>, causes: impl Iterator<Item = String>) {
        self.line(level, remark);
        let level = if self.levels { level } else { "" };
        for cause in causes {
            self.write(level, format_args!("{cause}"));
        }
    }

    fn line(&mut self, level: &str, remark: Arguments<'_>) {
        let level = if self.levels { level } else { "" };
        self.write(level, format_args!("haos-analytics: {remark}"));
    }

    /// One line in one piece, whatever it holds. A log that cannot be written to must not stop a
    /// report.
    fn write(&mut self, level: &str, line: Arguments<'_>) {
        let whole = format!("{level}{}\n", Escaped(line));
        let _ = self.out.write_all(whole.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_is_one_line() {
        for (levels, expected) in [
            (false, "haos-analytics: a\\nb\\u{1b}ü\\u{9b}\\u{202e}\n"),
            (true, "<4>haos-analytics: a\\nb\\u{1b}ü\\u{9b}\\u{202e}\n"),
        ] {
            let mut out = Vec::new();
            Log::new(&mut out, levels).warning(format_args!("a\nb\u{1b}ü\u{9b}\u{202e}"));
            assert_eq!(String::from_utf8(out).as_deref(), Ok(expected));
        }
    }
}
