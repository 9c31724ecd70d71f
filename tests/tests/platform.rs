//! PLATFORM.md names every file, address and variable that the program knows, and no other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/page.rs"]
mod page;

use haos_analytics_home_assistant::files::container::{MOUNTS, SECRETS};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
#[test]
fn the_page_and_the_sources_name_the_same() {
    let page = fs::read_to_string(Path::new(REPOSITORY).join("PLATFORM.md")).expect("there is a PLATFORM.md");
    let (page, never) = page.split_once("\n## Never read\n").expect("the page ends with what is never read");
    let mut literals = literals();
    literals.extend(unit_paths());
    literals.insert(SECRETS.to_owned());
    literals.extend(MOUNTS.map(|(mount, _)| format!("/{mount}")));
    let named: BTreeSet<&String> = literals.iter().filter(|literal| is_outside(literal)).collect();
    assert!(named.len() > 20, "{named:?}");

    let missing: Vec<_> = named.iter().filter(|literal| !contains_word(page, literal)).collect();
    assert!(missing.is_empty(), "the sources have these, PLATFORM.md does not: {missing:#?}");

    let part_known = |part: &str| {
        // A directory of the sources, and the rest of the path.
        let joined = || {
            part.match_indices('/').any(|(at, _)| literals.contains(&part[..at]) && literals.contains(&part[at + 1..]))
        };
        literals.contains(part) || joined()
    };
    // `DATA` stands for the Supervisor's directory; what is below a directory may be any name.
    let known = |span: &str| {
        let span = span.strip_prefix("DATA/").unwrap_or(span).trim_end_matches("/*").trim_end_matches('*');
        // The end of a name is a string of its own.
        span.replace("/*.", "/*/.").split("/*/").flat_map(|part| part.split("/**/")).all(part_known)
    };
    let rows = page::Page::parse(page).paths;
    let by_library = |span: &str| rows.iter().any(|row| row.place == page::Place::Library && row.name == span);
    let strange = |span: &&str| is_outside(span) && !known(span) && !by_library(span);
    let strange: Vec<_> = spans(page).into_iter().filter(strange).collect();
    assert!(strange.is_empty(), "PLATFORM.md has these, the sources do not: {strange:#?}");
    for (mount, kept) in MOUNTS {
        assert!(page.contains(&format!("\n| `/{mount}` | `{kept}` |\n")), "{mount}");
    }
    assert!(spans(never).iter().all(|span| !known(span)), "one of these is read: {:?}", spans(never));
}

/// Whether a text is a file, a URL or a variable.
fn is_outside(text: &str) -> bool {
    let path = text.starts_with('/') && !text.trim_matches('/').is_empty() && !text.contains(' ');
    let url = text.starts_with("http://") || text.starts_with("https://");
    let own =
        text.strip_prefix("HAOS_ANALYTICS_").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_uppercase()));
    let proxy = text.to_ascii_lowercase().ends_with("_proxy") && !text.contains(' ');
    let kept = text.starts_with("homeassistant/") || (text.ends_with(".json") && !text.contains(' '));
    path || url || own || proxy || kept || text == "JOURNAL_STREAM"
}

/// Whether the page has it, and not merely as a part of something longer.
fn contains_word(page: &str, word: &str) -> bool {
    let part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte));
    page.match_indices(word).any(|(at, _)| {
        let (before, after) = (&page.as_bytes()[..at], &page.as_bytes()[at + word.len()..]);
        !part(before.last()) && !part(after.first())
    })
}

/// What stands between backquotes.
fn spans(page: &str) -> Vec<&str> {
    page.split('`').skip(1).step_by(2).collect()
}

/// Every string of the program, but not of its unit tests, which are at the end of a file or in files of their own.
fn literals() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in sources(&Path::new(REPOSITORY).join("linux/src")) {
        let text = fs::read_to_string(&file).unwrap();
        let program = text.split("#[cfg(test)]").next().unwrap();
        for line in program.lines().filter(|line| !line.trim_start().starts_with("//")) {
            found.extend(strings(line));
        }
    }
    found
}

/// The files and directories that the units name.
fn unit_paths() -> BTreeSet<String> {
    let units = ["haos-analytics.service", "haos-analytics.timer"];
    let text = units.map(|unit| fs::read_to_string(Path::new(REPOSITORY).join("linux/systemd").join(unit)).unwrap());
    let path = |(directive, value): (&str, &str)| match directive {
        "ExecStart" | "EnvironmentFile" | "RequiresMountsFor" => {
            value.trim_start_matches('-').split(' ').next().map(str::to_owned)
        }
        "StateDirectory" => Some(format!("/var/lib/{value}")),
        _ => None,
    };
    let lines = text.iter().flat_map(|unit| unit.lines()).filter_map(|line| line.split_once('='));
    let seen = lines.clone().filter(|(directive, _)| *directive == "BindReadOnlyPaths");
    let seen = seen.flat_map(|(_, value)| value.split(' ')).map(|path| path.trim_start_matches('-').to_owned());
    lines.filter_map(path).chain(seen).collect()
}

/// The strings of a line of code. None of the program's spans lines, or has a quote that these steps would miss.
fn strings(line: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), line.replace("'\"'", "").replace("b'\"'", ""));
    while let Some((_, after)) = rest.clone().split_once('"') {
        let mut end = 0;
        let bytes = after.as_bytes();
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let Some(string) = after.get(..end) else { return found };
        found.push(string.to_owned());
        rest = after.get(end + 1..).unwrap_or_default().to_owned();
    }
    found
}

fn sources(directory: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
    let below = folders.iter().filter(|folder| !folder.ends_with("tests")).flat_map(|folder| sources(folder));
    let program = |path: &PathBuf| path.extension().is_some_and(|it| it == "rs") && !path.ends_with("tests.rs");
    files.into_iter().chain(below).filter(program).collect()
}

#[test]
fn strings_are_found() {
    assert_eq!(strings(r#"let a = ["/a/b", "x\"y"]; f('"', b"/c")"#), ["/a/b", "x\\\"y", "/c"]);
    let literals = literals();
    for known in
        ["/etc/os-release", "/proc/self/fd", "https_proxy", "HAOS_ANALYTICS_CA", "observer.json", "/etc/hassio.json"]
    {
        assert!(literals.contains(known), "{known} is not found in linux/src");
    }
    let of_units = ["/etc/default/haos-analytics", "/mnt/data", "/usr/bin/haos-analytics", "/var/lib/haos-analytics"];
    let of_view = ["/etc/os-release", "/mnt/data/supervisor/share", "/etc/hassio.json"];
    let paths = unit_paths();
    assert!(of_units.iter().chain(&of_view).all(|path| paths.contains(*path)), "{paths:?}");
    assert!(!literals.contains("/x"), "a string of a unit test was found");
    assert!(contains_word("`/etc/x`, y", "/etc/x") && !contains_word("/etc/x-y", "/etc/x"));
}
