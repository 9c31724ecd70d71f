//! A window over a source: the only memory that reading takes, however large the file is.

use std::io::{ErrorKind, Read};

use super::Error;

/// Most files end within the first look, and touching memory costs more than reading.
const FIRST: usize = 4 * 1024;
/// The rest is read by windows of this size. Larger ones are not faster.
const LARGEST: usize = 64 * 1024;

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

    /// The `length` bytes that come `before` those not yet taken. Good until the next [`fill`](Self::fill).
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
        if self.start < self.end {
            return Ok(true);
        }
        self.passed += self.end as u64;
        (self.start, self.end) = (0, 0);
        if self.bytes.len() < LARGEST {
            let size = if self.passed == 0 { FIRST } else { LARGEST };
            self.bytes = vec![0; size].into_boxed_slice();
        }
        loop {
            match self.source.read(&mut self.bytes) {
                Ok(count) => {
                    self.end = count.min(self.bytes.len());
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
