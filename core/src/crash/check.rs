//! Whether some bytes are a report as [`write()`](super::write()) writes it, to the last byte.

use super::form::{self, Slot, END, EVENT, FRAME_FUNCTION, FRAME_PLACE};
use super::{CAPACITY, FRAMES, MESSAGE, TEXT};
use crate::foreign::is_active;
use crate::form::{Form, FunctionNameKind, Kind, LabelKind};

/// The bytes are no report: something is missing, or too much, or not where it belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoReport;

/// Whether these are the bytes of a whole report, and nothing else. Returns its id.
///
/// # Errors
///
/// [`NoReport`], without a word about which part it is: nobody but this program should have written it.
pub fn check(envelope: &[u8]) -> Result<&str, NoReport> {
    let text = core::str::from_utf8(envelope).map_err(|_| NoReport)?;
    if text.len() > CAPACITY {
        return Err(NoReport);
    }
    let mut reader = Reader { rest: text };
    reader.literal(form::HEAD)?;
    let id = reader.digits(32)?;
    reader.literal(form::ITEM)?;
    let length = reader.number()?;
    reader.literal(form::ITEM_END)?;
    if u64::try_from(reader.rest.len()) != Ok(length) {
        return Err(NoReport);
    }
    for (key, slot) in EVENT {
        reader.literal(key)?;
        match slot {
            Slot::Id if reader.digits(32)? == id => {}
            Slot::Id => return Err(NoReport),
            Slot::Frames => reader.list(FRAMES + 1, Reader::frame)?,
            slot => reader.value(*slot)?,
        }
    }
    reader.literal(END)?;
    if reader.rest.is_empty() {
        Ok(id)
    } else {
        Err(NoReport)
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn literal(&mut self, literal: &str) -> Result<(), NoReport> {
        self.rest = self.rest.strip_prefix(literal).ok_or(NoReport)?;
        Ok(())
    }

    fn form(&mut self, form: &[(&str, Slot)]) -> Result<(), NoReport> {
        for (key, slot) in form {
            self.literal(key)?;
            self.value(*slot)?;
        }
        Ok(())
    }

    fn frame(&mut self) -> Result<(), NoReport> {
        let begins = |form: &[(&str, Slot)]| form.first().is_some_and(|(key, _)| self.rest.starts_with(key));
        if begins(&FRAME_FUNCTION) {
            self.form(&FRAME_FUNCTION)
        } else {
            self.form(&FRAME_PLACE)
        }
    }

    fn value(&mut self, slot: Slot) -> Result<(), NoReport> {
        match slot {
            Slot::Nothing => Ok(()),
            Slot::Time | Slot::Line | Slot::Column => self.number().map(drop),
            Slot::OsVersion | Slot::Arch | Slot::Board => self.formed::<LabelKind>(),
            Slot::Function => self.formed::<FunctionNameKind>(),
            Slot::Message => self.string(MESSAGE),
            _ => self.string(TEXT),
        }
    }

    /// `[`, items, `]`
    fn list(&mut self, most: usize, item: impl Fn(&mut Self) -> Result<(), NoReport>) -> Result<(), NoReport> {
        self.literal("[")?;
        for count in 0..=most {
            if self.literal("]").is_ok() {
                return Ok(());
            }
            if count > 0 {
                self.literal(",")?;
            }
            item(self)?;
        }
        self.literal("]")
    }

    /// A text of a closed form between quotes; none of them has a character that is escaped.
    fn formed<K: Kind>(&mut self) -> Result<(), NoReport> {
        self.literal("\"")?;
        let text = self.run(K::MOST, |byte| byte != b'"')?;
        Form::<K>::parse(text).map_err(|_| NoReport)?;
        self.literal("\"")
    }

    /// Hexadecimal digits between quotes, exactly so many.
    fn digits(&mut self, count: usize) -> Result<&'a str, NoReport> {
        self.literal("\"")?;
        let digits = self.run(count, |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))?;
        self.literal("\"")?;
        if digits.len() == count {
            Ok(digits)
        } else {
            Err(NoReport)
        }
    }

    /// One to so many bytes of a kind, all ASCII.
    fn run(&mut self, most: usize, is: impl Fn(u8) -> bool) -> Result<&'a str, NoReport> {
        let length = self.rest.bytes().take(most).take_while(|byte| is(*byte)).count();
        let (run, rest) = self.rest.split_at_checked(length).ok_or(NoReport)?;
        self.rest = rest;
        if run.is_empty() {
            Err(NoReport)
        } else {
            Ok(run)
        }
    }

    fn number(&mut self) -> Result<u64, NoReport> {
        let digits = self.run(20, |byte| byte.is_ascii_digit())?;
        if digits.len() > 1 && digits.starts_with('0') {
            return Err(NoReport);
        }
        let digit = |number: u64, byte: u8| number.checked_mul(10)?.checked_add(u64::from(byte.wrapping_sub(b'0')));
        digits.bytes().try_fold(0, digit).ok_or(NoReport)
    }

    /// A string of at most so many bytes before they are escaped, with the writer's own escapes and
    /// no others. It is shown to a person, so nothing in it is active; none of our own texts has
    /// such a character.
    fn string(&mut self, most: usize) -> Result<(), NoReport> {
        self.literal("\"")?;
        let mut length = 0_usize;
        let mut characters = self.rest.chars();
        loop {
            match characters.next().ok_or(NoReport)? {
                '"' => break,
                '\\' => {
                    length = length.saturating_add(1);
                    match characters.next().ok_or(NoReport)? {
                        '"' | '\\' | 'n' | 'r' | 't' | 'b' | 'f' => {}
                        'u' => escaped(&mut characters)?,
                        _ => return Err(NoReport),
                    }
                }
                active if is_active(active) => return Err(NoReport),
                other => length = length.saturating_add(other.len_utf8()),
            }
        }
        self.rest = characters.as_str();
        if length > most {
            return Err(NoReport);
        }
        Ok(())
    }
}

/// `001f`: a control character that has no shorter escape.
fn escaped(characters: &mut core::str::Chars<'_>) -> Result<(), NoReport> {
    let mut next = || characters.next().ok_or(NoReport);
    match (next()?, next()?, next()?, next()?) {
        ('0', '0', '0', '0'..='7' | 'b' | 'e' | 'f') | ('0', '0', '1', '0'..='9' | 'a'..='f') => Ok(()),
        _ => Err(NoReport),
    }
}
