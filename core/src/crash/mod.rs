//! A crash report: one Sentry envelope with one event, into the slice that the caller lends.
//!
//! `form.rs` is the whole of what such a report can say, key by key. It is written by [`write()`] and compared by [`check()`], so
//! that a file that somebody else has put among the reports is never taken for one.
//!
//! # Why not …
//!
//! * *… leave out what is not known?* Then there would be many forms to check. What is not known says `unknown`.
//! * *… texts that are made while running?* They could say anything. Words are `'static`, so they
//!   stand in our source; facts of the machine and names of functions have closed
//!   [forms](crate::form).
//! * *… the message of a panic?* It may quote what was read. [`safe_message`] keeps what only our own source can have said.
//! * *… how it came there?* The images' programs have no tables for unwinding, so that would be
//!   guessed. File, line and column are known.

mod check;
mod form;
mod message;

pub use check::{check, NoReport};
pub use message::{safe_message, source_file};

use self::form::{Slot, END, EVENT, FRAME_FUNCTION, FRAME_PLACE};
use crate::form::{FunctionName, Label};
use crate::json::{Full, Writer};

/// No report is longer: 64 functions, and every text as long as it may be and all of it escapes,
/// take 12 kB.
pub const CAPACITY: usize = 14 * 1024;
/// Bytes of a message that are kept. A longer one ends early, and the tag `shortened` says so.
pub const MESSAGE: usize = 256;
/// Bytes of any other text that are kept.
pub const TEXT: usize = 96;
/// Functions that are kept, besides the place in the source.
pub const FRAMES: usize = 64;

/// What went wrong, and on what.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// Chance. A report that arrives twice is the same event by this.
    pub id: [u8; 16],
    /// Seconds since 1970, by the clock of the machine.
    pub time: u64,
    /// `fatal` or `error`.
    pub level: &'static str,
    /// The program and its version: `haos-analytics@0.1.0`.
    pub release: &'static str,
    /// What kind of fault: `panic`.
    pub kind: &'static str,
    /// What is wrong. It must hold nothing that was read: see [`safe_message`].
    pub message: &'a str,
    /// Where in the source.
    pub place: Option<Place<'a>>,
    /// The kernel's functions that were under way, the innermost first. At most [`FRAMES`] of them
    /// are written.
    pub functions: &'a [FunctionName<'a>],
    /// What it happened on.
    pub machine: Machine<'a>,
    /// The command that ran.
    pub command: &'static str,
    /// The name of the file that was opened last.
    pub file: Option<&'static str>,
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

/// A machine; what is not known is absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machine<'a> {
    /// The board id of Home Assistant OS.
    pub board: Option<Label<'a>>,
    /// The version of Home Assistant OS.
    pub os_version: Option<Label<'a>>,
    /// The architecture in Home Assistant's words.
    pub arch: Option<Label<'a>>,
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

/// What a fact that is not known says. It has the form of one.
const UNKNOWN: &str = "unknown";

impl Event<'_> {
    fn write(&self, json: &mut Writer<'_>) -> Result<(), Full> {
        for (key, slot) in EVENT {
            json.verbatim(key)?;
            self.slot(*slot, json)?;
        }
        json.verbatim(END)
    }

    fn slot(&self, slot: Slot, json: &mut Writer<'_>) -> Result<(), Full> {
        let known = |label: Option<Label<'_>>, json: &mut Writer<'_>| json.string(label.map_or(UNKNOWN, Label::as_str));
        match slot {
            Slot::Id => hex(json, &self.id),
            Slot::Time => json.number(self.time),
            Slot::Level => json.string(kept(self.level, TEXT)),
            Slot::Release => json.string(kept(self.release, TEXT)),
            Slot::Kind => json.string(kept(self.kind, TEXT)),
            Slot::Message => json.string(kept(self.message, MESSAGE)),
            Slot::Frames => self.frames(json),
            Slot::OsName => json.string(if self.machine.os_version.is_some() { "Home Assistant OS" } else { "Linux" }),
            Slot::OsVersion => known(self.machine.os_version, json),
            Slot::Arch => known(self.machine.arch, json),
            Slot::Board => known(self.machine.board, json),
            Slot::Command => json.string(kept(self.command, TEXT)),
            Slot::File => json.string(kept(self.file.unwrap_or("none"), TEXT)),
            Slot::Shortened => json.string(if self.message.len() > MESSAGE { "yes" } else { "no" }),
            // These are parts of a frame.
            _ => Err(Full),
        }
    }

    /// Sentry wants the outermost call first, and what was at fault last.
    fn frames(&self, json: &mut Writer<'_>) -> Result<(), Full> {
        json.begin_array()?;
        for name in self.functions.iter().take(FRAMES).rev() {
            parts(json, &FRAME_FUNCTION, |_, json| json.string(name.as_str()))?;
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

/// Bytes as digits, two for each.
fn hex(json: &mut Writer<'_>, bytes: &[u8]) -> Result<(), Full> {
    json.begin_string()?;
    for byte in bytes {
        json.hex(byte >> 4)?;
        json.hex(byte & 0xf)?;
    }
    json.end_string()
}

#[cfg(test)]
mod tests;
