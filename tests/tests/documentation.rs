//! The pages for people: README.md is short, lines fit, every link leads somewhere, and the run that
//! README.md shows is a real one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/world.rs"]
mod world;

use std::fs;
use std::path::Path;
use tempfile::TempDir;
use world::{program, run, skipped};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// Of README.md.
const MOST_LINES: usize = 120;
/// Characters of a line that is not a row of a table.
const WIDTH: usize = 100;
/// Pages beside those in `docs/` and `linux/*/`.
const PAGES: [&str; 6] =
    ["README.md", "PLATFORM.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "receiver/README.md"];

/// A page of the repository; `None`, with a note, where an unpacked archive lacks it.
fn read(page: &str) -> Option<String> {
    let text = fs::read_to_string(Path::new(REPOSITORY).join(page)).ok();
    if text.is_none() {
        skipped(&format!("there is no {page}"));
    }
    text
}

/// The names of the entries of a directory of the repository, sorted; none where it is not there.
fn entries(directory: &str) -> Vec<String> {
    let entries = fs::read_dir(Path::new(REPOSITORY).join(directory)).into_iter().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The pages in `docs/`.
fn docs() -> Vec<String> {
    let pages: Vec<_> = entries("docs").into_iter().filter(|name| name.ends_with(".md")).collect();
    if pages.is_empty() {
        skipped("there are no pages in docs/");
    }
    pages.into_iter().map(|name| format!("docs/{name}")).collect()
}

/// The numbers of the lines that are too long.
fn too_long(text: &str) -> Vec<usize> {
    let is_long = |line: &str| line.chars().count() > WIDTH && !line.trim_start().starts_with('|');
    text.lines().zip(1..).filter(|(line, _)| is_long(line)).map(|(_, number)| number).collect()
}

/// The text without its blocks of code.
fn prose(text: &str) -> String {
    let mut is_code = false;
    let mut prose = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            prose += line;
            prose.push('\n');
        }
    }
    prose
}

/// What links lead to, but for other hosts.
fn targets(text: &str) -> Vec<String> {
    let prose = prose(text);
    // What stands between backquotes is no link.
    let plain: String = prose.split('`').step_by(2).collect();
    let ends = plain.split("](").skip(1).map(|rest| rest.split(')').next().unwrap().to_owned());
    ends.filter(|target| !target.contains("://")).collect()
}

/// The anchors that GitHub gives to the headings of a page.
fn anchors(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for line in prose(text).lines() {
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        let Some(heading) = line[level..].strip_prefix(' ').filter(|_| (1..=6).contains(&level)) else { continue };
        let kept = heading.trim().chars().filter(|it| it.is_alphanumeric() || [' ', '-', '_'].contains(it));
        let anchor: String = kept.flat_map(char::to_lowercase).map(|it| if it == ' ' { '-' } else { it }).collect();
        let before = anchors.iter().filter(|other| **other == anchor).count();
        anchors.push(if before == 0 { anchor } else { format!("{anchor}-{before}") });
    }
    anchors
}

/// The links of a page below `root` that lead nowhere.
fn broken(root: &Path, page: &str) -> Vec<String> {
    let file = root.join(page);
    let leads = |target: &str| {
        let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
        let path = if path.is_empty() { file.clone() } else { file.parent().unwrap().join(path) };
        let Some(anchor) = anchor else { return path.exists() };
        fs::read_to_string(path).is_ok_and(|text| anchors(&text).iter().any(|known| known == anchor))
    };
    let text = fs::read_to_string(&file).unwrap();
    targets(&text).into_iter().filter(|target| !leads(target)).collect()
}

#[test]
fn readme_is_one_page() {
    let Some(text) = read("README.md") else { return };
    assert!(text.lines().count() <= MOST_LINES, "README.md has {} lines", text.lines().count());
    let links = targets(&text);
    for page in docs() {
        assert!(links.contains(&page), "README.md does not link {page}");
    }
}

#[test]
fn lines_fit() {
    for page in docs().into_iter().chain(["README.md".to_owned()]) {
        let Some(text) = read(&page) else { continue };
        assert_eq!(too_long(&text), [0; 0], "{page} has lines of more than {WIDTH} characters");
    }
}

#[test]
fn links_lead_somewhere() {
    let packages = entries("linux").into_iter().map(|name| format!("linux/{name}/README.md"));
    let packages = packages.filter(|page| Path::new(REPOSITORY).join(page).exists());
    for page in docs().into_iter().chain(packages).chain(PAGES.map(str::to_owned)) {
        if read(&page).is_some() {
            let broken = broken(Path::new(REPOSITORY), &page);
            assert!(broken.is_empty(), "{page} links what is not there: {broken:?}");
        }
    }
}

#[test]
fn what_is_wrong_is_found() {
    let root = TempDir::new().unwrap();
    fs::create_dir(root.path().join("docs")).unwrap();
    let heading = "# One\n\n## `a` and b-c\n\n## One\n\n```sh\n# no heading\n```\n";
    fs::write(root.path().join("docs/one.md"), heading).unwrap();
    let good =
        "[a](one.md) [b\nc](one.md#a-and-b-c) [`d`](#two) [e](one.md#one-1) [f](https://example.org/no.md) [g](..)";
    let bad = "`[a](code.md)` [b](none.md) [c](one.md#two) [d](#one) [e](one.md#no-heading) [f](none.md#one)";
    fs::write(root.path().join("docs/two.md"), format!("# Two\n\n{good}\n{bad}\n\n```\n[a](code.md)\n```\n")).unwrap();
    let found = ["none.md", "one.md#two", "#one", "one.md#no-heading", "none.md#one"];
    assert_eq!(broken(root.path(), "docs/two.md"), found);

    let (fits, long) = ("…".repeat(WIDTH), "…".repeat(WIDTH + 1));
    assert_eq!(too_long(&format!("{fits}\n{long}\n| {long} |\n  {fits}\n")), [2, 4]);
}

/// Whether `told`, in which `…` stands for what is left out and line ends do not count, is all of
/// `output`.
fn tells(told: &str, output: &str) -> bool {
    let (told, output) = (told.replace('\n', ""), output.replace('\n', ""));
    let mut pieces = told.split('…');
    let Some(mut rest) = pieces.next().and_then(|first| output.strip_prefix(first)) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn the_run_that_readme_shows_is_real() {
    assert!(tells("ab\n…\nef…i", "abcdefghi") && tells("ab\nc", "abc") && tells("a…", "abc"));
    for wrong in ["abd", "ab", "b…", "a…b", "a…c…b…", "a…d…c"] {
        assert!(!tells(wrong, "abc"), "{wrong}");
    }

    let Some(text) = read("README.md") else { return };
    let (_, block) = text.split_once("```console\n").expect("README.md shows a run");
    let (block, _) = block.split_once("\n```\n").expect("the block ends");
    let commands: Vec<_> = block.split("$ haos-analytics ").skip(1).collect();
    assert!(commands.len() >= 2, "{block}");
    for command in commands {
        let (arguments, told) = command.split_once('\n').expect("a command has an output");
        let root = |word: &str| word.strip_prefix("tests/").map(|rest| format!("{REPOSITORY}/tests/{rest}"));
        let words = arguments.split_whitespace().map(|word| root(word).unwrap_or_else(|| word.to_owned()));
        // Nobody listens there: the Supervisor's state is not in the output.
        let collector = program().args(words).env("HAOS_ANALYTICS_SUPERVISOR", "http://127.0.0.1:9");
        let run = run(&collector);
        assert_eq!(run.code, Some(0), "{arguments}: {}", run.stderr);
        assert!(tells(told, run.text()), "README.md shows of `{arguments}`:\n{told}\nIt prints:\n{}", run.text());
    }
}
