//! JSON from a source of any size, in one window of fixed size.
//!
//! Home Assistant's registries grow with the home: 100,000 entities make 89 MB. [`Reader`] walks over such a file and
//! stops where the caller wants to look. Nothing is allocated for a value, nothing recurses, and depth is a number.
//!
//! What is skipped is not looked at beyond finding its end: it may hold secrets, or bytes that are no UTF-8. What is
//! read is checked, and a value that cannot be used (a string too long, half a surrogate pair) is `None`, not the end.
//! Of a key that comes twice the caller sees both values, in order.
//!
//! # Why not `serde_json`?
//!
//! From a reader it goes byte by byte and takes three times as long; from a slice it needs the whole file in memory.
//!
//! A package of its own because programs are built small, but this part quick. That is also why the
//! source is a `dyn Read`: a generic function would be built with the package that calls it.

#![allow(clippy::std_instead_of_core, reason = "it reads from std")]

mod error;
mod glance;
mod habit;
mod skip;
mod swar;
#[cfg(test)]
mod tests;
mod text;
mod window;

use std::io::Read;

pub use error::Error;
use habit::{Habit, Place};
use window::Window;

/// The keys that a caller looks for. They live as long as the program, so that two that are the same have the same address.
pub type Keys = &'static [&'static str];

/// What a key has, at a glance. Where it comes twice, the last one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glimpse<'b> {
    /// There is no such key.
    Nothing,
    /// `null`
    Null,
    /// A string of at most 255 bytes of ASCII.
    Text(&'b [u8]),
    /// Anything else.
    Other,
}

/// Walks over one JSON document.
///
/// After [`next_key`](Self::next_key), [`next_name`](Self::next_name) or [`next_item`](Self::next_item) found something
/// the caller takes exactly one value, and walks an object or array that it begins to the end. Every method fails if the
/// source does, ends too early or holds no JSON; then there is nothing more to be had.
pub struct Reader<'a> {
    window: Window<'a>,
    /// Just behind the bracket that opens an object or array.
    opened: bool,
    habit: Habit,
    scratch: text::Scratch,
}

impl<'a> Reader<'a> {
    /// Reads from `source`, which need not be buffered.
    pub fn new(source: &'a mut dyn Read) -> Self {
        Reader { window: Window::new(source), opened: false, habit: Habit::new(), scratch: text::Scratch::new() }
    }

    /// Goes into an object.
    pub fn begin_object(&mut self) -> Result<(), Error> {
        self.begin(b'{', "an object")
    }

    /// Goes into an array.
    pub fn begin_array(&mut self) -> Result<(), Error> {
        self.begin(b'[', "an array")
    }

    /// Goes to the value of the next of the `wanted` keys, past all others, or out of the object.
    pub fn next_key(&mut self, wanted: Keys) -> Result<Option<&'static str>, Error> {
        let found = self.next_of(wanted)?;
        Ok(found.and_then(|index| wanted.get(index)).copied())
    }

    fn next_of(&mut self, wanted: Keys) -> Result<Option<usize>, Error> {
        loop {
            if let Some(found) = self.glance(wanted) {
                return Ok(Some(found));
            }
            // Either the object ends here, or the window does, or the usual case.
            if self.window.rest().first() != Some(&b'}') && self.window.extend()? {
                continue;
            }
            if !self.next(b'}')? {
                return Ok(None);
            }
            self.habit.lose();
            let key = self.key()?;
            let found = wanted.iter().position(|name| key == Some(name.as_bytes()));
            self.colon()?;
            if found.is_some() {
                return Ok(found);
            }
            self.skip()?;
        }
    }

    /// Takes an object and tells what its wanted keys have. `None`, and nothing is taken, if that cannot be told at a
    /// glance, because it is not all in the window or something in it is not plain: then it has to be walked.
    pub fn object<const WANTED: usize>(
        &mut self,
        wanted: &'static [&'static str; WANTED],
    ) -> Result<Option<[Glimpse<'_>; WANTED]>, Error> {
        self.solid()?;
        let mut found = [Place::Nothing; WANTED];
        let mut end = self.habit.object(self.window.rest(), wanted, &mut found);
        if end.is_none() && self.window.extend()? {
            found = [Place::Nothing; WANTED];
            end = self.habit.object(self.window.rest(), wanted, &mut found);
        }
        let Some(end) = end else { return Ok(None) };
        self.window.take(end);
        let bytes = self.window.taken(end, end);
        Ok(Some(found.map(|place| match place {
            Place::Nothing => Glimpse::Nothing,
            Place::Null => Glimpse::Null,
            Place::Text(start, end) => Glimpse::Text(bytes.get(start..end).unwrap_or_default()),
            Place::Other => Glimpse::Other,
        })))
    }

    /// Goes on to a wanted key, as far as the usual case goes.
    #[inline(always)]
    fn glance(&mut self, wanted: Keys) -> Option<usize> {
        let (taken, found) = self.habit.walk(self.window.rest(), self.opened, wanted);
        self.window.take(taken);
        self.opened &= taken == 0;
        found
    }

    /// Goes to the next value of an array, or out of the array.
    pub fn next_item(&mut self) -> Result<bool, Error> {
        self.next(b']')
    }

    /// Whether the next value is `null`. It is not taken.
    pub fn is_null(&mut self) -> Result<bool, Error> {
        Ok(self.solid()? == b'n')
    }

    /// Takes a value; whether it was `null`.
    pub fn null(&mut self) -> Result<bool, Error> {
        if self.window.rest().starts_with(b"null") {
            self.window.take(4);
            return Ok(true);
        }
        let null = self.is_null()?;
        self.skip()?;
        Ok(null)
    }

    /// Takes `true` or `false`.
    pub fn flag(&mut self) -> Result<bool, Error> {
        let flag = self.solid()? == b't';
        if !flag && self.solid()? != b'f' {
            return Err(self.unexpected("true or false"));
        }
        self.skip()?;
        Ok(flag)
    }

    /// Makes sure that nothing follows the document.
    pub fn end(&mut self) -> Result<(), Error> {
        match self.solid() {
            Err(Error::Truncated) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Err(self.syntax()),
        }
    }

    fn begin(&mut self, bracket: u8, expected: &'static str) -> Result<(), Error> {
        if self.solid()? != bracket {
            return Err(self.unexpected(expected));
        }
        self.window.take(1);
        self.opened = true;
        Ok(())
    }

    /// Past the comma before a member, or past the bracket that closes.
    #[inline(always)]
    fn next(&mut self, closing: u8) -> Result<bool, Error> {
        let opened = core::mem::take(&mut self.opened);
        let byte = self.solid()?;
        if byte == closing {
            self.window.take(1);
            return Ok(false);
        }
        if !opened {
            if byte != b',' {
                return Err(self.syntax());
            }
            self.window.take(1);
        }
        Ok(true)
    }

    #[inline(always)]
    fn colon(&mut self) -> Result<(), Error> {
        if self.solid()? != b':' {
            return Err(self.syntax());
        }
        self.window.take(1);
        Ok(())
    }

    /// The next byte that is no white space, not taken.
    #[inline(always)]
    fn solid(&mut self) -> Result<u8, Error> {
        let byte = self.window.peek()?;
        if byte > b' ' {
            return Ok(byte);
        }
        self.behind_space()
    }

    fn behind_space(&mut self) -> Result<u8, Error> {
        loop {
            let byte = self.window.peek()?;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Ok(byte);
            }
            let rest = self.window.rest();
            let mut count = 1 + swar::spaces(rest, 1);
            while rest.get(count) == Some(&b' ') {
                count += 1;
            }
            self.window.take(count);
        }
    }

    /// There is a value of another type, or none at all.
    #[cold]
    fn unexpected(&mut self, expected: &'static str) -> Error {
        let offset = self.window.offset();
        self.skip().err().unwrap_or(Error::Unexpected { offset, expected })
    }

    #[cold]
    fn syntax(&self) -> Error {
        Error::Syntax { offset: self.window.offset() }
    }
}
