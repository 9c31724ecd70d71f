//! `os-release`, read as a shell reads it, but for the carriage return.
//!
//! The file is made of shell assignments. What a shell would make of a line that is no assignment, or asks for an
//! expansion, is not for us to find out: the line is passed over and told.
//!
//! To a shell a carriage return is a byte like any other. To systemd, from which the Supervisor has
//! its answers, it ends a line, alone or in front of a line feed, and so it does here: behind a
//! name, an unquoted value, a closing quote and a comment. A backslash outside of quotes takes it
//! away (of CR LF only the CR, so the LF then ends the line). Within quotes it is a byte of the
//! value, behind a backslash too. Source: systemd's `src/basic/env-file.c`, and the end-to-end
//! tests ask `systemd-analyze` where it is installed.

use core::fmt;

/// The assignments of a file, in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct OsRelease {
    assignments: Vec<(String, Vec<u8>)>,
    /// Lines that were passed over, with the reason.
    pub passed_over: Vec<Malformed>,
}

/// A line that is no plain assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: &'static str,
}

impl OsRelease {
    /// Reads the whole file.
    #[must_use]
    pub fn parse(file: &[u8]) -> Self {
        let mut os_release = OsRelease::default();
        let mut scanner = Scanner { rest: file, line: 1, why: None };
        while !scanner.rest.is_empty() {
            let line = scanner.line;
            let assignments = scanner.command();
            match scanner.why.take() {
                None => os_release.assignments.extend(assignments),
                Some(why) => os_release.passed_over.push(Malformed { line, why }),
            }
        }
        os_release
    }

    /// The value of a key; the last assignment counts.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&[u8]> {
        self.assignments.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_slice())
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

/// A place in the file.
struct Scanner<'a> {
    rest: &'a [u8],
    line: usize,
    /// Why the command that is being read has to be passed over. It is read to its end all the same, or a quoted text
    /// that spans lines would be taken for lines of the file.
    why: Option<&'static str>,
}

impl Scanner<'_> {
    /// One command: the words up to the end of the line or a semicolon, which all must be assignments.
    fn command(&mut self) -> Vec<(String, Vec<u8>)> {
        let mut assignments = Vec::new();
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.advance(),
                Some(b'#') => self.skip_comment(),
                Some(b'\\') if self.line_goes_on() => {
                    self.advance();
                    self.advance();
                }
                Some(b';') if assignments.is_empty() => {
                    self.fail("nothing before a semicolon");
                    self.advance();
                    return assignments;
                }
                None | Some(b'\n' | b'\r' | b';') => {
                    self.advance();
                    return assignments;
                }
                Some(_) => {
                    let key = self.key();
                    assignments.push((key, self.value()));
                }
            }
        }
    }

    /// The name before the equals sign.
    fn key(&mut self) -> String {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = self.rest.iter().position(|byte| !is_name(byte)).unwrap_or(self.rest.len());
        match self.rest.split_at_checked(length) {
            Some((name @ [first, ..], [b'=', after @ ..])) if !first.is_ascii_digit() => {
                self.rest = after;
                name.iter().copied().map(char::from).collect()
            }
            _ => {
                self.fail("not an assignment");
                String::new()
            }
        }
    }

    /// The rest of a word, without its quotes.
    fn value(&mut self) -> Vec<u8> {
        let mut value = Vec::new();
        let mut tilde_expands = true;
        while let Some(byte) = self.peek() {
            if self.line_goes_on() {
                // A line that goes on: as if nothing were there.
                self.advance();
                self.advance();
                continue;
            }
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b';' => break,
                b'\'' => self.single_quoted(&mut value),
                b'"' => self.double_quoted(&mut value),
                b'\\' => self.escaped(&mut value, |_| true),
                _ => {
                    match byte {
                        b'$' | b'`' => self.fail(EXPANSION),
                        b'~' if tilde_expands => self.fail(EXPANSION),
                        b'&' | b'|' | b'<' | b'>' | b'(' | b')' => self.fail("an operator that is not quoted"),
                        0 => self.fail("a NUL byte"),
                        _ => {}
                    }
                    self.take(byte, &mut value);
                }
            }
            tilde_expands = byte == b':';
        }
        value
    }

    fn single_quoted(&mut self, value: &mut Vec<u8>) {
        self.advance();
        loop {
            match self.peek() {
                Some(b'\'') => return self.advance(),
                Some(byte) => self.take(byte, value),
                None => return self.fail(UNTERMINATED),
            }
        }
    }

    fn double_quoted(&mut self, value: &mut Vec<u8>) {
        self.advance();
        loop {
            match self.peek() {
                Some(b'"') => return self.advance(),
                Some(b'\\') => self.escaped(value, |byte| matches!(byte, b'"' | b'\\' | b'$' | b'`')),
                Some(byte) => {
                    if matches!(byte, b'$' | b'`') {
                        self.fail(EXPANSION);
                    }
                    self.take(byte, value);
                }
                None => return self.fail(UNTERMINATED),
            }
        }
    }

    /// Whether a backslash takes away the end of the line, outside of quotes.
    fn line_goes_on(&self) -> bool {
        matches!(self.rest, [b'\\', b'\n' | b'\r', ..])
    }

    /// A backslash and what follows: a line that goes on, or a byte that loses its meaning where `special` says so.
    fn escaped(&mut self, value: &mut Vec<u8>, special: impl Fn(u8) -> bool) {
        self.advance();
        match self.peek() {
            Some(b'\n') => self.advance(),
            Some(byte) if special(byte) => self.take(byte, value),
            _ => value.push(b'\\'),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn take(&mut self, byte: u8, value: &mut Vec<u8>) {
        value.push(byte);
        self.advance();
    }

    fn advance(&mut self) {
        if let Some((first, rest)) = self.rest.split_first() {
            // CR LF is one end.
            self.line += usize::from(*first == b'\n' || (*first == b'\r' && !rest.starts_with(b"\n")));
            self.rest = rest;
        }
    }

    fn skip_comment(&mut self) {
        while self.peek().is_some_and(|byte| !matches!(byte, b'\n' | b'\r')) {
            self.advance();
        }
    }

    /// The first reason counts.
    fn fail(&mut self, why: &'static str) {
        self.why.get_or_insert(why);
    }
}

const EXPANSION: &str = "it asks for an expansion";
const UNTERMINATED: &str = "a quote is not closed, so the rest of the file is lost";

#[cfg(test)]
mod tests {
    use super::*;

    /// The cases that a shell answers alike are tried against a real one in the end-to-end tests.
    #[test]
    fn lines_that_are_no_assignments_are_told_by_number() {
        let file = b"\xef\xbb\xbfNAME=x\nID=haos\n\nexport A=b\nB=$HOME\nC=`id`\nD=a&\nE=ok # remark\n1=2\n=3\nF=~\nG=\"$X\nID=no\"\nH='x\nID=no\n";
        let parsed = OsRelease::parse(file);
        let lines: Vec<usize> = parsed.passed_over.iter().map(|malformed| malformed.line).collect();
        assert_eq!(lines, [1, 4, 5, 6, 7, 9, 10, 11, 12, 14]);
        assert_eq!(parsed.get("ID"), Some(&b"haos"[..]));
        assert_eq!(parsed.get("E"), Some(&b"ok"[..]));
        for absent in ["NAME", "A", "B", "C", "D", "F", "G", "H"] {
            assert_eq!(parsed.get(absent), None, "{absent}");
        }
    }

    /// As systemd reads it; the end-to-end tests ask it.
    #[test]
    fn a_carriage_return_ends_a_line() {
        const MAC: &[u8] = b"# x\rA=1\r\rB='x\ry'\rC\rD=\\\r2\r";
        for (file, expected, told) in [
            (&b"A=1\r\nB=\"x y\"\r\n# C=0\r\nC=3\r\nD='z'\r\n"[..], ["1", "x y", "3", "z"], &[][..]),
            (b"A=1\rB=2\rC=3\rD=4", ["1", "2", "3", "4"], &[]),
            (MAC, ["1", "x\ry", "", "2"], &[6]),
            (b"A=\r\nB=\"x\\\r\ny\"\r\nC=3 \r\nD=\\\r\n4\r\n", ["", "x\\\r\ny", "3", ""], &[6]),
            (b"A=1 \\\r\nnonsense\r\nB=2;\rC=3\t\rD=4\\\\\r", ["1", "2", "3", "4\\"], &[2]),
        ] {
            let parsed = OsRelease::parse(file);
            let get = |key| String::from_utf8_lossy(parsed.get(key).unwrap_or_default()).into_owned();
            assert_eq!(["A", "B", "C", "D"].map(get), expected, "{}", file.escape_ascii());
            let lines: Vec<usize> = parsed.passed_over.iter().map(|malformed| malformed.line).collect();
            assert_eq!(lines, told, "{}", file.escape_ascii());
        }
    }

    #[test]
    fn the_last_assignment_counts_and_an_empty_value_is_one() {
        let parsed = OsRelease::parse(b"A=1\nB=x\nA=2 C=3;D=\nB=");
        let get = |key| parsed.get(key).map(|value| String::from_utf8_lossy(value).into_owned());
        assert_eq!(
            [get("A"), get("B"), get("C"), get("D")],
            [Some("2"), Some(""), Some("3"), Some("")].map(|v| v.map(Into::into))
        );
    }
}
