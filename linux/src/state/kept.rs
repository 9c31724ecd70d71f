//! What a kept report's file is called.

use haos_analytics_core::Base;

/// A kept report's name: its number, and the levels of consent under which it was sent.
/// `0000000007-bus.report`
///
/// A number is one more than the highest that is kept, so the order is that in which they were
/// sent, whatever the clock said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kept(String);

const SUFFIX: &str = ".report";
/// The highest number, which only somebody else can have given. What follows replaces it.
const MOST: u64 = 9_999_999_999;
/// The levels, and how a name has them: basic, usage, statistics.
const LEVELS: [(&str, bool, bool); 4] =
    [("b", false, false), ("bu", true, false), ("bs", false, true), ("bus", true, true)];

impl Kept {
    /// A name.
    pub fn new(number: u64, base: Base) -> Self {
        let known = LEVELS.iter().find(|(_, usage, statistics)| (*usage, *statistics) == (base.usage, base.statistics));
        let levels = known.map_or("bus", |(levels, ..)| *levels);
        Kept(format!("{:010}-{levels}{SUFFIX}", number.min(MOST)))
    }

    /// The name of a file, if it is a kept report's.
    pub fn parse(name: &str) -> Option<Self> {
        let (number, levels) = name.strip_suffix(SUFFIX)?.split_once('-')?;
        let digits = number.len() == 10 && number.bytes().all(|byte| byte.is_ascii_digit());
        (digits && LEVELS.iter().any(|(known, ..)| *known == levels)).then(|| Kept(name.to_owned()))
    }

    /// As the file is called.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its place in the order.
    pub fn number(&self) -> u64 {
        self.0.get(..10).and_then(|digits| digits.parse().ok()).unwrap_or_default()
    }

    /// The levels of consent under which it was sent.
    pub fn base(&self) -> Base {
        let levels = self.0.get(11..).unwrap_or_default();
        Base { usage: levels.starts_with("bu"), statistics: levels.starts_with("bs") || levels.starts_with("bus") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (usage, statistics, expected) in [
            (false, false, "0000000007-b.report"),
            (true, false, "0000000007-bu.report"),
            (false, true, "0000000007-bs.report"),
            (true, true, "0000000007-bus.report"),
        ] {
            let base = Base { usage, statistics };
            let name = Kept::new(7, base);
            assert_eq!((name.as_str(), Kept::parse(expected).as_ref()), (expected, Some(&name)));
            assert_eq!((name.number(), name.base()), (7, base), "{expected}");
        }
        let base = Base { usage: false, statistics: false };
        assert_eq!(Kept::new(u64::MAX, base).number(), MOST);
        assert!(Kept::new(9, Base { usage: true, statistics: true }) < Kept::new(10, base));
        for wrong in [
            "",
            "0000000007-.report",
            "0000000007-sub.report",
            "000000007-bus.report",
            "x000000007-bus.report",
            "0000000007-bus",
            ".new-0000000007-bus.report",
            "+000000007-bus.report",
        ] {
            assert_eq!(Kept::parse(wrong), None, "{wrong}");
        }
    }
}
