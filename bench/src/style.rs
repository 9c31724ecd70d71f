//! The same JSON in other layouts.

use std::io::{self, Write};

/// How a registry is laid out.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Style {
    /// As Home Assistant writes it: an indented shell, and each entity in a line.
    Fragment,
    /// Everything indented by two.
    Indent,
    /// No white space at all.
    Compact,
}

impl Style {
    pub(crate) const ALL: [Self; 3] = [Self::Fragment, Self::Indent, Self::Compact];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fragment => "fragment",
            Self::Indent => "indent",
            Self::Compact => "compact",
        }
    }
}

/// Lays out what is written in fragments.
pub(crate) struct Styled<W> {
    style: Style,
    out: W,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// A bracket was opened and nothing came yet.
    opened: bool,
}

impl<W: Write> Styled<W> {
    pub(crate) fn new(style: Style, out: W) -> Self {
        Self { style, out, depth: 0, in_string: false, escaped: false, opened: false }
    }

    fn byte(&mut self, byte: u8) -> io::Result<()> {
        if self.in_string {
            self.in_string = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
            return self.out.write_all(&[byte]);
        }
        if byte.is_ascii_whitespace() {
            return Ok(());
        }
        let closes = matches!(byte, b'}' | b']');
        self.depth -= usize::from(closes);
        if self.opened != closes {
            self.line_break()?;
        }
        self.opened = matches!(byte, b'{' | b'[');
        self.depth += usize::from(self.opened);
        self.in_string = byte == b'"';
        self.out.write_all(&[byte])?;
        match byte {
            b',' => self.line_break(),
            b':' if self.style == Style::Indent => self.out.write_all(b" "),
            _ => Ok(()),
        }
    }

    fn line_break(&mut self) -> io::Result<()> {
        if self.style == Style::Indent {
            write!(self.out, "\n{:1$}", "", 2 * self.depth)?;
        }
        Ok(())
    }
}

impl<W: Write> Write for Styled<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.style == Style::Fragment {
            return self.out.write(bytes);
        }
        bytes.iter().try_for_each(|byte| self.byte(*byte))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
