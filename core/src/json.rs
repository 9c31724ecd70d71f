//! JSON into a slice, without a panicking path.

/// The slice is full; what did not fit was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// Writes one JSON value into a lent slice. Commas are put where they belong.
///
/// The caller opens and closes what it nests; a writer that is asked for nonsense (a key in an array) writes nonsense.
#[derive(Debug)]
pub struct Writer<'b> {
    buffer: &'b mut [u8],
    length: usize,
}

impl<'b> Writer<'b> {
    /// Starts at the beginning of the slice.
    #[must_use]
    pub fn new(buffer: &'b mut [u8]) -> Self {
        Writer { buffer, length: 0 }
    }

    /// What has been written.
    #[must_use]
    pub fn finish(self) -> &'b [u8] {
        let written: &'b [u8] = self.buffer;
        written.get(..self.length).unwrap_or_default()
    }

    /// `{`
    ///
    /// # Errors
    ///
    /// [`Full`], as in every method here: the slice has no room for it.
    pub fn begin_object(&mut self) -> Result<(), Full> {
        self.comma()?;
        self.byte(b'{')
    }

    /// `}`
    ///
    /// # Errors
    ///
    /// [`Full`]
    pub fn end_object(&mut self) -> Result<(), Full> {
        self.byte(b'}')
    }

    /// `[`
    ///
    /// # Errors
    ///
    /// [`Full`]
    pub fn begin_array(&mut self) -> Result<(), Full> {
        self.comma()?;
        self.byte(b'[')
    }

    /// `]`
    ///
    /// # Errors
    ///
    /// [`Full`]
    pub fn end_array(&mut self) -> Result<(), Full> {
        self.byte(b']')
    }

    /// The name of the next value.
    ///
    /// # Errors
    ///
    /// [`Full`]
    pub fn key(&mut self, name: &str) -> Result<(), Full> {
        self.string(name)?;
        self.byte(b':')
    }

    /// A string, with the escapes that JSON demands and no others.
    ///
    /// # Errors
    ///
    /// [`Full`]
    pub fn string(&mut self, text: &str) -> Result<(), Full> {
        self.comma()?;
        self.byte(b'"')?;
        let mut rest = text.as_bytes();
        loop {
            let (run, special) = rest.split_at_checked(plain(rest)).unwrap_or((rest, &[]));
            self.raw(run)?;
            let Some((byte, after)) = special.split_first() else {
                return self.byte(b'"');
            };
            self.escape(*byte)?;
            rest = after;
        }
    }

    /// `true` or `false`
    ///
    /// # Errors
    ///
    /// [`Full`]
    pub fn boolean(&mut self, yes: bool) -> Result<(), Full> {
        self.value(if yes { b"true" } else { b"false" })
    }

    /// `null`
    ///
    /// # Errors
    ///
    /// [`Full`]
    pub fn null(&mut self) -> Result<(), Full> {
        self.value(b"null")
    }

    /// A number.
    ///
    /// # Errors
    ///
    /// [`Full`]
    pub fn number(&mut self, mut number: u64) -> Result<(), Full> {
        // u64::MAX has 20 digits. They are written from the last to the first.
        let mut digits = [b'0'; 20];
        let mut first = digits.len();
        for (index, digit) in digits.iter_mut().enumerate().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
            first = index;
            if number == 0 {
                break;
            }
        }
        self.value(digits.get(first..).unwrap_or_default())
    }

    /// Text that is JSON already, without a comma before it.
    pub(crate) fn verbatim(&mut self, json: &str) -> Result<(), Full> {
        self.raw(json.as_bytes())
    }

    /// A string that is written piece by piece.
    pub(crate) fn begin_string(&mut self) -> Result<(), Full> {
        self.comma()?;
        self.byte(b'"')
    }

    pub(crate) fn end_string(&mut self) -> Result<(), Full> {
        self.byte(b'"')
    }

    /// One digit, of the lower four bits.
    pub(crate) fn hex(&mut self, nibble: u8) -> Result<(), Full> {
        self.byte(hex(nibble & 0xf))
    }

    fn value(&mut self, bytes: &[u8]) -> Result<(), Full> {
        self.comma()?;
        self.raw(bytes)
    }

    /// Writes the comma that may be due before a value: one follows whatever ends a value.
    pub(crate) fn comma(&mut self) -> Result<(), Full> {
        match self.length.checked_sub(1).and_then(|last| self.buffer.get(last)) {
            None | Some(b'{' | b'[' | b':') => Ok(()),
            Some(_) => self.byte(b','),
        }
    }

    fn byte(&mut self, byte: u8) -> Result<(), Full> {
        *self.buffer.get_mut(self.length).ok_or(Full)? = byte;
        self.length += 1;
        Ok(())
    }

    fn escape(&mut self, byte: u8) -> Result<(), Full> {
        match byte {
            b'"' => self.raw(br#"\""#),
            b'\\' => self.raw(br"\\"),
            b'\n' => self.raw(br"\n"),
            b'\r' => self.raw(br"\r"),
            b'\t' => self.raw(br"\t"),
            0x08 => self.raw(br"\b"),
            0x0c => self.raw(br"\f"),
            _ => self.raw(&[b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), hex(byte & 0xf)]),
        }
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<(), Full> {
        let room = self.buffer.get_mut(self.length..).and_then(|free| free.get_mut(..bytes.len())).ok_or(Full)?;
        room.copy_from_slice(bytes);
        self.length += bytes.len();
        Ok(())
    }
}

/// How many bytes there are before one that has to be escaped. Eight are looked at in one go.
fn plain(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((eight, after)) = rest.split_first_chunk() {
        if any_escaped(u64::from_ne_bytes(*eight)) {
            break;
        }
        rest = after;
    }
    // What is left is mostly the end of the last eight.
    match bytes.last_chunk() {
        Some(eight) if rest.len() < 8 && !any_escaped(u64::from_ne_bytes(*eight)) => bytes.len(),
        _ => {
            let tail = rest.iter().position(|byte| is_escaped(*byte)).unwrap_or(rest.len());
            bytes.len() - rest.len() + tail
        }
    }
}

/// [`is_escaped`] of any of eight bytes: a subtraction borrows into the highest bit of a byte that is less.
const fn any_escaped(eight: u64) -> bool {
    const ONES: u64 = u64::MAX / 0xff;
    const fn any_below(eight: u64, limit: u8) -> u64 {
        eight.wrapping_sub(ONES * limit as u64) & !eight
    }
    let quotes = eight ^ (ONES * b'"' as u64);
    let backslashes = eight ^ (ONES * b'\\' as u64);
    (any_below(eight, 0x20) | any_below(quotes, 1) | any_below(backslashes, 1)) & (ONES << 7) != 0
}

const fn is_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

const fn hex(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' + nibble,
        _ => b'a' + (nibble - 10),
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::String;
    use std::vec::Vec;

    fn written(write: impl FnOnce(&mut Writer<'_>) -> Result<(), Full>) -> Vec<u8> {
        let mut buffer = [0; 4096];
        let mut writer = Writer::new(&mut buffer);
        write(&mut writer).unwrap();
        writer.finish().to_vec()
    }

    #[test]
    fn strings_are_those_of_serde_json() {
        let every_ascii: String = (0..=0x7f_u8).map(char::from).collect();
        for text in
            ["", "plain", "\"", "\\\\", "\u{1f}\u{8}\u{c}\n\r\t\0", "Zählerstand €, 🏠", "\u{2028}", &every_ascii]
        {
            assert_eq!(written(|json| json.string(text)), serde_json::to_vec(text).unwrap(), "{text:?}");
        }
    }

    #[test]
    fn an_escape_is_found_wherever_it_stands() {
        for length in 0..=24_usize {
            for place in 0..length {
                for special in ['"', '\\', '\0', '\u{1f}', '\u{7f}', ' ', '!', '#', '[', ']', 'é', '\u{80}', '\u{a2}']
                {
                    let text: String = (0..length).map(|index| if index == place { special } else { 'x' }).collect();
                    assert_eq!(written(|json| json.string(&text)), serde_json::to_vec(&text).unwrap(), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn strings_without_control_characters_are_those_of_serde_json_core() {
        for text in ["", "plain", "\"quoted\\\"", "\n\r\t\u{8}\u{c}", "Zählerstand €, 🏠"] {
            let mut buffer = [0; 256];
            let length = serde_json_core::to_slice(text, &mut buffer).unwrap();
            assert_eq!(written(|json| json.string(text)), buffer[..length], "{text:?}");
        }
    }

    #[test]
    fn numbers_are_those_of_serde_json() {
        for number in [0, 1, 9, 10, 99, 100, 1_234_567_890, u64::MAX - 1, u64::MAX] {
            assert_eq!(written(|json| json.number(number)), serde_json::to_vec(&number).unwrap());
        }
    }

    #[test]
    fn commas() {
        let json = written(|json| {
            json.begin_object()?;
            json.key("a")?;
            json.begin_array()?;
            json.end_array()?;
            json.key("b")?;
            json.begin_array()?;
            json.boolean(true)?;
            json.null()?;
            json.begin_object()?;
            json.end_object()?;
            json.string("{")?;
            json.string("")?;
            json.end_array()?;
            json.key("c")?;
            json.number(7)?;
            json.end_object()
        });
        assert_eq!(json, br#"{"a":[],"b":[true,null,{},"{",""],"c":7}"#);
    }

    #[test]
    fn a_full_slice_is_an_error_and_what_was_written_stays() {
        let mut buffer = [0; 3];
        let mut writer = Writer::new(&mut buffer);
        assert_eq!(writer.string("abc"), Err(Full));
        assert_eq!(writer.finish(), b"\"");
    }
}
