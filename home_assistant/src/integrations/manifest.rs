//! `custom_components/<folder>/manifest.json`: an integration that is not part of Home Assistant.

use std::io::Read;

use haos_analytics_core::form::{OwnedDomain, OwnedIntegrationVersion};

use crate::json::{Error, Reader};

/// The most dependencies that are kept. The longest list of a built-in integration has 20.
const MOST_DEPENDENCIES: usize = 64;

/// What a manifest says, as far as it can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The integration's name, which need not be that of its folder.
    pub domain: OwnedDomain,
    /// Its version, if it has one that Home Assistant knows. A number is taken as that writes it:
    /// `2.0` is `2.0`.
    pub version: Option<OwnedIntegrationVersion>,
    /// It can be set up in the user interface.
    pub config_flow: bool,
    /// The integrations that are loaded with it. `None`: there is something among them that can be
    /// none.
    pub dependencies: Option<Vec<OwnedDomain>>,
}

/// Reads the file.
///
/// # Errors
///
/// It is no manifest.
pub fn read(source: &mut dyn Read) -> Result<Manifest, Error> {
    let mut json = Reader::new(source);
    let (mut domain, mut version, mut config_flow, mut dependencies) = (None, None, false, Some(Vec::new()));
    json.begin_object()?;
    while let Some(key) = json.next_key(&["config_flow", "dependencies", "domain", "version"])? {
        match key {
            "config_flow" => config_flow = json.literal()?.as_deref() == Some("true"),
            "dependencies" => dependencies = names(&mut json)?,
            "domain" => domain = json.form()?,
            _ => version = self::version(&mut json)?,
        }
    }
    json.end()?;
    let domain = domain.ok_or(Error::Missing { what: "domain" })?;
    let domain = domain.map_err(|why| Error::Misfit { what: "domain", why })?;
    Ok(Manifest { domain, version, config_flow, dependencies })
}

fn names(json: &mut Reader<'_>) -> Result<Option<Vec<OwnedDomain>>, Error> {
    let (mut names, mut are_names) = (Vec::new(), true);
    json.begin_array()?;
    while json.next_item()? {
        match json.form()? {
            Some(Ok(name)) => names.push(name),
            _ => are_names = false,
        }
        if names.len() > MOST_DEPENDENCIES {
            return Err(Error::TooMany { what: "dependencies", limit: MOST_DEPENDENCIES });
        }
    }
    Ok(are_names.then_some(names))
}

fn version(json: &mut Reader<'_>) -> Result<Option<OwnedIntegrationVersion>, Error> {
    if let Some(literal) = json.literal()? {
        return Ok(number(&literal));
    }
    // Home Assistant's loader passes over white space around it, and reports it without.
    Ok(json.bytes()?.and_then(|text| OwnedIntegrationVersion::parse_bytes(text.trim_ascii()).ok()))
}

/// A number as Python writes it, which is what Home Assistant reports: digits, and a fraction
/// without zeros at its end.
fn number(literal: &str) -> Option<OwnedIntegrationVersion> {
    let is_plain = literal.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !is_plain || literal.len() > MOST_DIGITS || literal.starts_with("0.0") {
        return None;
    }
    let text = match literal.trim_end_matches('0') {
        whole if whole.ends_with('.') => literal.get(..whole.len() + 1)?,
        fraction if fraction.contains('.') => fraction,
        _ => literal,
    };
    OwnedIntegrationVersion::parse(text).ok()
}

/// Python writes what has more digits, or is very small, in another way.
const MOST_DIGITS: usize = 15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_and_version() {
        type Read<'a> = Result<(&'a str, Option<&'a str>), &'a str>;
        let cases: [(&str, Read<'_>); 23] = [
            (
                r#"{"domain":"hacs","name":"HACS","requirements":["a>=1"],"version":"2.0.5"}"#,
                Ok(("hacs", Some("2.0.5"))),
            ),
            (r#"{"version":"1","domain":"hacs"}"#, Ok(("hacs", Some("1")))),
            (r#"{"domain":"hacs"}"#, Ok(("hacs", None))),
            (r#"{"domain":"hacs","version":" 1.0\t\n"}"#, Ok(("hacs", Some("1.0")))),
            (r#"{"domain":"hacs","version":" "}"#, Ok(("hacs", None))),
            (r#"{"domain":"hacs","version":{"a":1}}"#, Ok(("hacs", None))),
            (r#"{"domain":"hacs","version":null}"#, Ok(("hacs", None))),
            (r#"{"domain":"hacs","version":2}"#, Ok(("hacs", Some("2")))),
            (r#"{"domain":"hacs","version":2.0}"#, Ok(("hacs", Some("2.0")))),
            (r#"{"domain":"hacs","version":2.10 }"#, Ok(("hacs", Some("2.1")))),
            (r#"{"domain":"hacs","version":2.000}"#, Ok(("hacs", Some("2.0")))),
            (r#"{"domain":"hacs","version":120}"#, Ok(("hacs", Some("120")))),
            (r#"{"domain":"hacs","version":-2}"#, Ok(("hacs", None))),
            (r#"{"domain":"hacs","version":1e3}"#, Ok(("hacs", None))),
            (r#"{"domain":"hacs","version":true}"#, Ok(("hacs", None))),
            (r#"{"domain":"hacs","version":["1"]}"#, Ok(("hacs", None))),
            (r#"{"domain":"no","domain":"hacs","version":"1","version":"2"}"#, Ok(("hacs", Some("2")))),
            (r#"{"version":"1"}"#, Err("domain is missing")),
            (r#"{"domain":"hacs","version":"wifi-password-123"}"#, Ok(("hacs", None))),
            (r#"{"domain":"Anna@example.com"}"#, Err("domain: it must be 1 to 64 of a-z, 0-9 and _")),
            (r#"{"domain":""}"#, Err("domain: it must be 1 to 64 of a-z, 0-9 and _")),
            ("{\"domain\":\"hacs\"}\nx", Err("no JSON at byte 18")),
            ("\u{feff}{\"domain\":\"hacs\"}", Err("no JSON at byte 0")),
        ];
        for (file, expected) in cases {
            let read = read(&mut file.as_bytes()).map_err(|error| error.to_string());
            let read = read
                .as_ref()
                .map(|read| (read.domain.as_str(), read.version.as_ref().map(|version| version.as_str())))
                .map_err(String::as_str);
            assert_eq!(read, expected, "{file}");
        }
    }

    #[test]
    fn how_it_is_loaded() {
        let file = r#"{"domain":"a","config_flow":true,"dependencies":["http","recorder"]}"#;
        let manifest = read(&mut file.as_bytes()).unwrap();
        assert!(manifest.config_flow);
        let dependencies = manifest.dependencies.unwrap();
        assert_eq!(dependencies.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["http", "recorder"]);
        for other in ["1", r#""Http""#, "null"] {
            let file = format!(r#"{{"domain":"a","dependencies":["http",{other}]}}"#);
            assert_eq!(read(&mut file.as_bytes()).unwrap().dependencies, None, "{other}");
        }
        let without = read(&mut r#"{"domain":"a","config_flow":null}"#.as_bytes()).unwrap();
        assert!(!without.config_flow && without.dependencies == Some(vec![]));
        let many = format!(r#"{{"domain":"a","dependencies":[{}"a"]}}"#, r#""a","#.repeat(64));
        assert_eq!(read(&mut many.as_bytes()).unwrap_err().to_string(), "more than 64 dependencies");
    }
}
