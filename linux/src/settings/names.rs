//! The names that a setting may have, and the one that was probably meant.

use crate::help::{self, OPTIONS};
use crate::http::proxy;

/// Whether this program may send at all; no option is like it.
pub const SEND: &str = help::SEND.0;
/// Where the machine is; no file of that machine can say so.
pub const ROOT: &str = "HAOS_ANALYTICS_ROOT";

/// What a variable of this program's own begins with.
const OWN: &str = "HAOS_ANALYTICS";
/// More differences than this are no slip of the keyboard, and neither is more than half of a name.
const DIFFERENCES: usize = 2;

/// The variables of this program's own.
pub fn own() -> Vec<&'static str> {
    OPTIONS.iter().map(|option| option.variable).chain([SEND]).collect()
}

/// What a file may set: those but the root, and the proxies.
pub fn of_files() -> Vec<&'static str> {
    let mut names = own();
    names.retain(|name| *name != ROOT);
    names.extend_from_slice(&proxy::VARIABLES);
    names
}

/// Whether a variable of the environment is meant for this program, and not for its receiver.
pub fn is_own(name: &str) -> bool {
    name.starts_with(OWN) && !name.starts_with("HAOS_ANALYTICS_RECEIVER_")
}

/// The known name that differs least, if that is little. Upper and lower case are the same.
pub fn nearest(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let nearest = known.iter().copied().min_by_key(|known| differences(name, known))?;
    let differences = differences(name, nearest);
    let length = nearest.trim_start_matches(OWN).trim_start_matches('_').len();
    (differences <= DIFFERENCES.min(length / 2)).then_some(nearest)
}

/// How many characters are to be added, left out or changed: Levenshtein's distance. `row` has, for
/// each beginning of `other`, that to the beginning of `one` so far.
fn differences(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (length, byte) in one.bytes().enumerate() {
        let (mut diagonal, mut left) = (length, length + 1);
        for (above, theirs) in row.iter_mut().skip(1).zip(other.bytes()) {
            let changed = diagonal + usize::from(!byte.eq_ignore_ascii_case(&theirs));
            diagonal = *above;
            left = changed.min(diagonal + 1).min(left + 1);
            *above = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_probably_meant() {
        for (name, expected) in [
            ("HAOS_ANALYTICS_ENPOINT", Some("HAOS_ANALYTICS_ENDPOINT")),
            ("HAOS_ANALYTICS_ENDPIONT", Some("HAOS_ANALYTICS_ENDPOINT")),
            ("HAOS_ANALYTICS_BOARD_CRASH", Some("HAOS_ANALYTICS_BOARD_CRASHES")),
            ("HAOS_ANALYTIC_SEND", Some("HAOS_ANALYTICS_SEND")),
            ("haos_analytics_dsn", Some("HAOS_ANALYTICS_DSN")),
            ("HTTP_PROXY", Some("http_proxy")),
            ("HAOS_ANALYTICS_RECEIVER_LISTEN", None),
            ("HAOS_ANALYTICS_URL", None),
            ("HAOS_ANALYTICS_BIN", None),
            ("HAOS_ANALYTICS_CAS", Some("HAOS_ANALYTICS_CA")),
            ("ENDPOINT", None),
            ("PATH", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, &of_files()), expected, "{name}");
        }
        assert_eq!(differences("kitten", "sitting"), 3);
        assert_eq!(differences("", "abc"), 3);
        assert_eq!(differences("abc", "abc"), 0);
    }
}
