//! The text of a file, as the parser may have it.
//!
//! The parser takes a NUL for the end, and where a bracket may begin a key it collects tokens until the bracket closes.
//! So control characters are found here, as Home Assistant does it, and the number of characters between two events is
//! bounded. Where the parser stands can be seen from outside, and moved: see `mapping`.

use core::cell::{Cell, RefCell};
use core::ops::Range;

use saphyr_parser::input::is_breakz;
use saphyr_parser::Input;

use super::error::Cause;

/// The most characters between two events, and so the longest text or list in brackets.
const BETWEEN_EVENTS: usize = 256 * 1024;
/// How often the text may be looked at to pass over parts of it.
const LOOKS: usize = 4;
/// What the parser is told that it may look ahead; it may look at all there is.
const AHEAD: usize = 16;

/// A text, and where in it the parser is.
pub struct Source<'t> {
    /// All of it.
    pub text: &'t str,
    at: Cell<usize>,
    /// What was passed over. Lines are counted only if somebody asks for one.
    passed: RefCell<Vec<Range<usize>>>,
    left: Cell<usize>,
    /// How many bytes may be looked at to pass over something.
    pub budget: Cell<usize>,
}

/// A line, as the parser counts, and how often something was passed over before.
#[derive(Clone, Copy, Default)]
pub struct Place {
    line: usize,
    passed: usize,
}

impl<'t> Source<'t> {
    /// At the beginning.
    pub fn new(text: &'t str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Source {
            text,
            at: Cell::new(0),
            passed: RefCell::default(),
            left: Cell::new(BETWEEN_EVENTS),
            budget: Cell::new(LOOKS * text.len()),
        }
    }

    /// Where the parser is, in bytes.
    pub fn at(&self) -> usize {
        self.at.get()
    }

    /// Moves the parser onwards, to a line break or to the end.
    pub fn pass(&self, to: usize) {
        self.passed.borrow_mut().push(self.at.get()..to);
        self.at.set(to);
    }

    /// What the parser takes for this line.
    pub fn place(&self, line: usize) -> Place {
        Place { line, passed: self.passed.borrow().len() }
    }

    /// The line in the file.
    pub fn line(&self, place: Place) -> usize {
        let passed = self.passed.borrow();
        place.line + passed.iter().take(place.passed).map(|range| lines(self.text, range.clone())).sum::<usize>()
    }

    /// To be called after each event.
    ///
    /// # Errors
    ///
    /// The parser did not get any further: the line, and why. Whatever it says is then worth nothing.
    pub fn check(&self) -> Result<(), (usize, Cause)> {
        let at = self.at.get();
        let cause = if self.left.replace(BETWEEN_EVENTS) == 0 {
            Cause::TooMuch { what: "characters in one value", most: BETWEEN_EVENTS }
        } else if self.look(at) == '\0' && at < self.text.len() {
            Cause::Refused("a control character")
        } else {
            return Ok(());
        };
        Err((1 + lines(self.text, 0..at), cause))
    }

    /// The character at a place. Where there is none, or none that may be there, it is a NUL, which is the end.
    fn look(&self, at: usize) -> char {
        match self.text.as_bytes().get(at) {
            Some(byte @ (b' '..=b'~' | b'\n')) => char::from(*byte),
            Some(_) => {
                let character = self.text.get(at..).and_then(|rest| rest.chars().next());
                character.filter(|character| is_allowed(*character)).unwrap_or('\0')
            }
            None => '\0',
        }
    }

    fn next(&self) -> char {
        match self.left.get() {
            0 => '\0',
            _ => self.look(self.at.get()),
        }
    }

    fn step(&self) -> Option<char> {
        let next = self.next();
        if next == '\0' {
            return None;
        }
        self.left.set(self.left.get() - 1);
        self.at.set(self.at.get() + next.len_utf8());
        Some(next)
    }
}

impl Input for &Source<'_> {
    fn lookahead(&mut self, _count: usize) {}

    fn buflen(&self) -> usize {
        AHEAD
    }

    fn bufmaxlen(&self) -> usize {
        AHEAD
    }

    fn raw_read_ch(&mut self) -> char {
        self.step().unwrap_or('\0')
    }

    fn raw_read_non_breakz_ch(&mut self) -> Option<char> {
        if is_breakz(self.next()) {
            return None;
        }
        self.step()
    }

    fn skip(&mut self) {
        self.step();
    }

    fn skip_n(&mut self, count: usize) {
        for _ in 0..count {
            self.step();
        }
    }

    fn peek(&self) -> char {
        self.next()
    }

    fn peek_nth(&self, n: usize) -> char {
        let mut at = self.at.get();
        for _ in 0..n {
            at += self.look(at).len_utf8();
        }
        match self.left.get() {
            0 => '\0',
            _ => self.look(at),
        }
    }
}

fn lines(text: &str, range: Range<usize>) -> usize {
    text.get(range).unwrap_or_default().bytes().filter(|byte| *byte == b'\n').count()
}

/// What YAML 1.1 allows in a file.
fn is_allowed(character: char) -> bool {
    matches!(character,
        ' '..='~' | '\n' | '\t' | '\r' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}
