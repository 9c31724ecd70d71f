//! The assignments of an environment file, by the rules of systemd's `EnvironmentFile=`.
//!
//! Where systemd passes over something or guesses (a line without `=`, a name that is none, a quote
//! that is never closed), this is an error: a setting that is lost without a word is worse. In one
//! thing systemd differs from itself: since version 254 a comment ends with its line, whatever is
//! at the end of it, and so it does here.

use core::fmt;
use core::str::{from_utf8, Chars};

/// A name and what it is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Letters, digits and `_`; not empty, and no digit first.
    pub name: String,
    /// Without quotes and escapes.
    pub value: String,
    /// The line that the name is on; the first is 1.
    pub line: usize,
}

/// What is wrong, and where. Nothing of the file is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The line; the first is 1.
    pub line: usize,
    why: &'static str,
}

/// Reads a whole file. Where a name is set twice, both are there.
///
/// # Errors
///
/// Any of it is neither an assignment nor a comment nor blank.
pub fn parse(file: &[u8]) -> Result<Vec<Assignment>, Malformed> {
    let at = |length: usize, why| {
        let before = file.iter().take(length);
        Malformed { line: before.filter(|byte| **byte == b'\n').count() + 1, why }
    };
    let text = from_utf8(file).map_err(|error| at(error.valid_up_to(), "not UTF-8"))?;
    if let Some(length) = text.find('\0') {
        return Err(at(length, "a NUL byte"));
    }
    let mut reader = Reader { rest: text.chars(), line: 1 };
    let mut assignments = Vec::new();
    while let Some(first) = reader.next() {
        match first {
            '#' | ';' => while reader.next().is_some_and(|character| !ends_a_line(character)) {},
            blank if is_blank(blank) => {}
            _ => assignments.push(reader.assignment(first)?),
        }
    }
    Ok(assignments)
}

/// What is left of the file, and the line that it begins in.
struct Reader<'a> {
    rest: Chars<'a>,
    line: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let character = self.rest.next()?;
        self.line += usize::from(character == '\n');
        Some(character)
    }

    /// An assignment whose first character was read, with the end of its line.
    fn assignment(&mut self, first: char) -> Result<Assignment, Malformed> {
        let line = self.line;
        let mut name = String::from(first);
        loop {
            match self.next() {
                Some('=') => break,
                Some(character) if !ends_a_line(character) => name.push(character),
                _ => return Err(Malformed { line, why: "no NAME=VALUE" }),
            }
        }
        name.truncate(name.trim_end_matches(is_blank).len());
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !name.bytes().all(is_name) || name.starts_with(|first: char| first.is_ascii_digit()) {
            return Err(Malformed { line, why: "what stands before = is no name" });
        }
        Ok(Assignment { name, value: self.value()?, line })
    }

    /// Quotes count at the begin, and behind other quotes; from the first other character on they
    /// are characters like any.
    fn value(&mut self) -> Result<String, Malformed> {
        let mut value = String::new();
        let mut is_plain = false;
        // Blanks behind this are not part of it.
        let mut end = 0;
        while let Some(character) = self.next().filter(|character| !ends_a_line(*character)) {
            match character {
                '\'' | '"' if !is_plain => {
                    self.quoted(character, &mut value)?;
                    end = value.len();
                }
                '\\' => {
                    value.extend(self.next().filter(|escaped| !ends_a_line(*escaped)));
                    is_plain = true;
                    end = value.len();
                }
                blank if is_blank(blank) => {
                    if is_plain {
                        value.push(blank);
                    }
                }
                _ => {
                    value.push(character);
                    is_plain = true;
                    end = value.len();
                }
            }
        }
        value.truncate(end);
        Ok(value)
    }

    /// What stands behind an opening quote, with the closing one.
    fn quoted(&mut self, quote: char, value: &mut String) -> Result<(), Malformed> {
        let open = Malformed { line: self.line, why: "a quote that is not closed" };
        loop {
            match self.next().ok_or(open)? {
                end if end == quote => return Ok(()),
                '\\' if quote == '"' => match self.next().ok_or(open)? {
                    '\n' => {}
                    escaped @ ('"' | '\\' | '`' | '$') => value.push(escaped),
                    other => value.extend(['\\', other]),
                },
                character => value.push(character),
            }
        }
    }
}

fn ends_a_line(character: char) -> bool {
    matches!(character, '\n' | '\r')
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What systemd takes, and what it makes of it.
    const TAKEN: [(&str, &[(&str, &str)]); 34] = [
        ("", &[]),
        ("\n \t\n\r\n", &[]),
        ("A=b", &[("A", "b")]),
        ("A=b\nB=c\n", &[("A", "b"), ("B", "c")]),
        ("A=b\nA=c\n", &[("A", "c")]),
        ("A=b\r\nB=c\r\n", &[("A", "b"), ("B", "c")]),
        ("A=b\rB=c", &[("A", "b"), ("B", "c")]),
        ("  A \t= b \t\n", &[("A", "b")]),
        ("A=\nB= \n", &[("A", ""), ("B", "")]),
        ("# A=b\n; B=c\n \t# C=d\nD=e\n", &[("D", "e")]),
        ("A=b # c\nB=c;d\n", &[("A", "b # c"), ("B", "c;d")]),
        ("A=b=c==\n", &[("A", "b=c==")]),
        ("A=b  c\n", &[("A", "b  c")]),
        ("A='b  c '\n", &[("A", "b  c ")]),
        ("A=\"b  c \" \n", &[("A", "b  c ")]),
        ("A='b' \"c\"\n", &[("A", "bc")]),
        ("A='b'c 'd'\n", &[("A", "bc 'd'")]),
        ("A=b'c'\"d\"\n", &[("A", "b'c'\"d\"")]),
        ("A='b\nc'\nB=d\n", &[("A", "b\nc"), ("B", "d")]),
        ("A=\"b\nc\"\nB=d\n", &[("A", "b\nc"), ("B", "d")]),
        ("A='b\\'\n", &[("A", "b\\")]),
        ("A='b\"c'\n", &[("A", "b\"c")]),
        ("A=\"b'c\"\n", &[("A", "b'c")]),
        ("A=\"\\\"\\\\\\`\\$\\n\\a\"\n", &[("A", "\"\\`$\\n\\a")]),
        ("A=\"b\\\nc\"\n", &[("A", "bc")]),
        ("A=b\\\nc\n", &[("A", "bc")]),
        ("A=b \\\n  c\n", &[("A", "b   c")]),
        ("A=\\\nb\n", &[("A", "b")]),
        ("A=b\\ \n", &[("A", "b ")]),
        ("A=\\'b\\\"\\\\\\c\n", &[("A", "'b\"\\c")]),
        ("A=b\\", &[("A", "b")]),
        ("A=''\nB=\"\"", &[("A", ""), ("B", "")]),
        ("A=ü€\n", &[("A", "ü€")]),
        ("# b\\\nA=c\n", &[("A", "c")]),
    ];

    #[test]
    fn as_systemd_reads_it() {
        for (text, expected) in TAKEN {
            let parsed = parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            let mut last: Vec<(&str, &str)> = Vec::new();
            for Assignment { name, value, .. } in &parsed {
                last.retain(|(other, _)| other != name);
                last.push((name, value));
            }
            assert_eq!(last, expected, "{text:?}");
        }
    }

    #[test]
    fn mistakes_have_a_line() {
        let cases: [(&[u8], &str); 14] = [
            (b"A", "line 1: no NAME=VALUE"),
            (b"A=b\nexport\n", "line 2: no NAME=VALUE"),
            (b"A=b\n\n\xef\xbb\xbfB=c", "line 3: what stands before = is no name"),
            (b"export A=b", "line 1: what stands before = is no name"),
            (b"=b", "line 1: no NAME=VALUE"),
            (b"==b", "line 1: what stands before = is no name"),
            (b"1A=b", "line 1: what stands before = is no name"),
            (b"A-B=c", "line 1: what stands before = is no name"),
            (b"A=b\nB='c\nD=e\n", "line 2: a quote that is not closed"),
            (b"A=\"b\\\"", "line 1: a quote that is not closed"),
            (b"A='b\n'\nB=\"\\", "line 3: a quote that is not closed"),
            (b"A=b\\\nc\nD", "line 3: no NAME=VALUE"),
            (b"A=b\nB=\xff\n", "line 2: not UTF-8"),
            (b"A=b\nB=c\n\0", "line 3: a NUL byte"),
        ];
        for (file, expected) in cases {
            let error = parse(file).unwrap_err().to_string();
            assert_eq!(error, expected, "{}", file.escape_ascii());
        }
    }

    #[test]
    fn an_assignment_knows_its_line() {
        let parsed = parse(b"# x\nA='b\nc'\n\nB=d\\\ne\nC=f").unwrap();
        let lines: Vec<_> = parsed.iter().map(|it| (it.name.as_str(), it.line)).collect();
        assert_eq!(lines, [("A", 2), ("B", 5), ("C", 7)]);
    }
}
