//! A short fact about the machine, in memory of fixed size.

use core::fmt;
use core::ops::Deref;

/// A fact such as a board id or a version: 1 to 64 bytes of UTF-8 without control characters.
///
/// What does not fit these bounds is absent. It is never shortened or repaired: half a board id is the id of
/// another board.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text(heapless::String<{ Text::CAPACITY }>);

/// Why some bytes are no [`Text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotText {
    /// There is nothing.
    Empty,
    /// There is more than [`Text::CAPACITY`] bytes.
    TooLong {
        /// How many bytes there are.
        length: usize,
    },
    /// The bytes are not UTF-8.
    NotUtf8,
    /// There is a control character, such as the carriage return of a file from another system.
    Control,
}

impl Text {
    /// The most bytes that a fact may have. The longest that Home Assistant OS ever wrote has 22.
    pub const CAPACITY: usize = 64;

    /// Takes the bytes as they are.
    ///
    /// # Errors
    ///
    /// [`NotText`] says which bound is broken.
    pub fn parse(bytes: &[u8]) -> Result<Text, NotText> {
        if bytes.is_empty() {
            return Err(NotText::Empty);
        }
        let too_long = NotText::TooLong { length: bytes.len() };
        if bytes.len() > Self::CAPACITY {
            return Err(too_long);
        }
        let text = core::str::from_utf8(bytes).map_err(|_| NotText::NotUtf8)?;
        if text.chars().any(char::is_control) {
            return Err(NotText::Control);
        }
        let mut owned = heapless::String::new();
        owned.push_str(text).map_err(|_| too_long)?;
        Ok(Text(owned))
    }

    /// The fact itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotText::Empty => f.write_str("empty"),
            NotText::TooLong { length } => write!(f, "{length} bytes long, at most {} are taken", Text::CAPACITY),
            NotText::NotUtf8 => f.write_str("not UTF-8"),
            NotText::Control => f.write_str("it holds a control character"),
        }
    }
}

impl core::error::Error for NotText {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds() {
        let longest = [b'x'; Text::CAPACITY];
        let too_long = [b'x'; Text::CAPACITY + 1];
        let cases: [(&[u8], Result<&str, NotText>); 8] = [
            (b"odroid-n2", Ok("odroid-n2")),
            (&longest, Ok(core::str::from_utf8(&longest).unwrap())),
            (&too_long, Err(NotText::TooLong { length: 65 })),
            (b"", Err(NotText::Empty)),
            (b"odroid\xff", Err(NotText::NotUtf8)),
            (b"haos\r", Err(NotText::Control)),
            (b"a\0b", Err(NotText::Control)),
            ("Grün".as_bytes(), Ok("Grün")),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Text::parse(bytes).as_deref(), expected.as_ref().map(|text| *text), "{bytes:?}");
        }
    }
}
