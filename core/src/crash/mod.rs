//! A crash report: one Sentry envelope with one event, into the slice that the caller lends.
//!
//! `form.rs` is the whole of what such a report can say, key by key. It is written by [`write()`] and compared by [`check()`], so
//! that a file that somebody else has put among the reports is never taken for one.
//!
//! # Why not …
//!
//! * *… leave out what is not known?* Then there would be many forms to check. What is not known says `unknown`.
//! * *… the message of a panic?* It may quote what was read. [`safe_message`] keeps what only our own source can have said.

mod check;
mod form;
mod message;

pub use check::{check, NoReport};
pub use message::{safe_message, source_file};

use self::form::{Slot, END, EVENT, FRAME_ADDRESS, FRAME_FUNCTION, FRAME_PLACE, IMAGE};
use crate::json::{Full, Writer};

/// No report is longer: 64 addresses, and every text as long as it may be and all of it escapes, take 12 kB.
pub const CAPACITY: usize = 14 * 1024;
/// Bytes of a message that are kept. A longer one ends early, and the tag `shortened` says so.
pub const MESSAGE: usize = 256;
/// Bytes of any other text that are kept.
pub const TEXT: usize = 96;
/// Frames of a trace that are kept, besides the place in the source.
pub const FRAMES: usize = 64;
/// Bytes of a build id that are kept; the usual one has 20.
pub const BUILD_ID: usize = 32;

/// What went wrong, and on what.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// Chance. A report that arrives twice is the same event by this.
    pub id: [u8; 16],
    /// Seconds since 1970, by the clock of the machine.
    pub time: u64,
    /// `fatal` or `error`.
    pub level: &'a str,
    /// The program and its version: `haos-analytics@0.1.0`.
    pub release: &'a str,
    /// What kind of fault: `panic`.
    pub kind: &'a str,
    /// What is wrong. It must hold nothing that was read: see [`safe_message`].
    pub message: &'a str,
    /// Where in the source.
    pub place: Option<Place<'a>>,
    /// How it came there.
    pub trace: Trace<'a>,
    /// The program in memory, to which addresses belong.
    pub image: Option<Image<'a>>,
    /// What it happened on.
    pub machine: Machine<'a>,
    /// The command that ran.
    pub command: &'a str,
    /// The name of the file that was opened last.
    pub file: Option<&'a str>,
}

/// A line of the source.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// As the compiler was told; see [`source_file`].
    pub file: &'a str,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
}

/// What was under way, the innermost first. At most [`FRAMES`] of them are written.
#[derive(Clone, Copy, Debug)]
pub enum Trace<'a> {
    /// Where calls return to.
    Addresses(&'a [u64]),
    /// Names of functions.
    Functions(&'a [&'a str]),
}

/// A program in memory.
#[derive(Clone, Copy, Debug)]
pub struct Image<'a> {
    /// Where its first byte is.
    pub address: u64,
    /// How many bytes it takes.
    pub size: u64,
    /// What the linker named it by.
    pub build_id: &'a [u8],
}

/// A machine; what is not known is absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machine<'a> {
    /// The board id of Home Assistant OS.
    pub board: Option<&'a str>,
    /// The version of Home Assistant OS.
    pub os_version: Option<&'a str>,
    /// The architecture in Home Assistant's words.
    pub arch: Option<&'a str>,
}

/// Writes the envelope and returns it: it is at the *end* of `buffer`, because its head tells the length of what follows.
///
/// # Errors
///
/// [`Full`]: `buffer` is too small. [`CAPACITY`] never is.
pub fn write<'b>(event: &Event<'_>, buffer: &'b mut [u8]) -> Result<&'b [u8], Full> {
    let (head, body) = buffer.split_at_mut_checked(HEAD).ok_or(Full)?;
    let mut json = Writer::new(body);
    event.write(&mut json)?;
    let length = json.finish().len();

    let mut text = [0; HEAD];
    let mut json = Writer::new(&mut text);
    json.verbatim(form::HEAD)?;
    event.slot(Slot::Id, &mut json)?;
    json.verbatim(form::ITEM)?;
    json.number(u64::try_from(length).unwrap_or(u64::MAX))?;
    json.verbatim(form::ITEM_END)?;
    let written = json.finish();
    let begin = HEAD.checked_sub(written.len()).ok_or(Full)?;
    head.get_mut(begin..).filter(|room| room.len() == written.len()).ok_or(Full)?.copy_from_slice(written);
    let end = HEAD.checked_add(length).ok_or(Full)?;
    buffer.get(begin..end).ok_or(Full)
}

/// The two lines before the event never take more.
const HEAD: usize = 96;

impl Event<'_> {
    fn write(&self, json: &mut Writer<'_>) -> Result<(), Full> {
        for (key, slot) in EVENT {
            json.verbatim(key)?;
            self.slot(*slot, json)?;
        }
        json.verbatim(END)
    }

    fn slot(&self, slot: Slot, json: &mut Writer<'_>) -> Result<(), Full> {
        let known = |text: Option<&str>, json: &mut Writer<'_>| json.string(kept(text.unwrap_or("unknown"), TEXT));
        match slot {
            Slot::Id => hex(json, &self.id),
            Slot::Time => json.number(self.time),
            Slot::Level => json.string(kept(self.level, TEXT)),
            Slot::Release => json.string(kept(self.release, TEXT)),
            Slot::Kind => json.string(kept(self.kind, TEXT)),
            Slot::Message => json.string(kept(self.message, MESSAGE)),
            Slot::Frames => self.frames(json),
            Slot::Images => self.images(json),
            Slot::OsName => json.string(if self.machine.os_version.is_some() { "Home Assistant OS" } else { "Linux" }),
            Slot::OsVersion => known(self.machine.os_version, json),
            Slot::Arch => known(self.machine.arch, json),
            Slot::Board => known(self.machine.board, json),
            Slot::Command => json.string(kept(self.command, TEXT)),
            Slot::File => json.string(kept(self.file.unwrap_or("none"), TEXT)),
            Slot::Shortened => json.string(if self.message.len() > MESSAGE { "yes" } else { "no" }),
            // These are parts of a frame or an image.
            _ => Err(Full),
        }
    }

    /// Sentry wants the outermost call first, and what was at fault last.
    fn frames(&self, json: &mut Writer<'_>) -> Result<(), Full> {
        json.begin_array()?;
        match self.trace {
            Trace::Addresses(all) => {
                for address in all.iter().take(FRAMES).rev() {
                    parts(json, &FRAME_ADDRESS, |_, json| hex_number(json, *address))?;
                }
            }
            Trace::Functions(all) => {
                for name in all.iter().take(FRAMES).rev() {
                    parts(json, &FRAME_FUNCTION, |_, json| json.string(kept(name, TEXT)))?;
                }
            }
        }
        if let Some(place) = self.place {
            parts(json, &FRAME_PLACE, |slot, json| match slot {
                Slot::Line => json.number(place.line.into()),
                Slot::Column => json.number(place.column.into()),
                _ => json.string(kept(source_file(place.file), TEXT)),
            })?;
        }
        json.end_array()
    }

    fn images(&self, json: &mut Writer<'_>) -> Result<(), Full> {
        json.begin_array()?;
        if let Some(image) = self.image {
            parts(json, &IMAGE, |slot, json| match slot {
                Slot::Address => hex_number(json, image.address),
                Slot::Size => json.number(image.size),
                Slot::DebugId => debug_id(json, image.build_id),
                _ => hex(json, image.build_id.get(..BUILD_ID).unwrap_or(image.build_id)),
            })?;
        }
        json.end_array()
    }
}

/// An object whose last part is its brace.
fn parts(
    json: &mut Writer<'_>,
    form: &[(&str, Slot)],
    value: impl Fn(Slot, &mut Writer<'_>) -> Result<(), Full>,
) -> Result<(), Full> {
    json.comma()?;
    for (key, slot) in form {
        json.verbatim(key)?;
        if *slot != Slot::Nothing {
            value(*slot, json)?;
        }
    }
    Ok(())
}

/// As much of a text as is kept, without half a character.
fn kept(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    loop {
        if let Some(kept) = text.get(..end) {
            return kept;
        }
        end = end.saturating_sub(1);
    }
}

/// A number as Sentry wants addresses: a string, `0x1f`.
fn hex_number(json: &mut Writer<'_>, number: u64) -> Result<(), Full> {
    let digits = 16_usize.saturating_sub(number.leading_zeros() as usize / 4).max(1);
    json.begin_string()?;
    json.verbatim("0x")?;
    for place in (0..digits).rev() {
        json.hex((number >> (place * 4)) as u8 & 0xf)?;
    }
    json.end_string()
}

/// Bytes as digits, two for each.
fn hex(json: &mut Writer<'_>, bytes: &[u8]) -> Result<(), Full> {
    json.begin_string()?;
    for byte in bytes {
        json.hex(byte >> 4)?;
        json.hex(byte & 0xf)?;
    }
    json.end_string()
}

/// Sentry's name for a build: the first 16 bytes of the build id, read as a little-endian UUID.
fn debug_id(json: &mut Writer<'_>, build_id: &[u8]) -> Result<(), Full> {
    const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    json.begin_string()?;
    for (count, index) in ORDER.into_iter().enumerate() {
        if matches!(count, 4 | 6 | 8 | 10) {
            json.verbatim("-")?;
        }
        let byte = build_id.get(index).copied().unwrap_or_default();
        json.hex(byte >> 4)?;
        json.hex(byte & 0xf)?;
    }
    json.end_string()
}

#[cfg(test)]
mod tests;
