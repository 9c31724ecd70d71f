//! Short strings and small numbers, checked.

use haos_analytics_core::form::{Kind, Owned};
use haos_analytics_core::{Misfit, Text};

use super::glance::in_number;
use super::swar::{self, quote_or_backslash};
use super::{Error, Reader};

/// The most bytes of a string that is read. What Home Assistant calls a name is at most 255 long.
pub const LONGEST: usize = 255;

/// A string that is not in one piece in the window, or not as it is meant.
pub struct Scratch {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Scratch {
    /// An empty one.
    pub fn new() -> Self {
        Scratch { bytes: [0; LONGEST], length: 0 }
    }

    fn push(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.length + bytes.len();
        self.bytes.get_mut(self.length..end)?.copy_from_slice(bytes);
        self.length = end;
        Some(())
    }

    /// One character out of one UTF-16 unit, or two.
    fn push_units(&mut self, high: Option<u32>, unit: u32) -> Option<()> {
        let code = match (high, unit) {
            (Some(high), 0xdc00..=0xdfff) => 0x10000 + ((high & 0x3ff) << 10 | unit & 0x3ff),
            (Some(_), _) => return None,
            (None, _) => unit,
        };
        self.push(char::from_u32(code)?.encode_utf8(&mut [0; 4]).as_bytes())
    }

    fn get(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl Reader<'_> {
    /// Takes a value; `None` unless it was a string of at most 255 bytes of UTF-8, counted with the escapes resolved.
    pub fn text(&mut self) -> Result<Option<&str>, Error> {
        if self.solid()? != b'"' {
            self.skip()?;
            return Ok(None);
        }
        Ok(self.string()?.and_then(checked))
    }

    /// The same, as bytes.
    pub fn bytes(&mut self) -> Result<Option<&[u8]>, Error> {
        if let Some((b'"', rest)) = self.window.rest().split_first() {
            if let Some(length) = swar::plain(rest).filter(|length| *length <= LONGEST) {
                self.window.take(length + 2);
                return Ok(Some(self.window.taken(length + 1, length)));
            }
        }
        Ok(self.text()?.map(str::as_bytes))
    }

    /// Takes a value; `None` unless it was a string that is a [`Text`].
    pub fn short(&mut self) -> Result<Option<Text>, Error> {
        Ok(self.bytes()?.and_then(|bytes| Text::parse(bytes).ok()))
    }

    /// Takes a value; `None` if it was null. Whatever else is no text of the form is a misfit, a
    /// number too.
    pub fn form<K: Kind, const N: usize>(&mut self) -> Result<Option<Result<Owned<K, N>, Misfit>>, Error> {
        if self.is_null()? {
            self.skip()?;
            return Ok(None);
        }
        Ok(Some(Owned::parse_bytes(self.bytes()?.unwrap_or_default())))
    }

    /// Takes a value; `None` unless it was a whole number that fits.
    pub fn integer(&mut self) -> Result<Option<u64>, Error> {
        if !self.solid()?.is_ascii_digit() {
            self.skip()?;
            return Ok(None);
        }
        let mut value = Some(0_u64);
        loop {
            let byte = match self.window.peek() {
                Ok(byte) if in_number(byte) => byte,
                Ok(_) | Err(Error::Truncated) => return Ok(value),
                Err(error) => return Err(error),
            };
            self.window.take(1);
            let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'));
            value = value.zip(digit).and_then(|(value, digit)| value.checked_mul(10)?.checked_add(digit));
        }
    }

    /// Takes a number, `true`, `false` or `null` and tells its text. `None`, and nothing is taken,
    /// if it is none of these.
    pub fn literal(&mut self) -> Result<Option<String>, Error> {
        if matches!(self.solid()?, b'"' | b'{' | b'[') {
            return Ok(None);
        }
        let mut text = String::new();
        loop {
            match self.window.peek() {
                Ok(byte) if in_number(byte) || byte.is_ascii_alphabetic() => {
                    // What is longer than any number that is looked at stays too long.
                    if text.len() <= LONGEST {
                        text.push(char::from(byte));
                    }
                }
                Ok(_) if text.is_empty() => return Err(self.syntax()),
                Ok(_) | Err(Error::Truncated) => break,
                Err(error) => return Err(error),
            }
            self.window.take(1);
        }
        match text.as_str() {
            "true" | "false" | "null" => Ok(Some(text)),
            number if number.starts_with(|first: char| first == '-' || first.is_ascii_digit()) => Ok(Some(text)),
            _ => Err(self.syntax()),
        }
    }

    /// Goes to the next value of an object, whatever its key is, or out of the object. The inner `None` is a key that
    /// cannot be used.
    pub fn next_name(&mut self) -> Result<Option<Option<&str>>, Error> {
        if !self.next(b'}')? {
            return Ok(None);
        }
        if self.solid()? != b'"' {
            return Err(self.syntax());
        }
        self.window.take(1);
        let usable = self.unescape()?;
        self.colon()?;
        Ok(Some(usable.and_then(|()| checked(self.scratch.get()))))
    }

    /// A key as it is meant, not checked for UTF-8.
    #[inline(always)]
    pub(super) fn key(&mut self) -> Result<Option<&[u8]>, Error> {
        if self.solid()? != b'"' {
            return Err(self.syntax());
        }
        self.string()
    }

    /// A string, not checked for UTF-8; `None` if it is too long or broken.
    #[inline(always)]
    fn string(&mut self) -> Result<Option<&[u8]>, Error> {
        self.window.take(1);
        let rest = self.window.rest();
        let plain = quote_or_backslash(rest, 0).filter(|place| rest.get(*place) == Some(&b'"'));
        let Some(length) = plain else {
            return Ok(self.unescape()?.map(|()| self.scratch.get()));
        };
        self.window.take(length + 1);
        let bytes = self.window.taken(length + 1, length);
        Ok(Some(bytes))
    }

    /// From behind the opening quote to behind the closing one, into the scratch; `None` if that cannot be.
    #[cold]
    fn unescape(&mut self) -> Result<Option<()>, Error> {
        self.scratch.length = 0;
        // The first half of a surrogate pair.
        let mut high = None;
        loop {
            let pushed = match self.byte()? {
                b'"' => return Ok(high.is_none().then_some(())),
                b'\\' => match self.escape()? {
                    Escape::Unit(unit) => match (high.take(), unit) {
                        (None, 0xd800..=0xdbff) => {
                            high = Some(unit);
                            Some(())
                        }
                        (first, _) => self.scratch.push_units(first, unit),
                    },
                    Escape::Byte(byte) if high.is_none() => self.scratch.push(&[byte]),
                    Escape::Byte(_) => None,
                },
                byte if high.is_none() => self.scratch.push(&[byte]),
                _ => None,
            };
            if pushed.is_none() {
                self.finish_string()?;
                return Ok(None);
            }
        }
    }

    fn escape(&mut self) -> Result<Escape, Error> {
        Ok(Escape::Byte(match self.byte()? {
            byte @ (b'"' | b'\\' | b'/') => byte,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let mut unit = 0;
                for _ in 0..4 {
                    let digit = char::from(self.byte()?).to_digit(16).ok_or_else(|| self.syntax())?;
                    unit = unit * 16 + digit;
                }
                return Ok(Escape::Unit(unit));
            }
            _ => return Err(self.syntax()),
        }))
    }

    fn byte(&mut self) -> Result<u8, Error> {
        let byte = self.window.peek()?;
        self.window.take(1);
        Ok(byte)
    }
}

enum Escape {
    Byte(u8),
    /// Of UTF-16.
    Unit(u32),
}

fn checked(bytes: &[u8]) -> Option<&str> {
    if bytes.len() > LONGEST {
        return None;
    }
    core::str::from_utf8(bytes).ok()
}
