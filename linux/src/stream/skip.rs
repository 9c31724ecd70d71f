//! Past a value, as fast as can be and without looking into it.

use super::swar::quote_or_backslash;
use super::{Error, Reader};

impl Reader<'_> {
    /// Takes a value, whatever it is.
    #[inline(always)]
    pub fn skip(&mut self) -> Result<(), Error> {
        match self.solid()? {
            b'"' => self.skip_string(),
            b'{' | b'[' => self.skip_container(),
            b'n' => self.skip_word(b"null"),
            b't' => self.skip_word(b"true"),
            b'f' => self.skip_word(b"false"),
            b'-' | b'0'..=b'9' => self.skip_number(),
            _ => Err(self.syntax()),
        }
    }

    /// From the opening quote to behind the closing one.
    #[inline(always)]
    fn skip_string(&mut self) -> Result<(), Error> {
        self.window.take(1);
        match behind_string(self.window.rest()) {
            Some(count) => {
                self.window.take(count);
                Ok(())
            }
            None => self.finish_string(),
        }
    }

    /// From anywhere in a string, but not between a backslash and its character, to behind the closing quote.
    #[cold]
    pub(super) fn finish_string(&mut self) -> Result<(), Error> {
        loop {
            self.window.peek()?;
            let rest = self.window.rest();
            let place = quote_or_backslash(rest).unwrap_or(rest.len());
            let mark = rest.get(place).copied();
            self.window.take(place + 1);
            match mark {
                Some(b'"') => return Ok(()),
                Some(_) => {
                    self.window.peek()?;
                    self.window.take(1);
                }
                None => {}
            }
        }
    }

    /// Brackets are counted, not paired: only its end matters.
    fn skip_container(&mut self) -> Result<(), Error> {
        let mut depth = 0_u64;
        loop {
            self.window.peek()?;
            let rest = self.window.rest();
            let mut place = 0;
            let mut cut = false;
            while let Some(&byte) = rest.get(place) {
                place += 1;
                match byte {
                    b'"' => match behind_string(rest.get(place..).unwrap_or_default()) {
                        Some(count) => place += count,
                        None => {
                            cut = true;
                            break;
                        }
                    },
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            self.window.take(place);
                            return Ok(());
                        }
                    }
                    _ => {}
                }
            }
            self.window.take(place);
            if cut {
                self.finish_string()?;
            }
        }
    }

    #[inline(always)]
    fn skip_word(&mut self, word: &[u8]) -> Result<(), Error> {
        if self.window.rest().starts_with(word) {
            self.window.take(word.len());
            return Ok(());
        }
        for expected in word {
            if self.window.peek()? != *expected {
                return Err(self.syntax());
            }
            self.window.take(1);
        }
        Ok(())
    }

    fn skip_number(&mut self) -> Result<(), Error> {
        loop {
            let rest = self.window.rest();
            let count = rest.iter().take_while(|byte| in_number(**byte)).count();
            let whole = count < rest.len();
            self.window.take(count);
            if whole || !self.window.fill()? {
                return Ok(());
            }
        }
    }
}

/// How many bytes there are to behind the closing quote; `None` if it is not among them.
#[inline(always)]
fn behind_string(rest: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let place = from + quote_or_backslash(rest.get(from..)?)?;
        if rest.get(place) == Some(&b'"') {
            return Some(place + 1);
        }
        from = place + 2;
    }
}

#[inline(always)]
pub(super) const fn in_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}
