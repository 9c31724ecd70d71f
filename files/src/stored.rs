//! What all files in `.storage` have in common: `{"version": 1, "minor_version": 20, "key": "…", "data": …}`.

use std::io::Read;

use crate::json::{Error, Reader};

/// Reads `data`. A newer `minor_version` is one that an older reader understands; another `version` is not.
///
/// # Errors
///
/// As `data`, and if the file is not such a file of version 1.
pub fn read<T>(source: &mut dyn Read, mut data: impl FnMut(&mut Reader<'_>) -> Result<T, Error>) -> Result<T, Error> {
    let mut json = Reader::new(source);
    let mut version = None;
    let mut found = None;
    json.begin_object()?;
    while let Some(key) = json.next_key(&["version", "data"])? {
        match key {
            "version" => version = Some(json.integer()?),
            // Of what is unknown, only the end can be found.
            _ if version.is_some_and(|version| version != Some(1)) => json.skip()?,
            _ => found = Some(data(&mut json)?),
        }
    }
    json.end()?;
    match version {
        Some(Some(1)) => found.ok_or(Error::Missing { what: "data" }),
        _ => Err(Error::UnknownVersion),
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
