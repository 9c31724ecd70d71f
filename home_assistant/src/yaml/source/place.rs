//! Where the parser is: what its events tell to the source in front of it, and what the source
//! tells of lines left out.

use core::cell::{Cell, RefCell};
use std::collections::VecDeque;

use libyaml_safer::Mark;

use crate::yaml::error::{Cause, Failure};

/// What the reader of events and the source share. Places are bytes of what the parser saw.
#[derive(Debug)]
pub struct Place {
    /// The end of the last event.
    end: Cell<u64>,
    /// Its column.
    column: Cell<u64>,
    /// The beginning of the last event.
    start: Cell<u64>,
    /// How many brackets are open there.
    flow: Cell<usize>,
    /// The column of the innermost block; -1 without one.
    indent: Cell<i64>,
    /// Where the last key of a block began of which most entries say nothing.
    key: Cell<Option<u64>>,
    /// The columns of such blocks around it, up to 63, a bit each.
    quiet: Cell<u64>,
    /// Lines that were left out: where, and how many.
    left_out: RefCell<VecDeque<(u64, isize)>>,
    /// How many were left out before the last event.
    before: Cell<isize>,
    /// Why the source gave no more: a line and a cause.
    fault: RefCell<Option<(usize, Cause)>>,
    /// How many bytes were read.
    read: Cell<u64>,
}

/// How it was around a list or mapping.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    flow: usize,
    indent: i64,
    quiet: u64,
}

impl Default for Place {
    fn default() -> Self {
        Place {
            end: Cell::new(0),
            column: Cell::new(0),
            start: Cell::new(0),
            flow: Cell::new(0),
            indent: Cell::new(-1),
            key: Cell::new(None),
            quiet: Cell::new(0),
            left_out: RefCell::default(),
            before: Cell::new(0),
            fault: RefCell::default(),
            read: Cell::new(0),
        }
    }
}

impl Place {
    /// Takes note of an event, and gives its line in the file, from 1.
    #[inline]
    pub fn reached(&self, start: &Mark, end: &Mark) -> usize {
        self.start.set(start.index);
        self.end.set(end.index);
        self.column.set(end.column);
        let mut left_out = self.left_out.borrow_mut();
        while let Some((_, lines)) = left_out.front().filter(|(at, _)| *at <= start.index).copied() {
            self.before.set(self.before.get() + lines);
            left_out.pop_front();
        }
        line(start).saturating_add_signed(self.before.get())
    }

    /// A list or mapping begins with the last event.
    #[inline]
    pub fn open(&self, is_flow: bool) -> Around {
        let around = Around { flow: self.flow.get(), indent: self.indent.get(), quiet: self.quiet.get() };
        let has_length = self.start.get() != self.end.get();
        if is_flow {
            // One pair in a list, without braces, has no length.
            self.flow.set(around.flow + usize::from(has_length));
        } else {
            // A list whose dashes stand below the key of its mapping makes no block of its own: its
            // event ends after the first dash. With an anchor before it this cannot be told, and
            // the smaller column is taken.
            let column = i64::try_from(self.column.get()).unwrap_or(i64::MAX);
            self.indent.set(around.indent.max(column - i64::from(has_length)));
        }
        around
    }

    /// It ends with the last event.
    #[inline]
    pub fn close(&self, around: Around) {
        self.flow.set(around.flow);
        self.indent.set(around.indent);
        self.quiet.set(around.quiet);
    }

    /// The last event began a block of which most entries say nothing.
    #[inline]
    pub fn begin_quiet(&self) {
        if let Some(bit) = bit(self.column.get()) {
            self.quiet.set(self.quiet.get() | bit);
        }
    }

    /// The last event was a key of a mapping of which most entries say nothing.
    #[inline]
    pub fn at_key(&self) {
        self.key.set(Some(self.start.get()));
    }

    /// How many bytes were read.
    pub fn read(&self) -> u64 {
        self.read.get()
    }

    /// Why the parser stopped.
    pub fn why(&self, error: &libyaml_safer::Error) -> (Option<usize>, Cause) {
        if let Some((line, cause)) = self.fault.borrow_mut().take() {
            return (Some(line), cause);
        }
        let Some(mark) = error.problem_mark() else {
            return (None, Cause::Syntax(error.problem()));
        };
        let left_out = self.left_out.borrow();
        let after: isize = left_out.iter().filter(|(at, _)| *at <= mark.index).map(|(_, lines)| lines).sum();
        (Some(line(&mark).saturating_add_signed(self.before.get() + after)), Cause::Syntax(error.problem()))
    }

    /// The same as an error.
    pub(in crate::yaml) fn failure(&self, error: &libyaml_safer::Error) -> Failure {
        match self.why(error) {
            (Some(line), cause) => Failure::Line(line, cause),
            (None, cause) => Failure::Here(cause),
        }
    }

    pub(super) fn end(&self) -> u64 {
        self.end.get()
    }

    pub(super) fn column(&self) -> u64 {
        self.column.get()
    }

    pub(super) fn flow(&self) -> usize {
        self.flow.get()
    }

    pub(super) fn indent(&self) -> i64 {
        self.indent.get()
    }

    /// Whether a block around has this column, and most of its entries say nothing.
    pub(super) fn is_quiet(&self, column: usize) -> bool {
        bit(column as u64).is_some_and(|bit| self.quiet.get() & bit != 0)
    }

    pub(super) fn key(&self) -> Option<u64> {
        self.key.get()
    }

    pub(super) fn add_read(&self, bytes: usize) {
        self.read.set(self.read.get() + bytes as u64);
    }

    /// Lines that the parser does not see were left out before this place.
    pub(super) fn leave_out(&self, at: u64, lines: isize) {
        let mut left_out = self.left_out.borrow_mut();
        match left_out.back_mut() {
            Some((last, count)) if *last == at => *count += lines,
            _ => left_out.push_back((at, lines)),
        }
    }

    pub(super) fn fail(&self, line: usize, cause: Cause) {
        self.fault.borrow_mut().get_or_insert((line, cause));
    }
}

fn bit(column: u64) -> Option<u64> {
    1_u64.checked_shl(u32::try_from(column).ok()?)
}

fn line(mark: &Mark) -> usize {
    usize::try_from(mark.line).map_or(usize::MAX, |line| line.saturating_add(1))
}
