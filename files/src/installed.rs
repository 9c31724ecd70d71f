//! The Supervisor's answer to `/supervisor/info`, as far as it lists the installed add-ons.

use std::collections::BTreeMap;
use std::io::Read;

use haos_analytics_core::Text;

use crate::json::{Error, Reader};

/// What is installed in which version.
pub type Versions = BTreeMap<Text, Option<Text>>;

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
                "slug" => slug = json.short()?,
                _ if json.is_null()? => json.skip()?,
                _ => version = Some(json.short()?.ok_or(Error::Missing { what: "the version of an add-on" })?),
            }
        }
        versions.insert(slug.ok_or(Error::Missing { what: "the name of an add-on" })?, version);
    }
    Ok(versions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_the_list_or_nothing() {
        let cases: [(&str, Result<&str, &str>); 10] = [
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
            (r#"{"data":{"addons":[{"slug":"a","version":1}]}}"#, Err("the version of an add-on is missing")),
            (r#"{"data":{"addons":[{"slug":"","version":"1"}]}}"#, Err("the name of an add-on is missing")),
            (r#"{"data":{"addons":[{"slug":"a"}]}"#, Err("it ends too early")),
        ];
        for (answer, expected) in cases {
            let shown = |versions: Versions| {
                let app =
                    |(slug, version): (Text, Option<Text>)| format!("{slug}={}", version.as_deref().unwrap_or("-"));
                versions.into_iter().map(app).collect::<Vec<_>>().join(",")
            };
            let read = read(&mut answer.as_bytes()).map(shown).map_err(|error| error.to_string());
            assert_eq!(read, expected.map(str::to_owned).map_err(str::to_owned), "{answer}");
        }
    }
}
