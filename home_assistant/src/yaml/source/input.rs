//! The bytes of a file, checked and counted.

use std::io::{self, Read};

use super::check::check;
use crate::yaml::error::Cause;
use crate::yaml::loader::too_many_bytes;

/// The size of the buffer.
const BUFFER: usize = 8 * 1024;
/// As much as that is there before a line is looked at, so that the next line is seen as well.
const AHEAD: usize = 1024;

/// A file that is being read.
pub(super) struct Input<'f> {
    content: Box<dyn Read + 'f>,
    /// How many bytes may still be read.
    left: u64,
    raw: Vec<u8>,
    /// From here on nothing was passed on.
    at: usize,
    /// Up to here it is text.
    good: usize,
    fault: Option<Cause>,
    is_end: bool,
    is_begun: bool,
    passed: u64,
    /// An exclamation mark may be in the buffer.
    pub(super) has_mark: bool,
}

impl<'f> Input<'f> {
    /// Of at most `most` bytes.
    pub(super) fn new(content: Box<dyn Read + 'f>, most: u64) -> Self {
        Input {
            content,
            left: most,
            raw: Vec::new(),
            at: 0,
            good: 0,
            fault: None,
            is_end: false,
            is_begun: false,
            passed: 0,
            has_mark: false,
        }
    }

    /// What follows, as far as it is there: text, and whole characters.
    pub(super) fn rest(&self) -> &[u8] {
        self.raw.get(self.at..self.good).unwrap_or_default()
    }

    /// Passes over bytes of it.
    pub(super) fn skip(&mut self, count: usize) {
        self.at += count;
        self.passed += count as u64;
    }

    /// How many bytes were passed over.
    pub(super) fn passed(&self) -> u64 {
        self.passed
    }

    /// Why nothing follows, if that is not the end of the file.
    pub(super) fn fault(&mut self) -> Option<Cause> {
        self.fault.take()
    }

    /// Reads on if little is left, and gives the number of bytes read. What is left is moved to the
    /// front.
    pub(super) fn fill(&mut self) -> usize {
        if self.good - self.at >= AHEAD || self.is_end {
            return 0;
        }
        self.raw.drain(..self.at);
        self.good -= self.at;
        self.at = 0;
        let before = self.raw.len();
        self.read();
        let count = self.raw.len() - before;
        let checked = check(self.raw.get(self.good..).unwrap_or_default(), self.is_end);
        self.good += checked.good;
        self.has_mark = checked.has_mark || self.rest().contains(&b'!');
        if let Some(fault) = checked.fault {
            self.fault.get_or_insert(Cause::Refused(fault));
            self.is_end = true;
        }
        match self.left.checked_sub(count as u64) {
            Some(left) => self.left = left,
            None => {
                self.fault = Some(too_many_bytes());
                self.is_end = true;
            }
        }
        // The first of the two that YAML lets begin a file; the parser passes over the other.
        if !self.is_begun && self.raw.starts_with("\u{feff}".as_bytes()) {
            self.at = "\u{feff}".len();
        }
        self.is_begun = true;
        count
    }

    /// Fills the buffer.
    fn read(&mut self) {
        let mut length = self.raw.len();
        self.raw.resize(BUFFER, 0);
        while length < BUFFER && !self.is_end {
            match self.content.read(self.raw.get_mut(length..).unwrap_or_default()) {
                Ok(0) => self.is_end = true,
                Ok(count) => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.fault = Some(Cause::Read(crate::files::Cause::Io(error)));
                    self.is_end = true;
                }
            }
        }
        self.raw.truncate(length);
    }
}
