//! From a file to what the parser sees of it, a line at a time.
//!
//! * It checks that the bytes are text, and counts them (`input`, `check`).
//! * It keeps the parser from what it cannot read: a last line without an end, a tag right before a
//!   comma (`tags`).
//! * It leaves out what cannot matter: lines of mappings of which nothing is kept (`siblings`), and
//!   the inside of a text that is longer than anything that is kept (`long`, `quotes`, by what
//!   `lexer` says).
//!
//! The parser asks for more only when it has read all but a few characters of what it was given. So
//! what its events say (`place`) holds right before the next line.

mod check;
mod input;
mod inside;
mod lexer;
mod long;
mod place;
mod quotes;
mod sent;
mod siblings;
mod tags;

use std::io::{self, BufRead, Read};
use std::rc::Rc;

use self::input::Input;
use self::lexer::{Lexer, State};
use self::long::Long;
pub use self::place::Place;
use self::sent::{whole_characters, Sent};
use self::siblings::Needless;
use self::tags::{Part, Tags};

/// The longest piece that the parser gets at once.
const PIECE: usize = 4 * 1024;
/// So many bytes after the last event, the parser is inside of one text or comment.
const LONG: u64 = 16 * 1024;
/// A file, as the parser sees it.
pub struct Source<'f> {
    input: Input<'f>,
    shortened: bool,
    place: Rc<Place>,
    /// The line in the file.
    line: usize,
    /// What the parser gets next, and how much of it it has.
    out: Vec<u8>,
    taken: usize,
    /// What it got.
    sent: Sent,
    /// Where the last line began, if the parser got all of it.
    last: Option<u64>,
    /// What was passed on last ended in the middle of a line.
    in_line: bool,
    tags: Tags,
    /// What of a tag in brackets was passed on last.
    in_tag: Option<Part>,
    long: Option<Long>,
}

impl<'f> Source<'f> {
    /// Of at most `most` bytes. With `shortened`, lines that cannot matter are left out.
    pub fn new(content: Box<dyn Read + 'f>, most: u64, shortened: bool, place: Rc<Place>) -> Self {
        Source {
            input: Input::new(content, most),
            shortened,
            place,
            line: 1,
            out: Vec::new(),
            taken: 0,
            sent: Sent::default(),
            last: None,
            in_line: false,
            tags: Tags::default(),
            in_tag: None,
            long: None,
        }
    }

    /// Makes the next piece.
    fn produce(&mut self) -> io::Result<()> {
        self.out.clear();
        self.taken = 0;
        while self.out.is_empty() {
            self.place.add_read(self.input.fill());
            if self.input.rest().is_empty() {
                self.end()?;
                break;
            }
            self.watch()?;
            if self.in_tag.is_some() || self.is_tag_in_brackets() {
                self.pass_tag();
            } else {
                self.pass_line();
            }
        }
        self.sent.add(&self.out, &self.place, self.long.is_some());
        Ok(())
    }

    /// The end: of the file, or of what may be used.
    fn end(&mut self) -> io::Result<()> {
        if let Some(cause) = self.input.fault() {
            self.place.fail(self.line, cause);
            return Err(io::ErrorKind::InvalidData.into());
        }
        if let Some(long) = &mut self.long {
            long.flush(&mut self.out);
        }
        if self.in_line || !self.out.is_empty() {
            self.in_line = false;
            self.out.push(b'\n');
        }
        Ok(())
    }

    /// Looks whether the parser has been inside of one text for long.
    fn watch(&mut self) -> io::Result<()> {
        let end = self.place.end();
        if let Some(long) = self.long.as_mut().filter(|long| long.since != end) {
            // That something is empty is told by an event of before a long comment: what it is in
            // is still the same.
            if self.sent.since(end).is_none() {
                long.go_on(end, self.place.indent());
            } else {
                self.long = None;
            }
        }
        if self.shortened && self.long.is_none() && self.sent.given() - end > LONG {
            self.long = Some(Long::new(self.lexer(), end, self.in_line));
        }
        if let Some(cause) = self.long.as_ref().and_then(|long| long.fault(self.sent.given() - end)) {
            self.place.fail(self.line, cause);
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(())
    }

    /// In what the parser is, once it has read all that it was given.
    fn lexer(&mut self) -> Lexer {
        if let Some(long) = &self.long {
            return long.now();
        }
        self.sent.lexer(&self.place)
    }

    /// Whether what follows is a tag in brackets.
    fn is_tag_in_brackets(&mut self) -> bool {
        if self.input.rest().first() != Some(&b'!') {
            return false;
        }
        let mut lexer = self.lexer();
        lexer.feed('!');
        lexer.state == State::Tag && lexer.flow > 0
    }

    /// Passes on a part of a tag, or what follows on it: a blank before a comma.
    ///
    /// libyaml takes a comma there; its port panics. In brackets a blank between the two means
    /// nothing.
    fn pass_tag(&mut self) {
        let rest = self.input.rest();
        let (length, part) = tags::part(rest, self.in_tag);
        self.in_tag = part;
        if let Some(long) = &mut self.long {
            long.flush(&mut self.out);
        }
        if length == 0 && rest.first() != Some(&b',') {
            self.pass_line();
            return;
        }
        let before = self.out.len();
        if length == 0 {
            self.out.extend_from_slice(b" ,");
        } else {
            self.out.extend_from_slice(rest.get(..length).unwrap_or_default());
        }
        self.input.skip(length.max(1));
        self.in_line = true;
        self.last = None;
        if let Some(long) = &mut self.long {
            long.see(self.out.get(before..).unwrap_or_default());
        }
    }

    /// Passes on a line or a part of it, or leaves lines out.
    fn pass_line(&mut self) {
        let Needless { bytes, lines } = self.needless();
        if lines > 0 {
            self.place.leave_out(self.sent.given(), lines.try_into().unwrap_or(isize::MAX));
            self.input.skip(bytes);
            self.line += lines;
            return;
        }
        let rest = self.input.rest();
        let piece = rest.get(..PIECE.min(rest.len())).unwrap_or_default();
        // This copies as well, and finds the end quicker than a loop.
        let mut source = piece;
        let mut length = source.read_until(b'\n', &mut self.out).unwrap_or_default();
        let mut is_whole = self.out.ends_with(b"\n");
        if !is_whole {
            length = whole_characters(rest, length);
        }
        if self.input.has_mark {
            if let Some(cut) = self.tags.before_comma(length, rest, self.input.passed()) {
                length = cut;
                is_whole = false;
            }
        }
        self.out.truncate(length);
        self.look_at_line(is_whole);
        self.input.skip(length);
        self.in_line = !is_whole;
        self.line += usize::from(is_whole);
    }

    /// The lines that follow and cannot matter.
    fn needless(&self) -> Needless {
        let (Some(start), Some(key)) = (self.last, self.place.key()) else {
            return Needless::default();
        };
        let rest = self.input.rest();
        let column = siblings::blanks(rest);
        if key < start || !self.place.is_quiet(column) || !self.sent.since(key).is_some_and(siblings::is_entry) {
            return Needless::default();
        }
        siblings::needless(rest, column)
    }

    fn look_at_line(&mut self, is_whole: bool) {
        self.last = None;
        if let Some(long) = &mut self.long {
            let left_out = long.shorten(&mut self.out);
            if left_out != 0 {
                self.place.leave_out(self.sent.given(), left_out);
            }
        } else if self.shortened && is_whole && !self.in_line {
            self.last = Some(self.sent.given());
        }
    }
}

impl Read for Source<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Source<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken >= self.out.len() {
            self.produce()?;
        }
        Ok(self.out.get(self.taken..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.taken += count;
    }
}
