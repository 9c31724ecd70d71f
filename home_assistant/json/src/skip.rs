//! Past a value, as fast as can be and without looking into it.

use super::glance::{self, behind_string, in_number};
use super::swar::{quote_or_backslash, spaces};
use super::{Error, Reader};

impl Reader<'_> {
    /// Takes a value, whatever it is.
    pub fn skip(&mut self) -> Result<(), Error> {
        self.solid()?;
        match glance::behind_value(self.window.rest(), 0) {
            Some(count) => {
                self.window.take(count);
                Ok(())
            }
            None => self.skip_slowly(),
        }
    }

    #[cold]
    fn skip_slowly(&mut self) -> Result<(), Error> {
        match self.solid()? {
            b'"' => {
                self.window.take(1);
                self.finish_string()
            }
            b'{' | b'[' => self.skip_container(),
            b'n' => self.skip_word(b"null"),
            b't' => self.skip_word(b"true"),
            b'f' => self.skip_word(b"false"),
            b'-' | b'0'..=b'9' => self.skip_number(),
            _ => Err(self.syntax()),
        }
    }

    /// From anywhere in a string, but not between a backslash and its character, to behind the closing quote.
    #[cold]
    pub(super) fn finish_string(&mut self) -> Result<(), Error> {
        loop {
            self.window.peek()?;
            let rest = self.window.rest();
            let place = quote_or_backslash(rest, 0).unwrap_or(rest.len());
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

    /// One that is not all in the window. Brackets are counted, not paired: only its end matters.
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
                    b'"' => match behind_string(rest, place) {
                        Some(end) => place = end,
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
                    b'\n' => place += spaces(rest, place),
                    _ => {}
                }
            }
            self.window.take(place);
            if cut {
                self.finish_string()?;
            }
        }
    }

    fn skip_word(&mut self, word: &[u8]) -> Result<(), Error> {
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
