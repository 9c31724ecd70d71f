//! YAML, as Home Assistant's configuration directory has it.

use haos_analytics_home_assistant::files::Memory;
use haos_analytics_home_assistant::yaml::read_shortened;

/// A line that begins like this names the file that follows.
const HEADING: &str = "#### ";
/// The most that is left unread of what a file may hold: both ways of reading have the same bounds,
/// but not the same costs.
const BOUNDS: &str = "more than ";

/// From this length on a control character is one.
const MOST: usize = 200_000;
/// The length of an input from which on a text in it may be thinned.
const THINNED: usize = 16 * 1024;
/// What a control character stands for, so that short inputs make texts that are long enough to be
/// thinned.
const LONG: [(u8, &str, usize); 7] = [
    (1, "x y", 6000),
    (2, "3", 18_000),
    (3, "      some words and more\n", 900),
    (4, "\\\n  ", 9000),
    (5, "  alias: some words\n", 2),
    (6, "\\x41''", 3000),
    (7, "t", 4096),
];

/// `configuration.yaml` and what it includes. What the parser is not shown changes nothing about
/// what is found, and no error shows what stands in a file.
pub fn yaml(input: &[u8]) {
    let files = files(input);
    let shortened = read_shortened(&files, true);
    let whole = read_shortened(&files, false);
    match (&shortened, &whole) {
        (Ok(shortened), Ok(whole)) => assert_eq!(shortened, whole),
        (Err(shortened), Err(whole)) => {
            // A mistake right behind a text that was thinned stands in another column there, and so
            // may be another one.
            let may_be_thinned =
                input.len() > THINNED || input.iter().any(|byte| LONG.iter().any(|long| long.0 == *byte));
            let is_bound = [shortened, whole].iter().any(|error| error.to_string().contains(BOUNDS));
            let is_same = shortened.file == whole.file && (may_be_thinned || shortened.line == whole.line);
            assert!(is_bound || is_same, "{shortened}\n{whole}");
        }
        _ => panic!("{shortened:?}\n{whole:?}"),
    }
}

fn add(byte: u8, content: &mut Vec<u8>) {
    match LONG.iter().find(|(code, ..)| *code == byte) {
        Some((_, text, times)) if content.len() < MOST => content.extend(text.repeat(*times).as_bytes()),
        _ => content.push(byte),
    }
}

fn files(input: &[u8]) -> Memory {
    let mut files = Memory::new();
    let mut name = "configuration.yaml".to_owned();
    let mut content = Vec::new();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        let heading = line.strip_prefix(HEADING.as_bytes()).and_then(|name| std::str::from_utf8(name).ok());
        if let Some(next) = heading.filter(|name| !name.contains('\0')) {
            files.file(&name, std::mem::take(&mut content));
            name = format!("/config/{}", next.trim().trim_matches('/'));
        } else {
            line.iter().for_each(|byte| add(*byte, &mut content));
        }
    }
    files.file(&name, content);
    files
}
