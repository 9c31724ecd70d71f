//! Who reports: the installation id and the version of Home Assistant.

use super::positions::{Positions, Subject};
use super::{Form, Kind, Owned};

/// The installation id: exactly 32 of a-z and 0-9. It counts an installation once and says nothing
/// else.
///
/// Home Assistant writes hexadecimal digits; the example in its documentation has other letters
/// too.
pub type InstallationId<'a> = Form<'a, InstallationIdKind>;

/// The version of Home Assistant: `2026.2.3`, `2026.3.0b3`, `2026.3.0.dev0`,
/// `2026.3.0.dev202602120305`.
///
/// Year, month and patch; then what `homeassistant/const.py` appends: `b` and a number before a
/// release, `.dev` and 0 in a source checkout, `.dev` and a time in a nightly. The receiver takes 7
/// to 25 characters.
pub type CoreVersion<'a> = Form<'a, CoreVersionKind>;

/// An [`InstallationId`] that is kept.
pub type OwnedInstallationId = Owned<InstallationIdKind, 32>;
/// A [`CoreVersion`] that is kept.
pub type OwnedCoreVersion = Owned<CoreVersionKind, 25>;

/// The form of an [`InstallationId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstallationIdKind {}
/// The form of a [`CoreVersion`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CoreVersionKind {}

impl Kind for InstallationIdKind {
    const MOST: usize = 32;
    const EXPECTED: &'static str = "32 of a-z and 0-9";

    fn fits(text: &str) -> bool {
        text.len() == Self::MOST && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'))
    }
}

impl CoreVersion<'_> {
    /// A source checkout, which reports to the development receiver. Nightlies (`dev202602120305`)
    /// do not.
    #[must_use]
    pub fn is_development(self) -> bool {
        self.as_str().as_bytes().ends_with(b".dev0")
    }
}

impl Kind for CoreVersionKind {
    const MOST: usize = 25;
    const EXPECTED: &'static str = "a version of Home Assistant such as 2026.2.3, 2026.3.0b3 or 2026.3.0.dev0";

    fn fits(text: &str) -> bool {
        // The receiver takes no shorter one.
        text.len() >= 7 && Subject(text).is(core_version)
    }
}

fn core_version(text: Subject<'_>, from: Positions) -> Positions {
    let digit = |from| text.one(from, |byte| byte.is_ascii_digit());
    let dot = |from| text.word(from, ".");
    let year = digit(digit(digit(text.one(from, |byte| matches!(byte, b'1'..=b'9')))));
    let month = text.one(dot(year), |byte| matches!(byte, b'1'..=b'9'));
    let month = month.or(digit(month));
    let patch = text.number(dot(month), 3);
    let beta = patch.or(text.number(text.word(patch, "b"), 3));
    // The longest is a time, to the minute.
    beta.or(text.number(text.word(beta, ".dev"), 12))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        for id in ["12a3456bc78d90123ef4567g789012h3", "0123456789abcdef0123456789abcdef"] {
            assert_eq!(InstallationId::parse(id).map(InstallationId::as_str), Ok(id));
        }
        for id in [
            "",
            "0123456789abcdef0123456789abcde",
            "0123456789abcdef0123456789abcdef0",
            "01234567-89ab-cdef-0123-456789abcdef",
            "0123456789abcdef0123456789abcdeF",
            "0123456789abcdef0123456789abcde ",
            "0123456789abcdef0123456789abcde\n",
            "0123456789abcdef0123456789abcd\u{9b}",
            "0123456789abcdef0123456789abcde\u{9b}",
            "0123456789abcdef0123456789abcé",
            "０123456789abcdef0123456789abc",
            "🏠🏠🏠🏠🏠🏠🏠🏠🏠🏠🏠🏠🏠🏠🏠🏠",
        ] {
            assert!(InstallationId::parse(id).is_err(), "{id:?}");
        }
    }

    #[test]
    fn versions() {
        for (version, development) in [
            ("2026.2.3", false),
            ("2021.6.0", false),
            ("2026.12.0", false),
            ("2026.12.10", false),
            ("2026.3.0b0", false),
            ("2026.3.0b12", false),
            ("2026.3.0.dev0", true),
            ("2026.3.0b1.dev0", true),
            ("2026.3.0.dev20260212", false),
            ("2026.3.0.dev202602120305", false),
            ("2026.12.0.dev202602120305", false),
        ] {
            assert_eq!(CoreVersion::parse(version).map(CoreVersion::is_development), Ok(development), "{version}");
        }
        for version in [
            "",
            "2026.2",
            "2026.2.",
            "2026.2.3.4",
            "2026..2.3",
            "26.2.3.0",
            "02026.2.3",
            "0118.5.0",
            "2026.02.3",
            "2026.0.3",
            "2026.123.3",
            "2026.2.03",
            "2026.2.3456",
            "2026.2.3b",
            "2026.2.3b01",
            "2026.2.3b1b2",
            "2026.2.3a1",
            "2026.2.3rc1",
            "2026.2.3.dev",
            "2026.2.3dev0",
            "2026.2.3.dev00",
            "2026.2.3.dev0.dev0",
            "2026.2.3.dev0b1",
            "2026.2.3.dev2026021203055",
            "2026.12.10.dev202602120305",
            "2026.2.3+local",
            "2026.2.3-1",
            " 2026.2.3",
            "2026.2.3\n",
            "2026.2.3\u{9b}",
            "2026.2.３",
            "landingpage",
            "wifi-password-123",
            "dc:a6:32:00:00:01",
        ] {
            assert!(CoreVersion::parse(version).is_err(), "{version:?}");
        }
    }
}
