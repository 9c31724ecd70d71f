//! Strings with limits, borrowed from the body wherever it has no escapes.

use core::fmt;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// At most `MAX` characters (Unicode code points, as JSON Schema counts). These limits are this receiver's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a, const MAX: usize>(pub Cow<'a, str>);

/// `MIN` to `MAX` UTF-16 units, as the original's language counts. These limits are the contract's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Units<'a, const MIN: usize, const MAX: usize>(pub Cow<'a, str>);

impl<const MAX: usize> Text<'_, MAX> {
    fn fits(text: &str) -> bool {
        text.len() <= MAX || text.chars().count() <= MAX
    }
}

impl<const MIN: usize, const MAX: usize> Units<'_, MIN, MAX> {
    /// Whether the contract takes it.
    pub fn fits(text: &str) -> bool {
        (MIN..=MAX).contains(&text.encode_utf16().count())
    }
}

impl<'de: 'a, 'a, const MAX: usize> Deserialize<'de> for Text<'a, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_str(AnyText)?;
        if Self::fits(&text) {
            return Ok(Self(text));
        }
        Err(D::Error::custom(format_args!("has more than {MAX} characters")))
    }
}

impl<'de: 'a, 'a, const MIN: usize, const MAX: usize> Deserialize<'de> for Units<'a, MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_str(AnyText)?;
        if Self::fits(&text) {
            return Ok(Self(text));
        }
        Err(D::Error::custom(format_args!("has not {MIN} to {MAX} characters, in UTF-16")))
    }
}

impl<const MAX: usize> Serialize for Text<'_, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

struct AnyText;

impl<'de> Visitor<'de> for AnyText {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}
