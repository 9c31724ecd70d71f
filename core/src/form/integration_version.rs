//! The version of a custom integration.

use super::positions::{repeated, Positions, Subject};
use super::{Form, Kind, Owned};

/// The version of a custom integration: one that Home Assistant's loader takes. It does not load
/// the others.
///
/// `homeassistant/loader.py` demands of the library `AwesomeVersion` (25.8.0 in Home Assistant
/// 2026.2.3) one of five strategies: CalVer, SemVer, SimpleVer, BuildVer or PEP 440. `latest`,
/// `dev` and other words are none of these. What the library takes and this form does not: white
/// space around the version (the library ignores it), digits and letters beyond ASCII, and more
/// than 64 bytes.
pub type IntegrationVersion<'a> = Form<'a, IntegrationVersionKind>;

/// An [`IntegrationVersion`] that is kept.
pub type OwnedIntegrationVersion = Owned<IntegrationVersionKind, 64>;

/// The form of an [`IntegrationVersion`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IntegrationVersionKind {}

impl Kind for IntegrationVersionKind {
    const MOST: usize = 64;
    const EXPECTED: &'static str = "a version such as 1.2.3, v1.2, 2024.12.1 or 7, at most 64 characters";

    fn fits(text: &str) -> bool {
        // The library ignores one dot at the end, and a letter before the version.
        let text = text.strip_suffix('.').unwrap_or(text);
        let subject = Subject(text.strip_prefix(['v', 'V']).unwrap_or(text));
        subject.is(build) || subject.is(simple) || subject.is(semantic) || subject.is(calendar) || subject.is(pep440)
    }
}

/// A number.
fn build(text: Subject<'_>, from: Positions) -> Positions {
    text.some(from, digit)
}

/// Two numbers or more, with dots between them; another letter may be before them.
fn simple(text: Subject<'_>, from: Positions) -> Positions {
    let letter = from.or(text.one(from, |byte| matches!(byte, b'v' | b'V')));
    let first = text.some(letter, digit);
    let part = |from| text.some(text.word(from, "."), digit);
    repeated(part(first), part)
}

/// A year of two or four digits, a month, and almost anything that ends with a digit.
fn calendar(text: Subject<'_>, from: Positions) -> Positions {
    let dot = |from| text.word(from, ".");
    let two = |from| text.one(text.one(from, digit), digit);
    let one_or_two = |from| text.one(from, digit).or(two(from));
    let maybe = |from: Positions, to: Positions| from.or(to);

    let year = two(from).or(two(two(from)));
    let month = one_or_two(dot(year));
    let day = one_or_two(maybe(month, dot(month)));
    let day = maybe(month, maybe(day, dot(day)));
    let build = maybe(day, text.one(dot(day), digit));
    let rest = text.any(build, digit);
    maybe(rest, text.some(text.some(rest, word_byte), digit))
}

/// Three numbers, what is before the release, and the build.
fn semantic(text: Subject<'_>, from: Positions) -> Positions {
    let dot = |from| text.word(from, ".");
    let number = |from| text.number(from, IntegrationVersionKind::MOST);
    let release = number(dot(number(dot(number(from)))));

    let identifier = |from| {
        let named = text.any(text.one(text.any(from, digit), name_byte), |byte| digit(byte) || name_byte(byte));
        number(from).or(named)
    };
    let before = repeated(identifier(text.word(release, "-")), |from| identifier(dot(from)));
    let release = release.or(before);

    let part = |from| text.some(from, |byte| digit(byte) || name_byte(byte));
    release.or(repeated(part(text.word(release, "+")), |from| part(dot(from))))
}

/// Numbers, and what is before, after, or in development; each with a number.
fn pep440(text: Subject<'_>, from: Positions) -> Positions {
    let number = |from| text.number(from, IntegrationVersionKind::MOST);
    let epoch = from.or(text.word(text.any(text.one(from, nonzero), digit), "!"));
    let release = repeated(number(epoch), |from| number(text.word(from, ".")));
    let segment = |from: Positions, words: &[&str]| {
        let separated = from.or(text.one(from, separator));
        from.or(number(text.word_of(separated, words)))
    };
    let before = segment(release, &["alpha", "beta", "c", "pre", "preview", "a", "b", "rc"]);
    let after = segment(before, &["post", "r", "rev"]);
    let development = segment(after, &["d", "dev"]);

    let part = |from| text.some(from, |byte| digit(byte) || byte.is_ascii_lowercase());
    let local = part(text.word(development, "+"));
    development.or(repeated(local, |from| part(text.one(from, separator))))
}

fn digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

fn nonzero(byte: u8) -> bool {
    matches!(byte, b'1'..=b'9')
}

fn word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn name_byte(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'-'
}

fn separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.')
}
