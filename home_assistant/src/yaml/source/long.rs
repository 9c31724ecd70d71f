//! The inside of a text that is longer than anything that is kept. It is left out, its end is not.
//!
//! What is left out is only ever inside of the text in which the parser already is, so that it
//! changes nothing but that text. So much of it is kept that it is still longer than a key, a name,
//! or an anchored text of use. Where it cannot be known that something is inside, or the whole text
//! says what it is, it goes on to the parser, up to [`MOST`] bytes of one text.

use super::lexer::{is_break, Lexer, State};
use super::sent::is_inner;
use super::siblings::blanks;
use crate::yaml::error::Cause;

/// The most bytes of one text that the parser gets.
const MOST: u64 = 2 * 1024 * 1024;
/// The weight from which on a text is thinned. A character that is kept weighs up to nine, as in
/// `\U0001F600`.
const LEAST: usize = 16 * 1024;
/// The most directives.
const DIRECTIVES: usize = 100;
/// The shortest line that is surely read, but for its end, when the parser asks for the next.
const SHORTEST: usize = 8;

/// A long text.
pub(super) struct Long {
    /// The end of the last event before it.
    pub(super) since: u64,
    /// In what the parser is.
    pub(super) lexer: Lexer,
    /// What becomes of the rest of the line.
    pub(super) rest: Rest,
    /// The smallest indent of a line of a block that the parser took in.
    indent: Option<usize>,
    /// The last line that the parser got: once it asks for more without an event, it has taken it
    /// in.
    last: Option<Line>,
    /// A quote or an escape at the end of a piece: what it is is told by the next.
    pub(super) carried: Vec<u8>,
    /// The last piece was passed on as it is.
    pub(super) is_after_piece: bool,
    /// A mistake in quotes was found: the parser gets the rest, to find it as well.
    pub(super) is_spoilt: bool,
}

/// What becomes of the rest of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// The line begins here.
    None,
    Keep,
    /// Only its end is kept.
    KeepEnd,
    Drop,
}

/// A line, as far as it matters.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Line {
    indent: usize,
    is_blank: bool,
    /// It goes on with the text before it if a line of this indent or less did.
    is_harmless: bool,
}

impl Long {
    /// In what the lexer found, after this event, in the middle of a line or not.
    pub(super) fn new(lexer: Lexer, since: u64, in_line: bool) -> Self {
        let rest = match (in_line, lexer.state) {
            (false, _) => Rest::None,
            (true, State::Block) if !lexer.is_blank => Rest::KeepEnd,
            _ => Rest::Keep,
        };
        Long {
            since,
            lexer,
            rest,
            indent: None,
            last: None,
            carried: Vec::new(),
            is_after_piece: true,
            is_spoilt: false,
        }
    }

    /// Goes on after another event, which ends before it.
    pub(super) fn go_on(&mut self, since: u64, indent: i64) {
        self.since = since;
        self.lexer.indent = indent;
    }

    /// Why it cannot go on, `given` bytes after the last event.
    pub(super) fn fault(&self, given: u64) -> Option<Cause> {
        let is_text = !matches!(self.lexer.state, State::Between | State::Comment);
        if self.lexer.directives > DIRECTIVES {
            Some(Cause::TooMuch { what: "directives", most: DIRECTIVES })
        } else if is_text && given > MOST {
            Some(Cause::TooMuch { what: "bytes of a text of this kind", most: usize::try_from(MOST).unwrap_or(0) })
        } else {
            None
        }
    }

    /// Takes note of what is passed on as it is.
    pub(super) fn see(&mut self, piece: &[u8]) {
        self.lexer.run(text(piece));
        self.is_after_piece = true;
        self.rest = if piece.ends_with(b"\n") { Rest::None } else { Rest::Keep };
    }

    /// Passes on what was carried over.
    pub(super) fn flush(&mut self, out: &mut Vec<u8>) {
        self.is_after_piece |= !self.carried.is_empty();
        self.lexer.run(text(&self.carried));
        out.append(&mut self.carried);
    }

    /// In what the parser is, once it has what was carried over as well.
    pub(super) fn now(&self) -> Lexer {
        let mut lexer = self.lexer.clone();
        lexer.run(text(&self.carried));
        lexer
    }

    /// Leaves out what it can of a line, or of a part of one, and gives the number of lines left
    /// out.
    pub(super) fn shorten(&mut self, piece: &mut Vec<u8>) -> isize {
        if !self.carried.is_empty() {
            self.carried.append(piece);
            core::mem::swap(&mut self.carried, piece);
        }
        match self.lexer.state {
            _ if !self.is_only_long() => self.pass(piece),
            State::Single | State::Double if !self.is_spoilt => self.quotes(piece),
            State::Block => self.block(piece),
            State::Plain => self.plain(piece),
            _ => self.pass(piece),
        }
    }

    fn pass(&mut self, piece: &[u8]) -> isize {
        self.see(piece);
        0
    }

    /// Whether the text is long, and what it is does not depend on all of it, as for a number or
    /// after a tag.
    fn is_only_long(&self) -> bool {
        let lexer = &self.lexer;
        lexer.weight > LEAST && !lexer.has_tag && (lexer.is_words || lexer.state != State::Plain)
    }

    fn block(&mut self, piece: &mut Vec<u8>) -> isize {
        let is_whole = piece.ends_with(b"\n");
        if self.rest == Rest::None {
            self.rest = self.rest_of_block(piece);
        } else if has_odd_break(piece) {
            self.rest = Rest::Keep;
            self.indent = None;
        }
        let left_out = match self.rest {
            Rest::Drop => {
                piece.clear();
                isize::from(is_whole)
            }
            Rest::KeepEnd => {
                piece.clear();
                if is_whole {
                    piece.push(b'\n');
                }
                0
            }
            Rest::Keep | Rest::None => {
                self.lexer.run(text(piece));
                0
            }
        };
        if is_whole {
            self.rest = Rest::None;
        } else if self.rest == Rest::Keep && !self.lexer.is_blank && !has_odd_break(piece) {
            self.rest = Rest::KeepEnd;
        }
        left_out
    }

    /// What becomes of a line of a block that begins here.
    fn rest_of_block(&mut self, piece: &[u8]) -> Rest {
        self.take_last();
        if has_odd_break(piece) {
            self.indent = None;
            return Rest::Keep;
        }
        let indent = blanks(piece);
        let is_blank = matches!(piece.get(indent..), Some([] | [b'\n'] | [b'\r', b'\n']));
        match self.indent {
            Some(_) if is_blank && piece.ends_with(b"\n") => Rest::Drop,
            Some(least) if indent >= least && !is_blank => Rest::Drop,
            _ => {
                self.last = Some(Line { indent, is_blank, is_harmless: !is_blank });
                Rest::Keep
            }
        }
    }

    fn plain(&mut self, piece: &mut Vec<u8>) -> isize {
        let is_whole = piece.ends_with(b"\n");
        if self.rest == Rest::None && is_whole {
            self.take_last();
            let line = self.line(piece);
            let is_inside =
                self.indent.is_some_and(|least| line.is_blank || (line.is_harmless && line.indent >= least));
            if is_inside {
                piece.clear();
                return 1;
            }
            self.last = Some(line);
        } else if self.rest != Rest::None && !is_whole && self.is_harmless(piece) {
            // A blank before `#`, or something after `:`, is not to be lost.
            let last = (0..piece.len()).rev().find(|at| piece.get(*at).is_some_and(|byte| !is_inner(*byte)));
            piece.drain(1..last.unwrap_or(1).max(1));
        } else {
            self.last = None;
        }
        self.lexer.run(text(piece));
        self.rest = if is_whole { Rest::None } else { Rest::Keep };
        0
    }

    /// The last line was taken in: there was no event since.
    fn take_last(&mut self) {
        if let Some(last) = self.last.take().filter(|last| last.is_harmless) {
            self.indent = Some(self.indent.map_or(last.indent, |indent| indent.min(last.indent)));
        }
    }

    fn line(&self, line: &[u8]) -> Line {
        let indent = blanks(line);
        let words = line.get(indent..).unwrap_or_default();
        let words = words.strip_suffix(b"\n").unwrap_or(words);
        let is_harmless = words.len() >= SHORTEST
            && words.first().is_some_and(|first| !b"-.".contains(first))
            && self.is_harmless(words);
        Line { indent, is_blank: words.is_empty(), is_harmless }
    }

    /// Whether all of it is inside of a text without quotes, if what is before it is. It begins
    /// with one byte of its own.
    fn is_harmless(&self, words: &[u8]) -> bool {
        let is_harmless = |byte: &u8| match byte {
            b':' | b'#' => false,
            b',' | b'[' | b']' | b'{' | b'}' | b'?' => self.lexer.flow == 0,
            b' '..=b'~' => true,
            _ => *byte >= 0x80,
        };
        words.first().is_some_and(u8::is_ascii) && words.iter().all(is_harmless) && !has_odd_break(words)
    }
}

pub(super) fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

/// A line end other than that of the whole.
fn has_odd_break(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
    if line.is_ascii() {
        return line.contains(&b'\r');
    }
    text(line).contains(is_break)
}
