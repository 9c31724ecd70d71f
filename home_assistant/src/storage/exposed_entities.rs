//! `.storage/homeassistant.exposed_entities`: states that voice assistants have seen, by their ids
//! alone.
//!
//! Home Assistant keeps the exposure of a registered entity in the registry, and that of any other
//! here. So this is the one file that tells how many states have no registered entity. It is never
//! cleaned, and empty without `conversation`.

use std::collections::BTreeSet;
use std::io::Read;

use crate::json::{Error, Reader};
use crate::storage;

/// The most ids that are kept, of at most 255 bytes each: 20 times what the largest known home has.
const LIMIT: usize = 20_000;

/// The ids of states, as far as no registered entity is known for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unregistered(BTreeSet<Box<str>>);

impl Unregistered {
    /// Adds a state.
    pub fn insert(&mut self, id: &str) {
        if !self.0.contains(id) {
            self.0.insert(id.into());
        }
    }

    /// Takes out a state whose entity is registered.
    pub fn remove(&mut self, id: &[u8]) {
        if !self.0.is_empty() {
            if let Ok(id) = core::str::from_utf8(id) {
                self.0.remove(id);
            }
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl<'a> FromIterator<&'a str> for Unregistered {
    fn from_iter<I: IntoIterator<Item = &'a str>>(ids: I) -> Self {
        Unregistered(ids.into_iter().map(Box::from).collect())
    }
}

/// Reads the file.
///
/// # Errors
///
/// It is not the file that is known here.
pub fn read(source: &mut dyn Read) -> Result<Unregistered, Error> {
    storage::read_key(source, &["exposed_entities"], "data.exposed_entities", ids)
}

fn ids(json: &mut Reader<'_>) -> Result<Unregistered, Error> {
    let mut ids = Unregistered::default();
    json.begin_object()?;
    while let Some(name) = json.next_name()? {
        ids.insert(name.ok_or(Error::Missing { what: "the id of a state" })?);
        if ids.len() > LIMIT {
            return Err(Error::TooMany { what: "states", limit: LIMIT });
        }
        json.skip()?;
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_nothing_of_their_values() {
        let cases: [(&str, Result<&[&str], &str>); 5] = [
            (r#"{"exposed_entities":{}}"#, Ok(&[])),
            (
                r#"{"assistants":{},"exposed_entities":{"sun.sun":{"assistants":{"a.b":{}}},"zone.home":{},"sun.sun":1}}"#,
                Ok(&["sun.sun", "zone.home"]),
            ),
            (r#"{"exposed_entities":{"\ud800":{}}}"#, Err("the id of a state is missing")),
            (r#"{"exposed_entities":[]}"#, Err("an object is missing at byte 40")),
            ("{}", Err("data.exposed_entities is missing")),
        ];
        for (data, expected) in cases {
            let file = format!(r#"{{"version":1,"data":{data}}}"#);
            let read = read(&mut file.as_bytes()).map_err(|error| error.to_string());
            let expected = expected.map(|ids| ids.iter().copied().collect()).map_err(str::to_owned);
            assert_eq!(read, expected, "{data}");
        }
    }

    #[test]
    fn bounded() {
        let many: String = (0..=LIMIT).map(|number| format!(r#""a.{number}":0,"#)).collect();
        let file = format!(r#"{{"version":1,"data":{{"exposed_entities":{{{many}"b.b":0}}}}}}"#);
        assert_eq!(read(&mut file.as_bytes()).unwrap_err().to_string(), "more than 20000 states");
    }
}
