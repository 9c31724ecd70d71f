//! What the members of the last object looked like, so that the next one's are known by a few comparisons.
//!
//! The entries of a registry have the same keys in the same order, thousands of times, and often the same value: `null`. What
//! is expected is compared with what is there to the last byte, so a guess that is wrong costs a little time and changes
//! nothing.

use super::text::LONGEST;
use super::{glance, swar, Keys};

/// The most members of an object that are remembered.
const MEMBERS: usize = 48;
/// The most bytes that are compared at once.
const BYTES: usize = 64;

/// The members of the last object.
pub struct Habit {
    members: [Run; MEMBERS],
    /// How many of them are known, at most.
    known: usize,
    /// Which comes next: the first only behind the bracket that opens an object, for there is no comma before it.
    next: usize,
    /// What was looked for then.
    wanted: Keys,
}

/// What stood between two values: a comma and a key, or more members than one, if the values before the last were short and
/// the same as before.
#[derive(Clone, Copy)]
struct Run {
    text: [u8; BYTES],
    found: Found,
}

/// A key that was found.
#[derive(Clone, Copy)]
struct Found {
    /// Where its value begins.
    value: usize,
    /// Which of those that are looked for it is, or more than any.
    key: usize,
    /// How many members it takes to get there, itself included.
    members: usize,
}

/// What a wanted key has, by places.
#[derive(Clone, Copy)]
pub enum Place {
    /// There is no such key.
    Nothing,
    /// `null`
    Null,
    /// A plain string, without its quotes.
    Text(usize, usize),
    /// Anything else.
    Other,
}

impl Place {
    /// What is here, and where it ends.
    #[inline(always)]
    fn at(bytes: &[u8], at: usize) -> Option<(Self, usize)> {
        let value = bytes.get(at..)?;
        match value.split_first()? {
            (b'"', text) => {
                let length = swar::plain(text).filter(|length| *length <= LONGEST)?;
                Some((Place::Text(at + 1, at + 1 + length), at + 2 + length))
            }
            (b'n', _) => Some((Place::Null, glance::behind_value(bytes, at)?)),
            _ => Some((Place::Other, glance::behind_value(bytes, at)?)),
        }
    }
}

/// Nothing looks like this.
const NONE: Run = Run { text: [0; BYTES], found: Found { value: 0, key: usize::MAX, members: usize::MAX } };

impl Habit {
    /// None yet.
    pub fn new() -> Self {
        Habit { members: [NONE; MEMBERS], known: 0, next: 0, wanted: &[] }
    }

    /// A member was walked over elsewhere.
    pub fn lose(&mut self) {
        self.next = MEMBERS;
    }

    /// An object, if all of it is here and plain: where it ends. What is wanted is put into `found`.
    pub fn object(&mut self, bytes: &[u8], wanted: Keys, found: &mut [Place]) -> Option<usize> {
        let mut at = usize::from(bytes.first() == Some(&b'{'));
        let mut is_first = at > 0;
        loop {
            let (taken, key) = self.walk(bytes.get(at..)?, is_first, wanted);
            at += taken;
            let Some(key) = key else {
                let end = glance::solid(bytes, at)?;
                return (bytes.get(end) == Some(&b'}')).then_some(end + 1);
            };
            is_first = false;
            let place;
            (place, at) = Place::at(bytes, at)?;
            *found.get_mut(key)? = place;
        }
    }

    /// Goes on to a wanted key, as far as the usual case goes: how many bytes that is, up to its value or behind that of
    /// the last one seen; and which key it is.
    #[inline(always)]
    pub fn walk(&mut self, bytes: &[u8], is_first: bool, wanted: Keys) -> (usize, Option<usize>) {
        if !core::ptr::eq(self.wanted, wanted) {
            self.wanted = wanted;
            self.members.iter_mut().take(self.known).for_each(|run| *run = NONE);
            self.known = 0;
        }
        // Behind an object in this one the count may be anything.
        self.next = if is_first { 0 } else { self.next.max(1) };
        let mut at = 0;
        loop {
            let known = self.members.get(self.next).filter(|run| run.is(bytes, at));
            let Found { value, key, members } = match known {
                Some(Run { found, .. }) => Found { value: at + found.value, ..*found },
                None => match self.look(bytes, at) {
                    Some(found) => found,
                    None => return (at, None),
                },
            };
            if key < wanted.len() {
                self.next += members;
                return (value, Some(key));
            }
            let Some(end) = glance::behind_value(bytes, value) else {
                // Up to here it may have been more members than one.
                self.lose();
                return (at, None);
            };
            self.next += members;
            at = end;
        }
    }

    /// Looks at a member, and remembers what it looks like, together with those after it as long as they are short.
    #[inline(never)]
    fn look(&mut self, bytes: &[u8], at: usize) -> Option<Found> {
        let first = self.member(bytes, at, self.next == 0)?;
        let Some(place) = self.members.get(self.next) else { return Some(first) };
        // What was as long before was not always the same.
        let most = place.found.members.saturating_sub(1).max(1);
        let mut found = first;
        while found.key >= self.wanted.len() && found.members < most {
            let Some(end) = glance::behind_short_value(bytes, found.value) else { break };
            let Some(next) = self.member(bytes, end, false).filter(|next| next.value - at <= BYTES) else { break };
            found = Found { members: found.members + 1, ..next };
        }
        let run = Run::of(bytes, at, found).unwrap_or(NONE);
        if let Some(place) = self.members.get_mut(self.next) {
            *place = run;
            self.known = self.known.max(self.next + 1);
        }
        Some(found)
    }

    fn member(&self, bytes: &[u8], at: usize, is_first: bool) -> Option<Found> {
        let member = glance::member(bytes, at, is_first)?;
        let name = bytes.get(member.key)?;
        let key = self.wanted.iter().position(|wanted| wanted.as_bytes() == name).unwrap_or(usize::MAX);
        Some(Found { value: member.value, key, members: 1 })
    }
}

/// Compared at once; the last block of a text overlaps the one before.
const BLOCK: usize = 16;

impl Run {
    /// What the bytes from here to the value look like, if it is neither too much nor too little.
    fn of(bytes: &[u8], at: usize, found: Found) -> Option<Self> {
        let text = *bytes.get(at..)?.first_chunk()?;
        let length = found.value - at;
        (length <= BYTES).then_some(Run { text, found: Found { value: length, ..found } })
    }

    /// Whether the bytes from here on look like this.
    #[inline(always)]
    fn is(&self, bytes: &[u8], at: usize) -> bool {
        let Some(ahead) = bytes.get(at..).and_then(|ahead| ahead.first_chunk::<BYTES>()) else { return false };
        let length = self.found.value;
        if length < BLOCK {
            let differing = block(ahead, 0) ^ block(&self.text, 0);
            return length > 0 && differing << (8 * (BLOCK - length)) == 0;
        }
        let is_same = |from: usize| block(ahead, from) == block(&self.text, from);
        is_same(0)
            && is_same(length - BLOCK)
            && (length <= 2 * BLOCK || is_same(BLOCK) && (length <= 3 * BLOCK || is_same(2 * BLOCK)))
    }
}

#[inline(always)]
fn block(bytes: &[u8; BYTES], from: usize) -> u128 {
    bytes.get(from..).and_then(|rest| rest.first_chunk()).map_or(0, |block| u128::from_le_bytes(*block))
}
