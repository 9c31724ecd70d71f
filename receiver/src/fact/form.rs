//! The forms of the texts that a report has. A text of another form could say anything, so it is
//! neither kept nor published: the report is taken, and the text counts with what is not named.

use super::Kind;

/// Whether a text has the form of the names of a kind: of those that have versions, of the version.
pub(crate) fn is_formed(kind: Kind, text: &str) -> bool {
    match kind {
        Kind::Version => is_version(text),
        Kind::Release => is_release(text),
        Kind::Integration | Kind::CustomDomain => is_domain(text),
        Kind::AddonSlug => is_slug(text),
        Kind::AddonVersion | Kind::CustomIntegration => is_thing_version(text),
        Kind::Board | Kind::Arch | Kind::OperatingSystem => is_word(text),
        Kind::Engine => is_engine(text),
        Kind::Recorder => is_database_version(text),
        Kind::Country | Kind::Place => all(text, 5, |byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b' ')),
        _ => true,
    }
}

/// A name of an integration.
pub(super) fn is_domain(text: &str) -> bool {
    all(text, 64, |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// A name of an add-on.
pub(super) fn is_slug(text: &str) -> bool {
    all(text, 128, |byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// The version of an add-on or a custom integration.
pub(super) fn is_thing_version(text: &str) -> bool {
    all(text, 64, |byte| byte.is_ascii_alphanumeric() || b".+_~-".contains(&byte))
}

/// A board, an architecture, or a version of the system.
pub(super) fn is_word(text: &str) -> bool {
    all(text, 64, |byte| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte))
}

/// A kind of database, in small letters.
pub(super) fn is_engine(text: &str) -> bool {
    ["sqlite", "mysql", "postgresql"].contains(&text)
}

/// The version of a database.
pub(super) fn is_database_version(text: &str) -> bool {
    all(text, 64, |byte| byte.is_ascii_digit() || byte == b'.')
}

/// A version of Home Assistant: `2026.2.3`, and what is appended to that.
pub(super) fn is_version(text: &str) -> bool {
    let mut parts = text.splitn(3, '.');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let patch = rest.bytes().take_while(u8::is_ascii_digit).count();
    let appended = &rest.as_bytes()[patch..];
    is_number(year, 4..=4)
        && is_number(month, 1..=2)
        && (1..=3).contains(&patch)
        && appended.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.'))
}

/// The first two parts of a version.
fn is_release(text: &str) -> bool {
    text.split_once('.').is_some_and(|(year, month)| is_number(year, 4..=4) && is_number(month, 1..=2))
}

fn is_number(text: &str, digits: core::ops::RangeInclusive<usize>) -> bool {
    digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn all(text: &str, most: usize, is: impl Fn(u8) -> bool) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(is)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let (long, longer) = ("a".repeat(64), "a".repeat(128));
        for (kind, formed, others) in [
            (
                Kind::Version,
                &["2026.2.3", "2026.12.0b3", "2026.2.0.dev0", "2026.2.0.dev202602120305"][..],
                &[
                    "landingpage",
                    "2026.2.x",
                    "2026.2.",
                    "26.2.1",
                    "2026.2.1-own",
                    "2026.2.1 b",
                    "2026.2.1000",
                    "unknown",
                ][..],
            ),
            (Kind::Release, &["2026.2", "2026.12"], &["2026", "2026.2.1", "2026.x", "unknown", ""]),
            (Kind::Integration, &["mqtt", "3_day", "_", &long], &["", "MQTT", "a b", "a-b", "é", &longer]),
            (Kind::AddonSlug, &["core_ssh", "A0d.7-b", &longer], &["", "a b", "a/b", "\u{202e}a"]),
            (Kind::AddonVersion, &["6.5.2", "v1", "2024-01-01_a+b~c"], &["", "a b", "<b>", &longer]),
            (Kind::Board, &["odroid-n2", "generic-x86-64"], &["", "a b", &longer]),
            (Kind::Engine, &["sqlite", "mysql", "postgresql"], &["", "SQLite", "other"]),
            (Kind::Recorder, &["3.49.2"], &["", "11.4-own"]),
            (Kind::Country, &["DE", "T1"], &["", "de"]),
        ] {
            formed.iter().for_each(|text| assert!(is_formed(kind, text), "{kind:?} {text}"));
            others.iter().for_each(|text| assert!(!is_formed(kind, text), "{kind:?} {text}"));
        }
    }
}
