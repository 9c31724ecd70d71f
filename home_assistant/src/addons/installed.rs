//! The Supervisor's answer to `/supervisor/info`, as far as it lists the installed add-ons.

use std::collections::BTreeMap;
use std::io::Read;

use haos_analytics_core::form::OwnedSlug;

use super::{FoundVersion, NAME};
use crate::json::{Error, Reader};

/// What is installed in which version.
pub type Versions = BTreeMap<OwnedSlug, FoundVersion>;

/// Reads the list out of an answer.
///
/// # Errors
///
/// There is none, or it is not of the form that is known here.
pub fn read(source: &mut dyn Read) -> Result<Versions, Error> {
    let mut json = Reader::new(source);
    let mut found = None;
    json.begin_object()?;
    while json.next_key(&["data"])?.is_some() {
        json.begin_object()?;
        while json.next_key(&["addons"])?.is_some() {
            found = Some(versions(&mut json)?);
        }
    }
    json.end()?;
    found.ok_or(Error::Missing { what: "data.addons" })
}

fn versions(json: &mut Reader<'_>) -> Result<Versions, Error> {
    let mut versions = Versions::new();
    json.begin_array()?;
    while json.next_item()? {
        let (mut slug, mut version) = (None, None);
        json.begin_object()?;
        while let Some(key) = json.next_key(&["slug", "version"])? {
            match key {
                "slug" => slug = json.form()?,
                _ => version = json.form()?,
            }
        }
        let slug = slug.ok_or(Error::Missing { what: NAME })?.map_err(|why| Error::Misfit { what: NAME, why })?;
        versions.insert(slug, version);
    }
    Ok(versions)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_NAME: &str = "the name of an add-on: it must be 1 to 128 of A-Z, a-z, 0-9, -, _ and .";

    #[test]
    fn all_of_the_list_or_nothing() {
        let cases: [(&str, Result<&str, &str>); 11] = [
            (r#"{"result":"ok","data":{"addons":[]}}"#, Ok("")),
            (
                r#"{"data":{"healthy":true,"addons":[{"name":"B","slug":"b","version":"2","icon":true},{"version":null,"slug":"a"},{"slug":"c"}]}}"#,
                Ok("a=-,b=2,c=-"),
            ),
            (r#"{"data":{"addons":[{"slug":"a","version":"1"},{"slug":"a","version":"2"}]}}"#, Ok("a=2")),
            (r#"{"data":{}}"#, Err("data.addons is missing")),
            ("{}", Err("data.addons is missing")),
            (r#"{"data":{"addons":{}}}"#, Err("an array is missing at byte 18")),
            (r#"{"data":{"addons":[{"version":"1"}]}}"#, Err("the name of an add-on is missing")),
            (r#"{"data":{"addons":[{"slug":"a","version":1},{"slug":"b","version":"my version"}]}}"#, Ok("a=?,b=?")),
            (r#"{"data":{"addons":[{"slug":"","version":"1"}]}}"#, Err(NO_NAME)),
            (r#"{"data":{"addons":[{"slug":"b"},{"slug":"my add-on","version":"1"}]}}"#, Err(NO_NAME)),
            (r#"{"data":{"addons":[{"slug":"a"}]}"#, Err("it ends too early")),
        ];
        for (answer, expected) in cases {
            let shown = |versions: Versions| {
                let version = |version: FoundVersion| match version {
                    None => "-".to_owned(),
                    Some(Ok(version)) => version.to_string(),
                    Some(Err(_)) => "?".to_owned(),
                };
                let app = |(slug, found): (OwnedSlug, FoundVersion)| format!("{slug}={}", version(found));
                versions.into_iter().map(app).collect::<Vec<_>>().join(",")
            };
            let read = read(&mut answer.as_bytes()).map(shown).map_err(|error| error.to_string());
            assert_eq!(read, expected.map(str::to_owned).map_err(str::to_owned), "{answer}");
        }
    }
}
