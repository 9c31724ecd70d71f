//! Where the program was: its own memory, read through the kernel, so that no part of this is unsafe.

use core::ops::Range;
use core::str;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;

use haos_analytics_core::crash::{BUILD_ID, FRAMES};

use super::calls::{follows_call, Processor};

const MAPS: &str = "/proc/self/maps";
const MEMORY: &str = "/proc/self/mem";
/// A line has about 100 bytes, and there is one for each part of the program and of its libraries.
const MAPS_LIMIT: usize = 16 * 1024;
/// The part of the stack that is looked through, from the fault outwards.
const STACK_LIMIT: u64 = 256 * 1024;
/// A word of the stack.
const WORD: usize = size_of::<usize>();

/// Where the program is in memory, and where it was.
pub struct Seen {
    /// Where its first byte is.
    pub address: u64,
    /// How many bytes it takes.
    pub size: u64,
    build_id: [u8; BUILD_ID],
    build_id_length: usize,
    frames: [u64; FRAMES],
    count: usize,
}

impl Seen {
    /// What the linker named the program by; nothing if it did not.
    pub fn build_id(&self) -> &[u8] {
        self.build_id.get(..self.build_id_length).unwrap_or_default()
    }

    /// The addresses that calls return to, the innermost first, each once.
    pub fn frames(&self) -> &[u64] {
        self.frames.get(..self.count).unwrap_or_default()
    }
}

/// Looks at the stack from the address `stack` on, in the program that has its code at `code`.
pub fn look(stack: u64, code: u64) -> Option<Seen> {
    let mut buffer = [0; MAPS_LIMIT];
    let maps = maps(&mut buffer)?;
    let own = maps.lines().filter_map(Mapping::parse).find(|mapping| mapping.range.contains(&code))?;
    let (mut whole, mut executable) = (own.range.clone(), own.range.clone());
    let mut top = stack;
    for mapping in maps.lines().filter_map(Mapping::parse) {
        if mapping.file == own.file {
            whole = whole.start.min(mapping.range.start)..whole.end.max(mapping.range.end);
            if mapping.executable {
                executable = executable.start.min(mapping.range.start)..executable.end.max(mapping.range.end);
            }
        }
        if mapping.range.contains(&stack) {
            top = mapping.range.end.min(stack.saturating_add(STACK_LIMIT));
        }
    }
    let memory = File::open(MEMORY).ok()?;
    let mut seen = Seen {
        address: whole.start,
        size: whole.end.saturating_sub(whole.start),
        build_id: [0; BUILD_ID],
        build_id_length: 0,
        frames: [0; FRAMES],
        count: 0,
    };
    seen.read_build_id(&memory);
    seen.scan(&memory, stack..top, &executable);
    Some(seen)
}

/// The kernel tells a page at a time.
fn maps(buffer: &mut [u8]) -> Option<&str> {
    let mut file = File::open(MAPS).ok()?;
    let mut length = 0;
    while let Some(free) = buffer.get_mut(length..).filter(|free| !free.is_empty()) {
        match file.read(free) {
            Ok(0) | Err(_) => break,
            Ok(read) => length += read,
        }
    }
    let whole = buffer.get(..length)?;
    // A path may be any bytes; what is before it is text.
    Some(str::from_utf8(whole).unwrap_or_else(|error| {
        whole.get(..error.valid_up_to()).and_then(|valid| str::from_utf8(valid).ok()).unwrap_or_default()
    }))
}

/// `559bb9800000-559bb9a40000 r-xp 00040000 fe:01 393292   /usr/bin/haos-analytics`
struct Mapping<'a> {
    range: Range<u64>,
    executable: bool,
    /// Device, inode and path.
    file: (&'a str, &'a str, Option<&'a str>),
}

impl<'a> Mapping<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let (start, end) = words.next()?.split_once('-')?;
        let number = |digits| u64::from_str_radix(digits, 16).ok();
        let executable = words.next()?.contains('x');
        words.next()?;
        Some(Mapping {
            range: number(start)?..number(end)?,
            executable,
            file: (words.next()?, words.next()?, words.next()),
        })
    }
}

impl Seen {
    /// Values on the stack that lie in the code, behind a call.
    fn scan(&mut self, memory: &File, stack: Range<u64>, code: &Range<u64>) {
        let mut page = [0; 4096];
        let mut at = stack.start - stack.start % WORD as u64;
        while at < stack.end {
            let length = usize::try_from(stack.end - at).unwrap_or(usize::MAX).min(page.len());
            let Some(part) = page.get_mut(..length) else { return };
            if memory.read_exact_at(part, at).is_err() {
                return;
            }
            for word in part.chunks_exact(WORD) {
                let Ok(word) = word.try_into() else { continue };
                let value = usize::from_ne_bytes(word) as u64;
                let mut before = [0; 8];
                // Left-overs come in crowds.
                let returns = code.contains(&value)
                    && !self.frames().contains(&value)
                    && memory.read_exact_at(&mut before, value.wrapping_sub(8)).is_ok()
                    && follows_call(Processor::HERE, before, value, code);
                if returns {
                    let Some(free) = self.frames.get_mut(self.count) else { return };
                    *free = value;
                    self.count += 1;
                }
            }
            at = at.saturating_add(length as u64);
        }
    }

    /// The note that the linker has put among the program's own headers.
    fn read_build_id(&mut self, memory: &File) -> Option<()> {
        let number = |at: u64, length: usize| {
            let mut bytes = [0; 8];
            memory.read_exact_at(bytes.get_mut(..length)?, at).ok()?;
            Some(u64::from_le_bytes(bytes))
        };
        let base = self.address;
        if number(base, 4)? != u64::from(u32::from_le_bytes(*b"\x7fELF")) {
            return None;
        }
        // The file of a program of 64 bits, or of 32: where its headers are, how long one is, how many there are.
        let after = |at: u64, more: u64| at.wrapping_add(more);
        let wide = number(after(base, 4), 1)? == 2;
        let (word, at_headers, at_length) = if wide { (8, 32, 54) } else { (4, 28, 42) };
        let headers = after(base, number(after(base, at_headers), word)?);
        let (length, count) = (number(after(base, at_length), 2)?, number(after(base, at_length + 2), 2)?);
        let header = |index: u64| after(headers, index.wrapping_mul(length));
        let at_address = if wide { 16 } else { 8 };
        let at_size = if wide { 32 } else { 16 };
        // A header's first word is its kind: 1 is a part of the file to be loaded, 4 is notes.
        let first = (0..count).map(header).find(|at| number(*at, 4) == Some(1))?;
        let moved_by = base.wrapping_sub(number(after(first, at_address), word)?);
        for at in (0..count).map(header).filter(|at| number(*at, 4) == Some(4)) {
            let begin = number(after(at, at_address), word)?.wrapping_add(moved_by);
            let end = begin.checked_add(number(after(at, at_size), word)?.min(4096))?;
            self.note(memory, begin..end, number);
            if self.build_id_length > 0 {
                return Some(());
            }
        }
        None
    }

    /// Each note: length of its name, length of its value, kind; name; value. Both are filled up to four bytes.
    fn note(&mut self, memory: &File, notes: Range<u64>, number: impl Fn(u64, usize) -> Option<u64>) -> Option<()> {
        const BUILD_ID_KIND: u64 = 3;
        let mut at = notes.start;
        while at < notes.end {
            let after = |more: u64| at.wrapping_add(more);
            let (name, value, kind) = (number(at, 4)?, number(after(4), 4)?, number(after(8), 4)?);
            let begin = after(12 + name.next_multiple_of(4));
            if kind == BUILD_ID_KIND && number(after(12), 4)? == u64::from(u32::from_le_bytes(*b"GNU\0")) {
                let length = usize::try_from(value).unwrap_or(usize::MAX).min(BUILD_ID);
                memory.read_exact_at(self.build_id.get_mut(..length)?, begin).ok()?;
                self.build_id_length = length;
                return Some(());
            }
            at = begin.checked_add(value.next_multiple_of(4))?;
        }
        None
    }
}
