//! What may be said of a panic.
//!
//! A message that is made while the program runs may quote what it has read: a string that was cut within a character is
//! printed whole, and an `unwrap` prints the error. Only text that stands in the source is kept; of the standard library's
//! own messages the beginning, which does.

/// How messages of the standard library begin that go on with numbers, or with what was at hand.
const KNOWN: [&str; 19] = [
    "index out of bounds",
    "range start index",
    "range end index",
    "slice index starts at",
    "byte index",
    "start byte index",
    "end byte index",
    "begin <= end",
    "source slice length",
    "copy_from_slice: source slice length",
    "called `Result::unwrap()` on an `Err` value",
    "called `Result::unwrap_err()` on an `Ok` value",
    "assertion `left == right` failed",
    "assertion `left != right` failed",
    "internal error: entered unreachable code",
    "already borrowed",
    "already mutably borrowed",
    "failed to slice string",
    "failed to spawn thread",
];
/// For every other one: the place in the source tells which.
const UNKNOWN: &str = "the message is left out, it was made while running";

/// What is kept of a panic's message: all of one that stands in the source (`fixed`), else what it is known to begin with.
/// Whatever it is, it is a text of the source: `'static`.
#[must_use]
pub fn safe_message(fixed: Option<&'static str>, made: Option<&str>) -> &'static str {
    match (fixed, made) {
        (Some(fixed), _) => fixed,
        (None, Some(made)) => KNOWN.into_iter().find(|known| made.starts_with(known)).unwrap_or(UNKNOWN),
        (None, None) => "without a message",
    }
}

/// A file of the source, from the folder of its package on: `ureq-3.2.1/src/lib.rs`. What stands before that is a folder of
/// whoever has built the program.
#[must_use]
pub fn source_file(path: &str) -> &str {
    let bytes = path.as_bytes();
    let last_slash = |end: usize| bytes.get(..end)?.iter().rposition(|byte| *byte == b'/');
    let package = match bytes.windows(5).rposition(|five| five == b"/src/") {
        Some(end) if end > 0 => last_slash(end),
        _ => last_slash(bytes.len()),
    };
    path.get(package.map_or(0, |slash| slash + 1)..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_while_running_is_not_kept() {
        for (fixed, made, expected) in [
            (Some("called `Option::unwrap()` on a `None` value"), None, "called `Option::unwrap()` on a `None` value"),
            (None, Some("index out of bounds: the len is 3 but the index is 7"), "index out of bounds"),
            (None, Some("called `Result::unwrap()` on an `Err` value: \"S3CR3T\""), KNOWN[10]),
            (None, Some("byte index 1 is not a char boundary; it is inside 'ü' of `S3CR3T`"), "byte index"),
            (None, Some("S3CR3T index out of bounds"), UNKNOWN),
            (None, Some(""), UNKNOWN),
            (None, None, "without a message"),
        ] {
            assert_eq!(safe_message(fixed, made), expected, "{made:?}");
        }
    }

    #[test]
    fn folders_of_the_builder_are_not_kept() {
        for (path, expected) in [
            ("linux/src/http/tls.rs", "linux/src/http/tls.rs"),
            ("src/main.rs", "main.rs"),
            ("/home/a/.cargo/registry/src/index-1/ureq-3.2.1/src/unversioned/x.rs", "ureq-3.2.1/src/unversioned/x.rs"),
            ("/home/a/vendor/ureq/src/lib.rs", "ureq/src/lib.rs"),
            ("/rustc/5980/library/core/src/option.rs", "core/src/option.rs"),
            ("/home/src/a/b.rs", "home/src/a/b.rs"),
            ("/home/a/b.rs", "b.rs"),
            ("b.rs", "b.rs"),
            ("", ""),
        ] {
            assert_eq!(source_file(path), expected, "{path}");
        }
    }
}
