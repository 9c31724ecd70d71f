//! Every fact once, with a number.

use super::super::Error;
use super::numbers;
use crate::aggregate::{Nature, Tally};
use crate::fact::{group, Facts, Kind};
use core::hash::{BuildHasher as _, Hasher as _};
use foldhash::fast::RandomState;
use rusqlite::{params, Connection, OptionalExtension as _};
use siphasher::sip128::{Hasher128 as _, SipHasher13};
use std::collections::{HashMap, HashSet};

/// More numbers than this are looked up in the file. Some 100,000 are usual for a million installations; each is 24 bytes.
const NUMBERS: usize = 200_000;
/// More texts than this are looked up in the file. Only who reads reports needs any.
const TEXTS: usize = 60_000;

/// What is remembered of the file's facts, within a limit.
#[derive(Default)]
pub(super) struct Dictionary {
    keys: Keys,
    numbers: HashMap<Key, Number, RandomState>,
    texts: HashMap<u32, (Kind, String), RandomState>,
    /// Those that a transaction has added.
    new: Vec<(u32, Nature)>,
    /// What a report had so far; only to be used again.
    seen: HashSet<u32, RandomState>,
}

#[derive(Clone, Copy)]
struct Number {
    id: u32,
    /// The outermost group that it is part of, or itself.
    root: u32,
}

/// Stands for a fact. Of 128 bits, made with keys that nobody else has: two facts with the same one do not occur.
type Key = (u64, u64);

/// Makes keys.
#[derive(Clone, Copy)]
struct Keys(u64, u64);

impl Default for Keys {
    fn default() -> Self {
        let random = || std::hash::RandomState::new().build_hasher().finish();
        Self(random(), random())
    }
}

impl Keys {
    fn of(self, kind: Kind, text: &str) -> Key {
        let mut hasher = SipHasher13::new_with_keys(self.0, self.1);
        hasher.write_u8(kind as u8);
        hasher.write(text.as_bytes());
        hasher.finish128().as_u64()
    }
}

impl Dictionary {
    /// The numbers of a report's facts, as they are kept, and how many of these facts nobody had
    /// before: they get a number, unless there are more than `may_bring`. Of these, things of a
    /// list are kept without their name; if it may bring none at all, there is no list.
    pub(super) fn encode(
        &mut self,
        db: &Connection,
        facts: &Facts,
        may_bring: usize,
    ) -> Result<Option<(String, usize)>, Error> {
        let mut list = String::with_capacity(8 * facts.len() + 2);
        let mut digits = itoa::Buffer::new();
        self.seen.clear();
        let (before, mut room) = (self.new.len(), may_bring);
        for (kind, text) in facts.iter() {
            let nameless = nameless(kind);
            let number = match self.number(db, kind, text, &mut room)? {
                Some(number) => number,
                None if may_bring == 0 => return Ok(None),
                None => {
                    let found = self.number(db, kind, nameless.unwrap_or(text), &mut 2)?;
                    found.ok_or_else(|| Error::Broken("a fact has no number".to_owned()))?
                }
            };
            let listed = nameless.is_some();
            list.push(if list.is_empty() { '[' } else { ',' });
            if listed && !self.seen.insert(number.root) {
                list.push('-');
            }
            list.push_str(digits.format(number.id));
        }
        list.push(']');
        Ok(Some((list, self.new.len() - before)))
    }

    /// The facts of these numbers.
    pub(super) fn decode(&mut self, db: &Connection, list: &str) -> Result<Facts, Error> {
        let mut facts = Facts::default();
        let mut all = Vec::new();
        numbers::each(list, |number, _| all.push(number));
        for number in all {
            if let Some((kind, text)) = self.texts.get(&number) {
                facts.push(*kind, text);
                continue;
            }
            let mut select = db.prepare_cached("SELECT kind, text FROM fact WHERE id = ?")?;
            let found = select.query_row([number], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((kind, text)) = found.and_then(|(kind, text): (u8, String)| Some((Kind::of(kind)?, text))) else {
                continue;
            };
            facts.push(kind, &text);
            if self.texts.len() >= TEXTS {
                self.texts.clear();
            }
            self.texts.insert(number, (kind, text));
        }
        Ok(facts)
    }

    /// The number of a fact. One that is new gets one if there is room, for it and for the groups
    /// that it is part of.
    fn number(&mut self, db: &Connection, kind: Kind, text: &str, room: &mut usize) -> Result<Option<Number>, Error> {
        let key = self.keys.of(kind, text);
        if let Some(number) = self.numbers.get(&key) {
            return Ok(Some(*number));
        }
        let mut select = db.prepare_cached("SELECT id FROM fact WHERE kind = ? AND text = ?")?;
        let known = select.query_row(params![kind as u8, text], |row| row.get(0)).optional()?;
        if known.is_none() {
            let Some(left) = room.checked_sub(1) else { return Ok(None) };
            *room = left;
        }
        let part_of = match group(kind, text) {
            Some((kind, text)) => match self.number(db, kind, &text, room)? {
                None => return Ok(None),
                group => group,
            },
            None => None,
        };
        let id = match known {
            Some(id) => id,
            None => {
                let mut insert = db.prepare_cached("INSERT INTO fact (kind, part_of, text) VALUES (?, ?, ?)")?;
                let part_of = part_of.map(|group| group.id);
                let id = insert.insert(params![kind as u8, part_of, text])?;
                let id = u32::try_from(id).map_err(|_| Error::Broken("the facts' numbers are used up".to_owned()))?;
                self.new.push((id, Nature::of(kind, text, part_of)));
                id
            }
        };
        let number = Number { id, root: part_of.map_or(id, |group| group.root) };
        self.remember(key, number);
        Ok(Some(number))
    }

    fn remember(&mut self, key: Key, number: Number) {
        if self.numbers.len() >= NUMBERS {
            self.numbers.clear();
        }
        self.numbers.insert(key, number);
    }

    /// Tells the tally of every fact that there is, and remembers them.
    pub(super) fn describe_all(&mut self, db: &Connection, tally: &mut Tally) -> Result<(), Error> {
        self.new.clear();
        // A group has a lower number than what is part of it.
        let mut select = db.prepare("SELECT id, kind, part_of, text FROM fact ORDER BY id")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let (id, part_of) = (row.get(0)?, row.get(2)?);
            let Some(kind) = Kind::of(row.get(1)?) else { continue };
            let text = row.get_ref(3)?.as_str().unwrap_or_default();
            tally.describe(id, Nature::of(kind, text, part_of));
            if self.numbers.len() < NUMBERS {
                let root = part_of.map_or(id, |group| tally.root(group));
                self.numbers.insert(self.keys.of(kind, text), Number { id, root });
            }
        }
        Ok(())
    }

    /// Tells the tally of those that the last transaction added.
    pub(super) fn describe_new(&mut self, tally: &mut Tally) {
        self.new.drain(..).for_each(|(id, nature)| tally.describe(id, nature));
    }

    /// Nobody counts.
    pub(super) fn describe_none(&mut self) {
        self.new.clear();
    }

    /// Removes one that nobody reports any more.
    pub(super) fn remove(&mut self, db: &Connection, id: u32) -> Result<(), Error> {
        let mut delete = db.prepare_cached("DELETE FROM fact WHERE id = ? RETURNING kind, text")?;
        let found = delete.query_row([id], |row| Ok((row.get::<_, u8>(0)?, row.get::<_, String>(1)?))).optional()?;
        if let Some((kind, text)) = found.and_then(|(kind, text)| Some((Kind::of(kind)?, text))) {
            self.numbers.remove(&self.keys.of(kind, &text));
        }
        self.texts.remove(&id);
        Ok(())
    }

    /// Of a transaction that failed nothing may be remembered.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// A thing of a list without its name, as [`Facts::of`] writes it; nothing for what is no such
/// thing.
fn nameless(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Integration => Some(""),
        Kind::CustomIntegration => Some(r#"{"domain":""}"#),
        Kind::Addon => Some(r#"{"slug":"","protected":null,"auto_update":null}"#),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::*;

    const ADDONS: [&str; 4] = [
        r#"{"slug":"a","protected":true,"version":"1","auto_update":false}"#,
        r#"{"slug":"a","protected":true,"version":"2","auto_update":false}"#,
        r#"{"slug":"b","protected":true,"auto_update":false}"#,
        r#"{"slug":"a","protected":false,"version":"1","auto_update":false}"#,
    ];

    #[test]
    fn what_is_remembered_is_what_the_file_says() {
        let db = Connection::open_in_memory().unwrap();
        schema::prepare(&db).unwrap();
        let mut facts = Facts::default();
        facts.push(Kind::Version, "2026.11.2");
        ADDONS.iter().for_each(|addon| facts.push(Kind::Addon, addon));
        let encode = |dictionary: &mut Dictionary| dictionary.encode(&db, &facts, 99).unwrap().unwrap().0;
        let first = encode(&mut Dictionary::default());
        assert_eq!(first.matches('-').count(), 2, "{first}");
        // Looked up one by one, and read at once.
        assert_eq!(encode(&mut Dictionary::default()), first);
        let mut read = Dictionary::default();
        read.describe_all(&db, &mut Tally::default()).unwrap();
        db.execute("DELETE FROM fact", []).unwrap();
        assert_eq!(encode(&mut read), first);
    }

    #[test]
    fn no_more_is_new_than_may_be() {
        let db = Connection::open_in_memory().unwrap();
        schema::prepare(&db).unwrap();
        let mut facts = Facts::default();
        facts.push(Kind::Version, "2026.11.2");
        ["a", "b", "c", "d"].iter().for_each(|name| facts.push(Kind::Integration, name));
        ADDONS.iter().for_each(|addon| facts.push(Kind::Addon, addon));
        facts.push(Kind::States, "512");
        let count = || db.query_row("SELECT count(*) FROM fact", [], |row| row.get::<_, i64>(0)).unwrap();
        let mut dictionary = Dictionary::default();
        assert_eq!(dictionary.encode(&db, &facts, 0).unwrap(), None);
        assert_eq!(count(), 0);
        // The version with its release, and two integrations. The others have no name, and once.
        let (list, brought) = dictionary.encode(&db, &facts, 4).unwrap().unwrap();
        let kept: Vec<_> = dictionary.decode(&db, &list).unwrap().iter().map(|(_, text)| text.to_owned()).collect();
        let addon = nameless(Kind::Addon).unwrap();
        assert_eq!(kept, ["2026.11.2", "a", "b", "", "", addon, addon, addon, addon, "512"]);
        assert_eq!((brought, list.matches('-').count()), (8, 4));
        // What is known needs no room.
        assert_eq!(Dictionary::default().encode(&db, &facts, 0).unwrap(), None);
        let known = dictionary.decode(&db, &list).unwrap();
        assert_eq!(Dictionary::default().encode(&db, &known, 0).unwrap(), Some((list, 0)));
        let (list, _) = dictionary.encode(&db, &facts, 99).unwrap().unwrap();
        assert_eq!(dictionary.decode(&db, &list).unwrap(), facts);
    }
}
