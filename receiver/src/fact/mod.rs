//! A report as a list of facts: the form in which reports are compared, stored and counted.
//!
//! Each version, integration, add-on with its switches, count, … is one fact: a [`Kind`] and a text. Two reports are the
//! same if and only if their facts are the same in the same order, so the digest of the facts decides that. The store
//! keeps every fact once and of a report only the numbers of its facts; and to aggregate is to count numbers.

mod form;
mod group;
mod kind;
mod read;
mod write;

pub(crate) use form::is_formed;
pub(crate) use group::Part;
pub use group::{group, Group};
pub use kind::Kind;
pub use write::to_json;

use siphasher::sip128::{Hasher128 as _, SipHasher13};

/// What tells two lists of facts apart.
pub type Digest = [u8; 16];

/// The facts of one report, in the order of the payload, in one piece of memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    text: String,
    ends: Vec<(Kind, usize)>,
}

impl Facts {
    /// One more.
    pub fn push(&mut self, kind: Kind, text: &str) {
        self.text.push_str(text);
        self.ends.push((kind, self.text.len()));
    }

    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = (Kind, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |(kind, end)| {
            let text = &self.text[start..*end];
            start = *end;
            (*kind, text)
        })
    }

    /// How much memory they need.
    pub fn bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<(Kind, usize)>()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The same for the same facts, on every machine and for every version of this program.
    pub fn digest(&self) -> Digest {
        let mut hasher = SipHasher13::new();
        core::hash::Hasher::write(&mut hasher, self.text.as_bytes());
        for (kind, end) in &self.ends {
            let end = u32::try_from(*end).unwrap_or(u32::MAX);
            core::hash::Hasher::write(&mut hasher, &[*kind as u8]);
            core::hash::Hasher::write(&mut hasher, &end.to_le_bytes());
        }
        hasher.finish128().as_bytes()
    }
}
