//! Forms that are a set of characters and a length.

use super::{Form, Kind, Owned};

/// A board, a machine, an architecture or a version of the operating system: `odroid-n2`, `17.1`.
///
/// Every os-release of Home Assistant OS and its forks fits.
pub type Label<'a> = Form<'a, LabelKind>;
/// The domain of an integration, such as `default_config`: as in Home Assistant's table and in
/// manifests.
pub type Domain<'a> = Form<'a, DomainKind>;
/// The name of an add-on, such as `core_mosquitto`: the Supervisor's own pattern.
pub type Slug<'a> = Form<'a, SlugKind>;
/// The version of an add-on: the Supervisor takes any tag of an image.
pub type AddonVersion<'a> = Form<'a, AddonVersionKind>;
/// The name of a function of the kernel, in a crash report.
pub type FunctionName<'a> = Form<'a, FunctionNameKind>;

/// A [`Label`] that is kept.
pub type OwnedLabel = Owned<LabelKind, 64>;
/// A [`Domain`] that is kept.
pub type OwnedDomain = Owned<DomainKind, 64>;
/// A [`Slug`] that is kept.
pub type OwnedSlug = Owned<SlugKind, 128>;
/// An [`AddonVersion`] that is kept.
pub type OwnedAddonVersion = Owned<AddonVersionKind, 64>;
/// A [`FunctionName`] that is kept.
pub type OwnedFunctionName = Owned<FunctionNameKind, 64>;

/// The form of a [`Label`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LabelKind {}
/// The form of a [`Domain`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DomainKind {}
/// The form of a [`Slug`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SlugKind {}
/// The form of an [`AddonVersion`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddonVersionKind {}
/// The form of a [`FunctionName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FunctionNameKind {}

impl Kind for LabelKind {
    const MOST: usize = 64;
    const EXPECTED: &'static str = "1 to 64 of A-Z, a-z, 0-9, ., _, + and -";

    fn fits(text: &str) -> bool {
        only(text, b"._+-")
    }
}

impl Kind for DomainKind {
    const MOST: usize = 64;
    const EXPECTED: &'static str = "1 to 64 of a-z, 0-9 and _";

    fn fits(text: &str) -> bool {
        text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    }
}

impl Kind for SlugKind {
    const MOST: usize = 128;
    const EXPECTED: &'static str = "1 to 128 of A-Z, a-z, 0-9, -, _ and .";

    fn fits(text: &str) -> bool {
        only(text, b"-_.")
    }
}

impl Kind for AddonVersionKind {
    const MOST: usize = 64;
    const EXPECTED: &'static str = "1 to 64 of A-Z, a-z, 0-9, ., +, _, ~ and -";

    fn fits(text: &str) -> bool {
        only(text, b".+_~-")
    }
}

impl Kind for FunctionNameKind {
    const MOST: usize = 64;
    const EXPECTED: &'static str = "1 to 64 of A-Z, a-z, 0-9, _ and .";

    fn fits(text: &str) -> bool {
        only(text, b"_.")
    }
}

/// Letters and digits of ASCII, and these.
fn only(text: &str, more: &[u8]) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;
    use std::string::String;

    /// Every character below U+0250, and some beyond: the form takes those that are listed,
    /// anywhere, and no others.
    fn exactly<K: Kind>(taken: &str) {
        let odd =
            ['\u{9b}', '\u{2028}', '\u{ff11}', '\u{660}', '\u{1d7ce}', '\u{200b}', '\u{feff}', '\u{fffd}', 'ſ', 'K'];
        for character in ('\0'..'\u{250}').chain(odd) {
            for text in [String::from(character), String::from_iter(['a', character, 'b'])] {
                assert_eq!(Form::<K>::parse(&text).is_ok(), taken.contains(character), "{text:?}");
            }
        }
        assert!(Form::<K>::parse("").is_err());
        assert!(Form::<K>::parse(&"7".repeat(K::MOST)).is_ok());
        assert!(Form::<K>::parse(&"7".repeat(K::MOST + 1)).is_err());
        assert!(K::EXPECTED.starts_with(&std::format!("1 to {} of ", K::MOST)), "{}", K::EXPECTED);
    }

    #[test]
    fn every_character_and_every_length() {
        const LOWER: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
        let both = String::from(LOWER) + &LOWER.to_uppercase();
        exactly::<DomainKind>(&(String::from(LOWER) + "_"));
        exactly::<LabelKind>(&(both.clone() + "._+-"));
        exactly::<SlugKind>(&(both.clone() + "-_."));
        exactly::<AddonVersionKind>(&(both.clone() + ".+_~-"));
        exactly::<FunctionNameKind>(&(both + "_."));
        assert_eq!([LabelKind::MOST, DomainKind::MOST, SlugKind::MOST, AddonVersionKind::MOST], [64, 64, 128, 64]);
    }

    #[test]
    fn what_is_met() {
        for label in
            ["odroid-n2", "generic-x86-64", "16.0.rc1", "17.2.dev20260213", "aarch64", "raspberrypi4-64", "a+b"]
        {
            assert!(Label::parse(label).is_ok(), "{label}");
        }
        for label in ["my board", "odroid\u{9b}", "green\r", "green\n", "a/b", "a:b", "Grün", "１７.1"] {
            assert!(Label::parse(label).is_err(), "{label}");
        }
        for slug in ["core_mosquitto", "a0d7b954_vscode", "local_my-addon", "local_My.Addon"] {
            assert!(Slug::parse(slug).is_ok(), "{slug}");
        }
        for version in ["6.5.2", "2024.12.1~rc1", "1.0+git.5", "latest", "v3_1-r0"] {
            assert!(AddonVersion::parse(version).is_ok(), "{version}");
        }
    }
}
