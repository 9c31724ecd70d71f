//! The texts of facts that are published, looked up once.

use crate::fact::{is_formed, Kind, Part};
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::hash_map::{Entry, HashMap};

/// Names by the number of the fact. What was not asked for since the last clearing is forgotten.
#[derive(Default)]
pub(super) struct Names(HashMap<u32, (Box<str>, bool)>);

impl Names {
    /// The text of a fact; of an object, the part of it that is published as a name. Nothing if it
    /// has not the form of one: an earlier version kept that too.
    pub(super) fn name(&mut self, db: &Connection, kind: Kind, number: u32) -> Result<&str, rusqlite::Error> {
        let (name, used) = match self.0.entry(number) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let mut select = db.prepare_cached("SELECT text FROM fact WHERE id = ?")?;
                let text: Option<String> = select.query_row([number], |row| row.get(0)).optional()?;
                let mut name = shorten(kind, text.unwrap_or_default());
                if !is_formed(kind, &name) {
                    name.clear();
                }
                unknown.insert((name.into_boxed_str(), true))
            }
        };
        *used = true;
        Ok(name)
    }

    /// Forgets what was not used since the last time.
    pub(super) fn clear(&mut self) {
        self.0.retain(|_, (_, used)| core::mem::replace(used, false));
    }
}

fn shorten(kind: Kind, text: String) -> String {
    match kind {
        Kind::OperatingSystem | Kind::CustomIntegration | Kind::AddonVersion | Kind::Recorder => {
            let part = serde_json::from_str::<Part<'_>>(&text).unwrap_or_default();
            part.version.unwrap_or_default().into_owned()
        }
        _ => text,
    }
}
