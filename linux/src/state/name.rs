//! What a report's file is called.

use core::fmt::{self, Write};
use core::str;

/// Whose report it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// This program's.
    Program,
    /// This program's, while it was sending reports.
    Sending,
    /// The board's.
    Board,
}

/// A report's name: its number, which and whose.
/// `0000000007-000102030405060708090a0b0c0d0e0f-p.envelope`
///
/// A number is one more than the highest that waits, so the order is that in which they were
/// written, whatever the clock of a board without a battery said.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name([u8; LENGTH]);

/// Bytes of every name.
pub(super) const LENGTH: usize = 10 + 1 + 32 + 1 + 1 + SUFFIX.len();
const SUFFIX: &str = ".envelope";
/// The highest number, which only somebody else can have given. What follows it has the same, and
/// no order.
const MOST: u64 = 9_999_999_999;

impl Name {
    /// A name.
    pub fn new(number: u64, id: [u8; 16], origin: Origin) -> Self {
        let origin = match origin {
            Origin::Program => 'p',
            Origin::Sending => 's',
            Origin::Board => 'b',
        };
        let mut name = [b'0'; LENGTH];
        // It always fits.
        let _ = write!(Filled(&mut name), "{:010}-{:032x}-{origin}{SUFFIX}", number.min(MOST), u128::from_be_bytes(id));
        Name(name)
    }

    /// The name of a file, if it is a report's.
    pub fn parse(name: &str) -> Option<Self> {
        let known = Self::try_from_bytes(name.as_bytes())?;
        let (number, rest) = name.split_once('-')?;
        let (id, rest) = rest.split_once('-')?;
        let digits = |text: &str, is: fn(&u8) -> bool| text.bytes().all(|byte| is(&byte));
        let whole = number.len() == 10
            && digits(number, u8::is_ascii_digit)
            && id.len() == 32
            && digits(id, |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            && matches!(rest.strip_suffix(SUFFIX), Some("p" | "s" | "b"));
        whole.then_some(known)
    }

    fn try_from_bytes(name: &[u8]) -> Option<Self> {
        Some(Name(name.try_into().ok()?))
    }

    /// As the file is called.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Its place in the order.
    pub fn number(&self) -> u64 {
        self.as_str().get(..10).and_then(|digits| digits.parse().ok()).unwrap_or_default()
    }

    /// The id of the event in it.
    pub fn id(&self) -> &str {
        self.as_str().get(11..43).unwrap_or_default()
    }

    /// Whose it is.
    pub fn origin(&self) -> Origin {
        match self.0.get(44) {
            Some(b's') => Origin::Sending,
            Some(b'b') => Origin::Board,
            _ => Origin::Program,
        }
    }
}

/// Writes into a slice from its beginning.
pub(super) struct Filled<'a>(pub(super) &'a mut [u8]);

impl Write for Filled<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let (room, rest) = core::mem::take(&mut self.0).split_at_mut_checked(text.len()).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.0 = rest;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let id = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255];
        for (origin, expected) in [
            (Origin::Program, "0000000007-000102030405060708090a0b0c0d0eff-p.envelope"),
            (Origin::Sending, "0000000007-000102030405060708090a0b0c0d0eff-s.envelope"),
            (Origin::Board, "0000000007-000102030405060708090a0b0c0d0eff-b.envelope"),
        ] {
            let name = Name::new(7, id, origin);
            assert_eq!(name.as_str(), expected);
            let parsed = Name::parse(expected).unwrap();
            assert!(parsed == name && parsed.origin() == origin && parsed.id() == "000102030405060708090a0b0c0d0eff");
            assert_eq!(parsed.number(), 7);
        }
        assert_eq!(Name::new(u64::MAX, id, Origin::Program).number(), 9_999_999_999);
        assert!(Name::new(9, id, Origin::Program) < Name::new(10, id, Origin::Program));
        for wrong in [
            "",
            "0000000007-000102030405060708090a0b0c0d0eff-x.envelope",
            "0000000007-000102030405060708090a0b0c0d0eFF-p.envelope",
            "000000007-0000102030405060708090a0b0c0d0eff-p.envelope",
            "x000000007-000102030405060708090a0b0c0d0eff-p.envelope",
            ".new-0000000007-000102030405060708090a0b0c0d0eff-p.envelope",
            "0000000007-000102030405060708090a0b0c0d0eff-p.envelopé",
        ] {
            assert!(Name::parse(wrong).is_none(), "{wrong}");
        }
    }
}
