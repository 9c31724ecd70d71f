//! Every fact once, with a number.

use super::super::Error;
use super::numbers;
use crate::aggregate::{Nature, Tally};
use crate::fact::{group, Facts, Kind};
use rusqlite::{params, Connection, OptionalExtension as _};
use std::collections::{HashMap, HashSet};

/// More than this is looked up in the file.
const REMEMBERED: usize = 60_000;

/// What is remembered of the file's facts, within a limit.
#[derive(Default)]
pub(super) struct Dictionary {
    numbers: HashMap<Kind, HashMap<String, Number>>,
    texts: HashMap<u32, (Kind, String)>,
    remembered: usize,
    /// Those that a transaction has added.
    new: Vec<(u32, Nature)>,
}

#[derive(Clone, Copy)]
struct Number {
    id: u32,
    /// The outermost group that it is part of, or itself.
    root: u32,
}

impl Dictionary {
    /// The numbers of a report's facts, as they are kept. What is new gets a number.
    pub(super) fn encode(&mut self, db: &Connection, facts: &Facts) -> Result<String, Error> {
        let mut list = String::with_capacity(8 * facts.len() + 2);
        let mut seen = HashSet::new();
        for (kind, text) in facts.iter() {
            let number = self.number(db, kind, text)?;
            let listed = matches!(kind, Kind::Integration | Kind::CustomIntegration | Kind::Addon);
            list.push(if list.is_empty() { '[' } else { ',' });
            if listed && !seen.insert(number.root) {
                list.push('-');
            }
            list += &number.id.to_string();
        }
        list.push(']');
        Ok(list)
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
            self.make_room();
            self.texts.insert(number, (kind, text));
        }
        Ok(facts)
    }

    fn number(&mut self, db: &Connection, kind: Kind, text: &str) -> Result<Number, Error> {
        if let Some(number) = self.numbers.get(&kind).and_then(|texts| texts.get(text)) {
            return Ok(*number);
        }
        let part_of = group(kind, text).map(|(kind, text)| self.number(db, kind, &text)).transpose()?;
        let mut select = db.prepare_cached("SELECT id FROM fact WHERE kind = ? AND text = ?")?;
        let id = match select.query_row(params![kind as u8, text], |row| row.get(0)).optional()? {
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
        self.make_room();
        let number = Number { id, root: part_of.map_or(id, |group| group.root) };
        self.numbers.entry(kind).or_default().insert(text.to_owned(), number);
        Ok(number)
    }

    /// Tells the tally of every fact that there is.
    pub(super) fn describe_all(&mut self, db: &Connection, tally: &mut Tally) -> Result<(), Error> {
        self.new.clear();
        let mut select = db.prepare("SELECT id, kind, part_of, text FROM fact")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(kind) = Kind::of(row.get(1)?) {
                let text = row.get_ref(3)?.as_str().unwrap_or_default();
                tally.describe(row.get(0)?, Nature::of(kind, text, row.get(2)?));
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
        if let Some(texts) = found.as_ref().and_then(|(kind, _)| self.numbers.get_mut(&Kind::of(*kind)?)) {
            texts.remove(found.as_ref().map_or("", |(_, text)| text));
        }
        self.texts.remove(&id);
        Ok(())
    }

    /// Of a transaction that failed nothing may be remembered.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    fn make_room(&mut self) {
        self.remembered += 1;
        if self.remembered > REMEMBERED {
            self.numbers.clear();
            self.texts.clear();
            self.remembered = 1;
        }
    }
}
