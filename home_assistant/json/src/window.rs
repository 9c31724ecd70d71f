//! A window over a source: the only memory that reading takes, however large the file is.

use std::io::{ErrorKind, Read};

use super::Error;

/// Most files end within the first look, and touching memory costs more than reading.
const FIRST: usize = 4 * 1024;
/// The rest is read by windows of this size. Larger ones are not faster.
const LARGEST: usize = 16 * 1024;
/// Most members of an object are shorter. Moving so many costs less than going byte by byte over the edge of a window.
const FEW: usize = 2 * 1024;

/// What has been read and not yet taken.
pub struct Window<'a> {
    source: &'a mut dyn Read,
    bytes: Box<[u8]>,
    start: usize,
    end: usize,
    /// How many bytes of the source came before the window.
    passed: u64,
}

impl<'a> Window<'a> {
    /// An empty window.
    pub fn new(source: &'a mut dyn Read) -> Self {
        Window { source, bytes: Box::new([]), start: 0, end: 0, passed: 0 }
    }

    /// What can be had without reading.
    #[inline(always)]
    pub fn rest(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// Takes `count` bytes of [`rest`](Self::rest).
    #[inline(always)]
    pub fn take(&mut self, count: usize) {
        self.start = self.end.min(self.start + count);
    }

    /// The `length` bytes that come `before` those not yet taken. Good until more is read.
    pub fn taken(&self, before: usize, length: usize) -> &[u8] {
        let from = self.start.saturating_sub(before);
        self.bytes.get(from..from + length).unwrap_or_default()
    }

    /// How many bytes of the source were taken.
    pub fn offset(&self) -> u64 {
        self.passed + self.start as u64
    }

    /// Reads on when all is taken. `false`: the source is at its end.
    #[cold]
    pub fn fill(&mut self) -> Result<bool, Error> {
        Ok(self.start < self.end || self.read_on()?)
    }

    /// Reads on behind the last few bytes, so that what they begin is in one piece. `false`: they are more than a few,
    /// there is no room behind them, or nothing more to come.
    #[cold]
    pub fn extend(&mut self) -> Result<bool, Error> {
        Ok((1..=FEW).contains(&self.rest().len()) && self.read_on()?)
    }

    /// Moves what is not taken to the front, and reads as much behind it as there is room for.
    fn read_on(&mut self) -> Result<bool, Error> {
        self.passed += self.start as u64;
        // A source that did not fill it has no more, as a rule.
        let is_full = self.end == self.bytes.len();
        let left = self.start..self.end;
        (self.start, self.end) = (0, left.len());
        match self.bytes.len() {
            0 => self.bytes = vec![0; FIRST].into_boxed_slice(),
            FIRST if is_full => {
                let mut larger = vec![0; LARGEST];
                larger.iter_mut().zip(self.bytes.get(left).unwrap_or_default()).for_each(|(to, byte)| *to = *byte);
                self.bytes = larger.into_boxed_slice();
            }
            _ => self.bytes.copy_within(left, 0),
        }
        let Some(room) = self.bytes.get_mut(self.end..).filter(|room| !room.is_empty()) else { return Ok(false) };
        loop {
            match self.source.read(room) {
                Ok(count) => {
                    self.end += count.min(room.len());
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::Io(error)),
            }
        }
    }

    /// The next byte, not taken.
    #[inline(always)]
    pub fn peek(&mut self) -> Result<u8, Error> {
        if let Some(&byte) = self.rest().first() {
            return Ok(byte);
        }
        self.fill()?;
        self.rest().first().copied().ok_or(Error::Truncated)
    }
}
