//! `apps.json`, until June 2026 `addons.json`: the Supervisor's add-ons. Their options and tokens are in the same file;
//! they are skipped.

use std::io::Read;

use haos_analytics_core::form::{OwnedAddonVersion, OwnedSlug};
use haos_analytics_core::Addon;

use super::{FoundVersion, NAME};
use crate::json::{Error, Reader};

/// The most that are kept; a store has some hundred.
const LIMIT: usize = 4096;

/// An installed add-on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its name.
    pub slug: OwnedSlug,
    /// The installed version.
    pub version: FoundVersion,
    /// Protection mode is on.
    pub protected: bool,
    /// It is updated without asking.
    pub auto_update: bool,
}

impl App {
    /// For the payload.
    pub fn as_reported(&self) -> Addon<'_> {
        let App { slug, version, protected, auto_update } = self;
        let version = version.as_ref().and_then(|version| version.as_ref().ok()).map(OwnedAddonVersion::lend);
        Addon { slug: slug.lend(), protected: *protected, version, auto_update: *auto_update }
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
    let (mut user, mut system) = (Vec::new(), Vec::new());
    json.begin_object()?;
    while let Some(key) = json.next_key(&["user", "system"])? {
        match key {
            "user" => user = settings(&mut json)?,
            _ => system = slugs(&mut json)?,
        }
    }
    json.end()?;
    user.retain(|app| system.binary_search(&app.slug).is_ok());
    Ok(user)
}

fn settings(json: &mut Reader<'_>) -> Result<Vec<App>, Error> {
    let mut apps: Vec<App> = Vec::new();
    json.begin_object()?;
    while let Some(name) = json.next_name()? {
        let slug = slug(name)?;
        let place = apps.binary_search_by(|app| app.slug.cmp(&slug));
        let app = App::read(slug, json)?;
        match place {
            Ok(place) => {
                if let Some(earlier) = apps.get_mut(place) {
                    *earlier = app;
                }
            }
            Err(_) if apps.len() == LIMIT => return Err(TOO_MANY),
            Err(place) => apps.insert(place, app),
        }
    }
    Ok(apps)
}

/// In ascending order.
fn slugs(json: &mut Reader<'_>) -> Result<Vec<OwnedSlug>, Error> {
    let mut slugs: Vec<OwnedSlug> = Vec::new();
    json.begin_object()?;
    while let Some(name) = json.next_name()? {
        let slug = slug(name)?;
        match slugs.binary_search(&slug) {
            Ok(_) => {}
            Err(_) if slugs.len() == LIMIT => return Err(TOO_MANY),
            Err(place) => slugs.insert(place, slug),
        }
        json.skip()?;
    }
    Ok(slugs)
}

const TOO_MANY: Error = Error::TooMany { what: "add-ons", limit: LIMIT };

/// A key that cannot be used, such as half a surrogate pair, is no name either.
fn slug(name: Option<&str>) -> Result<OwnedSlug, Error> {
    OwnedSlug::parse(name.unwrap_or_default()).map_err(|why| Error::Misfit { what: NAME, why })
}

impl App {
    fn read(slug: OwnedSlug, json: &mut Reader<'_>) -> Result<Self, Error> {
        let mut app = App { slug, version: None, protected: true, auto_update: false };
        json.begin_object()?;
        while let Some(key) = json.next_key(&["auto_update", "protected", "version"])? {
            match key {
                "auto_update" => app.auto_update = json.flag()?,
                "protected" => app.protected = json.flag()?,
                _ => app.version = json.form()?,
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
            .map(|app| {
                let version = app.version.as_ref().map(|version| version.as_ref().map_err(|_| "another form"));
                format!("{} {version:?} {} {}", app.slug, app.protected, app.auto_update)
            })
            .collect())
    }

    #[test]
    fn installed_in_order_with_defaults() {
        let cases: [(&str, &[&str]); 11] = [
            (r#"{"user":{},"system":{}}"#, &[]),
            ("{}", &[]),
            (
                r#"{"user":{"b":{"version":"1"},"a":{"version":"2","protected":false,"auto_update":true}},"system":{"a":{},"b":{}}}"#,
                &[r#"a Some(Ok("2")) false true"#, r#"b Some(Ok("1")) true false"#],
            ),
            (r#"{"system":{"a":{"version":"no"},"c":1},"user":{"a":{},"b":{}}}"#, &["a None true false"]),
            (
                r#"{"user":{"a":{"version":"1"},"a":{"version":"2"}},"system":{"a":{}}}"#,
                &[r#"a Some(Ok("2")) true false"#],
            ),
            (r#"{"user":{"no":{}},"system":{"no":{}},"user":{"a":{}},"system":{"a":{}}}"#, &["a None true false"]),
            (
                r#"{"user":{"a":{"options":{"version":"no","protected":"no"},"version":null}},"system":{"a":{}}}"#,
                &["a None true false"],
            ),
            (r#"{"user":{"\u0061":{"version":"1\u002e2"}},"system":{"a":{}}}"#, &[r#"a Some(Ok("1.2")) true false"#]),
            (
                r#"{"user":{"a":{"version":"my version"}},"system":{"a":{}}}"#,
                &[r#"a Some(Err("another form")) true false"#],
            ),
            (
                r#"{"user":{"a":{"version":"1\u009b"}},"system":{"a":{}}}"#,
                &[r#"a Some(Err("another form")) true false"#],
            ),
            (r#"{"user":{"a":{"version":1}},"system":{"a":{}}}"#, &[r#"a Some(Err("another form")) true false"#]),
        ];
        for (file, expected) in cases {
            assert_eq!(of(file).unwrap(), expected, "{file}");
        }
    }

    const NO_NAME: &str = "the name of an add-on: it must be 1 to 128 of A-Z, a-z, 0-9, -, _ and .";

    #[test]
    fn the_longest_name_and_one_that_is_longer() {
        let file = |length| {
            let name = "x".repeat(length);
            format!(r#"{{"user":{{"{name}":{{}}}},"system":{{"{name}":{{}}}}}}"#)
        };
        assert_eq!(of(&file(128)).unwrap().len(), 1);
        for length in [129, 255, 256, 100_000] {
            assert_eq!(of(&file(length)), Err(NO_NAME.to_owned()), "{length}");
        }
    }

    #[test]
    fn what_is_no_list_of_add_ons() {
        for (file, expected) in [
            (r#"{"user":[],"system":{}}"#, "an object is missing at byte 8"),
            (r#"{"user":{"a":{"protected":1}}}"#, "true or false is missing at byte 26"),
            (r#"{"user":{"\udead":{}}}"#, NO_NAME),
            (r#"{"user":{"":{}}}"#, NO_NAME),
            (r#"{"user":{"my add-on":{}}}"#, NO_NAME),
            (r#"{"system":{"a\u009b":{}}}"#, NO_NAME),
            (r#"{"user":{"a" {}}}"#, "no JSON at byte 13"),
            (r#"{"user":{a:{}}}"#, "no JSON at byte 9"),
        ] {
            assert_eq!(of(file), Err(expected.to_owned()), "{file}");
        }
    }
}
