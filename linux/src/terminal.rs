//! What a person in front of a terminal gets: indented JSON, and a table that fits. Into a pipe or a
//! file goes what programs read.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};

use serde_json::ser::{Formatter, PrettyFormatter};
use serde_json::{Deserializer, Serializer};
use textwrap::{Options, WordSplitter};

use crate::error::Error;
use crate::send::print;
use crate::settings::set;

/// In columns.
const WIDTH: usize = 80;
/// Where values begin: behind the longest name of a field.
const INDENT: usize = 28;

/// Which of the program's streams a person looks at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminals {
    /// stdout
    pub stdout: bool,
    /// stderr
    pub stderr: bool,
    /// What can be told apart by colour may be.
    pub colour: bool,
}

impl Terminals {
    /// By what the environment says of colour.
    pub fn of(environment: &[(OsString, OsString)], stdout: bool, stderr: bool) -> Self {
        let has_colour = set(environment, "TERM").is_some_and(|term| term != OsStr::new("dumb"));
        Terminals { stdout, stderr, colour: has_colour && set(environment, "NO_COLOR").is_none() }
    }

    /// Prints JSON: the bytes, or what a person reads better.
    ///
    /// # Errors
    ///
    /// stdout cannot be written to.
    pub fn print_json(self, stdout: &mut dyn Write, json: &[u8], raw: bool) -> Result<(), Error> {
        let indented = if self.stdout && !raw { indented(json, self.colour) } else { None };
        print(stdout, indented.as_deref().unwrap_or(json))
    }
}

/// The same JSON with a line for each value; `None` if it is none.
fn indented(json: &[u8], colour: bool) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let layout = Layout { pretty: PrettyFormatter::new(), colour };
    let mut writer = Serializer::with_formatter(&mut out, layout);
    serde_transcode::transcode(&mut Deserializer::from_slice(json), &mut writer).ok()?;
    Some(out)
}

/// Indented by two, and keys in colour.
struct Layout<'a> {
    pretty: PrettyFormatter<'a>,
    colour: bool,
}

impl Formatter for Layout<'_> {
    fn begin_array<W: Write + ?Sized>(&mut self, to: &mut W) -> io::Result<()> {
        self.pretty.begin_array(to)
    }

    fn end_array<W: Write + ?Sized>(&mut self, to: &mut W) -> io::Result<()> {
        self.pretty.end_array(to)
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.pretty.begin_array_value(to, first)
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, to: &mut W) -> io::Result<()> {
        self.pretty.end_array_value(to)
    }

    fn begin_object<W: Write + ?Sized>(&mut self, to: &mut W) -> io::Result<()> {
        self.pretty.begin_object(to)
    }

    fn end_object<W: Write + ?Sized>(&mut self, to: &mut W) -> io::Result<()> {
        self.pretty.end_object(to)
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.pretty.begin_object_key(to, first)?;
        to.write_all(if self.colour { b"\x1b[36m" } else { b"" })
    }

    fn end_object_key<W: Write + ?Sized>(&mut self, to: &mut W) -> io::Result<()> {
        to.write_all(if self.colour { b"\x1b[0m" } else { b"" })
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, to: &mut W) -> io::Result<()> {
        self.pretty.begin_object_value(to)
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, to: &mut W) -> io::Result<()> {
        self.pretty.end_object_value(to)
    }
}

/// A row of a table: name and value, and below the value where it comes from, if that is told.
pub fn row(name: &str, value: &str, source: &str) -> Vec<String> {
    let mut lines = cell(value);
    if let Some(first) = lines.first_mut() {
        *first = format!("  {name:width$}{}", first.trim_start(), width = INDENT - 2);
    }
    if !source.is_empty() {
        lines.extend(cell(source));
    }
    lines
}

/// Text in the column of values.
fn cell(text: &str) -> Vec<String> {
    let indent = " ".repeat(INDENT);
    wrap(text, Options::new(WIDTH).initial_indent(&indent).subsequent_indent(&indent))
}

/// Text without a column of its own.
pub fn lines(text: &str) -> Vec<String> {
    wrap(text, Options::new(WIDTH).subsequent_indent("  "))
}

/// Names are not divided at hyphens, and what is too long is divided anywhere.
fn wrap(text: &str, options: Options<'_>) -> Vec<String> {
    let options = options.break_words(true).word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(|line| line.into_owned()).collect()
}

/// A list as it stands in a table: how many, and which; unless `all` is asked for, in one line.
pub fn list(items: &[String], all: bool) -> String {
    let count = items.len();
    let whole = format!("{count}: {}", items.join(", "));
    if items.is_empty() {
        return "none".to_owned();
    }
    if all || whole.len() <= WIDTH - INDENT {
        return whole;
    }
    const MORE: &str = ", … (--all)";
    let mut short = format!("{count}: ");
    for item in items {
        if short.len() + item.len() + MORE.len() > WIDTH - INDENT {
            break;
        }
        short.push_str(item);
        short.push_str(", ");
    }
    format!("{}{MORE}", short.trim_end_matches(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_for_a_person_says_the_same() {
        let json = br#"{"b":{"c":[1,{}],"d":[]},"a":"x\"y"}"#;
        let plain =
            "{\n  \"b\": {\n    \"c\": [\n      1,\n      {}\n    ],\n    \"d\": []\n  },\n  \"a\": \"x\\\"y\"\n}";
        assert_eq!(String::from_utf8(indented(json, false).unwrap()).unwrap(), plain);
        let coloured = String::from_utf8(indented(json, true).unwrap()).unwrap();
        assert!(coloured.contains("\x1b[36m\"b\"\x1b[0m: {"), "{coloured}");
        assert_eq!(coloured.replace("\x1b[36m", "").replace("\x1b[0m", ""), plain);
        assert_eq!(indented(b"{", false), None);
    }

    #[test]
    fn colour_is_for_terminals_that_have_it() {
        for (variables, expected) in [
            (&[][..], false),
            (&[("TERM", "xterm")], true),
            (&[("TERM", "dumb")], false),
            (&[("TERM", "xterm"), ("NO_COLOR", "1")], false),
            (&[("TERM", "xterm"), ("NO_COLOR", "")], true),
        ] {
            let environment: Vec<_> =
                variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect();
            assert_eq!(Terminals::of(&environment, true, true).colour, expected, "{variables:?}");
        }
    }

    #[test]
    fn rows_fit() {
        let path = format!("/{}", "x".repeat(200));
        for (name, value, source) in [
            ("uuid", "fa25ba87885d483b9f37b62defde517d", "/mnt/data/supervisor/homeassistant/.storage/core.analytics"),
            ("operating_system.version", "17.1", ""),
            ("a", &path, &path),
            ("a", "", "b"),
        ] {
            let lines = row(name, value, source);
            assert!(lines.iter().all(|line| line.chars().count() <= WIDTH), "{lines:?}");
            assert!(lines[0].starts_with(&format!("  {name} ")), "{lines:?}");
            let rest: String = lines.iter().map(|line| line.replace(' ', "")).collect();
            assert_eq!(rest, format!("{name}{value}{source}"));
        }
    }

    #[test]
    fn lists() {
        let items: Vec<String> = (0..40).map(|number| format!("integration_{number}")).collect();
        assert_eq!(list(&[], false), "none");
        assert_eq!(list(&items[..2], false), "2: integration_0, integration_1");
        assert_eq!(list(&items, false), "40: integration_0, integration_1, … (--all)");
        assert!(list(&items, true).ends_with("integration_38, integration_39"));
        let long = ["x".repeat(64), "y".to_owned()];
        assert_eq!(list(&long, false), "2: , … (--all)");
    }
}
