//! `.storage`: the files in which Home Assistant keeps what was set up in its user interface.
//!
//! All have one envelope: `{"version": 1, "minor_version": 20, "key": "…", "data": …}`. Versions
//! are per file, so each reader says which it knows.

pub mod config_entries;
pub mod energy;
pub mod entity_registry;
pub mod exposed_entities;
pub mod http;
pub mod users;

use std::io::Read;

use crate::json::{Error, Keys, Reader};

/// Reads `data` of a file of version 1. A newer `minor_version` is one that an older reader
/// understands; another `version` is not.
///
/// # Errors
///
/// As `data`, and if the file is not such a file of version 1.
pub fn read<T>(source: &mut dyn Read, data: impl FnMut(&mut Reader<'_>) -> Result<T, Error>) -> Result<T, Error> {
    read_versions(source, &[1], data).map(|(_, data)| data)
}

/// Reads the one key of `data` that is looked for; `what` it is called where it is missing. Where
/// it comes twice, the last one counts.
///
/// # Errors
///
/// As its value, and if there is none, or the file is not such a file of version 1.
pub fn read_key<T>(
    source: &mut dyn Read,
    key: Keys,
    what: &'static str,
    mut value: impl FnMut(&mut Reader<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    read(source, |json| {
        let mut found = None;
        json.begin_object()?;
        while json.next_key(key)?.is_some() {
            found = Some(value(json)?);
        }
        found.ok_or(Error::Missing { what })
    })
}

/// Reads `data` of a file of one of the `known` versions; and which of them it is.
///
/// # Errors
///
/// As `data`, and if the file is of another version.
pub fn read_versions<T>(
    source: &mut dyn Read,
    known: &[u64],
    mut data: impl FnMut(&mut Reader<'_>) -> Result<T, Error>,
) -> Result<(u64, T), Error> {
    let is_known = |version: &u64| known.contains(version);
    let mut json = Reader::new(source);
    let mut version = None;
    let mut found = None;
    json.begin_object()?;
    while let Some(key) = json.next_key(&["version", "data"])? {
        match key {
            "version" => version = Some(json.integer()?.filter(is_known)),
            // Of what is unknown, only the end can be found.
            _ if version == Some(None) => json.skip()?,
            _ => found = Some(data(&mut json)?),
        }
    }
    json.end()?;
    match version.flatten() {
        Some(version) => found.map(|data| (version, data)).ok_or(Error::Missing { what: "data" }),
        None => Err(Error::UnknownVersion),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_version_1_whatever_the_order() {
        let cases: [(&str, Result<u64, &str>); 12] = [
            (r#"{"version":1,"minor_version":99,"key":"k","data":7}"#, Ok(7)),
            (r#"{"data":7,"later":[{}],"version":1}"#, Ok(7)),
            (r#"{"version":1,"data":7,"data":8}"#, Ok(8)),
            (r#"{"version":2,"data":"of another form"}"#, Err("of a version that is not known here")),
            (r#"{"data":7,"version":2}"#, Err("of a version that is not known here")),
            (r#"{"data":7}"#, Err("of a version that is not known here")),
            (r#"{"version":"1","data":7}"#, Err("of a version that is not known here")),
            (r#"{"version":1.0,"data":7}"#, Err("of a version that is not known here")),
            (r#"{"version":1}"#, Err("data is missing")),
            (r#"{"version":1,"data":7}}"#, Err("no JSON at byte 22")),
            (r#"[]"#, Err("an object is missing at byte 0")),
            ("", Err("it ends too early")),
        ];
        for (file, expected) in cases {
            let read = read(&mut file.as_bytes(), |json| Ok(json.integer()?.unwrap_or(0)));
            assert_eq!(read.map_err(|error| error.to_string()), expected.map_err(str::to_owned), "{file}");
        }
    }
}
