//! What the parser got, as far back as it is of use.

use super::lexer::Lexer;
use super::place::Place;

/// What is remembered at least, in bytes.
const LEAST: usize = 4 * 1024;

/// What the parser got.
#[derive(Default)]
pub(super) struct Sent {
    /// How many bytes.
    given: u64,
    /// The last of them.
    bytes: Vec<u8>,
    known: Option<Known>,
}

/// In what the parser is, at a place.
struct Known {
    /// The last event: its end, and the brackets and the block around.
    since: (u64, usize, i64),
    /// That place.
    at: u64,
    lexer: Lexer,
}

impl Sent {
    /// How many bytes the parser got.
    pub(super) fn given(&self) -> u64 {
        self.given
    }

    /// Adds what it gets now. Inside of something long, what came since the last event is of no
    /// more use.
    pub(super) fn add(&mut self, bytes: &[u8], place: &Place, is_long: bool) {
        if self.bytes.len() > LEAST {
            let keep = if is_long { LEAST } else { length(self.given - place.end()) };
            let cut = self.bytes.len().saturating_sub(keep);
            let cut = (cut..self.bytes.len()).find(|at| self.bytes.get(*at).is_some_and(|byte| !is_inner(*byte)));
            self.bytes.drain(..cut.unwrap_or(self.bytes.len()));
        }
        self.bytes.extend_from_slice(bytes);
        self.given += bytes.len() as u64;
    }

    /// What it got from a place on; `None` if that is not remembered.
    pub(super) fn since(&self, place: u64) -> Option<&[u8]> {
        let start = self.bytes.len().checked_sub(length(self.given - place))?;
        self.bytes.get(start..)
    }

    /// In what the parser is, once it has read all that it was given.
    pub(super) fn lexer(&mut self, place: &Place) -> Lexer {
        let since = (place.end(), place.flow(), place.indent());
        let (at, mut lexer) = match self.known.take() {
            Some(known) if known.since == since => (known.at, known.lexer),
            _ => (place.end(), Lexer::new(place.flow(), place.indent(), place.column())),
        };
        let bytes = self.since(at).unwrap_or_default();
        lexer.run(core::str::from_utf8(bytes).unwrap_or_default());
        self.known = Some(Known { since, at: self.given, lexer: lexer.clone() });
        lexer
    }
}

/// At most so many bytes, without a part of a character.
pub(super) fn whole_characters(bytes: &[u8], length: usize) -> usize {
    let is_start = |at: &usize| bytes.get(*at).is_none_or(|byte| !is_inner(*byte));
    (1..=length).rev().find(is_start).unwrap_or(length)
}

/// A byte of a character that is not its first.
pub(super) fn is_inner(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

fn length(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
