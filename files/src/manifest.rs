//! `custom_components/<domain>/manifest.json`: an integration that is not part of Home Assistant.

use std::io::Read;

use haos_analytics_core::Text;

use crate::json::{Error, Reader};

/// What a manifest says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The integration's name.
    pub domain: Text,
    /// Its version.
    pub version: Option<Text>,
}

/// Reads the file.
///
/// # Errors
///
/// It is no manifest.
pub fn read(source: &mut dyn Read) -> Result<Manifest, Error> {
    let mut json = Reader::new(source);
    let (mut domain, mut version) = (None, None);
    json.begin_object()?;
    while let Some(key) = json.next_key(&["domain", "version"])? {
        match key {
            "domain" => domain = json.short()?,
            _ => version = json.short()?,
        }
    }
    json.end()?;
    let domain = domain.ok_or(Error::Missing { what: "domain" })?;
    Ok(Manifest { domain, version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_and_version() {
        type Read<'a> = Result<(&'a str, Option<&'a str>), &'a str>;
        let cases: [(&str, Read<'_>); 9] = [
            (
                r#"{"domain":"hacs","name":"HACS","requirements":["a>=1"],"version":"2.0.5"}"#,
                Ok(("hacs", Some("2.0.5"))),
            ),
            (r#"{"version":"1","domain":"hacs"}"#, Ok(("hacs", Some("1")))),
            (r#"{"domain":"hacs"}"#, Ok(("hacs", None))),
            (r#"{"domain":"hacs","version":null}"#, Ok(("hacs", None))),
            (r#"{"domain":"hacs","version":2}"#, Ok(("hacs", None))),
            (r#"{"domain":"no","domain":"hacs","version":"1","version":"2"}"#, Ok(("hacs", Some("2")))),
            (r#"{"version":"1"}"#, Err("domain is missing")),
            (r#"{"domain":""}"#, Err("domain is missing")),
            ("{\"domain\":\"hacs\"}\nx", Err("no JSON at byte 18")),
        ];
        for (file, expected) in cases {
            let read = read(&mut file.as_bytes()).map_err(|error| error.to_string());
            let read =
                read.as_ref().map(|read| (read.domain.as_str(), read.version.as_deref())).map_err(String::as_str);
            assert_eq!(read, expected, "{file}");
        }
    }
}
