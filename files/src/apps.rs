//! `apps.json`, until June 2026 `addons.json`: the Supervisor's add-ons. Their options and tokens are in the same file;
//! they are skipped.

use std::io::Read;

use haos_analytics_core::{Addon, Text};

use crate::domains::Domains;
use crate::json::{Error, Reader};

/// An installed add-on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its name.
    pub slug: Text,
    /// The installed version.
    pub version: Option<Text>,
    /// Protection mode is on.
    pub protected: bool,
    /// It is updated without asking.
    pub auto_update: bool,
}

impl App {
    /// For the payload.
    pub fn as_reported(&self) -> Addon<'_> {
        let App { slug, version, protected, auto_update } = self;
        Addon { slug, protected: *protected, version: version.as_deref(), auto_update: *auto_update }
    }
}

/// The installed add-ons in ascending order. Installed is what both maps know: what the user set (`user`) and what the
/// add-on itself says (`system`).
///
/// # Errors
///
/// It is not the file that is known here.
pub fn read(source: &mut dyn Read) -> Result<Vec<App>, Error> {
    let mut json = Reader::new(source);
    let (mut user, mut system) = (Vec::new(), Domains::default());
    json.begin_object()?;
    while let Some(key) = json.next_key(&["user", "system"])? {
        match key {
            "user" => user = settings(&mut json)?,
            _ => system = slugs(&mut json)?,
        }
    }
    json.end()?;
    user.retain(|app| system.contains(app.slug.as_bytes()));
    Ok(user)
}

fn settings(json: &mut Reader<'_>) -> Result<Vec<App>, Error> {
    let mut apps: Vec<App> = Vec::new();
    json.begin_object()?;
    while let Some(name) = json.next_name()? {
        let slug = slug(name)?;
        let place = apps.binary_search_by(|app| app.slug.as_str().cmp(&slug));
        let app = App::read(slug, json)?;
        match place {
            Ok(place) => {
                if let Some(earlier) = apps.get_mut(place) {
                    *earlier = app;
                }
            }
            Err(_) if apps.len() == Domains::LIMIT => {
                return Err(Error::TooMany { what: "add-ons", limit: Domains::LIMIT });
            }
            Err(place) => apps.insert(place, app),
        }
    }
    Ok(apps)
}

fn slugs(json: &mut Reader<'_>) -> Result<Domains, Error> {
    let mut slugs = Domains::default();
    json.begin_object()?;
    while let Some(name) = json.next_name()? {
        slugs.insert(slug(name)?.as_bytes())?;
        json.skip()?;
    }
    Ok(slugs)
}

fn slug(name: Option<&str>) -> Result<Text, Error> {
    name.and_then(|name| Text::parse(name.as_bytes()).ok()).ok_or(Error::Missing { what: "the name of an add-on" })
}

impl App {
    fn read(slug: Text, json: &mut Reader<'_>) -> Result<Self, Error> {
        let mut app = App { slug, version: None, protected: true, auto_update: false };
        json.begin_object()?;
        while let Some(key) = json.next_key(&["auto_update", "protected", "version"])? {
            match key {
                "auto_update" => app.auto_update = json.flag()?,
                "protected" => app.protected = json.flag()?,
                _ => app.version = json.short()?,
            }
        }
        Ok(app)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: &str) -> Result<Vec<String>, String> {
        let apps = read(&mut file.as_bytes()).map_err(|error| error.to_string())?;
        Ok(apps
            .iter()
            .map(|app| format!("{} {:?} {} {}", app.slug, app.version, app.protected, app.auto_update))
            .collect())
    }

    #[test]
    fn installed_in_order_with_defaults() {
        let cases: [(&str, &[&str]); 8] = [
            (r#"{"user":{},"system":{}}"#, &[]),
            ("{}", &[]),
            (
                r#"{"user":{"b":{"version":"1"},"a":{"version":"2","protected":false,"auto_update":true}},"system":{"a":{},"b":{}}}"#,
                &[r#"a Some("2") false true"#, r#"b Some("1") true false"#],
            ),
            (r#"{"system":{"a":{"version":"no"},"c":1},"user":{"a":{},"b":{}}}"#, &["a None true false"]),
            (r#"{"user":{"a":{"version":"1"},"a":{"version":"2"}},"system":{"a":{}}}"#, &[r#"a Some("2") true false"#]),
            (r#"{"user":{"no":{}},"system":{"no":{}},"user":{"a":{}},"system":{"a":{}}}"#, &["a None true false"]),
            (
                r#"{"user":{"a":{"options":{"version":"no","protected":"no"},"version":null}},"system":{"a":{}}}"#,
                &["a None true false"],
            ),
            (r#"{"user":{"\u0061":{"version":"1\/2"}},"system":{"a":{}}}"#, &[r#"a Some("1/2") true false"#]),
        ];
        for (file, expected) in cases {
            assert_eq!(of(file).unwrap(), expected, "{file}");
        }
    }

    #[test]
    fn what_is_no_list_of_add_ons() {
        for (file, expected) in [
            (r#"{"user":[],"system":{}}"#, "an object is missing at byte 8"),
            (r#"{"user":{"a":{"protected":1}}}"#, "true or false is missing at byte 26"),
            (r#"{"user":{"\udead":{}}}"#, "the name of an add-on is missing"),
            (r#"{"user":{"":{}}}"#, "the name of an add-on is missing"),
            (r#"{"user":{"a" {}}}"#, "no JSON at byte 13"),
            (r#"{"user":{a:{}}}"#, "no JSON at byte 9"),
        ] {
            assert_eq!(of(file), Err(expected.to_owned()), "{file}");
        }
    }
}
