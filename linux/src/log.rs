//! Remarks for the owner of the device: one line each, to stderr, which systemd takes into the journal.

use core::fmt::{Arguments, Display};
use std::io::Write;

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

    /// Nothing of use can be sent: somebody has to look.
    pub fn error(&mut self, remark: Arguments<'_>) {
        self.line('3', remark);
    }

    /// Something is not as it should be, and the report is made without it.
    pub fn warning(&mut self, remark: Arguments<'_>) {
        self.line('4', remark);
    }

    /// Worth knowing, and no fault of this machine.
    pub fn notice(&mut self, remark: Arguments<'_>) {
        self.line('5', remark);
    }

    /// One line of an answer that was asked for, without a name in front of it.
    pub fn plain(&mut self, line: impl Display) {
        self.write(format_args!("{line}\n"));
    }

    fn line(&mut self, level: char, remark: Arguments<'_>) {
        if self.levels {
            self.write(format_args!("<{level}>haos-analytics: {remark}\n"));
        } else {
            self.write(format_args!("haos-analytics: {remark}\n"));
        }
    }

    /// A log that cannot be written to must not stop a report. A line goes out in one piece.
    fn write(&mut self, line: Arguments<'_>) {
        let _ = self.out.write_all(line.to_string().as_bytes());
    }
}
