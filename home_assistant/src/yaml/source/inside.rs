//! What an entry of a mapping holds, a line at a time, as far as it is plain.

use super::siblings::{blanks, is_harmless, is_kept, is_whole, key};

/// The deepest that is followed.
const DEPTH: usize = 16;

/// What a line is to the entries before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It belongs to the last of them, or says nothing.
    Inside,
    /// Another one begins, of the same mapping.
    Entry,
    /// It is not deeper than the mapping, and none of those, or not a plain one.
    After,
    /// Nothing is known of it.
    Unknown,
}

/// A mapping or a list.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Block {
    column: usize,
    is_list: bool,
}

/// A text after `|` or `>`.
#[derive(Clone, Copy)]
struct Text {
    /// The column of its key.
    key: usize,
    /// That of its first line.
    first: Option<usize>,
}

/// Where the lines so far lead.
pub(super) struct Inside {
    column: usize,
    /// The mapping of the entries, and what is open below it.
    blocks: Vec<Block>,
    /// Nothing stood after the last key or dash.
    is_open: bool,
    text: Option<Text>,
}

impl Inside {
    /// The mapping at this column.
    pub(super) fn of(column: usize) -> Self {
        let mut blocks = Vec::with_capacity(DEPTH);
        blocks.push(Block { column, is_list: false });
        Inside { column, blocks, is_open: false, text: None }
    }

    /// Goes on over a line, which is given without its end.
    pub(super) fn line(&mut self, line: &[u8]) -> Step {
        let indent = blanks(line);
        let Some((first, _)) = line.get(indent..).and_then(<[u8]>::split_first) else {
            // Blanks before the first line of a text may say how deep it is.
            let is_told = self.text.is_none_or(|text| text.first.is_some());
            return if indent == 0 || is_told { Step::Inside } else { Step::Unknown };
        };
        if self.is_of_text(indent) {
            let is_plain = *first != b'\t' && line.iter().all(|byte| is_harmless(*byte));
            return if is_plain { Step::Inside } else { Step::Unknown };
        }
        if *first == b'#' {
            return if line.iter().all(|byte| is_harmless(*byte)) { Step::Inside } else { Step::Unknown };
        }
        let may_follow = first.is_ascii_alphabetic() || (*first == b'-' && indent < self.column);
        if indent < self.column && may_follow {
            return Step::After;
        }
        let is_entry = indent == self.column && may_follow;
        if is_entry && line.get(indent..).and_then(key).is_none_or(|(key, _)| is_kept(key)) {
            return Step::After;
        }
        match self.begin(indent, *first == b'-').and_then(|()| self.values(line, indent)) {
            Some(()) if is_entry => Step::Entry,
            Some(()) => Step::Inside,
            None if is_entry => Step::After,
            None => Step::Unknown,
        }
    }

    /// Whether a line with so many blanks goes on with a text.
    fn is_of_text(&mut self, indent: usize) -> bool {
        if let Some(text) = &mut self.text {
            if indent > text.key && indent >= *text.first.get_or_insert(indent) {
                return true;
            }
        }
        self.text = None;
        false
    }

    /// A line begins here with a dash or a key.
    fn begin(&mut self, column: usize, is_list: bool) -> Option<()> {
        while self.blocks.last().is_some_and(|block| block.column > column) {
            self.blocks.pop();
            self.is_open = false;
        }
        let new = Block { column, is_list };
        let last = *self.blocks.last()?;
        if last == new {
            return Some(());
        }
        if last.column == column && last.is_list {
            // The list of the key before, which has the same column.
            self.blocks.pop();
            return (self.blocks.last() == Some(&new)).then_some(());
        }
        self.is_open.then(|| self.open(new))?
    }

    fn open(&mut self, block: Block) -> Option<()> {
        (self.blocks.len() < DEPTH).then(|| self.blocks.push(block))
    }

    /// The dashes, the key and the value of a line from this column on.
    fn values(&mut self, line: &[u8], mut column: usize) -> Option<()> {
        loop {
            let rest = line.get(column..)?;
            let Some(item) = rest.strip_prefix(b"- ") else {
                return self.entry(rest, column);
            };
            column += 2 + blanks(item);
            let item = line.get(column..)?;
            self.is_open = false;
            if is_whole(item) {
                return Some(());
            }
            self.open(Block { column, is_list: item.starts_with(b"- ") })?;
        }
    }

    fn entry(&mut self, line: &[u8], column: usize) -> Option<()> {
        let (_, value) = key(line)?;
        self.is_open = value.is_empty();
        if self.is_open {
            return Some(());
        }
        let value = value.strip_prefix(b" ")?;
        if matches!(value, b"|" | b">" | b"|-" | b">-" | b"|+" | b">+") {
            self.text = Some(Text { key: column, first: None });
            return Some(());
        }
        is_whole(value).then_some(())
    }
}
