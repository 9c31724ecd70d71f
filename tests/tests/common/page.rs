//! The tables of PLATFORM.md: who touches what, how, and under which consent.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::fs;
use std::path::Path;

/// The page.
pub struct Page {
    pub paths: Vec<Row>,
    /// Whom a connection may lead to, by the first word of its cell.
    pub peers: Vec<Row>,
    pub programs: Vec<Row>,
}

/// One path, peer or program of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub name: String,
    /// Of the page.
    pub line: usize,
    pub place: Place,
    /// Commands that touch it.
    pub by: Vec<String>,
    /// Commands that touch it only if they fail by a fault of their own.
    pub on_a_fault: Vec<String>,
    /// Any of these is enough.
    pub consent: Vec<String>,
    pub how: How,
}

/// Which part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Below the root.
    Root,
    /// On the machine that runs the program.
    Machine,
    /// The same, by the C library.
    Library,
    /// No path.
    Elsewhere,
}

/// What is done to a path. A later one includes those before it, but a directory is never read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    Look,
    List,
    Read,
    Write,
}

/// What an owner has agreed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Agreed {
    pub base: bool,
    pub usage: bool,
    pub statistics: bool,
    pub diagnostics: bool,
}

impl Page {
    /// Reads the page.
    pub fn read() -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../PLATFORM.md");
        Self::parse(&fs::read_to_string(file).expect("there is a PLATFORM.md"))
    }

    /// Every table of the page whose second column is `by`.
    pub fn parse(page: &str) -> Self {
        let mut found = Self { paths: Vec::new(), peers: Vec::new(), programs: Vec::new() };
        let (mut place, mut columns) = (Place::Elsewhere, Vec::new());
        for (number, line) in page.lines().enumerate() {
            if line.starts_with('#') {
                place = place_of(line);
            }
            let cells = cells(line);
            if cells.get(1) == Some(&"by") {
                columns = cells;
            } else if cells.is_empty() {
                columns.clear();
            } else if !columns.is_empty() && !line.starts_with("|--") {
                let of = |column: &str| {
                    let index = columns.iter().position(|name| *name == column)?;
                    Some(cells[index])
                };
                let row = row(&cells, of("how"), place, number);
                match columns[0] {
                    "path" => found.paths.extend(spans(cells[0]).map(row)),
                    "to" => found.peers.extend(spans(cells[0]).take(1).map(row)),
                    "program" => found.programs.extend(spans(cells[0]).map(row)),
                    other => panic!("a table of {other}"),
                }
            }
        }
        found
    }
}

fn place_of(heading: &str) -> Place {
    match heading.trim_start_matches(['#', ' ']) {
        "Files, read below `--root`" => Place::Root,
        "Files of the running machine, whatever `--root` says" => Place::Machine,
        "By the C library and Rust's own" => Place::Library,
        _ => Place::Elsewhere,
    }
}

fn cells(line: &str) -> Vec<&str> {
    let inner = line.strip_prefix('|').and_then(|rest| rest.strip_suffix('|'));
    inner.map(|inner| inner.split('|').map(str::trim).collect()).unwrap_or_default()
}

/// What stands between backquotes.
fn spans(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The rest of a line, for each name in it.
fn row<'a>(cells: &'a [&str], how: Option<&'a str>, place: Place, line: usize) -> impl Fn(&str) -> Row + 'a {
    let words = |text: &str| -> Vec<String> {
        text.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let (by, on_a_fault) = cells[1].split_once('(').unwrap_or((cells[1], ""));
    let how = how.map_or(How::Look, |how| match how.split(',').next() {
        Some("look") => How::Look,
        Some("list") => How::List,
        Some("read") => How::Read,
        Some("write") => How::Write,
        other => panic!("PLATFORM.md: how: {other:?}"),
    });
    move |name| {
        let row = Row {
            name: name.to_owned(),
            line,
            place,
            by: if by == "all" { COMMANDS.map(str::to_owned).to_vec() } else { words(by) },
            on_a_fault: words(on_a_fault.trim_end_matches(')')),
            consent: cells[2].split(" or ").map(str::to_owned).collect(),
            how,
        };
        let known = |word: &String| COMMANDS.contains(&word.as_str());
        assert!(row.by.iter().chain(&row.on_a_fault).all(known) && !row.by.is_empty(), "PLATFORM.md: by: {row:?}");
        assert!(row.consent.iter().all(|word| CONSENTS.contains(&word.as_str())), "PLATFORM.md: consent: {row:?}");
        row
    }
}

pub const COMMANDS: [&str; 5] = ["send", "show", "status", "detect", "forget"];
const CONSENTS: [&str; 5] = ["none", "base", "usage", "statistics", "diagnostics"];

impl Row {
    /// Whether a command may touch it, of an owner who has agreed to that.
    pub fn allows(&self, command: &str, agreed: Agreed) -> bool {
        let by = self.by.iter().chain(&self.on_a_fault).any(|known| known == command);
        let agreed = self.consent.iter().any(|consent| agreed.has(consent));
        by && (agreed || command == "forget")
    }
}

impl Agreed {
    /// To everything.
    pub const ALL: Self = Self { base: true, usage: true, statistics: true, diagnostics: true };

    /// Whether the owner has agreed to this.
    pub fn has(&self, consent: &str) -> bool {
        match consent {
            "base" => self.base,
            "usage" => self.usage,
            "statistics" => self.statistics,
            "diagnostics" => self.diagnostics,
            _ => true,
        }
    }
}

/// Whether a path is one of a pattern: `**` is any number of directories, `*` any part of a name.
pub fn matches(pattern: &str, path: &str) -> bool {
    all(&parts(pattern), &parts(path))
}

/// Whether a path is a directory on the way to the one that a pattern without `**` means.
pub fn leads_to(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (parts(pattern), parts(path));
    !pattern.contains(&"**") && path.len() < pattern.len() && all(&pattern[..path.len()], &path)
}

fn parts(text: &str) -> Vec<&str> {
    text.split('/').filter(|part| !part.is_empty()).collect()
}

fn all(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => (0..=path.len()).any(|skipped| all(rest, &path[skipped..])),
        (Some((part, rest)), Some((name, below))) => is_part(part, name) && all(rest, below),
        _ => false,
    }
}

fn is_part(part: &str, name: &str) -> bool {
    part.split_once('*').map_or(part == name, |(begin, end)| {
        name.len() >= begin.len() + end.len() && name.starts_with(begin) && name.ends_with(end)
    })
}
